//! Texts of playbooks with the alert's values in them, so that they still read well where a value is missing.
//!
//! Lives here: what stands for a value that the alert does not have. Not here: values (`facts`), the pieces of a text
//! (`template`). Imports: `base`. Promise: a missing value is left out only with the words in parentheses that were
//! about it; everywhere else it is said to be missing.

use std::mem;

use crate::analysis::facts::Facts;
use crate::analysis::template::{Piece, Text};
use crate::base::Clean;

/// A part of a text.
#[derive(Clone, Debug)]
enum Part {
    /// The playbook's words.
    Words(String),
    /// The alert's value.
    Value(Clean),
    /// A field that the alert does not have.
    Absent(String),
}

/// What stands between two commas in parentheses.
#[derive(Debug, Default)]
struct Item {
    /// What goes before it where it is not the first that is kept: `, `.
    before: String,
    parts: Vec<Part>,
}

/// A text that is being told.
#[derive(Debug, Default)]
struct Telling {
    told: Vec<Part>,
    /// The group that is open, by its items; empty outside of parentheses.
    group: Vec<Item>,
    /// How many parentheses are open.
    depth: usize,
}

impl Facts<'_> {
    /// The text with the alert's values in it. Of words in parentheses, those between commas that name something the
    /// alert does not have are left out, and the parentheses with the last of them; elsewhere it is said that the field was
    /// not recorded.
    pub(crate) fn tell(&self, text: &Text) -> Clean {
        let mut telling = Telling::default();
        for piece in text.pieces() {
            match piece {
                Piece::Words(words) => words.chars().for_each(|c| telling.letter(c)),
                Piece::Hole { hole, .. } => {
                    telling.push(match hole.fields.iter().find_map(|field| self.shown(field)) {
                        Some(value) => Part::Value(value),
                        None => Part::Absent(hole.fields.first().cloned().unwrap_or_default()),
                    })
                }
            }
        }
        telling.finished()
    }
}

impl Telling {
    fn letter(&mut self, c: char) {
        match (c, self.depth) {
            ('(', depth) => {
                self.depth += 1;
                if depth == 0 {
                    self.group.push(Item::default());
                    return;
                }
            }
            (')', 1) => {
                self.depth = 0;
                return self.close(true);
            }
            (')', 2..) => self.depth -= 1,
            (',' | ';', 1) => return self.group.push(Item { before: c.to_string(), parts: Vec::new() }),
            _ => {}
        }
        self.push(Part::Words(c.to_string()));
    }

    fn push(&mut self, part: Part) {
        let parts = self.group.last_mut().map_or(&mut self.told, |item| &mut item.parts);
        match (parts.last_mut(), part) {
            (Some(Part::Words(words)), Part::Words(more)) => words.push_str(&more),
            (_, part) => parts.push(part),
        }
    }

    /// Ends the open group. `whole`: its closing parenthesis was there.
    fn close(&mut self, whole: bool) {
        let items = mem::take(&mut self.group);
        let mut kept = items.into_iter().filter(|item| !whole || !item.is_absent()).peekable();
        if kept.peek().is_none() {
            return self.drop_blank();
        }
        self.push(Part::Words("(".to_owned()));
        for (at, item) in kept.enumerate() {
            if at > 0 {
                self.push(Part::Words(item.before));
            }
            for (n, part) in item.parts.into_iter().enumerate() {
                // What follows a comma begins with a blank.
                self.push(if at == 0 && n == 0 { part.without_blank() } else { part });
            }
        }
        if whole {
            self.push(Part::Words(")".to_owned()));
        }
    }

    /// The blank before a group that is left out goes with it.
    fn drop_blank(&mut self) {
        if let Some(Part::Words(words)) = self.told.last_mut() {
            words.truncate(words.trim_end().len());
        }
    }

    fn finished(mut self) -> Clean {
        if !self.group.is_empty() {
            self.close(false);
        }
        Clean::concat(self.told.into_iter().enumerate().map(|(at, part)| match part {
            Part::Words(words) if at == 0 => Clean::from_bytes(words.trim_start().as_bytes()),
            Part::Words(words) => Clean::from_bytes(words.as_bytes()),
            Part::Value(value) => value,
            Part::Absent(field) => Clean::from_bytes(format!("({field} not recorded)").as_bytes()),
        }))
    }
}

impl Item {
    fn is_absent(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Absent(_)))
    }
}

impl Part {
    fn without_blank(self) -> Self {
        match self {
            Self::Words(words) => Self::Words(words.trim_start().to_owned()),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::bundled;
    use crate::decode;

    fn told(text: &str, fields: &str) -> String {
        let line = format!(r#"{{"rule":"R","priority":"Error","output":"o","output_fields":{fields}}}"#);
        let alert = decode::alert(line.as_bytes()).unwrap();
        Facts::of(&alert).tell(&Text::parse(text).unwrap()).as_str().to_owned()
    }

    #[test]
    fn what_is_missing_is_left_out_in_parentheses_and_said_elsewhere() {
        let text = "@{a.a:text} ran (program @{b.b:text}, user @{c.c:text}).";
        let cases = [
            (r#"{"a.a":"ln","b.b":"/bin/ln","c.c":"root"}"#, "ln ran (program /bin/ln, user root)."),
            (r#"{"a.a":"ln","b.b":"/bin/ln"}"#, "ln ran (program /bin/ln)."),
            (r#"{"a.a":"ln","c.c":"root"}"#, "ln ran (user root)."),
            (r#"{"a.a":"ln"}"#, "ln ran."),
            (r#"{"a.a":"a (b, c","b.b":"d), e"}"#, "a (b, c ran (program d), e)."),
            ("{}", "(a.a not recorded) ran."),
        ];
        for (fields, want) in cases {
            assert_eq!(told(text, fields), want, "{fields}");
        }
        let others = [
            ("(@{a.a:text}) x", "x"),
            ("x (a (b), c) y", "x (a (b), c) y"),
            ("x (a (@{a.a:text}), c) y", "x (c) y"),
            ("x (a @{a.a:text}", "x (a (a.a not recorded)"),
            ("x) y, z", "x) y, z"),
        ];
        for (text, want) in others {
            assert_eq!(told(text, "{}"), want, "{text}");
        }
    }

    #[test]
    fn every_text_of_every_page_reads_well_without_any_value() {
        let line = br#"{"rule":"R","priority":"Error","output":"o","output_fields":{}}"#;
        let alert = decode::alert(line).unwrap();
        let facts = Facts::of(&alert);
        for page in bundled::library().pages() {
            let lines = page.evidence.iter().map(|line| &line.text);
            let theories = page.theories.iter().map(|theory| &theory.text);
            for text in [&page.what, &page.fires, &page.blind, &page.impact].into_iter().chain(lines).chain(theories) {
                let told = facts.tell(text);
                let meant = |odd: &str| text.pieces().iter().any(|p| matches!(p, Piece::Words(w) if w.contains(odd)));
                for odd in ["()", "( ", " )", "  ", " . ", " ,", "(,", ",)", "[no "] {
                    assert!(meant(odd) || !told.as_str().contains(odd), "{} {odd:?}: {told}", page.id);
                }
            }
        }
    }
}
