//! Tests of joining: the pieces of a line come together per stream, and no line that is whole is taken for a piece.

use proptest::prelude::*;

use super::*;
use crate::decode::Scope;
use crate::frame::Lines;

const ALERT: &str = r#"{"hostname":"h","output":"18:29:57.848684705: Notice \"x\" \\ é","priority":"Notice","rule":"R","time":"2024-10-05T18:29:57Z"}"#;

/// What comes of a file: outputs of its alerts and their line numbers, how many lines are none, what never ended.
fn read(file: &[u8]) -> (Vec<(u64, String)>, usize, Vec<Rest>) {
    let (mut lines, mut joiner, mut alerts, mut others) = (Lines::default(), Joiner::default(), Vec::new(), 0);
    let mut see = |line: &Line<'_>| {
        assert!(!line.is_too_long());
        let from = usize::try_from(line.start).unwrap();
        assert_eq!(line.bytes, &file[from..from + line.bytes.len()], "the bytes of the file");
        match decode::alert(line.bytes) {
            Ok(alert) => {
                let output = alert.get(Scope::Alert, "output").map(|v| String::from_utf8_lossy(v.bytes()).into_owned());
                alerts.push((line.number, output.unwrap_or_default()));
            }
            Err(_) => others += 1,
        }
    };
    let mut bytes = file;
    while lines.fill(&mut bytes).unwrap() {
        while let Some(line) = lines.next_line() {
            match joiner.take(&line) {
                Joined::Whole => see(&line),
                Joined::Waiting => {}
                Joined::Complete(whole) => see(&whole),
            }
        }
    }
    let rest = joiner.rest();
    (alerts, others, rest)
}

fn cri(stream: &str, tag: &str, text: &str) -> String {
    format!("2026-04-06T19:31:30.725992942Z {stream} {tag} {text}")
}

fn docker(stream: &str, text: &str) -> String {
    let log = serde_json::to_string(text).unwrap();
    format!(r#"{{"log":{log},"stream":"{stream}","time":"2026-04-06T19:31:30.725992942Z"}}"#)
}

fn numbers(file: &str) -> (Vec<u64>, usize, usize) {
    let (alerts, others, rest) = read(file.as_bytes());
    (alerts.iter().map(|(number, _)| *number).collect(), others, rest.len())
}

#[test]
fn pieces_come_together_per_stream() {
    let (a, b) = ALERT.split_at(40);
    let (b, c) = b.split_at(20);
    let whole = cri("stdout", "F", ALERT);
    let cases: [(&str, Vec<String>, (Vec<u64>, usize, usize)); 11] = [
        ("whole lines", vec![whole.clone(), docker("stdout", &format!("{ALERT}\n"))], (vec![1, 2], 0, 0)),
        ("pieces", vec![cri("stdout", "P", a), cri("stdout", "P", b), cri("stdout", "F", c)], (vec![1], 0, 0)),
        (
            "another stream between",
            vec![cri("stdout", "P", a), cri("stderr", "F", "x"), cri("stdout", "F", &[b, c].concat())],
            (vec![1], 1, 0),
        ),
        (
            "both streams at once",
            vec![
                cri("stdout", "P", a),
                cri("stderr", "P", a),
                cri("stdout", "P", b),
                cri("stderr", "F", &[b, c].concat()),
                cri("stdout", "F", c),
                whole.clone(),
            ],
            (vec![2, 1, 6], 0, 0),
        ),
        ("no end", vec![whole.clone(), cri("stdout", "P", a), cri("stdout", "P", b)], (vec![1], 0, 1)),
        ("tags", vec![cri("stdout", "P:x", a), cri("stdout", "F:y", &[b, c].concat())], (vec![1], 0, 0)),
        (
            "docker",
            vec![docker("stdout", a), docker("stderr", "x\n"), docker("stdout", &format!("{b}{c}\n")), whole],
            (vec![1, 4], 1, 0),
        ),
        (
            "ends taken off",
            vec![docker("stdout", "GET /"), docker("stdout", ALERT), docker("stdout", ALERT)],
            (vec![2, 3], 1, 0),
        ),
        (
            "cut off, and then another",
            vec![docker("stdout", a), docker("stdout", &format!("{ALERT}\n")), docker("stdout", "x\n")],
            (vec![2], 1, 1),
        ),
        (
            "a writer that died in a line",
            vec![cri("stdout", "P", "starting "), cri("stdout", "F", ALERT), cri("stdout", "F", ALERT)],
            (vec![2, 3], 0, 1),
        ),
        (
            "cut before what reads as an alert",
            vec![cri("stdout", "P", "18:29:57.848684705: Notice x "), cri("stdout", "F", ALERT)],
            (vec![1], 0, 0),
        ),
    ];
    for (what, lines, want) in cases {
        for end in ["\n", "\r\n"] {
            assert_eq!(numbers(&(lines.join(end) + end)), want, "{what} {end:?}");
        }
    }
}

#[test]
fn docker_cuts_long_lines_of_any_kind() {
    let value = "é\"\\\n".repeat(12_000);
    let json = format!(
        r#"{{"hostname":"h","output":{},"priority":"Notice","rule":"R"}}"#,
        serde_json::to_string(&value).unwrap()
    );
    let text = format!("18:29:57.848684705: Notice {}", "x y ".repeat(9_000));
    for (line, want) in [(&json, &value), (&text, &text)] {
        let mut pieces: Vec<String> = Vec::new();
        let mut rest = format!("{line}\n");
        while rest.len() > DOCKER_BYTES {
            let at = (DOCKER_BYTES..rest.len()).find(|at| rest.is_char_boundary(*at)).unwrap();
            let after = rest.split_off(at);
            pieces.push(docker("stdout", &rest));
            rest = after;
        }
        pieces.push(docker("stdout", &rest));
        let file = pieces.join("\n");
        assert_eq!(read(file.as_bytes()).0, [(1, want.clone())]);
    }
}

#[test]
fn a_piece_that_ends_in_an_escaped_backslash_and_an_n_goes_on() {
    let cases = [("a\\n", true), ("a\\\\n", false), ("a\\\\\\n", true), ("n", false), ("", false)];
    for (log, want) in cases {
        let line = format!(r#"{{"log":"{log}","stream":"stdout","time":"t"}}"#);
        assert_eq!(docker::part(line.as_bytes()).unwrap().is_end(), want, "{log}");
    }
}

proptest! {
    #[test]
    fn cut_anywhere_and_mixed_it_is_the_same_alert(
        value in "\\PC{0,60}",
        cuts in proptest::collection::vec(0_usize..200, 0..6),
        others in proptest::collection::vec(0_usize..4, 0..8),
        is_docker in any::<bool>(),
    ) {
        let line = format!(r#"{{"hostname":"h","output":{},"priority":"Notice","rule":"R"}}"#, serde_json::to_string(&value).unwrap());
        let mut cuts: Vec<usize> = cuts.into_iter().filter(|at| *at < line.len() && line.is_char_boundary(*at) && *at > 20).collect();
        cuts.sort_unstable();
        cuts.dedup();
        let mut rows = Vec::new();
        let mut from = 0;
        for (n, to) in cuts.iter().copied().chain([line.len()]).enumerate() {
            let piece = line.get(from..to).unwrap();
            let is_last = to == line.len();
            rows.push(match (is_docker, is_last) {
                (true, true) => docker("stdout", &format!("{piece}\n")),
                (true, false) => docker("stdout", piece),
                (false, true) => cri("stdout", "F", piece),
                (false, false) => cri("stdout", "P", piece),
            });
            for _ in 0..others.get(n).copied().unwrap_or(0) {
                rows.push(cri("stderr", "F", "between"));
            }
            from = to;
        }
        let (alerts, ..) = read((rows.join("\n") + "\n").as_bytes());
        prop_assert_eq!(alerts, [(1, value)]);
    }
    #[test]
    fn any_lines_are_taken(lines in proptest::collection::vec("(2026-04-06T19:31:30Z (stdout|stderr) [PF] ?|\\{\"log\":\"[a-z\\\\]{0,4}\",\"stream\":\"std(out|err)\",\"time\":\"\"\\}|)[a-z{}\"]{0,9}", 0..12)) {
        let file = lines.join("\n");
        let (alerts, others, rest) = read(file.as_bytes());
        prop_assert!(alerts.len() + others + rest.len() <= lines.len());
    }
}
