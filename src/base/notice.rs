//! A sentence for the user: what happened, where, what to do next.
//!
//! Lives here: the one type in which a failure or a result is told. Imports: `base::clean`.
//! Promise: it holds only `Clean` text, so that a file's name can break nothing when it is shown.

use std::fmt;

use crate::base::clean::Clean;

/// What happened, where, and what the user can do; lower case, no "error:", no full stop at the end of a part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Notice {
    /// What happened, with the user's own value in it.
    pub(crate) what: Clean,
    /// Where: a file, a line, a column. Empty when `what` says it.
    pub(crate) place: Clean,
    /// What to do now. Empty when there is nothing to do.
    pub(crate) next: Clean,
}

impl Notice {
    /// A notice that only says what happened.
    pub(crate) fn said(what: impl Into<Clean>) -> Self {
        Self { what: what.into(), ..Self::default() }
    }
    /// The same with what to do next.
    pub(crate) fn with_next(mut self, next: impl Into<Clean>) -> Self {
        self.next = next.into();
        self
    }
    /// The same with the place where it happened.
    pub(crate) fn at(mut self, place: impl Into<Clean>) -> Self {
        self.place = place.into();
        self
    }
}

/// `place: what. Next.` on one line.
impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        write!(f, "{}", self.what)?;
        if !self.next.is_empty() {
            write!(f, ". {}", self.next)?;
        }
        Ok(())
    }
}
