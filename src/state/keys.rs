//! A keypress → a command: counts, prefixes, and what becomes of a key that is none.
//!
//! Lives here: the one place that reads the table by key. Imports: `base`. Promise: a key that means nothing changes
//! nothing, so it costs no byte on the wire; `Esc` first takes back what was half typed.

use crate::base::{Key, Notice};
use crate::state::commands::{self, Args, Command, Pane};
use crate::state::{Effect, Focus, Layer, Model, Pending, Tab, alarm, prompt, session};

/// The largest count: ten million alerts have eight digits.
const MAX_COUNT: usize = 99_999_999;

/// What typed keys mean in a pane.
enum Meaning {
    /// This command.
    Command(&'static Command),
    /// The beginning of one or more.
    Prefix,
    /// Nothing.
    Nothing,
}

impl Model {
    /// Where the next key goes to.
    pub(crate) fn pane(&self) -> Pane {
        self.layers.last().map_or_else(|| self.focused_pane(), layer_pane)
    }

    /// Where keys go to when no layer is open.
    pub(crate) fn focused_pane(&self) -> Pane {
        match (self.focus, self.detail.tab) {
            (Focus::List, _) => Pane::List,
            (Focus::Facets, _) => Pane::Facets,
            (Focus::Histogram, _) => Pane::Histogram,
            (Focus::Detail, Tab::Fields) => Pane::Fields,
            (Focus::Detail, Tab::Analysis) => Pane::Analysis,
            (Focus::Detail, Tab::Commands) => Pane::Commands,
            (Focus::Detail, Tab::Raw) => Pane::Raw,
            (Focus::Detail, Tab::Related) => Pane::Related,
        }
    }
}

fn layer_pane(layer: &Layer) -> Pane {
    match layer {
        Layer::Narrow(_) | Layer::Filter(_) | Layer::Chip(_) | Layer::Fill(_) | Layer::Values(_) | Layer::Time(_) => {
            Pane::Input
        }
        Layer::Chips(_) => Pane::Chips,
        Layer::Confirm(_) => Pane::Confirm,
        Layer::Help(_) | Layer::Palette(_) | Layer::Fields(..) | Layer::History(_) => Pane::Choice,
        Layer::Compare(_) => Pane::Compare,
        Layer::Unreadable(_) | Layer::Bytes(_) | Layer::Messages(_) | Layer::Start(..) => Pane::Picker,
    }
}

/// Applies one key.
pub(crate) fn press(model: &mut Model, key: Key) -> Vec<Effect> {
    if model.pending.is_half_typed() && key == Key::Esc {
        model.pending = Pending::default();
        return Vec::new();
    }
    if model.pane() == Pane::Confirm {
        return confirm(model, key);
    }
    if let Some(count) = counted(model, key) {
        model.pending.count = Some(count);
        return Vec::new();
    }
    let typed: Vec<Key> = model.pending.prefix.into_iter().chain([key]).collect();
    match meaning(model.pane(), &typed) {
        Meaning::Command(command) => run(model, command),
        Meaning::Prefix => {
            model.pending.prefix = Some(key);
            model.pending.since = model.clock;
            Vec::new()
        }
        Meaning::Nothing => type_in(model, key),
    }
}

/// Only the key for it does what is asked; any other does not, and means nothing else.
fn confirm(model: &mut Model, key: Key) -> Vec<Effect> {
    match meaning(Pane::Confirm, &[key]) {
        Meaning::Command(command) if command.name == commands::CONFIRM => run(model, command),
        _ => {
            model.layers.pop();
            session::say(model, Notice::said("not done"))
        }
    }
}

impl Pending {
    fn is_half_typed(&self) -> bool {
        self.count.is_some() || self.prefix.is_some()
    }
}

/// The count with this digit, where digits count. A zero begins no count.
fn counted(model: &Model, key: Key) -> Option<usize> {
    let counts = matches!(model.pane(), Pane::List | Pane::Picker | Pane::Facets | Pane::Histogram | Pane::Chips)
        && model.pending.prefix.is_none();
    let Key::Char(c) = key else { return None };
    let digit = usize::try_from(c.to_digit(10).filter(|_| counts)?).ok()?;
    let before = model.pending.count.unwrap_or(0);
    (before > 0 || digit > 0).then(|| (before * 10 + digit).min(MAX_COUNT))
}

fn meaning(pane: Pane, typed: &[Key]) -> Meaning {
    let mut begun = commands::chords(pane).filter(|(chord, _)| chord.starts_with(typed));
    match begun.next() {
        // No chord is the beginning of another, so a whole one stands alone.
        Some((chord, command)) if chord == typed => Meaning::Command(command),
        Some(_) => Meaning::Prefix,
        None => Meaning::Nothing,
    }
}

fn run(model: &mut Model, command: &'static Command) -> Vec<Effect> {
    let pending = std::mem::take(&mut model.pending);
    model.messages.now = None;
    if model.live.at_end {
        alarm::calm(model);
    }
    (command.run)(model, &Args { count: pending.count, interrupted: pending.interrupted, text: "" })
}

/// A key that is no command: a character of the text being typed, or nothing.
fn type_in(model: &mut Model, key: Key) -> Vec<Effect> {
    if model.pending.is_half_typed() {
        model.pending = Pending::default();
    }
    match (key, model.pane()) {
        (Key::Char(c), Pane::Input | Pane::Choice) => prompt::insert(model, &c.to_string()),
        _ => Vec::new(),
    }
}
