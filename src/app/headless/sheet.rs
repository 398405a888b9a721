//! Rows of cells under a header, in each format that has any: JSON objects, a table for reading, tsv, csv, Markdown.
//!
//! Lives here: names of columns, widths, how a row is joined. Not here: one cell (`cells`), which alerts (`query`).
//! Imports: `base`, `decode`. Promise: every row has as many cells as there are names, in their order.

use std::io::Write;

use unicode_width::UnicodeWidthStr;

use crate::app::cli::Format;
use crate::app::headless::cells;
use crate::app::headless::out::{Flow, Out};
use crate::app::headless::rows::short_time;
use crate::base::Clean;
use crate::decode::Value;

/// The name of the column of counts.
pub(crate) const COUNT: &str = "count";

/// Prints rows.
pub(crate) struct Sheet<'a> {
    format: Format,
    names: &'a [String],
    /// What stands in a table where a value is missing.
    absent: &'static str,
    /// A table's rows that wait until it is known how wide the columns are.
    waiting: Vec<Vec<Clean>>,
    /// The least width of each column in cells; empty until it is known.
    widths: Vec<usize>,
}

/// So many rows of a table say how wide its columns are.
const MEASURED_ROWS: usize = 200;

/// A column is made no wider than this, so that one long value does not push the rest off the screen.
const WIDEST: usize = 60;

impl<'a> Sheet<'a> {
    /// A sheet with these columns.
    pub(crate) fn new(format: Format, names: &'a [String], absent: &'static str) -> Self {
        Self { format, names, absent, waiting: Vec::new(), widths: Vec::new() }
    }

    /// The names of its columns.
    pub(crate) fn names(&self) -> &'a [String] {
        self.names
    }

    /// Prints the header, where the format has one.
    pub(crate) fn head<W: Write>(&mut self, out: &mut Out<W>) -> Flow {
        let names = || self.names.iter().map(|name| Some(Value::Text(name.as_bytes())));
        match self.format {
            Format::Json | Format::Raw => Flow::On,
            Format::Tsv => out.text(&joined(names(), cells::tsv, b"\t")),
            Format::Csv => out.text(&between_commas(names())),
            Format::Markdown => {
                let rule = ["|", &" --- |".repeat(self.names.len())].concat();
                out.text(&piped(names()));
                out.text(rule.as_bytes())
            }
            Format::Table => {
                self.waiting.push(self.names.iter().map(|name| Clean::from_bytes(name.as_bytes())).collect());
                Flow::On
            }
        }
    }

    /// Prints a row.
    pub(crate) fn row<W: Write>(&mut self, values: &[Option<Value<'_>>], out: &mut Out<W>) -> Flow {
        let values = values.iter().copied();
        match self.format {
            Format::Json | Format::Raw => out.json(self.object(values).as_bytes()),
            Format::Tsv => out.text(&joined(values, cells::tsv, b"\t")),
            Format::Csv => out.text(&between_commas(values)),
            Format::Markdown => out.text(&piped(values)),
            Format::Table => self.table_row(values, out),
        }
    }

    /// Prints what still waits.
    pub(crate) fn end<W: Write>(&mut self, out: &mut Out<W>) -> Flow {
        self.measure();
        let waiting = std::mem::take(&mut self.waiting);
        let mut flow = Flow::On;
        for row in waiting {
            if flow == Flow::On {
                flow = out.text(self.padded(&row).as_bytes());
            }
        }
        flow
    }

    fn object<'v>(&self, values: impl Iterator<Item = Option<Value<'v>>>) -> String {
        let pairs = self.names.iter().zip(values);
        let pairs: Vec<String> =
            pairs.map(|(name, value)| [&cells::json_string(name), ":", &cells::json(value)].concat()).collect();
        ["{", &pairs.join(","), "}"].concat()
    }

    fn table_row<'v, W: Write>(&mut self, values: impl Iterator<Item = Option<Value<'v>>>, out: &mut Out<W>) -> Flow {
        let row: Vec<Clean> = self.names.iter().zip(values).map(|(name, value)| self.shown(name, value)).collect();
        if !self.widths.is_empty() {
            return out.text(self.padded(&row).as_bytes());
        }
        self.waiting.push(row);
        if self.waiting.len() < MEASURED_ROWS { Flow::On } else { self.end(out) }
    }

    fn shown(&self, name: &str, value: Option<Value<'_>>) -> Clean {
        match value {
            None | Some(Value::Null) => self.absent.into(),
            Some(value) if name == "time" => short_time(value),
            Some(value) => value.clean(),
        }
    }

    fn measure(&mut self) {
        let widest = |column: usize| {
            let cells = self.waiting.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.as_str().width()).max().unwrap_or_default().min(WIDEST)
        };
        if self.widths.is_empty() {
            self.widths = (0..self.names.len()).map(widest).collect();
        }
    }

    /// Counts stand on the right of their column.
    fn padded(&self, row: &[Clean]) -> String {
        let mut line = String::new();
        for ((cell, width), name) in row.iter().zip(&self.widths).zip(self.names) {
            let missing = width.saturating_sub(cell.as_str().width());
            let (before, behind) = if name == COUNT { (missing, 0) } else { (0, missing) };
            line.extend(std::iter::repeat_n(' ', before));
            line.push_str(cell.as_str());
            line.extend(std::iter::repeat_n(' ', behind + 2));
        }
        line.truncate(line.trim_end().len());
        line
    }
}

fn joined<'v>(
    values: impl Iterator<Item = Option<Value<'v>>>,
    cell: fn(Option<Value<'_>>) -> Vec<u8>,
    between: &[u8],
) -> Vec<u8> {
    values.map(cell).collect::<Vec<_>>().join(between)
}

/// A row of one empty cell is written `""`: readers of csv pass over an empty line, and would lose the row.
fn between_commas<'v>(values: impl Iterator<Item = Option<Value<'v>>>) -> Vec<u8> {
    let row = joined(values, cells::csv, b",");
    if row.is_empty() { b"\"\"".to_vec() } else { row }
}

fn piped<'v>(values: impl Iterator<Item = Option<Value<'v>>>) -> Vec<u8> {
    [b"| ", joined(values, cells::markdown, b" | ").as_slice(), b" |"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(format: Format, names: &[&str], rows: &[&[Option<Value<'_>>]]) -> String {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut bytes = Vec::new();
        let mut out = Out::new(&mut bytes, false);
        let mut sheet = Sheet::new(format, &names, "-");
        sheet.head(&mut out);
        for row in rows {
            sheet.row(row, &mut out);
        }
        sheet.end(&mut out);
        out.finish().unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn each_format_has_its_rows() {
        let rows: [&[Option<Value<'_>>]; 2] = [
            &[Some(Value::Number("12")), Some(Value::Text(b"2024-10-06T02:15:20.377401822Z")), None],
            &[Some(Value::Number("3")), None, Some(Value::Text(b"a|,\tb"))],
        ];
        let cases = [
            (
                Format::Json,
                "{\"count\":12,\"time\":\"2024-10-06T02:15:20.377401822Z\",\"a b\":null}\n\
                 {\"count\":3,\"time\":null,\"a b\":\"a|,\\tb\"}\n",
            ),
            (Format::Tsv, "count\ttime\ta b\n12\t2024-10-06T02:15:20.377401822Z\t\n3\t\ta|,\\tb\n"),
            (Format::Csv, "count,time,a b\n12,2024-10-06T02:15:20.377401822Z,\n3,,\"a|,\tb\"\n"),
            (
                Format::Markdown,
                "| `count` | `time` | `a b` |\n| --- | --- | --- |\n| `12` | `2024-10-06T02:15:20.377401822Z` |  |\n\
                 | `3` |  | `a`&#124;`,\\x09b` |\n",
            ),
            (
                Format::Table,
                "count  time                     a b\n   12  2024-10-06 02:15:20.377  -\n    3  -                        a|,\\x09b\n",
            ),
        ];
        for (format, want) in cases {
            assert_eq!(printed(format, &["count", "time", "a b"], &rows), want, "{format:?}");
        }
    }

    #[test]
    fn a_long_value_does_not_widen_a_table_without_end() {
        let long = "x".repeat(100);
        let rows: [&[Option<Value<'_>>]; 2] = [
            &[Some(Value::Text(long.as_bytes())), Some(Value::Text(b"b"))],
            &[Some(Value::Text(b"a")), Some(Value::Text(b"b"))],
        ];
        let table = printed(Format::Table, &["one", "two"], &rows);
        let columns: Vec<_> = table.lines().map(|line| line.rfind(['b', 't']).unwrap()).collect();
        assert_eq!(columns, [62, 102, 62]);
    }

    #[test]
    fn a_row_of_one_empty_cell_is_no_empty_line() {
        let rows: [&[Option<Value<'_>>]; 3] = [&[None], &[Some(Value::Text(b""))], &[Some(Value::Text(b"b"))]];
        assert_eq!(printed(Format::Csv, &["a"], &rows), "a\n\"\"\n\"\"\nb\n");
    }

    #[test]
    fn a_name_is_no_formula_either() {
        assert_eq!(printed(Format::Csv, &["=cmd()", "a,b"], &[]), "'=cmd(),\"a,b\"\n");
    }
}
