//! What the bars say of a list that grows: that it is live, what is new, what was dropped.
//!
//! Lives here: these words, and what gives way where there is little room. Imports: `base`, `state`. Promise: how many
//! alerts were dropped stands on every screen for as long as any were.

use crate::base::Clean;
use crate::state::live::{News, Stage};
use crate::state::number;
use crate::state::page::flow::words;
use crate::state::page::{Part, Role};
use crate::state::{Loaded, Model};
use crate::ui::bars::dot;
use crate::ui::text::{Canvas, Row, width};

/// Below this many columns the bars say only the most needed.
pub(super) const NARROW: u16 = 60;

/// How far reading is, in a word; `None` where the list was never live, or what is there is still being read.
fn state(model: &Model) -> Option<&'static str> {
    match model.loaded.stage {
        Stage::Loading => None,
        Stage::Following => Some("live"),
        Stage::Ended if !model.live.has_grown => None,
        Stage::Ended if model.live.stopped => Some("stopped"),
        Stage::Ended => Some("ended"),
    }
}

/// `live · 12,000 alerts · 1,204 oldest dropped`; on a narrow screen the numbers come first.
pub(super) fn counted(model: &Model, alerts: u64, columns: u16) -> Vec<Part> {
    let state = state(model).map(|state| words(Role::Text, state));
    let Loaded { dropped, .. } = model.loaded;
    let alerts = match dropped {
        1.. if columns < NARROW => number::grouped(alerts),
        _ => number::of(alerts, "alert"),
    };
    let noun = if columns < NARROW { " dropped" } else { " oldest dropped" };
    let lost = (dropped > 0).then(|| (Role::Error, Clean::concat([number::grouped(dropped), noun.into()])));
    let parts = match columns {
        0..NARROW => [Some((Role::Text, alerts)), lost, state],
        _ => [state, Some((Role::Text, alerts)), lost],
    };
    parts.into_iter().flatten().flat_map(|part| [dot(), part]).skip(1).collect()
}

/// Draws `following · 27 new below, 1 Critical` and the key that leads there.
pub(super) fn news(canvas: &mut Canvas<'_>, model: &Model, row: Row) {
    let Some(News { count, worst }) = model.news() else { return };
    let below = if model.is_in_order_of_time() { " new below" } else { " new" };
    let mut new = Clean::concat([number::counted(count), below.into()]);
    if let Some((priority, count)) = worst {
        new = Clean::concat([new, ", ".into(), number::counted(count), " ".into(), priority.word().into()]);
    }
    let mut parts = vec![(Role::Notice, new)];
    let right = if model.is_in_order_of_time() { vec![words(Role::Hint, "G go there")] } else { Vec::new() };
    let room = row.columns.saturating_sub(width(&right) + 2);
    let following = [words(Role::Text, "following"), dot()];
    if model.loaded.stage == Stage::Following && width(&following) + width(&parts) <= room {
        parts.splice(0..0, following);
    }
    let rest = if width(&parts) <= room { canvas.write_right(row, &right) } else { row };
    canvas.write(rest, &parts);
}
