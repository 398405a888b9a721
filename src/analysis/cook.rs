//! The parts of a playbook file → what is asked: macros, sets of evidence, steps, pages.
//!
//! Lives here: references and templates read once. Not here: which file is in force (`load`), what else is wrong with
//! them (`check`), the shapes (`form`). Imports: `base`, `query`. Promise: a part that is wrong is left out and said.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use toml::Spanned;

use crate::analysis::Kind;
use crate::analysis::check;
use crate::analysis::complaints::{At, Complaints, PlaybookFile};
use crate::analysis::form::{
    AttackForm, CommonForm, EvidenceForm, ExplanationForm, FieldsForm, Origin, PageForm, QuestionForm, StepSource,
    TuneForm,
};
use crate::analysis::playbook::{Ask, Attack, Forms, Line, Page, Runtime, StepForm, Theory, Tune};
use crate::analysis::template::Template;
use crate::base::Clean;
use crate::query::filter::Filter;

/// So many macros may lie within one another; a condition is no deeper than Falco allows.
const DEEPEST_MACRO: usize = 100;

/// Sets of evidence by name.
type Sets = BTreeMap<String, Vec<Arc<Line>>>;
/// Steps by id.
pub(crate) type Steps = BTreeMap<String, Arc<StepForm>>;

/// What pages are made with.
pub(crate) struct Kitchen<'c> {
    /// The fields that there are.
    pub(crate) fields: FieldsForm,
    /// The step library.
    pub(crate) library: Steps,
    written: BTreeMap<&'c str, (At<'c>, &'c Spanned<String>)>,
    macros: RefCell<BTreeMap<String, Option<Filter>>>,
    sets: Sets,
}

impl<'c> Kitchen<'c> {
    /// What the files named `common.toml` hold, a later one over an earlier one.
    pub(crate) fn new(commons: &'c [(&'c PlaybookFile, CommonForm)], complaints: &'c Complaints) -> Self {
        let mut kitchen = Self {
            fields: FieldsForm::default(),
            library: Steps::new(),
            written: BTreeMap::new(),
            macros: RefCell::default(),
            sets: Sets::new(),
        };
        for (file, form) in commons {
            let at = complaints.at(file);
            check::format(at, &form.format);
            kitchen.fields.add(&form.fields);
            kitchen.written.extend(form.macros.iter().map(|(name, text)| (name.as_str(), (at, text))));
        }
        for name in kitchen.written.keys() {
            kitchen.expanded(name, &[]);
        }
        for (file, form) in commons {
            let at = complaints.at(file);
            for (name, set) in &form.set {
                let lines = set.evidence.iter().filter_map(|form| kitchen.line(at, form)).collect();
                kitchen.sets.insert(name.clone(), lines);
            }
        }
        kitchen
    }

    /// The condition of a macro; `None`: there is none, it is wrong, or it uses itself. `within`: the macros around it.
    fn expanded(&self, name: &str, within: &[String]) -> Option<Filter> {
        if let Some(known) = self.macros.borrow().get(name) {
            return known.clone();
        }
        let (at, text) = *self.written.get(name)?;
        if within.len() >= DEEPEST_MACRO {
            at.on(text).say(&format!("more than {DEEPEST_MACRO} macros lie within one another here"));
            return None;
        }
        if within.iter().any(|outer| outer == name) {
            at.on(text).say(&format!("macro {name} uses itself"));
            return None;
        }
        let path: Vec<String> = within.iter().cloned().chain([name.to_owned()]).collect();
        let parsed = Filter::parse_with_macros(text.get_ref(), &|inner| self.expanded(inner, &path));
        let filter = at.condition(text, parsed);
        self.macros.borrow_mut().insert(name.to_owned(), filter.clone());
        filter
    }

    fn condition(&self, at: At<'_>, text: &Spanned<String>) -> Option<Filter> {
        at.condition(text, Filter::parse_with_macros(text.get_ref(), &|name| self.expanded(name, &[])))
    }

    fn line(&self, at: At<'_>, form: &EvidenceForm) -> Option<Arc<Line>> {
        check::evidence(at, form);
        let condition = self.condition(at, &form.condition)?;
        check::command_line_weight(at, form, &condition.names());
        Some(Arc::new(Line {
            id: clean(form.id.get_ref()),
            side: form.side,
            weight: form.weight.as_ref().map_or(0, |weight| *weight.get_ref()),
            condition,
            text: at.text(&form.text),
        }))
    }

    /// The steps of one file.
    pub(crate) fn steps(&self, at: At<'_>, sources: &[StepSource]) -> Steps {
        let mut steps = Steps::new();
        for source in sources {
            let id = source.id.get_ref();
            if steps.insert(id.clone(), Arc::new(self.step(at, source))).is_some() {
                at.on(&source.id).say(&format!("two steps with the id {id}"));
            }
        }
        steps
    }

    fn step(&self, at: At<'_>, source: &StepSource) -> StepForm {
        let when = source.when.as_ref().and_then(|text| self.condition(at, text));
        let no_undo = source.undo.as_ref().and_then(|undo| undo.get_ref().strip_prefix("none: ")).map(clean);
        let undo = source.undo.as_ref().filter(|_| no_undo.is_none());
        let step = StepForm {
            title: clean(&source.title),
            risk: source.risk,
            place: source.place,
            when,
            why: clean(&source.why),
            command: self.forms(at, source.cmd.as_ref(), &source.run),
            undo: self.forms(at, undo, &source.undo_run),
            no_undo: no_undo.unwrap_or_default(),
            check: self.forms(at, source.check.as_ref(), &source.check_run),
            expect: clean(&source.expect),
            breaks: clean(&source.breaks),
            note: clean(&one_line(&source.note)),
            id: clean(source.id.get_ref()),
        };
        check::step(at, source, &step);
        step
    }

    fn forms(
        &self,
        at: At<'_>,
        plain: Option<&Spanned<String>>,
        by_runtime: &BTreeMap<Runtime, Spanned<String>>,
    ) -> Forms {
        let template = |runtime: Option<Runtime>, text: &Spanned<String>| {
            let template = at.template(text, Template::parse(text.get_ref()))?;
            check::command(at.on(text), runtime, &template, &self.fields);
            Some(template)
        };
        let by_runtime = by_runtime.iter();
        Forms {
            plain: plain.and_then(|text| template(None, text)),
            by_runtime: by_runtime.filter_map(|(own, text)| Some((*own, template(Some(*own), text)?))).collect(),
        }
    }

    /// A page, with the steps of `library` and its own.
    pub(crate) fn page(&self, at: At<'_>, form: &PageForm, library: &Steps) -> Page {
        let own = self.steps(at, &form.step);
        for step in form.step.iter().filter(|step| library.contains_key(step.id.get_ref())) {
            at.on(&step.id).say("a step of its own is in the library too");
        }
        let evidence = self.evidence(at, form);
        let about = &form.about;
        Page {
            id: clean(form.id.get_ref()),
            title: clean(&form.title),
            revision: form.revision,
            origin: at.file().origin.clone(),
            text: at.file().text.clone(),
            kind: form.kind,
            rules: form.matches.rule.clone(),
            also: form.matches.also.clone(),
            when: self.when(at, form.matches.when.as_ref(), &evidence),
            rank: form.matches.rank,
            tags: form.matches.tags.clone(),
            prints: form.matches.output_fields.clone(),
            what: at.text(&about.what),
            fires: at.text(&about.fires),
            blind: at.text(&about.blind),
            show: about.show.iter().map(|name| clean(name.get_ref())).collect(),
            theories: form.explanation.iter().map(|explanation| theory(at, explanation)).collect(),
            asks: form.question.iter().map(|question| ask(at, question)).collect(),
            attack: form.attack.iter().map(attack).collect(),
            impact: at.text(&form.impact.text),
            tune: form.tune.as_ref().map(tune),
            steps: listed(at, form, &[&own, library]),
            evidence,
        }
    }

    fn evidence(&self, at: At<'_>, form: &PageForm) -> Vec<Arc<Line>> {
        let mut lines: Vec<Arc<Line>> = form.evidence.iter().filter_map(|form| self.line(at, form)).collect();
        for name in &form.about.include {
            match self.sets.get(name.get_ref()) {
                Some(set) => lines.extend(set.iter().map(Arc::clone)),
                None => at.on(name).say(&format!("there is no set of evidence {}", name.get_ref())),
            }
        }
        lines
    }

    /// The condition of a page. `always` and none at all are `None`; in an overlay a bare name may be a line of its own.
    fn when(&self, at: At<'_>, text: Option<&Spanned<String>>, evidence: &[Arc<Line>]) -> Option<Filter> {
        let text = text.filter(|text| text.get_ref() != "always")?;
        let line =
            |name: &str| evidence.iter().find(|line| line.id.as_str() == name).map(|line| line.condition.clone());
        let resolve = |name: &str| line(name).or_else(|| self.expanded(name, &[]));
        at.condition(text, Filter::parse_with_macros(text.get_ref(), &resolve))
    }
}

impl FieldsForm {
    fn add(&mut self, more: &Self) {
        self.common.extend(more.common.iter().cloned());
        self.appended.extend(more.appended.iter().cloned());
        self.envelope.extend(more.envelope.iter().cloned());
        self.asked.extend(more.asked.iter().cloned());
    }
}

/// The steps of a page: those that it lists, by their part of the page, and those that only a question names.
fn listed(at: At<'_>, form: &PageForm, from: &[&Steps]) -> Vec<(Kind, Arc<StepForm>)> {
    let by_kind = form.steps.by_kind();
    let of_lists = by_kind.iter().flat_map(|(kind, ids)| ids.iter().map(|id| (*kind, id)));
    let of_questions = form.question.iter().map(|question| (Kind::Question, &question.step));
    let mut steps: Vec<(Kind, Arc<StepForm>)> = Vec::new();
    for (kind, id) in of_lists.chain(of_questions) {
        let name = id.get_ref();
        let is_there = steps.iter().any(|(_, step)| step.id.as_str() == name);
        match from.iter().find_map(|steps| steps.get(name)) {
            Some(step) if !is_there => steps.push((kind, Arc::clone(step))),
            Some(_) => at.on(id).say_if(kind != Kind::Question, &format!("step {name} is listed twice")),
            None => at.on(id).say(&format!("there is no step {name}")),
        }
    }
    steps
}

fn theory(at: At<'_>, form: &ExplanationForm) -> Theory {
    let ids = |ids: &[Spanned<String>]| ids.iter().map(|id| id.get_ref().clone()).collect();
    Theory {
        verdict: form.verdict,
        base: form.base,
        because: ids(&form.because),
        unless: ids(&form.unless),
        text: at.text(&form.text),
    }
}

fn ask(at: At<'_>, form: &QuestionForm) -> Ask {
    Ask {
        question: at.text(&form.ask),
        why: at.text(&form.why),
        yes: at.text(&form.yes),
        no: at.text(&form.no),
        step: form.step.get_ref().clone(),
    }
}

fn attack(form: &AttackForm) -> Attack {
    Attack {
        id: form.id.get_ref().clone(),
        id_v19: form.id_v19.clone(),
        name: clean(&form.name),
        tactic: clean(form.tactic_v19.as_ref().unwrap_or(&form.tactic)),
        from_rule: form.origin == Origin::Rule,
        note: clean(&form.note),
    }
}

fn tune(form: &TuneForm) -> Tune {
    let words = |words: &[Spanned<String>]| words.iter().map(|word| word.get_ref().clone()).collect();
    Tune {
        name: form.name.get_ref().clone(),
        fields: words(&form.fields),
        comps: words(&form.comps),
        caution: clean(&form.caution),
    }
}

fn clean(text: &str) -> Clean {
    Clean::from_bytes(text.as_bytes())
}

fn one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}
