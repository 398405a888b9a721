//! The house keeps its order: rooms import downwards only, guests stay in their rooms, every file says what it is.

#![expect(clippy::expect_used, reason = "a harness: a source that can't be read is a failed test")]

use std::fs;
use std::path::{Path, PathBuf};

/// Each may import the ones before it.
const ROOMS: &[&str] = &["base", "source", "frame", "decode", "store", "query", "analysis", "state", "ui", "app"];

/// This text may stand only under these paths.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("ratatui::", &["src/ui/"]),
    ("crossterm::", &["src/ui/"]),
    ("Span::raw(", &["src/ui/text.rs"]),
    ("Span::styled(", &["src/ui/text.rs"]),
    ("CommandPart::Value(", &["src/analysis/"]),
    ("std::env::", &["src/app/"]),
    ("Command::new(", &["src/app/clipboard.rs", "src/base/shells.rs"]),
    ("tokio::", &["src/source/listen"]),
    ("hyper::", &["src/source/listen"]),
    ("rustls::", &["src/source/listen"]),
    ("fuzzy_matcher::", &["src/query/", "src/state/help.rs"]),
    ("use crate::{", &[]),
    ("super::super", &[]),
    ("unsafe {", &[]),
];

struct Source {
    path: String,
    text: String,
}

/// The text up to the file's tests: what they use is their own affair.
fn without_tests(text: &str) -> String {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned()
}

fn rust_files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: PathBuf| Source {
        text: fs::read_to_string(&path).expect("a readable source"),
        path: path.strip_prefix(root).expect("below the root").display().to_string(),
    };
    rust_files(&root.join("src")).into_iter().map(read).collect()
}

fn is_test_file(source: &Source) -> bool {
    source.path.ends_with("_tests.rs")
}

fn room_of(path: &str) -> Option<usize> {
    let name = path.strip_prefix("src/")?.split('/').next()?;
    ROOMS.iter().position(|room| *room == name)
}

/// The rooms that a text names as `crate::room`.
fn rooms_named(text: &str) -> Vec<&'static str> {
    text.split("crate::")
        .skip(1)
        .filter_map(|rest| {
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            ROOMS.iter().find(|room| **room == name).copied()
        })
        .collect()
}

#[test]
fn a_room_imports_only_rooms_before_it() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|s| !is_test_file(s)) {
        let Some(own) = room_of(&source.path) else { continue };
        let named = rooms_named(&without_tests(&source.text));
        let upward = named.iter().filter(|room| ROOMS.iter().position(|r| r == *room).is_some_and(|at| at > own));
        wrong.extend(upward.map(|room| format!("{} imports crate::{room}, which lies after it", source.path)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The rooms that a header names after `Imports:`; `None` where it tells them in other words.
fn rooms_said(text: &str) -> Option<Vec<&'static str>> {
    let header: Vec<&str> = text.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim).collect();
    let header = header.join(" ");
    let said = header.split_once("Imports: ")?.1;
    let said = said.split_once(". ").map_or(said, |(said, _)| said);
    if said.contains("room") || said.contains("` to `") {
        return None;
    }
    let named = said.split('`').skip(1).step_by(2);
    Some(named.filter_map(|name| ROOMS.iter().find(|room| **room == name).copied()).collect())
}

/// A file's code; of a folder's `mod.rs` that of the whole folder.
fn code_of(source: &Source, all: &[Source]) -> String {
    let folder = source.path.strip_suffix("mod.rs");
    let own =
        |other: &&Source| other.path == source.path || folder.is_some_and(|folder| other.path.starts_with(folder));
    let text: String = all.iter().filter(own).filter(|s| !is_test_file(s)).map(|s| without_tests(&s.text)).collect();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_header_names_the_rooms_that_its_file_imports() {
    let all = sources();
    let mut wrong = Vec::new();
    for source in all.iter().filter(|s| !is_test_file(s)) {
        let (Some(own), Some(said)) = (room_of(&source.path), rooms_said(&source.text)) else { continue };
        let named = rooms_named(&code_of(source, &all));
        let others = || ROOMS.iter().enumerate().filter(|(at, _)| *at != own).map(|(_, room)| room);
        let used: Vec<&&str> = others().filter(|room| named.contains(room)).collect();
        let said: Vec<&&str> = others().filter(|room| said.contains(room)).collect();
        if used != said {
            wrong.push(format!("{} says that it imports {said:?}, and imports {used:?}", source.path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_folder_is_a_room() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let folders = fs::read_dir(src).expect("src").filter_map(Result::ok).filter(|e| e.path().is_dir());
    for folder in folders {
        let name = folder.file_name().into_string().expect("a plain name");
        assert!(ROOMS.contains(&name.as_str()), "src/{name} is no room of the house");
    }
}

#[test]
fn guests_stay_in_their_rooms() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|s| !is_test_file(s)) {
        let text = without_tests(&source.text);
        for (guest, rooms) in ONLY_IN {
            if text.contains(guest) && !rooms.iter().any(|room| source.path.starts_with(room)) {
                wrong.push(format!("{}: {guest} may stand only under {rooms:?}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_lives_in_it() {
    for source in sources() {
        assert!(source.text.starts_with("//!"), "{} has no header", source.path);
    }
}

/// Marks to come near to, not limits: printed with `--nocapture`.
#[test]
fn long_files_are_named() {
    for source in sources().iter().filter(|s| !is_test_file(s)) {
        let lines = without_tests(&source.text).lines().count();
        if lines > 400 {
            println!("{}: {lines} lines", source.path);
        }
    }
}
