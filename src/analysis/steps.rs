//! The steps of a page for one alert: which are shown, in which runtime's form, in which order.
//!
//! Lives here: the choice of the runtime, and where a step is to be run. Not here: commands (`command`), the step
//! library (`playbooks/steps.toml`). Imports: `base`, `query`. Promise: what destroys comes last, after what saves.

use crate::analysis::command::filled;
use crate::analysis::facts::Facts;
use crate::analysis::playbook::{Forms, Page, Place, Runtime, StepForm};
use crate::analysis::{CommandLine, Kind, Risk, Step, Way, Ways};
use crate::base::Clean;
use crate::query::filter::{Absence, Truth};

/// Where it happened, as far as the alert says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ran {
    /// On the host itself.
    OnHost,
    /// In a container, with the runtimes that may know it, best first.
    InContainer(&'static [Runtime]),
    /// The alert does not say.
    Unknown,
}

/// A pod: the cluster's tool, then those of the node.
const OF_POD: &[Runtime] = &[Runtime::Kubectl, Runtime::Crictl, Runtime::Ctr];
/// A container of which only the id is known.
const ANY: &[Runtime] =
    &[Runtime::Docker, Runtime::Podman, Runtime::Nerdctl, Runtime::Crictl, Runtime::Ctr, Runtime::Kubectl];

impl Ran {
    /// What the alert says.
    pub(crate) fn of(facts: &Facts<'_>) -> Self {
        let id = facts.bytes("container.id");
        match id {
            Some(b"host") => Self::OnHost,
            _ if is_pod(facts) => Self::InContainer(OF_POD),
            Some(_) => Self::InContainer(by_type(facts.bytes("container.type"))),
            None => Self::Unknown,
        }
    }

    /// What heads the steps: a sentence where the alert does not say, else nothing.
    pub(crate) fn heading(self, facts: &Facts<'_>) -> Clean {
        if self == Self::Unknown && facts.of_system_calls() {
            return Clean::from("the alert does not say where this ran: steps for host and container are both given");
        }
        Clean::default()
    }

    /// The runtimes in the order in which they fit: those that may know the container, then all others. Empty on a host.
    fn runtimes(self) -> Vec<Runtime> {
        let best = match self {
            Self::OnHost => return Vec::new(),
            Self::InContainer(best) => best,
            Self::Unknown => ANY,
        };
        let others = Runtime::ALL.iter().filter(|runtime| !best.contains(runtime));
        best.iter().chain(others).copied().collect()
    }

    /// The ways of a step that fit, by the place where it may have run: one list, or two where the alert does not say.
    /// A step that none of the fitting runtimes can do has its plain form only.
    fn places(self, command: &Forms) -> Vec<Vec<Option<Runtime>>> {
        let has = |runtime: &Runtime| command.by_runtime.iter().any(|(own, _)| own == runtime);
        let plain = command.plain.as_ref().map(|_| vec![None]);
        let by_runtime = || self.runtimes().into_iter().filter(has).map(Some).collect();
        match self {
            Self::InContainer(best) if best.iter().any(has) => vec![by_runtime()],
            Self::OnHost | Self::InContainer(_) => plain.into_iter().collect(),
            Self::Unknown => plain.into_iter().chain(Some(by_runtime())).filter(|ways| !ways.is_empty()).collect(),
        }
    }
}

fn is_pod(facts: &Facts<'_>) -> bool {
    let known = |names: [&str; 2]| names.iter().any(|name| facts.bytes(name).is_some());
    known(["k8s.pod.name", "k8smeta.pod.name"]) && known(["k8s.ns.name", "k8smeta.ns.name"])
}

fn by_type(kind: Option<&[u8]>) -> &'static [Runtime] {
    match kind {
        Some(b"docker") => &[Runtime::Docker, Runtime::Ctr],
        Some(b"podman") => &[Runtime::Podman],
        Some(b"cri-o" | b"crio") => &[Runtime::Crictl],
        Some(b"containerd") => &[Runtime::Nerdctl, Runtime::Ctr],
        _ => ANY,
    }
}

/// The steps of the overlays and the page, those that make no sense for the alert left out.
pub(crate) fn shown(pages: &[&Page], facts: &Facts<'_>) -> Vec<Step> {
    let ran = Ran::of(facts);
    let mut steps: Vec<Step> = Vec::new();
    for (kind, form) in pages.iter().flat_map(|page| &page.steps) {
        if !steps.iter().any(|step| step.id == form.id) {
            steps.extend(in_places(*kind, form, ran, facts));
        }
    }
    steps.sort_by_key(|step| (step.kind, step.risk == Risk::Destructive));
    steps
}

fn in_places(kind: Kind, form: &StepForm, ran: Ran, facts: &Facts<'_>) -> Vec<Step> {
    let truth = form.when.as_ref().map_or(Truth::True, |when| when.truth(facts, Absence::Unknown));
    if truth == Truth::False {
        return Vec::new();
    }
    let step = |ways: Vec<Option<Runtime>>| Some(doubted(written(kind, form, &ways, facts)?, form, truth, facts));
    ran.places(&form.command).into_iter().filter_map(step).collect()
}

/// The step with these ways; `None` without any.
fn written(kind: Kind, form: &StepForm, ways: &[Option<Runtime>], facts: &Facts<'_>) -> Option<Step> {
    let (best, others) = ways.split_first()?;
    let others = others.iter().map(|runtime| way(form, *runtime, facts)).collect();
    Some(Step {
        id: form.id.clone(),
        title: form.title.clone(),
        kind,
        risk: form.risk,
        why: form.why.clone(),
        ways: Ways::new(way(form, *best, facts), others),
        no_undo: form.no_undo.clone(),
        expect: form.expect.clone(),
        breaks: Some(form.breaks.clone()).filter(|breaks| !breaks.is_empty()),
        note: form.note.clone(),
    })
}

fn way(form: &StepForm, runtime: Option<Runtime>, facts: &Facts<'_>) -> Way {
    let line = |forms: &Forms| forms.form(runtime).map(|template| filled(template, facts));
    Way {
        runtime,
        runs_on: runs_on(form.place, runtime, facts),
        command: line(&form.command).unwrap_or_default(),
        undo: line(&form.undo),
        check: line(&form.check),
    }
}

/// The runtimes that any of the steps has a way for, in the order in which they fit the alert.
pub(crate) fn runtimes(steps: &[Step], facts: &Facts<'_>) -> Vec<Runtime> {
    let has =
        |runtime: &Runtime| steps.iter().flat_map(|step| step.ways.all()).any(|way| way.runtime == Some(*runtime));
    Ran::of(facts).runtimes().into_iter().filter(has).collect()
}

/// A step whose condition is unknown says what it would need to know.
fn doubted(mut step: Step, form: &StepForm, truth: Truth, facts: &Facts<'_>) -> Step {
    if truth == Truth::Unknown {
        let names = form.when.as_ref().map(crate::query::filter::Filter::names).unwrap_or_default();
        let absent: Vec<String> = names.into_iter().filter(|name| facts.known(name).is_none()).collect();
        let between = if step.note.is_empty() { "" } else { " " };
        let doubt = format!("Only if it applies: the alert has no {}.{between}", absent.join(", "));
        step.note = Clean::concat([Clean::from_bytes(doubt.as_bytes()), step.note]);
    }
    step
}

/// In words, where a way is to be run.
pub(crate) fn runs_on(place: Place, runtime: Option<Runtime>, facts: &Facts<'_>) -> Clean {
    let host = facts.shown("hostname").unwrap_or_else(|| Clean::from("(the alert does not name it)"));
    let on_host =
        |before: &'static str, after: &'static str| Clean::concat([before.into(), host.clone(), after.into()]);
    match (place, runtime) {
        (_, Some(Runtime::Kubectl)) => Clean::from("kubectl"),
        (_, Some(runtime)) => Clean::concat([runtime.name().into(), on_host(" on host ", ", as root")]),
        (Place::Host | Place::Runtime, None) => on_host("host ", ", as root"),
        (Place::Cluster, None) => Clean::from("the cluster"),
        (Place::Cloud, None) => Clean::from("the cloud's command line"),
        (Place::Falco, None) => on_host("host ", ", where Falco runs"),
    }
}

impl Step {
    /// Whether a command of this step may be sent while gaps are open: never for one that destroys, its gap would be the
    /// target.
    pub(crate) fn may_be_sent_with_gaps(&self, command: &CommandLine) -> bool {
        self.risk != Risk::Destructive || command.gaps().is_empty()
    }
}

impl Way {
    /// The commands: itself, its undo, its check.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &CommandLine> {
        [Some(&self.command), self.undo.as_ref(), self.check.as_ref()].into_iter().flatten()
    }
}
