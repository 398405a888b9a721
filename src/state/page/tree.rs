//! The tree of processes in the tab Related.
//!
//! Lives here: its lines, and the same as Markdown. Imports: `base`, `query`, `analysis`. Promise: item n is the n-th
//! process that raised an alert, and no depth leaves the pane.

use crate::analysis::report::escape;
use crate::base::Clean;
use crate::query::ancestry::{Ancestry, Process};
use crate::state::number;
use crate::state::page::flow::{Flow, cut, made, spaces, words};
use crate::state::page::glyphs::width;
use crate::state::page::related::distance;
use crate::state::page::{Part, Role};

/// Cells behind a name: how many alerts, from when on, the worst badge.
const BESIDE: usize = 26;

/// Writes the tree.
pub(super) fn write(flow: &mut Flow, ancestry: &Ancestry) {
    let name_columns = name_columns(flow.columns(), ancestry);
    for process in &ancestry.nodes {
        if process.first.is_some() {
            flow.begin_item();
        }
        flow.write(4, &line(process, name_columns));
        flow.end_item();
    }
    for said in remarks(ancestry) {
        flow.write(0, &[(Role::Dim, said)]);
    }
}

fn name_columns(columns: usize, ancestry: &Ancestry) -> usize {
    let room = columns.saturating_sub(BESIDE).max(8);
    let needed = |process: &Process| indent(process, room) + parts_width(&named(process));
    ancestry.nodes.iter().map(needed).max().unwrap_or(0).min(room)
}

/// Two cells a level, as long as half of the room is left for the name.
fn indent(process: &Process, columns: usize) -> usize {
    (process.depth * 2).min(columns / 2)
}

fn parts_width(parts: &[Part]) -> usize {
    parts.iter().map(|(_, text)| width(text.as_str())).sum()
}

/// `bash 4711`; a place is dim.
fn named(process: &Process) -> Vec<Part> {
    let role = match (process.depth, process.own) {
        (0, _) => Role::Dim,
        (_, true) => Role::Differs,
        _ => Role::Text,
    };
    let mut parts = if process.name.is_empty() && process.pid.is_empty() {
        vec![words(Role::Dim, "(not known)")]
    } else if process.name.is_empty() {
        vec![words(Role::Dim, "(no name)")]
    } else {
        vec![(role, process.name.clone())]
    };
    if !process.pid.is_empty() {
        parts.extend([spaces(1), (Role::Dim, process.pid.clone())]);
    }
    parts
}

fn line(process: &Process, columns: usize) -> Vec<Part> {
    let mark = if process.own { words(Role::Accent, "▸") } else { spaces(1) };
    let indent = indent(process, columns);
    let mut parts = vec![mark, spaces(indent)];
    let mut left = columns.saturating_sub(indent);
    for (role, text) in named(process) {
        let shown = cut(role, &text, left);
        left = left.saturating_sub(parts_width(&shown));
        parts.extend(shown);
    }
    if let Some((_, first)) = process.first {
        parts.extend([spaces(left + 2), made(Role::Text, &format!("{:>5}", process.alerts)), spaces(2)]);
        parts.push(process.worst.map_or(spaces(4), |worst| words(Role::Priority(worst), worst.badge())));
        parts.extend([spaces(2), made(Role::Dim, &distance(first))]);
    }
    parts
}

/// What is to be known of the tree.
fn remarks(ancestry: &Ancestry) -> Vec<Clean> {
    let counted =
        |count: usize, said: &'static str| (count > 0).then(|| Clean::concat([number::counted(count), said.into()]));
    let by_name = ancestry.by_name.then(|| "without an id, processes of one name and parent are taken for one".into());
    let said = [
        by_name,
        counted(ancestry.unnamed, " alerts name no process"),
        counted(ancestry.cycles, " chains came back to a process below, and are cut there"),
        counted(ancestry.left_out, " alerts, further away, are not in the tree"),
    ];
    said.into_iter().flatten().collect()
}

/// The tree as a list.
pub(super) fn markdown(ancestry: &Ancestry) -> String {
    let one = |process: &Process| {
        let name = Clean::concat(named(process).into_iter().map(|(_, text)| text));
        let alerts = process.first.map(|(_, first)| format!(", {} from {} on", process.alerts, distance(first)));
        let own = if process.own { " **this alert**" } else { "" };
        format!("{}- {}{}{own}", "  ".repeat(process.depth), escape::code(&name), alerts.unwrap_or_default())
    };
    ancestry.nodes.iter().map(one).collect::<Vec<_>>().join("\n")
}
