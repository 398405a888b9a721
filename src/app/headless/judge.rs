//! Whether a line is an alert, and whether it matches, with as little work as the answer needs.
//!
//! Lives here: skipping lines that can't match. Not here: reading only the values that are asked for (`query::picked`).
//! Imports: `source`, `frame`, `decode`, `query`. Promise: of an alert, the answer is the one that the whole alert
//! would give. A line that can't match, has an alert's shape and nothing around it is taken for one without being read.

use crate::app::headless::scan::Wants;
use crate::decode::bare::{Bare, begins_as_docker};
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
    /// For docker's lines.
    in_docker: Sieve,
    has_skipped: bool,
    bare: Bare,
    /// The own bytes of the last line's alert, where they are wanted.
    own: Option<Vec<u8>>,
    /// The last line was read.
    is_read: bool,
}

impl Judge {
    /// A judge of alerts by `filter`, for one who reads `wants` of those that match.
    pub(crate) fn new(filter: &Filter, wants: Wants<'_>) -> Self {
        let names = match wants {
            Wants::Fields(fields) => filter.names().into_iter().chain(fields.iter().cloned()).collect(),
            Wants::Nothing | Wants::Own => filter.names(),
        };
        let plan = Plan::of(filter);
        Self {
            falco: Falco::default(),
            picked: Picked::new(Some(names), filter.words()),
            sieve: Sieve::of(&plan),
            in_docker: Sieve::in_docker(&plan),
            plan,
            has_skipped: false,
            bare: Bare::default(),
            own: (wants == Wants::Own).then(Vec::new),
            is_read: false,
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
        self.is_read = false;
        if self.is_out(text) {
            self.has_skipped = true;
            return Ok(false);
        }
        match &mut self.own {
            Some(own) => self.falco.decode_with_own(line.bytes, &mut self.picked, own)?,
            None => self.falco.decode(line.bytes, &mut self.picked)?,
        }
        self.is_read = true;
        if self.picked.needs_whole_alert() {
            return Ok(self.plan.matches(&decode::alert(line.bytes)?));
        }
        Ok(self.plan.matches(&self.picked))
    }

    /// In an envelope a value may be escaped twice or be base64: nothing of it need stand in the line's bytes, but in those of
    /// docker's, whose escapes are known.
    fn is_out(&mut self, text: Text<'_>) -> bool {
        if begins_as_docker(text.line) {
            return !self.in_docker.lets_through(text) && self.bare.is_in_docker(text.line);
        }
        !self.sieve.lets_through(text) && self.bare.is_bare(text.line)
    }

    /// Whether lines were taken for alerts by their shape alone, so that more may be unreadable than were found to be.
    pub(crate) fn has_skipped(&self) -> bool {
        self.has_skipped
    }

    /// The own bytes of the last line's alert, if it matches and they are wanted.
    pub(crate) fn own(&self) -> Option<&[u8]> {
        self.own.as_deref()
    }

    /// The values of the last line that were asked for, the filter's among them; `None`: it was not read.
    pub(crate) fn read(&self) -> Option<&Alert> {
        self.is_read.then(|| self.picked.alert())
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

    proptest::proptest! {
        #[test]
        fn no_escape_hides_a_word_from_docker(
            value in "[a-c/<]{1,5}",
            inner in proptest::collection::vec(0..4_u8, 5),
            outer in proptest::collection::vec(0..12_u8, 400),
        ) {
            let spelt = |text: &str, how: &[u8]| -> String {
                let spell = |(letter, how): (char, &u8)| match how {
                    0 => format!("\\u{:04x}", u32::from(letter)),
                    1 if letter == '/' => "\\/".to_owned(),
                    _ => letter.to_string(),
                };
                text.chars().zip(how.iter().chain(std::iter::repeat(&9))).map(spell).collect()
            };
            let alert = alert("V").replace('V', &spelt(&value, &inner));
            let escaped: String = alert.chars().zip(outer.iter().chain(std::iter::repeat(&9))).map(|(letter, how)| {
                if matches!(letter, '"' | '\\') { format!("\\{letter}") } else { spelt(&letter.to_string(), &[*how]) }
            }).collect();
            let line_of = format!(r#"{{"log":"{escaped}\n","stream":"stdout","time":"t"}}"#);
            for filter in [format!("proc.cmdline contains {}", quoted(&value)), quoted(&value), format!("not {}", quoted(&value))] {
                let filter = Filter::parse(&filter).unwrap();
                let judge = |bytes: &str| Judge::new(&filter, Wants::Nothing).line(SourceId(0), &line(bytes.as_bytes()));
                proptest::prop_assert_eq!(judge(&line_of), judge(&alert), "{}", line_of);
            }
        }
    }

    #[test]
    fn lines_of_dockers_without_the_word_are_not_read() {
        let docker = |alert: &str| WRAPS.iter().find(|(name, _)| *name == "docker").unwrap().1(alert);
        let line_of = docker(&alert("a \"quoted\" > word"));
        for (filter, want) in
            [("needle", true), ("proc.cmdline contains /needle", true), ("quoted", false), ("\"\\\"\"", false)]
        {
            let mut judge = Judge::new(&Filter::parse(filter).unwrap(), Wants::Nothing);
            assert!(judge.line(SourceId(0), &line(line_of.as_bytes())).is_ok());
            assert_eq!(judge.has_skipped(), want, "{filter}");
        }
    }

    fn quoted(text: &str) -> String {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    }
}
