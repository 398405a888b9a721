//! The playbooks in force, and what they make of one alert.
//!
//! Lives here: the parts of an analysis put together. Not here: each part (`evidence`, `steps`, `attack`, `tuning`).
//! Imports: `base`, `decode`, `query`. Promise: the same alert and the same files make the same analysis.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::analysis::evidence::{self, Judged};
use crate::analysis::facts::Facts;
use crate::analysis::playbook::{Ask, Library, Page};
use crate::analysis::steps::{self, Ran};
use crate::analysis::tuning::{self, Against};
use crate::analysis::{
    Analysis, CommandLine, Evidence, Explanation, PlaybookFile, Question, Score, Step, attack, bundled, load,
};
use crate::base::{Clean, Notice};
use crate::decode::Alert;
use crate::query::nearby::Nearby;

/// The playbooks in force; a copy shares them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Playbooks {
    library: Option<Arc<Library>>,
}

/// A playbook in force, as a list shows it.
#[derive(Clone, Debug)]
pub(crate) struct Listed<'p> {
    /// Its id.
    pub(crate) id: &'p Clean,
    /// `rule`, `generic`, `overlay`.
    pub(crate) kind: &'static str,
    /// The rules that it is for.
    pub(crate) rules: &'p [String],
    /// The file that it comes from; empty for one in the binary.
    pub(crate) origin: &'p Clean,
    /// That file's text.
    pub(crate) text: &'p str,
}

impl Playbooks {
    /// Those in the binary; read when they are first asked.
    pub(crate) fn bundled() -> Self {
        Self { library: None }
    }

    /// Those in the binary with the user's over them, read now.
    pub(crate) fn with(files: &[PlaybookFile]) -> Self {
        if files.is_empty() {
            return Self::bundled();
        }
        Self { library: Some(Arc::new(load::load(&bundled::files(), files))) }
    }

    /// What is wrong with the playbooks; the good part is in force.
    pub(crate) fn complaints(&self) -> &[Notice] {
        &self.library().complaints
    }

    /// All of them, those for rules first, each sort by its ids.
    pub(crate) fn listed(&self) -> Vec<Listed<'_>> {
        let mut pages: Vec<&Page> = self.library().pages().collect();
        pages.sort_by(|a, b| (a.kind, a.id.as_str()).cmp(&(b.kind, b.id.as_str())));
        pages.into_iter().map(Page::listed).collect()
    }

    /// The one of this id, or the one that an alert of this rule gets by its name.
    pub(crate) fn named(&self, name: &str) -> Option<Listed<'_>> {
        let library = self.library();
        let by_id = library.pages().find(|page| page.id.as_str() == name);
        by_id.or_else(|| library.by_name(name).map(|(page, _)| page)).map(Page::listed)
    }

    /// All that is in force.
    pub(crate) fn library(&self) -> &Library {
        match &self.library {
            Some(library) => library,
            None => bundled::library(),
        }
    }

    /// What the alert means; the same in, the same out. `nearby` is what lies around it, `None` while that is not counted.
    pub(crate) fn analyse(&self, alert: &Alert, nearby: Option<&Nearby>) -> Analysis {
        let library = self.library();
        let facts = Facts::of(alert).with(nearby);
        match library.page(&facts) {
            Some((page, chosen)) => Analysis { playbook: chosen, ..meaning(library, page, &facts) },
            None => Analysis::default(),
        }
    }
}

/// What the page and the overlays make of the facts.
fn meaning(library: &Library, page: &Page, facts: &Facts<'_>) -> Analysis {
    let over = library.overlays(facts);
    let on_top: Vec<Vec<Judged<'_>>> = over.iter().map(|overlay| evidence::judge(&overlay.evidence, facts)).collect();
    let judged = evidence::judge(&page.evidence, facts);
    let marks: u32 = on_top.iter().map(|lines| evidence::score(lines).test).sum();
    let score = Score { test: marks, ..evidence::score(&judged) };
    let pages: Vec<&Page> = over.iter().copied().chain([page]).collect();
    let lines = on_top.iter().flat_map(|lines| evidence::shown_true(lines, facts));
    let evidence: Vec<Evidence> = lines.chain(evidence::shown(&judged, facts)).collect();
    let mut commands = steps::shown(&pages, facts);
    let against = Against { malice: evidence.iter().any(Evidence::is_malice), test: marks > 0 };
    let (tuning, writes_it) = page.tune.as_ref().map(|tune| tuning::proposed(tune, facts, against)).unzip();
    commands.extend(writes_it.flatten());
    Analysis {
        summary: facts.tell(&page.what),
        fires: facts.tell(&page.fires),
        blind: facts.tell(&page.blind),
        reading: evidence::reading(score, &judged, facts.priority()),
        score,
        evidence,
        tuning,
        questions: pages.iter().flat_map(|page| &page.asks).map(|ask| question(ask, &commands, facts)).collect(),
        attack: attack::techniques(page, library, facts),
        attack_version: library.attack.title(),
        tactics: library.attack.by_tag(),
        explanations: explanations(&over, &on_top, (page, &judged), facts),
        impact: facts.tell(&page.impact),
        missing: missing(library, page, &commands, facts),
        place: Ran::of(facts).heading(facts),
        runtimes: steps::runtimes(&commands, facts),
        overlays: over.iter().map(|overlay| overlay.as_overlay(facts)).collect(),
        show: page.show.clone(),
        counted: facts.counted(),
        commands,
        ..Analysis::default()
    }
}

/// The explanations of the overlays and the page, strongest first.
fn explanations(
    over: &[&Page],
    on_top: &[Vec<Judged<'_>>],
    (page, judged): (&Page, &[Judged<'_>]),
    facts: &Facts<'_>,
) -> Vec<Explanation> {
    let of_overlays = over.iter().zip(on_top).flat_map(|(page, lines)| evidence::ranked(&page.theories, lines, facts));
    let mut all: Vec<Explanation> = of_overlays.chain(evidence::ranked(&page.theories, judged, facts)).collect();
    all.sort_by_key(|explanation| Reverse(explanation.weight));
    all
}

fn question(ask: &Ask, commands: &[Step], facts: &Facts<'_>) -> Question {
    Question {
        ask: facts.tell(&ask.question),
        why: facts.tell(&ask.why),
        yes: facts.tell(&ask.yes),
        no: facts.tell(&ask.no),
        command: commands.iter().position(|step| step.id.as_str() == ask.step),
    }
}

/// Fields that the rule prints or a command needs, and the alert does not have.
fn missing(library: &Library, page: &Page, commands: &[Step], facts: &Facts<'_>) -> Vec<Clean> {
    let common = library.common_fields.iter().filter(|_| facts.of_system_calls());
    let gaps = commands
        .iter()
        .flat_map(|step| step.ways.best().lines())
        .flat_map(CommandLine::gaps)
        .filter_map(|gap| gap.fields.first());
    let mut names: Vec<&String> = Vec::new();
    for name in page.prints.iter().chain(common).chain(gaps) {
        let wanted = facts.bytes(name).is_none() && !library.asked.contains(name);
        if wanted && !names.contains(&name) {
            names.push(name);
        }
    }
    names.into_iter().map(|name| Clean::from_bytes(name.as_bytes())).collect()
}
