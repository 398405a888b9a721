//! The proposed exception: what it says, what it refuses, and that YAML, shells and the filter read it alike.

use proptest::prelude::*;
use saphyr::{LoadableYamlNode, Yaml};

use super::*;
use crate::analysis::Analysis;
use crate::analysis::Playbooks;
use crate::base::shells;
use crate::decode::{self, Alert};
use crate::query::filter::Filter;

fn alert(rule: &str, fields: &[(&str, &str)]) -> Alert {
    let fields: serde_json::Map<String, serde_json::Value> =
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
    let json = serde_json::json!({ "rule": rule, "source": "syscall", "priority": "Warning",
        "time": "2024-10-05T18:29:57.848684705Z", "output": "x", "output_fields": fields });
    decode::alert(json.to_string().as_bytes()).unwrap()
}

fn tune(fields: &[&str], comps: &[&str]) -> Tune {
    let all = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Tune { name: "known_cause".to_owned(), fields: all(fields), comps: all(comps), caution: "Beware.".into() }
}

fn of(tune: &Tune, alert: &Alert) -> (Tuning, Option<Step>) {
    proposed(tune, &Facts::of(alert), Against::default())
}

/// The YAML, held against what Falco's schema allows for an exception that is appended to a rule.
fn loaded(yaml: &str) -> (String, Vec<String>, Vec<String>, Vec<String>) {
    let documents = Yaml::load_from_str(yaml).unwrap();
    let [document] = documents.as_slice() else { panic!("{yaml}") };
    let [rule] = document.as_vec().unwrap().as_slice() else { panic!("{yaml}") };
    let keys = |node: &Yaml<'_>| node.as_mapping().unwrap().keys().map(text).collect::<Vec<_>>();
    assert_eq!(keys(rule), ["rule", "exceptions", "override"], "{yaml}");
    let over = &rule["override"];
    assert_eq!((keys(over), text(&over["exceptions"])), (vec!["exceptions".to_owned()], "append".to_owned()));
    let [exception] = rule["exceptions"].as_vec().unwrap().as_slice() else { panic!("{yaml}") };
    assert_eq!(keys(exception), ["name", "fields", "comps", "values"], "{yaml}");
    let [values] = exception["values"].as_vec().unwrap().as_slice() else { panic!("{yaml}") };
    let texts = |node: &Yaml<'_>| node.as_vec().unwrap().iter().map(text).collect::<Vec<_>>();
    let found = (texts(&exception["fields"]), texts(&exception["comps"]), texts(values));
    assert!(found.0.len() == found.1.len() && found.1.len() == found.2.len() && found.0.len() >= 2, "{yaml}");
    (text(&rule["rule"]), found.0, found.1, found.2)
}

/// A text, or a list of one.
fn text(node: &Yaml<'_>) -> String {
    let node = node.as_vec().and_then(|items| items.first()).unwrap_or(node);
    node.as_str().unwrap_or_else(|| panic!("no text: {node:?}")).to_owned()
}

#[test]
fn the_file_is_the_documented_one() {
    let alert = alert(
        "Clear Log Activities",
        &[("container.id", "host"), ("proc.exepath", "/usr/sbin/example"), ("fd.name", "/var/log/example.log")],
    );
    let (tuning, step) = of(&tune(&["proc.exepath", "fd.name"], &["=", "startswith"]), &alert);
    let want = "\
- rule: Clear Log Activities
  exceptions:
    - name: known_cause_35b3f9ce
      fields: [proc.exepath, fd.name]
      comps: [\"=\", \"startswith\"]
      values:
        - [/usr/sbin/example, /var/log/example.log]
  override:
    exceptions: append
";
    assert_eq!(tuning.yaml, want);
    assert_eq!(
        tuning.silences,
        "rule = \"Clear Log Activities\" and proc.exepath = \"/usr/sbin/example\" and fd.name startswith \"/var/log/example.log\""
    );
    assert_eq!(
        tuning.scope.as_str(),
        "every alert of the rule Clear Log Activities where proc.exepath is /usr/sbin/example and fd.name begins with /var/log/example.log"
    );
    assert_eq!((tuning.caution.as_str(), tuning.doubt.as_str()), ("Beware.", ""));
    let step = step.unwrap();
    let way = step.ways.best();
    assert_eq!(way.undo.as_ref().unwrap().text(), "rm -- /etc/falco/rules.d/stoop-known_cause_35b3f9ce.yaml");
    assert_eq!(way.check.as_ref().unwrap().text(), "falco --dry-run");
    assert_eq!((step.kind, step.risk, step.breaks.is_some()), (Kind::Tune, Risk::ChangesState, true));
    written_by_every_shell(&way.command, &tuning.yaml);
}

fn written_by_every_shell(command: &CommandLine, yaml: &str) {
    let line = command.text();
    assert!(line.len() <= 1000 && line.bytes().all(|b| matches!(b, b' '..=b'~')), "{line}");
    let (printing, file) = line.split_once(" | tee -- ").unwrap();
    assert!(file.starts_with("/etc/falco/rules.d/stoop-") && !file.contains([' ', '\'']), "{file}");
    for shell in shells::installed() {
        assert_eq!(shells::output(shell, "C", printing).unwrap(), yaml.as_bytes(), "{shell:?} {line}");
    }
}

#[test]
fn an_exception_that_would_be_too_wide_or_could_break_out_is_refused() {
    let exe = ("proc.exepath", "/bin/x");
    let two = || tune(&["proc.exepath", "fd.name"], &["=", "="]);
    let cases: [(Tune, &[(&str, &str)], &str); 12] = [
        (two(), &[exe], "does not have fd.name"),
        (two(), &[exe, ("fd.name", "<NA>")], "does not have fd.name"),
        (two(), &[exe, ("fd.name", "/a b")], "fd.name holds more than"),
        (two(), &[exe, ("fd.name", "/a\n- rule: b")], "fd.name holds more than"),
        (two(), &[exe, ("fd.name", "/a, b]")], "fd.name holds more than"),
        (two(), &[exe, ("fd.name", "/\u{e9}")], "fd.name holds more than"),
        (two(), &[exe, ("fd.name", "/a\" or rule exists")], "fd.name holds more than"),
        (tune(&["proc.exepath"], &["="]), &[exe], "not narrow"),
        (tune(&["proc.name", "user.name"], &["=", "="]), &[("proc.name", "a"), ("user.name", "b")], "not narrow"),
        (tune(&["proc.exepath", "proc.cmdline"], &["=", "contains"]), &[exe, ("proc.cmdline", "b")], "not narrow"),
        (tune(&["proc.exepath", "fd.name"], &["=", "glob"]), &[exe, ("fd.name", "/b")], "glob is not offered"),
        (
            two(),
            &[exe, ("fd.name", "/b"), ("container.id", "dca990c78804")],
            "does not have container.image.repository",
        ),
    ];
    for (tune, fields, want) in cases {
        let (tuning, step) = of(&tune, &alert("Rule", fields));
        assert!(tuning.yaml.is_empty() && tuning.silences.is_empty() && step.is_none(), "{fields:?}");
        assert!(tuning.doubt.as_str().contains(want), "{fields:?}: {}", tuning.doubt);
    }
    for rule in ["a\nb", "", "a\u{202e}b", &"x".repeat(201)] {
        let (tuning, _) = of(&two(), &alert(rule, &[exe, ("fd.name", "/b")]));
        assert!(tuning.yaml.is_empty() && tuning.doubt.as_str().contains("rule's name"), "{rule:?}");
    }
}

#[test]
fn a_containers_exception_names_its_image() {
    let fields = [
        ("container.id", "dca990c78804"),
        ("container.image.repository", "docker.io/library/nginx"),
        ("proc.exepath", "/bin/x"),
        ("fd.name", "/b"),
    ];
    let (tuning, _) = of(&tune(&["proc.exepath", "fd.name"], &["=", "in"]), &alert("Rule", &fields));
    let (_, names, comps, values) = loaded(&tuning.yaml);
    assert_eq!(names, ["container.image.repository", "proc.exepath", "fd.name"]);
    assert_eq!(comps, ["=", "=", "in"]);
    assert_eq!(values, ["docker.io/library/nginx", "/bin/x", "/b"]);
    assert!(tuning.yaml.contains("[/b]]"), "{}", tuning.yaml);
}

#[test]
fn what_speaks_against_it_is_said_and_is_in_the_step() {
    let alert = alert("Rule", &[("container.id", "host"), ("proc.exepath", "/bin/x"), ("fd.name", "/b")]);
    let two = tune(&["proc.exepath", "fd.name"], &["=", "="]);
    let cases = [(true, false, "for malice"), (false, true, "test tool"), (true, true, "settle that first")];
    for (malice, test, want) in cases {
        let (tuning, step) = proposed(&two, &Facts::of(&alert), Against { malice, test });
        assert!(tuning.doubt.as_str().contains(want) && !tuning.yaml.is_empty());
        assert!(step.unwrap().note.as_str().contains(want));
    }
}

#[test]
fn a_page_proposes_it_as_its_last_step() {
    let line = r#"{"rule":"Clear Log Activities","source":"syscall","priority":"Warning","time":"2024-10-05T18:29:57Z",
        "output":"x","output_fields":{"container.id":"host","proc.exepath":"/usr/sbin/example","fd.name":"/srv/app.log"}}"#;
    let alert = decode::alert(line.as_bytes()).unwrap();
    let page: Analysis = Playbooks::bundled().analyse(&alert, None);
    let step = page.commands.last().unwrap();
    assert_eq!((step.id.as_str(), step.kind), ("falco-exception", Kind::Tune));
    assert!(page.tuning.unwrap().yaml.contains("- rule: Clear Log Activities\n"));
}

proptest! {
    #[test]
    fn yaml_filter_and_shells_agree_on_every_name_and_value(
        rule in "[ -~\u{e9}\u{4e2d}]{1,40}|[-?:,\\[\\]{}#&*!|>'\"%@`~ ]{1,8}|true|null|1e3|~|- a|a: b|a #b",
        exe in "[A-Za-z0-9_./:@+-]{1,20}|true|no|1|1e3|-1|:|-|12:30:45|a:|\\+1|@a|\\.inf|0x1f",
        name in "[A-Za-z0-9_./:@+-]{1,20}|[ -~]{1,12}",
    ) {
        let alert = alert(&rule, &[("container.id", "host"), ("proc.exepath", &exe), ("fd.name", &name)]);
        let (tuning, step) = of(&tune(&["proc.exepath", "fd.name"], &["=", "endswith"]), &alert);
        if tuning.yaml.is_empty() {
            prop_assert!(!tuning.doubt.is_empty() && step.is_none());
        } else {
            let (got, _, _, values) = loaded(&tuning.yaml);
            prop_assert_eq!((got, values), (rule, vec![exe, name]));
            let filter = Filter::parse(&tuning.silences).unwrap();
            prop_assert!(filter.matches(&alert), "{}", tuning.silences);
            let line = step.unwrap().ways.best().command.text();
            prop_assert!(line.len() <= 1000 && line.bytes().all(|b| matches!(b, b' '..=b'~')), "{}", line);
        }
    }
}

#[test]
fn odd_rule_names_are_written_as_they_are_by_every_shell() {
    for rule in ["- a", "it's \"x\" \\n", "a: b # c", "caf\u{e9} !!", "%s\\n$(id)`id`", "~", "Yes"] {
        let alert = alert(rule, &[("container.id", "host"), ("proc.exepath", "/bin/x"), ("fd.name", "/b")]);
        let (tuning, step) = of(&tune(&["proc.exepath", "fd.name"], &["=", "="]), &alert);
        assert_eq!(loaded(&tuning.yaml).0, rule, "{}", tuning.yaml);
        written_by_every_shell(&step.unwrap().ways.best().command, &tuning.yaml);
    }
}
