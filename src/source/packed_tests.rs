//! Tests of sources that a thread reads: packed files, archives, streams, sockets.

use std::fs;
use std::io::{ErrorKind, Read as _, Write};
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::*;

fn text() -> Vec<u8> {
    (0..40_000_u32).flat_map(|n| format!("alert {n} of rule {}\n", n.wrapping_mul(n) % 97).into_bytes()).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// A member of an archive.
fn member(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut head = vec![0; 512];
    head[..name.len()].copy_from_slice(name.as_bytes());
    head[124..135].copy_from_slice(format!("{:011o}", bytes.len()).as_bytes());
    head[156] = b'0';
    head[257..263].copy_from_slice(b"ustar\0");
    head[148..156].fill(b' ');
    let sum: u32 = head.iter().map(|byte| u32::from(*byte)).sum();
    head[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    [&head[..], bytes, &vec![0; (512 - bytes.len() % 512) % 512]].concat()
}

fn file(top: &tempfile::TempDir, name: &str, bytes: &[u8]) -> Found {
    let path = top.path().join(name);
    fs::write(&path, bytes).unwrap();
    Found::Named(path)
}

fn fifo(top: &tempfile::TempDir) -> PathBuf {
    let path = top.path().join("fifo");
    rustix::fs::mkfifoat(rustix::fs::CWD, &path, rustix::fs::Mode::RWXU).unwrap();
    path
}

fn span(source: SourceId, start: usize, len: usize) -> ByteSpan {
    ByteSpan { source, start: start as u64, len: u32::try_from(len).unwrap() }
}

fn all(reader: &mut Reader) -> Vec<u8> {
    let mut all = Vec::new();
    reader.waiting().read_to_end(&mut all).unwrap();
    all
}

fn next(reader: &mut Reader, sources: &Sources) -> Option<Reader> {
    loop {
        match reader.next_member(Some(sources))? {
            Ok(member) => return Some(member),
            Err(why) if why.kind() == ErrorKind::WouldBlock => reader.wait(),
            Err(why) => panic!("{why}"),
        }
    }
}

#[test]
fn what_was_unpacked_is_read_again_and_what_passes_is_not() {
    let top = tempfile::tempdir().unwrap();
    let wide: Vec<u8> = [0xfeff]
        .into_iter()
        .chain(str::from_utf8(&text()).unwrap().encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let found =
        [file(&top, "named-plain", &gzip(&text())), file(&top, "wide.gz", &gzip(&wide)), file(&top, "wide", &wide)];
    let sources = Sources::default();
    for found in &found {
        let mut reader = sources.open(found).unwrap();
        assert!(reader.can_be_read_again() && all(&mut reader) == text(), "{}", found.title());
        for (start, len) in [(0, 10), (131_070, 10), (200_000, 400_000), (text().len() - 3, 3)] {
            assert!(sources.read(span(reader.source(), start, len)).unwrap() == text()[start..start + len], "{start}");
        }
        assert_eq!(reader.taken(), fs::metadata(top.path().join(found.title().as_str())).unwrap().len());
        assert!(reader.next_member(Some(&sources)).is_none());
        let mut once = [pass(found, &Limits::default()).unwrap(), sources.open_once(found).unwrap()];
        for reader in &mut once {
            assert!(!reader.can_be_read_again() && all(reader) == text());
            assert!(reader.source() == SourceId(u32::MAX) || sources.read(span(reader.source(), 0, 1)).is_err());
        }
    }
    let is_known = |name: &str| sources.has_file(&fs::metadata(top.path().join(name)).unwrap());
    assert!(is_known("named-plain") && is_known("wide"), "nothing may be written over them");
    assert!(sources.kept_bytes() > 0 && sources.kept_bytes() < text().len() as u64);
    sources.forget_before(SourceId(0), u64::MAX);
    assert!(sources.read(span(SourceId(0), 0, 10)).unwrap().is_empty());
}

#[test]
fn files_of_an_archive_are_sources_of_their_own() {
    let top = tempfile::tempdir().unwrap();
    let deep = member("inner", b"x");
    let archive = [
        member("logs/a.json", &text()),
        member("logs/b.json.gz", &gzip(b"second")),
        member("c\x1b[2J", &gzip(b"third")[..20]),
        member("deep.tar", &deep),
        member("empty", b""),
        vec![0; 1024],
    ]
    .concat();
    for (name, bytes) in [("logs.tar", archive.clone()), ("logs.tar.gz", gzip(&archive))] {
        let found = file(&top, name, &bytes);
        let sources = Sources::default();
        let mut reader = sources.open(&found).unwrap();
        assert!(all(&mut reader).is_empty(), "the archive has no bytes of its own");
        let mut told = Vec::new();
        let mut taken = reader.taken();
        while let Some(member) = next(&mut reader, &sources) {
            reader = member;
            let mut bytes = Vec::new();
            let why = reader.waiting().read_to_end(&mut bytes).err().map(|why| why.to_string());
            let title = reader.title().as_str().rsplit_once(&format!("{name}/")).unwrap().1.to_owned();
            assert_eq!(sources.read(span(reader.source(), 0, bytes.len())).unwrap(), bytes, "{title}");
            told.push((title, reader.source().0, bytes.len(), why));
            taken += reader.taken();
        }
        assert_eq!(taken, bytes.len() as u64, "{name}");
        let cut = Some("gzip data ends in the middle".to_owned());
        let nested = Some("it is an archive in an archive".to_owned());
        let third = told[2].2;
        let want = [
            ("logs/a.json", 1, text().len(), None),
            ("logs/b.json.gz", 2, 6, None),
            ("c\\x1b[2J", 3, third, cut),
            ("deep.tar", 4, 0, nested),
            ("empty", 5, 0, None),
        ];
        assert_eq!(told, want.map(|(title, source, len, why)| (title.to_owned(), source, len, why)), "{name}");
    }
}

#[test]
fn an_archive_that_breaks_is_said_after_its_files() {
    let top = tempfile::tempdir().unwrap();
    let archive = [member("a", b"first"), b"no head".repeat(100)].concat();
    let sources = Sources::default();
    let mut reader = sources.open(&file(&top, "broken.tar", &archive)).unwrap();
    assert!(all(&mut reader).is_empty());
    let mut first = next(&mut reader, &sources).unwrap();
    assert_eq!(all(&mut first), b"first");
    first.wait();
    assert_eq!(first.next_member(Some(&sources)).unwrap().unwrap_err().to_string(), "tar archive is damaged");
    assert!(first.next_member(Some(&sources)).is_none());
}

#[test]
fn a_stream_gives_what_there_is_and_says_when_there_is_more() {
    let (top, woken) = (tempfile::tempdir().unwrap(), Arc::new(AtomicUsize::new(0)));
    let (path, count) = (fifo(&top), Arc::clone(&woken));
    let wake = Wake::new(move || {
        count.fetch_add(1, Ordering::Relaxed);
    });
    let sources = Sources::with(Limits::default(), Some(wake));
    let mut reader = sources.open(&Found::Named(path.clone())).unwrap();
    let mut buffer = [0; 64];
    assert_eq!(reader.read(&mut buffer).unwrap_err().kind(), ErrorKind::WouldBlock, "a fifo without a writer");
    let mut writer = fs::OpenOptions::new().write(true).open(path).unwrap();
    for part in [&b"{\"a\":1}\n"[..], b"half", b" a line\n"] {
        writer.write_all(part).unwrap();
        reader.wait();
        assert_eq!(reader.read(&mut buffer).unwrap(), part.len());
        assert_eq!(&buffer[..part.len()], part);
    }
    drop(writer);
    reader.wait();
    assert_eq!(reader.read(&mut buffer).unwrap(), 0);
    assert!(woken.load(Ordering::Relaxed) >= 4);
    assert_eq!(sources.read(span(reader.source(), 8, 13)).unwrap(), b"half a line\n");
}

#[test]
fn a_packed_stream_is_unpacked_as_it_comes() {
    let top = tempfile::tempdir().unwrap();
    let path = fifo(&top);
    let mut reader = Sources::default().open(&Found::Named(path.clone())).unwrap();
    let mut writer = fs::OpenOptions::new().write(true).open(path).unwrap();
    for part in ["one\n", "two\n"] {
        writer.write_all(&gzip(part.as_bytes())).unwrap();
        let mut got = [0; 4];
        reader.waiting().read_exact(&mut got).unwrap();
        assert_eq!(got, part.as_bytes());
    }
    drop(writer);
    assert!(all(&mut reader).is_empty());
}

#[test]
fn a_reader_that_goes_lets_go_of_its_stream() {
    let top = tempfile::tempdir().unwrap();
    let path = fifo(&top);
    let reader = Sources::default().open(&Found::Named(path.clone())).unwrap();
    let mut writer = fs::OpenOptions::new().write(true).open(path).unwrap();
    drop(reader);
    let why = loop {
        if let Err(why) = writer.write_all(&[b'x'; 4096]) {
            break why;
        }
    };
    assert_eq!(why.kind(), ErrorKind::BrokenPipe);
}

#[test]
fn a_socket_is_a_stream_and_one_that_nobody_serves_is_a_sentence() {
    let top = tempfile::tempdir().unwrap();
    let path = top.path().join("socket");
    let listener = UnixListener::bind(&path).unwrap();
    let server = thread::Builder::new().spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(&gzip(&text())).unwrap();
    });
    let sources = Sources::default();
    let found = walk(&SourceName::Path(path)).unwrap().found.remove(0);
    let mut reader = sources.open(&found).unwrap();
    assert!(all(&mut reader) == text());
    server.unwrap().join().unwrap();
    let refused = sources.open(&found).unwrap_err().to_string();
    assert!(refused.ends_with("socket: nobody listens on this socket"), "{refused}");
}

#[test]
fn a_bomb_says_what_lets_it_go_on() {
    let top = tempfile::tempdir().unwrap();
    let found = file(&top, "bomb", &gzip(&vec![b'\n'; 8 << 20]));
    let limits = Limits { max_expand: Some(1 << 20), ..Limits::default() };
    let mut reader = Sources::with(limits, None).open(&found).unwrap();
    let mut bytes = Vec::new();
    let why = reader.waiting().read_to_end(&mut bytes).unwrap_err();
    assert!(bytes.len() >= 1 << 20);
    let notice = cannot_read(reader.title(), &why);
    assert!(notice.what.as_str().ends_with("bomb: unpacks to more than 1 MiB, over 200 times its size"), "{notice}");
    assert_eq!(notice.next.as_str(), "To read on: --max-expand 8MiB");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn what_is_kept_is_the_same_in_memory_and_on_disk(
        spans in prop::collection::vec((0..700_000_usize, 0..300_000_usize), 1..20), max_kept_memory in prop_oneof![Just(0), Just(u64::MAX)],
    ) {
        let top = tempfile::tempdir().unwrap();
        let limits = Limits { max_kept_memory, spill_in: top.path().to_owned(), ..Limits::default() };
        let sources = Sources::with(limits, None);
        let mut reader = sources.open(&file(&top, "packed", &gzip(&text()))).unwrap();
        let first = all(&mut reader);
        prop_assert!(first == text());
        for (start, len) in spans {
            let want = &first[start.min(first.len())..(start + len).min(first.len())];
            prop_assert!(sources.read(span(reader.source(), start, len)).unwrap() == want, "{} {}", start, len);
        }
        let mut again = Vec::new();
        sources.read_all(reader.source(), &mut |part| again.extend_from_slice(part)).unwrap();
        prop_assert!(again == first);
        prop_assert_eq!(fs::read_dir(top.path()).unwrap().count(), 1, "the temporary file has no name");
    }
}
