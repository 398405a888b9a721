//! What the table of commands says to the reader: next keys, help, palette.
//!
//! Lives here: which rows of the table are worth showing now, in which order. Imports: `base`.
//! Promise: nothing is listed that the table does not run.

use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;

use crate::base::Key;
use crate::state::commands::{self, Command, Pane, named};
use crate::state::layout::SizeClass;
use crate::state::live::Stage;
use crate::state::table::COMMANDS;
use crate::state::{Layer, Model, complete, groups, links, panes, related};

/// A command as help and palette show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its keys, ready to be shown: `j Down`. Empty for one that only the palette runs.
    pub(crate) keys: &'static str,
    /// Its name in the palette: `cursor-down`.
    pub(crate) name: &'static str,
    /// What the palette takes after the name: `ROW`; empty for nothing.
    pub(crate) argument: &'static str,
    /// What it does, at most 40 columns.
    pub(crate) help: &'static str,
}

/// The next useful keys of each pane, by the names of their commands, or as a prefix; two names share a word. The last is shown even
/// where there is room for one only.
const HINTS: [(Pane, &[&str]); 14] = [
    (
        Pane::List,
        &[
            "open",
            "edit-filter",
            "narrow",
            "@o group",
            "@P pivot",
            "toggle-follow",
            "mark",
            "focus-chips",
            "keep-value",
            "drop-value",
            "next-urgent",
            "copy",
            "undo",
            "help",
        ],
    ),
    (
        Pane::Fields,
        &[
            "previous-tab next-tab",
            "next-pane",
            "keep-value",
            "drop-value",
            "next-same-value",
            "copy",
            "toggle-wrap",
            "zoom-pane",
            "help",
        ],
    ),
    (
        Pane::Facets,
        &[
            "keep-facet-value",
            "drop-facet-value",
            "only-facet-value",
            "narrow-facet",
            "sort-facet",
            "grow-facet",
            "add-facet",
            "next-pane",
            "help",
        ],
    ),
    (
        Pane::Histogram,
        &[
            "bucket-left bucket-right",
            "brush",
            "keep-brush",
            "cut-brush",
            "shorter-buckets longer-buckets",
            "back",
            "help",
        ],
    ),
    (Pane::Analysis, &["go-there", "previous-tab next-tab", "next-pane", "copy", "zoom-pane", "help"]),
    (Pane::Commands, STEPS),
    (Pane::Raw, &["previous-tab next-tab", "next-pane", "copy", "toggle-wrap", "zoom-pane", "help"]),
    (Pane::Related, AROUND),
    (Pane::Compare, &["equal-fields", "swap", "copy-compared", "cursor-down cursor-up", "back"]),
    (Pane::Input, &["accept", "complete", "search-filters", "newer-filter", "back"]),
    (
        Pane::Chips,
        &[
            "chip-left chip-right",
            "toggle-chip",
            "negate-chip",
            "remove-chip",
            "edit-chip",
            "move-chip-left move-chip-right",
            "back",
        ],
    ),
    (Pane::Confirm, &["confirm", "back"]),
    (Pane::Choice, &["accept", "item-down item-up", "back"]),
    (Pane::Picker, &["accept", "cursor-down cursor-up", "quit", "back"]),
];

/// The keys of the tab Related, the most useful first; ties that the alert does not have are left out.
const AROUND: &[&str] = &[
    "go-to-alert",
    "relate-container",
    "relate-process",
    "relate-user",
    "relate-host",
    "relate-file",
    "relate-session",
    "relate-login",
    "relate-pod",
    "relate-address",
    "narrower-window wider-window",
    "toggle-tree",
    "unfold-repeats",
    "copy-related",
    "previous-tab next-tab",
    "help",
];

/// The keys of the tab Commands, the most useful first.
const STEPS: &[&str] = &[
    "send-command",
    "send-undo",
    "send-check",
    "runtime",
    "send-script",
    "previous-tab next-tab",
    "next-pane",
    "send-with-gaps",
    "help",
];

/// The next useful keys for what has the focus, each with a word: `("f", "filter")`. While a prefix waits, how it goes on.
pub(crate) fn hints(model: &Model) -> Vec<(String, &'static str)> {
    match model.pending.prefix {
        Some(prefix) if model.shows_continuations() => continuations(model.pane(), prefix),
        _ => next_keys(model),
    }
}

fn next_keys(model: &Model) -> Vec<(String, &'static str)> {
    let pane = model.pane();
    let names = HINTS.iter().find(|(of, _)| *of == pane).map_or::<&[&str], _>(&[], |(_, names)| names);
    let useful = names.iter().filter(|names| is_useful(model, names));
    useful.filter_map(|names| hint(names)).map(|(keys, word)| (keys, word_here(model, word))).collect()
}

/// Undo is a hint only where there is something to undo, zooming where a pane does not fill the screen anyway, going
/// back where something lies behind: behind the start page there is nothing. Without an alert nothing is opened or marked.
fn is_useful(model: &Model, names: &str) -> bool {
    let is_start = matches!(model.layers.last(), Some(Layer::Start(..)));
    match names {
        "quit" => is_start,
        "back" => !is_start,
        "undo" => !model.narrowed.undo.is_empty(),
        "open" | "@P pivot" | "mark" | "keep-value" | "drop-value" | "next-urgent" | "@o group" => model.list.len() > 0,
        "toggle-follow" => {
            let live = &model.live;
            live.growth.files > 0 && !live.growth.follows && !live.stopped && model.loaded.stage == Stage::Ended
        }
        "focus-chips" => !model.narrowed.now.filter.is_empty(),
        "complete" | "search-filters" => is_filter(model),
        "newer-filter" => complete::is_offered(model) && !complete::is_listed(model),
        "copy" if model.pane() == Pane::List => model.list.len() > 0,
        _ if names.starts_with("relate-") => related::offers(model, names),
        "go-there" => links::here(model).is_some(),
        "runtime" => model.shown().is_some_and(|shown| shown.opened.analysis.runtimes.len() > 1),
        "zoom-pane" => SizeClass::of(model.size.columns) != SizeClass::Narrow,
        _ => true,
    }
}

/// A filter, or a chip of one, is being typed.
fn is_filter(model: &Model) -> bool {
    model.layers.last().is_some_and(|layer| layer.filter_input().is_some())
}

/// The first key of each command, and the word of the first; behind an @ a prefix and its word.
fn hint(names: &'static str) -> Option<(String, &'static str)> {
    if let Some((prefix, word)) = names.strip_prefix('@').and_then(|rest| rest.split_once(' ')) {
        return Some((prefix.to_owned(), word));
    }
    let commands: Vec<&Command> = names.split(' ').filter_map(named).collect();
    let keys: Vec<&str> = commands.iter().filter_map(|command| command.keys.split(' ').next()).collect();
    Some((keys.join(" "), commands.first()?.word))
}

/// What Enter and Esc do depends on what they close.
fn word_here(model: &Model, word: &'static str) -> &'static str {
    match (word, model.layers.last()) {
        ("take", Some(Layer::Filter(_) | Layer::Chip(_))) => "apply",
        ("take", Some(Layer::Narrow(_) | Layer::Values(_))) => "keep",
        ("take", Some(Layer::Time(_))) => "go",
        ("take", Some(Layer::Fields(..))) => "count",
        ("back", Some(Layer::Values(_))) => "all values",
        ("take", Some(Layer::Fill(_))) => "fill in",
        ("yes", Some(Layer::Confirm(confirm))) => confirm.deed,
        ("take", Some(Layer::Palette(_))) => "run",
        ("take", Some(Layer::Start(..))) => "open",
        ("take", Some(Layer::Unreadable(_))) => "bytes",
        ("take", Some(Layer::History(_))) => word,
        ("take", Some(_)) => "close",
        (
            "back",
            Some(
                Layer::Filter(_)
                | Layer::Chip(_)
                | Layer::Narrow(_)
                | Layer::Fill(_)
                | Layer::Confirm(_)
                | Layer::Time(_),
            ),
        ) => "cancel",
        ("pane", None) if panes::next_is_list(model) => "list",
        ("open", None) if groups::is_on_open_group(model) => "close",
        _ => word,
    }
}

/// How a prefix key goes on in a pane.
fn continuations(pane: Pane, prefix: Key) -> Vec<(String, &'static str)> {
    let goes_on = |(chord, command): (Vec<Key>, &'static Command)| match chord.as_slice() {
        [first, second] if *first == prefix => Some((second.to_string(), command.word)),
        _ => None,
    };
    commands::chords(pane).filter_map(goes_on).collect()
}

/// Every command that has `text` in its keys, name or help: one with this very key first, then those of the focused pane.
pub(crate) fn help(model: &Model, text: &str) -> Vec<Entry> {
    let (pane, text) = (under_layers(model), text.trim());
    let mut found: Vec<&Command> = COMMANDS.iter().filter(|command| speaks_of(command, text)).collect();
    // Stable: the rest stays in the order of the table.
    found.sort_by_key(|command| (!has_key(command, text), !command.panes.contains(&pane)));
    found.into_iter().map(entry).collect()
}

/// The pane that had the focus before help or palette came over it.
fn under_layers(model: &Model) -> Pane {
    let rest = model.layers.iter().rev().find(|layer| !matches!(layer, Layer::Help(_) | Layer::Palette(_)));
    rest.map_or_else(|| model.focused_pane(), |_| Pane::Picker)
}

/// A capital counts, as in a search for words.
fn speaks_of(command: &Command, text: &str) -> bool {
    let in_help = command.help.contains(text) || command.help.to_lowercase().contains(text);
    has_key(command, text) || command.name.contains(text) || in_help
}

fn has_key(command: &Command, text: &str) -> bool {
    !text.is_empty() && command.keys.split(' ').any(|key| key == text)
}

fn entry(command: &Command) -> Entry {
    Entry { keys: command.keys, name: command.name, argument: command.argument, help: command.help }
}

/// The commands that the first word of `text` may mean, the likeliest first: its own name, names that begin with it,
/// names that have its letters in order.
pub(crate) fn palette(text: &str) -> Vec<Entry> {
    let word = text.split_whitespace().next().unwrap_or_default().to_lowercase();
    let matcher = SkimMatcherV2::default().ignore_case();
    let offered = COMMANDS.iter().filter(|command| command.is_for_palette());
    let mut found: Vec<((u8, i64), &Command)> =
        offered.filter_map(|command| Some((rank(command.name, &word, &matcher)?, command))).collect();
    // Stable: what is equally likely stays in the order of the table.
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, command)| entry(command)).collect()
}

/// How likely `word` means `name`, smaller is likelier; `None`: it can't.
fn rank(name: &str, word: &str, matcher: &SkimMatcherV2) -> Option<(u8, i64)> {
    if word.is_empty() {
        return Some((0, 0));
    }
    let score = matcher.fuzzy_match(name, word)?;
    let closeness = if name == word { 0 } else { 2 - u8::from(name.starts_with(word)) };
    Some((closeness, -score))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::desk::Desk;

    fn names(entries: &[Entry]) -> Vec<&'static str> {
        entries.iter().map(|entry| entry.name).collect()
    }

    #[test]
    fn every_command_is_reached_by_its_name() {
        for command in COMMANDS.iter().filter(|command| command.is_for_palette()) {
            assert_eq!(palette(command.name).first().unwrap().name, command.name);
        }
    }

    #[test]
    fn the_palette_offers_the_likeliest_first() {
        let cases =
            [("filt", "filter"), ("goto 50", "goto"), ("undo", "undo"), ("unread", "show-unreadable"), ("cl", "clear")];
        for (text, first) in cases {
            assert_eq!(palette(text).first().unwrap().name, first, "{text}");
        }
        assert!(palette("xyzzy").is_empty());
        assert!(!names(&palette("")).contains(&"delete-word"), "editing is not for the palette");
    }

    #[test]
    fn help_begins_with_the_pane_that_has_the_focus() {
        let mut desk = Desk::with(9, 120, 36);
        assert_eq!(help(&desk.model, "").len(), COMMANDS.len());
        desk.keys("Tab 3 ?");
        assert_eq!(names(&help(&desk.model, "clipboard")), ["copy"]);
        assert_eq!(names(&help(&desk.model, "Y")), ["send-with-gaps"]);
        assert_eq!(help(&desk.model, "y").first().unwrap().name, "send-command");
        let all = names(&help(&desk.model, ""));
        let place = |name| all.iter().position(|n| *n == name).unwrap();
        assert!(place("send-command") < place("column-left"));
    }

    #[test]
    fn hints_name_commands_and_end_with_what_is_shown_even_in_little_room() {
        for (pane, rows) in HINTS {
            for names in rows {
                if let Some((prefix, _)) = names.strip_prefix('@').and_then(|rest| rest.split_once(' ')) {
                    let prefix = Key::parse(prefix).unwrap();
                    assert!(commands::chords(pane).any(|(chord, _)| chord.len() == 2 && chord[0] == prefix), "{names}");
                    continue;
                }
                let commands: Vec<_> = names.split(' ').map(|name| named(name).expect(name)).collect();
                assert!(commands.iter().all(|c| c.panes.contains(&pane) && !c.keys.is_empty()), "{pane:?} {names}");
                assert!(!commands[0].word.is_empty(), "{names}");
            }
        }
        let hints_after = |keys: &str| {
            let mut desk = Desk::with(9, 120, 36);
            desk.keys(keys);
            hints(&desk.model).into_iter().map(|(keys, word)| format!("{keys} {word}")).collect::<Vec<_>>().join("  ")
        };
        let cases = [
            (
                "",
                "Enter open  f filter  / narrow  o group  P pivot  Space mark  = keep  - drop  ) next urgent  yy copy  ? help",
            ),
            ("Tab", "[ ] tab  Tab list  = keep  - drop  * next same  yy copy  w wrap  z zoom  ? help"),
            ("Tab 3", "y copy  U undo  X check  B script  [ ] tab  Tab list  Y with gaps  ? help"),
            ("f", "Enter apply  Tab complete  Ctrl-r history  Esc cancel"),
            ("/ x", "Enter keep  Esc cancel"),
            (
                "/ x Enter",
                "Enter open  f filter  / narrow  o group  P pivot  Space mark  = keep  - drop  ) next urgent  yy copy  u undo  ? help",
            ),
            (":", "Enter run  Down Up move  Esc back"),
        ];
        for (keys, want) in cases {
            assert_eq!(hints_after(keys), want, "{keys}");
        }
    }
}
