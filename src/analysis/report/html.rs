//! The document as one HTML page: no script, no outside reference, readable on paper and on a telephone.
//!
//! Lives here: how each block is written, escaping, the page around them. Not here: what stands in the blocks
//! (`section`). Imports: `base`. Promise: every text goes through `escaped`, so that no tag or attribute comes from it.

use std::io::{self, Write};

use crate::analysis::report::doc::{Block, Item, Piece, Words};
use crate::base::Clean;

/// The page's style: light and dark as the reader's system is, long values broken, tables that scroll by themselves.
const STYLE: &str = include_str!("report.css");

/// Everything before the first block.
pub(crate) fn begin(title: &Words, out: &mut dyn Write) -> io::Result<()> {
    let plain: String = title.0.iter().map(|piece| escaped(plain(piece))).collect();
    write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<title>{plain}</title>\n<style>\n{STYLE}</style>\n</head>\n\
         <body>\n<main>\n<h1>{}</h1>\n",
        line(title)
    )
}

/// Everything after the last block.
pub(crate) fn end(out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"</main>\n</body>\n</html>\n")
}

/// The ways to the sections.
pub(crate) fn nav(titles: &[(u64, Words)], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<nav aria-label=\"Sections\">\n<ol>")?;
    for (number, title) in titles {
        writeln!(out, "<li value=\"{number}\"><a href=\"#s{number}\">{}</a></li>", line(title))?;
    }
    writeln!(out, "</ol>\n<p><a href=\"#appendix\">Appendix</a></p>\n</nav>")
}

/// Writes blocks one after the other.
pub(crate) fn blocks(blocks: &[Block], out: &mut dyn Write) -> io::Result<()> {
    blocks.iter().try_for_each(|each| block(each, out))
}

fn block(block: &Block, out: &mut dyn Write) -> io::Result<()> {
    match block {
        Block::Section(number, title) => writeln!(out, "<h2 id=\"s{number}\">{number}. {}</h2>", line(title)),
        Block::Heading(level, text) => writeln!(out, "<h{level}{}>{}</h{level}>", anchor(text), escaped(text)),
        Block::Para(words) => writeln!(out, "<p>{}</p>", line(words)),
        Block::Callout(words) => writeln!(out, "<blockquote><p>{}</p></blockquote>", line(words)),
        Block::Numbered(items) => list("ol", items, out),
        Block::Bullets(items) => list("ul", items, out),
        Block::Table(head, rows) => table(head, rows, out),
        Block::Code(language, text) => {
            writeln!(out, "<pre><code class=\"{language}\">{}</code></pre>", escaped(text))
        }
        Block::Folded(title, inside) => {
            writeln!(out, "<details>\n<summary>{}</summary>", line(title))?;
            blocks(inside, out)?;
            writeln!(out, "</details>")
        }
    }
}

/// Of all headings of the report's own only the appendix is gone to.
fn anchor(text: &str) -> &'static str {
    if text == "Appendix" { " id=\"appendix\"" } else { "" }
}

fn list(tag: &str, items: &[Item], out: &mut dyn Write) -> io::Result<()> {
    if items.is_empty() {
        return Ok(());
    }
    writeln!(out, "<{tag}>")?;
    for item in items {
        write!(out, "<li>{}", line(&item.words))?;
        if !item.below.is_empty() {
            write!(out, "\n<ul>\n")?;
            item.below.iter().try_for_each(|words| writeln!(out, "<li>{}</li>", line(words)))?;
            writeln!(out, "</ul>")?;
        }
        writeln!(out, "</li>")?;
    }
    writeln!(out, "</{tag}>")
}

fn table(head: &[&str], rows: &[Vec<Words>], out: &mut dyn Write) -> io::Result<()> {
    // A table that scrolls can be reached by keys only if it can have the focus.
    writeln!(out, "<div class=\"table\" tabindex=\"0\" role=\"group\" aria-label=\"Table\">\n<table>\n<thead>\n<tr>")?;
    head.iter().try_for_each(|title| writeln!(out, "<th scope=\"col\">{}</th>", escaped(title)))?;
    writeln!(out, "</tr>\n</thead>\n<tbody>")?;
    for row in rows {
        write!(out, "<tr>")?;
        row.iter().try_for_each(|words| write!(out, "<td>{}</td>", line(words)))?;
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody>\n</table>\n</div>")
}

fn line(words: &Words) -> String {
    words.0.iter().map(piece).collect()
}

fn piece(piece: &Piece) -> String {
    match piece {
        Piece::Text(text) => escaped(text.as_str()),
        Piece::Strong(text) => format!("<strong>{}</strong>", escaped(text.as_str())),
        Piece::Code(value) if value.is_empty() => "(empty)".to_owned(),
        Piece::Code(value) => format!("<code>{}</code>", escaped(value.as_str())),
        Piece::Section(number) => format!("<a href=\"#s{number}\">{number}</a>"),
    }
}

fn plain(piece: &Piece) -> &str {
    match piece {
        Piece::Text(text) | Piece::Strong(text) | Piece::Code(text) => Clean::as_str(text),
        Piece::Section(_) => "",
    }
}

/// Text in which no tag, entity or attribute's end is left.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_tag_or_attribute_comes_from_a_text() {
        let evil = Clean::from_bytes(b"</code><script src='x'>&\"");
        let want = "&lt;/code&gt;&lt;script src=&#39;x&#39;&gt;&amp;&quot;";
        assert_eq!(line(&Words::of(&evil)), want);
        assert_eq!(line(&Words::value(&evil)), format!("<code>{want}</code>"));
        assert_eq!(line(&Words::default().strong(&evil)), format!("<strong>{want}</strong>"));
    }
}
