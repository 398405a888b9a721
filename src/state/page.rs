//! What a pane says, line by line, without a screen: the parts of each line with their roles, wrapped to a width.
//!
//! Lives here: the lines of the tabs. Not here: colours (`ui::theme`). Imports: every room before `state`.
//! Promise: a page is only `Clean` text, and its cost does not grow with the length of a value beyond what is shown.

use crate::base::{Clean, Priority};
use crate::state::msg::Opened;
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
    /// A mistake or a failure.
    Error,
    /// A message.
    Notice,
    /// A heading inside a page.
    Heading,
    /// A priority's badge or word.
    Priority(Priority),
}

/// One row of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    /// The item (field, command) that the line belongs to; `None` for headings and plain text.
    pub(crate) item: Option<usize>,
    /// Its text, left to right.
    pub(crate) parts: Vec<(Role, Clean)>,
}

/// A whole pane.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    /// Its rows.
    pub(crate) lines: Vec<Line>,
    /// How many items it has; item numbers are below it.
    pub(crate) items: usize,
}

/// The page of `tab` for the alert, for a pane that is `columns` wide.
pub(crate) fn page(_tab: Tab, _opened: &Opened, _columns: u16, _wrap: Wrap) -> Page {
    Page::default()
}

/// What `y` sends for item `item` of `tab`: the value of a field, the text of a line. Commands are asked of the analysis.
pub(crate) fn item_text(_tab: Tab, _opened: &Opened, _item: usize) -> Option<Vec<u8>> {
    None
}
