//! Filters on disk: those that were applied before, and those saved under a name.
//!
//! Lives here: two small files in stoop's directory for state, `filters` and `saved-filters`, a line for each. Not here:
//! what they are for (`state::history`, `query::saved`). Imports: `base`, `query`, `state`. Promise: several programs may
//! write at once and none loses a line or sees half of one; what can't be read is as if it were not there.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::app::browse::{Event, Inbox};
use crate::app::statefile;
use crate::app::workers::thread;
use crate::base::{Clean, Notice};
use crate::query::literal::one_line;
use crate::query::saved::{LONGEST, Saved, is_name};
use crate::state::Msg;
use crate::state::history::MOST;
use crate::state::input::MAX_BYTES;

/// What is to be written.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// A filter was applied.
    Applied(String),
    /// A filter is saved under a name, or forgotten.
    Saved(String, Option<String>),
}

/// The way to the thread that writes: a disk may be slow, and a key never waits for it.
#[derive(Clone, Debug)]
pub(crate) struct Filters {
    changes: Sender<Change>,
}

impl Filters {
    /// Starts the thread, which first tells what earlier runs applied.
    ///
    /// # Errors
    /// No thread.
    pub(crate) fn start(state: Option<PathBuf>, inbox: Inbox) -> io::Result<Self> {
        let (changes, wanted) = channel();
        thread("filters", move || keep(state.as_deref(), &wanted, &inbox))?;
        Ok(Self { changes })
    }
    /// Has a change written; the thread ends only with the program.
    pub(crate) fn write(&self, change: Change) {
        let _ = self.changes.send(change);
    }
}

fn keep(state: Option<&Path>, wanted: &Receiver<Change>, inbox: &Inbox) {
    let remembered = state.map(applied).unwrap_or_default();
    let _ = inbox.send(Event::Msg(Msg::Filters(remembered)));
    while let Ok(change) = wanted.recv() {
        let written = match (state, &change) {
            (Some(state), change) => write(state, change),
            (None, Change::Applied(_)) => Ok(()),
            (None, Change::Saved(..)) => Err(io::Error::other("there is no home directory")),
        };
        // A history that can't be kept is no failure of what was asked for; a name that will be gone is.
        if let (Err(why), Change::Saved(name, _)) = (written, &change) {
            let what = format!("@{name} holds for this run only: {why}");
            let _ = inbox.send(Event::Msg(Msg::Say(Notice::said(Clean::from_bytes(what.as_bytes())))));
        }
    }
}

/// The filters that were applied before, each once, the newest last. What could not have been typed is left out.
pub(crate) fn applied(state: &Path) -> Vec<String> {
    let text = read(&state.join(APPLIED)).unwrap_or_default();
    let fits = |line: &&str| (1..=MAX_BYTES).contains(&line.len()) && !line.contains(char::is_control);
    let mut known = HashSet::new();
    let newest = text.lines().rev().filter(fits).filter(|line| known.insert(*line)).take(MOST);
    let mut filters: Vec<String> = newest.map(str::to_owned).collect();
    filters.reverse();
    filters
}

/// The filters that were saved, by name.
pub(crate) fn saved(state: &Path) -> Saved {
    read_saved(state).unwrap_or_default()
}

fn read_saved(state: &Path) -> io::Result<Saved> {
    let named = |line: &str| {
        let (name, filter) = line.strip_prefix('@')?.split_once(' ')?;
        (is_name(name) && filter.len() <= LONGEST).then(|| (name.to_owned(), filter.to_owned()))
    };
    Ok(read(&state.join(SAVED))?.lines().filter_map(named).collect())
}

const APPLIED: &str = "filters";
const SAVED: &str = "saved-filters";

/// Bytes that are no UTF-8 are somebody else's; the lines around them are kept.
fn read(path: &Path) -> io::Result<String> {
    Ok(String::from_utf8_lossy(&statefile::whole(path)?).into_owned())
}

/// Reads, changes and writes while no other program does.
fn write(state: &Path, change: &Change) -> io::Result<()> {
    let _lock = statefile::lock(state, "filters.lock")?;
    match change {
        Change::Applied(filter) => {
            let filter = on_one_line(filter);
            let mut lines = applied(state);
            lines.retain(|line| *line != filter);
            lines.push(filter);
            let surplus = lines.len().saturating_sub(MOST);
            statefile::write(state, APPLIED, &text(lines.split_off(surplus).into_iter()))
        }
        Change::Saved(name, filter) => {
            // Where the others can't be read they are not written over.
            let mut all = read_saved(state)?;
            match filter {
                Some(filter) => all.insert(name.clone(), on_one_line(filter)),
                None => all.remove(name),
            };
            statefile::write(state, SAVED, &text(all.into_iter().map(|(name, filter)| format!("@{name} {filter}"))))
        }
    }
}

/// A line for each.
fn text(lines: impl Iterator<Item = String>) -> Vec<u8> {
    lines.flat_map(|line| (line + "\n").into_bytes()).collect()
}

fn on_one_line(filter: &str) -> String {
    one_line(filter.trim())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_last_500_filters_are_kept_each_once_and_for_the_user_alone() {
        let home = tempfile::tempdir().unwrap();
        let state = home.path().join("state/stoop");
        assert!(applied(&state).is_empty() && saved(&state).is_empty());
        for n in (0..520).chain([515]) {
            write(&state, &Change::Applied(format!("a.b = {n}\n"))).unwrap();
        }
        let kept = applied(&state);
        assert_eq!((kept.len(), kept[0].as_str(), kept[499].as_str()), (500, "a.b = 20", "a.b = 515"));
        assert_eq!(kept.iter().filter(|filter| *filter == "a.b = 515").count(), 1);
        let mode = fs::metadata(state.join("filters")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn saved_filters_come_back_by_name() {
        let home = tempfile::tempdir().unwrap();
        let (calm, loud) = ("calm".to_owned(), "loud.er".to_owned());
        write(home.path(), &Change::Saved(calm.clone(), Some("priority < Warning\n or rule = \"a b\"".to_owned())))
            .unwrap();
        write(home.path(), &Change::Saved(loud.clone(), Some("a.b = 1".to_owned()))).unwrap();
        let want = [(calm.clone(), "priority < Warning  or rule = \"a b\""), (loud.clone(), "a.b = 1")];
        assert_eq!(saved(home.path()), want.map(|(name, text)| (name, text.to_owned())).into());
        write(home.path(), &Change::Saved(calm, None)).unwrap();
        assert_eq!(saved(home.path()).into_keys().collect::<Vec<_>>(), [loud]);
    }

    #[test]
    fn programs_that_write_at_once_lose_no_line() {
        let home = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for program in 0..4 {
                let state = home.path();
                scope.spawn(move || {
                    for n in 0..25 {
                        write(state, &Change::Applied(format!("a.b = {program}.{n}"))).unwrap();
                    }
                });
            }
        });
        assert_eq!(applied(home.path()).len(), 100);
    }

    #[test]
    fn what_nobody_could_have_typed_is_not_remembered() {
        let home = tempfile::tempdir().unwrap();
        let long = format!("a.b = {}", "x".repeat(MAX_BYTES));
        let text = format!("a.b = 1\na.b = 2\na.b = 1\n\na.b = \"\x1b[31m\"\n{long}\n");
        fs::write(home.path().join("filters"), text).unwrap();
        assert_eq!(applied(home.path()), ["a.b = 2", "a.b = 1"]);
        fs::write(home.path().join("saved-filters"), format!("@long {}\n@ok x\n", "x".repeat(LONGEST + 1))).unwrap();
        assert_eq!(saved(home.path()).into_keys().collect::<Vec<_>>(), ["ok"]);
    }

    #[test]
    fn a_pipe_in_place_of_a_file_keeps_nobody_waiting() {
        let home = tempfile::tempdir().unwrap();
        for name in [APPLIED, SAVED] {
            let pipe = home.path().join(name);
            rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        }
        assert!(applied(home.path()).is_empty() && saved(home.path()).is_empty());
        let change = Change::Saved("calm".to_owned(), Some("x".to_owned()));
        assert!(write(home.path(), &change).is_err(), "what can't be read is not written over");
    }

    #[test]
    fn a_broken_file_is_as_good_as_none() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("saved-filters"), b"calm x\n@ x\n@bad/name x\n@ok a.b = 1\n\xff\xfe\n").unwrap();
        assert_eq!(saved(home.path()).into_keys().collect::<Vec<_>>(), ["ok"]);
        fs::create_dir(home.path().join("filters")).unwrap();
        assert!(applied(home.path()).is_empty());
        assert!(write(home.path(), &Change::Applied("x".to_owned())).is_err());
    }
}
