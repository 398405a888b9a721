//! The tab Fields: every value of the alert, its own names first, then the rule's fields by what they speak of.
//!
//! Lives here: the order and grouping of fields, marks beside values. Not here: what numbers mean (`decoded`).
//! Imports: `base`, `decode`. Promise: every value is there; one too long to be shown says so.

use crate::base::{Clean, Priority};
use crate::decode::{Alert, Entry, Owned, Scope, Value, value};
use crate::state::Opened;
use crate::state::number;
use crate::state::page::flow::{Flow, spaces, words};
use crate::state::page::{Part, Role, about, decoded, glyphs, shown};

/// How many values are shown; an alert with more names the rest.
const MAX_FIELDS: usize = 1_000;

/// How many values are put in order; of an alert with more the rest is only counted.
const MAX_LOOKED_AT: usize = 10_000;

/// How much of one value is shown, in bytes.
const VALUE_BYTES: usize = 8 << 10;

/// How much of all values is shown, in bytes; after that each shows its beginning only.
const PAGE_BYTES: usize = 128 << 10;

/// How much of a name, and of a value on a page that is full, is shown, in bytes.
const SHORT_BYTES: usize = 200;

/// Fields under their heading; those named come first and in this order, the rest as they stand in the line.
const GROUPS: [(&str, &[&str], &[&str]); 5] = [
    (
        "process",
        &["proc.", "thread.", "evt."],
        &[
            "proc.name",
            "proc.exepath",
            "proc.exe",
            "proc.cmdline",
            "proc.cwd",
            "proc.pid",
            "proc.pname",
            "proc.pexepath",
        ],
    ),
    ("user", &["user.", "group."], &["user.name", "user.uid", "user.loginname", "user.loginuid"]),
    ("container", &["container."], &["container.id", "container.name"]),
    ("kubernetes", &["k8s.", "k8smeta."], &["k8s.ns.name", "k8s.pod.name"]),
    ("file or connection", &["fd.", "fs."], &["fd.name"]),
];

/// Values that are long prose: they stand behind the fields.
const PROSE: [&str; 2] = ["output", "message"];

/// A heading and what stands under it.
struct Section<'a> {
    heading: &'static str,
    entries: Vec<&'a Entry>,
}

/// The alert's values in the order of the page.
fn sections(alert: &Alert) -> Vec<Section<'_>> {
    let is_prose = |entry: &&Entry| PROSE.iter().any(|name| entry.name == name.as_bytes());
    let own = |entry: &&Entry| entry.scope == Scope::Alert;
    let entries = || alert.entries.iter().take(MAX_LOOKED_AT);
    let mut alert_level: Vec<&Entry> = entries().filter(own).filter(|entry| !is_prose(entry)).collect();
    alert_level.sort_by_key(|entry| place_in(&value::ALERT_NAMES, entry));
    let fields: Vec<&Entry> = entries().filter(|entry| entry.scope == Scope::Field).collect();
    let mut all = vec![Section { heading: "", entries: alert_level }];
    for (heading, starts, first) in GROUPS {
        let mut entries: Vec<&Entry> = fields.iter().copied().filter(|entry| group_of(entry) == Some(starts)).collect();
        entries.sort_by_key(|entry| place_in(first, entry));
        all.push(Section { heading, entries });
    }
    let others = fields.into_iter().filter(|entry| group_of(entry).is_none()).collect();
    all.push(Section { heading: "other fields", entries: others });
    let beside = entries().filter(|entry| entry.scope == Scope::Other).collect();
    all.push(Section { heading: "beside the alert", entries: beside });
    all.push(Section { heading: "text", entries: entries().filter(own).filter(is_prose).collect() });
    all.retain(|section| !section.entries.is_empty());
    all
}

fn group_of(entry: &Entry) -> Option<&'static [&'static str]> {
    let starts = GROUPS.iter().map(|(_, starts, _)| *starts);
    starts.into_iter().find(|starts| starts.iter().any(|start| entry.name.starts_with(start.as_bytes())))
}

fn place_in(names: &[&str], entry: &Entry) -> usize {
    names.iter().position(|name| entry.name == name.as_bytes()).unwrap_or(usize::MAX)
}

/// The value of item `item`: a text as its bytes, anything else as JSON. `None`: there is no such item.
pub(super) fn value(opened: &Opened, item: usize) -> Option<Vec<u8>> {
    let sections = sections(&opened.alert);
    let entry = sections.iter().flat_map(|section| &section.entries).take(MAX_FIELDS).nth(item)?;
    Some(entry.value.borrow().bytes().to_vec())
}

/// The name of item `item`. `None`: there is no such item, or no filter could spell its name.
pub(super) fn name(opened: &Opened, item: usize) -> Option<String> {
    let sections = sections(&opened.alert);
    let entry = sections.iter().flat_map(|section| &section.entries).take(MAX_FIELDS).nth(item)?;
    String::from_utf8(entry.name.clone()).ok()
}

/// Writes the tab.
pub(super) fn write(flow: &mut Flow, opened: &Opened) {
    flow.about(about(opened));
    let sections = sections(&opened.alert);
    let mut writer = Writer {
        alert: &opened.alert,
        clocks: decoded::disagreement(&opened.alert),
        column: value_column(&sections, flow.columns()),
        bytes: PAGE_BYTES,
        left: MAX_FIELDS,
    };
    for section in &sections {
        writer.section(flow, section);
    }
    flow.end_item();
    flow.gap();
    missing(flow, opened, writer.column);
    let count = opened.alert.entries.len();
    if count > MAX_FIELDS {
        let rest =
            Clean::concat([number::counted(count - MAX_FIELDS), " more fields are not listed; Raw has them".into()]);
        flow.write(0, &[(Role::Error, rest)]);
    }
}

/// Where values begin: behind the longest name that is not overlong.
fn value_column(sections: &[Section<'_>], columns: usize) -> usize {
    let longest = (columns * 2 / 5).min(32);
    let names = sections.iter().flat_map(|section| section.entries.iter().map(move |entry| (section, entry)));
    let widths = names.map(|(section, entry)| indent(section) + entry.name.len() + 2).filter(|width| *width <= longest);
    widths.max().unwrap_or(0).max(22.min(longest))
}

fn indent(section: &Section<'_>) -> usize {
    if section.heading.is_empty() { 0 } else { 2 }
}

struct Writer<'a> {
    alert: &'a Alert,
    /// The field whose clock disagrees with the alert's time, and by how much.
    clocks: Option<(&'static str, Clean)>,
    /// Where values begin.
    column: usize,
    /// Bytes that may still be shown.
    bytes: usize,
    /// Values that may still be shown.
    left: usize,
}

impl Writer<'_> {
    fn section(&mut self, flow: &mut Flow, section: &Section<'_>) {
        if self.left == 0 {
            return;
        }
        if !section.heading.is_empty() {
            flow.end_item();
            flow.gap();
            flow.write(0, &[words(Role::Heading, section.heading)]);
        }
        for entry in section.entries.iter().take(self.left) {
            flow.begin_item();
            let label =
                [spaces(indent(section)), (Role::Dim, Clean::from_bytes(glyphs::head(&entry.name, SHORT_BYTES).0))];
            let value = self.value(entry);
            flow.labelled(self.column, &label, &value);
        }
        self.left = self.left.saturating_sub(section.entries.len());
    }

    /// The value with what is to be said about it.
    fn value(&mut self, entry: &Entry) -> Vec<Part> {
        let name = std::str::from_utf8(&entry.name).unwrap_or_default();
        let room = VALUE_BYTES.min(self.bytes).max(SHORT_BYTES);
        let text = tags(entry).unwrap_or_else(|| shown(entry.value.borrow(), room));
        self.bytes = self.bytes.saturating_sub(text.as_str().len());
        let mut parts = vec![(role(entry), text)];
        if let Some(hint) =
            decoded::hint(name, entry.value.borrow(), self.alert).filter(|_| entry.scope == Scope::Field)
        {
            let before = if entry.value.borrow() == Value::Null { 0 } else { 3 };
            parts.extend([spaces(before), (Role::Decoded, hint)]);
        }
        parts.extend(self.marks(entry, name, room));
        parts
    }

    /// What is odd about a value.
    fn marks(&self, entry: &Entry, name: &str, room: usize) -> Vec<Part> {
        let mut marks = Vec::new();
        let length = length(&entry.value);
        if length > room {
            let said = [number::counted(room), " of ".into(), number::counted(length), " bytes; yv sends all".into()];
            marks.push(Clean::concat([Clean::from("… "), Clean::concat(said)]));
        }
        if entry.doubled {
            marks.push("given more than once; this is the last".into());
        }
        match &self.clocks {
            Some((clock, words)) if *clock == name && entry.scope == Scope::Field => marks.push(words.clone()),
            Some((clock, _)) if name == "time" && entry.scope == Scope::Alert => {
                marks.push(Clean::concat([(*clock).into(), " disagrees".into()]));
            }
            _ => {}
        }
        marks.into_iter().flat_map(|mark| [spaces(3), (Role::Error, mark)]).collect()
    }
}

fn length(value: &Owned) -> usize {
    match value {
        Owned::Text(raw) | Owned::List(raw) | Owned::Object(raw) => raw.len(),
        _ => 0,
    }
}

/// The priority in its colour, `""` and null as what they are not.
fn role(entry: &Entry) -> Role {
    let priority = match (&entry.value, entry.scope, entry.name.as_slice()) {
        (Owned::Text(word), Scope::Alert, b"priority") => Priority::parse(word),
        _ => None,
    };
    priority.map_or(Role::Text, Role::Priority)
}

/// Tags as words, where they can be told apart so.
fn tags(entry: &Entry) -> Option<Clean> {
    let Owned::List(raw) = &entry.value else { return None };
    if entry.scope != Scope::Alert || raw.len() > VALUE_BYTES {
        return None;
    }
    let tags: Vec<String> = serde_json::from_slice(raw).ok()?;
    let is_word = |tag: &String| !tag.is_empty() && !tag.contains(char::is_whitespace);
    (!tags.is_empty() && tags.iter().all(is_word)).then(|| Clean::from_bytes(tags.join(" ").as_bytes()))
}

/// What the rule would print and the alert does not have.
fn missing(flow: &mut Flow, opened: &Opened, column: usize) {
    let names = &opened.analysis.missing;
    if names.is_empty() {
        return;
    }
    let listed = names.iter().flat_map(|name| [(Role::Dim, name.clone()), spaces(2)]).collect::<Vec<_>>();
    flow.labelled(column, &[words(Role::Dim, "not in this alert")], &listed);
}
