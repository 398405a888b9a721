//! The report for programs: an array with one object a section.
//!
//! Lives here: the documented shape, key by key. Not here: what stands in it (`analysis`). Imports: `base`.
//! Promise: no key is ever left out; what does not apply is `null` or an empty list.

use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::analysis::report::{Matter, raw, words};
use crate::analysis::{
    Analysis, CommandLine, Evidence, Explanation, Kind, Question, Reading, Risk, Runtime, Side, Stance, Step,
    Technique, Tuning, Way,
};
use crate::base::Clean;

/// Writes the section of this number, counted from 1.
pub(crate) fn section(matter: &Matter<'_>, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(if matter.number == 1 { b"[\n" } else { b",\n" })?;
    let Matter { section, record, analysis, .. } = matter;
    let (alert, changed) = match record.lost {
        Some(_) => (None, false),
        None => Some(raw::json(&record.line)).map_or((None, false), |(alert, changed)| (Some(alert), changed)),
    };
    let json = SectionJson {
        alert,
        alert_base64: changed.then(|| STANDARD.encode(&record.line)),
        place: Words(&record.place),
        count: section.count,
        first: section.first.map(words::exact),
        last: section.last.map(words::exact),
        alike_in: matter.common,
        analysis: AnalysisJson::of(analysis, &matter.silenced),
        commands: analysis.commands.iter().map(CommandJson::of).collect(),
    };
    serde_json::to_writer(&mut *out, &json).map_err(io::Error::from)
}

/// Ends the array after so many sections.
pub(crate) fn end(sections: u64, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(if sections == 0 { b"[]\n" } else { b"\n]\n" })
}

#[derive(serde::Serialize)]
struct SectionJson<'a> {
    /// `null` where its line can't be read any more.
    alert: Option<Box<RawValue>>,
    /// The alert's exact bytes where `alert` could not be them.
    alert_base64: Option<String>,
    /// `overnight.jsonl:8453`.
    place: Words<'a>,
    count: u64,
    first: Option<String>,
    last: Option<String>,
    /// What the alerts of the section have in common where they are not alike in all; the analysis is the first's.
    alike_in: Option<&'static str>,
    analysis: AnalysisJson<'a>,
    commands: Vec<CommandJson<'a>>,
}

#[derive(serde::Serialize)]
struct AnalysisJson<'a> {
    summary: Words<'a>,
    fires: Words<'a>,
    blind: Words<'a>,
    /// Its id; the three keys behind it say more.
    playbook: Words<'a>,
    playbook_title: Words<'a>,
    playbook_revision: u32,
    playbook_chosen_by: &'a str,
    overlays: Vec<Words<'a>>,
    reading: Reading,
    score: ScoreJson,
    evidence: Vec<EvidenceJson<'a>>,
    questions: Vec<QuestionJson<'a>>,
    attack: Vec<TechniqueJson<'a>>,
    explanations: Vec<ExplanationJson<'a>>,
    impact: Words<'a>,
    missing: Vec<Words<'a>>,
    /// Whether what lies around the alert was counted.
    counted: bool,
    tuning: Option<TuningJson<'a>>,
}

impl<'a> AnalysisJson<'a> {
    fn of(analysis: &'a Analysis, silenced: &'a Clean) -> Self {
        let chosen = &analysis.playbook;
        let score = analysis.score;
        Self {
            summary: Words(&analysis.summary),
            fires: Words(&analysis.fires),
            blind: Words(&analysis.blind),
            playbook: Words(&chosen.id),
            playbook_title: Words(&chosen.title),
            playbook_revision: chosen.revision,
            playbook_chosen_by: chosen.why,
            overlays: analysis.overlays.iter().map(|overlay| Words(&overlay.id)).collect(),
            reading: analysis.reading,
            score: ScoreJson {
                malicious: score.malicious,
                benign: score.benign,
                test: score.test,
                unresolved: score.unresolved,
            },
            evidence: analysis.evidence.iter().map(EvidenceJson::of).collect(),
            questions: analysis.questions.iter().map(|question| QuestionJson::of(question, analysis)).collect(),
            attack: analysis.attack.iter().map(TechniqueJson::of).collect(),
            explanations: analysis.explanations.iter().map(ExplanationJson::of).collect(),
            impact: Words(&analysis.impact),
            missing: analysis.missing.iter().map(Words).collect(),
            counted: analysis.counted,
            tuning: analysis.tuning.as_ref().map(|tuning| TuningJson::of(tuning, silenced)),
        }
    }
}

#[derive(serde::Serialize)]
struct TuningJson<'a> {
    yaml: Option<&'a str>,
    /// A filter for the alerts that it would silence.
    silences: Option<&'a str>,
    /// How many of the loaded alerts those are, in words.
    silenced: Option<Words<'a>>,
    scope: Option<Words<'a>>,
    caution: Option<Words<'a>>,
    doubt: Option<Words<'a>>,
}

impl<'a> TuningJson<'a> {
    fn of(tuning: &'a Tuning, silenced: &'a Clean) -> Self {
        let code = |text: &'a str| Some(text).filter(|text| !text.is_empty());
        Self {
            yaml: code(&tuning.yaml),
            silences: code(&tuning.silences),
            silenced: said(silenced),
            scope: said(&tuning.scope),
            caution: said(&tuning.caution),
            doubt: said(&tuning.doubt),
        }
    }
}

fn said(text: &Clean) -> Option<Words<'_>> {
    (!text.is_empty()).then_some(Words(text))
}

#[derive(serde::Serialize)]
struct ScoreJson {
    malicious: u32,
    benign: u32,
    test: u32,
    unresolved: u32,
}

#[derive(serde::Serialize)]
struct EvidenceJson<'a> {
    id: Words<'a>,
    text: Words<'a>,
    stance: Option<&'static str>,
    side: Side,
    weight: Option<u32>,
    fields: ByName<'a>,
    /// A filter that shows the other alerts that it rests on.
    there: Option<&'a str>,
}

impl<'a> EvidenceJson<'a> {
    fn of(evidence: &'a Evidence) -> Self {
        Self {
            id: Words(&evidence.id),
            text: Words(&evidence.text),
            stance: stance(evidence),
            side: evidence.side,
            weight: Some(evidence.weight).filter(|_| evidence.side != Side::Context),
            fields: ByName(&evidence.fields),
            there: Some(evidence.there.as_str()).filter(|filter| !filter.is_empty()),
        }
    }
}

/// `for` speaks for malice, `against` for a harmless cause or a test; a true line of context does neither.
fn stance(evidence: &Evidence) -> Option<&'static str> {
    match (evidence.stance, evidence.side) {
        (Stance::Unresolved, _) => Some("unresolved"),
        (Stance::True, Side::Malicious) => Some("for"),
        (Stance::True, Side::Benign | Side::Test) => Some("against"),
        (Stance::True, Side::Context) => None,
    }
}

#[derive(serde::Serialize)]
struct QuestionJson<'a> {
    ask: Words<'a>,
    why: Words<'a>,
    yes: Words<'a>,
    no: Words<'a>,
    /// The id of the command that answers it.
    command: Option<Words<'a>>,
}

impl<'a> QuestionJson<'a> {
    fn of(question: &'a Question, analysis: &'a Analysis) -> Self {
        let step = question.command.and_then(|place| analysis.commands.get(place));
        Self {
            ask: Words(&question.ask),
            why: Words(&question.why),
            yes: Words(&question.yes),
            no: Words(&question.no),
            command: step.map(|step| Words(&step.id)),
        }
    }
}

#[derive(serde::Serialize)]
struct TechniqueJson<'a> {
    id: Words<'a>,
    name: Words<'a>,
    was: Option<Words<'a>>,
    tactic: Words<'a>,
    from_rule: bool,
    note: Option<Words<'a>>,
}

impl<'a> TechniqueJson<'a> {
    fn of(technique: &'a Technique) -> Self {
        Self {
            id: Words(&technique.id),
            name: Words(&technique.name),
            was: technique.was.as_ref().map(Words),
            tactic: Words(&technique.tactic),
            from_rule: technique.from_rule,
            note: said(&technique.note),
        }
    }
}

#[derive(serde::Serialize)]
struct ExplanationJson<'a> {
    text: Words<'a>,
    verdict: Reading,
    weight: i32,
    unsupported: bool,
}

impl<'a> ExplanationJson<'a> {
    fn of(explanation: &'a Explanation) -> Self {
        let Explanation { text, verdict, weight, unsupported } = explanation;
        Self { text: Words(text), verdict: *verdict, weight: *weight, unsupported: *unsupported }
    }
}

#[derive(serde::Serialize)]
struct CommandJson<'a> {
    id: Words<'a>,
    title: Words<'a>,
    kind: Kind,
    risk: Risk,
    runs_on: Words<'a>,
    why: Words<'a>,
    command: String,
    undo: Option<String>,
    no_undo: Option<Words<'a>>,
    check: Option<String>,
    expect: Option<Words<'a>>,
    breaks: Option<Words<'a>>,
    note: Option<Words<'a>>,
    unfilled: Vec<&'a str>,
    /// Every way to do it, the one above first.
    ways: Vec<WayJson<'a>>,
}

impl<'a> CommandJson<'a> {
    fn of(step: &'a Step) -> Self {
        let way = step.ways.best();
        Self {
            id: Words(&step.id),
            title: Words(&step.title),
            kind: step.kind,
            risk: step.risk,
            runs_on: Words(&way.runs_on),
            why: Words(&step.why),
            command: way.command.text(),
            undo: way.undo.as_ref().map(CommandLine::text),
            no_undo: said(&step.no_undo),
            check: way.check.as_ref().map(CommandLine::text),
            expect: said(&step.expect),
            breaks: step.breaks.as_ref().map(Words),
            note: said(&step.note),
            unfilled: way.command.gaps().iter().map(|gap| gap.name.as_str()).collect(),
            ways: step.ways.all().map(WayJson::of).collect(),
        }
    }
}

#[derive(serde::Serialize)]
struct WayJson<'a> {
    /// `null`: the host's own programs.
    runtime: Option<&'static str>,
    runs_on: Words<'a>,
    command: String,
    undo: Option<String>,
    check: Option<String>,
    unfilled: Vec<&'a str>,
}

impl<'a> WayJson<'a> {
    fn of(way: &'a Way) -> Self {
        Self {
            runtime: way.runtime.map(Runtime::name),
            runs_on: Words(&way.runs_on),
            command: way.command.text(),
            undo: way.undo.as_ref().map(CommandLine::text),
            check: way.check.as_ref().map(CommandLine::text),
            unfilled: way.command.gaps().iter().map(|gap| gap.name.as_str()).collect(),
        }
    }
}

/// Drawable text as a JSON string.
struct Words<'a>(&'a Clean);

impl Serialize for Words<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

/// Fields and their values as an object, in their order; `null` for one that the alert does not have.
struct ByName<'a>(&'a [(Clean, Option<Clean>)]);

impl Serialize for ByName<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name.as_str(), value.as_ref().map(Clean::as_str))))
    }
}
