//! Tables of alerts with a header, csv mostly, as JSON lines.
//!
//! Lives here: reading one. Not here: rows of cells (`rows`), what a column is (`names`). Imports: `base`. Promise: a row
//! is one line, and what it holds can neither end it nor be taken for another; lines have the numbers that they have in
//! the table, since the header, blank lines and line ends in a row's cells leave blank lines.

mod names;
mod rows;

use std::io::{self, Read};

use names::Names;
pub(super) use names::{Dialect, Front, MAX_HEADER_BYTES, begins};
use rows::Row;

use crate::source::unpack::Input;

/// Reads it.
pub(super) struct Table {
    input: Input,
    /// What the first row said.
    names: Option<Names>,
    row: Row,
    /// How much of a byte order mark is still to come.
    mark_bytes: usize,
    /// What ended the input, until that is told.
    failed: Option<io::Error>,
    has_ended: bool,
    text: Vec<u8>,
    /// How much of the text was given out.
    given: usize,
}

impl Table {
    /// The table in `input`, which [`begins`] as one.
    pub(super) fn new(input: Input, dialect: Dialect) -> Self {
        let row = Row::new(dialect.delimiter, dialect.line_end);
        let mark_bytes = dialect.mark_bytes;
        Self { input, names: None, row, mark_bytes, failed: None, has_ended: false, text: Vec::new(), given: 0 }
    }
    /// `false`: there is no more.
    fn refill(&mut self) -> io::Result<bool> {
        self.text.clear();
        self.given = 0;
        if self.has_ended {
            return self.failed.take().map_or(Ok(false), Err);
        }
        let count = match self.input.fill_buf() {
            Ok(bytes) => {
                let (names, row, text) = (&mut self.names, &mut self.row, &mut self.text);
                let mut rest = bytes.get(self.mark_bytes..).unwrap_or_default();
                self.mark_bytes = self.mark_bytes.saturating_sub(bytes.len());
                while !rest.is_empty() {
                    let (taken, is_row) = row.take(rest);
                    rest = rest.get(taken..).unwrap_or_default();
                    if is_row {
                        put(names, row, text);
                    }
                }
                bytes.len()
            }
            Err(why) if matches!(why.kind(), io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock) => {
                return Err(why);
            }
            Err(why) => {
                self.failed = Some(why);
                0
            }
        };
        self.input.consume(count);
        if count == 0 {
            self.has_ended = true;
            if self.row.finish() {
                put(&mut self.names, &mut self.row, &mut self.text);
            }
        }
        Ok(true)
    }
}

/// Puts the row's line behind `text`, and the blank ones for the lines that it has beside it.
fn put(names: &mut Option<Names>, row: &mut Row, text: &mut Vec<u8>) {
    match names {
        None => *names = Names::of(row),
        Some(names) => names.put(row, text),
    }
    text.extend(std::iter::repeat_n(b'\n', row.inner_lines() + 1));
    row.clear();
}

impl Read for Table {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() {
            if !self.refill()? {
                return Ok(0);
            }
        }
        let count = self.text.get(self.given..).unwrap_or_default().read(into)?;
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
