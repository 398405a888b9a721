//! Every command of every bundled playbook, with values of every kind, as real shells read it.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::analysis::command::{CommandLine, filled};
use crate::analysis::facts::Facts;
use crate::analysis::playbook::{Forms, Page};
use crate::analysis::{Analysis, Playbooks};
use crate::base::shells;
use crate::decode::{Alert, Entry, Owned, Scope};

/// Fields that commands take their values from.
const FIELDS: [&str; 18] = [
    "rule",
    "time",
    "hostname",
    "proc.pid",
    "proc.exepath",
    "proc.name",
    "fd.name",
    "evt.arg.target",
    "evt.arg.linkpath",
    "user.name",
    "user.loginuid",
    "container.id",
    "container.name",
    "k8s.pod.name",
    "k8s.ns.name",
    "k8smeta.pod.name",
    "k8smeta.ns.name",
    "container.image.repository",
];

/// An alert in which every such field has its own value out of `values`, or the first one.
fn alert(values: &[&[u8]]) -> Alert {
    let mut alert = Alert::default();
    for (n, name) in FIELDS.iter().enumerate() {
        let scope = if name.contains('.') { Scope::Field } else { Scope::Alert };
        let value = values.get(n).or(values.first()).copied().unwrap_or_default();
        let (name, value) = (name.as_bytes().to_vec(), Owned::Text(value.to_vec()));
        alert.entries.push(Entry { scope, name, value, doubled: false });
    }
    alert
}

fn benign() -> Alert {
    alert(&[
        b"Terminal shell in container",
        b"2024-10-05T18:29:57.848684705Z",
        b"node-a",
        b"4242",
        b"/usr/bin/bash",
        b"bash",
        b"/var/log/auth.log",
        b"/etc",
        b"/tmp/link",
        b"www-data",
        b"1000",
        b"dca990c78804",
        b"web-checkout",
        b"web-0",
        b"shop",
        b"web-0",
        b"shop",
        b"docker.io/library/nginx",
    ])
}

/// Alerts with one hostile value in every field.
fn hostile() -> Vec<Alert> {
    let values: [&[u8]; 12] = [
        b"/'; stoop-canary; '",
        b"/$(stoop-canary)",
        b"/`stoop-canary`",
        b"/a\x1b]0;x\x07",
        b"/\"",
        b"/ \\",
        b"/\xff\xfe",
        b"/!!",
        b"-rf",
        b"'",
        b"\"$(",
        b"/x y (z) [a] {b,c} * ? ~ # & | < >",
    ];
    values.iter().map(|value| alert(&[value])).collect()
}

/// Every command that the bundled files can make of an alert, whatever runtime and step.
fn all_commands(alert: &Alert) -> Vec<CommandLine> {
    let library = library();
    let pages = library.rules.iter().chain(&library.generic).chain(&library.overlays);
    let steps =
        pages.flat_map(|page: &Page| &page.steps).flat_map(|(_, step)| [&step.command, &step.undo, &step.check]);
    let templates = steps.flat_map(|forms: &Forms| forms.plain.iter().chain(forms.by_runtime.iter().map(|(_, t)| t)));
    templates.map(|template| filled(template, &Facts::of(alert))).collect()
}

#[test]
fn every_command_is_one_line_that_shells_can_parse() {
    let alerts = hostile().into_iter().chain([benign(), Alert::default()]);
    let lines: BTreeSet<String> = alerts.flat_map(|alert| all_commands(&alert)).map(|line| line.text()).collect();
    assert!(lines.len() > 200, "{}", lines.len());
    for line in &lines {
        assert!(line.len() <= 1000 && line.bytes().all(|b| matches!(b, b' '..=b'~')), "{line}");
        assert!(!line.contains("@{"), "{line}");
    }
    let whole = lines.iter().map(|line| format!("{{ {line}\n}}")).collect::<Vec<_>>().join("\n");
    for shell in shells::installed() {
        if shells::parses(shell, &whole).is_err() {
            let bad = lines.iter().find_map(|line| shells::parses(shell, line).err().map(|said| (line, said)));
            panic!("{shell:?} {bad:?}");
        }
    }
}

#[test]
fn every_command_but_for_asked_values_is_full_when_the_alert_is() {
    let asked = &library().asked;
    for line in all_commands(&benign()) {
        for gap in line.gaps() {
            assert!(
                gap.invalid.is_empty() && gap.fields.iter().all(|field| asked.contains(field)),
                "{} {gap:?}",
                line.text()
            );
        }
    }
}

fn drawn(analysis: &Analysis) -> String {
    format!("{analysis:?}")
}

proptest! {
    #[test]
    fn an_alert_of_any_bytes_has_a_page_that_can_be_drawn(
        rule in prop::sample::select(vec!["Clear Log Activities", "Create Symlink Over Sensitive Files", "Terminal shell in container", "Mine"]),
        values in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..30), 18),
    ) {
        let mut values: Vec<&[u8]> = values.iter().map(Vec::as_slice).collect();
        values[0] = rule.as_bytes();
        let page = Playbooks::bundled().analyse(&alert(&values), None);
        prop_assert!(!page.playbook.id.is_empty());
        prop_assert!(!drawn(&page).chars().any(crate::base::clean::is_hidden));
        for line in page.commands.iter().flat_map(|step| step.ways.all()).flat_map(crate::analysis::Way::lines) {
            prop_assert!(line.text().len() <= 1000 && line.text().is_ascii());
        }
    }
}
