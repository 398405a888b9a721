//! Two alerts side by side.
//!
//! Lives here: where the lines go. Not here: what they say (`state::difference`). Imports: `state`. Promise: only the
//! rows in sight are drawn.

use crate::state::compare::Comparison;
use crate::state::layout::Area;
use crate::state::page::Role;
use crate::state::page::flow::words;
use crate::ui::filter::Caret;
use crate::ui::text::{Canvas, Row, cells};

/// Draws the comparison below its heading; gives the place of the cursor.
pub(super) fn draw(canvas: &mut Canvas<'_>, comparison: &Comparison, heading: Row, area: Area) -> Caret {
    if comparison.compared.is_none() {
        canvas.write(heading.skip(1), &[words(Role::Heading, "compare"), words(Role::Dim, "  reading")]);
        return Some((heading.x, heading.y));
    }
    canvas.write(heading.skip(1), &comparison.heading());
    let columns = area.columns.saturating_sub(2);
    for (at, line) in comparison.lines(columns).iter().skip(comparison.top).take(usize::from(area.rows)).enumerate() {
        if let Some(row) = Row::of(area, cells(at)) {
            canvas.write(row.skip(2), line);
        }
    }
    Row::of(area, 0).map(|row| (row.x, row.y))
}
