//! Words that every room speaks: a row, a priority, a time, a key, a sentence for the user.
//!
//! Lives here: small types without behaviour of their own, and the two guards of the exits, `clean` and `quoted`.
//! Imports: nothing of the house. Promise: a `RowId` is never a list position, and untrusted bytes are never text.

pub(crate) mod clean;
pub(crate) mod formula;
pub(crate) mod key;
pub(crate) mod notice;
pub(crate) mod quoted;
#[cfg(test)]
pub(crate) mod shells;

pub(crate) use clean::Clean;
pub(crate) use key::Key;
pub(crate) use notice::Notice;

/// Place of an alert in arrival order: its segment in the upper 16 bits, its row in the segment in the lower.
///
/// Ids grow with arrival but have gaps. Never an index into the visible list: that is a `ListPos`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RowId(u32);

impl RowId {
    /// The id of row `row` in segment `segment`.
    pub(crate) fn new(segment: u16, row: u16) -> Self {
        Self(u32::from(segment) << 16 | u32::from(row))
    }
    /// Index of the segment in the snapshot.
    pub(crate) fn segment(self) -> usize {
        (self.0 >> 16) as usize
    }
    /// Row inside the segment.
    pub(crate) fn row(self) -> usize {
        (self.0 & 0xffff) as usize
    }
}

/// Index into the list as it is shown, 0 at its top.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ListPos(pub(crate) usize);

/// Counts questions to the workers; an answer to an older question than the newest is dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Generation(u64);

impl Generation {
    /// The generation after this one.
    pub(crate) fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// A moment, in nanoseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Nanos(pub(crate) i64);

impl Nanos {
    /// A second.
    pub(crate) const SECOND: i64 = 1_000_000_000;
    /// A minute.
    pub(crate) const MINUTE: i64 = 60 * Self::SECOND;
    /// An hour.
    pub(crate) const HOUR: i64 = 60 * Self::MINUTE;
    /// A day of 24 hours.
    pub(crate) const DAY: i64 = 24 * Self::HOUR;
}

/// Milliseconds since the program started; the only clock that `state` knows, and it comes by message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Millis(pub(crate) u64);

/// Columns and rows of a screen or a part of it, in cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Size {
    /// Cells from left to right.
    pub(crate) columns: u16,
    /// Cells from top to bottom.
    pub(crate) rows: u16,
}

/// Severity, 0 (Emergency) to 7 (Debug); smaller is worse, as in syslog and in Falco.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(crate) enum Priority {
    /// The system is unusable.
    Emergency,
    /// Act at once.
    Alert,
    /// Critical condition.
    Critical,
    /// Error condition.
    Error,
    /// Warning condition.
    Warning,
    /// Normal but significant.
    Notice,
    /// Informational; `info` in rules files.
    Informational,
    /// Debug message.
    Debug,
}

impl Priority {
    /// Every priority, worst first.
    pub(crate) const ALL: [Self; 8] = [
        Self::Emergency,
        Self::Alert,
        Self::Critical,
        Self::Error,
        Self::Warning,
        Self::Notice,
        Self::Informational,
        Self::Debug,
    ];

    /// Reads a priority's word in any case; `info` means Informational (both occur in the field). `None`: no such word.
    pub(crate) fn parse(word: &[u8]) -> Option<Self> {
        if word.eq_ignore_ascii_case(b"info") {
            return Some(Self::Informational);
        }
        Self::ALL.into_iter().find(|p| p.word().as_bytes().eq_ignore_ascii_case(word))
    }

    /// The word as Falco writes it in alerts.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Emergency => "Emergency",
            Self::Alert => "Alert",
            Self::Critical => "Critical",
            Self::Error => "Error",
            Self::Warning => "Warning",
            Self::Notice => "Notice",
            Self::Informational => "Informational",
            Self::Debug => "Debug",
        }
    }

    /// The badge in the list: four letters, so that severity never hangs on colour alone.
    pub(crate) fn badge(self) -> &'static str {
        match self {
            Self::Emergency => "EMRG",
            Self::Alert => "ALRT",
            Self::Critical => "CRIT",
            Self::Error => "ERRO",
            Self::Warning => "WARN",
            Self::Notice => "NOTE",
            Self::Informational => "INFO",
            Self::Debug => "DEBG",
        }
    }
}
