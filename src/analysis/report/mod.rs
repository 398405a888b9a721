//! The report: what the panes show of each alert, or of each group of alike alerts, as a document.
//!
//! Lives here: the order of the whole. Not here: groups (`groups`), what a section says (`section`), how it is written
//! (`markdown`, `html`, `json`), the analysis. Imports: `base`, `source`, `decode`, `store`, `query`. Promise: the same
//! alerts and the same playbooks make the same bytes; what is kept grows with the sections, not with the alerts.

mod appendix;
mod closing;
mod doc;
pub(crate) mod escape;
mod front;
mod groups;
mod html;
mod json;
mod likeness;
mod markdown;
mod marks;
mod meaning;
mod mitigation;
mod raw;
mod read;
mod section;
mod tuning;
mod words;

use std::io::{self, Write};

use crate::analysis::report::doc::Block;
use crate::analysis::report::front::{Heading, Overview};
use crate::analysis::report::groups::{Gathered, Section};
use crate::analysis::report::read::{Reader, Record};
use crate::analysis::report::tuning::Silencing;
use crate::analysis::{Analysis, Playbooks};
use crate::base::{Clean, Notice, RowId};
use crate::store::Snapshot;

/// What makes a section.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Grouping {
    /// All alike alerts: same rule, host, container, program, user and object; coarser where those are too many.
    #[default]
    Alike,
    /// Each alert.
    Each,
}

/// How the report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Format {
    /// For tickets.
    #[default]
    Markdown,
    /// One page for a browser or a printer.
    Html,
    /// For programs; its keys are a promise.
    Json,
}

/// How the report is wanted.
#[derive(Clone, Copy)]
pub(crate) struct Options<'a> {
    /// What makes a section.
    pub(crate) grouping: Grouping,
    /// How it is written.
    pub(crate) format: Format,
    /// The filter that chose the rows, for its head; empty: none.
    pub(crate) filter: &'a str,
    /// Asked between sections; `true` ends the report with an error.
    pub(crate) stopped: &'a dyn Fn() -> bool,
}

/// What was written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Written {
    /// Alerts in the report.
    pub(crate) alerts: u64,
    /// Sections.
    pub(crate) sections: u64,
    /// Alerts whose lines can't be read any more, and inputs that can't be summed; the report says so too.
    pub(crate) lost: Vec<Notice>,
}

/// With more sections than this none is held back: the overview at the top counts rules, and sections go out at once.
const HELD: usize = 2000;

/// Writes the report of `rows` of `snapshot`, in their order, to `out`.
///
/// # Errors
/// `out` takes no more, or it was stopped.
pub(crate) fn write(
    snapshot: &Snapshot,
    rows: &[RowId],
    playbooks: &Playbooks,
    options: Options<'_>,
    out: &mut dyn Write,
) -> io::Result<Written> {
    let alike = (options.grouping == Grouping::Alike).then_some(playbooks);
    let gathered = groups::gathered(snapshot, rows, alike, options.stopped).ok_or_else(stop)?;
    let mut report = Report {
        reader: Reader::new(snapshot, options.stopped),
        silencing: Silencing::new(snapshot),
        playbooks,
        options,
        written: Written { alerts: rows.len() as u64, ..Written::default() },
    };
    match options.format {
        Format::Json => report.json(&gathered, out)?,
        _ if gathered.sections.len() > HELD => report.at_once(&gathered, out)?,
        _ => report.with_overview(&gathered, out)?,
    }
    Ok(report.written)
}

fn stop() -> io::Error {
    io::Error::other("it was stopped")
}

/// A report on its way.
struct Report<'a> {
    reader: Reader<'a>,
    silencing: Silencing<'a>,
    playbooks: &'a Playbooks,
    options: Options<'a>,
    written: Written,
}

/// One section's matter.
pub(crate) struct Matter<'a> {
    /// Its number, from 1.
    pub(crate) number: u64,
    /// Its rows.
    pub(crate) section: &'a Section,
    /// The alert that stands for all.
    pub(crate) record: Record,
    /// What it means.
    pub(crate) analysis: Analysis,
    /// What the proposed exception would silence, in words; empty without one.
    pub(crate) silenced: Clean,
    /// What its alerts have in common, where they are not alike in all.
    pub(crate) common: Option<&'static str>,
}

impl Report<'_> {
    /// Reads and analyses a section's alert. A line that can't be read is an empty alert, and told.
    fn matter<'s>(&mut self, gathered: &'s Gathered, number: usize, section: &'s Section) -> io::Result<Matter<'s>> {
        if (self.options.stopped)() {
            return Err(stop());
        }
        let record = self.reader.record(section.row);
        self.written.lost.extend(record.lost.clone());
        let nearby = self.reader.nearby(section.row, &record.alert);
        let analysis = self.playbooks.analyse(&record.alert, nearby.as_ref());
        let silenced = self.silencing.told(&analysis, &record.alert);
        let number = number as u64 + 1;
        self.written.sections = number;
        let common = gathered.grade.filter(|grade| *grade > 0).and_then(|grade| likeness::COMMON.get(grade).copied());
        Ok(Matter { number, section, record, analysis, silenced, common })
    }

    fn json(&mut self, gathered: &Gathered, out: &mut dyn Write) -> io::Result<()> {
        for (n, section) in gathered.sections.iter().enumerate() {
            let matter = self.matter(gathered, n, section)?;
            json::section(&matter, out)?;
        }
        json::end(self.written.sections, out)
    }

    /// The head tells what each section comes to, so the sections are made before it and wait.
    fn with_overview(&mut self, gathered: &Gathered, out: &mut dyn Write) -> io::Result<()> {
        let (mut body, mut headings) = (Vec::new(), Vec::new());
        for (n, section) in gathered.sections.iter().enumerate() {
            let matter = self.matter(gathered, n, section)?;
            headings.push(Heading::of(&matter));
            self.blocks(&section::blocks(&matter, &self.reader), &mut body)?;
        }
        let overview = Overview { gathered, alerts: self.written.alerts, filter: self.options.filter, headings };
        self.head(&overview, out)?;
        out.write_all(&body)?;
        self.tail(gathered, out)
    }

    fn at_once(&mut self, gathered: &Gathered, out: &mut dyn Write) -> io::Result<()> {
        let headings = Vec::new();
        let overview = Overview { gathered, alerts: self.written.alerts, filter: self.options.filter, headings };
        self.head(&overview, out)?;
        for (n, section) in gathered.sections.iter().enumerate() {
            let matter = self.matter(gathered, n, section)?;
            self.blocks(&section::blocks(&matter, &self.reader), out)?;
        }
        self.tail(gathered, out)
    }

    fn head(&mut self, overview: &Overview<'_>, out: &mut dyn Write) -> io::Result<()> {
        let title = overview.title();
        if self.options.format == Format::Html {
            html::begin(&title, out)?;
            self.blocks(&overview.blocks(&self.reader), out)?;
            return html::nav(&overview.titles(), out);
        }
        markdown::title(&title, out)?;
        self.blocks(&overview.blocks(&self.reader), out)
    }

    fn tail(&mut self, gathered: &Gathered, out: &mut dyn Write) -> io::Result<()> {
        self.blocks(&[Block::Heading(2, "Appendix")], out)?;
        appendix::lines(gathered, &self.reader, &mut |blocks| {
            if (self.options.stopped)() { Err(stop()) } else { write_blocks(self.options.format, blocks, out) }
        })?;
        let (inputs, lost) = appendix::inputs(gathered, self.reader.snapshot, self.options.stopped);
        self.written.lost.extend(lost);
        if (self.options.stopped)() {
            return Err(stop());
        }
        self.blocks(&inputs, out)?;
        if self.options.format == Format::Html { html::end(out) } else { Ok(()) }
    }

    fn blocks(&self, blocks: &[Block], out: &mut dyn Write) -> io::Result<()> {
        write_blocks(self.options.format, blocks, out)
    }
}

fn write_blocks(format: Format, blocks: &[Block], out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Html => html::blocks(blocks, out),
        Format::Markdown | Format::Json => markdown::blocks(blocks, out),
    }
}

#[cfg(test)]
#[path = "report_tests.rs"]
mod tests;
