//! Values that are asked for: checked, remembered for their alert, shown wherever they fit.
//!
//! Imports: `analysis`, and the desk of this room. Promise: tables of keys, no screen, no clipboard.

use crate::analysis::Step;
use crate::base::Clean;
use crate::state::desk::{CLEARED, Desk};
use crate::state::live::Growth;
use crate::state::{Fill, Layer, Msg, Tab};
use crate::store::{LoadEvent, Snapshot};

fn asks_for(step: &Step, kinds: &[&str]) -> bool {
    let asked: Vec<&str> = step.ways.best().command.gaps().iter().map(|gap| gap.kind.as_str()).collect();
    asked == kinds
}

/// Two such alerts, the commands of the first in front, the cursor on a step that asks for these kinds of values.
fn asking(kinds: &[&str]) -> Desk {
    let mut desk = Desk::loaded(&CLEARED.repeat(2), 120, 36);
    desk.keys("Tab 3").serve();
    let commands = &desk.model.shown().unwrap().opened.analysis.commands;
    let at = commands.iter().position(|step| asks_for(step, kinds)).expect("such a step");
    desk.model.detail.tabs[Tab::Commands as usize].item = at;
    desk
}

fn prompt(desk: &Desk) -> &Fill {
    let Some(Layer::Fill(fill)) = desk.model.layers.last() else { panic!("nothing asked") };
    fill
}

/// How many lines of the tab hold the text.
fn shows(desk: &Desk, text: &str) -> usize {
    let page = desk.model.page().unwrap();
    let lines = page.lines.iter().map(|line| Clean::concat(line.parts.iter().map(|(_, text)| text.clone())));
    lines.filter(|line| line.as_str().contains(text)).count()
}

#[test]
fn a_gap_is_asked_for_first_and_checked() {
    let mut desk = asking(&["pid"]);
    desk.keys("y n o Enter");
    let error = prompt(&desk).input.error.clone().map(|(_, notice)| notice.what);
    assert_eq!(error.as_ref().map(Clean::as_str), Some(prompt(&desk).gaps[0].rule()), "the hint is the refusal");
    assert!(desk.copied().is_empty() && desk.model.detail.given.is_empty(), "only what is good is remembered");
    desk.keys("Ctrl-u 4 2 1 Enter");
    let [(what, text)] = desk.copied().try_into().unwrap();
    assert_eq!(what, "the command");
    assert!(text.contains("421"), "{text}");
    assert!(desk.model.layers.is_empty());
}

#[test]
fn what_was_typed_fills_every_command_of_this_alert_and_of_no_other() {
    let mut desk = asking(&["pid"]);
    let (open, item) = (shows(&desk, "'<PID>'"), desk.model.tab_state().item);
    assert!(open > 1, "several commands ask for it");
    desk.keys("y 4 2 1 Enter");
    assert_eq!(shows(&desk, "'<PID>'"), 0, "{open} before");
    assert!(shows(&desk, "typed in: PID 421") > 0);
    desk.keys("y");
    assert_eq!(desk.copied().len(), 2, "nothing is left to be asked");
    desk.keys("Tab j").wait(80).serve().keys("Tab 3");
    assert_eq!(shows(&desk, "'<PID>'"), open, "the other alert's process is another");
    desk.keys("Tab k").wait(80).serve().keys("Tab 3");
    assert_eq!(shows(&desk, "'<PID>'"), 0, "it is remembered");
    desk.model.detail.tabs[Tab::Commands as usize].item = item;
    desk.send(Msg::Begin(Clean::from("another source"), Snapshot::default(), Growth::default()));
    assert!(desk.model.detail.given.is_empty(), "rows mean other alerts now");
}

#[test]
fn a_second_reading_of_the_alert_leaves_the_prompt_alone() {
    let mut desk = asking(&["pid"]);
    desk.keys("y 4 2");
    let effects = desk.quiet(Msg::Load(LoadEvent::Done));
    desk.effects.extend(effects);
    desk.serve();
    assert_eq!(prompt(&desk).input.text, "42");
    desk.keys("1 Enter");
    assert!(desk.copied().last().unwrap().1.contains("421"));
}

#[test]
fn enter_asks_again_with_what_was_typed_and_nothing_forgets_it() {
    let mut desk = asking(&["pid"]);
    desk.keys("Enter 4 2 1 Enter Enter");
    assert_eq!((prompt(&desk).input.text.as_str(), prompt(&desk).again), ("421", true));
    assert!(prompt(&desk).command.text().contains("'<PID>'"), "what is asked for is marked");
    desk.keys("Backspace 2 Enter");
    assert!(desk.copied().last().unwrap().1.contains("422"));
    desk.keys("Enter Esc");
    assert!(shows(&desk, "typed in: PID 422") > 0, "Esc keeps it");
    desk.keys("Enter Ctrl-u Enter");
    assert_eq!(desk.said(), "forgotten. y asks for it");
    assert!(shows(&desk, "'<PID>'") > 0 && desk.model.layers.is_empty());
}

#[test]
fn one_gap_is_asked_for_after_the_other_and_each_answer_stays() {
    let bare = r#"{"rule":"Clear Log Activities","priority":"Warning","source":"syscall","time":"2024-10-05T18:29:57Z","output":"o","output_fields":{"user.name":"root"}}"#;
    let mut desk = Desk::loaded(bare, 120, 36);
    desk.keys("Tab 3").serve();
    let commands = &desk.model.shown().unwrap().opened.analysis.commands;
    let at = commands.iter().position(|step| step.ways.best().command.gaps().len() == 2).expect("two gaps");
    let kinds: Vec<String> = commands[at].ways.best().command.gaps().iter().map(|gap| gap.kind.clone()).collect();
    let value = |kind: &str| match kind {
        "container_id" => "d c a 9 9 0 c 7 8 8 0 4",
        "pid" => "4 2 1",
        "path" => "/ x",
        "word" | "user" | "comm" | "container_name" => "w",
        "uid" => "1 0 0 0",
        other => panic!("{other}"),
    };
    desk.model.detail.tabs[Tab::Commands as usize].item = at;
    desk.keys("y");
    assert_eq!((prompt(&desk).of, prompt(&desk).gaps.len()), (2, 2));
    desk.keys(value(&kinds[0])).keys("Enter");
    assert_eq!((prompt(&desk).of, prompt(&desk).gaps.len()), (2, 1));
    assert_eq!(prompt(&desk).command.gaps().len(), 1);
    desk.keys("Esc y");
    assert_eq!((prompt(&desk).of, prompt(&desk).gaps.len()), (1, 1), "the first answer stays");
    desk.keys(value(&kinds[1])).keys("Enter");
    assert_eq!(desk.copied().last().unwrap().0, "the command");
}
