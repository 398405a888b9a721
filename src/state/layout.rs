//! Screen size → places of the panes, in plain numbers; drawing and paging both ask it.
//!
//! Imports: `base`. Promise: areas never overlap and never leave the screen, whatever the size.

use crate::base::Size;
use crate::state::Place;

/// A rectangle of cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Area {
    /// Column of its left edge, 0 at the left.
    pub(crate) x: u16,
    /// Row of its upper edge, 0 at the top.
    pub(crate) y: u16,
    /// Width in cells; 0: not shown.
    pub(crate) columns: u16,
    /// Height in cells; 0: not shown.
    pub(crate) rows: u16,
}

/// Where everything stands. A part with no cells is not shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Layout {
    /// The screen is smaller than 40x12: one sentence, nothing else.
    pub(crate) too_small: bool,
    /// Title: the program, the sources, the counts, the order, the zone.
    pub(crate) title: Area,
    /// Filter bar: the filter in force and `402 of 12,000`.
    pub(crate) filter: Area,
    /// A second row of the filter bar while both a filter and words are in force, or an error is told.
    pub(crate) second: Area,
    /// The list's column names.
    pub(crate) header: Area,
    /// The rows of the list.
    pub(crate) list: Area,
    /// The line between the list and the panes.
    pub(crate) rule: Area,
    /// The row of tabs.
    pub(crate) tabs: Area,
    /// The pane in front.
    pub(crate) pane: Area,
    /// The message, or the output of the alert under the cursor.
    pub(crate) message: Area,
    /// The row number and the next useful keys.
    pub(crate) hints: Area,
}

/// Places everything. `place` is where the panes are, `second` whether the filter bar needs its second row.
pub(crate) fn layout(_size: Size, _place: Place, _second: bool) -> Layout {
    Layout::default()
}
