//! The token that senders must know.
//!
//! Lives here: reading it from its file, finding it in a request. Imports: `base`. Promise: only its digest is held, it
//! is never printed, and how long a comparison takes says nothing of it.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::base::{Clean, Notice};
use crate::source::{cannot_read, path_title};

/// Shorter ones can be guessed.
const SHORTEST: usize = 16;

/// No token is longer than this; a file that is, is another file.
const LONGEST: u64 = 4096;

/// How a good token is made.
const MAKE: &str = "Make one: (umask 077; openssl rand -hex 32 > FILE)";

/// A token, as its digest: two digests differ everywhere where two tokens differ anywhere.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Token([u8; 32]);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(***)")
    }
}

impl Token {
    /// The token in a file: its one line, without blanks around it.
    ///
    /// # Errors
    /// The file can't be read, may be read by others, or holds no usable token.
    pub(crate) fn read(path: &Path) -> Result<Self, Notice> {
        let text = text(path).map_err(|why| cannot_read(&path_title(path), &why))?;
        let wrong = |what: &str| Notice::said(Clean::from_bytes(what.as_bytes())).at(path_title(path));
        match text {
            Text::Open(mode) => Err(wrong(&format!("others may read the token (mode {mode:03o})"))
                .with_next(Clean::concat([Clean::from("Take that back: chmod 600 "), path_title(path)]))),
            Text::Read(text) => Self::new(&text).map_err(|what| wrong(what).with_next(MAKE)),
        }
    }
    /// The token in these bytes; or what is wrong with it.
    ///
    /// # Errors
    /// Too short, several lines, or characters that no header can carry.
    pub(crate) fn new(text: &[u8]) -> Result<Self, &'static str> {
        let token = text.trim_ascii();
        if token.is_empty() {
            return Err("the token file is empty");
        }
        if token.contains(&b'\n') || token.contains(&b'\r') {
            return Err("the token file holds more than one line");
        }
        if !token.iter().all(u8::is_ascii_graphic) {
            return Err("the token holds blanks or characters beyond ASCII, which no header carries");
        }
        if token.len() < SHORTEST {
            return Err("the token is shorter than 16 characters");
        }
        Ok(Self(Sha256::digest(token).into()))
    }
    /// Whether the value of an `Authorization` header holds the token: as `Bearer TOKEN`, or as the password of `Basic`,
    /// whatever the user is called (Falco knows no headers of its own, but an `http://stoop:TOKEN@…` in its `url`).
    pub(crate) fn is_in(&self, value: &[u8]) -> bool {
        let Some((scheme, rest)) = split_at_byte(value, b' ') else { return false };
        let shown = rest.trim_ascii();
        if scheme.eq_ignore_ascii_case(b"bearer") {
            return self.is(shown);
        }
        let decoded = STANDARD.decode(shown).unwrap_or_default();
        let password = split_at_byte(&decoded, b':').map(|(_, password)| password);
        scheme.eq_ignore_ascii_case(b"basic") && password.is_some_and(|password| self.is(password))
    }
    fn is(&self, shown: &[u8]) -> bool {
        let shown: [u8; 32] = Sha256::digest(shown).into();
        shown == self.0
    }
}

fn split_at_byte(bytes: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(at, bytes)?;
    Some((bytes.get(..at)?, bytes.get(at + 1..)?))
}

/// What a token file holds.
enum Text {
    /// Others may read it: its mode.
    Open(u32),
    /// Its text.
    Read(Vec<u8>),
}

fn text(path: &Path) -> io::Result<Text> {
    let file = File::open(path)?;
    let about = file.metadata()?;
    let mode = about.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Ok(Text::Open(mode));
    }
    let mut text = Vec::new();
    file.take(LONGEST + 1).read_to_end(&mut text)?;
    let fits = u64::try_from(text.len()).is_ok_and(|len| len <= LONGEST);
    if fits { Ok(Text::Read(text)) } else { Err(io::Error::other("it is too long for a token")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const TOKEN: &str = "0123456789abcdef";

    #[test]
    fn a_token_is_one_line_of_at_least_sixteen_characters() {
        let cases: [(&[u8], Option<&str>); 9] = [
            (b"0123456789abcdef", None),
            (b"  0123456789abcdef\r\n", None),
            (b"", Some("empty")),
            (b" \n", Some("empty")),
            (b"0123456789abcde", Some("16 characters")),
            (b"0123456789abcdef\n0123456789abcdef", Some("one line")),
            (b"0123456789 abcdef", Some("blanks")),
            ("0123456789abcdeß".as_bytes(), Some("ASCII")),
            (b"0123456789abcdef\x1b", Some("characters")),
        ];
        for (text, wrong) in cases {
            let got = Token::new(text);
            let said = got.as_ref().err().copied();
            assert_eq!(said.is_none(), wrong.is_none(), "{text:?}: {said:?}");
            assert!(said.unwrap_or_default().contains(wrong.unwrap_or_default()), "{text:?}: {said:?}");
        }
    }

    #[test]
    fn a_token_is_found_as_bearer_and_as_password() {
        let basic = |text: &str| format!("Basic {}", STANDARD.encode(text));
        let cases = [
            (format!("Bearer {TOKEN}"), true),
            (format!("bearer  {TOKEN} "), true),
            (basic(&format!("stoop:{TOKEN}")), true),
            (basic(&format!(":{TOKEN}")), true),
            (basic(TOKEN), false),
            (basic(&format!("{TOKEN}:")), false),
            (basic(&format!("a:b:{TOKEN}")), false),
            (format!("Bearer {TOKEN}0"), false),
            ("Bearer 0123456789abcde".to_owned(), false),
            (format!("Token {TOKEN}"), false),
            (TOKEN.to_owned(), false),
            ("Basic !!!".to_owned(), false),
            ("Bearer ".to_owned(), false),
            (String::new(), false),
        ];
        let token = Token::new(TOKEN.as_bytes()).unwrap();
        for (value, want) in cases {
            assert_eq!(token.is_in(value.as_bytes()), want, "{value}");
        }
    }

    #[test]
    fn a_token_file_is_the_users_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        fs::write(&path, format!("{TOKEN}\n")).unwrap();
        for (mode, want) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o644, false)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let got = Token::read(&path);
            assert_eq!(got.is_ok(), want, "{mode:o}: {got:?}");
            if let Err(notice) = got {
                assert!(notice.to_string().contains("chmod 600"), "{notice}");
            }
        }
    }

    #[test]
    fn what_is_no_token_file_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let long = folder.path().join("long");
        fs::write(&long, "x".repeat(5000)).unwrap();
        fs::set_permissions(&long, fs::Permissions::from_mode(0o600)).unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        let cases =
            [(folder.path().join("none"), "no such file"), (folder.path().to_owned(), "directory"), (long, "too long")];
        for (path, want) in cases {
            let notice = Token::read(&path).unwrap_err().to_string();
            assert!(notice.contains(want), "{notice}");
        }
    }

    #[test]
    fn a_token_is_not_printed() {
        assert_eq!(format!("{:?}", Token::new(TOKEN.as_bytes()).unwrap()), "Token(***)");
    }
}
