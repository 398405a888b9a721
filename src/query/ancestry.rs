//! The processes of alerts and their ancestors as one tree.
//!
//! Lives here: reading the chain of each alert (`proc.name`, `proc.pname`, `proc.aname[n]` and their ids), and putting
//! chains together. Imports: `base`, `decode`, `store`. Promise: whatever ids and names an alert claims, the tree has no
//! cycle, a bounded size, and every alert is counted once.

use std::collections::HashMap;

use crate::base::{Clean, Nanos, Priority, RowId};
use crate::decode::{Scope, Value};
use crate::query::related::{At, Question};
use crate::query::watch::Watch;
use crate::store::{Column, Segment, Slot};

/// A tree of processes, in the order in which it is drawn: a parent stands before what it started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ancestry {
    /// Its nodes.
    pub(crate) nodes: Vec<Process>,
    /// Alerts that name no process.
    pub(crate) unnamed: usize,
    /// Alerts that are not in the tree because there are too many.
    pub(crate) left_out: usize,
    /// Chains that came back to a process they had been at, and were cut there.
    pub(crate) cycles: usize,
    /// Some processes are told apart by name only.
    pub(crate) by_name: bool,
}

/// A node: a process, or at the root the place that it ran in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Process {
    /// How many nodes stand above it.
    pub(crate) depth: usize,
    /// Its name, cut where it is long; empty: not known.
    pub(crate) name: Clean,
    /// Its id; empty: not known.
    pub(crate) pid: Clean,
    /// How many alerts it raised itself.
    pub(crate) alerts: usize,
    /// The first of them, and its distance from the alert in question in nanoseconds.
    pub(crate) first: Option<(RowId, Option<i64>)>,
    /// The worst priority of them.
    pub(crate) worst: Option<Priority>,
    /// It raised the alert in question.
    pub(crate) own: bool,
}

/// How far up a chain is read; an alert may claim more.
const MAX_LEVELS: usize = 64;

/// How many alerts are put in the tree, those nearest to the alert in question.
const MAX_ALERTS: usize = 20_000;

/// How many nodes there are at most.
const MAX_NODES: usize = 1_000;

/// How much of a name is kept, in bytes.
const SHORT: usize = 120;

/// What reading one chain costs, in the bytes that could be searched in the same time.
const CHAIN_WORK: usize = 1 << 10;

/// A process as a chain names it.
type Link = (Option<Vec<u8>>, Option<Vec<u8>>);

/// What came of the alerts of one chain.
#[derive(Clone, Debug)]
struct Raised {
    alerts: usize,
    first: At,
    worst: Option<Priority>,
    own: bool,
}

/// The tree of the rows, which are in order of time; `at` is the time of the alert in question. `None`: something newer
/// waits.
pub(crate) fn of(question: &Question, at: Option<Nanos>, rows: &[At], watch: &mut Watch<'_>) -> Option<Ancestry> {
    let own = rows.iter().position(|(_, row)| *row == question.row).unwrap_or(0);
    let from = own.saturating_sub(MAX_ALERTS / 2).min(rows.len().saturating_sub(MAX_ALERTS));
    let near = rows.iter().skip(from).take(MAX_ALERTS);
    let mut tree = Tree { left_out: rows.len().saturating_sub(MAX_ALERTS), ..Tree::default() };
    let mut chains: HashMap<Vec<Link>, Raised> = HashMap::new();
    let mut levels = Levels::default();
    for (time, row) in near {
        watch.spend(CHAIN_WORK)?;
        let Some(segment) = question.snapshot.segment(*row) else { continue };
        let Some(chain) = levels.chain(segment, *row, &mut tree.cycles) else {
            tree.unnamed += 1;
            continue;
        };
        let priority = segment.priority(row.row());
        let raised = Raised { alerts: 1, first: (*time, *row), worst: priority, own: *row == question.row };
        chains.entry(chain).and_modify(|known| known.add(&raised)).or_insert(raised);
    }
    let mut chains: Vec<(Vec<Link>, Raised)> = chains.into_iter().collect();
    // The longest first: a shorter one that begins in the middle of it finds its place there.
    chains.sort_by(|(a, one), (b, other)| (b.len(), one.first.0, a).cmp(&(a.len(), other.first.0, b)));
    for (chain, raised) in chains {
        tree.put(&chain, raised);
    }
    Some(tree.drawn(at))
}

impl Raised {
    fn add(&mut self, other: &Self) {
        self.alerts += other.alerts;
        self.own |= other.own;
        self.worst = self.worst.into_iter().chain(other.worst).min();
    }
}

/// The columns of one segment that chains are read from.
#[derive(Default)]
struct Levels {
    /// The segment's address.
    of: usize,
    /// For each level the numbers of the columns with names and ids; 0 is the process itself.
    columns: Vec<[Vec<usize>; 2]>,
}

impl Levels {
    /// The chain of a row, its place first and the process itself last; `None` when it names no process.
    fn chain(&mut self, segment: &Segment, row: RowId, cycles: &mut usize) -> Option<Vec<Link>> {
        let here = std::ptr::from_ref(segment).addr();
        if self.of != here {
            *self = Self { of: here, columns: columns(segment) };
        }
        let value = |places: &Vec<usize>| places.iter().find_map(|at| said(segment.columns().get(*at)?, row.row()));
        let mut chain: Vec<Link> = self.columns.iter().map(|[names, ids]| (value(names), value(ids))).collect();
        let deepest = chain.iter().rposition(|link| *link != (None, None))?;
        chain.truncate(deepest + 1);
        if let Some(again) = (1..chain.len()).find(|at| comes_again(&chain, *at)) {
            chain.truncate(again);
            *cycles += 1;
        }
        chain.push((Some(place(segment, row)), None));
        chain.reverse();
        Some(chain)
    }
}

/// Whether the process at this level stands below it already.
fn comes_again(chain: &[Link], at: usize) -> bool {
    let pid = chain.get(at).and_then(|(_, pid)| pid.as_ref());
    pid.is_some() && chain.iter().take(at).any(|(_, below)| below.as_ref() == pid)
}

/// Where the process ran: `node-a`, `node-a · 3ad7b26ded6d web-checkout`.
fn place(segment: &Segment, row: RowId) -> Vec<u8> {
    let named = |name: &str| said(segment.column(Scope::of(name), name.as_bytes())?, row.row());
    let host = named("hostname").unwrap_or_else(|| b"host".to_vec());
    let container = named("container.id").filter(|id| id != b"host");
    let container = container.map(|id| [b" \xc2\xb7 ".to_vec(), id].concat()).unwrap_or_default();
    let name = named("container.name").filter(|_| !container.is_empty()).map(|name| [b" ".to_vec(), name].concat());
    [host, container, name.unwrap_or_default()].concat()
}

/// The columns of each level, as far up as any alert of the segment goes.
fn columns(segment: &Segment) -> Vec<[Vec<usize>; 2]> {
    let mut levels: Vec<[Vec<usize>; 2]> = Vec::new();
    for (at, column) in segment.columns().iter().enumerate().filter(|(_, column)| column.scope() == Scope::Field) {
        let Some((level, kind)) = level(column.name()).filter(|(level, _)| *level < MAX_LEVELS) else { continue };
        levels.resize_with(levels.len().max(level + 1), Default::default);
        if let Some(places) = levels.get_mut(level).and_then(|level| level.get_mut(kind)) {
            places.push(at);
        }
    }
    levels
}

/// Which level a field speaks of, and whether by name (0) or id (1).
fn level(name: &[u8]) -> Option<(usize, usize)> {
    let indexed = |start: &[u8]| {
        let digits = name.strip_prefix(start)?.strip_suffix(b"]")?;
        std::str::from_utf8(digits).ok()?.parse().ok()
    };
    match name {
        b"proc.name" => Some((0, 0)),
        b"proc.pid" => Some((0, 1)),
        b"proc.pname" => Some((1, 0)),
        b"proc.ppid" => Some((1, 1)),
        _ => indexed(b"proc.aname[").map(|level| (level, 0)).or_else(|| Some((indexed(b"proc.apid[")?, 1))),
    }
}

/// The beginning of a value that says something.
fn said(column: &Column, row: usize) -> Option<Vec<u8>> {
    let Slot::Entry(entry) = column.slot(row) else { return None };
    let short = |value: Value<'_>| value.bytes().get(..SHORT).unwrap_or(value.bytes()).to_vec();
    let bytes = column.entry(entry)?.read(short)?;
    (!matches!(bytes.as_slice(), b"" | b"<NA>" | b"N/A")).then_some(bytes)
}

/// The tree under way.
#[derive(Default)]
struct Tree {
    nodes: Vec<Node>,
    /// By parent and what the process is.
    below: HashMap<(Option<usize>, Link), usize>,
    /// By place and what the process is, wherever it stands.
    anywhere: HashMap<(usize, Link), Vec<usize>>,
    unnamed: usize,
    left_out: usize,
    cycles: usize,
}

struct Node {
    parent: Option<usize>,
    depth: usize,
    link: Link,
    raised: Option<Raised>,
}

impl Tree {
    /// Puts a chain in, or counts its alerts as left out where the tree is full.
    fn put(&mut self, chain: &[Link], raised: Raised) {
        let Some((place, rest)) = chain.split_first() else { return };
        if self.nodes.len() + chain.len() > MAX_NODES && !raised.own {
            self.left_out += raised.alerts;
            return;
        }
        let root = self.child(None, place, 0);
        let (mut at, mut rest) = match rest.split_first().zip(self.only(root, rest.first())) {
            Some(((_, below), node)) => (node, below),
            None => (root, rest),
        };
        while let Some((link, below)) = rest.split_first() {
            at = self.child(Some(at), link, root);
            rest = below;
        }
        if let Some(node) = self.nodes.get_mut(at) {
            match &mut node.raised {
                Some(known) => known.add(&raised),
                None => node.raised = Some(raised),
            }
        }
    }

    /// The only process of the place that is this one.
    fn only(&self, root: usize, link: Option<&Link>) -> Option<usize> {
        let link = link.filter(|link| **link != (None, None))?;
        match self.anywhere.get(&(root, link.clone()))?.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }

    fn child(&mut self, parent: Option<usize>, link: &Link, root: usize) -> usize {
        if let Some(known) = self.below.get(&(parent, link.clone())) {
            return *known;
        }
        let at = self.nodes.len();
        let depth = parent.and_then(|parent| self.nodes.get(parent)).map_or(0, |parent| parent.depth + 1);
        self.nodes.push(Node { parent, depth, link: link.clone(), raised: None });
        self.below.insert((parent, link.clone()), at);
        if parent.is_some() {
            self.anywhere.entry((root, link.clone())).or_default().push(at);
        }
        at
    }

    /// The nodes in the order of drawing: what raised an alert first, with its ancestors, stands first.
    fn drawn(self, at: Option<Nanos>) -> Ancestry {
        let order = self.order();
        let processes = self.nodes.iter().filter(|node| node.parent.is_some());
        let by_name = processes.clone().any(|node| matches!(node.link, (Some(_), None)));
        let nodes = order.into_iter().filter_map(|place| self.nodes.get(place)).map(|node| node.process(at)).collect();
        Ancestry { nodes, unnamed: self.unnamed, left_out: self.left_out, cycles: self.cycles, by_name }
    }

    fn order(&self) -> Vec<usize> {
        let first = |node: &Node| node.raised.as_ref().map(|raised| (raised.first.0.is_none(), raised.first));
        let mut earliest: Vec<Option<(bool, At)>> = self.nodes.iter().map(first).collect();
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        let mut stack = Vec::new();
        // A parent was made before its children.
        for (at, node) in self.nodes.iter().enumerate().rev() {
            let own = earliest.get(at).copied().flatten();
            let Some(parent) = node.parent else {
                stack.push(at);
                continue;
            };
            if let Some(slot) = earliest.get_mut(parent) {
                *slot = slot.iter().chain(&own).min().copied();
            }
            if let Some(children) = children.get_mut(parent) {
                children.push(at);
            }
        }
        let by_time = |at: &usize| std::cmp::Reverse((earliest.get(*at).copied().flatten(), *at));
        stack.sort_by_key(by_time);
        let mut order = Vec::with_capacity(self.nodes.len());
        while let Some(at) = stack.pop() {
            order.push(at);
            let mut below = children.get(at).cloned().unwrap_or_default();
            below.sort_by_key(by_time);
            stack.extend(below);
        }
        order
    }
}

impl Node {
    fn process(&self, at: Option<Nanos>) -> Process {
        let clean = |raw: &Option<Vec<u8>>| raw.as_deref().map(Clean::from_bytes).unwrap_or_default();
        let distance = |time: Option<Nanos>| Some(time?.0.saturating_sub(at?.0));
        let raised = self.raised.as_ref();
        Process {
            depth: self.depth,
            name: clean(&self.link.0),
            pid: clean(&self.link.1),
            alerts: raised.map_or(0, |raised| raised.alerts),
            first: raised.map(|raised| (raised.first.1, distance(raised.first.0))),
            worst: raised.and_then(|raised| raised.worst),
            own: raised.is_some_and(|raised| raised.own),
        }
    }
}

#[cfg(test)]
#[path = "ancestry_tests.rs"]
mod tests;
