//! What makes a playbook wrong although it is valid TOML.
//!
//! Lives here: the rules of the format that `load` does not need for itself. Not here: collecting (`load`).
//! Imports: siblings only. Promise: a changing step has an undo, a check and a word on what it breaks, or is named.

use crate::analysis::form::{EvidenceForm, FieldsForm, PageForm, StepListForm, StepSource, TuneForm};
use crate::analysis::load::{At, Complaints};
use crate::analysis::playbook::{Forms, Page, PageKind, Runtime, StepForm};
use crate::analysis::template::{Piece, Text};
use crate::analysis::{Kind, Reading, Risk, Side};

/// The version of the format that this program reads.
const FORMAT: u32 = 1;
/// How much evidence from a command line may weigh: the process writes it.
const MOST_FOR_COMMAND_LINE: u32 = 3;

/// The version must be this program's.
pub(crate) fn format(file: &str, format: u32, complaints: &Complaints) {
    complaints.at(file).say_if(format != FORMAT, &format!("format {format}, this program reads {FORMAT}"));
}

/// A page as it is written. Gives back the fields that the page may name.
pub(crate) fn page(file: &str, form: &PageForm, fields: &FieldsForm, complaints: &Complaints) -> Vec<String> {
    let at = complaints.at(file);
    let stem = file.rsplit('/').next().and_then(|name| name.strip_suffix(".toml"));
    format(file, form.format, complaints);
    at.say_if(stem != Some(form.id.as_str()), "the id differs from the file's name");
    at.say_if(form.kind == PageKind::Rule && form.matches.rule.is_empty(), "a page for a rule needs match.rule");
    at.say_if(form.kind != PageKind::Rule && form.matches.when.is_none(), "a page without a rule needs match.when");
    for text in [&form.about.what, &form.about.fires, &form.about.blind, &form.impact.text] {
        at.say_if(text.trim().is_empty(), "about and impact can't be empty");
    }
    for question in &form.question {
        let parts = [&question.ask, &question.why, &question.yes, &question.no];
        at.say_if(parts.iter().any(|part| part.is_empty()), "a question needs ask, why, yes and no");
    }
    let known = known_fields(form, fields);
    for name in form.about.show.iter().chain(form.tune.iter().flat_map(|tune| &tune.fields)) {
        at.say_if(!known.contains(name), &format!("the page does not list the field {name}"));
    }
    for technique in &form.attack {
        at.say_if(!is_attack_id(&technique.id), &format!("{} is no id of ATT&CK", technique.id));
    }
    if let Some(tune) = &form.tune {
        tuning(at, tune);
    }
    known
}

fn known_fields(form: &PageForm, fields: &FieldsForm) -> Vec<String> {
    let of_page = form.matches.output_fields.iter().chain(&form.matches.optional_fields);
    let of_all = fields.common.iter().chain(&fields.appended).chain(&fields.envelope);
    of_page.chain(of_all).cloned().collect()
}

fn tuning(at: At<'_>, tune: &TuneForm) {
    at.say_if(tune.name.is_empty() || tune.caution.is_empty(), "tune needs a name and a caution");
    at.say_if(tune.fields.len() < 2, "an exception needs two fields or more");
    at.say_if(tune.fields.len() != tune.comps.len(), "tune needs as many comps as fields");
}

fn is_attack_id(id: &str) -> bool {
    let digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    match (id.strip_prefix("TA"), id.strip_prefix('T')) {
        (Some(tactic), _) => digits(tactic, 4),
        (None, Some(technique)) => match technique.split_once('.') {
            Some((main, sub)) => digits(main, 4) && digits(sub, 3),
            None => digits(technique, 4),
        },
        (None, None) => false,
    }
}

/// A line of evidence as it is written.
pub(crate) fn evidence(at: At<'_>, form: &EvidenceForm) {
    let weighs = form.weight.is_some();
    at.say_if(weighs == (form.side == Side::Context), &format!("{}: context has no weight, all else has one", form.id));
    at.say_if(form.weight.is_some_and(|w| !(1..=5).contains(&w)), &format!("{}: a weight is 1 to 5", form.id));
}

/// A process can write what it likes into its command line.
pub(crate) fn command_line_weight(at: At<'_>, form: &EvidenceForm, names: &[String]) {
    let only = !names.is_empty() && names.iter().all(|name| matches!(name.as_str(), "proc.cmdline" | "proc.pcmdline"));
    let heavy = form.weight.is_some_and(|weight| weight > MOST_FOR_COMMAND_LINE);
    at.say_if(only && heavy && form.side != Side::Test, &format!("{}: a command line weighs 3 at most", form.id));
}

/// A step, as it is written and as it was read.
pub(crate) fn step(at: At<'_>, source: &StepSource, step: &StepForm, fields: &FieldsForm) {
    let say_if = |broken: bool, what: &str| at.say_if(broken, &format!("step {}: {what}", source.id));
    let says_nothing = source.title.is_empty() || source.why.is_empty();
    say_if(says_nothing, "it needs a title and a why");
    say_if(step.command.plain.is_none() && step.command.by_runtime.is_empty(), "it has no command");
    say_if(source.kind == Kind::Question, "a step is not of the kind question");
    if source.risk != Risk::ReadOnly {
        say_if(step.breaks.is_empty(), "it changes something and does not say what it breaks");
        for runtime in runtimes(&step.command) {
            let undo = step.undo.form(runtime).is_some() || !step.no_undo.is_empty();
            say_if(!undo, "it changes something and has no undo for each of its runtimes");
            say_if(
                step.check.form(runtime).is_none(),
                "it changes something and has no check for each of its runtimes",
            );
        }
    }
    for forms in [&step.command, &step.undo, &step.check] {
        other_runtime(forms, &say_if);
        for hole in templates(forms).flat_map(crate::analysis::template::Template::holes) {
            let dotted = hole.fields.iter().all(|field| field.contains('.'));
            let named =
                |field: &String| field.contains('.') || fields.asked.contains(field) || fields.envelope.contains(field);
            say_if(!dotted && !hole.fields.iter().all(named), &format!("{}: no alert has such a field", hole.label));
        }
    }
}

fn runtimes(forms: &Forms) -> Vec<Option<Runtime>> {
    let plain = forms.plain.iter().map(|_| None);
    plain.chain(forms.by_runtime.iter().map(|(runtime, _)| Some(*runtime))).collect()
}

fn templates(forms: &Forms) -> impl Iterator<Item = &crate::analysis::template::Template> {
    forms.plain.iter().chain(forms.by_runtime.iter().map(|(_, template)| template))
}

/// A form for one runtime must not call another one's program.
fn other_runtime(forms: &Forms, say_if: &dyn Fn(bool, &str)) {
    for (runtime, template) in &forms.by_runtime {
        let other = Runtime::ALL.iter().any(|r| r != runtime && r.name() == template.program());
        say_if(other, &format!("the form for {} calls {}", runtime.name(), template.program()));
    }
}

/// A page as it was read: references and placeholders.
pub(crate) fn cooked(at: At<'_>, page: &Page, known: &[String]) {
    let ids: Vec<&str> = page.evidence.iter().map(|line| line.id.as_str()).collect();
    for (n, id) in ids.iter().enumerate() {
        at.say_if(ids.iter().skip(n + 1).any(|other| other == id), &format!("two lines of evidence are called {id}"));
    }
    for theory in &page.theories {
        at.say_if(theory.verdict == Reading::Undecided, "an explanation makes an alert malicious, benign or a test");
        for id in theory.because.iter().chain(&theory.unless) {
            at.say_if(
                !ids.contains(&id.as_str()),
                &format!("an explanation names the evidence {id}, which is not there"),
            );
        }
    }
    let of = |wanted: Kind| page.steps.iter().any(|(kind, _)| *kind == wanted);
    let destructive = page.steps.iter().any(|(_, step)| step.risk == Risk::Destructive);
    at.say_if(destructive && !of(Kind::Preserve), "it destroys something and saves nothing first");
    only_known(at, page, known);
}

/// A field that the page does not list is a typing error, or will never be there.
fn only_known(at: At<'_>, page: &Page, known: &[String]) {
    for line in &page.evidence {
        let names = line.condition.names();
        for name in names.iter().map(String::as_str).chain(named_in(&line.text)) {
            let listed = known.iter().any(|field| field == name);
            at.say_if(!listed, &format!("{}: the page does not list the field {name}", line.id));
        }
    }
    for name in [&page.what, &page.fires, &page.blind, &page.impact].into_iter().flat_map(named_in) {
        at.say_if(!known.iter().any(|field| field == name), &format!("the page does not list the field {name}"));
    }
}

fn named_in(text: &Text) -> impl Iterator<Item = &str> {
    text.pieces().iter().flat_map(|piece| match piece {
        Piece::Hole { hole, .. } => hole.fields.iter().map(String::as_str).collect(),
        Piece::Words(_) => Vec::new(),
    })
}

impl StepListForm {
    /// The lists with the part of the page that each makes.
    pub(crate) fn by_kind(&self) -> [(Kind, &[String]); 4] {
        [
            (Kind::Inspect, &self.inspect),
            (Kind::Preserve, &self.preserve),
            (Kind::Contain, &self.contain),
            (Kind::Eradicate, &self.eradicate),
        ]
    }
}
