//! The document as Markdown.
//!
//! Lives here: how each block is written. Not here: escaping (`escape`), what stands in the blocks (`section`). Imports:
//! `base`. Promise: what is structure is written here, and every text goes through `escape`.

use std::io::{self, Write};

use crate::analysis::report::doc::{Block, Item, Piece, Words};
use crate::analysis::report::escape::{cell, code, fence, inline};
use crate::base::Clean;

/// The document's title, as its first line.
pub(crate) fn title(title: &Words, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# {}\n", line(title))
}

/// Writes blocks one after the other.
pub(crate) fn blocks(blocks: &[Block], out: &mut dyn Write) -> io::Result<()> {
    blocks.iter().try_for_each(|each| block(each, out))
}

fn block(block: &Block, out: &mut dyn Write) -> io::Result<()> {
    match block {
        Block::Section(number, title) => writeln!(out, "## {number}\\. {}\n", line(title)),
        Block::Heading(level, text) => writeln!(out, "{} {text}\n", "#".repeat(usize::from(*level))),
        Block::Para(words) => writeln!(out, "{}\n", line(words)),
        Block::Callout(words) => writeln!(out, "> {}\n", line(words)),
        Block::Numbered(items) => list(items, true, out),
        Block::Bullets(items) => list(items, false, out),
        Block::Table(head, rows) => table(head, rows, out),
        Block::Code(language, text) => writeln!(out, "{}", fence(language, text)),
        Block::Folded(title, inside) => {
            writeln!(out, "{}\n", line(title))?;
            blocks(inside, out)
        }
    }
}

fn list(items: &[Item], numbered: bool, out: &mut dyn Write) -> io::Result<()> {
    for (n, item) in items.iter().enumerate() {
        let mark = if numbered { format!("{}.", n + 1) } else { "-".to_owned() };
        writeln!(out, "{mark} {}", line(&item.words))?;
        let indent = " ".repeat(mark.len() + 1);
        for below in &item.below {
            writeln!(out, "{indent}- {}", line(below))?;
        }
    }
    if items.is_empty() { Ok(()) } else { writeln!(out) }
}

fn table(head: &[&str], rows: &[Vec<Words>], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "| {} |\n|{}", head.join(" | "), " --- |".repeat(head.len()))?;
    for row in rows {
        let cells: Vec<String> = row.iter().map(|words| written(words, cell)).collect();
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    writeln!(out)
}

fn line(words: &Words) -> String {
    written(words, code)
}

/// Neighbouring texts are escaped as one: what two pieces make together is no less theirs.
fn written(words: &Words, code: fn(&Clean) -> String) -> String {
    let (mut line, mut text) = (String::new(), Clean::default());
    for piece in &words.0 {
        if let Piece::Text(more) = piece {
            text.push(more);
            continue;
        }
        flush(&mut line, &mut text);
        let next = match piece {
            Piece::Strong(text) => format!("**{}**", inline(text)),
            Piece::Code(value) => code(value),
            Piece::Section(number) => number.to_string(),
            Piece::Text(_) => String::new(),
        };
        // Two code spans, or two strong words, would be one.
        if line.ends_with(['`', '*']) && next.starts_with(['`', '*']) {
            line.push(' ');
        }
        line.push_str(&next);
    }
    flush(&mut line, &mut text);
    line
}

/// Only what begins the line needs the escapes of a line's beginning; a blank between a value and a text stays one.
fn flush(line: &mut String, text: &mut Clean) {
    let text = std::mem::take(text);
    if line.is_empty() {
        line.push_str(&inline(&text));
        return;
    }
    let blanks = text.as_str().len() - text.as_str().trim_start_matches(' ').len();
    line.push_str(&" ".repeat(blanks.min(1)));
    line.push_str(&inline(&text.slice(blanks..text.as_str().len())));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(block: Block) -> String {
        let mut out = Vec::new();
        blocks(&[block], &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_block_is_structure_and_its_texts_are_none() {
        let evil = Clean::from_bytes(b"a|b *c*");
        let cases = [
            (Block::Section(3, Words::of(&evil)), "## 3\\. a&#124;b \\*c\\*\n\n"),
            (Block::Heading(3, "Summary"), "### Summary\n\n"),
            (Block::Para(Words::own("See ").code(&evil).text(".")), "See `a|b *c*`.\n\n"),
            (Block::Para(Words::value(&evil).code(&evil)), "`a|b *c*` `a|b *c*`\n\n"),
            (Block::Callout(Words::default().strong(&evil)), "> **a&#124;b \\*c\\***\n\n"),
            (Block::Para(Words::own("http:").text("//evil.invalid")), "`http://evil.invalid`\n\n"),
            (
                Block::Table(&["x", "y"], vec![vec![Words::value(&evil), Words::of(&evil)]]),
                "| x | y |\n| --- | --- |\n| `a`&#124;`b *c*` | a&#124;b \\*c\\* |\n\n",
            ),
            (
                Block::Numbered(vec![Item { words: Words::own("q"), below: vec![Words::own("- yes")] }]),
                "1. q\n   - \\- yes\n\n",
            ),
        ];
        for (block, want) in cases {
            assert_eq!(text(block), want);
        }
    }
}
