//! The bundled playbooks, whole.

use std::collections::BTreeSet;
use std::path::Path;

use super::*;
use crate::analysis::bundled::FILES;
use crate::analysis::load::load;
use crate::analysis::playbook::Library;
use crate::decode;

fn told(library: &Library) -> Vec<String> {
    library.complaints.iter().map(ToString::to_string).collect()
}

#[test]
fn the_bundled_playbooks_are_without_fault() {
    assert_eq!(told(bundled::library()), Vec::<String>::new());
}

#[test]
fn every_playbook_file_is_in_the_binary() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("playbooks");
    let mut found = BTreeSet::new();
    for folder in ["", "rules/", "generic/", "overlays/"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            found.extend(name.split_once(".toml").map(|_| format!("{folder}{name}")));
        }
    }
    assert_eq!(found, FILES.iter().map(|(name, _)| (*name).to_owned()).collect());
}

/// The alerts of three published reports, with the fields that the reports name and no others.
const SHORT_SEEDS: &str = include_str!("../../tests/data/short-seeds.jsonl");

fn analysis(line: &str) -> Analysis {
    Playbooks::bundled().analyse(&decode::alert(line.as_bytes()).unwrap(), None)
}

/// An alert of this rule with these fields: `rule | name=value, name=value`.
fn made(text: &str) -> Analysis {
    let (rule, fields) = text.split_once(" | ").unwrap_or((text, ""));
    let mut json = serde_json::json!({ "rule": rule, "source": "syscall", "priority": "Warning", "output_fields": {} });
    for (name, value) in fields.split(", ").filter_map(|pair| pair.split_once('=')) {
        let place = if name.contains('.') { &mut json["output_fields"] } else { &mut json };
        place[name] = serde_json::from_str(value).unwrap_or_else(|_| value.into());
    }
    analysis(&json.to_string())
}

fn score(malicious: u32, benign: u32, unresolved: u32, test: u32) -> Score {
    Score { malicious, benign, test, unresolved }
}

#[test]
fn the_seed_alerts_score_as_they_were_answered() {
    let want = [
        (score(2, 1, 13, 5), Reading::Test, Some("generator-path")),
        (score(0, 0, 24, 0), Reading::Undecided, Some("busybox-exe")),
        (score(0, 3, 12, 10), Reading::Test, Some("generator-path")),
    ];
    for (line, (score, reading, first)) in SHORT_SEEDS.lines().zip(want) {
        let analysis = analysis(line);
        assert_eq!((analysis.score, analysis.reading), (score, reading), "{line}");
        assert_eq!(analysis.evidence.first().map(|line| line.id.as_str()), first, "{line}");
    }
}

#[test]
fn the_explanations_of_the_seeds_rank_as_they_were_answered() {
    let want: [&[(Reading, i32)]; 3] = [
        &[
            (Reading::Test, 10),
            (Reading::Benign, 4),
            (Reading::Malicious, 2),
            (Reading::Benign, 2),
            (Reading::Malicious, 1),
        ],
        &[(Reading::Benign, 2), (Reading::Benign, 2), (Reading::Malicious, 1), (Reading::Malicious, 1)],
        &[
            (Reading::Test, 15),
            (Reading::Benign, 5),
            (Reading::Benign, 2),
            (Reading::Benign, 1),
            (Reading::Malicious, -1),
        ],
    ];
    for (line, want) in SHORT_SEEDS.lines().zip(want) {
        let ranks: Vec<(Reading, i32)> = analysis(line).explanations.iter().map(|x| (x.verdict, x.weight)).collect();
        assert_eq!(ranks, want, "{line}");
    }
}

#[test]
fn a_test_tool_is_named_first_with_the_field_that_gives_it_away() {
    for (line, fields) in SHORT_SEEDS.lines().step_by(2).zip(["evt.arg.linkpath", "fd.name"]) {
        let analysis = analysis(line);
        let first = analysis.evidence.first().unwrap();
        assert_eq!((first.side, first.stance, first.weight), (Side::Test, Stance::True, 5));
        assert!(first.text.as_str().contains("event-generator"));
        assert_eq!(first.fields.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), [fields]);
        assert_eq!(analysis.overlays.first().map(|overlay| overlay.id.as_str()), Some("test-tools"));
        assert_eq!(analysis.questions.first().map(|q| q.ask.as_str()), Some("Who ran the test, when, on which hosts?"));
    }
}

#[test]
fn the_facts_of_a_seed_are_in_its_page_and_what_is_missing_is_named() {
    let first = analysis(SHORT_SEEDS.lines().next().unwrap());
    let text = format!("{first:?}");
    for fact in
        ["ln (program /bin/busybox, user root)", "etc_link that points to /etc", "T1003.008", "2024-10-05 18:14:57 UTC"]
    {
        assert!(text.contains(fact), "{fact}");
    }
    let missing: Vec<&str> = first.missing.iter().map(Clean::as_str).collect();
    for name in ["proc.pname", "proc.cmdline", "proc.tty", "user.loginuid", "container.id"] {
        assert!(missing.contains(&name), "{name} {missing:?}");
    }
    assert!(first.place.as_str().contains("does not say where this ran"));
    let third = analysis(SHORT_SEEDS.lines().nth(2).unwrap());
    let ids: Vec<(&str, Option<&str>)> =
        third.attack.iter().map(|t| (t.id.as_str(), t.was.as_ref().map(Clean::as_str))).collect();
    assert_eq!(ids, [("T1685.006", Some("T1070.002")), ("T1070", None)]);
}

#[test]
fn wrong_advice_of_the_published_reports_is_nowhere() {
    let wrong = [
        "usermod -aG",
        "hardness",
        "harden.conf",
        "nosymlink",
        "--since=1h",
        "--since 1h",
        "falco.conf",
        "rules.conf",
        "-u systemd ",
    ];
    for (file, text) in FILES {
        for words in wrong {
            assert!(!text.contains(words), "{file}: {words}");
        }
    }
}

#[test]
fn the_page_is_chosen_by_name_then_by_what_the_alert_says() {
    let cases = [
        ("Clear Log Activities", "clear-log-activities", "rule name"),
        (" Terminal shell in container ", "terminal-shell-in-container", "rule name"),
        ("clear log activities | container.id=host", "host", "source"),
        ("Delete Bash History", "delete-or-rename-shell-history", "older name of the rule"),
        ("Mine | container.id=0123456789ab, tags=[\"container\"]", "container", "tags"),
        ("Mine | container.id=<NA>", "unknown", "fallback"),
        ("Mine", "unknown", "fallback"),
    ];
    for (alert, id, why) in cases {
        let chosen = made(alert).playbook;
        assert_eq!((chosen.id.as_str(), chosen.why), (id, why), "{alert}");
    }
}

#[test]
fn nothing_harmless_is_said_of_what_was_not_recorded_or_is_too_grave() {
    let quiet = "Clear Log Activities | fd.name=/srv/syslog, proc.name=app";
    let cases = [
        (quiet.to_owned(), Reading::Benign),
        (format!("{quiet}, priority=Critical"), Reading::Undecided),
        (format!("{quiet}, proc.exepath=/tmp/app, proc.pname=dpkg"), Reading::Undecided),
        ("Clear Log Activities | fd.name=/var/log/auth.log, proc.name=truncate".to_owned(), Reading::Malicious),
        ("Clear Log Activities | fd.name=<NA>, proc.name=N/A".to_owned(), Reading::Undecided),
    ];
    for (alert, reading) in cases {
        assert_eq!(made(&alert).reading, reading, "{alert}");
    }
}

#[test]
fn an_unresolved_line_names_what_it_needs() {
    let page = made("Create Symlink Over Sensitive Files | evt.arg.target=/etc, evt.arg.linkpath=/tmp/x");
    let line = page.evidence.iter().find(|line| line.id.as_str() == "tty").unwrap();
    assert_eq!((line.stance, line.fields.first().map(|(_, value)| value.is_none())), (Stance::Unresolved, Some(true)));
    assert!(
        page.evidence.iter().rposition(|l| l.stance == Stance::True)
            < page.evidence.iter().position(|l| l.stance != Stance::True)
    );
}

#[test]
fn the_runtime_is_the_one_that_the_alert_names() {
    let id = "container.id=0123456789ab";
    let cases = [
        ("container.id=host".to_owned(), &[][..]),
        (id.to_owned(), &["docker"][..]),
        (format!("{id}, container.type=podman"), &["podman"][..]),
        (format!("{id}, container.type=cri-o"), &["crictl"][..]),
        (format!("{id}, container.type=containerd"), &["nerdctl"][..]),
        (format!("{id}, k8s.pod.name=web-0, k8s.ns.name=shop"), &["kubectl"][..]),
        (format!("{id}, container.name=k8s_web_web-0_shop_1f_0"), &["kubectl"][..]),
        ("proc.name=sh".to_owned(), &["docker"][..]),
    ];
    for (fields, want) in cases {
        let page = made(&format!("Terminal shell in container | {fields}"));
        let inspect = page.commands.iter().filter(|step| step.id.as_str() == "container-inspect");
        let programs: Vec<String> =
            inspect.map(|s| s.ways.best().command.text().split(' ').next().unwrap().to_owned()).collect();
        assert_eq!(programs, want, "{fields}");
    }
    let pod = made("Terminal shell in container | container.id=0123456789ab, container.name=k8s_web_web-0_shop_1f_0");
    let inspect = pod.commands.iter().find(|step| step.id.as_str() == "container-inspect").unwrap();
    assert_eq!(inspect.ways.best().command.text(), "kubectl get pod -n shop web-0 -o yaml");
}

#[test]
fn a_step_has_all_its_ways_the_fitting_ones_first() {
    let id = "container.id=0123456789ab";
    let cases: [(String, &[&[Runtime]]); 4] = [
        ("container.id=host".to_owned(), &[]),
        (format!("{id}, container.type=podman"), &[&[Runtime::Podman, Runtime::Kubectl, Runtime::Docker]]),
        (format!("{id}, k8s.pod.name=web-0, k8s.ns.name=shop"), &[&[Runtime::Kubectl, Runtime::Crictl, Runtime::Ctr]]),
        ("proc.name=sh".to_owned(), &[&[Runtime::Docker, Runtime::Podman, Runtime::Nerdctl]]),
    ];
    for (fields, want) in cases {
        let page = made(&format!("Terminal shell in container | {fields}"));
        let inspect: Vec<&Step> = page.commands.iter().filter(|s| s.id.as_str() == "container-inspect").collect();
        let ways: Vec<Vec<Runtime>> =
            inspect.iter().map(|s| s.ways.all().filter_map(|way| way.runtime).collect()).collect();
        assert_eq!(ways.len(), want.len(), "{fields}");
        for (ways, want) in ways.iter().zip(want) {
            assert!(ways.starts_with(want), "{fields}: {ways:?}");
            assert!(ways.iter().all(|runtime| page.runtimes.contains(runtime)), "{fields}: {:?}", page.runtimes);
        }
        for way in inspect.iter().flat_map(|step| step.ways.all()) {
            assert_eq!(way.command.text().split(' ').next(), way.runtime.map(Runtime::name), "{fields}");
        }
    }
}

#[test]
fn each_way_of_a_changing_step_has_its_own_undo_and_check() {
    let page = made("Terminal shell in container | container.id=0123456789ab");
    for step in page.commands.iter().filter(|step| step.risk != Risk::ReadOnly) {
        for way in step.ways.all() {
            assert!(way.undo.is_some() == step.no_undo.is_empty() && way.check.is_some(), "{} {way:?}", step.id);
        }
    }
    let pause = page.commands.iter().find(|step| step.id.as_str() == "container-pause").unwrap();
    for way in pause.ways.all() {
        let program = way.command.text().split(' ').next().unwrap().to_owned();
        assert!(way.lines().all(|line| line.text().starts_with(&program)), "{way:?}");
    }
}

#[test]
fn steps_come_in_order_and_what_destroys_can_not_be_sent_with_gaps() {
    let page = made("Terminal shell in container | container.id=0123456789ab");
    let order: Vec<(Kind, bool)> = page.commands.iter().map(|s| (s.kind, s.risk == Risk::Destructive)).collect();
    assert!(order.is_sorted(), "{order:?}");
    let removal =
        |page: &Analysis| page.commands.iter().find(|s| s.id.as_str() == "container-remove").cloned().unwrap();
    let may_go = |step: Step| step.may_be_sent_with_gaps(&step.ways.best().command);
    assert!(may_go(removal(&page)));
    assert!(!may_go(removal(&made("Terminal shell in container"))));
    for question in &page.questions {
        assert!(question.command.is_none_or(|place| place < page.commands.len()));
    }
}

#[test]
fn a_generic_page_takes_its_techniques_from_the_tags() {
    let cases = [
        (r#"["T1562.001","mitre_defense_evasion"]"#, "T1685|T1562.001|Disable or Modify Tools|Defense Impairment"),
        (r#"["T9999"]"#, "T9999|||"),
        (r#"["T1685"]"#, "T1685||Disable or Modify Tools|Defense Impairment"),
        (r#"["T9999","mitre_execution"]"#, "T9999|||Execution"),
        (r#"["TA0005"]"#, "TA0005||Stealth|"),
        (r#"["T1098","mitre_persistence"]"#, "T1098||Account Manipulation|Persistence"),
        (r#"["mitre_execution","maturity_stable"]"#, "TA0002||Execution|"),
    ];
    for (tags, want) in cases {
        let page = made(&format!("Mine | tags={tags}"));
        let told = |t: &Technique| format!("{}|{}|{}|{}", t.id, t.was.clone().unwrap_or_default(), t.name, t.tactic);
        assert_eq!(page.attack.iter().map(told).collect::<Vec<_>>(), [want], "{tags}");
    }
}

/// The bundled files with one thing changed in one of them.
fn broken(file: &str, from: &str, to: &str) -> Vec<String> {
    let text = FILES.iter().find(|(name, _)| *name == file).unwrap().1;
    assert!(text.contains(from), "{file}: {from}");
    let changed = text.replacen(from, to, 1);
    let mut files = bundled::files();
    for read in files.iter_mut().filter(|read| read.name == file) {
        read.text = changed.clone().into();
    }
    told(&load(&files, &[]))
}

#[test]
fn a_mistake_in_a_playbook_is_named_with_its_file() {
    let page = "rules/clear-log-activities.toml";
    let cases = [
        (page, "blind = '''", "blnd = '''", "unknown field `blnd`"),
        (page, "format = 1", "format = 2", "format 2"),
        (page, "id = \"clear-log-activities\"", "id = \"clear\"", "file's name"),
        (page, "side = \"malicious\"", "side = \"bad\"", "unknown variant `bad`"),
        (page, "weight = 4", "weight = 6", "a weight is 1 to 5"),
        (page, "if = 'fd.name in (", "if = 'fd.name in ", "expected a list in parentheses"),
        (page, "if = 'writable_exe'", "if = 'writable_ex'", "writable_ex"),
        (page, "if = 'fd.name in (", "if = 'fd.nme in (", "does not list the field fd.nme"),
        (page, "@{fd.name:text} records", "@{fd.name:txt} records", "unknown type txt"),
        (page, "because = [\"auth-trail\"", "because = [\"auth-trial\"", "auth-trial"),
        (page, "inspect = [\"file-stat\"", "inspect = [\"file-stta\"", "no step file-stta"),
        (page, "include = [\"container\"", "include = [\"proces\"", "no set of evidence proces"),
        (page, "id = \"rotation\"\nside", "id = \"auth-trail\"\nside", "two lines of evidence"),
        (page, "id = \"T1070.002\"", "id = \"T107\"", "no id of ATT&CK"),
        ("common.toml", "shell        = 'proc.name", "shell        = 'parent_shell and proc.name", ""),
        ("common.toml", "is_root      = '", "is_root      = 'is_root and ", "uses itself"),
        ("steps.toml", "undo = \"kill -CONT", "# \"kill -CONT", "has no undo"),
        ("steps.toml", "check = \"ps -o pid,stat,args", "# \"ps -o pid,stat,args", "has no check"),
        ("steps.toml", "breaks = \"its service", "# \"its service", "what it breaks"),
        ("steps.toml", "@{fd.name:path:FILE}", "'@{fd.name:path:FILE}'", "inside quotes"),
        ("steps.toml", "run.podman = '''podman top", "run.podman = '''docker top", "calls docker"),
        ("steps.toml", "@{proc.pid:pid:PID}", "@{prcpid:pid:PID}", "no alert has such a field"),
        (
            "overlays/test-tools.toml",
            "when = \"generator-path or",
            "when = \"generator-pth or",
            "no macro \"generator-pth\"",
        ),
    ];
    for (file, from, to, want) in cases {
        let told = broken(file, from, to);
        let found = told.iter().any(|complaint| complaint.contains(want) && complaint.contains(".toml"));
        assert_eq!(found, !want.is_empty(), "{from} -> {to}: {told:?}");
    }
}
