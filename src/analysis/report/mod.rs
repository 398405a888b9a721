//! The report: what the panes show of each alert, or of each group of alike alerts, as a document.
//!
//! Lives here: sections, and alerts gathered into them. Not here: Markdown and JSON (`markdown`, `json`), the analysis.
//! Imports: `base`, `decode`. Promise: what is kept grows with the groups, not with the alerts; with one section an
//! alert nothing is kept.

mod escape;
mod groups;
mod json;
mod markdown;
mod raw;

use std::io::{self, Write};

use crate::analysis::Playbooks;
use crate::analysis::report::groups::{Groups, Section};
use crate::base::Clean;
use crate::decode::Alert;

/// What makes a section.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Grouping {
    /// All alike alerts: same rule, host, container, process, user and object.
    #[default]
    Alike,
    /// Each alert.
    Each,
}

/// How the report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Markdown,
    /// For programs; its keys are a promise.
    Json,
}

/// One alert that belongs into the report.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found<'a> {
    /// The alert's own bytes as they came, without a line break.
    pub(crate) line: &'a [u8],
    /// The alert in it.
    pub(crate) alert: &'a Alert,
    /// Where it stands: `overnight.jsonl:8453`.
    pub(crate) place: &'a Clean,
}

/// A report on its way: alerts in one by one, the text out.
#[derive(Debug)]
pub(crate) struct Report {
    playbooks: Playbooks,
    grouping: Grouping,
    format: Format,
    groups: Groups,
    alerts: u64,
    sections: u64,
}

impl Report {
    /// An empty report.
    pub(crate) fn new(playbooks: Playbooks, grouping: Grouping, format: Format) -> Self {
        Self { playbooks, grouping, format, groups: Groups::default(), alerts: 0, sections: 0 }
    }

    /// Takes an alert in; with one section an alert it is written at once.
    pub(crate) fn add(&mut self, found: Found<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.alerts += 1;
        match self.grouping {
            Grouping::Alike => {
                self.groups.add(found);
                Ok(())
            }
            Grouping::Each => self.write(&Section::of(found), out),
        }
    }

    /// Writes what is left, worst and then earliest section first; gives back how many alerts are in the report.
    pub(crate) fn finish(mut self, out: &mut dyn Write) -> io::Result<u64> {
        let sections = std::mem::take(&mut self.groups).into_sections();
        for section in &sections {
            self.write(section, out)?;
        }
        match self.format {
            Format::Markdown => markdown::end(self.alerts, self.sections, out)?,
            Format::Json => json::end(self.sections, out)?,
        }
        Ok(self.alerts)
    }

    fn write(&mut self, section: &Section, out: &mut dyn Write) -> io::Result<()> {
        let analysis = self.playbooks.analyse(&section.alert, None);
        self.sections += 1;
        match self.format {
            Format::Markdown => markdown::section(self.sections, section, &analysis, out),
            Format::Json => json::section(self.sections, section, &analysis, out),
        }
    }
}

#[cfg(test)]
#[path = "report_tests.rs"]
mod tests;
