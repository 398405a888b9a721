//! Regular expressions, as Falco's `regex` takes them.
//!
//! Lives here: reading one, and asking it. Not here: the text that every fitting value must have (`prefilter`). Imports:
//! nothing. Promise: time in proportion to the text, whatever the expression; memory in bounds; one that was built lately
//! is not built again, so that a filter which is being typed costs only what changed.

use std::cell::RefCell;
use std::collections::VecDeque;

use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;

thread_local! {
    /// Those that this thread built lately, by their whole text, the newest last.
    static LATELY: RefCell<VecDeque<Regex>> = const { RefCell::new(VecDeque::new()) };
}

/// A filter has at most so many expressions: building one takes up to milliseconds, and a key must not wait.
pub(crate) const MOST: usize = 32;

/// A regular expression; its engine takes time in proportion to the text, whatever the expression.
#[derive(Clone, Debug)]
pub(crate) struct Pattern(Regex);

/// The most memory that an expression may take, in bytes.
const MOST_FOR_PATTERN: usize = 1 << 20;

/// What makes an expression fit a whole value.
const WHOLE: (&str, &str) = ("\\A(?:", ")\\z");

impl Pattern {
    /// Reads an expression; on `Err`, what is wrong with it. It is read as bytes: a dot is one byte, letters are ASCII's.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let short = |error: String| error.lines().last().unwrap_or_default().trim().replacen("error: ", "", 1);
        // Read alone first: `)(` must not become whole by what is put around it.
        let alone = ParserBuilder::new().unicode(false).utf8(false).build().parse(text);
        alone.map_err(|error| short(error.to_string()))?;
        let whole = [WHOLE.0, text, WHOLE.1].concat();
        if let Some(known) = lately(&whole) {
            return Ok(Self(known));
        }
        let built = RegexBuilder::new(&whole).unicode(false).size_limit(MOST_FOR_PATTERN).build();
        let built = built.map_err(|error| short(error.to_string()))?;
        remember(&built);
        Ok(Self(built))
    }

    /// The expression, as it is put around with what makes it fit a whole value.
    pub(crate) fn text(&self) -> &str {
        self.0.as_str()
    }

    /// The expression as it was written.
    pub(crate) fn written(&self) -> &str {
        self.text().strip_prefix(WHOLE.0).and_then(|rest| rest.strip_suffix(WHOLE.1)).unwrap_or_default()
    }

    /// Whether it fits the value from end to end.
    pub(crate) fn fits(&self, value: &[u8]) -> bool {
        self.0.is_match(value)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

fn lately(whole: &str) -> Option<Regex> {
    LATELY.with_borrow(|known| known.iter().find(|regex| regex.as_str() == whole).cloned())
}

fn remember(built: &Regex) {
    LATELY.with_borrow_mut(|known| {
        if known.len() == MOST {
            known.pop_front();
        }
        known.push_back(built.clone());
    });
}
