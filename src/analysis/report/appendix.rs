//! The appendix: the alerts' own lines, and the inputs with their SHA-256.
//!
//! Imports: `base`, `source`, `store`; sha2. Promise: a sum is that of the bytes that were loaded; where they can't be had
//! again, that is said in its place.

use std::fmt::Write as _;
use std::io;

use sha2::{Digest, Sha256};

use crate::analysis::report::doc::{Block, Words, para};
use crate::analysis::report::groups::{Gathered, Section};
use crate::analysis::report::read::Reader;
use crate::analysis::report::words;
use crate::base::{Clean, Notice, RowId};
use crate::source::SourceId;
use crate::store::Snapshot;

/// Takes blocks as they come.
type Take<'a> = &'a mut dyn FnMut(&[Block]) -> io::Result<()>;

/// The first and the last line of each section, and the one that stands for all.
pub(crate) fn lines(gathered: &Gathered, reader: &Reader<'_>, take: Take<'_>) -> io::Result<()> {
    if gathered.sections.is_empty() {
        return Ok(());
    }
    take(&[Block::Heading(3, "Alert lines")])?;
    for (n, section) in gathered.sections.iter().enumerate() {
        take(&[of_section(n as u64 + 1, section, reader)])?;
    }
    Ok(())
}

fn of_section(number: u64, section: &Section, reader: &Reader<'_>) -> Block {
    let mut rows = vec![section.first_row, section.row, section.last_row];
    rows.dedup();
    let others = match section.count.saturating_sub(rows.len() as u64) {
        0 => String::new(),
        1 => "; 1 line between them is left out".to_owned(),
        more => format!("; {} lines between them are left out", words::number(more)),
    };
    let which = match rows.len() {
        1 => "its line",
        2 => "first and last line",
        _ => "first line, the one that the section was made from, and last line",
    };
    let inside = rows.into_iter().flat_map(|row| line(row, reader)).collect();
    Block::Folded(Words::own(&format!("Section {number}: {which}{others}.")), inside)
}

fn line(row: RowId, reader: &Reader<'_>) -> Vec<Block> {
    let record = reader.record(row);
    let place = para(Words::value(&record.place).text(":"));
    match record.lost {
        Some(lost) => vec![place, para(Words::own("It can't be read any more: ").said(&lost.what).text("."))],
        None => vec![place, Block::Code("text", Clean::from_bytes(&record.line).as_str().to_owned())],
    }
}

/// What one input adds to the report.
#[derive(Default)]
struct Input {
    /// Alerts loaded from it.
    alerts: u64,
    /// Alerts of it in the report's sections; only whether there are any.
    is_used: bool,
}

/// The table of inputs, and what could not be summed.
pub(crate) fn inputs(
    gathered: &Gathered,
    snapshot: &Snapshot,
    stopped: &dyn Fn() -> bool,
) -> (Vec<Block>, Vec<Notice>) {
    let mut inputs: Vec<Input> = (0..snapshot.sources().len()).map(|_| Input::default()).collect();
    count(snapshot, &mut inputs);
    let rows = gathered.sections.iter().flat_map(|section| [section.first_row, section.row, section.last_row]);
    let never = || false;
    let reader = Reader::new(snapshot, &never);
    for source in rows.filter_map(|row| reader.source(row)) {
        if let Some(input) = inputs.get_mut(source.0 as usize) {
            input.is_used = true;
        }
    }
    let (mut rows, mut lost) = (Vec::new(), Vec::new());
    for (n, input) in inputs.iter().enumerate().filter(|(_, input)| input.alerts > 0 || input.is_used) {
        let source = SourceId(u32::try_from(n).unwrap_or(u32::MAX));
        rows.push(row(source, input, snapshot, &mut lost));
        if stopped() {
            break;
        }
    }
    let head = &["input", "bytes", "alerts", "SHA-256"];
    if rows.is_empty() {
        return (vec![Block::Heading(3, "Inputs"), para(Words::own("No alert was read from any input."))], lost);
    }
    (vec![Block::Heading(3, "Inputs"), Block::Table(head, rows)], lost)
}

fn count(snapshot: &Snapshot, inputs: &mut [Input]) {
    for segment in snapshot.segments() {
        for row in 0..segment.len() {
            let Some(place) = segment.place(row) else { continue };
            if let Some(input) = inputs.get_mut(place.span.source.0 as usize) {
                input.alerts += 1;
            }
        }
    }
}

fn row(source: SourceId, input: &Input, snapshot: &Snapshot, lost: &mut Vec<Notice>) -> Vec<Words> {
    let title = snapshot.sources().title(source);
    let mut sum = Sha256::new();
    let read = snapshot.sources().read_all(source, &mut |bytes| sum.update(bytes));
    let alerts = Words::own(&words::number(input.alerts));
    match read {
        Ok(bytes) => {
            let sum = Clean::from_bytes(hexadecimal(&sum.finalize()).as_bytes());
            vec![Words::value(&title), Words::own(&words::number(bytes)), alerts, Words::value(&sum)]
        }
        Err(notice) => {
            let why = Words::own("none: ").said(&notice.what);
            lost.push(notice);
            vec![Words::value(&title), Words::own("not known"), alerts, why]
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(64), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}
