//! Whether a raw line may match, told from its bytes before anything is decoded.
//!
//! Lives here: looking for words ahead of the line that is asked about, so that a rare one costs one search for many lines.
//! Not here: which words (`prefilter`). Imports: `source`. Promise: `false` is certain for every JSON
//! spelling of an alert with nothing around it (`decode::bare`), of a sieve for docker's lines for what is one, and for no other
//! line.

use std::cmp::Reverse;

use memchr::memchr;

use crate::query::needle::Word;
use crate::query::plan::Plan;
use crate::query::tree::{Needle, Node, Unsaid};
use crate::source::SourceId;

/// A raw line and what is in memory behind it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<'t> {
    /// Where it comes from.
    pub(crate) source: SourceId,
    /// Offset of its first byte there.
    pub(crate) start: u64,
    /// The line without its end.
    pub(crate) line: &'t [u8],
    /// The line and the bytes that follow it.
    pub(crate) ahead: &'t [u8],
}

#[cfg(test)]
impl<'t> Text<'t> {
    /// A line alone.
    pub(crate) fn alone(line: &'t [u8]) -> Self {
        Self { source: SourceId(0), start: 0, line, ahead: line }
    }
}

/// What a line must hold to match a filter.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sieve {
    part: Option<Part>,
    escapes: Escapes,
}

/// Where the next backslash is, before which a byte may be spelt otherwise; `None`: no byte that is looked for is.
pub(crate) type Escapes = Option<Ahead>;

/// What a part of a condition asks of a raw line.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    /// All of them.
    All(Vec<Part>),
    /// One of them.
    Any(Vec<Part>),
    /// The word may stand in it.
    Word(Sought),
}

/// A word and how far it was looked for.
#[derive(Clone, Debug)]
pub(crate) struct Sought {
    word: Word,
    ahead: Ahead,
}

impl Sieve {
    /// The sieve of a plan, in the reading where absence makes a comparison false.
    pub(crate) fn of(plan: &Plan) -> Self {
        Self { part: plan.node().and_then(part), escapes: Some(Ahead::default()) }
    }

    /// The same for lines that are docker's.
    pub(crate) fn in_docker(plan: &Plan) -> Self {
        Self { part: plan.node().and_then(part).and_then(Part::plain), escapes: None }
    }

    /// Whether the alert in the raw line may match.
    pub(crate) fn lets_through(&mut self, text: Text<'_>) -> bool {
        let Self { part, escapes } = self;
        part.as_mut().is_none_or(|part| part.lets_through(text, escapes))
    }
}

/// What of a condition can be told from raw bytes; `None`: nothing.
pub(crate) fn part(node: &Node) -> Option<Part> {
    match node {
        Node::And(parts) => {
            let mut parts: Vec<Part> = parts.iter().filter_map(part).collect();
            parts.sort_by_key(|part| Reverse(part.shortest()));
            (!parts.is_empty()).then_some(Part::All(parts))
        }
        Node::Or(parts) => {
            let any = parts.iter().map(part).collect::<Option<_>>().map(Part::Any)?;
            (any.words() <= MOST_WORDS).then_some(any)
        }
        Node::Macro(inner) => part(inner),
        term => needle(term).ok().map(|words| Part::Any(words.into_iter().map(Part::sought).collect())),
    }
}

/// What must stand in the raw line of an alert that fulfils a term.
pub(crate) fn needle(term: &Node) -> Needle {
    match term {
        Node::Check(check) => check.needle.clone(),
        Node::Family(family) => family.needle.clone(),
        Node::Word(word, ..) => Ok(vec![word.as_ref().clone()]),
        Node::Derived(_) => Err(Unsaid::Made),
        Node::And(_) | Node::Or(_) | Node::Not(_) | Node::Macro(_) => Err(Unsaid::Unequal),
    }
}

/// Looking for more words than this, each at the speed of memory, costs as much as decoding the line.
const MOST_WORDS: usize = 24;

impl Part {
    fn sought(word: Word) -> Self {
        Self::Word(Sought::of(word))
    }

    /// The length of the shortest word on which it may rest: the longer, the more lines it keeps back.
    fn shortest(&self) -> usize {
        match self {
            Self::All(parts) => parts.iter().map(Self::shortest).max().unwrap_or(0),
            Self::Any(parts) => parts.iter().map(Self::shortest).min().unwrap_or(0),
            Self::Word(sought) => sought.word.bytes().len(),
        }
    }

    /// How many words it has.
    fn words(&self) -> usize {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().map(Self::words).sum(),
            Self::Word(_) => 1,
        }
    }

    /// What of it can be told from a line that is docker's; `None`: nothing.
    fn plain(self) -> Option<Self> {
        match self {
            Self::All(parts) => {
                let parts: Vec<Self> = parts.into_iter().filter_map(Self::plain).collect();
                (!parts.is_empty()).then_some(Self::All(parts))
            }
            Self::Any(parts) => parts.into_iter().map(Self::plain).collect::<Option<_>>().map(Self::Any),
            Self::Word(sought) => sought.word.plain().map(Self::sought),
        }
    }

    fn lets_through(&mut self, text: Text<'_>, escapes: &mut Escapes) -> bool {
        match self {
            Self::All(parts) => parts.iter_mut().all(|part| part.lets_through(text, escapes)),
            Self::Any(parts) => parts.iter_mut().any(|part| part.lets_through(text, escapes)),
            Self::Word(sought) => sought.could_stand_in(text, escapes),
        }
    }
}

impl Sought {
    /// A word that was not looked for yet.
    pub(crate) fn of(word: Word) -> Self {
        Self { word, ahead: Ahead::default() }
    }

    /// Whether the alert in the raw line may hold the word once it is decoded; see [`Word::could_stand_in`]. `escapes`
    /// remembers where the next backslash is.
    pub(crate) fn could_stand_in(&mut self, text: Text<'_>, escapes: &mut Escapes) -> bool {
        let Self { word, ahead } = self;
        if !word.is_by_bytes() {
            return word.could_stand_in(text.line);
        }
        let mut may_be_escaped = |escapes: &mut Ahead| {
            escapes.stands(text, 1, &|bytes| memchr(b'\\', bytes)) && word.may_be_escaped_in(text.line)
        };
        ahead.stands(text, word.bytes().len(), &|bytes| word.find(bytes, 0))
            || escapes.as_mut().is_some_and(&mut may_be_escaped)
    }
}

/// How far a text was looked for, and where it stands next.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ahead {
    /// What follows is about this source from this byte on.
    place: Option<(SourceId, u64)>,
    /// Nothing that begins before this byte is one, but for `hit`.
    clear_to: u64,
    hit: Option<u64>,
}

impl Ahead {
    /// Whether what `find` finds, `len` bytes long, stands in the line.
    fn stands(&mut self, text: Text<'_>, len: usize, find: &dyn Fn(&[u8]) -> Option<usize>) -> bool {
        self.go_on_at(text);
        let (len, end) = (len as u64, text.start + text.line.len() as u64);
        loop {
            if let Some(hit) = self.hit.filter(|hit| *hit >= text.start) {
                if hit + len <= end || hit >= end {
                    return hit < end;
                }
                // It goes on beyond the line's end.
                (self.hit, self.clear_to) = (None, hit + 1);
            }
            let from = self.clear_to.max(text.start);
            if from + len > end {
                return false;
            }
            let rest = usize::try_from(from - text.start).ok().and_then(|from| text.ahead.get(from..));
            self.hit = rest.and_then(find).map(|at| from + at as u64);
            if self.hit.is_none() {
                self.clear_to = (text.start + text.ahead.len() as u64 + 1).saturating_sub(len);
                return false;
            }
        }
    }

    /// What was learnt holds for the same source further on, and for nothing else.
    fn go_on_at(&mut self, text: Text<'_>) {
        if self.place.is_none_or(|(source, from)| source != text.source || text.start < from) {
            *self = Self { place: Some((text.source, text.start)), clear_to: text.start, hit: None };
        }
    }
}
