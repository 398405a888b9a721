//! `getopt`: the options among the arguments of a program, as getopt(3) reads them.
//!
//! Imports: nothing. Promise: reading stops at the first argument that is no option, and behind `--`.

use std::borrow::Cow;

/// What was found, in order.
#[derive(Debug, Default)]
pub(crate) struct Found<'a> {
    /// A letter, `?` for one that is not known, with the option's argument.
    options: Vec<(u8, Option<&'a [u8]>)>,
}

impl<'a> Found<'a> {
    /// Letters and their arguments, in order.
    pub(crate) fn listed(&self) -> Vec<Cow<'a, [u8]>> {
        let item = |(letter, argument): &(u8, Option<&'a [u8]>)| {
            [Some(Cow::Owned(vec![*letter])), argument.map(Cow::Borrowed)].into_iter().flatten()
        };
        self.options.iter().flat_map(item).collect()
    }

    /// The argument of an option, the last one where it is given again; an empty one where it takes none.
    pub(crate) fn argument_of(&self, option: &[u8]) -> Option<&'a [u8]> {
        let found = self.options.iter().rev().find(|(letter, _)| option == [*letter])?;
        Some(found.1.unwrap_or_default())
    }
}

/// Reads `arguments` by the letters of `known`; a colon behind a letter says that the option has an argument.
pub(crate) fn options<'a>(arguments: &'a [Vec<u8>], known: &[u8]) -> Found<'a> {
    let mut found = Found::default();
    let mut arguments = arguments.iter();
    while let Some(letters) = arguments.next().and_then(|argument| argument.strip_prefix(b"-")) {
        if letters.is_empty() || letters == b"-" {
            break;
        }
        take(&mut found, letters, known, &mut arguments);
    }
    found
}

/// One argument: letters together, where the first one that has an argument takes the rest, or else the next.
fn take<'a>(
    found: &mut Found<'a>,
    mut letters: &'a [u8],
    known: &[u8],
    arguments: &mut impl Iterator<Item = &'a Vec<u8>>,
) {
    while let Some((letter, rest)) = letters.split_first() {
        letters = rest;
        match kind(*letter, known) {
            None => found.options.push((b'?', None)),
            Some(false) => found.options.push((*letter, None)),
            Some(true) => {
                let argument =
                    Some(rest).filter(|rest| !rest.is_empty()).or_else(|| arguments.next().map(Vec::as_slice));
                found.options.push(if argument.is_some() { (*letter, argument) } else { (b'?', None) });
                return;
            }
        }
    }
}

/// Whether the option has an argument; `None` where it is not known.
fn kind(letter: u8, known: &[u8]) -> Option<bool> {
    let at = known.iter().position(|b| *b == letter && letter != b':')?;
    Some(known.get(at + 1) == Some(&b':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_as_a_program_reads_them() {
        let cases: [(&str, &str, &[&str]); 9] = [
            ("-n -t hello", "nt:", &["n", "t", "hello"]),
            ("-nthello x", "nt:", &["n", "t", "hello"]),
            ("-x -n", "n", &["?", "n"]),
            ("arg -n", "n", &[]),
            ("-n -- -t", "nt:", &["n"]),
            ("-n - -t", "nt:", &["n"]),
            ("-t", "t:", &["?"]),
            ("-t -n", "nt:", &["t", "-n"]),
            ("--help", "h", &["?", "h", "?", "?", "?"]),
        ];
        for (text, known, want) in cases {
            let arguments: Vec<Vec<u8>> = text.split(' ').map(|word| word.as_bytes().to_vec()).collect();
            let found = options(&arguments, known.as_bytes());
            let got: Vec<_> = found.listed().iter().map(|item| String::from_utf8_lossy(item).into_owned()).collect();
            assert_eq!(got, want, "{text}");
        }
        let arguments = [b"-ta".to_vec(), b"-n".to_vec(), b"-tb".to_vec()];
        let found = options(&arguments, b"nt:");
        assert_eq!([b"t", b"n", b"x"].map(|letter| found.argument_of(letter)), [Some(&b"b"[..]), Some(b""), None]);
    }
}
