//! A playbook, checked and ready to be asked.
//!
//! Lives here: pages, lines of evidence, steps, and which page an alert gets. Not here: TOML (`form`, `load`), what an
//! alert makes of them (`evidence`, `steps`). Imports: `base`, `query`. Promise: something always matches, and the page
//! says why it was chosen.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use crate::analysis::attack::AttackTable;
use crate::analysis::facts::Facts;
use crate::analysis::template::{Template, Text};
use crate::analysis::{Chosen, Kind, Listed, Overlay, Reading, Risk, Side};
use crate::base::{Clean, Notice};
use crate::query::filter::{Absence, Filter, Truth};

/// Everything that is in force.
#[derive(Debug, Default)]
pub(crate) struct Library {
    /// Pages for one rule each.
    pub(crate) rules: Vec<Page>,
    /// Pages for what no page was written for.
    pub(crate) generic: Vec<Page>,
    /// Findings over any page.
    pub(crate) overlays: Vec<Page>,
    /// Names of ATT&CK's ids.
    pub(crate) attack: AttackTable,
    /// Today's names of rules by their older ones.
    pub(crate) renamed: BTreeMap<String, String>,
    /// The fields that every rule on system calls prints.
    pub(crate) common_fields: Vec<String>,
    /// Names that no alert holds: the analyst is asked for their values.
    pub(crate) asked: Vec<String>,
    /// What is wrong with the files; the good part holds.
    pub(crate) complaints: Vec<Notice>,
}

/// Which sort of page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PageKind {
    /// For one rule by its name.
    Rule,
    /// By source, tags or condition.
    Generic,
    /// Laid over any page.
    Overlay,
}

/// One playbook.
#[derive(Debug)]
pub(crate) struct Page {
    /// Its id.
    pub(crate) id: Clean,
    /// Its title.
    pub(crate) title: Clean,
    /// Its revision.
    pub(crate) revision: u32,
    /// The file that it comes from; empty for one in the binary.
    pub(crate) origin: Clean,
    /// That file's text.
    pub(crate) text: Cow<'static, str>,
    /// Which sort of page.
    pub(crate) kind: PageKind,
    /// The rule's names.
    pub(crate) rules: Vec<String>,
    /// Names that the rule had.
    pub(crate) also: Vec<String>,
    /// When a generic page or an overlay applies; `None`: always.
    pub(crate) when: Option<Filter>,
    /// Which generic page goes before which.
    pub(crate) rank: u32,
    /// Tags that speak for a generic page.
    pub(crate) tags: Vec<String>,
    /// Fields that the rule prints beyond the common ones.
    pub(crate) prints: Vec<String>,
    /// What happened.
    pub(crate) what: Text,
    /// Why it fires.
    pub(crate) fires: Text,
    /// What it does not see.
    pub(crate) blind: Text,
    /// The fields to show first.
    pub(crate) show: Vec<Clean>,
    /// Its lines, those of its sets after its own.
    pub(crate) evidence: Vec<Arc<Line>>,
    /// What it may be.
    pub(crate) theories: Vec<Theory>,
    /// What to ask.
    pub(crate) asks: Vec<Ask>,
    /// Its techniques.
    pub(crate) attack: Vec<Attack>,
    /// What it would do.
    pub(crate) impact: Text,
    /// The exception that it proposes.
    pub(crate) tune: Option<Tune>,
    /// Its steps, each with the part of the page where it stands.
    pub(crate) steps: Vec<(Kind, Arc<StepForm>)>,
}

/// A line of evidence.
#[derive(Debug)]
pub(crate) struct Line {
    /// Its id.
    pub(crate) id: Clean,
    /// What it speaks for.
    pub(crate) side: Side,
    /// 1 to 5; 0 for context.
    pub(crate) weight: u32,
    /// When it holds.
    pub(crate) condition: Filter,
    /// What it says.
    pub(crate) text: Text,
}

/// A possible explanation.
#[derive(Debug)]
pub(crate) struct Theory {
    /// What it makes of the alert.
    pub(crate) verdict: Reading,
    /// Its rank before any evidence.
    pub(crate) base: i32,
    /// Lines that raise it.
    pub(crate) because: Vec<String>,
    /// Lines that lower it.
    pub(crate) unless: Vec<String>,
    /// The explanation.
    pub(crate) text: Text,
}

/// A question.
#[derive(Debug)]
pub(crate) struct Ask {
    /// What is asked.
    pub(crate) question: Text,
    /// Why.
    pub(crate) why: Text,
    /// What a yes implies.
    pub(crate) yes: Text,
    /// What a no implies.
    pub(crate) no: Text,
    /// The id of the step that answers it.
    pub(crate) step: String,
}

/// An exception that a page proposes.
#[derive(Debug)]
pub(crate) struct Tune {
    /// Its name.
    pub(crate) name: String,
    /// The fields whose values it takes from the alert.
    pub(crate) fields: Vec<String>,
    /// How each is compared.
    pub(crate) comps: Vec<String>,
    /// What to beware of.
    pub(crate) caution: Clean,
}

/// A technique of a page.
#[derive(Debug)]
pub(crate) struct Attack {
    /// The id up to v18.
    pub(crate) id: String,
    /// The id since v19, where it changed.
    pub(crate) id_v19: Option<String>,
    /// Its name.
    pub(crate) name: Clean,
    /// Its tactic today.
    pub(crate) tactic: Clean,
    /// It is the rule's own tag.
    pub(crate) from_rule: bool,
    /// A remark.
    pub(crate) note: Clean,
}

/// The program that a command needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Runtime {
    /// Kubernetes' own.
    Kubectl,
    /// Docker.
    Docker,
    /// Podman.
    Podman,
    /// containerd's Docker look-alike.
    Nerdctl,
    /// The CRI's own.
    Crictl,
    /// containerd's own.
    Ctr,
}

impl Runtime {
    /// All of them, the cluster's first, then from the most to the least convenient.
    pub(crate) const ALL: [Self; 6] =
        [Self::Kubectl, Self::Docker, Self::Podman, Self::Nerdctl, Self::Crictl, Self::Ctr];

    /// Its name, which is also its program's.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Kubectl => "kubectl",
            Self::Docker => "docker",
            Self::Podman => "podman",
            Self::Nerdctl => "nerdctl",
            Self::Crictl => "crictl",
            Self::Ctr => "ctr",
        }
    }
}

/// Where a step is to be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum Place {
    /// A root shell on the node that the alert names.
    #[serde(rename = "host")]
    Host,
    /// Where the container's runtime answers.
    #[serde(rename = "container runtime")]
    Runtime,
    /// Where the cluster answers.
    #[serde(rename = "cluster")]
    Cluster,
    /// Where the cloud's tools are signed in.
    #[serde(rename = "cloud")]
    Cloud,
    /// Where Falco runs.
    #[serde(rename = "falco")]
    Falco,
}

/// A command in the forms that it has: for the host, and by runtime.
#[derive(Debug, Default)]
pub(crate) struct Forms {
    /// The form that needs no runtime.
    pub(crate) plain: Option<Template>,
    /// The forms by runtime.
    pub(crate) by_runtime: Vec<(Runtime, Template)>,
}

impl Forms {
    /// The form for `runtime`, else the plain one.
    pub(crate) fn form(&self, runtime: Option<Runtime>) -> Option<&Template> {
        let own = self.by_runtime.iter().find(|(r, _)| Some(*r) == runtime);
        own.map(|(_, template)| template).or(self.plain.as_ref())
    }
}

/// A step of the library.
#[derive(Debug)]
pub(crate) struct StepForm {
    /// Its id.
    pub(crate) id: Clean,
    /// Its title.
    pub(crate) title: Clean,
    /// What it does to the system.
    pub(crate) risk: Risk,
    /// Where it is to be run.
    pub(crate) place: Place,
    /// When it makes sense; `None`: always.
    pub(crate) when: Option<Filter>,
    /// Why.
    pub(crate) why: Clean,
    /// The command.
    pub(crate) command: Forms,
    /// How to take it back.
    pub(crate) undo: Forms,
    /// Why it can't be taken back.
    pub(crate) no_undo: Clean,
    /// How to see that it worked.
    pub(crate) check: Forms,
    /// What the check shows then.
    pub(crate) expect: Clean,
    /// What it breaks.
    pub(crate) breaks: Clean,
    /// A remark.
    pub(crate) note: Clean,
}

impl Page {
    fn applies(&self, facts: &Facts<'_>) -> bool {
        self.when.as_ref().is_none_or(|when| when.truth(facts, Absence::Unknown) == Truth::True)
    }

    fn tags_present(&self, facts: &Facts<'_>) -> usize {
        let present = facts.tags();
        self.tags.iter().filter(|tag| present.contains(tag)).count()
    }

    fn chosen(&self, why: &'static str) -> Chosen {
        let (id, title, origin) = (self.id.clone(), self.title.clone(), self.origin.clone());
        Chosen { id, title, revision: self.revision, why, origin }
    }

    /// How a list shows it.
    pub(crate) fn listed(&self) -> Listed<'_> {
        let kind = match self.kind {
            PageKind::Rule => "rule",
            PageKind::Generic => "generic",
            PageKind::Overlay => "overlay",
        };
        Listed { id: &self.id, kind, rules: &self.rules, origin: &self.origin, text: &self.text }
    }

    /// What the overlay says of itself.
    pub(crate) fn as_overlay(&self, facts: &Facts<'_>) -> Overlay {
        Overlay {
            id: self.id.clone(),
            title: self.title.clone(),
            what: facts.tell(&self.what),
            caution: facts.tell(&self.blind),
        }
    }
}

impl Library {
    /// The page for an alert, and why; `None` only when there are no pages at all.
    pub(crate) fn page(&self, facts: &Facts<'_>) -> Option<(&Page, Chosen)> {
        let rule = facts.bytes("rule").map(<[u8]>::trim_ascii).and_then(|rule| std::str::from_utf8(rule).ok());
        let by_name = rule.and_then(|rule| self.by_name(rule));
        by_name.map(|(page, why)| (page, page.chosen(why))).or_else(|| self.by_condition(facts))
    }

    /// The page of a rule of this name, or of the rule that once had it; a page that came later goes first.
    pub(crate) fn by_name(&self, rule: &str) -> Option<(&Page, &'static str)> {
        let named = |names: fn(&Page) -> &[String], rule: &str| {
            self.rules.iter().rev().find(|page| names(page).iter().any(|name| name == rule))
        };
        if let Some(page) = named(|page| &page.rules, rule) {
            return Some((page, "rule name"));
        }
        let today = || named(|page| &page.rules, self.renamed.get(rule)?);
        named(|page| &page.also, rule).or_else(today).map(|page| (page, "older name of the rule"))
    }

    /// All pages, those for rules first.
    pub(crate) fn pages(&self) -> impl Iterator<Item = &Page> {
        self.rules.iter().chain(&self.generic).chain(&self.overlays)
    }

    /// Puts a page in force, in place of one with its id.
    pub(crate) fn take(&mut self, page: Page) {
        for pages in [&mut self.rules, &mut self.generic, &mut self.overlays] {
            pages.retain(|other| other.id != page.id);
        }
        match page.kind {
            PageKind::Rule => self.rules.push(page),
            PageKind::Generic => self.generic.push(page),
            PageKind::Overlay => self.overlays.push(page),
        }
    }

    fn by_condition(&self, facts: &Facts<'_>) -> Option<(&Page, Chosen)> {
        let fits = self.generic.iter().filter(|page| page.applies(facts));
        let best = fits.max_by_key(|page| (page.rank, page.tags_present(facts), Reverse(page.id.as_str())))?;
        let why = match (&best.when, best.tags_present(facts)) {
            (None, _) => "fallback",
            (Some(_), 0) => "source",
            (Some(_), _) => "tags",
        };
        Some((best, best.chosen(why)))
    }

    /// The overlays that lie over an alert.
    pub(crate) fn overlays(&self, facts: &Facts<'_>) -> Vec<&Page> {
        self.overlays.iter().filter(|page| page.applies(facts)).collect()
    }
}
