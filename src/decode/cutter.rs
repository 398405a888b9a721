//! What a reader gives → lines, judged one after the other: the one way of everything that reads alerts.
//!
//! Lives here: lines whose pieces are joined first, and lines that turn out to be several. Not here: where lines end
//! (`frame`), which pieces belong together (`join`), what a line is. Imports: `frame`, siblings. Promise: each line is judged
//! once, for no more than it costs to cut it.

use std::io::{self, Read};

use crate::decode::join::{Joined, Joiner, Rest};
use crate::frame::{Line, Lines};

/// The lines of one source; make a new one for the next.
///
/// `while cutter.fill(&mut reader)? { while let Some(judged) = cutter.next(judge) { … } }`
#[derive(Debug, Default)]
pub(crate) struct Cutter {
    lines: Lines,
    joiner: Joiner,
    /// The last line is a piece and waits for the others.
    last_waits: bool,
}

impl Cutter {
    /// Reads the next block; call it when [`Cutter::next`] has given all that was there. `false`: nothing is left.
    ///
    /// # Errors
    /// Those of the reader. After `WouldBlock` more may come; after any other what is there is all.
    pub(crate) fn fill(&mut self, reader: &mut impl Read) -> io::Result<bool> {
        let more = self.lines.fill(reader);
        if more.as_ref().is_err_and(|why| why.kind() != io::ErrorKind::WouldBlock) {
            self.lines.finish();
        }
        more
    }
    /// No more bytes will come: what is there without an end is the last line.
    pub(crate) fn finish(&mut self) {
        self.lines.finish();
    }
    /// More may come after all. `with_last`: the last line, which had no end, is to be judged again with what follows; gives
    /// whether it will be.
    pub(crate) fn go_on(&mut self, with_last: bool) -> bool {
        self.lines.go_on(with_last && !self.last_waits)
    }
    /// What the next line is judged to be; `None` when the block holds no further one. One that is refused is told as
    /// refused only where it isn't several alerts back to back: else these come.
    #[inline]
    pub(crate) fn next<T, E>(&mut self, mut judge: impl FnMut(&Line<'_>) -> Result<T, E>) -> Option<Result<T, E>> {
        while let Some(line) = self.lines.next_line() {
            let judged = match self.joiner.take(&line) {
                Joined::Whole => judge(&line),
                Joined::Complete(whole) => judge(&whole),
                Joined::Waiting => {
                    self.last_waits = true;
                    continue;
                }
            };
            self.last_waits = false;
            if judged.is_ok() || !self.lines.unfold() {
                return Some(judged);
            }
        }
        None
    }
    /// Pieces whose end never came: call it when nothing is left.
    pub(crate) fn rest(&mut self) -> Vec<Rest> {
        self.joiner.rest()
    }
    /// See [`Lines::passed_over`].
    pub(crate) fn passed_over(&self) -> Option<u64> {
        self.lines.passed_over()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode;

    /// What becomes of the lines that are there: the number of an alert's, of any other how it begins.
    fn judged(cutter: &mut Cutter) -> String {
        let mut told = Vec::new();
        while let Some(judged) = cutter.next(|line| match decode::alert(line.bytes) {
            Ok(_) => Ok(line.number.to_string()),
            Err(_) => Err(String::from_utf8_lossy(line.bytes).chars().take(4).collect()),
        }) {
            told.push(judged.unwrap_or_else(|refused: String| format!("[{refused}]")));
        }
        told.join(" ")
    }

    fn cri(tag: char, text: &str) -> String {
        format!("2024-10-05T18:00:00.000000000Z stdout {tag} {text}\n")
    }

    #[test]
    fn pieces_are_joined_and_what_is_several_alerts_is_several() {
        let alert = r#"{"rule":"r","output":"o"}"#;
        let (first, last) = alert.split_at(9);
        let pieces = cri('P', first) + &cri('F', last);
        let cases = [
            (format!("{alert}\nno alert\n{alert}"), "1 [no a] 3"),
            (format!("{alert}{alert}\n{alert}\n"), "1 1 2"),
            (format!("{pieces}{alert}\n"), "1 3"),
            (format!("{alert}\n{}", cri('P', first)), "1"),
        ];
        for (text, want) in cases {
            let mut cutter = Cutter::default();
            let (mut reader, mut told) = (text.as_bytes(), Vec::new());
            while cutter.fill(&mut reader).unwrap() {
                told.push(judged(&mut cutter));
            }
            assert_eq!(told.join(" ").trim(), want, "{text}");
            assert_eq!(cutter.rest().len(), usize::from(want == "1"), "{text}");
        }
    }

    #[test]
    fn only_a_last_line_that_was_judged_is_judged_again() {
        let piece = cri('P', r#"{"rule"#);
        for (text, want) in [("{\"rule\"", true), (piece.trim_end(), false)] {
            let mut cutter = Cutter::default();
            let mut reader = text.as_bytes();
            while cutter.fill(&mut reader).unwrap() {
                judged(&mut cutter);
            }
            assert_eq!(cutter.go_on(true), want, "{text}");
        }
    }

    #[test]
    fn what_an_error_leaves_is_judged() {
        struct Broken(io::ErrorKind);
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(self.0.into())
            }
        }
        for (kind, want) in [(io::ErrorKind::WouldBlock, ""), (io::ErrorKind::InvalidData, "[half]")] {
            let mut cutter = Cutter::default();
            cutter.fill(&mut b"half".as_slice()).unwrap();
            assert_eq!(judged(&mut cutter), "");
            assert_eq!(cutter.fill(&mut Broken(kind)).unwrap_err().kind(), kind);
            assert_eq!(judged(&mut cutter), want);
        }
    }
}
