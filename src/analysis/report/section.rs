//! One section: its title, its summary, its alert's fields, and the rest in order.
//!
//! Lives here: Summary, Event details, Conclusion's order. Not here: Analysis (`meaning`), commands (`mitigation`), what to
//! do next (`closing`). Imports: `base`, `decode`. Promise: a fact that the alert does not record is said to be missing.

use crate::analysis::facts::{self, Facts};
use crate::analysis::report::doc::{Block, Words, para, shortened};
use crate::analysis::report::likeness::SEEN;
use crate::analysis::report::read::Reader;
use crate::analysis::report::{Matter, closing, meaning, mitigation, words};
use crate::base::Clean;
use crate::decode::Entry;

/// How many fields the table of a section has; an attacker may have written a hundred thousand.
const MAX_FIELDS: usize = 200;
/// Where a value is cut in a title, in characters.
const TITLE: usize = 80;

/// The whole section.
pub(crate) fn blocks(matter: &Matter<'_>, reader: &Reader<'_>) -> Vec<Block> {
    let mut blocks = vec![Block::Section(matter.number, title(matter))];
    blocks.extend(summary(matter, reader));
    if matter.record.lost.is_none() {
        blocks.extend(details(matter));
        blocks.extend(meaning::blocks(matter));
        blocks.extend(mitigation::blocks(matter));
        blocks.extend(closing::blocks(matter));
    }
    blocks
}

/// The rule and where it fired: `Clear Log Activities on node-7, container web`.
pub(crate) fn title(matter: &Matter<'_>) -> Words {
    let facts = Facts::of(&matter.record.alert);
    let short = |name| facts.shown(name).map(|value| shortened(&value, TITLE));
    let rule = short("rule").map_or_else(|| Words::own("Alert without a rule's name"), |rule| Words::value(&rule));
    if matter.section.seen.iter().take(2).any(|seen| seen.count() > 1) {
        return rule.text(&format!(", {}", words::counted(matter.section.count, "alert")));
    }
    let host = short("hostname").map_or_else(Words::default, |host| Words::own(" on ").code(&host));
    let id = short("container.id");
    let container = match (&id, short("container.name").filter(|name| name.as_str() != "host")) {
        (Some(id), _) if id.as_str() == "host" => Words::own(", on the host itself"),
        (_, Some(name)) => Words::own(", container ").code(&name),
        (Some(id), None) => Words::own(", container ").code(id),
        (None, None) => Words::default(),
    };
    rule.and(host).and(container)
}

fn summary(matter: &Matter<'_>, reader: &Reader<'_>) -> Vec<Block> {
    let analysis = &matter.analysis;
    let mut blocks = vec![Block::Heading(3, "Summary")];
    if let Some(lost) = &matter.record.lost {
        let why = Words::own("This alert can't be read any more: ").said(&lost.what);
        blocks.push(Block::Callout(why.text(". Nothing is said of what it means.")));
        blocks.push(para(Words::own(&words::when(matter.section))));
        return blocks;
    }
    for overlay in &analysis.overlays {
        let title = Words::default().strong(&overlay.title).text(". ");
        blocks.push(Block::Callout(title.said(&overlay.what).text(" ").said(&overlay.caution)));
    }
    blocks.push(para(Words::of(&analysis.summary)));
    blocks.push(para(Words::own(&words::when(matter.section))));
    blocks.extend(differences(matter, reader));
    let reading = Clean::from(words::reading(analysis.reading));
    let weights = format!(" ({}).", words::weights(analysis));
    blocks.push(para(Words::own("Reading: ").strong(&reading).text(&weights)));
    blocks
}

/// What the alerts of a section share and where they differ.
fn differences(matter: &Matter<'_>, reader: &Reader<'_>) -> Vec<Block> {
    let Some(common) = matter.common.filter(|_| matter.section.count > 1) else { return Vec::new() };
    let fields = SEEN.iter().map(|(name, field)| (*name, Some(*field))).chain([("objects", None)]);
    let places = fields.zip(&matter.section.seen).filter(|(_, seen)| seen.count() > 1);
    let items: Vec<_> = places
        .map(|((name, field), seen)| {
            let values: Vec<Clean> =
                seen.rows.iter().filter_map(|row| value(&reader.record(*row).alert, field)).collect();
            let more = seen.count().saturating_sub(values.len()) as u64;
            let rest = if more > 0 { format!(" and {} more", words::number(more)) } else { String::new() };
            let count = words::number(seen.count() as u64);
            Words::own(&format!("{count} {name}: ")).codes(&values).text(&rest).into()
        })
        .collect();
    let looked_at = matter.section.looked_at;
    let said = format!(
        "The alerts of this section have in common: {common}. What follows was made from the one that weighs most for an attack, of {looked_at} that were looked at; before it is \
         applied to another, look at that one's own fields."
    );
    let mut blocks = vec![para(Words::own(&said))];
    if !items.is_empty() {
        blocks.push(para(Words::own("They differ in:")));
        blocks.push(Block::Bullets(items));
    }
    blocks
}

/// A field's value; without a name the object's.
fn value(alert: &crate::decode::Alert, field: Option<&str>) -> Option<Clean> {
    let facts = Facts::of(alert);
    let value = match field {
        Some(field) => facts.shown(field),
        None => crate::analysis::report::likeness::OBJECT.iter().find_map(|name| facts.shown(name)),
    };
    value.map(|value| shortened(&value, TITLE))
}

fn details(matter: &Matter<'_>) -> Vec<Block> {
    let alert = &matter.record.alert;
    let facts = Facts::of(alert);
    let show = &matter.analysis.show;
    let first = |name: &Clean| facts.shown(name.as_str()).map(|value| (name.clone(), value));
    let is_first = |entry: &&Entry| show.iter().any(|name| name.as_str().as_bytes() == entry.name);
    let rest = alert.entries.iter().filter(|entry| !is_first(entry));
    let rest = rest.map(|entry| (Clean::from_bytes(&entry.name), facts::shown(entry.value.borrow())));
    let rows = show.iter().filter_map(first).chain(rest).take(MAX_FIELDS);
    let rows = rows.map(|(name, value)| vec![Words::value(&name), Words::value(&value)]).collect();
    let mut blocks = vec![Block::Heading(3, "Event details"), Block::Table(&["field", "value"], rows)];
    if alert.entries.len() > MAX_FIELDS {
        let said = format!("The alert has more fields than these {MAX_FIELDS}: see its line in the appendix.");
        blocks.push(para(Words::own(&said)));
    }
    if !matter.analysis.missing.is_empty() {
        blocks.push(para(Words::own("Not in the alert: ").codes(&matter.analysis.missing).text(".")));
    }
    blocks
}
