//! `stoop query`: prints, counts or groups the alerts that match, or lists the lines that could not be read.
//!
//! Imports: the rooms up to `query`. Promise: order is input order, and `--limit` counts rows of whatever is printed.

use std::io::{self, IsTerminal, StdoutLock};

use hashbrown::HashMap;

use crate::app::cli::{Format, Query};
use crate::app::headless::explain::explain;
use crate::app::headless::out::{Flow, Out};
use crate::app::headless::scan::{Hit, Scanned, Taker, Wants, scan};
use crate::app::headless::{Ended, conclude, filter, rows, sources, tell};
use crate::base::{Clean, Notice};
use crate::decode::{Reason, Value};
use crate::query::filter::Filter;
use crate::source::SourceName;

/// Runs `stoop query`.
pub(crate) fn query(asked: &Query) -> Ended {
    if asked.explain {
        return explain(asked);
    }
    let (filter_text, words) = asked.filter_and_sources();
    let Ok(filter) = filter(&filter_text) else { return Ended::Failed };
    let stdout = io::stdout();
    let out = Out::new(stdout.lock(), stdout.is_terminal());
    match plan(asked, out.is_terminal()).and_then(|plan| Ok((plan, sources(&words, "stoop query FILTER")?))) {
        Ok((plan, sources)) => plan.run(&filter, &sources, out),
        Err(notice) => {
            tell(&notice);
            Ended::Failed
        }
    }
}

/// What is to be printed.
enum Plan<'a> {
    Count { limit: u64 },
    By { field: &'a str, format: Format, limit: u64 },
    Unreadable { limit: u64 },
    Alerts { format: Format, limit: u64 },
}

fn plan(asked: &Query, on_terminal: bool) -> Result<Plan<'_>, Notice> {
    let format = asked.format.unwrap_or(if on_terminal { Format::Table } else { Format::Json });
    let limit = asked.limit.unwrap_or(u64::MAX);
    match &asked.by {
        _ if asked.count => Ok(Plan::Count { limit }),
        _ if asked.unreadable => Ok(Plan::Unreadable { limit }),
        Some(_) if format == Format::Raw => {
            Err(Notice::said("--format raw prints input lines, and --by prints counts")
                .with_next("Choose json, table or tsv"))
        }
        Some(field) => Ok(Plan::By { field, format, limit }),
        None => Ok(Plan::Alerts { format, limit }),
    }
}

/// Standard output.
type Stdout<'a> = Out<StdoutLock<'a>>;

impl Plan<'_> {
    fn run(self, filter: &Filter, sources: &[SourceName], out: Stdout<'_>) -> Ended {
        match self {
            Self::Count { limit } => count(filter, sources, out, limit),
            Self::By { field, format, limit } => by(filter, sources, out, &Rows { field, format, limit }),
            Self::Unreadable { limit } => unreadable(filter, sources, out, limit),
            Self::Alerts { format, limit } => alerts(filter, sources, out, (format, limit)),
        }
    }
}

/// The status, with a failed write counted in.
fn ended(earned: Ended, out: Stdout<'_>) -> Ended {
    match out.finish() {
        Ok(()) => earned,
        Err(notice) => {
            tell(&notice);
            Ended::Failed
        }
    }
}

struct Counting;

impl Taker for Counting {
    fn wants(&self) -> Wants<'_> {
        Wants::Nothing
    }
    fn alert(&mut self, _hit: Hit<'_>) -> Flow {
        Flow::On
    }
}

fn count(filter: &Filter, sources: &[SourceName], mut out: Stdout<'_>, limit: u64) -> Ended {
    let scanned = scan(sources, filter, &mut Counting);
    if limit > 0 {
        out.text(scanned.matched.to_string().as_bytes());
    }
    ended(conclude(&scanned, filter, sources), out)
}

/// What `--by` prints.
struct Rows<'a> {
    field: &'a str,
    format: Format,
    limit: u64,
}

/// Counts the values of one field. A value is kept as JSON, and as it stands in a cell.
struct Values<'a> {
    field: &'a str,
    counts: HashMap<Vec<u8>, (u64, String)>,
}

impl Taker for Values<'_> {
    fn wants(&self) -> Wants<'_> {
        Wants::Field(self.field)
    }
    fn alert(&mut self, hit: Hit<'_>) -> Flow {
        let value = hit.alert.named(self.field);
        let key = value_key(value);
        match self.counts.get_mut(&key) {
            Some((count, _)) => *count += 1,
            None => {
                self.counts.insert(key, (1, rows::json_value(value)));
            }
        }
        Flow::On
    }
}

/// Tells an absent value from an empty text and a number from the text of its digits: a letter, then the cell.
fn value_key(value: Option<Value<'_>>) -> Vec<u8> {
    let kind = match value {
        None | Some(Value::Null) => b'-',
        Some(Value::Text(_)) => b't',
        Some(_) => b'v',
    };
    [&[kind], rows::tsv_cell(value).as_slice()].concat()
}

fn by(filter: &Filter, sources: &[SourceName], mut out: Stdout<'_>, asked: &Rows<'_>) -> Ended {
    let mut values = Values { field: asked.field, counts: HashMap::new() };
    let scanned = scan(sources, filter, &mut values);
    let mut counted: Vec<_> = values.counts.into_iter().map(|(key, (count, json))| (count, key, json)).collect();
    counted.sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let header = match asked.format {
        Format::Json => Flow::On,
        Format::Tsv => out.text(&[b"count\t", asked.field.as_bytes()].concat()),
        _ => out.text(format!("{:>10}  {}", "COUNT", asked.field).as_bytes()),
    };
    for (count, key, json) in counted.iter().take(usize::try_from(asked.limit).unwrap_or(usize::MAX)) {
        if header == Flow::Stop || by_row(&mut out, asked, (*count, key, json)) == Flow::Stop {
            break;
        }
    }
    let earned = conclude(&scanned, filter, sources);
    if !scanned.seen.contains(asked.field) {
        tell_unknown(asked.field, &scanned);
    }
    ended(earned, out)
}

/// Counting by a field that no alert has is no error, but seldom what was meant.
fn tell_unknown(field: &str, scanned: &Scanned) {
    let names: Vec<String> = scanned.seen.iter().cloned().collect();
    let asked = Filter::parse(&format!("{field} exists"));
    let warnings = asked.map(|asked| asked.warnings(&|name| scanned.seen.contains(name), &names)).unwrap_or_default();
    for warning in &warnings {
        tell(&warning.notice);
    }
}

fn by_row(out: &mut Stdout<'_>, asked: &Rows<'_>, (count, key, json): (u64, &[u8], &str)) -> Flow {
    let cell = key.get(1..).unwrap_or_default();
    match asked.format {
        Format::Json => {
            let name = rows::json_string(asked.field);
            out.json(format!("{{\"count\":{count},{name}:{json}}}").as_bytes())
        }
        Format::Tsv => out.text(&[count.to_string().as_bytes(), b"\t", cell].concat()),
        _ => {
            let shown = if key == b"-" { Clean::from("(absent)") } else { Clean::from_bytes(cell) };
            out.text(format!("{count:>10}  {shown}").as_bytes())
        }
    }
}

/// Lists the lines that are no alerts. Those of a file in a directory wait until it is known to hold an alert.
struct Unread<'a, 'b> {
    out: &'a mut Stdout<'b>,
    left: u64,
    listed: u64,
}

impl Taker for Unread<'_, '_> {
    fn wants(&self) -> Wants<'_> {
        Wants::Nothing
    }
    fn alert(&mut self, _hit: Hit<'_>) -> Flow {
        Flow::On
    }
    fn unreadable(&mut self, title: &Clean, number: u64, reason: &Reason) -> Flow {
        if self.left == 0 {
            return Flow::Stop;
        }
        self.left -= 1;
        self.listed += 1;
        self.out.text(format!("{title}:{number}: {reason}").as_bytes())
    }
}

fn unreadable(filter: &Filter, sources: &[SourceName], mut out: Stdout<'_>, limit: u64) -> Ended {
    let mut taker = Unread { out: &mut out, left: limit, listed: 0 };
    let scanned = scan(sources, filter, &mut taker);
    let listed = taker.listed;
    scanned.skipped.iter().chain(&scanned.failed).for_each(tell);
    let earned = match (scanned.failed.is_empty(), listed) {
        (false, _) => Ended::Failed,
        (true, 0) => Ended::Nothing,
        (true, _) => Ended::Matched,
    };
    ended(earned, out)
}

/// Prints alerts as they come.
struct Printing<'a, 'b> {
    out: &'a mut Stdout<'b>,
    format: Format,
    left: u64,
}

impl Taker for Printing<'_, '_> {
    fn wants(&self) -> Wants<'_> {
        match self.format {
            Format::Raw | Format::Json => Wants::Nothing,
            Format::Table | Format::Tsv => Wants::Everything,
        }
    }
    fn alert(&mut self, hit: Hit<'_>) -> Flow {
        if self.left == 0 {
            return Flow::Stop;
        }
        self.left -= 1;
        let flow = match self.format {
            Format::Raw => self.out.text(hit.line),
            Format::Json => self.out.json(hit.line.trim_ascii()),
            Format::Table => self.out.text(rows::table_row(hit.alert).as_bytes()),
            Format::Tsv => self.out.text(&rows::tsv_row(hit.alert)),
        };
        if self.left == 0 { Flow::Stop } else { flow }
    }
}

fn alerts(filter: &Filter, sources: &[SourceName], mut out: Stdout<'_>, (format, limit): (Format, u64)) -> Ended {
    match format {
        Format::Table => out.text(rows::table_header().as_bytes()),
        Format::Tsv => out.text(rows::TSV_COLUMNS.join("\t").as_bytes()),
        Format::Raw | Format::Json => Flow::On,
    };
    let scanned: Scanned = scan(sources, filter, &mut Printing { out: &mut out, format, left: limit });
    ended(conclude(&scanned, filter, sources), out)
}
