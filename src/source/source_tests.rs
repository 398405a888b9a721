//! Tests of the room `source`.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::symlink;

use super::*;

fn read_all(sources: &Sources, found: &Found) -> (SourceId, Vec<u8>) {
    let mut reader = sources.open(found).unwrap();
    let mut all = Vec::new();
    while let Err(why) = reader.read_to_end(&mut all) {
        assert_eq!(why.kind(), ErrorKind::WouldBlock);
        reader.is_ready(1000);
    }
    assert_eq!(reader.position(), all.len() as u64);
    (reader.source(), all)
}

fn span(source: SourceId, start: usize, len: usize) -> ByteSpan {
    ByteSpan { source, start: start as u64, len: u32::try_from(len).unwrap() }
}

#[test]
fn a_directory_is_its_regular_files_in_name_order_to_any_depth() {
    let top = tempfile::tempdir().unwrap();
    let at = |name: &str| top.path().join(name);
    fs::create_dir_all(at("b/deep/er")).unwrap();
    fs::create_dir(at(".hidden")).unwrap();
    for name in ["b/deep/er/1", "b/2", "a", "c", ".hidden/x", ".dot"] {
        fs::write(at(name), name).unwrap();
    }
    symlink(top.path(), at("b/loop")).unwrap();
    symlink(at("c"), at("d")).unwrap();
    symlink(at("nowhere"), at("e")).unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, at("f"), rustix::fs::Mode::RUSR).unwrap();
    let walk = walk(&SourceName::Path(top.path().to_owned())).unwrap();
    let names: Vec<String> = walk.found.iter().map(|f| f.title().to_string()).collect();
    let want: Vec<String> = ["a", "b/2", "b/deep/er/1", "c", "d"].iter().map(|n| at(n).display().to_string()).collect();
    assert_eq!(names, want);
    assert_eq!(walk.total, Some(1 + 3 + 11 + 1 + 1));
    let skipped: Vec<String> = walk.skipped.iter().map(ToString::to_string).collect();
    assert_eq!(skipped.len(), 2, "{skipped:?}");
    assert!(skipped[0].contains("/e: no such file"), "{skipped:?}");
    assert!(skipped[1].contains("/f: it is no regular file"), "{skipped:?}");
}

#[test]
fn what_cannot_be_read_is_a_sentence() {
    let top = tempfile::tempdir().unwrap();
    let missing = walk(&SourceName::Path(top.path().join("no\nsuch"))).unwrap_err().to_string();
    assert!(missing.starts_with("cannot read /"), "{missing}");
    assert!(missing.ends_with("no\\x0asuch: no such file or directory. Check the path"), "{missing}");
    let denied = cannot_read(&Clean::from("events.json"), &io::Error::from_raw_os_error(13)).to_string();
    assert!(denied.starts_with("cannot read events.json: permission denied (uid "), "{denied}");
    let other = cannot_read(&Clean::from("x"), &io::Error::from_raw_os_error(5)).to_string();
    assert_eq!(other, "cannot read x: input/output error");
}

#[test]
fn a_line_is_read_again_from_files_and_memory() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let bytes: Vec<u8> = (0..300_000_u32).flat_map(u32::to_le_bytes).collect();
    fs::write(file.path(), &bytes).unwrap();
    let sources = Sources::default();
    let founds = [Found::Named(file.path().to_owned()), Found::Memory("demo", Arc::new(bytes.clone()))];
    for found in founds {
        let (source, all) = read_all(&sources, &found);
        assert!(all == bytes);
        for (start, len) in [(0, 0), (0, 10), (65_530, 20), (65_536, 65_536), (100, 1_000_000), (1_199_999, 1)] {
            let again = sources.read(span(source, start, len)).unwrap();
            assert!(again == bytes[start..start + len], "{start} {len}");
        }
    }
    assert_eq!(sources.len(), 2);
    assert!(sources.read(span(SourceId(7), 0, 1)).is_err());
}

#[test]
fn a_stream_is_kept_because_it_cannot_be_read_twice() {
    let top = tempfile::tempdir().unwrap();
    let path = top.path().join("fifo");
    rustix::fs::mkfifoat(rustix::fs::CWD, &path, rustix::fs::Mode::RWXU).unwrap();
    let bytes: Vec<u8> = (0..700_000_u32).flat_map(u32::to_le_bytes).collect();
    let (to, what) = (path.clone(), bytes.clone());
    let writer = std::thread::Builder::new().spawn(move || fs::write(to, what).unwrap()).unwrap();
    let sources = Sources::default();
    let (source, all) = read_all(&sources, &Found::Named(path));
    writer.join().unwrap();
    assert!(all == bytes);
    for (start, len) in [(0, 3), (1_048_570, 20), (1_000_000, 1_700_000)] {
        let again = sources.read(span(source, start, len)).unwrap();
        assert!(again == bytes[start..start + len], "{start} {len}");
    }
}

#[test]
fn a_file_that_changed_is_never_shown_as_if_it_had_not() {
    type Change = fn(&Path);
    let text = "0123456789".repeat(20_000);
    let cases: [(&str, Change, &str); 5] = [
        ("grown", |p| fs::OpenOptions::new().append(true).open(p).unwrap().write_all(b"more").unwrap(), ""),
        ("cut", |p| fs::write(p, b"short").unwrap(), "is shorter than it was when it was loaded"),
        ("rewritten", |p| fs::write(p, "x".repeat(300_000)).unwrap(), "has changed since it was loaded"),
        ("rotated", |p| fs::rename(p, p.with_extension("1")).unwrap(), ""),
        ("deleted", |p| fs::remove_file(p).unwrap(), ""),
    ];
    for (what, change, want) in cases {
        let top = tempfile::tempdir().unwrap();
        let path = top.path().join("alerts");
        fs::write(&path, &text).unwrap();
        let sources = Sources::default();
        let (source, _) = read_all(&sources, &Found::Named(path.clone()));
        change(&path);
        for (start, len) in [(0, 10), (65_530, 20), (100_000, 100_000)] {
            match sources.read(span(source, start, len)) {
                Ok(bytes) => {
                    assert!(want.is_empty(), "{what}");
                    assert_eq!(bytes, &text.as_bytes()[start..start + len], "{what}");
                }
                Err(notice) => assert!(!want.is_empty() && notice.what.as_str().ends_with(want), "{what}: {notice}"),
            }
        }
    }
}

#[test]
fn more_files_than_may_be_open_can_be_read_again() {
    let top = tempfile::tempdir().unwrap();
    let sources = Sources::default();
    for number in 0..1500 {
        let path = top.path().join(number.to_string());
        fs::write(&path, format!("file {number}")).unwrap();
        read_all(&sources, &Found::Inside(path));
    }
    let last = span(SourceId(1499), 5, 4);
    assert_eq!(sources.read(last).unwrap(), b"1499");
    fs::write(top.path().join("1499"), "other bytes").unwrap();
    assert!(sources.read(last).unwrap_err().what.as_str().ends_with("has changed since it was loaded"));
    fs::remove_file(top.path().join("1499")).unwrap();
    assert!(sources.read(last).unwrap_err().what.as_str().ends_with("is not there any more"));
}
