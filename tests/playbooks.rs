//! `stoop playbooks` and playbooks of one's own, as the program behaves.

#![expect(clippy::unwrap_used, reason = "a harness: a failure here is a failed test")]

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// A whole playbook, right in everything.
const PAGE: &str = r#"format = 1
id = "mine"
title = "Mine"
kind = "rule"
revision = 3

[match]
rule = ["My rule"]
also = ["My old rule"]
output_fields = ["fd.name"]

[about]
what = "It was @{proc.name:text}."
fires = "Why."
blind = "What."
show = ["fd.name"]
include = ["process"]

[[attack]]
id = "T1059"
name = "Command and Scripting Interpreter"
tactic = "Execution"
origin = "rule"

[[evidence]]
id = "own"
side = "malicious"
weight = 2
if = 'proc.name = evil and shell'
text = "The name says so."

[[explanation]]
id = "why"
verdict = "benign"
base = 1
because = []
unless = ["own"]
text = "A test."

[[question]]
ask = "Who?"
why = "To know."
step = "own-look"
yes = "Good."
no = "Bad."

[impact]
text = "None."

[steps]
inspect = ["own-look"]
preserve = []
contain = ["own-stop"]
eradicate = []

[tune]
name = "known_mine"
fields = ["proc.exepath", "fd.name"]
comps = ["=", "="]
caution = "Both."

[[step]]
id = "own-look"
title = "Look"
kind = "inspect"
risk = "read-only"
where = "host"
why = "To see."
cmd = "stat -- @{fd.name:path:FILE}"
verified = "run"

[[step]]
id = "own-stop"
title = "Stop"
kind = "contain"
risk = "changes-state"
where = "host"
why = "To stop."
cmd = "kill -STOP -- @{proc.pid:pid:PID}"
undo = "kill -CONT -- @{proc.pid:pid:PID}"
check = "ps -o stat= -p @{proc.pid:pid:PID}"
breaks = "the process"
verified = "run"
"#;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let at = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = at.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    at
}

#[expect(clippy::disallowed_methods, reason = "the program under test")]
/// Runs the program with `config` as the directory of configuration.
fn run(config: &Path, args: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stoop"));
    command.args(args).env_clear().env("XDG_CONFIG_HOME", config).stdin(std::process::Stdio::null());
    let Output { status, stdout, stderr } = command.output().unwrap();
    (status.code().unwrap(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

fn lint(files: &[(&str, &str)]) -> (i32, Vec<String>) {
    let at = folder(files);
    let path = at.path().to_str().unwrap();
    let (status, out, _) = run(Path::new("/nowhere"), &["playbooks", "lint", path]);
    (status, out.lines().map(|line| line.strip_prefix(path).unwrap().trim_start_matches('/').to_owned()).collect())
}

#[test]
fn a_good_playbook_has_no_mistake() {
    assert_eq!(lint(&[("rules/mine.toml", PAGE)]), (0, vec![]));
    assert_eq!(lint(&[]), (0, vec![]));
}

/// What is written in place of what, and what is said of it: line, column, reason.
const MISTAKES: [(&str, &str, &str); 41] = [
    ("revision = 3", "revision = ", "5:12: "),
    ("revision = 3", "revision = 3\nrevison = 3", "6:1: unknown field `revison`"),
    ("blind = ", "blnd = ", "15:1: unknown field `blnd`"),
    ("title = \"Mine\"\n", "", "missing field `title`"),
    ("kind = \"rule\"", "kind = \"ruel\"", "4:8: unknown variant `ruel`"),
    ("format = 1", "format = 2", "1:10: format 2, this program reads 1"),
    ("id = \"mine\"", "id = \"yours\"", "2:6: the id differs from the file's name"),
    ("rule = [\"My rule\"]", "", "2:6: a page for a rule needs match.rule"),
    ("kind = \"rule\"", "kind = \"generic\"", "2:6: a page without a rule needs match.when"),
    ("what = \"It was @{proc.name:text}.\"", "what = \"\"", "13:8: about and impact can't be empty"),
    ("@{proc.name:text}", "@{proc.name}", "13:16: @{proc.name} has no type"),
    ("@{proc.name:text}", "@{proc.name:txt}", "13:16: @{proc.name:txt}: unknown type txt"),
    ("@{proc.name:text}", "\\u00e9 @{proc.name", "13:23: a placeholder is not closed"),
    ("@{proc.name:text}", "@{proc.nmae:text}", "13:8: the page does not list the field proc.nmae"),
    ("show = [\"fd.name\"]", "show = [\"fd.nme\"]", "16:9: the page does not list the field fd.nme"),
    ("include = [\"process\"]", "include = [\"process\", \"proces\"]", "17:23: there is no set of evidence proces"),
    ("T1059", "T159", "20:6: T159 is no id of ATT&CK"),
    ("weight = 2", "weight = 6", "28:10: own: a weight is 1 to 5"),
    ("weight = 2\n", "", "26:6: own: context has no weight, all else has one"),
    ("side = \"malicious\"", "side = \"evil\"", "27:8: unknown variant `evil`"),
    ("proc.name = evil and shell", "proc.name = evil adn shell", "29:24: "),
    ("proc.name = evil and shell", "proc.name = evil and shel", "29:28: there is no macro \"shel\""),
    ("proc.name = evil and shell", "proc.nmae = evil", "29:6: own: the page does not list the field proc.nmae"),
    (
        "weight = 2\nif = 'proc.name = evil and shell'",
        "weight = 4\nif = 'proc.cmdline contains x'",
        "28:10: own: a command line weighs 3",
    ),
    ("id = \"own\"\nside", "id = \"exe-hidden\"\nside", "26:6: two lines of evidence are called exe-hidden"),
    ("unless = [\"own\"]", "unless = [\"owm\"]", "37:11: an explanation names the evidence owm"),
    ("verdict = \"benign\"", "verdict = \"undecided\"", "33:6: an explanation makes an alert"),
    ("ask = \"Who?\"", "ask = \"\"", "41:7: a question needs ask, why, yes and no"),
    ("step = \"own-look\"", "step = \"own-lok\"", "43:8: there is no step own-lok"),
    ("inspect = [\"own-look\"]", "inspect = [\"own-lok\"]", "51:12: there is no step own-lok"),
    ("comps = [\"=\", \"=\"]", "comps = [\"=\"]", "57:8: tune needs as many comps as fields"),
    ("comps = [\"=\", \"=\"]", "comps = [\"=\", \"==\"]", "59:15: no comparison == in an exception"),
    (
        "fields = [\"proc.exepath\", \"fd.name\"]",
        "fields = [\"proc.name\", \"user.name\"]",
        "57:8: an exception can't rest on",
    ),
    ("name = \"known_mine\"", "name = \"known: mine\"", "57:8: an exception's name is letters"),
    ("@{fd.name:path:FILE}", "@{fd.name:FILE}", "69:16: @{fd.name:FILE}: unknown type FILE"),
    ("@{fd.name:path:FILE}", "'@{fd.name:path:FILE}'", "69:17: FILE stands inside quotes"),
    ("stat -- @{fd.name:path:FILE}", "stat -- \\\"", "69:7: a quote or bracket is not closed"),
    ("undo = \"kill -CONT", "note = \"kill -CONT", "73:6: step own-stop: it changes something and has no undo"),
    ("check = \"ps", "note = \"ps", "73:6: step own-stop: it changes something and has no check"),
    ("breaks = \"the process\"", "", "73:6: step own-stop: it changes something and does not say what it breaks"),
    ("id = \"own-look\"", "id = \"file-stat\"", "63:6: a step of its own is in the library too"),
];

#[test]
fn each_mistake_is_named_with_line_and_column() {
    for (from, to, want) in MISTAKES {
        assert!(PAGE.contains(from), "{from}");
        let (status, said) = lint(&[("mine.toml", &PAGE.replacen(from, to, 1))]);
        assert_eq!(status, 1, "{from} -> {to}: {said:?}");
        let found = said.iter().any(|line| line.strip_prefix("mine.toml:").is_some_and(|rest| rest.contains(want)));
        assert!(found, "{from} -> {to}: {want}\n{}", said.join("\n"));
    }
}

#[test]
fn mistakes_in_shared_files_are_named_too() {
    let cases = [
        ("common.toml", "format = 1\n[macro]\na = 'b'\nb = 'a'\n", "common.toml:3:5: macro a uses itself"),
        ("common.toml", "format = 1\n[macro]\na = 'proc.name ='\n", "common.toml:3:17: "),
        ("common.toml", "format = 1\n[marco]\n", "common.toml:2:2: unknown field `marco`"),
        ("steps.toml", "format = 1\n[[step]]\nid = 'x'\nrisk = 'none'\n", "steps.toml:4:8: unknown variant `none`"),
    ];
    for (file, text, want) in cases {
        let (status, said) = lint(&[(file, text)]);
        assert_eq!(status, 1, "{text}");
        assert!(said.iter().any(|line| line.starts_with(want)), "{want}\n{}", said.join("\n"));
    }
}

#[test]
fn a_chain_of_macros_ends() {
    let chain = (0..6_000).map(|n| format!("z{n:05} = 'not z{:05}'", n + 1)).collect::<Vec<_>>().join("\n");
    let (status, said) =
        lint(&[("common.toml", &format!("format = 1\n[macro]\n{chain}\nz06000 = 'proc.name = cat'\n"))]);
    assert_eq!(status, 1);
    assert!(said.iter().any(|line| line.contains("more than 100 macros lie within one another here")), "{said:?}");
}

#[test]
fn what_can_not_be_read_ends_with_2() {
    let at = folder(&[("bad.toml", "x")]);
    std::fs::write(at.path().join("bytes.toml"), b"\xff").unwrap();
    let (status, _, said) = run(Path::new("/nowhere"), &["playbooks", "lint", at.path().to_str().unwrap()]);
    assert_eq!(status, 2);
    assert!(said.contains("bytes.toml: cannot be read"), "{said}");
    let (status, _, said) = run(Path::new("/nowhere"), &["playbooks", "list", "--playbooks", "/nowhere/else"]);
    assert_eq!((status, said.contains("/nowhere/else: cannot be read")), (2, true));
}

#[test]
fn own_playbooks_are_listed_shown_and_used() {
    let at = folder(&[("stoop/playbooks/rules/mine.toml", PAGE)]);
    let own = at.path().join("stoop/playbooks/rules/mine.toml").to_str().unwrap().to_owned();
    let (status, out, said) = run(at.path(), &["playbooks", "list"]);
    assert_eq!((status, said.as_str()), (0, ""));
    assert!(out.contains(&format!("mine\trule\tMy rule\t{own}\n")), "{out}");
    assert!(out.contains("clear-log-activities\trule\tClear Log Activities\tbundled\n"), "{out}");
    for name in ["mine", "My rule", "My old rule"] {
        let (status, out, _) = run(at.path(), &["playbooks", "show", name]);
        assert_eq!((status, out), (0, format!("# mine, {own}\n{PAGE}")), "{name}");
    }
    assert_eq!(run(at.path(), &["playbooks", "show", "nobody"]).0, 1);
    assert_eq!(run(at.path(), &["playbooks", "lint"]).0, 0);
    let alert = at.path().join("a.jsonl");
    std::fs::write(&alert, r#"{"rule":"My old rule","priority":"Error","output":"o","output_fields":{}}"#).unwrap();
    let (status, out, said) = run(at.path(), &["report", alert.to_str().unwrap()]);
    assert_eq!((status, said.as_str()), (0, ""));
    for words in ["mine", "revision 3", "older name of the rule"] {
        assert!(out.contains(words), "{words}\n{out}");
    }
}

#[test]
fn an_own_page_replaces_the_bundled_one_and_a_bad_one_does_not() {
    let id = "clear-log-activities";
    let good = PAGE.replace("\"mine\"", &format!("\"{id}\""));
    let bad = good.replace("weight = 2", "weight = 9");
    let name = format!("{id}.toml");
    for (text, origin, status) in [(&good, "clear-log-activities.toml", 0), (&bad, "bundled", 0)] {
        let at = folder(&[(&name, text)]);
        let directory = at.path().to_str().unwrap();
        let (got, out, said) = run(Path::new("/nowhere"), &["playbooks", "show", id, "--playbooks", directory]);
        assert_eq!(got, status, "{said}");
        assert!(out.lines().next().unwrap().ends_with(origin), "{out}");
        assert_eq!(said.contains(":28:10: own: a weight is 1 to 5"), origin == "bundled", "{said}");
    }
}

#[test]
fn of_two_own_files_with_one_id_the_later_is_in_force_and_both_are_named() {
    let other = PAGE.replace("revision = 3", "revision = 4");
    let (first, second) = (folder(&[("mine.toml", PAGE)]), folder(&[("rules/mine.toml", &other)]));
    let paths = [&first, &second].map(|at| at.path().to_str().unwrap().to_owned());
    let args = ["playbooks", "show", "--playbooks", &paths[0], "--playbooks", &paths[1], "mine"];
    let (status, out, said) = run(Path::new("/nowhere"), &args);
    assert_eq!(status, 0);
    assert!(out.contains("revision = 4"), "{out}");
    assert!(said.contains(&format!("{}/rules/mine.toml:2:6", paths[1])), "{said}");
    assert!(said.contains(&format!("{}/mine.toml", paths[0])), "{said}");
}

#[test]
fn own_steps_and_macros_go_over_the_bundled_ones() {
    let step = "format = 1\n[[step]]\nid = 'file-stat'\ntitle = 'Ours'\nkind = 'inspect'\nrisk = 'read-only'\n\
                where = 'host'\nwhy = 'Because.'\ncmd = 'ours -- @{fd.name:path:FILE}'\nverified = 'docs'\n";
    let common = "format = 1\n[macro]\nours = 'proc.name = ours'\n";
    let page = PAGE.replace("and shell", "and ours").replace("[\"own-look\"]", "[\"own-look\", \"file-stat\"]");
    assert_eq!(lint(&[("steps.toml", step), ("common.toml", common), ("mine.toml", &page)]), (0, vec![]));
    let (status, said) = lint(&[("steps.toml", step), ("mine.toml", &page)]);
    assert_eq!((status, said.len()), (1, 1), "{said:?}");
}

#[test]
fn own_tables_of_names_go_over_the_bundled_ones_and_the_projects_own_directory_has_no_mistake() {
    let table = "format = 1\nsource = 'ours'\n[renamed]\n'Our log rule' = 'Clear Log Activities'\n";
    let alert = r#"{"rule":"Our log rule","priority":"Error","output":"o","output_fields":{}}"#;
    for (text, page) in [(table, "`clear-log-activities`"), ("[renamed]\n'x' = 1\n", "`unknown`")] {
        let at = folder(&[("own/renamed.toml", text), ("a.jsonl", alert)]);
        let [own, alerts] = ["own", "a.jsonl"].map(|name| at.path().join(name).to_str().unwrap().to_owned());
        let (status, out, said) = run(Path::new("/nowhere"), &["report", "--playbooks", &own, &alerts]);
        assert_eq!((status, said.is_empty()), (0, page != "`unknown`"), "{said}");
        assert!(out.contains(page), "{out}");
    }
    let bundled = concat!(env!("CARGO_MANIFEST_DIR"), "/playbooks");
    assert_eq!(run(Path::new("/nowhere"), &["playbooks", "lint", bundled]).1, "");
}
