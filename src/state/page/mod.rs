//! What a pane says, line by line, without a screen: the parts of each line with their roles, wrapped to a width.
//!
//! Lives here: the lines of the tabs. Not here: colours (`ui::theme`). Imports: every room before `state`.
//! Promise: a page is only `Clean` text, and its cost does not grow with the length of a value beyond what is shown.

mod analysis;
pub(crate) mod commands;
mod decoded;
mod fields;
pub(crate) mod flow;
pub(crate) mod glyphs;
mod raw;
pub(crate) mod related;
mod tree;

use crate::analysis::{CommandLine, Given, Runtime, Step, Way};
use crate::base::{Clean, Priority};
use crate::state::msg::Opened;
use crate::state::page::flow::Flow;
use crate::state::related::Board;
use crate::state::{Tab, Wrap};

/// What a piece of text is, so that a theme can say how it looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Role {
    /// Evidence and the program's own words.
    #[default]
    Text,
    /// What stoop derived: so that evidence stands out.
    Dim,
    /// The keys on the bottom line.
    Hint,
    /// A line between panes, a dot between words.
    Separator,
    /// The visible form of a hidden character.
    Escape,
    /// A value decoded: `0.475 s before start`.
    Decoded,
    /// What does not apply.
    Disabled,
    /// Where the keys go: cursor, heading of the focused pane, active tab.
    Accent,
    /// What the words or the filter found.
    Match,
    /// Of two values that are compared, what differs.
    Differs,
    /// A mistake or a failure.
    Error,
    /// A message.
    Notice,
    /// A heading inside a page.
    Heading,
    /// A step that only looks.
    ReadOnly,
    /// A step that changes something and can be undone.
    Changes,
    /// A step that destroys.
    Destroys,
    /// A priority's badge or word.
    Priority(Priority),
}

impl Role {
    /// Every role but the priorities, which are [`Priority::ALL`].
    pub(crate) const PLAIN: [Self; 16] = [
        Self::Text,
        Self::Dim,
        Self::Hint,
        Self::Separator,
        Self::Escape,
        Self::Decoded,
        Self::Disabled,
        Self::Accent,
        Self::Match,
        Self::Differs,
        Self::Error,
        Self::Notice,
        Self::Heading,
        Self::ReadOnly,
        Self::Changes,
        Self::Destroys,
    ];

    /// Every role.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Self::PLAIN.into_iter().chain(Priority::ALL.into_iter().map(Self::Priority))
    }
}

/// Text with its role.
pub(crate) type Part = (Role, Clean);

/// One row of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    /// The item (field, command) that the line belongs to; `None` for headings and plain text.
    pub(crate) item: Option<usize>,
    /// Its text, left to right.
    pub(crate) parts: Vec<Part>,
}

/// A whole pane.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    /// Its rows.
    pub(crate) lines: Vec<Line>,
    /// How many items it has; item numbers are below it.
    pub(crate) items: usize,
    /// What it is about, in few words: for the right end of the row of tabs.
    pub(crate) about: Vec<Part>,
    /// The filter that each item leads to; empty where items are no links. A page with links is read by lines.
    pub(crate) links: Vec<String>,
}

/// An alert with what its reader chose for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown<'a> {
    /// The alert.
    pub(crate) opened: &'a Opened,
    /// The tool that the commands are wanted for; `None`: whichever fits the alert best.
    pub(crate) runtime: Option<Runtime>,
    /// The values typed for gaps.
    pub(crate) given: &'a [Given],
    /// More alerts are being loaded: what was counted is so far.
    pub(crate) loading: bool,
    /// What was found around it.
    pub(crate) related: Option<&'a Board>,
}

impl<'a> Shown<'a> {
    /// An alert for which nothing was chosen.
    pub(crate) fn plain(opened: &'a Opened) -> Self {
        Self { opened, runtime: None, given: &[], loading: false, related: None }
    }

    /// The tool in force: the one that was chosen, where this alert has commands for it, else the best.
    pub(crate) fn tool(&self) -> Option<Runtime> {
        let runtimes = &self.opened.analysis.runtimes;
        self.runtime.filter(|chosen| runtimes.contains(chosen)).or(runtimes.first().copied())
    }

    /// The way of the step that is shown.
    pub(crate) fn way<'s>(&self, step: &'s Step) -> &'s Way {
        step.ways.by(self.runtime.filter(|chosen| self.opened.analysis.runtimes.contains(chosen)))
    }

    /// A command with the values that were typed for it.
    pub(crate) fn filled(&self, line: &CommandLine) -> CommandLine {
        line.filled_with(self.given)
    }
}

/// The page of `tab` for the alert, for a pane that is `columns` wide, the first of which is left to the cursor.
pub(crate) fn page(tab: Tab, shown: &Shown<'_>, columns: u16, wrap: Wrap) -> Page {
    let mut flow = Flow::new(columns, wrap);
    match tab {
        Tab::Fields => fields::write(&mut flow, shown.opened),
        Tab::Analysis => analysis::write(&mut flow, shown),
        Tab::Commands => commands::write(&mut flow, shown),
        Tab::Raw => raw::write(&mut flow, shown.opened),
        Tab::Related => related::write(&mut flow, shown),
    }
    flow.done()
}

/// What `y` sends for item `item` of `tab`: the value of a field. Commands are asked of the analysis, and the other
/// tabs have no items.
pub(crate) fn item_text(tab: Tab, opened: &Opened, item: usize) -> Option<Vec<u8>> {
    match tab {
        Tab::Fields => fields::value(opened, item),
        Tab::Analysis | Tab::Commands | Tab::Raw | Tab::Related => None,
    }
}

/// The name of the field that is item `item` of the tab with every value.
pub(crate) fn item_name(opened: &Opened, item: usize) -> Option<String> {
    fields::name(opened, item)
}

/// The alert in a few words, for the right end of the tabs: rule, badge, where it happened.
fn about(opened: &Opened) -> Vec<Part> {
    let named = |name: &str| opened.alert.named(name).map(|value| shown(value, ABOUT_BYTES));
    let rule = named("rule").unwrap_or_default();
    let priority = opened.alert.named("priority").and_then(|value| match value {
        crate::decode::Value::Text(word) => Priority::parse(word),
        _ => None,
    });
    let mut parts = vec![(Role::Text, rule)];
    if let Some(priority) = priority {
        parts.extend([flow::words(Role::Separator, " · "), flow::words(Role::Priority(priority), priority.badge())]);
    }
    for name in ["container.id", "container.name"] {
        if let Some(value) = named(name) {
            let before = if name == "container.id" { " · " } else { " " };
            parts.extend([flow::words(Role::Separator, before), (Role::Text, value)]);
        }
    }
    parts
}

/// How much of a value stands beside the tabs, in bytes.
const ABOUT_BYTES: usize = 200;

/// The beginning of a value, at most `bytes` of it, as it is shown.
fn shown(value: crate::decode::Value<'_>, bytes: usize) -> Clean {
    use crate::decode::Value;
    match value {
        Value::Text(raw) | Value::List(raw) | Value::Object(raw) => Clean::from_bytes(glyphs::head(raw, bytes).0),
        Value::Number(digits) => Clean::from_bytes(glyphs::head(digits.as_bytes(), bytes).0),
        other => other.clean(),
    }
}

#[cfg(test)]
#[path = "page_tests.rs"]
mod tests;
