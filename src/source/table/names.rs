//! What the columns of a table of alerts are called, and a row under them as a JSON object.
//!
//! Lives here: telling such a header from anything else, where in an alert a column belongs. Not here: cells (`rows`).
//! Imports: `base`. Promise: an object has the members that the header names and no other; a cell is one value, whatever
//! stands in it, and every cell that is not empty is there.

use std::io::Write as _;

use serde_json::value::RawValue;

use crate::base::formula::unguarded;
use crate::source::table::rows::Row;

/// The longest header, in bytes.
pub(in crate::source) const MAX_HEADER_BYTES: usize = 64 << 10;

/// The longest name in it: what comes out is never many times what went in.
const MAX_NAME_BYTES: usize = 256;

/// Own names of an alert that a column gives as they are. Its rule comes before them.
const OWN: [&str; 7] = ["priority", "time", "source", "hostname", "uuid", "output", "message"];

/// What the first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) enum Front {
    /// They are the header of such a table.
    Table(Dialect),
    /// They are not.
    Other,
    /// There are too few bytes to tell.
    Unclear,
}

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) struct Dialect {
    /// Between cells.
    pub(super) delimiter: u8,
    /// Ends a row.
    pub(super) line_end: u8,
    /// How long the byte order mark is.
    pub(super) mark_bytes: usize,
}

/// Where a column belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Column {
    /// The rule's name.
    Rule,
    /// A text of the alert's own.
    Own(&'static str),
    /// Its list of tags.
    Tags,
    /// All of its fields, or some, as JSON.
    Fields,
    /// One of its fields, by its name as JSON.
    Field(Vec<u8>),
    /// What a search engine adds, by its name as JSON.
    Beside(Vec<u8>),
}

/// The columns of a table.
#[derive(Debug)]
pub(super) struct Names(Vec<Column>);

/// The byte order mark of UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Looks for a header; `is_whole`: no more bytes can be had.
pub(in crate::source) fn begins(head: &[u8], is_whole: bool) -> Front {
    let text = head.strip_prefix(MARK).unwrap_or(head);
    let end = text.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
    let line = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
    if line.iter().any(|byte| byte.is_ascii_control() || matches!(byte, b'{' | b'}')) {
        return Front::Other;
    }
    let line_end = match text.get(line.len()..).unwrap_or_default() {
        [b'\r', b'\n', ..] | [b'\n', ..] => b'\n',
        [b'\r', _, ..] => b'\r',
        [b'\r'] if is_whole => b'\r',
        [] if is_whole && head.len() < MAX_HEADER_BYTES => b'\n',
        _ if is_whole => return Front::Other,
        _ => return Front::Unclear,
    };
    // Between tabs a quote is mostly a quote, as in this program's own tsv: read as the beginning of a quoted cell it
    // would hide the rows behind it.
    let dialects = [b',', b';'].map(|delimiter| Dialect { delimiter, line_end, mark_bytes: head.len() - text.len() });
    let header = |dialect: &Dialect| Names::of(&first_row(line, *dialect)).is_some();
    dialects.into_iter().find(header).map_or(Front::Other, Front::Table)
}

fn first_row(line: &[u8], dialect: Dialect) -> Row {
    let mut row = Row::new(dialect.delimiter, dialect.line_end);
    row.take(line);
    row.finish();
    row
}

impl Names {
    /// The names that stand in a table's first row; `None`: it is no such table.
    pub(super) fn of(header: &Row) -> Option<Self> {
        let names: Vec<&[u8]> = header.cells()?.collect();
        // This program's own counts have a rule as well, and are no alerts.
        let is_count = names.first().is_some_and(|name| name.eq_ignore_ascii_case(b"count"));
        if is_count || names.iter().any(|name| name.len() > MAX_NAME_BYTES) {
            return None;
        }
        let mut columns: Vec<Column> = Vec::new();
        for (number, name) in names.iter().enumerate() {
            let column = column(unguarded(name), number + 1);
            let is_again = !matches!(column, Column::Field(_) | Column::Beside(_)) && columns.contains(&column);
            let has_better = is_stamp(name) && names.iter().any(|name| named(name, "time"));
            columns.push(if is_again || has_better { Column::Field(json(name)) } else { column });
        }
        let tells = |column: &Column| matches!(column, Column::Own("priority" | "output" | "time") | Column::Fields);
        let says_more = columns.iter().any(tells) || names.iter().any(|name| under_fields(bare(name)).is_some());
        (columns.contains(&Column::Rule) && says_more).then_some(Self(columns))
    }
    /// Puts the row as JSON behind `out`: an alert, or where its cells are not those of the header, its text. Of a row in
    /// which nothing stands, nothing.
    pub(super) fn put(&self, row: &Row, out: &mut Vec<u8>) {
        match row.cells() {
            Some(_) if row.is_blank() => {}
            Some(cells) if row.len() == self.0.len() => self.object(&cells.map(unguarded).collect::<Vec<_>>(), out),
            Some(_) => put_unread(&format!("row with {} cells, header with {}", row.len(), self.0.len()), row, out),
            None => put_unread("row with a quote that is not closed, or not doubled", row, out),
        }
    }
    /// Its rule is always there: what has one is never taken for something around an alert.
    fn object(&self, cells: &[&[u8]], out: &mut Vec<u8>) {
        let all = || self.0.iter().zip(cells).filter(|(_, cell)| !cell.is_empty());
        let rule = all().find(|(column, _)| **column == Column::Rule);
        out.extend_from_slice(b"{\"rule\":");
        put_text(rule.map_or(b"", |(_, cell)| cell), out);
        for (column, cell) in all() {
            match column {
                Column::Own(name) => put_member(&json(name.as_bytes()), cell, out),
                Column::Beside(name) => put_member(name, cell, out),
                Column::Tags => put_tags(cell, out),
                Column::Rule | Column::Fields | Column::Field(_) => {}
            }
        }
        out.extend_from_slice(b",\"output_fields\":{");
        let begin = out.len();
        for (column, cell) in all() {
            match column {
                Column::Fields => put_fields(cell, begin, out),
                Column::Field(name) => {
                    put_comma(begin, out);
                    out.extend_from_slice(name);
                    out.push(b':');
                    put_value(cell, out);
                }
                _ => {}
            }
        }
        out.extend_from_slice(b"}}");
    }
}

/// A column's name without what a search engine puts before it.
fn bare(name: &[u8]) -> &[u8] {
    name.strip_prefix(b"_source.").unwrap_or(name)
}

fn named(name: &[u8], own: &str) -> bool {
    bare(name).eq_ignore_ascii_case(own.as_bytes())
}

/// What a search engine calls the time.
fn is_stamp(name: &[u8]) -> bool {
    named(name, "@timestamp") || named(name, "timestamp")
}

fn under_fields(name: &[u8]) -> Option<&[u8]> {
    let (before, rest) = name.split_at_checked(b"output_fields.".len())?;
    (before.eq_ignore_ascii_case(b"output_fields.") && !rest.is_empty()).then_some(rest)
}

/// Where the column of that name, the `number`th, belongs.
fn column(name: &[u8], number: usize) -> Column {
    let is = |own: &str| named(name, own);
    if let Some(own) = OWN.into_iter().find(|own| is(own)) {
        return Column::Own(own);
    }
    let name = bare(name);
    match under_fields(name) {
        _ if is("rule") => Column::Rule,
        _ if is("tags") => Column::Tags,
        _ if is("output_fields") => Column::Fields,
        _ if is_stamp(name) => Column::Own("time"),
        Some(field) => Column::Field(json(field)),
        None if name.is_empty() => Column::Field(json(format!("column {number}").as_bytes())),
        None if name.starts_with(b"_") => Column::Beside(json(name)),
        None => Column::Field(json(name)),
    }
}

fn put_unread(why: &str, row: &Row, out: &mut Vec<u8>) {
    out.push(b'{');
    put_text(why.as_bytes(), out);
    out.push(b':');
    put_text(row.raw(), out);
    out.push(b'}');
}

fn put_member(name: &[u8], text: &[u8], out: &mut Vec<u8>) {
    out.push(b',');
    out.extend_from_slice(name);
    out.push(b':');
    put_text(text, out);
}

fn put_comma(begin: usize, out: &mut Vec<u8>) {
    if out.len() > begin {
        out.push(b',');
    }
}

/// A list as JSON, or words with commas between.
fn put_tags(cell: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(b",\"tags\":");
    if let Some(list) = whole(cell, b'[') {
        return put_on_one_line(list, out);
    }
    out.push(b'[');
    let begin = out.len();
    for tag in cell.split(|byte| *byte == b',').map(<[u8]>::trim_ascii).filter(|tag| !tag.is_empty()) {
        put_comma(begin, out);
        put_text(tag, out);
    }
    out.push(b']');
}

/// The members of an object; what is none is a field of the column's name.
fn put_fields(cell: &[u8], begin: usize, out: &mut Vec<u8>) {
    let Some(object) = whole(cell, b'{') else {
        put_comma(begin, out);
        out.extend_from_slice(b"\"output_fields\":");
        return put_text(cell, out);
    };
    let members = object.get(1..object.len() - 1).unwrap_or_default().trim_ascii();
    if !members.is_empty() {
        put_comma(begin, out);
        put_on_one_line(members, out);
    }
}

/// The cell, if it is JSON from its first byte, which is `first`, to its last.
fn whole(cell: &[u8], first: u8) -> Option<&[u8]> {
    let cell = cell.trim_ascii();
    let is_json = cell.first() == Some(&first) && serde_json::from_slice::<&RawValue>(cell).is_ok();
    is_json.then_some(cell)
}

/// JSON has line ends only where blanks may stand.
fn put_on_one_line(json: &[u8], out: &mut Vec<u8>) {
    out.extend(json.iter().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { *byte }));
}

/// A number where the cell is spelt as JSON spells an integer of 64 bits, else a text.
fn put_value(cell: &[u8], out: &mut Vec<u8>) {
    if is_integer(cell) { out.extend_from_slice(cell) } else { put_text(cell, out) }
}

fn is_integer(cell: &[u8]) -> bool {
    let digits = cell.strip_prefix(b"-").unwrap_or(cell);
    let is_plain = match digits {
        [b'0'] => cell.len() == 1,
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    let text = std::str::from_utf8(cell).unwrap_or_default();
    is_plain && (text.parse::<u64>().is_ok() || text.parse::<i64>().is_ok())
}

fn json(text: &[u8]) -> Vec<u8> {
    let mut json = Vec::new();
    put_text(text, &mut json);
    json
}

/// As a JSON string; bytes that are no UTF-8 stay.
fn put_text(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = text;
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)) {
        let (plain, from) = rest.split_at(at);
        out.extend_from_slice(plain);
        match from.first() {
            Some(byte @ (b'"' | b'\\')) => out.extend([b'\\', *byte]),
            Some(byte) => write!(out, "\\u{byte:04x}").unwrap_or_default(),
            None => {}
        }
        rest = from.get(1..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}
