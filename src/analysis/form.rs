//! The playbook files as they are written: TOML, every key known.
//!
//! Lives here: the shapes that serde reads, nothing else. Not here: what they mean (`load`). Imports: siblings only.
//! Promise: a key that the format does not have is an error with its place, never silently nothing.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::analysis::playbook::{PageKind, Place, Runtime};
use crate::analysis::{Kind, Reading, Risk, Side};

/// `common.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CommonForm {
    /// The format's version.
    pub(crate) format: Spanned<u32>,
    /// Fields by who prints them.
    #[serde(default)]
    pub(crate) fields: FieldsForm,
    /// Conditions by name.
    #[serde(rename = "macro", default)]
    pub(crate) macros: BTreeMap<String, Spanned<String>>,
    /// Sets of evidence that pages include.
    #[serde(default)]
    pub(crate) set: BTreeMap<String, SetForm>,
}

/// Which fields there are.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct FieldsForm {
    /// Printed by every rule on system calls.
    pub(crate) common: Vec<String>,
    /// Added by Falco's plugins.
    pub(crate) appended: Vec<String>,
    /// The alert's own names.
    pub(crate) envelope: Vec<String>,
    /// Names that only the analyst can fill.
    pub(crate) asked: Vec<String>,
}

/// A set of evidence.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetForm {
    /// Its lines.
    pub(crate) evidence: Vec<EvidenceForm>,
}

/// `attack.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AttackTableForm {
    /// The version of ATT&CK: `19`.
    pub(crate) version: String,
    /// Where the rows come from.
    #[expect(dead_code, reason = "for readers of the file; that it is there is checked")]
    pub(crate) source: String,
    /// What they were checked against, and when.
    #[expect(dead_code, reason = "for readers of the file; that it is there is checked")]
    pub(crate) checked: String,
    /// Techniques.
    pub(crate) technique: Vec<TechniqueForm>,
    /// Tactics.
    pub(crate) tactic: Vec<TacticForm>,
}

/// `[[technique]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TechniqueForm {
    /// Today's id.
    pub(crate) id: Spanned<String>,
    /// Its name.
    pub(crate) name: String,
    /// The names of its tactics.
    #[serde(default)]
    pub(crate) tactics: Vec<Spanned<String>>,
    /// The id it had before.
    pub(crate) was: Option<Spanned<String>>,
    /// A remark.
    #[serde(default)]
    pub(crate) note: String,
}

/// `[[tactic]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TacticForm {
    /// Its id.
    pub(crate) id: Spanned<String>,
    /// Its name.
    pub(crate) name: String,
    /// What rules call it.
    pub(crate) tag: Option<String>,
}

/// `renamed.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RenamedForm {
    /// The format's version.
    pub(crate) format: Spanned<u32>,
    /// Where the names come from.
    #[expect(dead_code, reason = "for readers of the file; that it is there is checked")]
    pub(crate) source: String,
    /// Today's name of a rule by an older one.
    pub(crate) renamed: BTreeMap<String, String>,
}

/// `steps.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepsForm {
    /// The format's version.
    pub(crate) format: Spanned<u32>,
    /// The library.
    pub(crate) step: Vec<StepSource>,
}

/// A page's file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PageForm {
    /// The format's version.
    pub(crate) format: Spanned<u32>,
    /// Its id: the file's name without `.toml`.
    pub(crate) id: Spanned<String>,
    /// Its title.
    pub(crate) title: String,
    /// Which sort of page.
    pub(crate) kind: PageKind,
    /// Counts changes.
    pub(crate) revision: u32,
    /// When it applies.
    #[serde(rename = "match")]
    pub(crate) matches: MatchForm,
    /// What it says.
    pub(crate) about: AboutForm,
    /// Techniques.
    #[serde(default)]
    pub(crate) attack: Vec<AttackForm>,
    /// Lines.
    #[serde(default)]
    pub(crate) evidence: Vec<EvidenceForm>,
    /// Explanations.
    #[serde(default)]
    pub(crate) explanation: Vec<ExplanationForm>,
    /// Questions.
    #[serde(default)]
    pub(crate) question: Vec<QuestionForm>,
    /// What it would do.
    pub(crate) impact: ImpactForm,
    /// Which steps it shows.
    pub(crate) steps: StepListForm,
    /// A proposal for an exception.
    pub(crate) tune: Option<TuneForm>,
    /// Steps of its own.
    #[serde(default)]
    pub(crate) step: Vec<StepSource>,
}

/// `[match]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct MatchForm {
    /// The rule's names.
    pub(crate) rule: Vec<String>,
    /// Its older names.
    pub(crate) also: Vec<String>,
    /// Sources; told by `when`, kept for readers.
    pub(crate) source: Vec<String>,
    /// The condition of a generic page or an overlay.
    pub(crate) when: Option<Spanned<String>>,
    /// Which generic page goes first.
    pub(crate) rank: u32,
    /// Tags that speak for it.
    pub(crate) tags: Vec<String>,
    /// What the rule prints beyond the common fields.
    pub(crate) output_fields: Vec<String>,
    /// What a site may add.
    pub(crate) optional_fields: Vec<String>,
}

/// `[about]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AboutForm {
    /// What happened.
    pub(crate) what: Spanned<String>,
    /// Why it fires.
    pub(crate) fires: Spanned<String>,
    /// What it does not see.
    pub(crate) blind: Spanned<String>,
    /// The fields to show first.
    pub(crate) show: Vec<Spanned<String>>,
    /// Sets of evidence.
    #[serde(default)]
    pub(crate) include: Vec<Spanned<String>>,
}

/// `[[attack]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AttackForm {
    /// Id up to v18.
    pub(crate) id: Spanned<String>,
    /// Id since v19.
    pub(crate) id_v19: Option<String>,
    /// Its name.
    pub(crate) name: String,
    /// Its tactic up to v18.
    pub(crate) tactic: String,
    /// Its tactic since v19.
    pub(crate) tactic_v19: Option<String>,
    /// Whose word it is.
    pub(crate) origin: Origin,
    /// A remark.
    #[serde(default)]
    pub(crate) note: String,
}

/// Whose word a technique is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Origin {
    /// The rule's tag.
    Rule,
    /// The playbook's correction.
    Playbook,
}

/// `[[evidence]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EvidenceForm {
    /// Its id.
    pub(crate) id: Spanned<String>,
    /// What it speaks for.
    pub(crate) side: Side,
    /// 1 to 5; context has none.
    pub(crate) weight: Option<Spanned<u32>>,
    /// When it holds.
    #[serde(rename = "if")]
    pub(crate) condition: Spanned<String>,
    /// What it says.
    pub(crate) text: Spanned<String>,
}

/// `[[explanation]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExplanationForm {
    /// Its id.
    pub(crate) id: Spanned<String>,
    /// What it makes of the alert.
    pub(crate) verdict: Reading,
    /// Rank before evidence.
    pub(crate) base: i32,
    /// What raises it.
    pub(crate) because: Vec<Spanned<String>>,
    /// What lowers it.
    pub(crate) unless: Vec<Spanned<String>>,
    /// The explanation.
    pub(crate) text: Spanned<String>,
}

/// `[[question]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuestionForm {
    /// The question.
    pub(crate) ask: Spanned<String>,
    /// Why.
    pub(crate) why: Spanned<String>,
    /// The step that answers it.
    pub(crate) step: Spanned<String>,
    /// What a yes implies.
    pub(crate) yes: Spanned<String>,
    /// What a no implies.
    pub(crate) no: Spanned<String>,
}

/// `[impact]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImpactForm {
    /// What it would do.
    pub(crate) text: Spanned<String>,
}

/// `[steps]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepListForm {
    /// Look.
    #[serde(default)]
    pub(crate) inspect: Vec<Spanned<String>>,
    /// Save.
    #[serde(default)]
    pub(crate) preserve: Vec<Spanned<String>>,
    /// Stop.
    #[serde(default)]
    pub(crate) contain: Vec<Spanned<String>>,
    /// Remove.
    #[serde(default)]
    pub(crate) eradicate: Vec<Spanned<String>>,
}

/// `[tune]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TuneForm {
    /// The exception's name.
    pub(crate) name: Spanned<String>,
    /// Its fields.
    pub(crate) fields: Vec<Spanned<String>>,
    /// How each is compared.
    pub(crate) comps: Vec<Spanned<String>>,
    /// What to beware of.
    pub(crate) caution: String,
}

/// `[[step]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepSource {
    /// Its id.
    pub(crate) id: Spanned<String>,
    /// Its title.
    pub(crate) title: String,
    /// What it is for.
    pub(crate) kind: Kind,
    /// What it does to the system.
    pub(crate) risk: Risk,
    /// Where it is to be run.
    #[serde(rename = "where")]
    pub(crate) place: Place,
    /// When it makes sense.
    pub(crate) when: Option<Spanned<String>>,
    /// Why.
    pub(crate) why: String,
    /// The command without a runtime.
    pub(crate) cmd: Option<Spanned<String>>,
    /// The command by runtime.
    #[serde(default)]
    pub(crate) run: BTreeMap<Runtime, Spanned<String>>,
    /// How to take it back; `none: …` says why not.
    pub(crate) undo: Option<Spanned<String>>,
    /// The same by runtime.
    #[serde(default)]
    pub(crate) undo_run: BTreeMap<Runtime, Spanned<String>>,
    /// How to see that it worked.
    pub(crate) check: Option<Spanned<String>>,
    /// The same by runtime.
    #[serde(default)]
    pub(crate) check_run: BTreeMap<Runtime, Spanned<String>>,
    /// What the check shows then.
    #[serde(default)]
    pub(crate) expect: String,
    /// What it breaks.
    #[serde(default)]
    pub(crate) breaks: String,
    /// A remark.
    #[serde(default)]
    pub(crate) note: String,
    /// How the command was tried.
    #[expect(dead_code, reason = "for who writes playbooks; that it is there and one of two words is checked")]
    pub(crate) verified: Verified,
}

/// How a command was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verified {
    /// Run with sample values.
    Run,
    /// Read against its documentation.
    Docs,
}

impl StepListForm {
    /// The lists with the part of the page that each makes.
    pub(crate) fn by_kind(&self) -> [(Kind, &[Spanned<String>]); 4] {
        [
            (Kind::Inspect, &self.inspect),
            (Kind::Preserve, &self.preserve),
            (Kind::Contain, &self.contain),
            (Kind::Eradicate, &self.eradicate),
        ]
    }
}
