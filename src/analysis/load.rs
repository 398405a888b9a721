//! Playbook files → a library, with everything that is wrong in them said.
//!
//! Lives here: macros, included sets, references; what `check` then judges. Not here: the shapes (`form`), the bundled
//! files (`bundled`). Imports: `base`, `query`. Promise: a bad file or line costs itself only; the good part holds.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::analysis::Kind;
use crate::analysis::check;
use crate::analysis::form::{
    AttackForm, AttackIdForm, CommonForm, EvidenceForm, ExplanationForm, Origin, PageForm, QuestionForm, StepSource,
    StepsForm, TuneForm,
};
use crate::analysis::playbook::{
    Ask, Attack, AttackId, Forms, Library, Line, Page, PageKind, Runtime, StepForm, Theory, Tune,
};
use crate::analysis::template::{Template, Text};
use crate::base::{Clean, Notice};
use crate::query::filter::{Filter, FilterError};

/// Sets of evidence by name.
type Sets = BTreeMap<String, Vec<Arc<Line>>>;
/// Steps by id.
type Steps = BTreeMap<String, Arc<StepForm>>;

/// Loads files, given as name and text: `common.toml`, `steps.toml`, and one a page.
pub(crate) fn load(files: &[(&str, &str)]) -> Library {
    let complaints = Complaints::default();
    let text_of = |name: &str| files.iter().find(|(file, _)| *file == name).map_or("", |(_, text)| *text);
    let common: Option<CommonForm> = complaints.at("common.toml").parsed(text_of("common.toml"));
    let library: Option<StepsForm> = complaints.at("steps.toml").parsed(text_of("steps.toml"));
    let Some(common) = common else { return complaints.into_library(Library::default()) };
    let loader = Loader::new(&common, &complaints);
    let sets = loader.sets();
    if let Some(form) = &library {
        check::format("steps.toml", form.format, &complaints);
    }
    let steps = loader.steps("steps.toml", library.as_ref().map_or(&[], |form| &form.step));
    let mut in_force = loader.common_part();
    for (file, text) in files.iter().filter(|(file, _)| file.contains('/')) {
        if let Some(form) = complaints.at(file).parsed::<PageForm>(text) {
            let known = check::page(file, &form, &common.fields, &complaints);
            let kind = form.kind;
            let page = loader.page(file, form, &sets, &steps);
            check::cooked(complaints.at(file), &page, &known);
            in_force.take(kind, page);
        }
    }
    complaints.into_library(in_force)
}

/// Collects what is wrong.
#[derive(Debug, Default)]
pub(crate) struct Complaints(RefCell<Vec<Notice>>);

/// Complaints about one place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At<'c> {
    all: &'c Complaints,
    place: &'c str,
}

impl Complaints {
    /// Complaints about `place`.
    pub(crate) fn at<'c>(&'c self, place: &'c str) -> At<'c> {
        At { all: self, place }
    }

    fn into_library(self, library: Library) -> Library {
        Library { complaints: self.0.into_inner(), ..library }
    }
}

impl At<'_> {
    /// Something is wrong.
    pub(crate) fn say(self, what: &str) {
        let notice = Notice::said(Clean::from_bytes(what.as_bytes())).at(Clean::from_bytes(self.place.as_bytes()));
        self.all.0.borrow_mut().push(notice);
    }

    /// Something is wrong if `broken`.
    pub(crate) fn say_if(self, broken: bool, what: &str) {
        if broken {
            self.say(what);
        }
    }

    /// The good result, or a complaint.
    fn or_say<T>(self, about: &str, result: Result<T, String>) -> Option<T> {
        result.map_err(|what| self.say(&format!("{about}: {what}"))).ok()
    }

    fn parsed<F: DeserializeOwned>(self, text: &str) -> Option<F> {
        toml::from_str(text).map_err(|error| self.say(&error.to_string())).ok()
    }

    fn text(self, about: &str, raw: &str) -> Text {
        self.or_say(about, Text::parse(raw)).unwrap_or_default()
    }
}

/// Turns forms into what is asked.
struct Loader<'c> {
    common: &'c CommonForm,
    complaints: &'c Complaints,
    macros: RefCell<BTreeMap<String, Option<Filter>>>,
}

impl<'c> Loader<'c> {
    fn new(common: &'c CommonForm, complaints: &'c Complaints) -> Self {
        check::format("common.toml", common.format, complaints);
        let loader = Self { common, complaints, macros: RefCell::default() };
        for name in common.macros.keys() {
            loader.expanded(name, &[]);
        }
        loader
    }

    /// The condition of a macro; `None`: there is none, it is wrong, or it uses itself. `within`: the macros around it.
    fn expanded(&self, name: &str, within: &[String]) -> Option<Filter> {
        if let Some(known) = self.macros.borrow().get(name) {
            return known.clone();
        }
        let text = self.common.macros.get(name)?;
        let at = self.complaints.at("common.toml");
        if within.iter().any(|outer| outer == name) {
            at.say(&format!("macro {name} uses itself"));
            return None;
        }
        let path: Vec<String> = within.iter().cloned().chain([name.to_owned()]).collect();
        let parsed = Filter::parse_with_macros(text, &|inner| self.expanded(inner, &path));
        let filter = at.or_say(&format!("macro {name}"), parsed.map_err(|error| told(&error)));
        self.macros.borrow_mut().insert(name.to_owned(), filter.clone());
        filter
    }

    fn condition(&self, at: At<'_>, about: &str, text: &str) -> Option<Filter> {
        let parsed = Filter::parse_with_macros(text, &|name| self.expanded(name, &[]));
        at.or_say(about, parsed.map_err(|error| told(&error)))
    }

    fn common_part(&self) -> Library {
        let name = |form: &AttackIdForm| AttackId {
            id: form.id.clone(),
            id_v19: form.id_v19.clone(),
            tag: form.tag.clone(),
            name: clean(&form.name),
            note: clean(&form.note),
        };
        Library {
            attack_ids: self.common.attack_ids.iter().map(name).collect(),
            common_fields: self.common.fields.common.clone(),
            asked: self.common.fields.asked.clone(),
            ..Library::default()
        }
    }

    fn sets(&self) -> Sets {
        let lines = |forms: &[EvidenceForm]| forms.iter().filter_map(|form| self.line("common.toml", form)).collect();
        self.common.set.iter().map(|(name, set)| (name.clone(), lines(&set.evidence))).collect()
    }

    fn line(&self, file: &str, form: &EvidenceForm) -> Option<Arc<Line>> {
        let at = self.complaints.at(file);
        check::evidence(at, form);
        let condition = self.condition(at, &form.id, &form.condition)?;
        check::command_line_weight(at, form, &condition.names());
        Some(Arc::new(Line {
            id: clean(&form.id),
            side: form.side,
            weight: form.weight.unwrap_or(0),
            condition,
            text: at.text(&form.id, &form.text),
        }))
    }

    fn steps(&self, file: &str, sources: &[StepSource]) -> Steps {
        let mut steps = Steps::new();
        for source in sources {
            let id = source.id.clone();
            let step = self.step(file, source);
            if steps.insert(id.clone(), Arc::new(step)).is_some() {
                self.complaints.at(file).say(&format!("two steps with the id {id}"));
            }
        }
        steps
    }

    fn step(&self, file: &str, source: &StepSource) -> StepForm {
        let at = self.complaints.at(file);
        let when = source.when.as_deref().and_then(|text| self.condition(at, &source.id, text));
        let no_undo = source.undo.as_deref().and_then(|undo| undo.strip_prefix("none: ")).map(clean);
        let undo = source.undo.as_deref().filter(|_| no_undo.is_none());
        let step = StepForm {
            title: clean(&source.title),
            risk: source.risk,
            place: source.place,
            when,
            why: clean(&source.why),
            command: forms(at, &source.id, source.cmd.as_deref(), &source.run),
            undo: forms(at, &source.id, undo, &source.undo_run),
            no_undo: no_undo.unwrap_or_default(),
            check: forms(at, &source.id, source.check.as_deref(), &source.check_run),
            expect: clean(&source.expect),
            breaks: clean(&source.breaks),
            note: clean(&one_line(&source.note)),
            id: clean(&source.id),
        };
        check::step(at, source, &step, &self.common.fields);
        step
    }

    fn page(&self, file: &str, form: PageForm, sets: &Sets, library: &Steps) -> Page {
        let at = self.complaints.at(file);
        let own = self.steps(file, &form.step);
        at.say_if(own.keys().any(|id| library.contains_key(id)), "a step of its own is in the library too");
        let evidence = self.evidence(file, &form.evidence, &form.about.include, sets);
        let steps = listed(at, &form.steps.by_kind(), &form.question, &[&own, library]);
        let rules = form.matches.rule.into_iter().chain(form.matches.also).collect();
        Page {
            id: clean(&form.id),
            title: clean(&form.title),
            revision: form.revision,
            rules,
            when: self.when(at, form.matches.when.as_deref(), &evidence),
            rank: form.matches.rank,
            tags: form.matches.tags,
            prints: form.matches.output_fields,
            what: at.text("about.what", &form.about.what),
            fires: at.text("about.fires", &form.about.fires),
            blind: at.text("about.blind", &form.about.blind),
            show: form.about.show.iter().map(|name| clean(name)).collect(),
            theories: form.explanation.iter().map(|x| theory(at, x)).collect(),
            asks: form.question.iter().map(|q| ask(at, q)).collect(),
            attack: form.attack.iter().map(attack).collect(),
            impact: at.text("impact", &form.impact.text),
            tune: form.tune.map(tune),
            evidence,
            steps,
        }
    }

    fn evidence(&self, file: &str, own: &[EvidenceForm], include: &[String], sets: &Sets) -> Vec<Arc<Line>> {
        let at = self.complaints.at(file);
        let mut lines: Vec<Arc<Line>> = own.iter().filter_map(|form| self.line(file, form)).collect();
        for name in include {
            at.say_if(!sets.contains_key(name), &format!("there is no set of evidence {name}"));
            lines.extend(sets.get(name).into_iter().flatten().map(Arc::clone));
        }
        lines
    }

    /// The condition of a page. `always` and none at all are `None`; in an overlay a bare name may be a line of its own.
    fn when(&self, at: At<'_>, text: Option<&str>, evidence: &[Arc<Line>]) -> Option<Filter> {
        let text = text.filter(|text| *text != "always")?;
        let line =
            |name: &str| evidence.iter().find(|line| line.id.as_str() == name).map(|line| line.condition.clone());
        let resolve = |name: &str| line(name).or_else(|| self.expanded(name, &[]));
        at.or_say("match.when", Filter::parse_with_macros(text, &resolve).map_err(|error| told(&error)))
    }
}

impl Library {
    fn take(&mut self, kind: PageKind, page: Page) {
        match kind {
            PageKind::Rule => self.rules.push(page),
            PageKind::Generic => self.generic.push(page),
            PageKind::Overlay => self.overlays.push(page),
        }
    }
}

fn forms(at: At<'_>, id: &str, plain: Option<&str>, by_runtime: &BTreeMap<Runtime, String>) -> Forms {
    let template = |raw: &str| at.or_say(&format!("step {id}"), Template::parse(raw));
    Forms {
        plain: plain.and_then(template),
        by_runtime: by_runtime.iter().filter_map(|(runtime, raw)| Some((*runtime, template(raw)?))).collect(),
    }
}

/// The steps of a page: those that it lists, by their part of the page, and those that only a question names.
fn listed(
    at: At<'_>,
    by_kind: &[(Kind, &[String])],
    questions: &[QuestionForm],
    from: &[&Steps],
) -> Vec<(Kind, Arc<StepForm>)> {
    let of_lists = by_kind.iter().flat_map(|(kind, ids)| ids.iter().map(|id| (*kind, id)));
    let of_questions = questions.iter().map(|question| (Kind::Question, &question.step));
    let mut steps: Vec<(Kind, Arc<StepForm>)> = Vec::new();
    for (kind, id) in of_lists.chain(of_questions) {
        let is_there = steps.iter().any(|(_, step)| step.id.as_str() == id);
        match from.iter().find_map(|steps| steps.get(id)) {
            Some(step) if !is_there => steps.push((kind, Arc::clone(step))),
            Some(_) => at.say_if(kind != Kind::Question, &format!("step {id} is listed twice")),
            None => at.say(&format!("there is no step {id}")),
        }
    }
    steps
}

fn theory(at: At<'_>, form: &ExplanationForm) -> Theory {
    Theory {
        verdict: form.verdict,
        base: form.base,
        because: form.because.clone(),
        unless: form.unless.clone(),
        text: at.text(&form.id, &form.text),
    }
}

fn ask(at: At<'_>, form: &QuestionForm) -> Ask {
    Ask {
        question: at.text("question", &form.ask),
        why: at.text("question", &form.why),
        yes: at.text("question", &form.yes),
        no: at.text("question", &form.no),
        step: form.step.clone(),
    }
}

fn attack(form: &AttackForm) -> Attack {
    Attack {
        id: form.id.clone(),
        id_v19: form.id_v19.clone(),
        name: clean(&form.name),
        tactic: clean(form.tactic_v19.as_ref().unwrap_or(&form.tactic)),
        from_rule: form.origin == Origin::Rule,
        note: clean(&form.note),
    }
}

fn tune(form: TuneForm) -> Tune {
    Tune { caution: clean(&form.caution), name: form.name, fields: form.fields, comps: form.comps }
}

fn told(error: &FilterError) -> String {
    format!("condition, byte {}: {}", error.at.start, error.notice)
}

fn clean(text: &str) -> Clean {
    Clean::from_bytes(text.as_bytes())
}

fn one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}
