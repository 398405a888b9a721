//! Playbook files → a library: those in the binary, and those of the user over them.
//!
//! Lives here: which file replaces which, and what is left out. Not here: the parts of a file (`cook`), the bundled
//! files (`bundled`). Imports: `base`. Promise: a bad file of the user's costs itself only, and its bundled namesake
//! stays; every mistake is said.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use toml::Spanned;

use crate::analysis::attack::{AttackTable, Tactic, TechniqueRow};
use crate::analysis::check;
use crate::analysis::complaints::{At, Complaints, PlaybookFile};
use crate::analysis::cook::{Kitchen, Steps};
use crate::analysis::form::{AttackTableForm, CommonForm, PageForm, RenamedForm, StepsForm};
use crate::analysis::playbook::{Library, Page};
use crate::base::Clean;

/// Files that are no pages.
const SHARED: [&str; 4] = ["common.toml", "steps.toml", "attack.toml", "renamed.toml"];

/// Loads the bundled files, then the user's: `common.toml` and `steps.toml` add to the bundled ones or replace what they
/// name, a page replaces the page with its id, `attack.toml` and `renamed.toml` the whole table. Of two files with one id the later one is in force.
pub(crate) fn load(bundled: &[PlaybookFile], own: &[PlaybookFile]) -> Library {
    let complaints = Complaints::default();
    let commons = commons(bundled, own, &complaints);
    let mut kitchen = Kitchen::new(&commons, &complaints);
    let mut library = named(bundled, own, &complaints);
    library.common_fields.clone_from(&kitchen.fields.common);
    library.asked.clone_from(&kitchen.fields.asked);
    for (file, is_own) in both(bundled, own).filter(|(file, _)| file.name == "steps.toml") {
        take_steps(&mut kitchen, file, is_own, &complaints);
    }
    for (file, is_own) in both(bundled, own).filter(|(file, is_own)| is_page(file, *is_own)) {
        take_page(&mut library, &kitchen, (file, is_own), &complaints);
    }
    Library { complaints: complaints.into_notices(), ..library }
}

/// All files with whether they are the user's.
fn both<'f>(bundled: &'f [PlaybookFile], own: &'f [PlaybookFile]) -> impl Iterator<Item = (&'f PlaybookFile, bool)> {
    bundled.iter().map(|file| (file, false)).chain(own.iter().map(|file| (file, true)))
}

/// The user's pages may lie beside `steps.toml`, the bundled ones never do.
fn is_page(file: &PlaybookFile, is_own: bool) -> bool {
    let shared = SHARED.contains(&file.name.as_ref());
    if is_own { !shared } else { file.name.contains('/') }
}

/// The good files of the name `common.toml`, the bundled one first.
fn commons<'f>(
    bundled: &'f [PlaybookFile],
    own: &'f [PlaybookFile],
    complaints: &Complaints,
) -> Vec<(&'f PlaybookFile, CommonForm)> {
    let mut good: Vec<(&PlaybookFile, CommonForm)> = Vec::new();
    for (file, is_own) in both(bundled, own).filter(|(file, _)| file.name == "common.toml") {
        let trial = Complaints::default();
        if let Some(form) = trial.at(file).parsed::<CommonForm>() {
            good.push((file, form));
            drop(Kitchen::new(&good, &trial));
        }
        // What is wrong in the bundled file is said when it is used.
        let bad = !trial.is_empty();
        if is_own && bad {
            good.retain(|(kept, _)| kept.origin != file.origin);
        }
        if is_own || good.is_empty() {
            complaints.take(trial);
        }
    }
    good
}

fn take_steps(kitchen: &mut Kitchen<'_>, file: &PlaybookFile, is_own: bool, complaints: &Complaints) {
    let trial = Complaints::default();
    let steps = trial.at(file).parsed::<StepsForm>().map(|form| {
        check::format(trial.at(file), &form.format);
        kitchen.steps(trial.at(file), &form.step)
    });
    let good = !is_own || trial.is_empty();
    kitchen.library.extend(steps.filter(|_| good).unwrap_or_default());
    complaints.take(trial);
}

fn take_page(
    library: &mut Library,
    kitchen: &Kitchen<'_>,
    (file, is_own): (&PlaybookFile, bool),
    complaints: &Complaints,
) {
    let trial = Complaints::default();
    let at = trial.at(file);
    let read = at.parsed::<PageForm>().map(|form| (page(at, &form, kitchen, &kitchen.library), form));
    if let Some((page, form)) = read.filter(|_| !is_own || trial.is_empty()) {
        replaced(library, &page, at.on(&form.id));
        library.take(page);
    }
    complaints.take(trial);
}

fn page(at: At<'_>, form: &PageForm, kitchen: &Kitchen<'_>, steps: &Steps) -> Page {
    let known = check::page(at, form, &kitchen.fields);
    let page = kitchen.page(at, form, steps);
    check::cooked(at, form, &page, &known);
    page
}

/// Says where a file takes the place of another one of the user's.
fn replaced(library: &Library, page: &Page, at: At<'_>) {
    let before = library.pages().find(|other| other.id == page.id && !other.origin.is_empty());
    if let Some(before) = before {
        at.say(&format!("this file is in force, and {} with the same id is not", before.origin));
    }
}

/// The tables of names, of ATT&CK and of rules: a good file of the user's takes the place of the binary's.
fn named(bundled: &[PlaybookFile], own: &[PlaybookFile], complaints: &Complaints) -> Library {
    let attack = table(bundled, own, "attack.toml", complaints, attack);
    let renamed = table(bundled, own, "renamed.toml", complaints, renamed);
    Library { attack, renamed, ..Library::default() }
}

/// The last good file called `name`, made by `made`.
fn table<F: DeserializeOwned, T: Default>(
    bundled: &[PlaybookFile],
    own: &[PlaybookFile],
    name: &str,
    complaints: &Complaints,
    made: impl Fn(At<'_>, F) -> T,
) -> T {
    let mut last = T::default();
    for (file, is_own) in both(bundled, own).filter(|(file, _)| file.name == name) {
        let trial = Complaints::default();
        let read = trial.at(file).parsed().map(|form| made(trial.at(file), form));
        last = read.filter(|_| !is_own || trial.is_empty()).unwrap_or(last);
        complaints.take(trial);
    }
    last
}

fn attack(at: At<'_>, form: AttackTableForm) -> AttackTable {
    let names: Vec<String> = form.tactic.iter().map(|tactic| tactic.name.clone()).collect();
    for row in &form.technique {
        check::attack_id(at, &row.id);
        row.was.iter().for_each(|was| check::attack_id(at, was));
        for tactic in row.tactics.iter().filter(|tactic| !names.contains(tactic.get_ref())) {
            at.on(tactic).say(&format!("there is no tactic {}", tactic.get_ref()));
        }
    }
    form.tactic.iter().for_each(|tactic| check::attack_id(at, &tactic.id));
    AttackTable {
        version: form.version,
        techniques: form
            .technique
            .into_iter()
            .map(|row| TechniqueRow {
                id: row.id.into_inner(),
                name: Clean::from_bytes(row.name.as_bytes()),
                tactics: row.tactics.into_iter().map(Spanned::into_inner).collect(),
                was: row.was.map(Spanned::into_inner),
                note: Clean::from_bytes(row.note.as_bytes()),
            })
            .collect(),
        tactics: form
            .tactic
            .into_iter()
            .map(|tactic| Tactic { id: tactic.id.into_inner(), name: tactic.name, tag: tactic.tag })
            .collect(),
    }
}

fn renamed(at: At<'_>, form: RenamedForm) -> BTreeMap<String, String> {
    check::format(at, &form.format);
    form.renamed
}
