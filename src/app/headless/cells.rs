//! One value as a cell: between tabs, between commas, in a Markdown table, as JSON.
//!
//! Imports: `base`, `decode`, `analysis` (what is live in Markdown). Promise: a value can
//! neither end its cell nor its row, and no spreadsheet runs one as a formula.

use crate::analysis::report::escape;
use crate::base::formula;
use crate::decode::Value;

/// A value between tabs: what would end the cell or the row is `\t`, `\n`, `\r`, and a backslash `\\`. Absent: empty.
pub(crate) fn tsv(value: Option<Value<'_>>) -> Vec<u8> {
    let mut cell = Vec::new();
    for &byte in value.unwrap_or(Value::Null).bytes() {
        match byte {
            b'\t' => cell.extend(b"\\t"),
            b'\n' => cell.extend(b"\\n"),
            b'\r' => cell.extend(b"\\r"),
            b'\\' => cell.extend(b"\\\\"),
            _ => cell.push(byte),
        }
    }
    cell
}

/// A value between commas, quoted as RFC 4180 says where it has to be. What a spreadsheet would run gets a `'` in front,
/// which it takes for the mark of a text. Absent: empty.
pub(crate) fn csv(value: Option<Value<'_>>) -> Vec<u8> {
    let bytes = value.unwrap_or(Value::Null).bytes();
    let mark = if formula::runs(bytes) { formula::MARK } else { b"" };
    let text = [mark, bytes].concat();
    let splits = |byte: &u8| matches!(byte, b'"' | b',' | b'\n' | b'\r');
    // Blanks at the ends are the value's, and some readers take them away where there are no quotes.
    let is_padded =
        text.first().is_some_and(u8::is_ascii_whitespace) || text.last().is_some_and(u8::is_ascii_whitespace);
    if !text.iter().any(splits) && !is_padded {
        return text;
    }
    let doubled = text.split(|byte| *byte == b'"').collect::<Vec<_>>().join(&b"\"\""[..]);
    [b"\"", doubled.as_slice(), b"\""].concat()
}

/// A value in a Markdown table. Absent: empty.
pub(crate) fn markdown(value: Option<Value<'_>>) -> Vec<u8> {
    value
        .filter(|value| *value != Value::Null)
        .map(|value| escape::cell(&value.clean()))
        .unwrap_or_default()
        .into_bytes()
}

/// A value as JSON; bytes that are no UTF-8 become U+FFFD, since JSON has no other way to write them.
pub(crate) fn json(value: Option<Value<'_>>) -> String {
    match value {
        None | Some(Value::Null) => "null".to_owned(),
        Some(Value::Text(text)) => json_string(&String::from_utf8_lossy(text)),
        Some(other) => String::from_utf8_lossy(other.bytes()).into_owned(),
    }
}

/// A text as a JSON string.
pub(crate) fn json_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_can_not_end_its_cell() {
        let cases: [(Option<Value<'_>>, &[u8], &str); 6] = [
            (None, b"", "null"),
            (Some(Value::Text(b"a\tb\nc\\d\re")), b"a\\tb\\nc\\\\d\\re", r#""a\tb\nc\\d\re""#),
            (Some(Value::Text(b"\"\xff")), b"\"\xff", "\"\\\"\u{fffd}\""),
            (Some(Value::Number("18446744073709551615")), b"18446744073709551615", "18446744073709551615"),
            (Some(Value::List(b"[1]")), b"[1]", "[1]"),
            (Some(Value::Bool(true)), b"true", "true"),
        ];
        for (value, between_tabs, as_json) in cases {
            assert_eq!(tsv(value), between_tabs, "{value:?}");
            assert_eq!(json(value), as_json, "{value:?}");
        }
    }

    #[test]
    fn a_value_between_commas_is_quoted_where_it_must_be() {
        let cases: [(&[u8], &[u8]); 9] = [
            (b"plain text", b"plain text"),
            (b"a,b", b"\"a,b\""),
            (b"a\"b", b"\"a\"\"b\""),
            (b"\"", b"\"\"\"\""),
            (b"a\nb\rc", b"\"a\nb\rc\""),
            (b" a", b"\" a\""),
            (b"a ", b"\"a \""),
            (b"", b""),
            (b"\xff\x1b", b"\xff\x1b"),
        ];
        for (value, want) in cases {
            assert_eq!(csv(Some(Value::Text(value))), want, "{}", String::from_utf8_lossy(value));
        }
        assert_eq!(csv(None), b"");
    }

    #[test]
    fn no_spreadsheet_runs_a_cell() {
        let run = [
            "=1+1",
            "+cmd",
            "-cmd|' /C calc'!A0",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n",
            "\tx",
            "  =1",
            "\u{a0}=1",
            "\u{3000}@x",
            "＝1",
            "＋1+1",
            "－x",
            "＠x",
            " ＝1",
            "\u{feff}=1",
            "\u{200b}=1",
            "-1+1",
            "+1-",
            "-",
            "'=1",
            "\"=1",
            "\x1b=1",
            "-5,5",
        ];
        for value in run {
            let cell = csv(Some(Value::Text(value.as_bytes())));
            let cell = cell.strip_prefix(b"\"").unwrap_or(&cell);
            assert!(cell.starts_with(b"'"), "{value:?} became {}", String::from_utf8_lossy(cell));
        }
        for value in ["-5", "+5", "-1.5e+3", "a=1", "1-2", "/bin/-x", "a@b", "'quoted'", "<NA>", "(=1)"] {
            assert_eq!(csv(Some(Value::Text(value.as_bytes()))), value.as_bytes());
        }
        assert_eq!(csv(Some(Value::Number("-5"))), b"-5");
    }

    #[test]
    fn no_value_breaks_a_markdown_table() {
        let cases: [(&[u8], &str); 6] = [
            (b"plain", "`plain`"),
            (b"a|b\nc", "`a`&#124;`b\\x0ac`"),
            (b"`x`", "`` `x` ``"),
            (b"<img src=x>", "`<img src=x>`"),
            (b"[a](http://b)", "`[a](http://b)`"),
            (b"\x1b", "`\\x1b`"),
        ];
        for (value, want) in cases {
            assert_eq!(String::from_utf8(markdown(Some(Value::Text(value)))).unwrap(), want);
        }
        assert_eq!(markdown(None), b"");
    }
}
