//! Screen size → places of the panes, in plain numbers; drawing and paging both ask it.
//!
//! Lives here: the size classes, where each part stands, how many columns of the list there is room for. Not here: what
//! stands in a part (`ui`). Imports: `base`. Promise: areas never overlap and never leave the screen, whatever the size.

use crate::base::Size;
use crate::state::Place;

/// The smallest screen on which something is shown, in cells.
pub(crate) const SMALLEST: Size = Size { columns: 40, rows: 12 };

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
    /// The screen is smaller than [`SMALLEST`]: one sentence, nothing else.
    pub(crate) too_small: bool,
    /// Title: the program, the sources, the counts, the order, the zone.
    pub(crate) title: Area,
    /// Filter bar: the filter in force and `402 of 12,000`.
    pub(crate) filter: Area,
    /// A second row of the filter bar while both a filter and words are in force, or an error is told.
    pub(crate) second: Area,
    /// The histogram over time.
    pub(crate) histogram: Area,
    /// The values of fields, left of the list.
    pub(crate) facets: Area,
    /// The line between facets and list, one column wide.
    pub(crate) facets_rule: Area,
    /// The list's column names.
    pub(crate) header: Area,
    /// The rows of the list.
    pub(crate) list: Area,
    /// The line between the list and the panes: one row high below the list, one column wide right of it.
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

/// What a screen's width has room for; the user's choice with `p` is kept for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SizeClass {
    /// Below 100 columns: list or detail, one at a time.
    Narrow,
    /// 100 to 159 columns: the detail below the list.
    Medium,
    /// 160 columns and more: the detail right of the list.
    Wide,
}

impl SizeClass {
    /// The class of a width in cells.
    pub(crate) fn of(columns: u16) -> Self {
        match columns {
            0..100 => Self::Narrow,
            100..160 => Self::Medium,
            160.. => Self::Wide,
        }
    }
    /// Where the panes are unless the user chose otherwise.
    pub(crate) fn place(self) -> Place {
        match self {
            Self::Narrow => Place::Off,
            Self::Medium => Place::Below,
            Self::Wide => Place::Right,
        }
    }
}

/// Which parts there are beside the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    /// Where the panes are.
    pub(crate) place: Place,
    /// The filter bar needs its second row.
    pub(crate) second: bool,
    /// How many rows the histogram takes; 0: it is not shown.
    pub(crate) histogram: u16,
    /// How many columns the facets take; 0: they are not shown; all: they stand in place of the list and the panes.
    pub(crate) facets: u16,
}

/// Places everything.
pub(crate) fn layout(size: Size, parts: Parts) -> Layout {
    if size.columns < SMALLEST.columns || size.rows < SMALLEST.rows {
        return Layout { too_small: true, ..Layout::default() };
    }
    let mut rest = Area { x: 0, y: 0, columns: size.columns, rows: size.rows };
    let title = rest.take_rows(1);
    let filter = rest.take_rows(1);
    let second = rest.take_rows(u16::from(parts.second));
    let hints = rest.take_last_row();
    let message = rest.take_last_row();
    let histogram = rest.take_rows(parts.histogram);
    if parts.facets >= size.columns {
        return Layout { title, filter, second, histogram, message, hints, facets: rest, ..Layout::default() };
    }
    let detail = if parts.place == Place::Right { detail_columns(size) } else { 0 };
    let (facets, facets_rule) = rest.take_facets(parts.facets, SMALLEST.columns + detail);
    let header = u16::from(size.rows >= 20);
    let body = body(rest, size, parts.place, header);
    Layout { title, filter, second, histogram, facets, facets_rule, message, hints, ..body }
}

/// Two fifths of the screen.
fn detail_columns(size: Size) -> u16 {
    u16::try_from(u32::from(size.columns) * 2 / 5).unwrap_or(size.columns)
}

/// The list and the panes in what the bars leave; `header` is the height of the row of column names.
fn body(mut rest: Area, size: Size, place: Place, header: u16) -> Layout {
    let mut shown = Layout::default();
    match place {
        Place::Off => {}
        Place::Full => {
            shown.tabs = rest.take_rows(1);
            shown.pane = rest;
            return shown;
        }
        Place::Below => {
            // Nine of 25 rows for the list: 11 of the 31 that 120x36 leaves, as the screens are drawn.
            let list = (rest.rows.saturating_sub(header) * 9 / 25).max(3);
            let mut below = rest.split_below(header + list);
            shown.rule = below.take_rows(1);
            shown.tabs = below.take_rows(1);
            shown.pane = below;
        }
        Place::Right => {
            let mut right = rest.split_right(rest.columns.saturating_sub(detail_columns(size)));
            shown.rule = rest.split_right(rest.columns - 1);
            shown.tabs = right.take_rows(1);
            shown.pane = right;
        }
    }
    shown.header = rest.take_rows(header);
    shown.list = rest;
    shown
}

impl Area {
    /// Cuts `rows` off at the top.
    fn take_rows(&mut self, rows: u16) -> Self {
        let rows = rows.min(self.rows);
        let taken = Self { rows, ..*self };
        self.y += rows;
        self.rows -= rows;
        taken
    }
    /// Cuts the last row off.
    fn take_last_row(&mut self) -> Self {
        self.split_below(self.rows.saturating_sub(1))
    }
    /// Cuts `columns` off at the left, and the line between them and the rest; none where less than `least` were left.
    fn take_facets(&mut self, columns: u16, least: u16) -> (Self, Self) {
        if columns == 0 || self.columns < columns + 1 + least {
            return (Self::default(), Self::default());
        }
        let mut taken = *self;
        let mut line = taken.split_right(columns);
        *self = line.split_right(1);
        (taken, line)
    }
    /// Keeps the first `rows` and gives the rest.
    fn split_below(&mut self, rows: u16) -> Self {
        let mut below = *self;
        *self = below.take_rows(rows);
        below
    }
    /// Keeps the first `columns` and gives the rest.
    fn split_right(&mut self, columns: u16) -> Self {
        let kept = columns.min(self.columns);
        let right = Self { x: self.x + kept, columns: self.columns - kept, ..*self };
        self.columns = kept;
        right
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACES: [Place; 4] = [Place::Off, Place::Full, Place::Below, Place::Right];

    fn at(columns: u16, rows: u16, place: Place) -> Layout {
        layout(Size { columns, rows }, Parts { place, ..Parts::default() })
    }

    #[test]
    fn parts_stand_where_the_screens_are_drawn() {
        let cases = [
            // columns, rows, place; first row and height of list and pane
            (80, 24, Place::Off, (3, 19), (0, 0)),
            (40, 12, Place::Off, (2, 8), (0, 0)),
            (80, 24, Place::Full, (0, 0), (3, 19)),
            (120, 36, Place::Below, (3, 11), (16, 18)),
            (200, 50, Place::Right, (3, 45), (3, 45)),
            (100, 12, Place::Below, (2, 3), (7, 3)),
        ];
        for (columns, rows, place, list, pane) in cases {
            let found = at(columns, rows, place);
            assert_eq!((found.list.y, found.list.rows), list, "list at {columns}x{rows} {place:?}");
            assert_eq!((found.pane.y, found.pane.rows), pane, "pane at {columns}x{rows} {place:?}");
        }
    }

    #[test]
    fn the_detail_takes_two_fifths_on_the_right() {
        let found = at(200, 50, Place::Right);
        assert_eq!((found.list.columns, found.rule.x, found.rule.columns), (119, 119, 1));
        assert_eq!((found.pane.x, found.pane.columns), (120, 80));
    }

    #[test]
    fn below_40x12_there_is_one_sentence() {
        for (columns, rows, want) in [(40, 12, false), (39, 12, true), (40, 11, true), (0, 0, true), (1, 1, true)] {
            assert_eq!(at(columns, rows, Place::Off).too_small, want, "{columns}x{rows}");
        }
    }

    fn areas(shown: &Layout) -> [Area; 13] {
        [
            shown.title,
            shown.filter,
            shown.second,
            shown.histogram,
            shown.facets,
            shown.facets_rule,
            shown.header,
            shown.list,
            shown.rule,
            shown.tabs,
            shown.pane,
            shown.message,
            shown.hints,
        ]
    }

    #[test]
    fn every_cell_belongs_to_exactly_one_area() {
        for (columns, rows) in [(40, 12), (59, 19), (60, 20), (80, 24), (99, 12), (120, 36), (200, 50), (300, 100)] {
            for place in PLACES {
                for (second, histogram, facets) in [(false, 0, 0), (true, 0, 30), (false, 1, 0), (true, 3, 30)] {
                    let shown = layout(Size { columns, rows }, Parts { place, second, histogram, facets });
                    let mut cells = vec![0_u8; usize::from(columns) * usize::from(rows)];
                    for area in areas(&shown) {
                        for y in area.y..area.y + area.rows {
                            for x in area.x..area.x + area.columns {
                                cells[usize::from(y) * usize::from(columns) + usize::from(x)] += 1;
                            }
                        }
                    }
                    assert!(cells.iter().all(|n| *n == 1), "{columns}x{rows} {place:?} {second} {histogram} {facets}");
                }
            }
        }
    }
}
