//! What a proposed exception would silence among the loaded alerts.
//!
//! Lives here: the count, by the same search that the list uses. Imports: `base`, `decode`, `store`, `query`. Promise:
//! it counts what the exception's condition matches in everything loaded, not only in what the report is about.

use std::collections::HashMap;

use crate::analysis::Analysis;
use crate::analysis::report::words;
use crate::base::{Clean, Generation, Nanos};
use crate::decode::{Alert, Scope};
use crate::query::Question;
use crate::query::filter::Filter;
use crate::query::search::Searcher;
use crate::store::{Slot, Snapshot};

/// Counts, each condition once.
pub(crate) struct Silencing<'a> {
    snapshot: &'a Snapshot,
    silenced: HashMap<String, Option<u64>>,
    rules: Option<HashMap<Vec<u8>, u64>>,
}

impl<'a> Silencing<'a> {
    /// Among the alerts of `snapshot`.
    pub(crate) fn new(snapshot: &'a Snapshot) -> Self {
        Self { snapshot, silenced: HashMap::new(), rules: None }
    }

    /// `It would silence 3 of the 12 alerts of this rule in this report's input.` Empty without an exception.
    pub(crate) fn told(&mut self, analysis: &Analysis, alert: &Alert) -> Clean {
        let Some(condition) = analysis.tuning.as_ref().map(|tuning| &tuning.silences).filter(|text| !text.is_empty())
        else {
            return Clean::default();
        };
        let Some(count) = self.count(condition) else { return Clean::default() };
        let all = self.of_rule(alert).max(count);
        let said = format!(
            "It would silence {} of the {} of this rule in this report's input.",
            words::number(count),
            words::counted(all, "alert")
        );
        Clean::from_bytes(said.as_bytes())
    }

    /// How many alerts the condition matches; `None` for one that is no condition.
    fn count(&mut self, condition: &str) -> Option<u64> {
        if let Some(count) = self.silenced.get(condition) {
            return *count;
        }
        let count = Filter::parse(condition).is_ok().then(|| self.search(condition));
        self.silenced.insert(condition.to_owned(), count);
        count
    }

    fn search(&self, condition: &str) -> u64 {
        let question = Question {
            generation: Generation::default(),
            snapshot: self.snapshot.clone(),
            filter: condition.to_owned(),
            narrowing: String::new(),
            grouping: None,
            order: None,
            anchor: None,
            since: None,
            // A proposed exception has no time in it.
            now: Nanos::default(),
        };
        let mut count = 0;
        Searcher::default().answer(&question, &|| false, &mut |view| count = view.rows.len() as u64);
        count
    }

    fn of_rule(&mut self, alert: &Alert) -> u64 {
        let snapshot = self.snapshot;
        let rules = self.rules.get_or_insert_with(|| count_rules(snapshot));
        let rule = alert.get(Scope::Alert, "rule").map(|rule| rule.bytes().to_vec());
        rule.and_then(|rule| rules.get(&rule).copied()).unwrap_or_default()
    }
}

/// How many alerts each rule has. Rules whose names the columns hold only in part are left out.
fn count_rules(snapshot: &Snapshot) -> HashMap<Vec<u8>, u64> {
    let mut rules = HashMap::new();
    for segment in snapshot.segments() {
        let Some(column) = segment.column(Scope::Alert, b"rule") else { continue };
        let mut counts = vec![0_u64; column.entries()];
        for row in 0..segment.len() {
            if let Slot::Entry(entry) = column.slot(row)
                && let Some(count) = counts.get_mut(entry as usize)
            {
                *count += 1;
            }
        }
        for (entry, count) in counts.into_iter().enumerate() {
            let cell = u32::try_from(entry).ok().and_then(|entry| column.entry(entry));
            if let Some(name) = cell.and_then(|cell| cell.read(|value| value.bytes().to_vec())) {
                *rules.entry(name).or_default() += count;
            }
        }
    }
    rules
}
