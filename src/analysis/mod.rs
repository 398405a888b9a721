//! Rows → meaning; the same in, the same out: no clock, no disk, no network, no model.
//!
//! Lives here: playbooks and their engine, evidence, commands, the report. Not here: how a pane looks (`ui`). Imports:
//! `base`, `source`, `decode`, `store`, `query`. Promise: what an alert does not hold is said to be missing, never
//! taken for harmless; a value enters a command only as `Quoted`.

mod attack;
mod bundled;
mod check;
mod command;
mod complaints;
mod cook;
mod evidence;
mod facts;
mod form;
mod hole;
mod load;
mod meaning;
mod moment;
mod playbook;
pub(crate) mod report;
mod shell;
mod steps;
mod tell;
mod template;
mod tuning;

use serde::{Deserialize, Serialize};

use crate::base::Clean;

pub(crate) use command::{CommandLine, Gap, Given};
pub(crate) use complaints::PlaybookFile;
pub(crate) use meaning::{Listed, Playbooks};
pub(crate) use playbook::Runtime;

/// What one alert (or a group of alike alerts) means. Its keys in JSON are fixed by the documented report format.
#[derive(Clone, Debug, Default)]
pub(crate) struct Analysis {
    /// What happened, from the playbook's `what` with the alert's values in it.
    pub(crate) summary: Clean,
    /// Why the rule fires.
    pub(crate) fires: Clean,
    /// What the rule does not see.
    pub(crate) blind: Clean,
    /// Which playbook, its revision, where it comes from, and why it was chosen.
    pub(crate) playbook: Chosen,
    /// What the evidence leans to.
    pub(crate) reading: Reading,
    /// The weights and how much is unknown.
    pub(crate) score: Score,
    /// Lines that are true or unknown; those of overlays (test tools) first.
    pub(crate) evidence: Vec<Evidence>,
    /// What to ask next.
    pub(crate) questions: Vec<Question>,
    /// Techniques.
    pub(crate) attack: Vec<Technique>,
    /// The version of ATT&CK that their ids are of: `ATT&CK v19`.
    pub(crate) attack_version: Clean,
    /// The tags of rules that name a tactic (`mitre_execution`), each with the tactic's name.
    pub(crate) tactics: Vec<(String, Clean)>,
    /// What it may be, strongest first.
    pub(crate) explanations: Vec<Explanation>,
    /// What it would do if it were real.
    pub(crate) impact: Clean,
    /// Fields that the rule prints or a command needs, and this alert does not have.
    pub(crate) missing: Vec<Clean>,
    /// Steps, in the order in which they are shown.
    pub(crate) commands: Vec<Step>,
    /// What heads the steps when the alert does not say whether it ran on the host or in a container; else empty.
    pub(crate) place: Clean,
    /// Findings that lie over the playbook: test tools, trouble of the sensor.
    pub(crate) overlays: Vec<Overlay>,
    /// The fields that matter most for this rule, in the playbook's order.
    pub(crate) show: Vec<Clean>,
    /// A proposed exception; `None` where the playbook has none.
    pub(crate) tuning: Option<Tuning>,
    /// The runtimes that the steps have ways for, those that fit the alert best first.
    pub(crate) runtimes: Vec<Runtime>,
    /// Whether what lies around the alert was counted; until then the lines that rest on it are unresolved.
    pub(crate) counted: bool,
}

/// A finding laid over whichever playbook was chosen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overlay {
    /// Its id: `test-tools`.
    pub(crate) id: Clean,
    /// Its title.
    pub(crate) title: Clean,
    /// What was found.
    pub(crate) what: Clean,
    /// What the finding does not prove.
    pub(crate) caution: Clean,
}

/// The playbook behind an analysis.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chosen {
    /// Its id: `clear-log-activities`.
    pub(crate) id: Clean,
    /// Its title.
    pub(crate) title: Clean,
    /// Its revision.
    pub(crate) revision: u32,
    /// The file that it comes from; empty for one in the binary.
    pub(crate) origin: Clean,
    /// Why it was chosen: `rule name`, `older name of the rule`, `tags`, `source`, `fallback`.
    pub(crate) why: &'static str,
}

/// What the evidence leans to; never a verdict, that is the analyst's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Reading {
    /// Malice outweighs by 3 or more.
    Malicious,
    /// A harmless cause outweighs by 3 or more, and nothing forbids saying so.
    Benign,
    /// Neither.
    #[default]
    Undecided,
    /// The mark of a test tool.
    Test,
}

/// Sums of the weights of true lines, and the number of unknown ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Score {
    /// Weight of what speaks for malice.
    pub(crate) malicious: u32,
    /// Weight of what speaks for a harmless cause.
    pub(crate) benign: u32,
    /// Weight of the marks of test tools.
    pub(crate) test: u32,
    /// Lines that could not be decided from what the alert holds.
    pub(crate) unresolved: u32,
}

/// What a line of evidence speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Side {
    /// Malice.
    Malicious,
    /// A harmless cause.
    Benign,
    /// A test of the detection.
    Test,
    /// Neither; worth knowing.
    Context,
}

/// Whether a line's condition is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stance {
    /// True.
    True,
    /// Unknown: needs fields that the alert does not have.
    Unresolved,
}

/// One line of evidence.
#[derive(Clone, Debug)]
pub(crate) struct Evidence {
    /// Its id in the playbook.
    pub(crate) id: Clean,
    /// What it says, with the alert's values.
    pub(crate) text: Clean,
    /// Known or not.
    pub(crate) stance: Stance,
    /// What it speaks for.
    pub(crate) side: Side,
    /// 1 weak to 5 near proof; 0 for context.
    pub(crate) weight: u32,
    /// The fields it rests on with their values; `None` for one that the alert does not have.
    pub(crate) fields: Vec<(Clean, Option<Clean>)>,
    /// A filter that shows the other alerts that it rests on; empty where it rests on this alert alone.
    pub(crate) there: String,
}

impl Evidence {
    /// Whether it is known, and speaks for malice.
    pub(crate) fn is_malice(&self) -> bool {
        self.side == Side::Malicious && self.stance == Stance::True
    }
}

/// A question for the analyst.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    /// The question.
    pub(crate) ask: Clean,
    /// Why it is asked.
    pub(crate) why: Clean,
    /// What a yes implies.
    pub(crate) yes: Clean,
    /// What a no implies.
    pub(crate) no: Clean,
    /// Index in [`Analysis::commands`] of the step that answers it.
    pub(crate) command: Option<usize>,
}

/// A technique of ATT&CK.
#[derive(Clone, Debug)]
pub(crate) struct Technique {
    /// Today's id (v19).
    pub(crate) id: Clean,
    /// Its name.
    pub(crate) name: Clean,
    /// The id it had up to v18, where it moved.
    pub(crate) was: Option<Clean>,
    /// Its tactic; empty when only the id is known.
    pub(crate) tactic: Clean,
    /// The rule's own tag rather than the playbook's correction.
    pub(crate) from_rule: bool,
    /// When it applies, or what is wrong with the tag; may be empty.
    pub(crate) note: Clean,
}

/// What it may be.
#[derive(Clone, Debug)]
pub(crate) struct Explanation {
    /// The explanation.
    pub(crate) text: Clean,
    /// What it would make of the alert.
    pub(crate) verdict: Reading,
    /// Its rank: 5 and more strong, 2 to 4 possible, else weak.
    pub(crate) weight: i32,
    /// Nothing that could raise it is known, so its rank is only the base.
    pub(crate) unsupported: bool,
}

/// What a step is for, in the order of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// Answers a question.
    Question,
    /// Looks.
    Inspect,
    /// Saves evidence.
    Preserve,
    /// Stops the damage.
    Contain,
    /// Removes the cause.
    Eradicate,
    /// Changes the detection.
    Tune,
}

/// What a step does to the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Risk {
    /// Leaves no change but access times and logs of the access.
    ReadOnly,
    /// Changes something that can be undone.
    ChangesState,
    /// Destroys data, evidence or running work.
    Destructive,
}

/// One proposed step; stoop never runs it.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// Its id in the step library.
    pub(crate) id: Clean,
    /// Its title.
    pub(crate) title: Clean,
    /// What it is for.
    pub(crate) kind: Kind,
    /// What it does to the system.
    pub(crate) risk: Risk,
    /// Why.
    pub(crate) why: Clean,
    /// The ways to do it, at least one; what fits the alert best is first.
    pub(crate) ways: Ways,
    /// Why it can't be taken back; empty where a way has an `undo` or nothing is changed.
    pub(crate) no_undo: Clean,
    /// What `check` shows when it worked; may be empty.
    pub(crate) expect: Clean,
    /// What it breaks.
    pub(crate) breaks: Option<Clean>,
    /// A remark.
    pub(crate) note: Clean,
}

/// One way to do a step: the commands for one runtime, or for the host.
#[derive(Clone, Debug, Default)]
pub(crate) struct Way {
    /// The runtime whose program it calls; `None`: the host's own, a cloud's, Falco's.
    pub(crate) runtime: Option<Runtime>,
    /// Where it is to be run: `host node-a, as root`, `docker on host node-a, as root`, `kubectl`.
    pub(crate) runs_on: Clean,
    /// The command.
    pub(crate) command: CommandLine,
    /// How to take it back; `None` for a read-only step.
    pub(crate) undo: Option<CommandLine>,
    /// How to see that it worked.
    pub(crate) check: Option<CommandLine>,
}

/// The ways to do a step, best first; never empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ways {
    best: Way,
    others: Vec<Way>,
}

impl Ways {
    /// `best` first, then `others`.
    pub(crate) fn new(best: Way, others: Vec<Way>) -> Self {
        Self { best, others }
    }

    /// The way that fits the alert best.
    pub(crate) fn best(&self) -> &Way {
        &self.best
    }

    /// The way for `runtime`; the best one where the step has none for it.
    pub(crate) fn by(&self, runtime: Option<Runtime>) -> &Way {
        let wanted = |way: &&Way| runtime.is_some() && way.runtime == runtime;
        self.all().find(wanted).unwrap_or(&self.best)
    }

    /// All of them, the best first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Way> {
        std::iter::once(&self.best).chain(&self.others)
    }
}

/// A proposed exception of the rule, for Falco's configuration.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tuning {
    /// The rules file to add, as YAML; empty where none is offered.
    pub(crate) yaml: String,
    /// A condition that is true for exactly the alerts that the exception would silence; empty where none is offered.
    pub(crate) silences: String,
    /// The same in words: which fields have which values.
    pub(crate) scope: Clean,
    /// What to beware of, from the playbook.
    pub(crate) caution: Clean,
    /// Why none is offered, or what is to be done before it is used; empty where nothing stands against it.
    pub(crate) doubt: Clean,
}

#[cfg(test)]
#[path = "analysis_tests.rs"]
mod tests;
