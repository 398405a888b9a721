//! What is sent to which clipboard, and what is told of it.
//!
//! Promise: no terminal and no tmux but those that stand in for them.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::mpsc::channel;

use super::*;

/// The text in a sequence, as the terminal would take it.
fn taken(sequence: &[u8]) -> Vec<u8> {
    let body = sequence.strip_prefix(b"\x1b]52;c;").and_then(|rest| rest.strip_suffix(b"\x07")).unwrap();
    STANDARD.decode(body).unwrap()
}

#[test]
fn the_terminal_gets_the_bytes_that_were_sent() {
    let cases: [&[u8]; 5] = [b"", b"a", b"kill -STOP -- 4711", b"\xff\x00\x1b\x07", "漢字".as_bytes()];
    for text in cases {
        assert_eq!(taken(&sequence(text, Inside::Terminal)), text);
        assert_eq!(taken(&sequence(text, Inside::Tmux)), text);
    }
}

#[test]
fn no_byte_of_the_text_leaves_as_itself() {
    let all: Vec<u8> = (0..=u8::MAX).collect();
    let sequence = sequence(&all, Inside::Terminal);
    let body = &sequence["\x1b]52;c;".len()..sequence.len() - 1];
    assert!(body.iter().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(b)));
}

#[test]
fn screen_gets_pieces_that_it_passes_on_whole() {
    for length in [0, 1, 500, 570, 571, 572, 573, 5000] {
        let text = vec![b'x'; length];
        let pieces = sequence(&text, Inside::Screen);
        let text_of_pieces = String::from_utf8(pieces).unwrap();
        let mut joined = String::new();
        for piece in text_of_pieces.split_inclusive("\x1b\\") {
            assert!(piece.len() <= SCREEN_PIECE, "{length}: {}", piece.len());
            joined += piece.strip_prefix("\x1bP").unwrap().strip_suffix("\x1b\\").unwrap();
        }
        assert_eq!(taken(joined.as_bytes()), text, "{length}");
    }
}

#[test]
fn bytes_are_counted_as_people_read_them() {
    let cases = [
        (0, "0 bytes"),
        (1, "1 byte"),
        (214, "214 bytes"),
        (1000, "1,000 bytes"),
        (74_994, "74,994 bytes"),
        (1_234_567, "1,234,567 bytes"),
    ];
    for (bytes, want) in cases {
        assert_eq!(counted(bytes).as_str(), want);
    }
}

#[test]
fn what_is_too_long_is_written_to_a_file_of_the_user_alone() {
    let home = tempfile::tempdir().unwrap();
    let directory = home.path().join("state/stoop");
    fs::create_dir_all(&directory).unwrap();
    let elsewhere = home.path().join("elsewhere");
    fs::write(&elsewhere, "untouched").unwrap();
    std::os::unix::fs::symlink(&elsewhere, directory.join("copy.txt")).unwrap();
    for text in ["first", "2nd"] {
        let path = write_private(&directory, text.as_bytes()).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        assert_eq!(fs::symlink_metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
    }
    assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "untouched");
}

#[test]
fn the_message_says_which_way_the_text_took() {
    let home = tempfile::tempdir().unwrap();
    let (inbox, events) = channel();
    let output = Output::to(File::options().write(true).open("/dev/null").unwrap(), inbox.clone()).unwrap();
    output.enter();
    let state = home.path().join("stoop");
    let ways = |state| Ways { inside: Inside::Terminal, state, output: output.clone(), inbox: inbox.clone() };
    let file = state.join("copy.txt").display().to_string();
    let cases = [
        (214, Some(state.clone()), "sent to the terminal's clipboard: 214 bytes (OSC 52)".to_owned()),
        (LIMIT_BYTES, None, "sent to the terminal's clipboard: 74,994 bytes (OSC 52)".to_owned()),
        (74_995, Some(state), format!("written to {file}: 74,995 bytes, more than a terminal's clipboard takes")),
        (74_995, None, "not sent: 74,995 bytes, more than a terminal's clipboard takes".to_owned()),
    ];
    for (bytes, state, want) in cases {
        ways(state).deliver(Clean::from("the alert"), &vec![b'x'; bytes]);
        let said = events.iter().find_map(|event| match event {
            Event::Msg(Msg::Sent(notice)) => Some(notice.what),
            _ => None,
        });
        assert_eq!(said.unwrap().as_str(), want);
    }
}
