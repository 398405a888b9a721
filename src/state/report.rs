//! `:report FILE`: a report of what is in view.
//!
//! Lives here: what goes into it, its format by the file's name, asking before a file is replaced. Not here: writing it
//! (`app`). Imports: `base`, `store`. Promise: a report never lacks an alert of the view unsaid, and no file is replaced
//! without a key for it.

use std::path::Path;
use std::sync::Arc;

use crate::base::{Clean, Notice, RowId};
use crate::state::commands::Args;
use crate::state::{Choice, Confirm, Effect, Input, Layer, Model, list, session};
use crate::store::Snapshot;

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people, as text.
    Markdown,
    /// For people, as one page.
    Html,
    /// For programs.
    Json,
}

/// A report that is to be written.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    /// The file, as it was typed.
    pub(crate) path: String,
    /// How it is written.
    pub(crate) format: Format,
    /// The alerts that go into it, in the order of the list.
    pub(crate) rows: Arc<Vec<RowId>>,
    /// What they are rows of.
    pub(crate) snapshot: Snapshot,
    /// What chose them, for the head of the report: the filter, and the words beside it.
    pub(crate) chosen_by: String,
    /// A file of this name may be replaced.
    pub(crate) replace: bool,
}

impl Report {
    /// The same, with `~/` at the start of its path read as a shell does.
    pub(crate) fn below(mut self, home: Option<&Path>) -> Self {
        let below = self.path.strip_prefix("~/").and_then(|rest| home?.join(rest).to_str().map(str::to_owned));
        self.path = below.unwrap_or(self.path);
        self
    }
}

/// Endings of files and what they ask for.
const ENDINGS: [(&str, Format); 3] = [("md", Format::Markdown), ("html", Format::Html), ("json", Format::Json)];

/// The file that is proposed.
const PROPOSED: &str = "report.md";

/// Writes a report of what is in view into the file that the palette names; without one, asks for it.
pub(crate) fn report(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    if args.text.is_empty() {
        let input = Input::holding(&["report ", PROPOSED].concat());
        model.layers.push(Layer::Palette(Choice { input, ..Choice::default() }));
        return Vec::new();
    }
    match asked(model, args.text) {
        Ok(report) => vec![Effect::Report(report)],
        Err(why) => session::say(model, why),
    }
}

fn asked(model: &Model, path: &str) -> Result<Report, Notice> {
    let format = format(path)?;
    if model.is_counting() {
        let what = "the list is still being counted, so a report of it would lack alerts";
        return Err(Notice::said(what).with_next("ask again when the count stands"));
    }
    if model.list.view.rows.is_empty() {
        return Err(list::nothing_here(model));
    }
    let rows = Arc::clone(&model.list.view.rows);
    let snapshot = model.loaded.snapshot.clone();
    Ok(Report { path: path.to_owned(), format, rows, snapshot, chosen_by: chosen_by(model), replace: false })
}

/// `priority >= Warning`, `words: shadow`, both, or nothing.
fn chosen_by(model: &Model) -> String {
    let now = &model.narrowed.now;
    match (now.filter.as_str(), now.words.as_str()) {
        (filter, "") => filter.to_owned(),
        ("", words) => format!("words: {words}"),
        (filter, words) => format!("{filter}; words: {words}"),
    }
}

fn format(path: &str) -> Result<Format, Notice> {
    let file = path.rsplit('/').next().unwrap_or(path);
    let ending = file.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, ending)| ending);
    let known = ENDINGS.iter().find(|(known, _)| ending.is_some_and(|ending| ending.eq_ignore_ascii_case(known)));
    known.map(|(_, format)| *format).ok_or_else(|| {
        let what = "a report is a file that ends in .md, .html or .json";
        Notice::said(what).at(Clean::from_bytes(path.as_bytes()))
    })
}

/// The file is there already: it is replaced only after one more key.
pub(crate) fn ask_replace(model: &mut Model, report: Report) -> Vec<Effect> {
    let path = Clean::from_bytes(report.path.as_bytes());
    let question = Notice::said("there is such a file already").at(path);
    let effect = Box::new(Effect::Report(Report { replace: true, ..report }));
    model.layers.push(Layer::Confirm(Confirm { question, deed: "replaces it", effect }));
    Vec::new()
}

#[cfg(test)]
#[path = "report_tests.rs"]
mod tests;
