//! How `query` prints an alert or a count as a row: columns for reading, columns with tabs between, JSON.
//!
//! Imports: `base`, `decode`, `query`, `state` (what the list calls the object). Promise: a value can neither end its row
//! nor its column.

use unicode_width::UnicodeWidthStr;

use crate::base::{Clean, Priority};
use crate::decode::{Alert, Value};
use crate::state::OBJECT;

/// The columns of `--format tsv`, in order.
pub(crate) const TSV_COLUMNS: [&str; 7] =
    ["time", "priority", "rule", "hostname", "container.name", "proc.name", "output"];

/// The table's columns with their least widths in cells.
const TABLE_COLUMNS: [(&str, usize); 6] =
    [("TIME", 23), ("PRIO", 4), ("RULE", 40), ("CONTAINER", 20), ("PROCESS", 15), ("OBJECT", 0)];

/// The table's header.
pub(crate) fn table_header() -> String {
    padded(&TABLE_COLUMNS.map(|(name, _)| Clean::from(name)))
}

/// One alert as a row of the table.
pub(crate) fn table_row(alert: &Alert) -> String {
    let named = |name| alert.named(name).map(Value::clean).unwrap_or_default();
    let object = OBJECT.iter().find_map(|name| alert.named(name)).map(Value::clean).unwrap_or_default();
    padded(&[short_time(alert), badge(alert), named("rule"), container(alert), named("proc.name"), object])
}

/// `2024-10-06T02:15:20.377401822Z` without what a reader can do without; any other text as it is.
fn short_time(alert: &Alert) -> Clean {
    let time = alert.named("time").map(Value::clean).unwrap_or_default();
    let text = time.as_str();
    match (text.get(..10), text.get(10..11), text.get(11..23), text.ends_with('Z')) {
        (Some(date), Some("T"), Some(clock), true) => Clean::from_bytes(format!("{date} {clock}").as_bytes()),
        _ => time,
    }
}

fn badge(alert: &Alert) -> Clean {
    match alert.named("priority") {
        Some(Value::Text(word)) => Priority::parse(word).map_or_else(|| Clean::from_bytes(word), |p| p.badge().into()),
        other => other.map(Value::clean).unwrap_or_default(),
    }
}

fn container(alert: &Alert) -> Clean {
    match alert.named("container.id") {
        Some(Value::Text(b"host")) => "<host>".into(),
        id => alert.named("container.name").or(id).map(Value::clean).unwrap_or_default(),
    }
}

fn padded(cells: &[Clean; 6]) -> String {
    let mut row = String::new();
    for (cell, (_, least)) in cells.iter().zip(TABLE_COLUMNS) {
        row.push_str(cell.as_str());
        row.extend(std::iter::repeat_n(' ', (least + 1).saturating_sub(cell.as_str().width()).max(1)));
    }
    row.truncate(row.trim_end().len());
    row
}

/// One alert as a row of tabbed columns.
pub(crate) fn tsv_row(alert: &Alert) -> Vec<u8> {
    let cells = TSV_COLUMNS.map(|name| tsv_cell(alert.named(name)));
    cells.join(&b'\t')
}

/// A value between tabs: what would end the cell or the row is `\t`, `\n`, `\r`, and a backslash `\\`. Absent: empty.
pub(crate) fn tsv_cell(value: Option<Value<'_>>) -> Vec<u8> {
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

/// A value as JSON; bytes that are no UTF-8 become U+FFFD, since JSON has no other way to write them.
pub(crate) fn json_value(value: Option<Value<'_>>) -> String {
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
    use crate::decode::collect::Collector;
    use crate::decode::{Scope, Sink};

    fn alert(values: &[(Scope, &str, Value<'_>)]) -> Alert {
        let mut collector = Collector::default();
        for (scope, name, value) in values {
            collector.value(*scope, name.as_bytes(), *value);
        }
        collector.alert()
    }

    #[test]
    fn a_row_of_the_table_reads_like_the_list() {
        let seen = alert(&[
            (Scope::Alert, "time", Value::Text(b"2024-10-06T02:15:20.377401822Z")),
            (Scope::Alert, "priority", Value::Text(b"critical")),
            (Scope::Alert, "rule", Value::Text(b"A rule")),
            (Scope::Field, "container.id", Value::Text(b"host")),
            (Scope::Field, "proc.name", Value::Text(b"a\x1bb")),
            (Scope::Field, "proc.exepath", Value::Text(b"/bin/a")),
        ]);
        let want = "2024-10-06 02:15:20.377 CRIT A rule                                   <host>               a\\x1bb          /bin/a";
        assert_eq!(table_row(&seen), want);
        assert_eq!(table_row(&Alert::default()), "");
    }

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
        for (value, tsv, json) in cases {
            assert_eq!(tsv_cell(value), tsv, "{value:?}");
            assert_eq!(json_value(value), json, "{value:?}");
        }
    }
}
