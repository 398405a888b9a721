//! Alerts in the order of a field: first where they lie and what they sort by, then their lines again.
//!
//! Lives here: what is remembered of an alert. Not here: how values compare (`query::key`), how alerts look (`print`).
//! Imports: the rooms up to `query`. Promise: of a file no line is held, of a stream only those that match; with a limit
//! no more than about twice as many alerts are remembered.

use std::cmp::Ordering;
use std::io::Write;

use crate::app::headless::again::Again;
use crate::app::headless::out::{Flow, Out};
use crate::app::headless::print::Print;
use crate::app::headless::scan::{Hit, Taker, Wants};
use crate::base::Notice;
use crate::decode::Alert;
use crate::query::family::kind;
use crate::query::key::{self, Direction, Key};
use crate::query::lines::LineReader;
use crate::query::tree::Kind;
use crate::source::{ByteSpan, Sources};

/// What rows are sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    /// The field.
    pub(crate) field: String,
    /// Which way.
    pub(crate) direction: Direction,
}

impl Order {
    /// Reads `FIELD`, `FIELD:desc` or `FIELD:asc`.
    pub(crate) fn parse(text: &str) -> Self {
        let (field, direction) = match text.strip_suffix(":desc") {
            Some(field) => (field, Direction::Backwards),
            None => (text.strip_suffix(":asc").unwrap_or(text), Direction::Forwards),
        };
        Self { field: field.trim().to_owned(), direction }
    }
}

/// Remembers the alerts of a scan.
pub(crate) struct Sorting {
    field: [String; 1],
    kind: Kind,
    direction: Direction,
    limit: usize,
    rows: Vec<Row>,
    /// How many alerts have matched.
    matched: u64,
}

/// What is remembered of an alert.
struct Row {
    /// `None`: it has no value.
    key: Option<Key>,
    /// Its number among those that match: equals stay in input order.
    number: u64,
    line: Lying,
}

/// Where a line lies.
enum Lying {
    /// In a file.
    At(ByteSpan),
    /// Here, since its stream is over.
    Held(Box<[u8]>),
}

/// With a limit, so many more rows than twice the limit are remembered before the others are let go.
const SPARE_ROWS: usize = 4096;

impl Sorting {
    /// Rows in this order, the first `limit` of them.
    pub(crate) fn new(order: &Order, limit: u64) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Self {
            field: [order.field.clone()],
            kind: kind(&order.field),
            direction: order.direction,
            limit,
            rows: Vec::new(),
            matched: 0,
        }
    }

    /// Prints the rows in their order; gives what could not be read again.
    pub(crate) fn print<W: Write>(mut self, print: &mut Print<'_>, sources: &Sources, out: &mut Out<W>) -> Vec<Notice> {
        let direction = self.direction;
        self.rows.sort_unstable_by(|a, b| a.compare(b, direction));
        self.rows.truncate(self.limit);
        let names = match print.wants() {
            Wants::Nothing | Wants::Own => Vec::new(),
            Wants::Fields(fields) => fields.to_vec(),
        };
        let (mut lines, mut reader, mut lost) = (Again::new(sources), LineReader::for_names(Some(names)), Vec::new());
        for row in &self.rows {
            let line = match &row.line {
                Lying::At(span) => lines.line(*span),
                Lying::Held(line) => Ok(line.as_ref()),
            };
            let flow = match line {
                Ok(line) => again(line, &mut reader, print, out),
                Err(notice) => {
                    note(&mut lost, notice);
                    Flow::On
                }
            };
            if flow == Flow::Stop {
                break;
            }
        }
        lost
    }

    fn let_go(&mut self) {
        let direction = self.direction;
        if self.rows.len() > self.limit.saturating_mul(2).saturating_add(SPARE_ROWS) {
            self.rows.select_nth_unstable_by(self.limit, |a, b| a.compare(b, direction));
            self.rows.truncate(self.limit);
        }
    }
}

fn again<W: Write>(line: &[u8], reader: &mut LineReader, print: &mut Print<'_>, out: &mut Out<W>) -> Flow {
    let reads = matches!(print.wants(), Wants::Fields(_));
    let mut printed = |alert: &Alert| print.alert(&Hit { line, own: None, alert, span: None }, out);
    if !reads {
        return printed(&Alert::default());
    }
    reader.read(line).map_or(Flow::On, printed)
}

/// A file that has changed is told once, not for each of its lines.
fn note(lost: &mut Vec<Notice>, notice: Notice) {
    if !lost.contains(&notice) {
        lost.push(notice);
    }
}

impl Taker for Sorting {
    fn wants(&self) -> Wants<'_> {
        Wants::Fields(&self.field)
    }
    fn alert(&mut self, hit: Hit<'_>) -> Flow {
        let [field] = &self.field;
        let line = hit.span.map_or_else(|| Lying::Held(hit.line.into()), Lying::At);
        self.matched += 1;
        let key = hit.alert.named(field).and_then(|value| Key::of(self.kind, value));
        self.rows.push(Row { key, number: self.matched, line });
        self.let_go();
        Flow::On
    }
}

impl Row {
    fn compare(&self, other: &Self, direction: Direction) -> Ordering {
        key::compare(self.key.as_ref(), other.key.as_ref(), direction).then(self.number.cmp(&other.number))
    }
}
