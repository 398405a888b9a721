//! What may lie over the screen and take the keys.
//!
//! Lives here: the shapes of prompts, lists and questions. Not here: what keys do in them (`layers`, `prompt`).
//! Imports: `analysis`, `base`, `source`. Promise: a layer holds what it needs, so that closing it forgets it.

use std::ops::Range;

use crate::analysis::{CommandLine, Gap};
use crate::base::{Clean, Notice, RowId};
use crate::source::{ByteSpan, SourceName};
use crate::state::compare::Comparison;
use crate::state::{Effect, Step, steps};

/// Something that lies over the screen and takes the keys.
#[derive(Clone, Debug)]
pub(crate) enum Layer {
    /// Every key, as the table of commands has them; the text narrows it.
    Help(Choice),
    /// Commands by name.
    Palette(Choice),
    /// The words of `/` are being typed.
    Narrow(Input),
    /// The filter of `f` is being typed.
    Filter(Input),
    /// The text that narrows the values of a field is being typed.
    Values(Input),
    /// A time to go to is being typed.
    Time(Input),
    /// The names of fields that alerts have, to be chosen from.
    Fields(Vec<String>, Choice),
    /// Values for the gaps of a command are being typed.
    Fill(Box<Fill>),
    /// Something is done only after one more key.
    Confirm(Confirm),
    /// Two alerts side by side.
    Compare(Box<Comparison>),
    /// The lines that are no alerts.
    Unreadable(Choice),
    /// The bytes of one such line.
    Bytes(Bytes),
    /// Earlier messages.
    Messages(Choice),
    /// No source was named.
    Start(Vec<Start>, Choice),
}

/// A list that is chosen from, with text that narrows it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Choice {
    /// The text that narrows it, where it has one.
    pub(crate) input: Input,
    /// The item under the cursor, among those that the text leaves.
    pub(crate) cursor: usize,
    /// The first item that is drawn.
    pub(crate) top: usize,
}

/// One line of text being typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Input {
    /// The text so far, as typed or pasted.
    pub(crate) text: String,
    /// Where the next character goes, in bytes; always between characters.
    pub(crate) at: usize,
    /// What is wrong with it, and where (a range of bytes of `text`).
    pub(crate) error: Option<(Range<usize>, Notice)>,
    /// What was in force when the prompt was opened, for Esc.
    pub(crate) before: Step,
}

/// The bytes of a line that is no alert.
#[derive(Clone, Debug)]
pub(crate) struct Bytes {
    /// Where the line lies; an answer for another one is dropped.
    pub(crate) span: ByteSpan,
    /// Number of the line in its source, from 1.
    pub(crate) line: u64,
    /// The line's beginning (at most 64 KiB of it), to be wrapped; until it was read, the bytes that are known.
    pub(crate) text: Clean,
    /// The first row that is drawn.
    pub(crate) top: usize,
}

/// Values are asked for the gaps of one command, one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Fill {
    /// The alert that the values are remembered for.
    pub(crate) row: RowId,
    /// The command that leaves when every gap was asked for.
    pub(crate) wanted: steps::Wanted,
    /// It with the values so far, the gap that is asked for open.
    pub(crate) command: CommandLine,
    /// The gaps that are left to be asked for; the first is being asked for.
    pub(crate) gaps: Vec<Gap>,
    /// How many gaps are asked for in all.
    pub(crate) of: usize,
    /// A value was typed for this gap before.
    pub(crate) again: bool,
    /// The value, being typed.
    pub(crate) input: Input,
}

/// Something that is done only after one more key.
#[derive(Clone, Debug)]
pub(crate) struct Confirm {
    /// What is to be known before it is done.
    pub(crate) question: Notice,
    /// What the key does, as a verb: `sends it`.
    pub(crate) deed: &'static str,
    /// What is done.
    pub(crate) effect: Box<Effect>,
}

/// What the start page offers.
#[derive(Clone, Debug)]
pub(crate) struct Start {
    /// What Enter opens.
    pub(crate) source: SourceName,
    /// How it is called.
    pub(crate) title: Clean,
    /// What is known of it: `Falco's file_output · 12 MB`.
    pub(crate) about: Clean,
}
