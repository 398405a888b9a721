//! What must stand in the raw line of an alert that fulfils a comparison, told before anything is decoded.
//!
//! Lives here: the words of one comparison. Not here: looking for them (`sieve`). Imports: `base`. Promise: a line in which
//! none of the words stands, nor any escape that could spell one, does not fulfil the comparison.

use std::net::IpAddr;

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Hir, HirKind};

use crate::base::Priority;
use crate::query::needle::Word;
use crate::query::pattern::Pattern;
use crate::query::tree::{Comparison, Kind, Left, ListTest, Literal, Modifier, Needle, Test, TextTest, Unsaid};

/// Looking for more words than this costs about as much as decoding.
const MOST_WORDS: usize = 8;

/// The words of which one must stand in a line that fulfils the comparison.
pub(crate) fn needle(left: &Left, test: &Test) -> Needle {
    let words = words(left.kind, test)?;
    if words.is_empty() || words.iter().any(|word| word.bytes().is_empty()) {
        return Err(Unsaid::Empty);
    }
    if words.len() > MOST_WORDS { Err(Unsaid::Many) } else { Ok(words) }
}

fn words(kind: Kind, test: &Test) -> Needle {
    match test {
        Test::Exists => Err(Unsaid::Exists),
        Test::Compare(Comparison::Equal, literal) => sign(kind, literal).map(|word| vec![word]),
        Test::Compare(Comparison::NotEqual, _) => Err(Unsaid::Unequal),
        Test::Compare(..) => Err(Unsaid::Order),
        Test::Text(TextTest::Glob, literal) => Ok(vec![Word::exact(longest_run(&literal.bytes)?)]),
        Test::Text(TextTest::GlobFolded, literal) => Ok(vec![Word::folded(longest_run(&literal.bytes)?)]),
        Test::Text(TextTest::ContainsFolded, literal) => Ok(vec![Word::folded(&literal.bytes)]),
        Test::Text(_, literal) => Ok(vec![Word::exact(&literal.bytes)]),
        Test::Regex(pattern) => of_pattern(pattern),
        Test::List(ListTest::Prefix, list) => list.items().iter().map(|path| longest_name(&path.bytes)).collect(),
        Test::List(_, list) => list.items().iter().map(|literal| sign(kind, literal)).collect(),
        Test::Each(Modifier::All, tests) => {
            tests.iter().map(|test| words(kind, test)).find(Result::is_ok).unwrap_or(Err(Unsaid::Pattern))
        }
        Test::Each(_, tests) => {
            let each: Result<Vec<Vec<Word>>, Unsaid> = tests.iter().map(|test| words(kind, test)).collect();
            each.map(|words| words.concat())
        }
    }
}

/// A number and a time can be spelt in many ways, a priority in any case.
fn sign(kind: Kind, literal: &Literal) -> Result<Word, Unsaid> {
    match (kind, literal.priority) {
        (Kind::Moment | Kind::Network, _) => Err(Unsaid::Spelling),
        // An older one has one spelling, a newer one many.
        (Kind::Address, _) => {
            literal.address.filter(IpAddr::is_ipv4).map(|_| Word::exact(&literal.bytes)).ok_or(Unsaid::Spelling)
        }
        (Kind::Severity, Some(Priority::Informational)) => Ok(Word::folded(b"info")),
        (Kind::Severity, priority) => {
            priority.map(|priority| Word::folded(priority.word().as_bytes())).ok_or(Unsaid::Spelling)
        }
        (Kind::Plain, _) if literal.number.is_some() => Err(Unsaid::Number),
        (Kind::Plain, _) => Ok(Word::exact(&literal.bytes)),
    }
}

/// The longest text that stands in every value that fits the shell pattern. Behind a set or a backslash nothing is
/// looked for.
fn longest_run(pattern: &[u8]) -> Result<&[u8], Unsaid> {
    let plain = pattern.split(|byte| matches!(byte, b'[' | b'\\')).next().unwrap_or_default();
    longest(plain.split(|byte| matches!(byte, b'*' | b'?')))
}

/// The longest name in a path of `pmatch`: slashes may be doubled in the value, and a name may be a pattern.
fn longest_name(path: &[u8]) -> Result<Word, Unsaid> {
    let names = path.split(|byte| *byte == b'/');
    let runs = names.map(|name| longest_run(name).unwrap_or_default());
    longest(runs).map(Word::exact)
}

fn longest<'t>(texts: impl Iterator<Item = &'t [u8]>) -> Result<&'t [u8], Unsaid> {
    texts.max_by_key(|text| text.len()).filter(|text| !text.is_empty()).ok_or(Unsaid::Pattern)
}

fn of_pattern(pattern: &Pattern) -> Needle {
    let parsed = ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern.text());
    let texts = parsed.ok().and_then(|hir| required(&hir)).ok_or(Unsaid::Pattern)?;
    Ok(texts.iter().map(|text| Word::exact(text)).collect())
}

/// Texts of which one stands in whatever the expression fits.
fn required(part: &Hir) -> Option<Vec<Vec<u8>>> {
    match part.kind() {
        HirKind::Literal(literal) => Some(vec![literal.0.to_vec()]),
        HirKind::Capture(capture) => required(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required(&repetition.sub),
        HirKind::Concat(parts) => parts.iter().filter_map(required).max_by_key(|texts| shortest(texts)),
        HirKind::Alternation(parts) => parts.iter().map(required).collect::<Option<Vec<_>>>().map(|each| each.concat()),
        _ => None,
    }
}

/// How much looking for the texts tells: as much as the shortest of them, and nothing where there are too many.
fn shortest(texts: &[Vec<u8>]) -> usize {
    if texts.len() > MOST_WORDS { 0 } else { texts.iter().map(Vec::len).min().unwrap_or(0) }
}
