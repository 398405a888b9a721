//! Techniques of an alert: the playbook's own, or those that the rule's tags name.
//!
//! Lives here: ids of ATT&CK up to v18 and since v19. Not here: the names (`playbooks/attack.toml`). Imports: `base`.
//! Promise: a tag whose name nobody wrote down is shown by its id, without a guess.

use crate::analysis::Technique;
use crate::analysis::facts::Facts;
use crate::analysis::playbook::{Attack, Library, Page};
use crate::base::Clean;

/// Names of ATT&CK's ids.
#[derive(Debug, Default)]
pub(crate) struct AttackTable {
    /// The version that they are of: `19`.
    pub(crate) version: String,
    /// Techniques; one that took in several older ones stands there once for each.
    pub(crate) techniques: Vec<TechniqueRow>,
    /// Tactics.
    pub(crate) tactics: Vec<Tactic>,
}

impl AttackTable {
    /// `ATT&CK v19`; empty without a table.
    pub(crate) fn title(&self) -> Clean {
        if self.version.is_empty() {
            return Clean::default();
        }
        Clean::from_bytes(format!("ATT&CK v{}", self.version).as_bytes())
    }

    /// The tags that name a tactic, with the tactics' names.
    pub(crate) fn by_tag(&self) -> Vec<(String, Clean)> {
        self.tactics.iter().filter_map(|tactic| Some((tactic.tag.clone()?, clean(&tactic.name)))).collect()
    }
}

/// A technique's row.
#[derive(Debug)]
pub(crate) struct TechniqueRow {
    /// Today's id.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: Clean,
    /// The names of its tactics.
    pub(crate) tactics: Vec<String>,
    /// The id it had before, where it moved.
    pub(crate) was: Option<String>,
    /// A remark.
    pub(crate) note: Clean,
}

/// A tactic.
#[derive(Debug)]
pub(crate) struct Tactic {
    /// Its id: `TA0002`.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
    /// The tag that rules use for it: `mitre_execution`.
    pub(crate) tag: Option<String>,
}

/// The techniques of a page, or of the alert's tags where the page names none.
pub(crate) fn techniques(page: &Page, library: &Library, facts: &Facts<'_>) -> Vec<Technique> {
    if page.attack.is_empty() {
        return of_tags(&facts.tags(), &library.attack);
    }
    page.attack.iter().map(of_page).collect()
}

fn of_page(attack: &Attack) -> Technique {
    Technique {
        id: clean(attack.id_v19.as_ref().unwrap_or(&attack.id)),
        name: attack.name.clone(),
        was: attack.id_v19.as_ref().map(|_| clean(&attack.id)),
        tactic: attack.tactic.clone(),
        from_rule: attack.from_rule,
        note: attack.note.clone(),
    }
}

fn of_tags(tags: &[String], table: &AttackTable) -> Vec<Technique> {
    let tactics: Vec<&Tactic> =
        tags.iter().filter_map(|tag| table.tactics.iter().find(|tactic| tactic.tag.as_ref() == Some(tag))).collect();
    let mut found: Vec<Technique> = tags.iter().filter(|tag| is_id(tag)).map(|id| named(id, table, &tactics)).collect();
    if found.is_empty() {
        found.extend(tactics.iter().map(|tactic| of_tactic(&tactic.id, &tactic.name)));
    }
    found
}

/// What the table knows of a tag's id, today's or an older one.
fn named(tag: &str, table: &AttackTable, tagged: &[&Tactic]) -> Technique {
    if let Some(tactic) = table.tactics.iter().find(|tactic| tactic.id == tag) {
        return of_tactic(tag, &tactic.name);
    }
    let rows = || table.techniques.iter();
    let moved = rows().find(|row| row.was.as_deref() == Some(tag));
    let row = moved.or_else(|| rows().find(|row| row.id == tag));
    Technique {
        id: clean(row.map_or(tag, |row| &row.id)),
        name: row.map(|row| row.name.clone()).unwrap_or_default(),
        was: moved.map(|_| clean(tag)),
        tactic: clean(&tactics_of(row, tagged).join(", ")),
        from_rule: true,
        note: row.map(|row| row.note.clone()).unwrap_or_default(),
    }
}

/// The tactics of a row: those that the rule is tagged with too, else all. Without any, those of the rule.
fn tactics_of<'t>(row: Option<&'t TechniqueRow>, tagged: &[&'t Tactic]) -> Vec<&'t str> {
    let tagged: Vec<&str> = tagged.iter().map(|tactic| tactic.name.as_str()).collect();
    let own: Vec<&str> = row.iter().flat_map(|row| &row.tactics).map(String::as_str).collect();
    let both: Vec<&str> = own.iter().copied().filter(|name| tagged.contains(name)).collect();
    [both, own, tagged].into_iter().find(|names| !names.is_empty()).unwrap_or_default()
}

fn of_tactic(id: &str, name: &str) -> Technique {
    Technique {
        id: clean(id),
        name: clean(name),
        was: None,
        tactic: Clean::default(),
        from_rule: true,
        note: Clean::default(),
    }
}

/// `T1059`, `T1059.004`, `TA0002`.
fn is_id(tag: &str) -> bool {
    let digits = tag.strip_prefix("TA").or_else(|| tag.strip_prefix('T'));
    digits.is_some_and(|rest| rest.len() >= 4 && rest.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
}

fn clean(text: &str) -> Clean {
    Clean::from_bytes(text.as_bytes())
}
