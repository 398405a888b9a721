//! Filters saved under a name, by the palette.
//!
//! Lives here: saving, loading, deleting. Not here: names in a filter (`query::saved`), the file (`app`). Imports: `base`,
//! `query`. Promise: what is saved is a filter, without names of others in it.

use crate::base::{Clean, Notice};
use crate::query::saved::{in_full, is_name, with_shipped};
use crate::state::commands::Args;
use crate::state::{Effect, Model, Narrowing, bar, narrowing, session};

/// The name in the palette's text, or what is wrong with it.
fn named<'a>(args: &Args<'a>) -> Result<&'a str, Notice> {
    let name = args.text.strip_prefix('@').unwrap_or(args.text);
    if is_name(name) {
        return Ok(name);
    }
    let what = "a saved filter needs a name of at most 40 letters, digits, - _ or dots";
    Err(Notice::said(what).with_next("save-filter calm"))
}

fn about(what: &'static str, name: &str, text: &str) -> Clean {
    Clean::concat([what.into(), Clean::from_bytes(name.as_bytes()), ": ".into(), Clean::from_bytes(text.as_bytes())])
}

/// Saves the filter in force under a name.
pub(crate) fn save(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    let name = match named(args) {
        Ok(name) => name,
        Err(why) => return session::say(model, why),
    };
    let text = model.narrowed.now.filter.trim().to_owned();
    if text.is_empty() {
        return session::say(model, Notice::said("no filter is in force that could be saved").with_next("f opens one"));
    }
    session::say(model, Notice::said(about("saved as @", name, &text)));
    model.bar.saved.insert(name.to_owned(), text.clone());
    vec![Effect::SaveFilter(name.to_owned(), Some(text))]
}

/// Puts a saved filter in force.
pub(crate) fn load(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    let read = named(args).and_then(|name| in_full(&format!("@{name}"), &model.saved()).map_err(|error| error.notice));
    match read {
        Ok(full) => {
            let what = Clean::concat(["filter ".into(), Clean::from_bytes(full.text.as_bytes())]);
            let effects = narrowing::apply(model, Narrowing { filter: full.text, ..model.narrowed.now.clone() });
            bar::tell(model, what);
            effects
        }
        Err(why) => session::say(model, why),
    }
}

/// Forgets a saved filter.
pub(crate) fn delete(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    let name = match named(args) {
        Ok(name) => name,
        Err(why) => return session::say(model, why),
    };
    if let Some(text) = model.bar.saved.remove(name) {
        session::say(model, Notice::said(about("deleted @", name, &text)));
        return vec![Effect::SaveFilter(name.to_owned(), None)];
    }
    let is_shipped = with_shipped(<_>::default()).contains_key(name);
    let why = if is_shipped { " is built in and stays" } else { ": no filter is saved under this name" };
    let what = Clean::concat(["@".into(), Clean::from_bytes(name.as_bytes()), why.into()]);
    session::say(model, Notice::said(what))
}

#[cfg(test)]
#[path = "saved_tests.rs"]
mod tests;
