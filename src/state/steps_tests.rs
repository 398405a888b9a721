//! What leaves the tab Commands: by tool, with its gaps filled or named, and what destroys only after one more key.
//!
//! Imports: `analysis`, and the desk of this room. Promise: tables of keys, no screen, no clipboard.

use std::sync::Arc;

use crate::analysis::{Analysis, Risk, Runtime, Step, Tuning, Way, Ways};
use crate::base::{Clean, Key};
use crate::state::desk::{CLEARED, Desk};
use crate::state::{Focus, Layer, Msg, Tab};

/// The alert about a log that was cleared with its commands in front, the analysis as `change` leaves it.
pub(super) fn changed(change: impl Fn(&mut Analysis)) -> Desk {
    let mut desk = Desk::loaded(CLEARED, 120, 36);
    desk.keys("Tab 3").serve();
    change(&mut desk.model.detail.opened.as_mut().and_then(Arc::get_mut).unwrap().analysis);
    desk
}

/// The same with the cursor on the step that `wanted` picks.
pub(super) fn at(mut desk: Desk, wanted: impl Fn(&Step) -> bool) -> Desk {
    let commands = &desk.model.detail.opened.as_ref().unwrap().analysis.commands;
    let at = commands.iter().position(wanted).expect("such a step");
    desk.model.detail.tabs[Tab::Commands as usize].item = at;
    desk
}

fn has_gaps(step: &Step) -> bool {
    !step.ways.best().command.gaps().is_empty()
}

#[test]
fn a_full_command_is_sent_at_once() {
    for keys in ["y", "Y", "Enter"] {
        let mut desk = at(changed(|_| ()), |step| !has_gaps(step));
        desk.keys(keys);
        let [(what, text)] = desk.copied().try_into().unwrap();
        assert_eq!(what, "the command");
        assert!(!text.is_empty() && text.bytes().all(|b| matches!(b, b' '..=b'~')), "{text}");
    }
}

#[test]
fn a_command_with_its_gaps_names_them_unless_it_destroys() {
    let mut desk = at(changed(|_| ()), |step| has_gaps(step) && step.risk != Risk::Destructive);
    desk.keys("Y");
    let [(what, text)] = desk.copied().try_into().unwrap();
    assert!(what.starts_with("the command, unfilled ") && text.contains("'<"), "{what}: {text}");

    let destroying = changed(|found| found.commands.iter_mut().for_each(|step| step.risk = Risk::Destructive));
    let mut desk = at(destroying, has_gaps);
    desk.keys("Y");
    assert!(desk.copied().is_empty() && desk.model.layers.is_empty());
    assert!(desk.said().starts_with("it destroys, and its target is not known: "), "{}", desk.said());
}

/// Every step destroys.
fn destroying() -> Desk {
    let breaks = || Some(Clean::from("the evidence in memory"));
    changed(move |found| {
        for step in &mut found.commands {
            (step.risk, step.breaks) = (Risk::Destructive, breaks());
        }
    })
}

#[test]
fn what_destroys_is_sent_only_after_one_more_key() {
    let cases = [
        ("y", 0, true),
        ("Y", 0, true),
        ("Enter", 0, true),
        (": c o p y Space c o m m a n d Enter", 0, true),
        (": s e n d - c o m m a n d Enter", 0, true),
        ("y y", 1, false),
        ("Y y", 1, false),
        ("Enter y", 1, false),
        (": c o p y Space c o m m a n d Enter y", 1, false),
        ("y Esc", 0, false),
        ("y Y", 0, false),
        ("y Enter", 0, false),
        ("y q", 0, false),
        ("y j", 0, false),
        ("y 1", 0, false),
        ("y Ctrl-c", 0, false),
        ("y Esc y Esc y y", 1, false),
    ];
    for (keys, sent, asks) in cases {
        let mut desk = at(destroying(), |step| !has_gaps(step));
        desk.keys(keys);
        assert_eq!(desk.copied().len(), sent, "{keys}");
        assert_eq!(desk.model.layers.len(), usize::from(asks), "{keys}");
        assert_eq!((desk.model.detail.tab, desk.model.focus), (Tab::Commands, Focus::Detail), "{keys}");
        if let Some(Layer::Confirm(confirm)) = desk.model.layers.last() {
            assert_eq!(confirm.question.to_string(), "destroys: the evidence in memory");
        }
    }
    let mut desk = at(destroying(), |step| !has_gaps(step));
    desk.keys("y");
    desk.send(Msg::Paste("y".to_owned()));
    assert!(desk.copied().is_empty(), "a paste is no key");
}

#[test]
fn a_gap_of_what_destroys_is_asked_for_and_then_one_more_key() {
    let mut desk = at(destroying(), |step| matches!(step.ways.best().command.gaps(), [gap] if gap.kind == "pid"));
    desk.keys("y 4 2 1 Enter");
    assert!(desk.copied().is_empty());
    desk.keys("y");
    let [(what, text)] = desk.copied().try_into().unwrap();
    assert!(what == "the command" && text.contains("421"), "{what} {text}");
}

#[test]
fn undo_and_check_are_sent_by_keys_of_their_own_or_it_is_said_that_there_are_none() {
    let full = |step: &Step| {
        let way = step.ways.best();
        way.undo.as_ref().is_some_and(|line| line.gaps().is_empty())
            && way.check.as_ref().is_some_and(|line| line.gaps().is_empty())
    };
    for (keys, what) in [
        ("U", "the undo"),
        ("X", "the check"),
        (": c o p y Space u n d o Enter", "the undo"),
        (": c o p y Space c h e c k Enter", "the check"),
    ] {
        let mut desk = at(changed(|_| ()), full);
        let way = desk.model.shown().unwrap().opened.analysis.commands.iter().find(|step| full(step)).unwrap();
        let lines = [way.ways.best().undo.clone().unwrap().text(), way.ways.best().check.clone().unwrap().text()];
        desk.keys(keys);
        let [(name, text)] = desk.copied().try_into().unwrap();
        assert_eq!(name, what, "{keys}");
        assert_eq!(text, lines[usize::from(what == "the check")], "{keys}");
    }
    let mut desk = at(changed(|_| ()), |step| step.risk == Risk::ReadOnly);
    assert_eq!(desk.keys("U").said(), "this step changes nothing, so there is nothing to undo");
    assert_eq!(desk.keys("X").said(), "this step has no check of its own");
    let undone = changed(|found| {
        for step in &mut found.commands {
            let way = Way { undo: None, ..step.ways.best().clone() };
            (step.ways, step.no_undo) = (Ways::new(way, Vec::new()), Clean::from("what is gone is gone"));
        }
    });
    let mut desk = at(undone, |step| step.risk != Risk::ReadOnly);
    assert_eq!(desk.keys("U").said(), "it can't be undone: what is gone is gone");
}

/// The first two steps have one command for docker and another for podman.
fn two_tools() -> Desk {
    changed(|found| {
        let full: Vec<_> = found.commands.iter().filter(|s| !has_gaps(s)).map(|s| s.ways.best().clone()).collect();
        let way = |at: usize, runtime| Way { runtime: Some(runtime), ..full[at].clone() };
        found.runtimes = vec![Runtime::Docker, Runtime::Podman];
        found.commands[0].ways = Ways::new(way(0, Runtime::Docker), vec![way(1, Runtime::Podman)]);
    })
}

#[test]
fn another_tool_is_one_key_away_and_stays_for_later_alerts() {
    let cases = [
        ("", Runtime::Docker, ""),
        ("t", Runtime::Podman, ""),
        ("t t", Runtime::Docker, ""),
        (": r u n t i m e Space p o d m a n Enter", Runtime::Podman, ""),
        (": r u n t i m e Enter", Runtime::Podman, ""),
        (": r u n t i m e Space r k t Enter", Runtime::Docker, "this alert has commands for docker, podman"),
    ];
    for (keys, tool, said) in cases {
        let mut desk = two_tools();
        desk.keys(keys);
        assert_eq!(desk.model.shown().unwrap().tool(), Some(tool), "{keys}");
        assert_eq!(desk.said(), said, "{keys}");
        let way = desk.model.shown().unwrap().way(&desk.model.shown().unwrap().opened.analysis.commands[0]).clone();
        assert_eq!(way.runtime, Some(tool), "{keys}");
        desk.keys("y");
        assert_eq!(desk.copied(), [("the command".to_owned(), way.command.text())], "{keys}");
    }
    let mut desk = two_tools();
    desk.keys("t");
    let later = &mut desk.model.detail.opened.as_mut().and_then(Arc::get_mut).unwrap().analysis;
    later.runtimes = vec![Runtime::Kubectl];
    assert_eq!(desk.model.shown().unwrap().tool(), Some(Runtime::Kubectl), "it has nothing for podman");
    assert_eq!(desk.keys("t").said(), "this alert has commands for one tool only: kubectl");
    assert_eq!(desk.model.detail.runtime, Some(Runtime::Podman), "a later one may");
}

/// An exception is proposed.
fn tuned(yaml: &str, silences: &str) -> Desk {
    let tuning = Tuning {
        yaml: yaml.to_owned(),
        silences: silences.to_owned(),
        doubt: "no exception: it is too wide".into(),
        ..Tuning::default()
    };
    changed(move |found| found.tuning = Some(tuning.clone()))
}

#[test]
fn the_exception_is_the_last_item_and_leads_to_what_it_would_silence() {
    let yaml = "- rule: Clear Log Activities\n";
    for keys in ["G y", "G Y", ": c o p y Space t u n i n g Enter"] {
        let mut desk = tuned(yaml, "proc.name = truncate");
        desk.keys(keys);
        assert_eq!(desk.copied(), [("the exception".to_owned(), yaml.to_owned())], "{keys}");
    }
    let mut desk = tuned(yaml, "proc.name = truncate");
    desk.keys("G Enter");
    assert_eq!(desk.model.narrowed.now.filter, "proc.name = truncate");
    assert_eq!((desk.model.focus, desk.keys("u").model.narrowed.now.filter.as_str()), (Focus::List, ""));
    let mut desk = tuned("", "");
    assert_eq!(desk.keys("G y").said(), "no exception: it is too wide");
    let mut desk = changed(|found| found.tuning = None);
    assert_eq!(desk.keys(": c o p y Space t u n i n g Enter").said(), "no exception is proposed for this alert");
}

#[test]
fn the_cursor_stays_by_its_step_when_the_alert_is_read_anew() {
    let mut desk = changed(|found| {
        found.commands.remove(0);
    });
    desk.send(Msg::Key(Key::Char('j')));
    let id = |desk: &Desk| {
        let item = desk.model.tab_state().item;
        desk.model.shown().unwrap().opened.analysis.commands[item].id.clone()
    };
    let before = id(&desk);
    let effects = desk.quiet(Msg::Load(crate::store::LoadEvent::Done));
    desk.effects.extend(effects);
    desk.serve();
    assert_eq!(id(&desk), before, "one step more stands above it now");
    assert_eq!(desk.model.tab_state().item, 2);
}
