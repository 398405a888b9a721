//! The lines of the list: alerts, and the headers of groups with the alerts of those that are open.
//!
//! Lives here: which line is what. Not here: moving among them (`list`), folding (`groups`). Imports: `base`, `query`.
//! Promise: finding a line costs the logarithm of the number of groups, whatever is open.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::base::RowId;
use crate::query::View;
use crate::query::group::{Group, GroupId};
use crate::state::List;

/// What a line of the list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// The header of the group at this place among the groups.
    Group(usize),
    /// The alert at this place among the rows of the view.
    Alert(usize),
}

/// Which groups are open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Folds {
    /// How groups are that nobody touched.
    usual: Fold,
    /// Those that are the other way.
    others: BTreeSet<GroupId>,
}

/// Whether a group shows its alerts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Fold {
    /// Only its header is there.
    #[default]
    Closed,
    /// Its alerts are there.
    Open,
}

impl Folds {
    /// All groups alike.
    pub(crate) fn all(usual: Fold) -> Self {
        Self { usual, others: BTreeSet::new() }
    }

    /// Whether every group is closed.
    pub(crate) fn are_closed(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the group shows its alerts.
    pub(crate) fn is_open(&self, id: GroupId) -> bool {
        (self.usual == Fold::Open) != self.others.contains(&id)
    }

    /// Makes one group so.
    pub(crate) fn put(&mut self, id: GroupId, fold: Fold) {
        if fold == self.usual {
            self.others.remove(&id);
        } else {
            self.others.insert(id);
        }
    }
}

/// On which line each group begins.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lines {
    starts: Vec<usize>,
    len: usize,
}

impl Lines {
    /// Of `view` with these groups open.
    pub(crate) fn of(view: &View, folds: &Folds) -> Self {
        let Some(groups) = &view.groups else { return Self { starts: Vec::new(), len: view.rows.len() } };
        let mut len = 0;
        let mut starts = Vec::with_capacity(groups.len());
        for group in groups.iter() {
            starts.push(len);
            len += 1 + if folds.is_open(group.id) { group.rows.len() } else { 0 };
        }
        Self { starts, len }
    }
}

impl List {
    /// How many lines there are.
    pub(crate) fn len(&self) -> usize {
        self.lines.len
    }

    /// What line `at` is.
    pub(crate) fn line(&self, at: usize) -> Option<Line> {
        if at >= self.lines.len {
            return None;
        }
        let Some(groups) = &self.view.groups else { return Some(Line::Alert(at)) };
        let place = self.lines.starts.partition_point(|start| *start <= at).checked_sub(1)?;
        let inside = at - self.lines.starts.get(place)?;
        match inside.checked_sub(1) {
            None => Some(Line::Group(place)),
            Some(inside) => Some(Line::Alert(groups.get(place)?.rows.start + inside)),
        }
    }

    /// The alert on line `at`; of a header, its group's first.
    pub(crate) fn row_at(&self, at: usize) -> Option<RowId> {
        let place = match self.line(at)? {
            Line::Alert(place) => place,
            Line::Group(group) => self.groups().get(group)?.rows.start,
        };
        self.view.rows.get(place).copied()
    }

    /// The group whose header line `at` is.
    pub(crate) fn header_at(&self, at: usize) -> Option<&Group> {
        match self.line(at)? {
            Line::Group(group) => self.groups().get(group),
            Line::Alert(_) => None,
        }
    }

    /// The place of the group to which line `at` belongs.
    pub(crate) fn group_of(&self, at: usize) -> Option<usize> {
        self.view.groups.as_ref().filter(|_| at < self.lines.len)?;
        self.lines.starts.partition_point(|start| *start <= at).checked_sub(1)
    }

    /// The line on which the group at place `group` begins.
    pub(crate) fn header_line(&self, group: usize) -> Option<usize> {
        self.lines.starts.get(group).copied()
    }

    /// The groups of the view; none where it is not grouped.
    pub(crate) fn groups(&self) -> &[Group] {
        self.view.groups.as_ref().map_or(&[], |groups| groups.as_slice())
    }

    /// The line of the alert at place `place` among the rows; of one in a folded group, the group's header.
    pub(crate) fn line_of(&self, place: usize) -> usize {
        if self.view.groups.is_none() {
            return place;
        }
        let group = self.groups().partition_point(|group| group.rows.end <= place);
        let (Some(start), Some(rows)) = (self.header_line(group), self.groups().get(group).map(|group| &group.rows))
        else {
            return self.lines.len.saturating_sub(1);
        };
        let is_open = self.groups().get(group).is_some_and(|group| self.folds.is_open(group.id));
        if is_open { start + 1 + place.saturating_sub(rows.start) } else { start }
    }

    /// The rows that line `at` stands for: an alert itself, of a header all of its group.
    pub(crate) fn rows_at(&self, at: usize) -> &[RowId] {
        let range: Range<usize> = match self.line(at) {
            Some(Line::Alert(place)) => place..place + 1,
            Some(Line::Group(group)) => self.groups().get(group).map(|group| group.rows.clone()).unwrap_or_default(),
            None => 0..0,
        };
        self.view.rows.get(range).unwrap_or_default()
    }

    /// Finds the lines anew, since the view or what is open has changed.
    pub(crate) fn arrange(&mut self) {
        self.lines = Lines::of(&self.view, &self.folds);
    }
}
