//! The one table of commands: names, keys, panes, words and the function of each.
//!
//! Not here: what a command is (`commands`), what the functions do (the files beside). Imports: `query`. Promise: help,
//! palette, bottom line and every key come from here; a new command is one row.

use crate::query::sort::By;
use crate::query::tie::Tie;
use crate::state::commands::{CONFIRM, Command, Pane, Run};
use crate::state::copy::{self, What};
use crate::state::related::Step;
use crate::state::{Tab, alarm, brush, cell, chips, columns, compare, detail, facet_keys, groups, history};
use crate::state::{input, layers, links, list, live, marks, mouse, narrowing, panes, pivot, prompt, related, report};
use crate::state::{saved, session, sorting, steps};

const LIST: &[Pane] = &[Pane::List];
const FACETS: &[Pane] = &[Pane::Facets];
const TIME: &[Pane] = &[Pane::Histogram];
/// Where `/` narrows the list and `z` gives the screen away.
const MOST: &[Pane] = &[Pane::List, Pane::Fields, Pane::Analysis, Pane::Commands, Pane::Raw, Pane::Histogram];
const TEXT: &[Pane] = &[Pane::Fields, Pane::Analysis, Pane::Commands, Pane::Raw, Pane::Related];
/// Where a value is under the cursor.
const VALUES: &[Pane] = &[Pane::List, Pane::Fields];
const CHIPS: &[Pane] = &[Pane::Chips];
const FILTERED: &[Pane] = &[Pane::List, Pane::Chips];
const INPUT: &[Pane] = &[Pane::Input];
const COMPLETED: &[Pane] = &[Pane::Input, Pane::Choice];
/// The browser itself, and the chips above it.
const UNDONE: &[Pane] =
    &[Pane::List, Pane::Facets, Pane::Histogram, Pane::Fields, Pane::Analysis, Pane::Commands, Pane::Raw, Pane::Chips];
const STEPS: &[Pane] = &[Pane::Commands];
const MEANING: &[Pane] = &[Pane::Analysis];
const ASKED: &[Pane] = &[Pane::Confirm];
const CHOICE: &[Pane] = &[Pane::Choice];
const TYPED: &[Pane] = &[Pane::Input, Pane::Choice];
const LAYER: &[Pane] = &[Pane::Input, Pane::Choice, Pane::Picker];
/// Where `y` is a prefix.
const EVIDENCE: &[Pane] = &[Pane::List, Pane::Fields, Pane::Analysis, Pane::Raw];
const CLOSED: &[Pane] = &[
    Pane::List,
    Pane::Facets,
    Pane::Histogram,
    Pane::Fields,
    Pane::Analysis,
    Pane::Commands,
    Pane::Raw,
    Pane::Related,
    Pane::Picker,
    Pane::Compare,
    Pane::Chips,
];
/// The browser itself.
pub(super) const MAIN: &[Pane] = &[
    Pane::List,
    Pane::Facets,
    Pane::Histogram,
    Pane::Fields,
    Pane::Analysis,
    Pane::Commands,
    Pane::Raw,
    Pane::Related,
];
/// The main panes but Related, where these keys are those of ties.
const UNTIED: &[Pane] =
    &[Pane::List, Pane::Facets, Pane::Histogram, Pane::Fields, Pane::Analysis, Pane::Commands, Pane::Raw];
const AROUND: &[Pane] = &[Pane::Related];
const COMPARED: &[Pane] = &[Pane::Compare];
const BROWSED: &[Pane] = &[
    Pane::List,
    Pane::Facets,
    Pane::Histogram,
    Pane::Fields,
    Pane::Analysis,
    Pane::Commands,
    Pane::Raw,
    Pane::Related,
    Pane::Picker,
    Pane::Compare,
];
/// Everywhere.
pub(super) const ALL: &[Pane] = &[
    Pane::List,
    Pane::Facets,
    Pane::Histogram,
    Pane::Fields,
    Pane::Analysis,
    Pane::Commands,
    Pane::Raw,
    Pane::Related,
    Pane::Compare,
    Pane::Input,
    Pane::Chips,
    Pane::Confirm,
    Pane::Choice,
    Pane::Picker,
];

/// A row without an argument and a word.
const fn row(name: &'static str, keys: &'static str, panes: &'static [Pane], help: &'static str, run: Run) -> Command {
    Command { name, keys, panes, argument: "", help, word: "", run }
}

/// Every command, in the order in which help shows them.
pub(crate) const COMMANDS: &[Command] = &[
    row("cursor-down", "j Down", BROWSED, "go down", list::down).word("down"),
    row("cursor-up", "k Up", BROWSED, "go up", list::up).word("up"),
    row("half-page-down", "Ctrl-d", BROWSED, "go down half a page", list::half_page_down),
    row("half-page-up", "Ctrl-u", BROWSED, "go up half a page", list::half_page_up),
    row("page-down", "PgDn Ctrl-f", BROWSED, "go down a page", list::page_down),
    row("page-up", "PgUp Ctrl-b", BROWSED, "go up a page", list::page_up),
    row("first", "gg Home", BROWSED, "go to the first row", list::first).word("first"),
    row("last", "G End", BROWSED, "go to the last row; 12G goes to row 12", list::last).word("last"),
    row("goto", "", LIST, "go to a time, or the row of this number", brush::goto).takes("TIME|ROW"),
    row("next-urgent", ")", LIST, "go to the next Critical or worse", list::next_urgent).word("next urgent"),
    row("previous-urgent", "(", LIST, "go to the Critical or worse before", list::previous_urgent),
    row("column-left", "h Left", LIST, "go one column left", list::column_left).word("column"),
    row("column-right", "l Right", LIST, "go one column right", list::column_right),
    row("open", "Enter", LIST, "open the alert, or the group", groups::open).word("open"),
    row("fold", "", LIST, "close the group, or open it", |m, _| groups::fold(m, None)),
    row("fold-all", "E", LIST, "open all groups, or close them", groups::fold_all).word("fold all"),
    row("next-group", "}", LIST, "go to the next group, else hour", brush::next_stretch),
    row("previous-group", "{", LIST, "go to the group, else hour, before", brush::previous_stretch),
    row("group", "", MAIN, "gather alerts into groups", groups::group).takes("FIELD[,FIELD]|alike|none"),
    row("group-by-rule", "or", MAIN, "group by rule", |m, _| groups::by(m, "rule")).word("rule"),
    row("group-by-container", "oc", MAIN, "group by container", |m, _| groups::by(m, "container.name"))
        .word("container"),
    row("group-by-process", "op", MAIN, "group by process", |m, _| groups::by(m, "proc.name")).word("process"),
    row("group-by-user", "ou", MAIN, "group by user", |m, _| groups::by(m, "user.name")).word("user"),
    row("group-by-host", "oh", MAIN, "group by host", |m, _| groups::by(m, "hostname")).word("host"),
    row("group-by-tags", "ot", MAIN, "group by tags", |m, _| groups::by(m, "tags")).word("tags"),
    row("group-alike", "od", MAIN, "group alerts that are alike", groups::alike).word("alike"),
    row("group-by-field", "o.", MAIN, "group by the field under the cursor", groups::by_focused).word("this field"),
    row("ungroup", "oo", MAIN, "take groups apart", groups::none).word("no groups"),
    row("sort", "", MAIN, "put the list in another order", sorting::sort).takes("FIELD [desc]"),
    row("sort-by-time", "st", LIST, "sort by time; again: turn round", |m, _| sorting::by(m, By::Time)).word("time"),
    row("sort-by-priority", "sp", LIST, "sort by priority", |m, _| sorting::by(m, By::Priority)).word("priority"),
    row("sort-by-rule", "sr", LIST, "sort by rule", |m, _| sorting::by(m, By::Fields(vec!["rule".to_owned()])))
        .word("rule"),
    row("sort-by-column", "sc", LIST, "sort by the column under the cursor", sorting::by_column).word("column"),
    row("sort-by-count", "sn", LIST, "sort groups by how many there are", |m, _| sorting::by(m, By::Count))
        .word("count"),
    row("columns", "", MAIN, "choose the columns of the list", columns::choose).takes("FIELD[:WIDTH],FIELD|default"),
    row("add-column", "", MAIN, "show one more column", columns::add).takes("FIELD"),
    row("remove-column", "", LIST, "take the column under the cursor away", columns::remove),
    row("widen-column", ">", LIST, "make the column wider", columns::widen),
    row("narrow-column", "<", LIST, "make the column narrower", columns::narrow),
    row("mark", "Space x", LIST, "mark the alert or group, and go down", marks::mark).word("mark"),
    row("mark-range", "v", LIST, "mark from here to the next v", marks::mark_range),
    row("mark-all", "A", LIST, "mark all in view; again: none", marks::mark_all),
    row("back", "Esc", ALL, "close or leave what is in front", layers::back).word("back"),
    row("next-pane", "Tab", MAIN, "go to the next pane", panes::next).word("pane"),
    row("previous-pane", "Shift-Tab", MAIN, "go to the pane before", panes::previous),
    row("previous-tab", "[", TEXT, "show the tab before", detail::previous_tab).word("tab"),
    row("next-tab", "]", TEXT, "show the next tab", detail::next_tab),
    row("tab-1", "1", TEXT, "show every field of the alert", |m, _| detail::show(m, Tab::Fields)),
    row("tab-2", "2", TEXT, "show what the alert means", |m, _| detail::show(m, Tab::Analysis)),
    row("tab-3", "3", TEXT, "show commands that look closer", |m, _| detail::show(m, Tab::Commands)),
    row("tab-4", "4", TEXT, "show the line as it came", |m, _| detail::show(m, Tab::Raw)),
    row("tab-5", "5", TEXT, "show what else was there", |m, _| detail::show(m, Tab::Related)),
    row("scroll-left", "H", TEXT, "scroll long lines left", detail::scroll_left),
    row("scroll-right", "L", TEXT, "scroll long lines right", detail::scroll_right),
    row("toggle-wrap", "w", TEXT, "wrap or cut long lines", detail::toggle_wrap).word("wrap"),
    row("toggle-detail", "p", UNTIED, "move the detail: right, below, off", detail::toggle).word("detail"),
    row("zoom-pane", "z", MOST, "give the whole screen to this pane", detail::zoom).word("zoom"),
    row("edit-filter", "f", UNTIED, "edit the filter", prompt::edit_filter).word("filter"),
    row("filter", "", MAIN, "keep alerts that match a condition", prompt::filter).takes("EXPR"),
    row("narrow", "/", MOST, "narrow the list to words", prompt::narrow).takes("TEXT").word("narrow"),
    row("clear", "", MAIN, "take filter and words away", narrowing::clear),
    row("keep-value", "=", VALUES, "keep alerts with the cursor's value", cell::keep).word("keep"),
    row("drop-value", "-", VALUES, "drop alerts with the cursor's value", cell::drop).word("drop"),
    row("next-same-value", "*", VALUES, "go to the next alert with the same value", cell::next_same).word("next same"),
    row("previous-same-value", "#", VALUES, "go to the one before with that value", cell::previous_same),
    row("focus-chips", "c", UNTIED, "give the filter's terms the focus", chips::focus).word("chips"),
    row("negate-chip", "!", FILTERED, "turn the filter's last term round", chips::negate).word("negate"),
    row("toggle-filters", "\\", UNDONE, "switch filter and words off and on", chips::toggle_all).word("all off"),
    row("chip-left", "h Left", CHIPS, "go one term left", chips::left).word("term"),
    row("chip-right", "l Right", CHIPS, "go one term right", chips::right),
    row("toggle-chip", "Space", CHIPS, "switch the term off or on", chips::toggle).word("off/on"),
    row("remove-chip", "-", CHIPS, "take the term away", chips::remove).word("remove"),
    row("edit-chip", "Enter", CHIPS, "edit the term in its place", chips::edit).word("edit"),
    row("move-chip-left", "H", CHIPS, "move the term left", chips::move_left).word("move"),
    row("move-chip-right", "L", CHIPS, "move the term right", chips::move_right),
    row("save-filter", "", MAIN, "save the filter; @NAME stands for it", saved::save).takes("NAME"),
    row("load-filter", "", MAIN, "put a saved filter in force", saved::load).takes("NAME"),
    row("delete-filter", "", MAIN, "forget a saved filter", saved::delete).takes("NAME"),
    row("undo", "u", UNDONE, "undo the last change of the list", narrowing::undo).word("undo"),
    row("redo", "Ctrl-r", UNDONE, "redo what was undone", narrowing::redo),
    row("go-to-time", "gt", LIST, "type a time to go to", brush::ask_time).word("time"),
    row("since", "", MAIN, "keep alerts from this time on", brush::since).takes("TIME"),
    row("until", "", MAIN, "keep alerts before this time", brush::until).takes("TIME"),
    row("toggle-facets", ",", MAIN, "show the values of fields, or not", facet_keys::toggle).word("facets"),
    row("facet", "", MAIN, "count the values of this field", facet_keys::add).takes("FIELD"),
    row("toggle-histogram", "i", MAIN, "show alerts over time: a row, three, off", brush::toggle).word("over time"),
    row("toggle-mouse", "F2", BROWSED, "use the mouse, or give it back", mouse::toggle).word("mouse"),
    row("keep-facet-value", "Space =", FACETS, "keep alerts with this value, or not", facet_keys::keep_value)
        .word("keep"),
    row("drop-facet-value", "! -", FACETS, "drop alerts with this value, or not", facet_keys::drop_value).word("drop"),
    row("only-facet-value", "Enter", FACETS, "keep only alerts with this value", facet_keys::only).word("only this"),
    row("sort-facet", "s", FACETS, "sort values by name, or by count", facet_keys::sort).word("sort"),
    row("narrow-facet", "/", FACETS, "show only values with this text", facet_keys::narrow).word("narrow values"),
    row("grow-facet", "z", FACETS, "show all values of this field, or not", facet_keys::grow).word("all values"),
    row("next-facet", "} l Right", FACETS, "go to the next field", facet_keys::next_field).word("field"),
    row("previous-facet", "{ h Left", FACETS, "go to the field before", facet_keys::previous_field),
    row("add-facet", "+", FACETS, "count the values of another field", facet_keys::offer).word("add field"),
    row("remove-facet", "d", FACETS, "count this field no longer", facet_keys::remove).word("remove field"),
    row("bucket-left", "h Left", TIME, "go one stretch of time back", brush::left).word("move"),
    row("bucket-right", "l Right", TIME, "go one stretch of time on", brush::right),
    row("brush", "v", TIME, "start a brush here, or give it up", brush::brush).word("start"),
    row("keep-brush", "Enter", TIME, "keep only the alerts of the brush", brush::keep).word("keep"),
    row("cut-brush", "x", TIME, "cut the alerts of the brush out", brush::cut).word("cut out"),
    row("shorter-buckets", "< +", TIME, "make each bar a shorter time", brush::shorter).word("bucket"),
    row("longer-buckets", "> -", TIME, "make each bar a longer time", brush::longer),
    row("copy", "yy", EVIDENCE, "send what has the focus to the clipboard", copy::copy).takes("WHAT").word("copy"),
    row("copy-value", "yv", EVIDENCE, "send the value under the cursor", |m, _| copy::send(m, What::Value))
        .word("value"),
    row("copy-raw", "yr", EVIDENCE, "send the line as it came", |m, _| copy::send(m, What::Raw)).word("line"),
    row("copy-output", "yo", EVIDENCE, "send the alert's output text", |m, _| copy::send(m, What::Output))
        .word("output"),
    row("copy-uuid", "yu", EVIDENCE, "send the alert's uuid", |m, _| copy::send(m, What::Uuid)).word("uuid"),
    row("copy-condition", "yc", EVIDENCE, "send the filter, as -q takes it", copy::condition).word("filter"),
    row("go-there", "Enter", MEANING, "show the alerts behind this evidence", links::go_there).word("those alerts"),
    row("send-command", "y", STEPS, "send the command, gaps filled in", steps::send_command).word("copy"),
    row("fill-in", "Enter", STEPS, "fill its gaps in anew, then send it", steps::fill_in).word("fill in"),
    row("send-with-gaps", "Y", STEPS, "send the command with its gaps", steps::send_with_gaps).word("with gaps"),
    row("send-undo", "U", STEPS, "send what undoes the command", steps::send_undo).word("undo"),
    row("send-check", "X", STEPS, "send what checks that it worked", steps::send_check).word("check"),
    row("send-script", "B", STEPS, "send all read-only ones as a script", steps::send_script).word("script"),
    row("runtime", "t", STEPS, "show the commands of another tool", steps::runtime).takes("NAME").word("other tool"),
    row("relate-container", "c", AROUND, "what the container did", |m, _| related::tie(m, Tie::Container))
        .word("container"),
    row("relate-process", "p", AROUND, "what the process and its kin did", |m, _| related::tie(m, Tie::Process))
        .word("process"),
    row("relate-user", "u", AROUND, "what the user did", |m, _| related::tie(m, Tie::User)).word("user"),
    row("relate-host", "h", AROUND, "what was on the host", |m, _| related::tie(m, Tie::Host)).word("host"),
    row("relate-file", "f", AROUND, "what else touched the file", |m, _| related::tie(m, Tie::File)).word("file"),
    row("relate-session", "s", AROUND, "what the session did", |m, _| related::tie(m, Tie::Session)).word("session"),
    row("relate-login", "l", AROUND, "what the login uid did", |m, _| related::tie(m, Tie::Login)).word("login"),
    row("relate-pod", "d", AROUND, "what was in the pod", |m, _| related::tie(m, Tie::Pod)).word("pod"),
    row("relate-address", "a", AROUND, "what spoke to the address", |m, _| related::tie(m, Tie::Address))
        .word("address"),
    row("narrower-window", "<", AROUND, "look half as far", |m, _| related::widen(m, Step::Half)).word("window"),
    row("wider-window", ">", AROUND, "look twice as far", |m, _| related::widen(m, Step::Double)),
    row("toggle-tree", "t", AROUND, "show the tree of processes, or the times", related::toggle_tree).word("tree"),
    row("unfold-repeats", "E", AROUND, "unfold repeats that others came between", related::toggle_fold).word("unfold"),
    row("go-to-alert", "Enter", AROUND, "go to this alert in the list", related::go_there).word("go"),
    row("copy-related", "y", AROUND, "send the timeline or tree as Markdown", related::copy).word("copy"),
    row("pivot", "", MAIN, "show what has the same value", pivot::field).takes("FIELD [DURATION]"),
    row("pivot-container", "Pc", MAIN, "show all of the container; 5Pc: in 5 min", |m, a| {
        pivot::to(m, a, Tie::Container)
    })
    .word("container"),
    row("pivot-process", "Pp", MAIN, "show everything of the process", |m, a| pivot::to(m, a, Tie::Process))
        .word("process"),
    row("pivot-user", "Pu", MAIN, "show everything of the user", |m, a| pivot::to(m, a, Tie::User)).word("user"),
    row("pivot-host", "Ph", MAIN, "show everything of the host", |m, a| pivot::to(m, a, Tie::Host)).word("host"),
    row("pivot-file", "Pf", MAIN, "show everything of the file", |m, a| pivot::to(m, a, Tie::File)).word("file"),
    row("pivot-rule", "Pr", MAIN, "show everything of the rule", |m, a| pivot::to(m, a, Tie::Rule)).word("rule"),
    row("pivot-login", "Pl", MAIN, "show everything of the login uid", |m, a| pivot::to(m, a, Tie::Login))
        .word("login uid"),
    row("pivot-session", "Ps", MAIN, "show everything of the session", |m, a| pivot::to(m, a, Tie::Session))
        .word("session"),
    row("pivot-pod", "Pd", MAIN, "show everything of the pod", |m, a| pivot::to(m, a, Tie::Pod)).word("pod"),
    row("pivot-address", "Pa", MAIN, "show everything of the address", |m, a| pivot::to(m, a, Tie::Address))
        .word("address"),
    row("compare", "C", MAIN, "compare two alerts, or one with its like", compare::compare).word("compare"),
    row("equal-fields", "e", COMPARED, "show equal fields, or fold them away", compare::toggle_equal)
        .word("equal fields"),
    row("swap", "x", COMPARED, "swap A and B", compare::swap).word("swap"),
    row("copy-compared", "y", COMPARED, "send it as a Markdown table", compare::copy).word("copy as Markdown"),
    row("report", "", MAIN, "write a report of what is in view", report::report).takes("FILE"),
    row("write-report", "R", MAIN, "name a file for such a report", report::report).word("report"),
    row("show-unreadable", "gu", MAIN, "list the lines that are no alerts", layers::unreadable)
        .word("unreadable lines"),
    row("show-messages", "gm", MAIN, "list earlier messages", layers::messages).word("messages"),
    row("help", "? F1", CLOSED, "show every key", layers::help).word("help"),
    row("palette", ":", BROWSED, "run a command by its name", layers::palette).word("command"),
    row("toggle-follow", "F", LIST, "follow files that grow, or no longer", live::toggle).word("follow"),
    row("follow", "", MAIN, "follow files that grow, or no longer", live::set).takes("on|off"),
    row("bell", "", MAIN, "ring for new alerts this bad", alarm::bell).takes("PRIORITY|off"),
    row("title", "", MAIN, "count new alerts this bad in the title", alarm::title).takes("PRIORITY|off"),
    row("redraw", "Ctrl-l", ALL, "draw the screen anew", session::redraw),
    row("suspend", "Ctrl-z", ALL, "stop the program; fg brings it back", session::suspend),
    row("interrupt", "Ctrl-c", ALL, "stop loading or counting; twice: leave", session::interrupt),
    row("quit", "q", CLOSED, "close what is in front, or leave", session::quit).word("quit"),
    row("quit-all", "Q", BROWSED, "leave the program", session::quit_all),
    row(CONFIRM, "y", ASKED, "do what was asked about", prompt::accept).word("yes"),
    row("accept", "Enter", LAYER, "take it", prompt::accept).word("take"),
    row("complete", "Tab", COMPLETED, "complete what is typed", prompt::complete).word("complete"),
    row("older-filter", "Up Ctrl-p", INPUT, "take an older filter, or go up", history::older),
    row("newer-filter", "Down Ctrl-n", INPUT, "take a newer filter, or list more", history::newer).word("more"),
    row("search-filters", "Ctrl-r", INPUT, "search the filters applied before", history::search).word("history"),
    row("item-up", "Up Ctrl-p", CHOICE, "go up", |m, _| layers::move_by(m, -1)),
    row("item-down", "Down Ctrl-n", CHOICE, "go down", |m, _| layers::move_by(m, 1)).word("move"),
    row("input-start", "Ctrl-a Home", TYPED, "go to the start of the text", input::start),
    row("input-end", "Ctrl-e End", TYPED, "go to the end of the text", input::end),
    row("input-left", "Left Ctrl-b", TYPED, "go one character left", input::left),
    row("input-right", "Right Ctrl-f", TYPED, "go one character right", input::right),
    row("delete-left", "Backspace Ctrl-h", TYPED, "delete the character before", input::delete_left),
    row("delete-right", "Delete Ctrl-d", TYPED, "delete the character here", input::delete_right),
    row("delete-word", "Ctrl-w", TYPED, "delete the word before", input::delete_word),
    row("delete-text", "Ctrl-u", TYPED, "delete the text", input::delete_all),
];
