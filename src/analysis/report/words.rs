//! What the report calls things.
//!
//! Lives here: one word for each reading, side, rank, kind and risk; times. Imports: `analysis`, `base`. Promise: the same
//! words in every format for people.

use chrono::{DateTime, Utc};

use crate::analysis::report::groups::Section;
use crate::analysis::{Analysis, Kind, Reading, Risk, Side, moment};
use crate::base::Nanos;

/// What the fields lean to.
pub(crate) fn reading(reading: Reading) -> &'static str {
    match reading {
        Reading::Malicious => "leans malicious",
        Reading::Benign => "leans benign",
        Reading::Undecided => "undecided",
        Reading::Test => "test tool",
    }
}

/// What an explanation would make of the alert.
pub(crate) fn verdict(reading: Reading) -> &'static str {
    match reading {
        Reading::Malicious => "malicious",
        Reading::Benign => "benign",
        Reading::Test => "test",
        Reading::Undecided => "undecided",
    }
}

/// What a line speaks for.
pub(crate) fn side(side: Side) -> &'static str {
    match side {
        Side::Malicious => "malicious",
        Side::Benign => "benign",
        Side::Test => "test",
        Side::Context => "context",
    }
}

/// How well an explanation is supported.
pub(crate) fn rank(weight: i32) -> &'static str {
    match weight {
        5.. => "strong",
        2..=4 => "possible",
        _ => "weak",
    }
}

/// What steps of a kind do.
pub(crate) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Question => "Ask",
        Kind::Inspect => "Inspect",
        Kind::Preserve => "Preserve evidence",
        Kind::Contain => "Contain",
        Kind::Eradicate => "Eradicate",
        Kind::Tune => "Tune",
    }
}

/// What a step does to the system.
pub(crate) fn risk(risk: Risk) -> &'static str {
    match risk {
        Risk::ReadOnly => "read-only",
        Risk::ChangesState => "changes state",
        Risk::Destructive => "destructive",
    }
}

/// The sums of the weights.
pub(crate) fn weights(analysis: &Analysis) -> String {
    let score = analysis.score;
    let test = if score.test > 0 { format!(", test mark {}", score.test) } else { String::new() };
    format!("malicious {}, benign {}, unresolved {}{test}", score.malicious, score.benign, score.unresolved)
}

/// An instant as it was recorded.
pub(crate) fn exact(at: Nanos) -> String {
    moment::exact(instant(at))
}

/// An instant for an overview: `2024-10-05 18:29:57`.
pub(crate) fn short(at: Nanos) -> String {
    instant(at).format("%Y-%m-%d %H:%M:%S").to_string()
}

fn instant(at: Nanos) -> DateTime<Utc> {
    DateTime::from_timestamp_nanos(at.0)
}

/// From the first to the last, for an overview; empty where no time is recorded.
pub(crate) fn span(first: Option<Nanos>, last: Option<Nanos>) -> String {
    match (first.map(short), last.map(short)) {
        (Some(first), Some(last)) if first == last => first,
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => String::new(),
    }
}

/// When it happened. Nothing is said of the time of an alert that records none.
pub(crate) fn when(section: &Section) -> String {
    let undated = match section.undated {
        0 => String::new(),
        1 => "; one of them does not record its time".to_owned(),
        more => format!("; {more} of them do not record their time"),
    };
    let count = number(section.count);
    match (section.first, section.last) {
        (Some(first), Some(last)) if first != last => {
            format!("{count} alike alerts from {} to {}{undated}.", exact(first), exact(last))
        }
        (Some(first), _) if section.count == 1 => format!("One alert, {}.", exact(first)),
        (Some(first), _) => format!("{count} alike alerts, at {}{undated}.", exact(first)),
        (None, _) if section.count == 1 => "One alert; it does not record its time.".to_owned(),
        (None, _) => format!("{count} alike alerts; they do not record their time."),
    }
}

/// `12,003`.
pub(crate) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1 alert`, `12,003 alerts`.
pub(crate) fn counted(count: u64, thing: &str) -> String {
    format!("{} {thing}{}", number(count), if count == 1 { "" } else { "s" })
}
