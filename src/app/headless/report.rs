//! `stoop report`: the analysis of the alerts that match, on standard output or into a file.
//!
//! Lives here: loading what is named, the filter, the exit status. Not here: the report itself (`analysis`), the file it
//! goes to (`app::report`). Imports: the rooms up to `analysis`. Promise: what is told and how it ends are as `query`'s.

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use crate::analysis::Playbooks;
use crate::analysis::report::{self, Format, Grouping, Options, Written};
use crate::app::cli::{Report, ReportFormat};
use crate::app::clock;
use crate::app::headless::loaded::loaded;
use crate::app::headless::playbooks::in_force;
use crate::app::headless::{Ended, conclude, filter, filter_within, limits, sources, tell};
use crate::app::report::{Target, spare_inputs};
use crate::base::{Generation, Notice, RowId};
use crate::query::Question;
use crate::query::search::Searcher;
use crate::store::Snapshot;

/// Runs `stoop report`.
pub(crate) fn report(asked: &Report) -> Ended {
    let Ok(text) = filter_within(&OsString::from(&asked.query), &asked.times) else { return Ended::Failed };
    let Ok(filter) = filter(&OsString::from(&text)) else { return Ended::Failed };
    let Ok(playbooks) = in_force(&asked.own.playbooks) else { return Ended::Failed };
    let sources = match sources(&asked.sources, "stoop report") {
        Ok(sources) => sources,
        Err(notice) => {
            tell(&notice);
            return Ended::Failed;
        }
    };
    let (snapshot, mut scanned) = loaded(&sources, limits(asked.reading));
    let rows = matching(&snapshot, &text);
    scanned.matched = rows.len() as u64;
    let written = written((asked, &text), &playbooks, &snapshot, &rows);
    let earned = conclude(&scanned, &filter, &sources);
    match written {
        Ok(written) if written.lost.is_empty() => earned,
        Ok(written) => {
            written.lost.iter().for_each(tell);
            Ended::Failed
        }
        Err(notice) => {
            tell(&notice);
            Ended::Failed
        }
    }
}

/// The rows that match, in time order.
fn matching(snapshot: &Snapshot, filter: &str) -> Arc<Vec<RowId>> {
    let question = Question {
        generation: Generation::default(),
        snapshot: snapshot.clone(),
        filter: filter.to_owned(),
        narrowing: String::new(),
        grouping: None,
        order: None,
        anchor: None,
        since: None,
        now: clock::now(),
    };
    let mut rows = Arc::default();
    Searcher::default().answer(&question, &|| false, &mut |view| rows = view.rows);
    rows
}

/// The format that is asked for, or that the file's name tells.
fn format(asked: &Report) -> Format {
    let ending = asked.output.as_deref().and_then(|name| Path::new(name).extension());
    match (asked.format, ending.and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase).as_deref()) {
        (Some(ReportFormat::Html), _) | (None, Some("html" | "htm")) => Format::Html,
        (Some(ReportFormat::Json), _) | (None, Some("json")) => Format::Json,
        (Some(ReportFormat::Markdown) | None, _) => Format::Markdown,
    }
}

fn written(
    (asked, filter): (&Report, &str),
    playbooks: &Playbooks,
    snapshot: &Snapshot,
    rows: &[RowId],
) -> Result<Written, Notice> {
    let path = asked.output.as_deref().map(Path::new);
    path.map_or(Ok(()), |path| spare_inputs(path, snapshot.sources()))?;
    let mut target = Target::open(path)?;
    let options = Options {
        grouping: if asked.each { Grouping::Each } else { Grouping::Alike },
        format: format(asked),
        filter,
        stopped: &|| false,
    };
    let written = report::write(snapshot, rows, playbooks, options, &mut target.to);
    let (written, done) = match written.and_then(|written| target.to.flush().map(|()| written)) {
        Ok(written) => (written, Ok(())),
        Err(error) => (Written::default(), Err(error)),
    };
    target.close(done)?;
    Ok(written)
}
