//! Screens of what an analysis may hold and few alerts do: tools, an exception, counted evidence, one more key.
//!
//! Lives here: snapshots over made-up analyses. Imports: every room before `ui`, and the harness beside. Promise: no
//! clock, no path, no thread.

use std::sync::Arc;

use crate::analysis::{Analysis, Evidence, Risk, Runtime, Side, Stance, Step, Tuning, Way, Ways};
use crate::base::Clean;
use crate::state::desk::CLEARED;
use crate::state::{Effect, Msg};
use crate::ui::screens_tests::{Screen, compare};

/// The alert about a log that was cleared, in the tab of this key, its analysis as `change` leaves it.
fn cleared(columns: u16, rows: u16, tab: &str, change: impl Fn(&mut Analysis)) -> Screen {
    let mut screen = Screen::of(CLEARED.as_bytes(), columns, rows);
    screen.keys("Enter z").keys(tab);
    change(&mut screen.desk.model.detail.opened.as_mut().and_then(Arc::get_mut).unwrap().analysis);
    screen
}

/// A second tool for the first step, an exception, a step that destroys.
fn rich(found: &mut Analysis) {
    let way = |step: &Step, runtime| Way { runtime: Some(runtime), ..step.ways.best().clone() };
    found.runtimes = vec![Runtime::Docker, Runtime::Podman, Runtime::Nerdctl, Runtime::Crictl, Runtime::Ctr];
    let (first, second) = (way(&found.commands[0], Runtime::Docker), way(&found.commands[1], Runtime::Podman));
    found.commands.truncate(2);
    found.commands[0].ways = Ways::new(first, vec![second]);
    found.commands[1].risk = Risk::Destructive;
    found.commands[1].breaks = Some("every file that the container wrote, and its memory".into());
    found.tuning = Some(Tuning {
        yaml: "- rule: Clear Log Activities\n  exceptions:\n    - name: stoop_truncate\n".to_owned(),
        silences: "rule = \"Clear Log Activities\" and proc.name = truncate".to_owned(),
        scope: "every alert of the rule Clear Log Activities where proc.name is truncate".into(),
        caution: "It also silences whoever calls a program so.".into(),
        doubt: Clean::default(),
    });
}

#[test]
fn commands_by_tool_and_the_exception() {
    for (columns, rows) in [(40, 12), (80, 24)] {
        let mut screen = cleared(columns, rows, "3", rich);
        screen.keys("t");
        let mut shots = vec![screen.shot(&[2, 3, 5, 6])];
        shots.push(screen.keys("G").shot(&[]));
        shots.push(screen.keys("k y").shot(&[rows - 4, rows - 3, rows - 2, rows - 1]));
        compare(&format!("commands_by_tool_{columns}x{rows}"), &shots.join("\n\n"));
    }
}

#[test]
fn evidence_that_rests_on_other_alerts() {
    let around = |stance, there: &str| Evidence {
        id: "around".into(),
        text: "4 other rules fired in this container in the 10 minutes before".into(),
        stance,
        side: Side::Malicious,
        weight: 2,
        fields: vec![("near.container.rules".into(), Some("4".into()).filter(|_| stance == Stance::True))],
        there: there.to_owned(),
    };
    let counted = cleared(80, 24, "2", |found| {
        found.counted = true;
        found.evidence.insert(0, around(Stance::True, "container.id = dca990c78804"));
    });
    compare("evidence_counted_80x24", &counted.shot(&[5, 6, 7, 8, 9, 23]));
    let counting = cleared(80, 24, "2", |found| {
        found.counted = false;
        found.evidence.insert(0, around(Stance::Unresolved, ""));
    });
    compare("evidence_still_counted_80x24", &counting.shot(&[5, 6, 7, 8, 9]));
}

#[test]
fn a_file_is_there_already() {
    let mut screen = Screen::of(CLEARED.as_bytes(), 80, 24);
    screen.keys("R");
    let mut shots = vec![screen.shot(&[1, 2])];
    screen.keys("Enter");
    let asked = screen.desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::Report(report) => Some(report.clone()),
        _ => None,
    });
    screen.desk.send(Msg::Exists(asked.unwrap()));
    shots.push(screen.shot(&[20, 21, 22, 23]));
    compare("report_whose_file_is_there", &shots.join("\n\n"));
}
