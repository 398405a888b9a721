//! Commands that are safe to paste: the playbook's own words with quoted values in them.
//!
//! Lives here: filling a template from an alert, gaps, filling a gap by hand. Not here: what a value may be (`hole`),
//! quoting (`base::quoted`). Imports: `base`. Promise: a value is one `Quoted` word or a named gap, and no line is
//! longer than a shell takes from a paste.

use std::ops::Range;

use crate::analysis::facts::Facts;
use crate::analysis::hole::{Hole, ValueType};
use crate::analysis::template::{Piece, Template};
use crate::base::Clean;
use crate::base::quoted::Quoted;

/// The longest line that every shell takes from a paste, with room for the prompt: busybox cuts at 1,022 bytes.
const MAX_LINE: usize = 1000;
/// Why a value can't stand where a `-` would make it an option.
const LIKE_AN_OPTION: &str = "it begins with - and would be read as an option here";
/// Why a value can't become a word.
const NO_WORD: &str = "no shell word can carry it: a NUL, a line break at its end, or too long";
/// Why a value makes a line too long.
const LINE_TOO_LONG: &str = "the line would pass 1,000 bytes, and a shell would cut it";

/// A command that is safe to paste: the playbook's own words with `Quoted` values in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CommandLine {
    parts: Vec<CommandPart>,
    gaps: Vec<Gap>,
}

/// A piece of a command, in the order of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
enum CommandPart {
    /// The playbook's own words.
    Words(String),
    /// A value, and the placeholder that it came through.
    Value(Quoted, Hole),
    /// A value that the program itself put there.
    Own(Quoted),
    /// A gap by its name, and whether a `-` would be an option here; stands as the quoted word `'<PID>'`.
    Gap(String, bool),
}

/// A value that the alert does not hold, or holds in a form that the command can't take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Gap {
    /// The name that stands for it, in quotes and angle brackets: `PID` for `'<PID>'`.
    pub(crate) name: String,
    /// The fields it would come from: `proc.pid`.
    pub(crate) fields: Vec<String>,
    /// Why the value that is there can't be used; empty when there is none.
    pub(crate) invalid: String,
    /// The placeholder's type: `pid`.
    pub(crate) kind: String,
    accepts: ValueType,
}

/// A value that the analyst typed, and the gap that it was typed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Given {
    /// The gap.
    pub(crate) gap: Gap,
    /// The text as it was typed; good for the gap's type.
    pub(crate) typed: String,
}

impl CommandLine {
    /// A command of the program's own words, each with the value that follows it; `None` where it would be too long to be
    /// pasted.
    pub(crate) fn made(parts: Vec<(&'static str, Option<Quoted>)>) -> Option<Self> {
        let pieces = parts.into_iter().flat_map(|(words, value)| {
            [Some(CommandPart::Words(words.to_owned())), value.map(CommandPart::Own)].into_iter().flatten()
        });
        let line = Self { parts: pieces.collect(), gaps: Vec::new() };
        (line.text().len() <= MAX_LINE).then_some(line)
    }

    /// The command as it is sent: printable ASCII, a gap as a quoted word.
    pub(crate) fn text(&self) -> String {
        self.parts.iter().map(|part| self.word(part)).collect()
    }

    /// Where the gaps stand in [`CommandLine::text`], in bytes, in order; for drawing them apart.
    pub(crate) fn gap_places(&self) -> Vec<Range<usize>> {
        let mut at = 0;
        let mut places = Vec::new();
        for part in &self.parts {
            let end = at + self.word(part).len();
            if matches!(part, CommandPart::Gap(..)) {
                places.push(at..end);
            }
            at = end;
        }
        places
    }

    /// What is still unfilled, in order, each once.
    pub(crate) fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    /// The command as it is drawn.
    pub(crate) fn clean(&self) -> Clean {
        Clean::from_bytes(self.text().as_bytes())
    }

    /// The command with `raw` in place of its first gap, wherever that name stands; on `Err`, which rule of the gap's
    /// type the value broke.
    #[cfg(test)]
    pub(crate) fn fill(&self, raw: &str) -> Result<Self, Clean> {
        self.gaps.first().map_or_else(|| Ok(self.clone()), |gap| self.with_typed(gap, raw))
    }

    /// The command with `raw` in place of `gap`, one of its own, wherever that name stands; on `Err`, which rule of the
    /// gap's type the value broke.
    pub(crate) fn with_typed(&self, gap: &Gap, raw: &str) -> Result<Self, Clean> {
        let exposed = self.parts.iter().any(|part| matches!(part, CommandPart::Gap(name, true) if *name == gap.name));
        let value = gap.accepts.accept_typed(raw.as_bytes()).map_err(Clean::from)?;
        let word = quoted(&value, exposed).map_err(Clean::from)?;
        let filled = self.with(&gap.name, &word);
        if filled.text().len() > MAX_LINE { Err(Clean::from(LINE_TOO_LONG)) } else { Ok(filled) }
    }

    /// The command with every typed value in the gaps that ask for it; a gap that can't take its value stays.
    pub(crate) fn filled_with(&self, given: &[Given]) -> Self {
        self.gaps.iter().fold(self.clone(), |line, gap| {
            let fitting = given.iter().find(|given| given.gap.is_alike(gap));
            fitting.and_then(|given| line.with_typed(gap, &given.typed).ok()).unwrap_or(line)
        })
    }

    fn with(&self, name: &str, word: &Quoted) -> Self {
        let gap = self.gaps.iter().find(|gap| gap.name == name);
        let fill = |part: &CommandPart| match (part, gap) {
            (CommandPart::Gap(here, _), Some(gap)) if here == name => CommandPart::Value(word.clone(), gap.hole()),
            (other, _) => other.clone(),
        };
        Self {
            parts: self.parts.iter().map(fill).collect(),
            gaps: self.gaps.iter().filter(|gap| gap.name != name).cloned().collect(),
        }
    }

    fn word(&self, part: &CommandPart) -> String {
        match part {
            CommandPart::Words(words) => words.clone(),
            CommandPart::Value(value, _) | CommandPart::Own(value) => value.as_str().to_owned(),
            CommandPart::Gap(name, _) => {
                let invalid = self.gaps.iter().any(|gap| gap.name == *name && !gap.invalid.is_empty());
                if invalid { format!("'<{name}: invalid>'") } else { format!("'<{name}>'") }
            }
        }
    }

    fn push_gap(&mut self, hole: &Hole, exposed: bool, invalid: &str) {
        self.parts.push(CommandPart::Gap(hole.label.clone(), exposed));
        self.name_gap(hole, invalid);
    }

    fn name_gap(&mut self, hole: &Hole, invalid: &str) {
        match self.gaps.iter_mut().find(|gap| gap.name == hole.label) {
            Some(gap) if gap.invalid.is_empty() => invalid.clone_into(&mut gap.invalid),
            Some(_) => {}
            None => self.gaps.push(Gap::of(hole, invalid)),
        }
    }

    /// Takes values out, the longest first, until the line is short enough.
    fn shortened(mut self) -> Self {
        while self.text().len() > MAX_LINE {
            let values = self.parts.iter().filter_map(|part| match part {
                CommandPart::Value(value, hole) => Some((value.as_str().len(), hole.clone())),
                _ => None,
            });
            let Some((_, hole)) = values.max_by_key(|(length, _)| *length) else { break };
            self = self.without(&hole);
        }
        self
    }

    fn without(mut self, hole: &Hole) -> Self {
        for part in &mut self.parts {
            if matches!(part, CommandPart::Value(_, from) if from == hole) {
                *part = CommandPart::Gap(hole.label.clone(), true);
            }
        }
        self.name_gap(hole, LINE_TOO_LONG);
        self
    }
}

impl Gap {
    /// Whether one value fills both: same name, same type, a field in common.
    pub(crate) fn is_alike(&self, other: &Self) -> bool {
        let share = self.fields.iter().any(|field| other.fields.contains(field));
        self.name == other.name && self.accepts == other.accepts && share
    }

    /// What a value must be, as the refusal of a bad one says it.
    pub(crate) fn rule(&self) -> &'static str {
        self.accepts.accept_typed(b"\0").err().unwrap_or_default()
    }

    fn of(hole: &Hole, invalid: &str) -> Self {
        Self {
            name: hole.label.clone(),
            fields: hole.fields.clone(),
            invalid: invalid.to_owned(),
            kind: hole.accepts.name(),
            accepts: hole.accepts,
        }
    }

    fn hole(&self) -> Hole {
        Hole { fields: self.fields.clone(), accepts: self.accepts, label: self.name.clone() }
    }
}

/// The template with the alert's values in it.
pub(crate) fn filled(template: &Template, facts: &Facts<'_>) -> CommandLine {
    let mut line = CommandLine::default();
    for piece in template.pieces() {
        match piece {
            Piece::Words(words) => line.parts.push(CommandPart::Words(words.clone())),
            Piece::Hole { hole, exposed } => match value(hole, *exposed, facts) {
                Ok(word) => line.parts.push(CommandPart::Value(word, hole.clone())),
                Err(why) => line.push_gap(hole, *exposed, why),
            },
        }
    }
    line.shortened()
}

/// The first field's value that is known and good; on `Err`, why the first known one is not, or nothing.
fn value(hole: &Hole, exposed: bool, facts: &Facts<'_>) -> Result<Quoted, &'static str> {
    let mut refused = "";
    for raw in hole.fields.iter().filter_map(|field| facts.bytes(field)) {
        match hole.accepts.accept(raw).and_then(|good| quoted(&good, exposed)) {
            Ok(word) => return Ok(word),
            Err(why) if refused.is_empty() => refused = why,
            Err(_) => {}
        }
    }
    Err(refused)
}

fn quoted(value: &[u8], exposed: bool) -> Result<Quoted, &'static str> {
    if exposed && value.starts_with(b"-") {
        return Err(LIKE_AN_OPTION);
    }
    Quoted::new(value).ok_or(NO_WORD)
}

#[cfg(test)]
#[path = "command_tests.rs"]
mod tests;
