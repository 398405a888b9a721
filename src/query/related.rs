//! The alerts around one that share a tie with it, as a timeline: repeats folded, distances in time.
//!
//! Lives here: finding them, folding, which tags came when. Not here: what ties them (`tie`), the tree of processes
//! (`ancestry`). Imports: `base`, `decode`, `store`. Promise: the alerts are exactly those that the condition and the
//! window select in the list, and what is kept does not grow with their number.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

use crate::base::{Clean, Generation, Nanos, Priority, RowId};
use crate::decode::{Scope, Value};
use crate::query::ancestry::{self, Ancestry};
use crate::query::around::Around;
use crate::query::moment::written;
use crate::query::tie::ends;
use crate::query::watch::Watch;
use crate::store::{Cell, Segment, Slot, Snapshot};

/// How alike alerts must be to stand in one line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Fold {
    /// The same rule and process, on one side of the alert in question, whatever came between.
    #[default]
    Kinds,
    /// The same rule, process and object, one right after the other.
    Runs,
}

/// What the worker is asked.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    /// Newer questions make older ones pointless.
    pub(crate) generation: Generation,
    /// What to look through.
    pub(crate) snapshot: Snapshot,
    /// The alert in question.
    pub(crate) row: RowId,
    /// The condition of its tie.
    pub(crate) condition: String,
    /// How far to look before and after it, in nanoseconds.
    pub(crate) window: i64,
    /// How alerts are folded.
    pub(crate) fold: Fold,
    /// Whether the tree of processes is wanted as well.
    pub(crate) tree: bool,
    /// The rows of the list, where it does not hold everything.
    pub(crate) view: Option<Arc<Vec<RowId>>>,
}

/// The answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Related {
    /// How many alerts there are, the one in question among them.
    pub(crate) alerts: usize,
    /// How many of them are in the list, where it does not hold everything.
    pub(crate) in_view: Option<usize>,
    /// The lines, by the time of their first alert.
    pub(crate) links: Vec<Link>,
    /// The line that begins with the alert in question, or holds it.
    pub(crate) own: Option<usize>,
    /// How many lines there are beyond those; the nearest are kept.
    pub(crate) left_out: usize,
    /// Each list of tags that an alert has, as JSON, with the distance of the first alert that has it; by time.
    pub(crate) tags: Vec<(Vec<u8>, i64)>,
    /// The tree of processes, where it was asked for.
    pub(crate) ancestry: Option<Ancestry>,
}

/// A line of the timeline: an alert, with what repeats it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Link {
    /// The first of its alerts.
    pub(crate) row: Option<RowId>,
    /// Its distance from the alert in question, in nanoseconds; `None` where one of them has no time.
    pub(crate) first: Option<i64>,
    /// That of the last.
    pub(crate) last: Option<i64>,
    /// How many alerts.
    pub(crate) count: usize,
    /// Of the first.
    pub(crate) priority: Option<Priority>,
    /// The rule, cut where it is long.
    pub(crate) rule: Clean,
    /// The name of the process.
    pub(crate) process: Clean,
    /// The file, connection or program; empty where `parent` says more.
    pub(crate) object: Clean,
    /// Which process started it, where nothing says more of what the alert is about.
    pub(crate) parent: Clean,
}

/// How many lines are kept.
const MAX_LINKS: usize = 1_000;

/// How many different lists of tags are kept.
const MAX_TAGS: usize = 256;

/// How much of a value is kept for a line, in bytes.
const SHORT: usize = 200;

/// A row with its time.
pub(crate) type At = (Option<Nanos>, RowId);

/// Answers; `None` when `newer` says that nobody waits for it.
pub(crate) fn related(question: &Question, newer: &dyn Fn() -> bool) -> Option<Related> {
    let mut watch = Watch::new(newer);
    let around = Around::of(&question.snapshot, question.row, question.window, question.window);
    let mut rows = around.rows(&question.condition, &mut watch)?;
    // Most of the time they are in order; those without a time come last.
    rows.sort_by_key(|(time, row)| (time.is_none(), *time, *row));
    let timeline = Timeline { question, at: around.time(), rows: &rows };
    let (links, own) = timeline.folded(&mut watch)?;
    let (kept, own, left_out) = nearest(links, own);
    let ancestry = if question.tree { Some(ancestry::of(question, timeline.at, &rows, &mut watch)?) } else { None };
    Some(Related {
        alerts: rows.len(),
        in_view: question.view.as_ref().map(|view| in_view(&question.snapshot, &rows, view)),
        links: kept.into_iter().map(|draft| timeline.link(&draft)).collect(),
        own,
        left_out,
        tags: timeline.tags(&mut watch)?,
        ancestry,
    })
}

/// The condition with the window around `row`, as the list's filter; only the condition for an alert without a time.
pub(crate) fn filter(snapshot: &Snapshot, row: RowId, condition: &str, window: Option<i64>) -> String {
    let time = snapshot.segment(row).and_then(|segment| segment.time(row.row()));
    let Some((Nanos(at), window)) = time.zip(window) else { return condition.to_owned() };
    let (from, to) = (Nanos(at.saturating_sub(window)), Nanos(at.saturating_add(window)));
    format!("{condition} and time >= {} and time <= {}", written(from), written(to))
}

/// How many of the rows are in the list.
fn in_view(snapshot: &Snapshot, rows: &[At], view: &[RowId]) -> usize {
    let sets = snapshot.segments().iter().map(|segment| vec![false; segment.len()]);
    let mut sets: Vec<Vec<bool>> = sets.collect();
    for row in view {
        if let Some(has) = sets.get_mut(row.segment()).and_then(|set| set.get_mut(row.row())) {
            *has = true;
        }
    }
    let has = |row: &RowId| sets.get(row.segment()).and_then(|set| set.get(row.row())).copied().unwrap_or(false);
    rows.iter().filter(|(_, row)| has(row)).count()
}

/// What is alike in the alerts of a line: the first two of a kind, all of a run.
const ALIKE: [(Scope, &str); 4] =
    [(Scope::Alert, "rule"), (Scope::Field, "proc.name"), (Scope::Field, "fd.name"), (Scope::Field, "proc.exepath")];

/// Numbers for the values of [`ALIKE`].
type Key = [u32; ALIKE.len()];

/// A line that is being put together: its first row, its last time, how many.
#[derive(Clone, Copy, Debug)]
struct Draft {
    first: At,
    last: Option<Nanos>,
    count: usize,
}

/// The lines nearest to the line `own`, at most [`MAX_LINKS`]; where it stands among them, and how many are left out.
fn nearest(drafts: Vec<Draft>, own: Option<usize>) -> (Vec<Draft>, Option<usize>, usize) {
    let count = drafts.len();
    let from = own.unwrap_or(0).saturating_sub(MAX_LINKS / 2).min(count.saturating_sub(MAX_LINKS));
    let kept: Vec<Draft> = drafts.into_iter().skip(from).take(MAX_LINKS).collect();
    let left_out = count - kept.len();
    (kept, own.map(|own| own - from), left_out)
}

/// The rows in order of time, and from where distances are counted.
struct Timeline<'q> {
    question: &'q Question,
    at: Option<Nanos>,
    rows: &'q [At],
}

impl Timeline<'_> {
    /// The lines in order, and which holds the alert in question.
    fn folded(&self, watch: &mut Watch<'_>) -> Option<(Vec<Draft>, Option<usize>)> {
        let mut ids = ALIKE.map(|(scope, name)| Ids::new(scope, name));
        let wanted = if self.question.fold == Fold::Kinds { 2 } else { ALIKE.len() };
        let mut lines = Lines::new(self.question.fold);
        let mut own = None;
        for (time, row) in self.rows {
            let is_own = *row == self.question.row;
            if is_own {
                lines.split();
            }
            let segment = self.question.snapshot.segment(*row)?;
            let mut key = Key::default();
            for (slot, ids) in key.iter_mut().zip(&mut ids).take(wanted) {
                *slot = ids.of(segment, *row);
            }
            let line = lines.take(key, (*time, *row));
            if is_own {
                own = Some(line);
            }
            watch.spend(ROW_WORK)?;
        }
        Some((lines.drafts, own))
    }

    fn distance(&self, time: Option<Nanos>) -> Option<i64> {
        Some(time?.0.saturating_sub(self.at?.0))
    }

    fn link(&self, draft: &Draft) -> Link {
        let row = draft.first.1;
        let text = |name: &str| short(&self.question.snapshot, row, name);
        let segment = self.question.snapshot.segment(row);
        let (object, parent) = object(&text);
        Link {
            row: Some(row),
            first: self.distance(draft.first.0),
            last: self.distance(draft.last),
            count: draft.count,
            priority: segment.and_then(|segment| segment.priority(row.row())),
            rule: text("rule").unwrap_or_default(),
            process: text("proc.name").unwrap_or_default(),
            object,
            parent,
        }
    }

    /// The lists of tags in the order in which they came.
    fn tags(&self, watch: &mut Watch<'_>) -> Option<Vec<(Vec<u8>, i64)>> {
        let mut ids = Ids::new(Scope::Alert, "tags");
        let (mut seen, mut found) = (Vec::new(), Vec::new());
        for (time, row) in self.rows {
            let Some(segment) = self.question.snapshot.segment(*row) else { continue };
            let id = ids.of(segment, *row) as usize;
            if seen.len() <= id {
                seen.resize(id + 1, false);
            }
            watch.spend(ROW_WORK)?;
            let is_new = seen.get_mut(id).is_some_and(|seen| !std::mem::replace(seen, true));
            if is_new && found.len() < MAX_TAGS {
                let distance = self.distance(*time);
                found.extend(raw(segment, *row, "tags").zip(distance));
            }
        }
        Some(found)
    }
}

/// What folding one row costs, in the bytes that could be searched in the same time.
const ROW_WORK: usize = 32;

/// Lines so far.
struct Lines {
    fold: Fold,
    drafts: Vec<Draft>,
    known: HashMap<Key, usize, RandomState>,
    last: Option<Key>,
}

impl Lines {
    fn new(fold: Fold) -> Self {
        Self { fold, drafts: Vec::new(), known: HashMap::default(), last: None }
    }

    /// What comes from now on begins lines of its own.
    fn split(&mut self) {
        self.known.clear();
        self.last = None;
    }

    /// Puts a row into its line; gives the line's place.
    fn take(&mut self, key: Key, (time, row): At) -> usize {
        let next = self.drafts.len();
        let at = match self.fold {
            Fold::Kinds => *self.known.entry(key).or_insert(next),
            Fold::Runs if self.last == Some(key) => next - 1,
            Fold::Runs => next,
        };
        self.last = Some(key);
        match self.drafts.get_mut(at) {
            Some(draft) => {
                draft.last = time;
                draft.count += 1;
            }
            None => self.drafts.push(Draft { first: (time, row), last: time, count: 1 }),
        }
        at
    }
}

/// Numbers for the values of one name, the same in every segment. 0 is absent; values that are only in the lines have one
/// number in common.
struct Ids {
    scope: Scope,
    name: &'static str,
    numbers: HashMap<Vec<u8>, u32, RandomState>,
    /// Of the segment at this address: the number of each entry, 0 for one that was not looked up.
    known: Vec<u32>,
    of: usize,
}

/// The number of what only a line knows.
const IN_LINE: u32 = 1;

impl Ids {
    fn new(scope: Scope, name: &'static str) -> Self {
        Self { scope, name, numbers: HashMap::default(), known: Vec::new(), of: 0 }
    }

    fn of(&mut self, segment: &Segment, row: RowId) -> u32 {
        let here = std::ptr::from_ref(segment).addr();
        if self.of != here {
            self.of = here;
            self.known.clear();
        }
        let Some(column) = segment.column(self.scope, self.name.as_bytes()) else { return 0 };
        let entry = match column.slot(row.row()) {
            Slot::Absent => return 0,
            Slot::InLine => return IN_LINE,
            Slot::Entry(entry) => entry,
        };
        if self.known.is_empty() {
            self.known = vec![0; column.entries()];
        }
        let Some(known) = self.known.get_mut(entry as usize) else { return IN_LINE };
        if *known == 0 {
            let bytes = column.entry(entry).map(bytes).unwrap_or_default();
            let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX - 2).saturating_add(IN_LINE + 1);
            *known = *self.numbers.entry(bytes).or_insert(next);
        }
        *known
    }
}

/// What a column holds of a value: all, or its beginning.
fn bytes(cell: Cell<'_>) -> Vec<u8> {
    match cell {
        Cell::Start(start) => start.to_vec(),
        whole => whole.read(|value| value.bytes().to_vec()).unwrap_or_default(),
    }
}

fn raw(segment: &Segment, row: RowId, name: &str) -> Option<Vec<u8>> {
    segment.cell(row.row(), Scope::of(name), name.as_bytes())?.read(|value: Value<'_>| value.bytes().to_vec())
}

/// The beginning of a value as it is drawn; `…` for one that is only in the line. `None`: absent.
pub(crate) fn short(snapshot: &Snapshot, row: RowId, name: &str) -> Option<Clean> {
    let cell = snapshot.cell(row, Scope::of(name), name)?;
    if cell == Cell::InLine {
        return Some("…".into());
    }
    let bytes = bytes(cell);
    let head = bytes.get(..SHORT).unwrap_or(&bytes);
    let says_nothing = matches!(head, b"" | b"<NA>");
    (!says_nothing).then(|| Clean::from_bytes(head))
}

/// Directories of programs that say less of a process than who started it.
const USUAL: [&str; 5] = ["/bin/", "/usr/bin/", "/sbin/", "/usr/sbin/", "/usr/local/bin/"];

/// What the alert is about: the file or connection, else a program in an unusual place, else (second) who started it.
fn object(text: &dyn Fn(&str) -> Option<Clean>) -> (Clean, Clean) {
    let found = ["fd.name", "evt.arg.linkpath", "evt.arg.target"].iter().find_map(|name| text(name));
    if let Some(found) = found {
        let call = text("evt.type").unwrap_or_default();
        return (other_end(found.as_str(), call.as_str()).unwrap_or(found), Clean::default());
    }
    let program = text("proc.exepath").unwrap_or_default();
    let is_usual = USUAL.iter().any(|start| program.as_str().starts_with(start)) || program.is_empty();
    match text("proc.pname").filter(|_| is_usual) {
        Some(parent) => (Clean::default(), parent),
        None => (program, Clean::default()),
    }
}

/// Of a connection the end that is not ours, as the call tells.
fn other_end(name: &str, call: &str) -> Option<Clean> {
    let (client, server) = ends(name.as_bytes())?;
    let (address, port) = if call.starts_with("accept") { client } else { server };
    Some(Clean::from_bytes(format!("{address}:{port}").as_bytes()))
}

#[cfg(test)]
#[path = "related_tests.rs"]
mod tests;
