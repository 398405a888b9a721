//! How `query` prints an alert: its bytes, its row in the table for reading, or its row in a sheet of fields.
//!
//! Imports: `decode`. Promise: alerts look the same whether they come as they were read or sorted.

use std::borrow::Cow;
use std::io::Write;

use crate::app::cli::Format;
use crate::app::headless::out::{Flow, Out};
use crate::app::headless::rows;
use crate::app::headless::scan::{Hit, Wants};
use crate::app::headless::sheet::Sheet;
use crate::decode;

/// What is printed of each alert.
pub(crate) enum Print<'a> {
    /// The whole line.
    Line,
    /// The alert's own bytes.
    Alert,
    /// The columns of the browser's list, from these fields.
    List(Vec<String>),
    /// The fields of the sheet.
    Fields(Sheet<'a>),
}

impl<'a> Print<'a> {
    /// In this format, the fields that are asked for; without any, what the format has of its own.
    pub(crate) fn new(format: Format, fields: &'a [String], columns: &'a [String]) -> Self {
        match format {
            Format::Raw => Self::Line,
            Format::Json if fields.is_empty() => Self::Alert,
            Format::Table if fields.is_empty() => Self::List(rows::table_fields()),
            _ if fields.is_empty() => Self::Fields(Sheet::new(format, columns, "")),
            _ => Self::Fields(Sheet::new(format, fields, "")),
        }
    }

    /// Which values it needs.
    pub(crate) fn wants(&self) -> Wants<'_> {
        match self {
            Self::Line => Wants::Nothing,
            Self::Alert => Wants::Own,
            Self::List(fields) => Wants::Fields(fields),
            Self::Fields(sheet) => Wants::Fields(sheet.names()),
        }
    }

    /// Prints what stands above the rows.
    pub(crate) fn head<W: Write>(&mut self, out: &mut Out<W>) -> Flow {
        match self {
            Self::Line | Self::Alert => Flow::On,
            Self::List(_) => out.text(rows::table_header().as_bytes()),
            Self::Fields(sheet) => sheet.head(out),
        }
    }

    /// Prints an alert.
    pub(crate) fn alert<W: Write>(&mut self, hit: &Hit<'_>, out: &mut Out<W>) -> Flow {
        let Hit { line, own, alert, .. } = *hit;
        match self {
            Self::Line => out.text(line),
            Self::Alert => out.json(&own.map_or_else(|| decode::own(line), Cow::Borrowed)),
            Self::List(_) => out.text(rows::table_row(alert).as_bytes()),
            Self::Fields(sheet) => {
                let values: Vec<_> = sheet.names().iter().map(|name| alert.named(name)).collect();
                sheet.row(&values, out)
            }
        }
    }

    /// Prints what still waits.
    pub(crate) fn end<W: Write>(&mut self, out: &mut Out<W>) -> Flow {
        match self {
            Self::Line | Self::Alert | Self::List(_) => Flow::On,
            Self::Fields(sheet) => sheet.end(out),
        }
    }
}
