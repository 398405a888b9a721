//! The head of the report: title, what the numbers mean, an overview of the sections.
//!
//! Imports: `base`. Promise: made of the alerts alone, so that the same alerts make the same head.

use std::collections::HashMap;

use crate::analysis::Reading;
use crate::analysis::facts::Facts;
use crate::analysis::report::doc::{Block, Words, para, shortened};
use crate::analysis::report::groups::{Gathered, Section};
use crate::analysis::report::likeness::COMMON;
use crate::analysis::report::read::Reader;
use crate::analysis::report::{Matter, section, words};
use crate::base::{Clean, Priority};

/// What the overview says of one section.
#[derive(Debug)]
pub(crate) struct Heading {
    number: u64,
    title: Words,
    rule: Clean,
    priority: Option<Priority>,
    count: u64,
    when: String,
    reading: Option<Reading>,
}

impl Heading {
    /// Of a section.
    pub(crate) fn of(matter: &Matter<'_>) -> Self {
        let Section { count, first, last, priority, .. } = matter.section;
        let rule = Facts::of(&matter.record.alert).shown("rule").unwrap_or_default();
        Self {
            number: matter.number,
            title: section::title(matter),
            rule: shortened(&rule, 400),
            priority: *priority,
            count: *count,
            when: words::span(*first, *last),
            reading: matter.record.lost.is_none().then_some(matter.analysis.reading),
        }
    }

    fn row(&self) -> Vec<Words> {
        vec![
            Words(vec![crate::analysis::report::doc::Piece::Section(self.number)]),
            Words::own(&words::number(self.count)),
            Words::own(self.priority.map_or("not recorded", Priority::word)),
            self.title.clone(),
            Words::own(&self.when),
            Words::own(self.reading.map_or("can't be read any more", words::reading)),
        ]
    }
}

/// What the head is made of.
pub(crate) struct Overview<'a> {
    /// The sections' rows.
    pub(crate) gathered: &'a Gathered,
    /// Alerts in the report.
    pub(crate) alerts: u64,
    /// The filter that chose them.
    pub(crate) filter: &'a str,
    /// One a section; empty where there are too many.
    pub(crate) headings: Vec<Heading>,
}

/// One rule of the overview of a report with very many sections.
#[derive(Default)]
struct OfRule {
    count: u64,
    priority: Option<Priority>,
    first_section: u64,
    sections: u64,
}

impl Overview<'_> {
    /// `Alert report: 56 rules, 12,003 alerts, 2024-10-05 18:00:00 to 2024-10-06 06:00:00`.
    pub(crate) fn title(&self) -> Words {
        if self.alerts == 0 {
            return Words::own("Alert report: no alert");
        }
        let sections = &self.gathered.sections;
        let first = sections.iter().filter_map(|section| section.first).min();
        let last = sections.iter().filter_map(|section| section.last).max();
        let when = words::span(first, last);
        let when = if when.is_empty() { String::new() } else { format!(", {when} UTC") };
        let alerts = words::counted(self.alerts, "alert");
        if self.headings.is_empty() {
            return Words::own(&format!("Alert report: {alerts}{when}"));
        }
        let mut rules: Vec<&str> = self.headings.iter().map(|heading| heading.rule.as_str()).collect();
        rules.sort_unstable();
        rules.dedup();
        let rules = words::counted(rules.len() as u64, "rule");
        Words::own(&format!("Alert report: {rules}, {alerts}{when}"))
    }

    /// The sections' titles, for the ways to them.
    pub(crate) fn titles(&self) -> Vec<(u64, Words)> {
        self.headings.iter().map(|heading| (heading.number, heading.title.clone())).collect()
    }

    /// What stands before the first section.
    pub(crate) fn blocks(&self, reader: &Reader<'_>) -> Vec<Block> {
        if self.alerts == 0 {
            return self.scope().into_iter().chain([para(Words::own("No alert is in this report."))]).collect();
        }
        let mut blocks: Vec<Block> = self.scope().into_iter().collect();
        blocks.push(para(Words::own(&self.how_gathered())));
        blocks.push(Block::Heading(2, "How to read it"));
        blocks.extend(HOW_TO_READ.iter().map(|text| para(Words::own(text))));
        blocks.push(Block::Heading(2, "Overview"));
        blocks.push(if self.headings.is_empty() { self.by_rule(reader) } else { self.by_section() });
        blocks
    }

    fn scope(&self) -> Option<Block> {
        let filter = Clean::from_bytes(self.filter.as_bytes());
        (!filter.is_empty()).then(|| para(Words::own("Alerts that match ").code(&filter).text(".")))
    }

    fn how_gathered(&self) -> String {
        let sections = words::counted(self.gathered.sections.len() as u64, "section");
        let made = "Made without a language model, from the alerts and the playbooks alone.";
        match self.gathered.grade {
            None => format!("{sections}: one for each alert, in time order. {made}"),
            Some(grade) => {
                let common = COMMON.get(grade).copied().unwrap_or_default();
                format!("{sections}, the worst priority first: alerts that have the same {common} share one. {made}")
            }
        }
    }

    fn by_section(&self) -> Block {
        let head = &["section", "alerts", "priority", "rule and place", "first to last (UTC)", "reading"];
        Block::Table(head, self.headings.iter().map(Heading::row).collect())
    }

    /// By rule, in the order of their first sections.
    fn by_rule(&self, reader: &Reader<'_>) -> Block {
        let mut rules: HashMap<Clean, OfRule> = HashMap::new();
        for (n, section) in self.gathered.sections.iter().enumerate() {
            let rule = reader.rule(section.row).map(|rule| shortened(&rule, 80)).unwrap_or_default();
            let of_rule =
                rules.entry(rule).or_insert_with(|| OfRule { first_section: n as u64 + 1, ..OfRule::default() });
            of_rule.count += section.count;
            of_rule.sections += 1;
            of_rule.priority = [of_rule.priority, section.priority].into_iter().flatten().min();
        }
        let mut rules: Vec<(Clean, OfRule)> = rules.into_iter().collect();
        rules.sort_by_key(|(_, of_rule)| of_rule.first_section);
        let row = |(rule, of_rule): &(Clean, OfRule)| {
            vec![
                Words::own(&words::number(of_rule.count)),
                Words::own(of_rule.priority.map_or("not recorded", Priority::word)),
                Words::value(rule),
                Words::own(&words::number(of_rule.sections)),
                Words(vec![crate::analysis::report::doc::Piece::Section(of_rule.first_section)]),
            ]
        };
        let head = &["alerts", "worst priority", "rule", "sections", "first section"];
        Block::Table(head, rules.iter().map(row).collect())
    }
}

/// Said once, so that no section has to.
const HOW_TO_READ: [&str; 3] = [
    "A line of evidence has a weight from 1 (weak) to 5 (near proof). The sums for an attack, for a harmless cause and for a \
     test tool make the reading: it leans to one side where that outweighs the other by 3 or more, and is undecided otherwise. \
     A line whose fields the alert does not have is unresolved: it counts for neither side, and nothing is concluded from it.",
    "An explanation is ranked by the lines that support it: strong from 5, possible from 2, weak below.",
    "A reading is a proposal from the recorded fields. The verdict is the analyst's.",
];
