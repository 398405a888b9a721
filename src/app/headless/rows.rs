//! How `query` prints an alert as a row of the table for reading, unless fields are asked for (`sheet`).
//!
//! Imports: `base`, `decode`, `state` (what the list calls the object). Promise: a row reads like the browser's list.

use unicode_width::UnicodeWidthStr;

use crate::base::{Clean, Priority};
use crate::decode::{Alert, Value};
use crate::state::OBJECT;

/// The columns of tsv, csv and Markdown where no fields are asked for, in order.
pub(crate) const COLUMNS: [&str; 7] = ["time", "priority", "rule", "hostname", "container.name", "proc.name", "output"];

/// The fields that a row of the table is made of.
pub(crate) fn table_fields() -> Vec<String> {
    let own = ["time", "priority", "rule", "container.id", "container.name", "proc.name"];
    own.into_iter().chain(OBJECT).map(str::to_owned).collect()
}

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
    let time = alert.named("time").map(short_time).unwrap_or_default();
    padded(&[time, badge(alert), named("rule"), container(alert), named("proc.name"), object])
}

/// `2024-10-06T02:15:20.377401822Z` without what a reader can do without; any other text as it is.
pub(crate) fn short_time(time: Value<'_>) -> Clean {
    let time = time.clean();
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
}
