//! Kept lines are whole lines, on good disks and on full ones.
//!
//! Imports: `base`.

use super::*;
use std::os::unix::fs::PermissionsExt;

/// A disk that takes so many bytes, and may refuse to sync or to cut.
#[derive(Debug, Default)]
struct Small {
    bytes: Vec<u8>,
    room: usize,
    no_sync: bool,
    no_cut: bool,
}

impl Disk for Small {
    fn len(&self) -> io::Result<u64> {
        Ok(self.bytes.len() as u64)
    }
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let fits = bytes.len().min(self.room - self.bytes.len());
        self.bytes.extend_from_slice(&bytes[..fits]);
        if fits == bytes.len() { Ok(()) } else { Err(io::ErrorKind::StorageFull.into()) }
    }
    fn sync(&mut self) -> io::Result<()> {
        if self.no_sync { Err(io::Error::other("no sync")) } else { Ok(()) }
    }
    fn cut(&mut self, len: u64) -> io::Result<()> {
        if self.no_cut {
            return Err(io::Error::other("no cut"));
        }
        self.bytes.truncate(usize::try_from(len).unwrap_or(usize::MAX));
        Ok(())
    }
}

#[test]
fn a_full_disk_leaves_whole_lines() {
    for room in 0..40 {
        let mut keeper = Keeper { disk: Small { room, ..Small::default() }, ragged: false };
        let mut kept = Vec::new();
        for group in [&[&b"{\"a\":1}"[..], b"{}"][..], &[b"{\"b\":2}"], &[b"{}", b"{}", b"{}"], &[b"{}"]] {
            if keeper.keep(group).is_ok() {
                kept.extend(group.iter().flat_map(|body| [body, &b"\n"[..]].concat()));
            }
            assert_eq!(keeper.disk.bytes, kept, "{room}");
        }
    }
}

#[test]
fn what_can_t_be_cut_off_is_ended_before_the_next_line() {
    let mut keeper = Keeper { disk: Small { room: 3, no_cut: true, ..Small::default() }, ragged: false };
    assert!(keeper.keep(&[b"{\"a\":1}"]).is_err());
    keeper.disk.room = 100;
    keeper.keep(&[b"{}"]).unwrap();
    keeper.keep(&[b"{}"]).unwrap();
    assert_eq!(keeper.disk.bytes, b"{\"a\n{}\n{}\n");
}

#[test]
fn what_did_not_reach_the_disk_is_not_in_the_file() {
    let mut keeper = Keeper { disk: Small { room: 100, no_sync: true, ..Small::default() }, ragged: false };
    assert!(keeper.keep(&[b"{}"]).is_err());
    assert!(keeper.disk.bytes.is_empty());
}

#[test]
fn lines_are_appended_to_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kept.jsonl");
    for (before, want) in [("", "{}\n{}\n[]\n"), ("{}\n", "{}\n{}\n{}\n[]\n"), ("{", "{\n{}\n{}\n[]\n")] {
        fs::write(&path, before).unwrap();
        let mut keeper = Keeper::open(&path).unwrap();
        keeper.keep(&[b"{}", b"{}"]).unwrap();
        keeper.keep(&[b"[]"]).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), want);
    }
}

#[test]
fn a_new_file_is_the_users_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kept.jsonl");
    Keeper::open(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn what_keeps_nothing_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let fifo = folder.path().join("fifo");
    rustix::fs::mknodat(rustix::fs::CWD, &fifo, rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR, 0).unwrap();
    let held = folder.path().join("held");
    let _other = Keeper::open(&held).unwrap();
    let cases = [
        (folder.path().to_owned(), "it is a directory"),
        (fifo, "no regular file"),
        ("/dev/full".into(), "no regular file"),
        ("/dev/null".into(), "no regular file"),
        (folder.path().join("none/kept"), "no such file"),
        (held, "locked"),
    ];
    for (path, want) in cases {
        let notice = Keeper::open(&path).unwrap_err().to_string();
        assert!(notice.starts_with("cannot keep alerts in ") && notice.contains(want), "{notice}");
    }
}

#[test]
fn an_input_is_known_under_any_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("in")).unwrap();
    fs::create_dir(path("out")).unwrap();
    fs::write(path("in/a.jsonl"), "").unwrap();
    std::os::unix::fs::symlink(path("in"), path("link")).unwrap();
    fs::hard_link(path("in/a.jsonl"), path("out/hard.jsonl")).unwrap();
    let cases = [
        ("in/a.jsonl", "in/a.jsonl", true),
        ("link/a.jsonl", "in/a.jsonl", true),
        ("out/hard.jsonl", "in/a.jsonl", true),
        ("in/new.jsonl", "in", true),
        ("link/new.jsonl", "in", true),
        ("in/new.jsonl", "in/a.jsonl", false),
        ("out/new.jsonl", "in", false),
        ("in-new.jsonl", "in", false),
        ("out/new.jsonl", "none", false),
        ("none/new.jsonl", "in", false),
    ];
    for (keep, input, want) in cases {
        assert_eq!(is_input(&path(keep), &path(input)), want, "{keep} {input}");
    }
}

/// Run in a folder of its own by a process whose files may not grow beyond some kilobytes.
#[test]
#[ignore = "only by the test below, which limits it"]
fn fill_the_disk() {
    let path = Path::new("kept.jsonl");
    let mut keeper = Keeper::open(path).unwrap();
    let body = [b'x'; 700];
    let mut kept = 0;
    while keeper.keep(&[&body, b"{}"]).is_ok() {
        kept += 1;
        assert!(kept < 1000, "the file has no limit");
    }
    let text = fs::read_to_string(path).unwrap();
    assert_eq!(text, format!("{}\n{{}}\n", "x".repeat(700)).repeat(kept));
    // What is short enough still fits behind it.
    keeper.keep(&[b"{}"]).unwrap();
    assert_eq!(fs::read_to_string(path).unwrap(), text + "{}\n");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the limit must not hold for the other tests")]
fn a_file_that_the_system_lets_grow_no_more_holds_whole_lines() {
    let folder = tempfile::tempdir().unwrap();
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$0\" --exact source::keep::tests::fill_the_disk --ignored";
    let program = std::env::current_exe().unwrap();
    let told =
        std::process::Command::new("sh").args(["-c", script]).arg(program).current_dir(&folder).output().unwrap();
    let said = String::from_utf8_lossy(&told.stdout);
    assert!(told.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&told.stderr));
}
