//! Shell patterns as Falco's `glob` takes them: fnmatch without flags, on the whole value.
//!
//! Imports: nothing. Promise: `*` and `?` cross slashes and leading dots, a backslash takes the next byte as it is, and
//! the time is at most pattern times value: no pattern makes it explode.

/// Whether `value` as a whole fits `pattern`.
pub(crate) fn fits(pattern: &[u8], value: &[u8]) -> bool {
    let (mut pattern_rest, mut value_rest) = (pattern, value);
    let mut retry: Option<(&[u8], &[u8])> = None;
    loop {
        if let Some((b'*', after)) = pattern_rest.split_first() {
            pattern_rest = after;
            retry = Some((after, value_rest));
            continue;
        }
        match step(pattern_rest, value_rest) {
            Step::End => return true,
            Step::Next(p, v) => (pattern_rest, value_rest) = (p, v),
            Step::Misfit => {
                // Only the last star needs another try: what stands before it fits already.
                let Some((after_star, tried)) = retry else { return false };
                let Some((_, shorter)) = tried.split_first() else { return false };
                (pattern_rest, value_rest) = (after_star, shorter);
                retry = Some((after_star, shorter));
            }
        }
    }
}

enum Step<'a> {
    /// Both are used up.
    End,
    /// One piece of the pattern took one byte of the value.
    Next(&'a [u8], &'a [u8]),
    Misfit,
}

fn step<'a>(pattern: &'a [u8], value: &'a [u8]) -> Step<'a> {
    let Some((&piece, pattern_rest)) = pattern.split_first() else {
        return if value.is_empty() { Step::End } else { Step::Misfit };
    };
    let Some((&byte, value_rest)) = value.split_first() else { return Step::Misfit };
    match (piece, pattern_rest) {
        (b'?', _) => Step::Next(pattern_rest, value_rest),
        (b'[', _) => match set(pattern_rest, byte) {
            Some((true, after)) => Step::Next(after, value_rest),
            None if byte == b'[' => Step::Next(pattern_rest, value_rest),
            Some((false, _)) | None => Step::Misfit,
        },
        (b'\\', [escaped, after @ ..]) if *escaped == byte => Step::Next(after, value_rest),
        (b'\\', [_, ..]) => Step::Misfit,
        _ if piece == byte => Step::Next(pattern_rest, value_rest),
        _ => Step::Misfit,
    }
}

/// Whether a set, which begins behind its `[`, has `byte`, and what follows the set; `None` when it is never closed.
fn set(inside: &[u8], byte: u8) -> Option<(bool, &[u8])> {
    let (negated, mut rest) = match inside {
        [b'!' | b'^', after @ ..] => (true, after),
        _ => (false, inside),
    };
    let mut found = false;
    let mut first = true;
    loop {
        let (low, after) = set_letter(rest)?;
        if low == b']' && !first && rest.first() == Some(&b']') {
            return Some((found != negated, after));
        }
        first = false;
        rest = match after {
            [b'-', range @ ..] if range.first().is_some_and(|b| *b != b']') => {
                let (high, after_range) = set_letter(range)?;
                found |= (low..=high).contains(&byte);
                after_range
            }
            _ => {
                found |= low == byte;
                after
            }
        };
    }
}

/// One letter of a set, after its backslash if it has one.
fn set_letter(rest: &[u8]) -> Option<(u8, &[u8])> {
    match rest {
        [b'\\', escaped, after @ ..] => Some((*escaped, after)),
        [letter, after @ ..] => Some((*letter, after)),
        [] => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_fits_the_whole_value() {
        let cases = [
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("a", "", false),
            ("/tmp/*", "/tmp/a/b", true),
            ("*/.*", "/home/u/.x/y", true),
            ("*/.*", "/home/u/x", false),
            ("sys?", "sys", false),
            ("sys[kl]og", "syslog", true),
            ("sys[!l]og", "syslog", false),
            ("sys[^l]og", "syslog", false),
            ("[]a]", "]", true),
            ("[a-]", "-", true),
            ("[[]", "[", true),
            ("[a", "[a", true),
            ("[a-c]*d", "bxd", true),
            ("a\\*", "a*", true),
            ("a\\*", "ab", false),
            ("a\\", "a\\", true),
            ("*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false),
            ("*ab", "aab", true),
            ("find */tmp -maxdepth 1 -iname *", "find /x/tmp -maxdepth 1 -iname q", true),
        ];
        for (pattern, value, want) in cases {
            assert_eq!(fits(pattern.as_bytes(), value.as_bytes()), want, "{pattern} {value}");
        }
    }
}
