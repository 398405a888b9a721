//! What makes a playbook wrong although it is valid TOML.
//!
//! Lives here: the rules of the format that `load` does not need for itself. Not here: collecting (`complaints`).
//! Imports: `query`. Promise: a changing step has an undo, a check and a word on what it breaks, or is named.

use toml::Spanned;

use crate::analysis::complaints::At;
use crate::analysis::form::{EvidenceForm, FieldsForm, PageForm, StepSource, TuneForm};
use crate::analysis::playbook::{Forms, Line, Page, PageKind, Runtime, StepForm};
use crate::analysis::template::{Piece, Template, Text};
use crate::analysis::tuning::{COMPARISONS, narrow};
use crate::analysis::{Kind, Reading, Risk, Side};
use crate::query::nearby::is_count;

/// The version of the format that this program reads.
const FORMAT: u32 = 1;
/// How much evidence from a command line may weigh: the process writes it.
const MOST_FOR_COMMAND_LINE: u32 = 3;

/// The version must be this program's.
pub(crate) fn format(at: At<'_>, format: &Spanned<u32>) {
    let version = *format.get_ref();
    at.on(format).say_if(version != FORMAT, &format!("format {version}, this program reads {FORMAT}"));
}

/// A page as it is written. Gives back the fields that the page may name.
pub(crate) fn page(at: At<'_>, form: &PageForm, fields: &FieldsForm) -> Vec<String> {
    format(at, &form.format);
    let on_id = at.on(&form.id);
    on_id.say_if(at.file().stem() != form.id.get_ref(), "the id differs from the file's name");
    on_id.say_if(form.kind == PageKind::Rule && form.matches.rule.is_empty(), "a page for a rule needs match.rule");
    on_id.say_if(form.kind != PageKind::Rule && form.matches.when.is_none(), "a page without a rule needs match.when");
    for text in [&form.about.what, &form.about.fires, &form.about.blind, &form.impact.text] {
        at.on(text).say_if(text.get_ref().trim().is_empty(), "about and impact can't be empty");
    }
    for part in form.question.iter().flat_map(|question| [&question.ask, &question.why, &question.yes, &question.no]) {
        at.on(part).say_if(part.get_ref().is_empty(), "a question needs ask, why, yes and no");
    }
    let known = known_fields(form, fields);
    for name in form.about.show.iter().chain(form.tune.iter().flat_map(|tune| &tune.fields)) {
        at.on(name)
            .say_if(!known.contains(name.get_ref()), &format!("the page does not list the field {}", name.get_ref()));
    }
    for technique in &form.attack {
        attack_id(at, &technique.id);
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
    let on_name = at.on(&tune.name);
    let name = tune.name.get_ref();
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic());
    on_name.say_if(!plain || !begins, "an exception's name is letters, digits and _, a letter first");
    on_name.say_if(tune.caution.is_empty(), "tune needs a caution");
    on_name.say_if(tune.fields.len() < 2, "an exception needs two fields or more");
    on_name.say_if(tune.fields.len() != tune.comps.len(), "tune needs as many comps as fields");
    for comparison in &tune.comps {
        let known = COMPARISONS.iter().any(|(known, _)| known == comparison.get_ref());
        at.on(comparison).say_if(!known, &format!("no comparison {} in an exception", comparison.get_ref()));
    }
    for field in tune.fields.iter().filter(|field| !field.get_ref().contains('.')) {
        at.on(field).say(&format!("{} is no field of Falco's", field.get_ref()));
    }
    let pairs: Vec<(&str, &str)> = tune
        .fields
        .iter()
        .zip(&tune.comps)
        .map(|(field, comp)| (field.get_ref().as_str(), comp.get_ref().as_str()))
        .collect();
    let wide = pairs.len() >= 2 && pairs.len() == tune.fields.len() && !narrow(&pairs);
    on_name.say_if(wide, "an exception can't rest on names or on a part of a command line alone");
}

/// `T1059`, `T1059.004`, `TA0002`.
pub(crate) fn attack_id(at: At<'_>, id: &Spanned<String>) {
    at.on(id).say_if(!is_attack_id(id.get_ref()), &format!("{} is no id of ATT&CK", id.get_ref()));
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
    let id = form.id.get_ref();
    let weighs = form.weight.is_some();
    let on_id = at.on(&form.id);
    on_id.say_if(weighs == (form.side == Side::Context), &format!("{id}: context has no weight, all else has one"));
    if let Some(weight) = &form.weight {
        at.on(weight).say_if(!(1..=5).contains(weight.get_ref()), &format!("{id}: a weight is 1 to 5"));
    }
}

/// A process can write what it likes into its command line.
pub(crate) fn command_line_weight(at: At<'_>, form: &EvidenceForm, names: &[String]) {
    let only = !names.is_empty() && names.iter().all(|name| matches!(name.as_str(), "proc.cmdline" | "proc.pcmdline"));
    let Some(weight) = form.weight.as_ref().filter(|weight| *weight.get_ref() > MOST_FOR_COMMAND_LINE) else { return };
    let what = format!("{}: a command line weighs 3 at most", form.id.get_ref());
    at.on(weight).say_if(only && form.side != Side::Test, &what);
}

/// A step, as it is written and as it was read.
pub(crate) fn step(at: At<'_>, source: &StepSource, step: &StepForm) {
    let on_id = at.on(&source.id);
    let say_if = |broken: bool, what: &str| on_id.say_if(broken, &format!("step {}: {what}", source.id.get_ref()));
    say_if(source.title.is_empty() || source.why.is_empty(), "it needs a title and a why");
    say_if(source.cmd.is_none() && source.run.is_empty(), "it has no command");
    say_if(source.kind == Kind::Question, "a step is not of the kind question");
    if source.risk == Risk::ReadOnly {
        return;
    }
    say_if(step.breaks.is_empty(), "it changes something and does not say what it breaks");
    let runtimes = runtimes(&step.command);
    let lacks = |forms: &Forms| runtimes.iter().any(|runtime| forms.form(*runtime).is_none());
    let no_undo = step.no_undo.is_empty() && lacks(&step.undo);
    say_if(no_undo, "it changes something and has no undo for each of its runtimes");
    say_if(lacks(&step.check), "it changes something and has no check for each of its runtimes");
}

fn runtimes(forms: &Forms) -> Vec<Option<Runtime>> {
    let plain = forms.plain.iter().map(|_| None);
    plain.chain(forms.by_runtime.iter().map(|(runtime, _)| Some(*runtime))).collect()
}

/// A command of a step: the program of its runtime, and fields that an alert may have.
pub(crate) fn command(at: At<'_>, runtime: Option<Runtime>, template: &Template, fields: &FieldsForm) {
    let program = template.program();
    let other = runtime.filter(|own| Runtime::ALL.iter().any(|any| any != own && any.name() == program));
    if let Some(own) = other {
        at.say(&format!("the form for {} calls {program}", own.name()));
    }
    let named = |field: &String| field.contains('.') || fields.asked.contains(field) || fields.envelope.contains(field);
    for hole in template.holes().filter(|hole| !hole.fields.iter().all(named)) {
        at.say(&format!("{}: no alert has such a field", hole.label));
    }
}

/// A page as it was read: references and placeholders.
pub(crate) fn cooked(at: At<'_>, form: &PageForm, page: &Page, known: &[String]) {
    let ids: Vec<&str> = page.evidence.iter().map(|line| line.id.as_str()).collect();
    for own in &form.evidence {
        let id = own.id.get_ref();
        let twice = ids.iter().filter(|other| *other == id).count() > 1;
        at.on(&own.id).say_if(twice, &format!("two lines of evidence are called {id}"));
    }
    let written: Vec<&str> = form.evidence.iter().map(|own| own.id.get_ref().as_str()).collect();
    for theory in &form.explanation {
        let undecided = theory.verdict == Reading::Undecided;
        at.on(&theory.id).say_if(undecided, "an explanation makes an alert malicious, benign or a test");
        for id in theory.because.iter().chain(&theory.unless) {
            // A line whose condition is wrong is not in force, but it was not forgotten.
            let there = ids.iter().chain(&written).any(|known| known == id.get_ref());
            let what = format!("an explanation names the evidence {}, which is not there", id.get_ref());
            at.on(id).say_if(!there, &what);
        }
    }
    let of = |wanted: Kind| page.steps.iter().any(|(kind, _)| *kind == wanted);
    let destructive = page.steps.iter().any(|(_, step)| step.risk == Risk::Destructive);
    at.on(&form.id).say_if(destructive && !of(Kind::Preserve), "it destroys something and saves nothing first");
    only_known(at, form, page, known);
}

/// A field that the page does not list is a typing error, or will never be there.
fn only_known(at: At<'_>, form: &PageForm, page: &Page, known: &[String]) {
    let unlisted = |name: &&str| !is_count(name) && !known.iter().any(|field| field == name);
    for line in &page.evidence {
        let own = form.evidence.iter().find(|own| own.id.get_ref() == line.id.as_str());
        let place = own.map_or(at.on(&form.id), |own| at.on(&own.condition));
        if let Some(name) = names_of(line).iter().map(String::as_str).find(unlisted) {
            place.say(&format!("{}: the page does not list the field {name}", line.id));
        }
    }
    let texts = [&form.about.what, &form.about.fires, &form.about.blind, &form.impact.text];
    for (written, text) in texts.into_iter().zip([&page.what, &page.fires, &page.blind, &page.impact]) {
        for name in named_in(text).filter(unlisted) {
            at.on(written).say(&format!("the page does not list the field {name}"));
        }
    }
}

fn names_of(line: &Line) -> Vec<String> {
    let mut names = line.condition.names();
    names.extend(named_in(&line.text).map(str::to_owned));
    names
}

fn named_in(text: &Text) -> impl Iterator<Item = &str> {
    text.pieces().iter().flat_map(|piece| match piece {
        Piece::Hole { hole, .. } => hole.fields.iter().map(String::as_str).collect(),
        Piece::Words(_) => Vec::new(),
    })
}
