//! The tab Commands under the reader's hands: which step, by which tool, and what leaves.
//!
//! Lives here: choosing the tool, sending a command, its undo, its check, the exception. Not here: asking for values
//! (`gaps`), the script (`script`), how it looks (`page::commands`). Imports: `analysis`, `base`.
//! Promise: what destroys leaves only after one more key, and never without its target.

use crate::analysis::{CommandLine, Risk, Runtime, Step, Tuning};
use crate::base::{Clean, Notice};
use crate::state::commands::Args;
use crate::state::page::Shown;
use crate::state::{Confirm, Effect, Layer, Model, Tab, detail, gaps, links, script, session};

/// Which of a step's commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The command itself.
    Command,
    /// What takes it back.
    Undo,
    /// What shows whether it worked.
    Check,
}

/// A command on its way out.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    /// The step that it is of.
    pub(crate) step: Step,
    /// Which of the step's commands it is.
    pub(crate) part: Part,
    /// As the alert fills it.
    pub(crate) line: CommandLine,
}

/// What is under the cursor of the tab.
enum Here<'a> {
    Step(&'a Step),
    Exception(&'a Tuning),
}

impl Model {
    /// The open alert with what was chosen for it.
    pub(crate) fn shown(&self) -> Option<Shown<'_>> {
        let opened = self.detail.opened.as_ref()?;
        let given = self.detail.given.get(&opened.row).map(Vec::as_slice).unwrap_or_default();
        let related = Some(&self.related);
        Some(Shown { opened, runtime: self.detail.runtime, given, loading: self.loaded.is_loading(), related })
    }
}

fn here<'a>(model: &'a Model, shown: &Shown<'a>) -> Option<Here<'a>> {
    let item = model.detail.tabs.get(Tab::Commands as usize)?.item;
    let found = &shown.opened.analysis;
    match found.commands.get(item) {
        Some(step) => Some(Here::Step(step)),
        None => found.tuning.as_ref().map(Here::Exception),
    }
}

/// Whether the cursor of the tab is on the proposed exception.
pub(crate) fn is_on_exception(model: &Model) -> bool {
    model.shown().is_some_and(|shown| matches!(here(model, &shown), Some(Here::Exception(_))))
}

/// One of the commands of the step under the cursor, as the tool in force has it; on `Err`, why there is none.
fn wanted(model: &Model, part: Part) -> Result<Wanted, Notice> {
    let shown = model.shown();
    let here = shown.as_ref().and_then(|shown| Some((shown, here(model, shown)?)));
    let Some((shown, Here::Step(step))) = here else { return Err(Notice::said("no command is under the cursor")) };
    let way = shown.way(step);
    let line = match part {
        Part::Command => Some(&way.command),
        Part::Undo => way.undo.as_ref(),
        Part::Check => way.check.as_ref(),
    };
    match line {
        Some(line) => Ok(Wanted { step: step.clone(), part, line: line.clone() }),
        None => Err(lacking(step, part)),
    }
}

impl Wanted {
    /// What the command destroys, in the playbook's words; `None` for one that does not.
    fn destroys(&self) -> Option<Clean> {
        let named = self.step.breaks.clone().filter(|breaks| !breaks.is_empty());
        let destroys = self.part == Part::Command && self.step.risk == Risk::Destructive;
        destroys.then(|| named.unwrap_or_else(|| self.step.title.clone()))
    }
}

/// Why a step has no undo or no check.
fn lacking(step: &Step, part: Part) -> Notice {
    match (part, step.risk) {
        (Part::Undo, Risk::ReadOnly) => Notice::said("this step changes nothing, so there is nothing to undo"),
        (Part::Undo, _) if !step.no_undo.is_empty() => {
            Notice::said(Clean::concat(["it can't be undone: ".into(), step.no_undo.clone()]))
        }
        (Part::Undo, _) => Notice::said("this step has no undo"),
        _ => Notice::said("this step has no check of its own"),
    }
}

/// Sends the command under the cursor, or the exception; gaps are asked for first.
pub(crate) fn send_command(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    if is_on_exception(model) { send_exception(model, args) } else { send_part(model, Part::Command) }
}

/// Sends the undo of the step under the cursor.
pub(crate) fn send_undo(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    send_part(model, Part::Undo)
}

/// Sends the check of the step under the cursor.
pub(crate) fn send_check(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    send_part(model, Part::Check)
}

fn send_part(model: &mut Model, part: Part) -> Vec<Effect> {
    match wanted(model, part) {
        Ok(wanted) => gaps::ask_open(model, wanted),
        Err(why) => session::say(model, why),
    }
}

/// Asks for every gap of the command under the cursor, those that were typed before too, then sends it. On the exception
/// it shows the loaded alerts that would be silenced.
pub(crate) fn fill_in(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    let silenced = model.shown().and_then(|shown| match here(model, &shown) {
        Some(Here::Exception(tuning)) if !tuning.silences.is_empty() => Some(tuning.silences.clone()),
        _ => None,
    });
    if let Some(filter) = silenced {
        return links::go(model, filter);
    }
    match wanted(model, Part::Command) {
        Ok(wanted) => gaps::ask_all(model, wanted),
        Err(why) => session::say(model, why),
    }
}

/// Sends the command under the cursor as it is, its gaps as quoted words; never one that destroys and lacks its target.
pub(crate) fn send_with_gaps(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    if is_on_exception(model) {
        return send_exception(model, args);
    }
    match wanted(model, Part::Command) {
        Ok(wanted) => {
            let line = model.shown().map(|shown| shown.filled(&wanted.line)).unwrap_or_default();
            leave(model, &wanted, &line)
        }
        Err(why) => session::say(model, why),
    }
}

/// The command on its way to the clipboard; one that destroys waits for one more key, and has no gap. The message names the
/// gaps that it still has.
pub(crate) fn leave(model: &mut Model, wanted: &Wanted, line: &CommandLine) -> Vec<Effect> {
    if wanted.part == Part::Command && !wanted.step.may_be_sent_with_gaps(line) {
        let what = Clean::concat(["it destroys, and its target is not known: ".into(), gap_names(line)]);
        return session::say(model, Notice::said(what).with_next("y asks for it"));
    }
    let name = match wanted.part {
        Part::Command => "the command",
        Part::Undo => "the undo",
        Part::Check => "the check",
    };
    let what = match line.gaps() {
        [] => Clean::from(name),
        _ => Clean::concat([name.into(), ", unfilled ".into(), gap_names(line)]),
    };
    let effect = Effect::Copy { what, text: line.text().into_bytes() };
    let Some(destroys) = wanted.destroys() else { return vec![effect] };
    let question = Notice::said(destroys).at("destroys");
    model.layers.push(Layer::Confirm(Confirm { question, deed: "sends it", effect: Box::new(effect) }));
    Vec::new()
}

fn gap_names(command: &CommandLine) -> Clean {
    let names = command.gaps().iter().map(|gap| gap.name.as_str()).collect::<Vec<_>>().join(", ");
    Clean::from_bytes(names.as_bytes())
}

/// Sends the proposed exception as YAML.
pub(crate) fn send_exception(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    let tuning = model.detail.opened.as_ref().and_then(|opened| opened.analysis.tuning.as_ref());
    let (yaml, doubt) = match tuning {
        Some(tuning) => (tuning.yaml.clone(), tuning.doubt.clone()),
        None => (String::new(), Clean::default()),
    };
    match yaml.is_empty() {
        false => vec![Effect::Copy { what: "the exception".into(), text: yaml.into_bytes() }],
        true if doubt.is_empty() => session::say(model, Notice::said("no exception is proposed for this alert")),
        true => session::say(model, Notice::said(doubt)),
    }
}

/// Sends every command that only looks, as a script.
pub(crate) fn send_script(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    match model.shown().and_then(|shown| script::script(&shown)) {
        Some((what, text)) => vec![Effect::Copy { what, text: text.into_bytes() }],
        None => session::say(model, Notice::said("no command that only looks is there for a script")),
    }
}

/// Shows the commands of the tool that the palette names, or of the next one.
pub(crate) fn runtime(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    let Some(shown) = model.shown() else { return session::say(model, Notice::said("no alert is open")) };
    let runtimes = shown.opened.analysis.runtimes.clone();
    let at = runtimes.iter().position(|runtime| Some(*runtime) == shown.tool()).unwrap_or(0);
    let next = match args.text {
        "" => runtimes.get((at + 1) % runtimes.len().max(1)).filter(|_| runtimes.len() > 1),
        name => runtimes.iter().find(|runtime| runtime.name() == name),
    };
    match next {
        Some(next) => {
            model.detail.runtime = Some(*next);
            detail::fit(model);
            Vec::new()
        }
        None => session::say(model, no_other(&runtimes)),
    }
}

/// Why the tool stays as it is.
fn no_other(runtimes: &[Runtime]) -> Notice {
    let names = runtimes.iter().map(|runtime| runtime.name()).collect::<Vec<_>>().join(", ");
    let names = Clean::from_bytes(names.as_bytes());
    match runtimes {
        [] => Notice::said("these commands need no container's tool"),
        [_] => Notice::said(Clean::concat(["this alert has commands for one tool only: ".into(), names])),
        _ => Notice::said(Clean::concat(["this alert has commands for ".into(), names])),
    }
}

#[cfg(test)]
#[path = "steps_tests.rs"]
mod tests;
