//! Drawable text → Markdown in which nothing of it is live.
//!
//! Lives here: escapes, code spans, fences. Not here: what is hidden (`base::clean`). Imports: `base`.
//! Promise: no markup, HTML, link, address, table cell or fence comes from the text, and it still reads as it was.

use crate::base::Clean;

/// What makes a web page link a word, in lower case. Such a word goes into a code span, where nothing is looked for.
const ADDRESSES: [&str; 7] = [":/", "www.", "mailto", "javascript", "vbscript", "data:", "@"];

/// Running text; it may begin a line, stand in a list or in a table's cell.
pub(crate) fn inline(text: &Clean) -> String {
    let line = text.as_str().split(' ').map(word).collect::<Vec<_>>().join(" ");
    // Four blanks at the start of a line would begin a block of code.
    let plain = line.trim_start_matches(' ');
    format!("{}{}", "&#32;".repeat(line.len() - plain.len()), begun(plain))
}

/// The line with what would make its start a heading, a list, a quote or a rule taken from it.
fn begun(line: &str) -> String {
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, rest) = line.split_at(digits);
    match rest.chars().next() {
        Some('#' | '-' | '+' | '=' | ':') if digits == 0 => format!("\\{rest}"),
        Some('.' | ')') if digits > 0 => format!("{number}\\{rest}"),
        _ => line.to_owned(),
    }
}

fn word(word: &str) -> String {
    if is_address(word) {
        let (before, address, behind) = without_marks(word);
        return [plain(before), by_pipes(address), plain(behind)].concat();
    }
    plain(word)
}

/// The word without the marks of a sentence around it: `(a@b.example):`.
fn without_marks(word: &str) -> (&str, &str, &str) {
    let rest = word.trim_start_matches(['(', '"', '\'']);
    let inner = rest.trim_end_matches([',', '.', ':', ';', '!', '?', ')', '"', '\'']);
    match (inner.is_empty(), word.split_at_checked(word.len() - rest.len()), rest.split_at_checked(inner.len())) {
        (false, Some((before, _)), Some((inner, behind))) => (before, inner, behind),
        _ => ("", word, ""),
    }
}

fn plain(word: &str) -> String {
    word.chars().fold(String::with_capacity(word.len()), |mut escaped, c| {
        match c {
            // A backslash before a pipe still ends the cell for some readers of Markdown.
            '|' => escaped.push_str("&#124;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '$' => escaped.extend(['\\', c]),
            c => escaped.push(c),
        }
        escaped
    })
}

/// Whether a reader of Markdown would make a link of the word; code hosts link `@name` and `#1` too.
fn is_address(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let numbered = lower.split('#').skip(1).any(|after| after.starts_with(|c: char| c.is_ascii_digit()));
    numbered || ADDRESSES.iter().any(|part| lower.contains(part))
}

/// A value in code, outside a table.
pub(crate) fn code(text: &Clean) -> String {
    if text.is_empty() { "(empty)".to_owned() } else { span(text.as_str()) }
}

/// A value in code, as a table's cell.
pub(crate) fn cell(text: &Clean) -> String {
    if text.is_empty() { "(empty)".to_owned() } else { by_pipes(text.as_str()) }
}

/// Code spans around what lies between pipes: a pipe ends a table's cell even in code.
fn by_pipes(text: &str) -> String {
    text.split('|').map(span).collect::<Vec<_>>().join("&#124;")
}

fn span(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let ticks = "`".repeat(longest_run(text) + 1);
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// A block of code that the text can't close.
pub(crate) fn fence(language: &str, text: &str) -> String {
    let ticks = "`".repeat(longest_run(text).max(2) + 1);
    format!("{ticks}{language}\n{text}\n{ticks}\n")
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_reads_as_it_was_and_does_nothing() {
        let cases = [
            ("plain words, (and) so on.", "plain words, (and) so on."),
            ("# a *b* _c_ [d](e)", "\\# a \\*b\\* \\_c\\_ \\[d\\](e)"),
            ("<b>&amp;", "&lt;b&gt;&amp;amp;"),
            ("> a|b", "&gt; a&#124;b"),
            ("    code", "&#32;&#32;&#32;&#32;code"),
            ("1. x - y", "1\\. x - y"),
            ("- x", "\\- x"),
            ("+ x", "\\+ x"),
            ("--- | ---", "\\--- &#124; ---"),
            ("~~~", "\\~\\~\\~"),
            ("see http://evil.invalid/x now", "see `http://evil.invalid/x` now"),
            ("(a@b.example), or <c@d>: @.", "(`a@b.example`), or `<c@d>`: `@`."),
            ("www.#1. :/), data:", "`www.#1`. `:/`), `data`:"),
            ("WWW.evil|`x`", "`WWW.evil`&#124;`` `x` ``"),
            ("a\\|b #1 $x$", "a\\\\&#124;b `#1` \\$x\\$"),
        ];
        for (raw, want) in cases {
            assert_eq!(inline(&Clean::from_bytes(raw.as_bytes())), want, "{raw}");
        }
    }

    #[test]
    fn code_can_not_be_left() {
        let cases = [
            ("a", "`a`"),
            ("a`b", "``a`b``"),
            ("`", "`` ` ``"),
            (" a", "`  a `"),
            ("a|b", "`a`&#124;`b`"),
            ("", "(empty)"),
        ];
        for (raw, want) in cases {
            assert_eq!(cell(&Clean::from_bytes(raw.as_bytes())), want, "{raw}");
        }
        assert_eq!(code(&Clean::from("a|b")), "`a|b`");
        assert_eq!(fence("sh", "a ```` b"), "`````sh\na ```` b\n`````\n");
    }
}
