//! Whether a line is an alert, and whether it matches, with as little work as the answer needs.
//!
//! Lives here: skipping lines that can't match. Not here: reading only the values that are asked for (`query::picked`).
//! Imports: `source`, `frame`, `decode`, `query`. Promise: of an alert, the answer is the one that the whole alert
//! would give. A line that can't match, has an alert's shape and nothing around it is taken for one without being read.

use crate::app::headless::scan::Wants;
use crate::decode::bare::Bare;
use crate::decode::{self, Alert, Decoder, Falco, Nothing, Reason};
use crate::frame::Line;
use crate::query::filter::Filter;
use crate::query::picked::Picked;
use crate::query::plan::Plan;
use crate::query::sieve::{Sieve, Text};
use crate::source::SourceId;

/// Reads lines into as few values as the filter and the taker need.
pub(crate) struct Judge {
    falco: Falco,
    picked: Picked,
    plan: Plan,
    sieve: Sieve,
    has_skipped: bool,
    bare: Bare,
}

impl Judge {
    /// A judge of alerts by `filter`, for one who reads `wants` of those that match.
    pub(crate) fn new(filter: &Filter, wants: Wants<'_>) -> Self {
        let names = match wants {
            Wants::Fields(fields) => filter.names().into_iter().chain(fields.iter().cloned()).collect(),
            Wants::Nothing => filter.names(),
        };
        let plan = Plan::of(filter);
        Self {
            falco: Falco::default(),
            picked: Picked::new(Some(names), filter.words()),
            sieve: Sieve::of(&plan),
            plan,
            has_skipped: false,
            bare: Bare::default(),
        }
    }

    /// `Err`: the line is no alert at all.
    pub(crate) fn try_alert(&mut self, line: &Line<'_>) -> Result<(), Reason> {
        if line.is_too_long() {
            return Err(Reason::TooLong(line.len));
        }
        self.falco.decode(line.bytes, &mut Nothing)
    }

    /// Whether the alert in the line of `source` matches; `Err`: it is none.
    pub(crate) fn line(&mut self, source: SourceId, line: &Line<'_>) -> Result<bool, Reason> {
        if line.is_too_long() {
            return Err(Reason::TooLong(line.len));
        }
        let text = Text { source, start: line.start, line: line.bytes, ahead: line.ahead };
        // In an envelope a value may be escaped twice or be base64: nothing of it need stand in the line's bytes.
        if !self.sieve.lets_through(text) && self.bare.is_bare(line.bytes) {
            self.has_skipped = true;
            return Ok(false);
        }
        self.falco.decode(line.bytes, &mut self.picked)?;
        if self.picked.needs_whole_alert() {
            return Ok(self.plan.matches(&decode::alert(line.bytes)?));
        }
        Ok(self.plan.matches(&self.picked))
    }

    /// Whether lines were taken for alerts by their shape alone, so that more may be unreadable than were found to be.
    pub(crate) fn has_skipped(&self) -> bool {
        self.has_skipped
    }

    /// The values of the last line that were asked for.
    pub(crate) fn alert(&self) -> &Alert {
        self.picked.alert()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::envelope::tests::{WRAPS, alert};

    fn line(bytes: &[u8]) -> Line<'_> {
        Line { bytes, ahead: bytes, start: 0, len: bytes.len() as u64, end_len: 1, number: 1 }
    }

    #[test]
    fn a_word_counts_only_where_the_value_counts() {
        let once = r#"{"rule":"r","output_fields":{"a":"needle","b":"x"},"envelope":"far"}"#;
        let doubled = r#"{"rule":"r","output_fields":{"a":"needle","a":"x"}}"#;
        let again = r#"{"rule":"r","output_fields":{"a":"needle"},"output_fields":{"b":"x"}}"#;
        let escaped = r#"{"rule":"r","output_fields":{"a":"n\u0065edle"}}"#;
        let cases = [
            ("needle", once, true),
            ("needle", doubled, false),
            ("needle", again, false),
            ("needle", escaped, true),
            ("needle and b = x", once, true),
            ("not needle", doubled, true),
            ("far", once, false),
            ("rule = r and (needle or nothing)", once, true),
            ("a = needle", doubled, false),
        ];
        for (text, alert, want) in cases {
            let filter = Filter::parse(text).unwrap();
            for wants in
                [Wants::Nothing, Wants::Fields(&["b".to_owned()]), Wants::Fields(&["a".to_owned(), "b".to_owned()])]
            {
                let got = Judge::new(&filter, wants).line(SourceId(0), &line(alert.as_bytes()));
                assert_eq!(got, Ok(want), "{text} on {alert} for {wants:?}");
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn an_envelope_changes_no_answer(value in "[a-dA-D<>\"\\\\ é]{0,6}", more in "[a-dA-D<>\"\\\\ é]{0,3}") {
            let part: String = value.chars().skip(1).take(3).collect();
            let plain = alert(&format!("{value}{more}"));
            for filter in ["output contains W", "W", "not W", "proc.cmdline = W or rule = W", "proc.cmdline icontains W"] {
                let filter = Filter::parse(&filter.replace('W', &quoted(&part))).unwrap();
                let want = Judge::new(&filter, Wants::Nothing).line(SourceId(0), &line(plain.as_bytes()));
                for (name, wrap) in WRAPS {
                    let wrapped = wrap(&plain);
                    let got = Judge::new(&filter, Wants::Nothing).line(SourceId(0), &line(wrapped.as_bytes()));
                    proptest::prop_assert_eq!(&got, &want, "{} {}", name, wrapped);
                }
            }
        }
    }

    fn quoted(text: &str) -> String {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    }
}
