//! Every command of every bundled playbook, with values of every kind, as real shells and real programs read it.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::analysis::command::{CommandLine, filled};
use crate::analysis::facts::Facts;
use crate::analysis::hole::{Hole, ValueType};
use crate::analysis::playbook::{Forms, Page, Place, StepForm};
use crate::analysis::template::Template;
use crate::analysis::{Analysis, Playbooks, Risk};
use crate::base::shells;
use crate::decode::{Alert, Entry, Owned, Scope};

/// A value that a placeholder of each type takes.
const GOOD: [(&str, &str); 28] = [
    ("pid", "4242"),
    ("uid", "1000"),
    ("path", "/var/log/auth.log"),
    ("container_id", "dca990c78804"),
    ("container_name", "web-checkout"),
    ("k8s_label", "app"),
    ("k8s_name", "web-0"),
    ("k8s_ns", "shop"),
    ("user", "www-data"),
    ("comm", "bash"),
    ("word", "lea"),
    ("k8s_user", "system:serviceaccount:shop:web"),
    ("k8s_kind", "pods"),
    ("image", "docker.io/library/nginx"),
    ("ip", "203.0.113.7"),
    ("remote_ip", "203.0.113.7"),
    ("port", "443"),
    ("host", "node-a"),
    ("email", "lea@example.com"),
    ("repo", "shop"),
    ("arn", "arn:aws:iam::123456789012:user/lea"),
    ("aws_id", "AKIAIOSFODNN7EXAMPLE"),
    ("region", "eu-central-1"),
    ("rule_name", "Terminal shell in container"),
    ("time", "2024-10-05T18:29:57.848684705Z"),
    ("stamp", "2024-10-05T18:29:57.848684705Z"),
    ("rfc3339", "2024-10-05T18:29:57.848684705Z"),
    ("audit_date", "2024-10-05T18:29:57.848684705Z"),
];

/// Values of an attacker's.
const HOSTILE: [&[u8]; 12] = [
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

fn good(kind: ValueType) -> &'static str {
    let name = kind.name();
    let name = if name == "audit_time" { "audit_date".to_owned() } else { name };
    GOOD.iter().find(|(kind, _)| *kind == name).unwrap_or_else(|| panic!("no value for {name}")).1
}

fn steps() -> impl Iterator<Item = &'static StepForm> {
    let library = library();
    let pages = library.rules.iter().chain(&library.generic).chain(&library.overlays);
    pages.flat_map(|page: &Page| &page.steps).map(|(_, step)| step.as_ref())
}

fn forms(forms: &Forms) -> impl Iterator<Item = &Template> {
    forms.plain.iter().chain(forms.by_runtime.iter().map(|(_, template)| template))
}

fn templates() -> impl Iterator<Item = &'static Template> {
    steps().flat_map(|step| [&step.command, &step.undo, &step.check]).flat_map(forms)
}

/// Every field that a command takes a value from, with the type of the first that does.
fn fields() -> BTreeMap<&'static str, ValueType> {
    let mut fields = BTreeMap::new();
    for hole in templates().flat_map(Template::holes) {
        for field in &hole.fields {
            fields.entry(field.as_str()).or_insert(hole.accepts);
        }
    }
    fields
}

/// An alert in which every field that a command needs has the value that `choose` gives it.
fn alert<'v>(choose: impl Fn(&str, ValueType) -> &'v [u8]) -> Alert {
    let mut alert = Alert::default();
    for (name, kind) in fields() {
        let value = Owned::Text(choose(name, kind).to_vec());
        alert.entries.push(Entry { scope: Scope::of(name), name: name.into(), value, doubled: false });
    }
    alert
}

fn benign() -> Alert {
    alert(|_, kind| good(kind).as_bytes())
}

fn hostile() -> impl Iterator<Item = Alert> {
    HOSTILE.into_iter().map(|value| alert(|_, _| value))
}

#[test]
fn every_rule_of_falcos_has_its_page_and_a_sample() {
    let rules = include_str!("../../tests/data/falco-rules.txt").lines().filter(|line| !line.starts_with('#'));
    let samples = include_str!("../../sample-alerts/rules.jsonl");
    let mut count = 0;
    for rule in rules {
        let line = samples.lines().find(|line| line.contains(&format!(r#""rule":"{rule}""#)));
        let line = line.unwrap_or_else(|| panic!("no sample of {rule}"));
        let chosen = Playbooks::bundled().analyse(&crate::decode::alert(line.as_bytes()).unwrap(), None).playbook;
        assert_eq!(chosen.why, "rule name", "{rule} {}", chosen.id.as_str());
        count += 1;
    }
    assert_eq!(count, 56);
}

/// Every command that the bundled files can make of an alert, whatever runtime and step.
fn all_commands(alert: &Alert) -> Vec<CommandLine> {
    templates().map(|template| filled(template, &Facts::of(alert))).collect()
}

#[test]
fn every_command_is_one_line_that_shells_can_parse() {
    let alerts = hostile().chain([benign(), Alert::default()]);
    let lines: BTreeSet<String> = alerts.flat_map(|alert| all_commands(&alert)).map(|line| line.text()).collect();
    assert!(lines.len() > 400, "{}", lines.len());
    for line in &lines {
        assert!(line.len() <= 1000 && line.bytes().all(|b| matches!(b, b' '..=b'~')), "{line}");
        assert!(!line.contains("@{"), "{line}");
    }
    let whole = lines.iter().map(|line| format!("{{ {line}\n}}")).collect::<Vec<_>>().join("\n");
    for shell in shells::installed() {
        if shells::parses_file(shell, &whole).is_err() {
            let bad = lines.iter().find_map(|line| shells::parses(shell, line).err().map(|said| (line, said)));
            panic!("{shell:?} {bad:?}");
        }
    }
}

#[test]
fn every_command_but_for_asked_values_is_full_when_the_alert_is() {
    let asked = &library().asked;
    for template in templates() {
        let kinds: Vec<&Hole> = template.holes().collect();
        let of = |name: &str| kinds.iter().find(|hole| hole.fields.iter().any(|field| field == name));
        let alert = alert(|name, kind| good(of(name).map_or(kind, |hole| hole.accepts)).as_bytes());
        let line = filled(template, &Facts::of(&alert));
        let is_asked = |gap: &crate::analysis::Gap| gap.fields.iter().all(|field| asked.contains(field));
        assert!(line.gaps().iter().all(|gap| gap.invalid.is_empty() && is_asked(gap)), "{}", line.text());
    }
}

/// Bash is asked to run every line where no program can be found, and says which words each would have got.
#[test]
fn a_value_is_one_word_of_its_command_and_never_a_command() {
    const WORDS: &str = "command_not_found_handle() { builtin printf '%s\\0' \"$@\" >&9; }; kill() { command_not_found_handle kill \"$@\"; }; test() { command_not_found_handle test \"$@\"; }; PATH=/nonexistent; ";
    let mut checked = 0;
    for value in HOSTILE {
        let alert = alert(|_, _| value);
        for template in templates() {
            let line = filled(template, &Facts::of(&alert));
            let text = line.text().replace("2>/dev/null", "");
            let taken = template.holes().any(|hole| hole.accepts.accept(value).is_ok() && !names(&line, hole));
            if !taken || text.contains('>') {
                continue;
            }
            let said = shells::output(&["bash"], "C", &format!("exec 9>&1 >/dev/null 2>&1; {WORDS}{text}")).unwrap();
            let mut words = said.split(|b| *b == 0);
            assert!(words.clone().any(|word| holds(word, value)), "{value:?} is no word of {text}");
            assert!(!words.any(|word| word == b"stoop-canary"), "{text}");
            checked += 1;
        }
    }
    assert!(checked > 100, "{checked}");
}

/// Whether the placeholder is left as a gap.
fn names(line: &CommandLine, hole: &Hole) -> bool {
    line.gaps().iter().any(|gap| gap.name == hole.label)
}

fn holds(word: &[u8], value: &[u8]) -> bool {
    word.windows(value.len()).any(|part| part == value)
}

/// What programs say of a flag that they don't know, or of words that they can't make sense of.
const REFUSALS: [&str; 10] = [
    "unrecognized option",
    "unknown option",
    "invalid option",
    "illegal option",
    "bad usage",
    "unknown flag",
    "unknown predicate",
    "unknown command",
    "syntax error",
    "failed to parse timestamp",
];

#[test]
fn read_only_commands_of_the_host_run_here_and_their_programs_know_every_flag() {
    let own = std::process::id().to_string();
    let value = |name: &str, kind: ValueType| match name {
        "proc.pid" | "proc.ppid" => own.as_bytes().to_vec(),
        "user.name" => b"root".to_vec(),
        "proc.exepath" => b"/bin/sh".to_vec(),
        "fd.name" | "evt.arg.oldpath" => b"/etc/passwd".to_vec(),
        _ => good(kind).as_bytes().to_vec(),
    };
    let values: BTreeMap<&str, Vec<u8>> = fields().into_iter().map(|(name, kind)| (name, value(name, kind))).collect();
    let alert = alert(|name, _| &values[name]);
    let local = |step: &&StepForm| step.place == Place::Host && step.risk == Risk::ReadOnly;
    let mut ran = BTreeSet::new();
    for step in steps().filter(local) {
        for line in step.command.plain.iter().map(|template| filled(template, &Facts::of(&alert))) {
            let text = line.text();
            if line.gaps().is_empty() && !text.starts_with("find / ") && ran.insert(text.clone()) {
                let (_, said) = shells::run_for(10, &text);
                let refused = REFUSALS.iter().find(|refusal| said.to_lowercase().contains(*refusal));
                assert_eq!(refused, None, "{text}\n{said}");
            }
        }
    }
    assert!(ran.len() > 20, "{}", ran.len());
}

/// A step of the host with these values: its command, check and undo, each with nothing unfilled.
fn of_host(id: &str, values: &[(&str, &str)]) -> [String; 3] {
    let step = steps().find(|step| step.id.as_str() == id).unwrap_or_else(|| panic!("no step {id}"));
    let value = |name: &str| values.iter().find(|(own, _)| *own == name).map_or("", |(_, value)| *value);
    let alert = alert(|name, _| value(name).as_bytes());
    [&step.command, &step.check, &step.undo].map(|forms| {
        let line = forms.plain.as_ref().map(|template| filled(template, &Facts::of(&alert))).unwrap_or_default();
        assert!(line.gaps().is_empty(), "{id}: {}", line.text());
        line.text()
    })
}

#[test]
fn what_changes_something_does_and_undoes_what_it_says() {
    let scratch = tempfile::tempdir().unwrap();
    let at = |name: &str| scratch.path().join(name).to_string_lossy().into_owned();
    let (keys, link) = (at("odd 'name'"), at("link"));
    std::fs::write(&keys, "key").unwrap();
    std::os::unix::fs::symlink("/etc", &link).unwrap();
    let (out, _) = shells::run_for(10, "sleep 60 >/dev/null 2>&1 & echo $!");
    let sleeper = String::from_utf8(out).unwrap().trim().to_owned();
    let values: &[(&str, &str)] =
        &[("proc.pid", &sleeper), ("fd.name", &keys), ("evt.arg.linkpath", &link), ("evt.arg.target", "/etc")];
    // step, what its check shows when it worked, and once it is undone
    let cases =
        [("process-stop", " T", " S"), ("ssh-key-disable", ".disabled", "No such file"), ("link-remove", "gone", "")];
    for (id, worked, undone) in cases {
        let [command, check, undo] = of_host(id, values);
        let said = |script: &str| {
            let (out, said) = shells::run_for(10, script);
            String::from_utf8_lossy(&out).into_owned() + &said
        };
        assert!(!said(&command).contains("rror"), "{command}");
        assert!(said(&check).contains(worked), "{id}: {check}: {}", said(&check));
        said(&undo);
        assert!(said(&check).contains(undone), "{id} undone: {}", said(&check));
    }
    let [kill, check, _] = of_host("process-kill", values);
    shells::run_for(10, &format!("{kill}; sleep 0.2"));
    let (out, _) = shells::run_for(10, &check);
    assert!(!String::from_utf8_lossy(&out).contains("sleep 60"), "{check}");
    assert!(std::fs::read_link(&link).is_ok() && std::fs::read(&keys).is_ok(), "everything is as it was");
}

#[test]
fn what_changes_the_machine_works_in_namespaces_of_its_own() {
    let cases = [
        ("block-ip", "203.0.113.7", "203.0.113.7", "No such file"),
        ("block-ip", "2001:db8::7", "2001:db8::7", "No such file"),
        ("shm-noexec", "", "noexec", "relatime"),
    ];
    for (id, address, worked, undone) in cases {
        let [command, check, undo] = of_host(id, &[("fd.rip", address), ("fd.sip", address)]);
        let script = format!("mount -t tmpfs tmpfs /dev/shm; {command}; echo ==; {check}; echo ==; {undo}; {check}");
        let Some(said) = shells::run_apart(&script) else {
            println!("no namespaces here: {id} was not tried");
            return;
        };
        if said.contains("not found") {
            println!("a program is not installed: {id} was not tried: {said}");
            continue;
        }
        let parts: Vec<&str> = said.split("==\n").collect();
        assert!(parts[1].contains(worked) && parts[2].contains(undone), "{id}: {said}");
        assert!(!parts[2].contains(worked), "{id}: {said}");
    }
}

fn drawn(analysis: &Analysis) -> String {
    format!("{analysis:?}")
}

fn rules() -> Vec<&'static str> {
    let names = library().rules.iter().filter_map(|page| page.rules.first()).map(String::as_str);
    names.chain(["Mine"]).collect()
}

proptest! {
    #[test]
    fn an_alert_of_any_bytes_has_a_page_that_can_be_drawn(
        rule in prop::sample::select(rules()),
        values in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..30), 18),
    ) {
        let nth = |name: &str| values.get(name.len() % values.len()).map(Vec::as_slice).unwrap_or_default();
        let mut alert = alert(|name, _| nth(name));
        alert.entries.retain(|entry| entry.name != b"rule");
        let value = Owned::Text(rule.into());
        alert.entries.push(Entry { scope: Scope::Alert, name: b"rule".to_vec(), value, doubled: false });
        let page = Playbooks::bundled().analyse(&alert, None);
        prop_assert!(!page.playbook.id.is_empty());
        prop_assert!(!drawn(&page).chars().any(crate::base::clean::is_hidden));
        for line in page.commands.iter().flat_map(|step| step.ways.all()).flat_map(crate::analysis::Way::lines) {
            prop_assert!(line.text().len() <= 1000 && line.text().is_ascii());
        }
    }
}

#[test]
#[ignore = "a measurement: cargo test --profile quick --lib loading_takes -- --ignored --nocapture"]
fn loading_takes() {
    let start = std::time::Instant::now();
    for _ in 0..20 {
        assert!(load(&files(), &[]).complaints.is_empty());
    }
    println!("{:?} each", start.elapsed() / 20);
}
