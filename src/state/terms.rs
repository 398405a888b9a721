//! Terms that keys add to the filter.
//!
//! Lives here: adding one, as one step. Not here: how a term is written (`query::literal`). Imports: `base`, `query`.
//! Promise: a term is never there twice, nor beside its opposite.

use crate::base::{Clean, Notice};
pub(crate) use crate::query::literal::{drop, keep};
use crate::query::terms::negated;
use crate::state::chips::{self, Chip};
use crate::state::{Effect, Model, session};

/// Adds a term with `and` as one step for undo. One that is there is not added again, only switched on; its opposite is
/// replaced. An empty term is one that no filter can write.
pub(crate) fn add(model: &mut Model, term: String) -> Vec<Effect> {
    if term.is_empty() {
        let why = "no filter can ask for exactly this value or field";
        return session::say(model, Notice::said(why).with_next("yv sends the value"));
    }
    let said = |what: &'static str| Clean::concat([what.into(), Clean::from_bytes(term.as_bytes())]);
    let mut all = chips::chips(&model.narrowed.now);
    let opposite = negated(&term);
    if all.iter().any(|chip| chip.is_on && chip.text == term) {
        let what = Clean::concat([Clean::from_bytes(term.as_bytes()), " is in force already".into()]);
        return session::say(model, Notice::said(what));
    }
    let what = if let Some(chip) = all.iter_mut().find(|chip| chip.text == term) {
        chip.is_on = true;
        said("on: ")
    } else if let Some(chip) = all.iter_mut().find(|chip| chip.text == opposite) {
        let what = said("now ");
        *chip = Chip::on(term);
        what
    } else {
        let what = said("added ");
        all.push(Chip::on(term));
        what
    };
    chips::apply(model, &all, what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::desk::Desk;

    #[test]
    fn a_term_is_added_once_and_its_opposite_replaced() {
        let cases: [(&str, &str, &str); 8] = [
            ("", "a.b = 1", "a.b = 1"),
            ("c.d = 2", "a.b = 1", "c.d = 2 and a.b = 1"),
            ("a.b = 1", "a.b = 1", "a.b = 1"),
            ("not a.b = 1 and c.d = 2", "a.b = 1", "a.b = 1 and c.d = 2"),
            ("a.b = 1", "not a.b = 1", "not a.b = 1"),
            ("x.y = 1 or x.y = 2", "a.b = 1", "(x.y = 1 or x.y = 2) and a.b = 1"),
            ("cat shadow", "a.b = 1", "cat and shadow and a.b = 1"),
            ("a.b = 1", "", "a.b = 1"),
        ];
        for (filter, term, want) in cases {
            let mut desk = Desk::with(100, 120, 36);
            desk.model.narrowed.now.filter = filter.to_owned();
            let effects = add(&mut desk.model, term.to_owned());
            assert_eq!(desk.model.narrowed.now.filter, want, "{filter} + {term}");
            assert_eq!(effects.is_empty(), filter == want, "{filter} + {term}");
            let steps = usize::from(filter != want);
            assert_eq!(desk.model.narrowed.undo.len(), steps, "{filter} + {term}");
        }
    }
}
