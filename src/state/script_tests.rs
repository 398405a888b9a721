//! The script: what is in it, and that nothing in it can be more than it says.
//!
//! Imports: `analysis`, `decode`, and the desk of this room. Promise: every installed shell reads it.

use crate::analysis::Risk;
use crate::base::shells;
use crate::state::desk::{CLEARED, Desk};

fn script_of(line: &str, keys: &str) -> (Desk, String, String) {
    let mut desk = Desk::loaded(line, 120, 36);
    desk.keys("Tab 3").serve().keys(keys);
    let [(what, text)] = desk.copied().try_into().unwrap();
    (desk, what, text)
}

#[test]
fn it_holds_the_commands_that_only_look_and_names_its_gaps() {
    for keys in ["B", ": c o p y Space s c r i p t Enter"] {
        let (desk, what, text) = script_of(CLEARED, keys);
        let shown = desk.model.shown().unwrap();
        let is_there = |command: &str| text.lines().any(|line| line == command);
        let mut looking = 0;
        for step in &shown.opened.analysis.commands {
            let command = shown.way(step).command.text();
            assert_eq!(is_there(&command), step.risk == Risk::ReadOnly, "{command}");
            looking += usize::from(step.risk == Risk::ReadOnly);
        }
        assert!(what.starts_with(&format!("the script, {looking} commands for ")), "{what}");
        assert!(what.contains(", unfilled ") && text.contains("\n# fill in first: "), "{what}\n{text}");
        assert!(text.starts_with("#!/bin/sh\n# rule Clear Log Activities\n# host node-a\n"), "{text}");
        assert!(text.contains("# ==== run this part on: "), "{text}");
    }
}

#[test]
fn no_value_leaves_its_word_and_no_comment_means_anything() {
    let hostile =
        ["$(stoop-canary)", "`x`;reboot", "a'b\\\"c", "a\\nreboot", "\u{202e}x\u{1b}", "| sh #", "*?[a]{b,c}~!!"];
    for value in hostile {
        let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\u{1b}', "\\u001b");
        let line = CLEARED
            .replace("\"node-a\"", &format!("\"{value}\""))
            .replace("/var/log/syslog", &format!("/var/log/{value}"));
        let (_, _, text) = script_of(&line, "B");
        for comment in text.lines().skip(1).filter(|line| line.starts_with('#')) {
            let is_safe = |c: char| c.is_ascii_alphanumeric() || " .,:/@+-_=—’#".contains(c);
            assert!(comment.chars().all(is_safe), "{comment}");
            assert!(!comment.trim_start_matches("# ").contains('#'), "{comment}");
        }
        for shell in shells::installed() {
            shells::parses(shell, &text).unwrap_or_else(|said| panic!("{shell:?}: {said}\n{text}"));
        }
    }
}
