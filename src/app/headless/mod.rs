//! The commands without a screen: `query`, `report` and `playbooks`.
//!
//! Lives here: what both share: reading the filter, what is said on standard error, the exit status. Imports: the rooms
//! up to `analysis`. Promise: data goes to standard output, everything else to standard error.

mod again;
mod by;
mod cells;
pub(crate) mod explain;
mod following;
mod judge;
mod loaded;
mod newest;
mod out;
pub(crate) mod playbooks;
mod print;
pub(crate) mod query;
pub(crate) mod report;
mod rows;
mod scan;
mod sheet;
mod sorted;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::os::unix::ffi::OsStrExt;
use std::process::ExitCode;

use crate::app::cli;
use crate::app::cli::{Reading, Times};
use crate::app::environment::Environment;
use crate::app::filters;
use crate::app::headless::scan::Scanned;
use crate::base::quoted::Quoted;
use crate::base::{Clean, Notice};
use crate::query::filter::{Filter, FilterError};
use crate::query::saved::{parse, with_shipped};
use crate::query::span::{Span, within};
use crate::source::{Limits, SourceName};
use crate::state::number::grouped;

/// How a command ends; the worst of what happened counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ended {
    /// 0: something matched.
    Matched,
    /// 1: nothing matched.
    Nothing,
    /// 2: an error, even where alerts were printed.
    Failed,
}

impl From<Ended> for ExitCode {
    fn from(ended: Ended) -> Self {
        Self::from(ended as u8)
    }
}

/// What a run may take.
fn limits(reading: Reading) -> Limits {
    Environment::read().limits(reading.max_expand)
}

/// Tells the user on standard error. A standard error that is closed is no reason to stop.
pub(crate) fn tell(notice: &Notice) {
    let _ = writeln!(io::stderr(), "{notice}");
}

/// The sources that the words name. `Err`: there are none, and nothing is piped in.
fn sources(words: &[OsString], command: &'static str) -> Result<Vec<SourceName>, Notice> {
    let sources = cli::sources(words, io::stdin().is_terminal());
    if sources.is_empty() {
        let next = format!("Name a file or directory, or pipe alerts in: {command} FILE");
        return Err(Notice::said("no source was named").with_next(Clean::from_bytes(next.as_bytes())));
    }
    Ok(sources)
}

/// The filter, or its mistake with a caret under the place.
pub(crate) fn filter(text: &OsString) -> Result<Filter, ()> {
    in_full(text).map(|(_, filter)| filter)
}

/// The filter with the texts of saved ones in place of their names, and read.
pub(crate) fn in_full(text: &OsString) -> Result<(String, Filter), ()> {
    let Some(text) = text.to_str() else {
        tell(&Notice::said("the filter is no UTF-8").with_next("Write the bytes that are none as an escape: \\xff"));
        return Err(());
    };
    let saved = Environment::read().state.map(|state| filters::saved(&state)).unwrap_or_default();
    let read = parse(text, &with_shipped(saved));
    read.map(|(full, filter)| (full.text, filter)).map_err(|error| tell_filter_error(text, &error))
}

/// The filter with `--since` and `--until` in it, as text, or what is wrong with either.
pub(crate) fn filter_within(text: &OsString, times: &Times) -> Result<String, ()> {
    let (text, _) = in_full(text)?;
    let span = Span::new(times.since.as_deref(), times.until.as_deref()).map_err(|notice| tell(&notice))?;
    let whole = within(&text, &span);
    // A filter that is as deep as it may be can have no parentheses around it.
    filter(&OsString::from(&whole)).map(|_| whole)
}

/// The part of the filter around the mistake, a caret under it, and what was expected.
fn tell_filter_error(text: &str, error: &FilterError) {
    let (shown, caret) = excerpt(text, error.at.start);
    let _ = writeln!(io::stderr(), "  {shown}\n  {:caret$}^\n{}", "", error.notice);
}

/// At most 60 characters before the place and 40 after it, drawable, and the caret's column in that.
fn excerpt(text: &str, at: usize) -> (String, usize) {
    let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
    let skipped = before.chars().count().saturating_sub(60);
    let before: String = before.chars().skip(skipped).collect();
    let after: String = after.chars().take(40).collect();
    let before = Clean::from_bytes(before.as_bytes());
    let shown = format!("{before}{}", Clean::from_bytes(after.as_bytes()));
    (shown, unicode_width::UnicodeWidthStr::width(before.as_str()))
}

/// Says what was left out, what is no alert and what failed, each once; gives the status that was earned.
fn conclude(scanned: &Scanned, filter: &Filter, sources: &[SourceName]) -> Ended {
    scanned.skipped.iter().chain(&scanned.failed).for_each(tell);
    if scanned.counts.unreadable > 0 {
        tell(&unreadable_lines(scanned, sources));
    }
    let names: Vec<String> = scanned.seen.iter().cloned().collect();
    let warnings = filter.warnings(&|name| scanned.seen.contains(name), &names);
    for warning in &warnings {
        tell(&warning.notice);
    }
    match (scanned.failed.is_empty(), scanned.matched) {
        (false, _) => Ended::Failed,
        (true, 0) => Ended::Nothing,
        (true, _) => Ended::Matched,
    }
}

/// `3 of 12,003 lines are no alerts`, `at least 3` where lines that can't match were passed over, and how to see them.
fn unreadable_lines(scanned: &Scanned, sources: &[SourceName]) -> Notice {
    let counts = scanned.counts;
    let all = if counts.alerts == 0 { "no alert in it; " } else { "" };
    let lines = if counts.lines == 1 { "line is no alert" } else { "lines are no alerts" };
    let about = if scanned.has_skipped { "at least " } else { "" };
    let what = format!("{all}{about}{} of {} {lines}", grouped(counts.unreadable), grouped(counts.lines));
    Notice::said(Clean::from_bytes(what.as_bytes())).at(sources_title(sources)).with_next(how_to_see(sources))
}

/// A command that is meant to be pasted, so a file's name is one word in it; no command where there is no such word.
fn how_to_see(sources: &[SourceName]) -> Clean {
    let word = match sources {
        [SourceName::Path(path)] => Quoted::new(path.as_os_str().as_bytes()),
        _ => None,
    };
    word.map_or_else(
        || Clean::from("To see them: the same sources with  stoop query --unreadable"),
        |word| Clean::from_bytes(format!("To see them: stoop query --unreadable {word}").as_bytes()),
    )
}

/// The one source by its name, more by their number.
pub(crate) fn sources_title(sources: &[SourceName]) -> Clean {
    match sources {
        [one] => one.title(),
        _ => Clean::from_bytes(format!("{} sources", sources.len()).as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_s_name_in_a_command_is_one_word() {
        let cases = [("a.jsonl", "a.jsonl"), ("$(reboot)", "'$(reboot)'"), ("a b", "'a b'")];
        for (name, word) in cases {
            let shown = how_to_see(&[SourceName::Path(name.into())]);
            assert_eq!(shown.as_str(), format!("To see them: stoop query --unreadable {word}"));
        }
        for several in [vec![SourceName::Stdin], vec![SourceName::Path("a".into()), SourceName::Path("b".into())]] {
            assert!(how_to_see(&several).as_str().ends_with("--unreadable"), "{several:?}");
        }
    }

    #[test]
    fn the_caret_stands_under_the_mistake() {
        let cases = [("a = b", 4, "a = b", 4), ("\u{1b} = b", 4, "\\x1b = b", 7), ("漢 =", 4, "漢 =", 3)];
        for (text, at, shown, caret) in cases {
            assert_eq!(excerpt(text, at), (shown.to_owned(), caret), "{text:?}");
        }
        let (shown, caret) = excerpt(&"x".repeat(1_000_000), 500_000);
        assert_eq!((shown.len(), caret), (100, 60));
    }
}
