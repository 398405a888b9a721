//! One message in, a changed model and effects out.
//!
//! Lives here: which room of the model a message is for. Imports: every room before `state`.
//! Promise: the same model and message give the same result: no clock, no disk, no terminal is asked.

use crate::base::{Millis, Size};
use crate::state::{
    Effect, Model, Msg, alarm, bar, compare, complete, detail, facets, histogram, history, keys, layers, list,
};
use crate::state::{live, mouse, panes, prompt, related, report, session};

/// Applies what happened.
pub(crate) fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let mut effects = match msg {
        Msg::Clock(now) => tick(model, now),
        Msg::Key(key) => keys::press(model, key),
        Msg::Paste(text) => prompt::paste(model, &text),
        Msg::Resized(size) => resize(model, size),
        Msg::Begin(title, snapshot, growth) => session::begin(model, (title, snapshot), growth),
        Msg::Load(event) => session::load(model, event),
        Msg::View(view) => list::take_view(model, view),
        Msg::Unanswered(generation, notice) => list::unanswered(model, generation, notice),
        Msg::Opened(generation, opened) => detail::opened(model, generation, opened),
        Msg::Counted(counted) => facets::take(model, counted),
        Msg::Charted(generation, counted) => histogram::take(model, generation, counted),
        Msg::Mouse(click) => mouse::click(model, click),
        Msg::Related(generation, found) => related::take(model, generation, found),
        Msg::Compared(generation, read) => compare::take(model, generation, read),
        Msg::Line(span, read) => layers::take_line(model, span, read),
        Msg::Sent(notice) | Msg::Say(notice) => session::say(model, notice),
        Msg::Exists(report) => report::ask_replace(model, report),
        Msg::Candidates(answer) => complete::take(model, answer),
        Msg::Without(of, counts) => bar::take_without(model, of, &counts),
        Msg::Filters(filters) => history::take(model, filters),
        Msg::Resumed => mouse::resumed(model),
    };
    effects.extend(panes::follow(model));
    effects.extend(related::ask(model));
    live::stick(model);
    list::fit(model);
    effects.extend(alarm::sound(model));
    effects
}

fn tick(model: &mut Model, now: Millis) -> Vec<Effect> {
    model.clock = now;
    let mut effects = detail::settle(model);
    effects.extend(list::ask_due(model));
    effects
}

fn resize(model: &mut Model, size: Size) -> Vec<Effect> {
    model.size = size;
    detail::fit(model);
    facets::fit(model);
    Vec::new()
}
