//! Techniques of an alert: the playbook's own, or those that the rule's tags name.
//!
//! Lives here: ids of ATT&CK up to v18 and since v19. Not here: the names (`playbooks/common.toml`). Imports: `base`.
//! Promise: a tag whose name nobody wrote down is shown by its id, without a guess.

use crate::analysis::Technique;
use crate::analysis::facts::Facts;
use crate::analysis::playbook::{Attack, AttackId, Library, Page};
use crate::base::Clean;

/// The techniques of a page, or of the alert's tags where the page names none.
pub(crate) fn techniques(page: &Page, library: &Library, facts: &Facts<'_>) -> Vec<Technique> {
    if page.attack.is_empty() {
        return of_tags(&facts.tags(), &library.attack_ids);
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

fn of_tags(tags: &[String], names: &[AttackId]) -> Vec<Technique> {
    let tactics: Vec<&AttackId> =
        tags.iter().filter_map(|tag| names.iter().find(|n| n.tag.as_ref() == Some(tag))).collect();
    let tactic = joined(&tactics);
    let mut found: Vec<Technique> = tags
        .iter()
        .filter(|tag| is_id(tag))
        .map(|id| named(id, names, if id.starts_with("TA") { Clean::default() } else { tactic.clone() }))
        .collect();
    if found.is_empty() {
        found.extend(tactics.iter().map(|tactic| named(&tactic.id, names, Clean::default())));
    }
    found
}

fn joined(tactics: &[&AttackId]) -> Clean {
    let mut all = Clean::default();
    for tactic in tactics {
        if !all.is_empty() {
            all.push(&Clean::from(", "));
        }
        all.push(&tactic.name);
    }
    all
}

fn named(id: &str, names: &[AttackId], tactic: Clean) -> Technique {
    let row = names.iter().find(|row| row.id == id);
    let today = row.and_then(|row| row.id_v19.as_deref());
    Technique {
        id: clean(today.unwrap_or(id)),
        name: row.map(|row| row.name.clone()).unwrap_or_default(),
        was: today.map(|_| clean(id)),
        tactic,
        from_rule: true,
        note: row.map(|row| row.note.clone()).unwrap_or_default(),
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
