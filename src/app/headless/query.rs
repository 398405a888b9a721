//! `stoop query`: prints, counts, groups or sorts the alerts that match, or lists the lines that could not be read.
//!
//! Lives here: what of the arguments goes together, and one road for each kind of output. Not here: rows (`print`, `by`,
//! `sorted`). Imports: the rooms up to `query`. Promise: order is input order unless another is asked for, and `--limit`
//! counts rows of whatever is printed.

use std::ffi::OsString;
use std::io::{self, IsTerminal, StdoutLock};

use crate::app::cli::{Format, Query};
use crate::app::headless::by::{self, Counting};
use crate::app::headless::explain::explain;
use crate::app::headless::following::scan_on;
use crate::app::headless::newest::settled;
use crate::app::headless::out::{Flow, Out};
use crate::app::headless::print::Print;
use crate::app::headless::scan::{Hit, Scanned, Taker, Wants, scan, scan_to_read_again};
use crate::app::headless::sheet::{COUNT, Sheet};
use crate::app::headless::sorted::{Order, Sorting};
use crate::app::headless::{Ended, conclude, filter, filter_within, limits, rows, sources, tell};
use crate::base::{Clean, Notice};
use crate::decode::Reason;
use crate::query::fields::unknown;
use crate::query::filter::Filter;
use crate::source::{Limits, SourceName, Sources};

/// Runs `stoop query`.
pub(crate) fn query(asked: &Query) -> Ended {
    if asked.explain {
        return explain(asked);
    }
    let (filter_text, words) = asked.filter_and_sources();
    let Ok(text) = filter_within(&filter_text, &asked.times) else { return Ended::Failed };
    let Ok(filter) = filter(&OsString::from(text)) else { return Ended::Failed };
    let stdout = io::stdout();
    let out = Out::new(stdout.lock(), stdout.is_terminal());
    match begun(asked, &words, &filter, out.is_terminal()) {
        Ok((plan, input)) => plan.run(&input, out),
        Err(notice) => {
            tell(&notice);
            Ended::Failed
        }
    }
}

/// What is read, and what of it matches.
struct Input {
    /// With every time as it is now.
    filter: Filter,
    /// What is read: what was named, a stream perhaps as what it gave.
    names: Vec<SourceName>,
    /// What was named.
    named: Vec<SourceName>,
    limits: Limits,
    /// It goes on after what is there.
    follows: bool,
}

impl Input {
    /// Hands what matches to `taker`.
    fn scan(&self, taker: &mut dyn Taker) -> Scanned {
        if self.follows {
            scan_on(&self.names, &self.filter, taker, &self.limits)
        } else {
            scan(&self.names, &self.filter, taker, &self.limits)
        }
    }
}

fn begun(asked: &Query, words: &[OsString], filter: &Filter, on_terminal: bool) -> Result<(Plan, Input), Notice> {
    let plan = plan(asked, on_terminal)?;
    let named = sources(words, "stoop query FILTER")?;
    let limits = limits(asked.reading);
    if asked.follow && filter.needs_last() {
        let next = "Count from now: --since -15m, time >= -1h";
        return Err(refusal(
            &["@last counts from the newest alert, and with --follow there is always a newer one"],
            next,
        ));
    }
    let (filter, read) = settled(filter, named.clone(), &limits)?;
    Ok((plan, Input { filter, names: read, named, limits, follows: asked.follow }))
}

/// What is to be printed.
#[derive(Debug)]
enum Plan {
    Count { limit: u64 },
    By { fields: Vec<String>, order: Option<Order>, format: Format, limit: u64 },
    Unreadable { limit: u64 },
    Alerts { fields: Vec<String>, format: Format, limit: u64 },
    Sorted { fields: Vec<String>, order: Order, format: Format, limit: u64 },
}

fn plan(asked: &Query, on_terminal: bool) -> Result<Plan, Notice> {
    let format = asked.format.unwrap_or(if on_terminal { Format::Table } else { Format::Json });
    let limit = asked.limit.unwrap_or(u64::MAX);
    let (by, fields) = (names(&asked.by, "--by")?, names(&asked.fields, "--fields")?);
    let order = order(asked)?;
    goes_together(asked, format)?;
    Ok(match (by.is_empty(), order) {
        _ if asked.count => Plan::Count { limit },
        _ if asked.unreadable => Plan::Unreadable { limit },
        (false, order) => {
            is_a_column(order.as_ref(), &by)?;
            Plan::By { fields: by, order, format, limit }
        }
        (true, Some(order)) => Plan::Sorted { fields, order, format, limit },
        (true, None) => Plan::Alerts { fields, format, limit },
    })
}

/// The names of fields, each once.
fn names(given: &[String], flag: &'static str) -> Result<Vec<String>, Notice> {
    let mut names: Vec<String> = Vec::new();
    for name in given.iter().map(|name| name.trim()) {
        if name.is_empty() {
            return Err(refusal(
                &[flag, " has a name that is empty"],
                "Names of fields have commas between: rule,proc.name",
            ));
        }
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

fn order(asked: &Query) -> Result<Option<Order>, Notice> {
    let Some(order) = asked.sort.as_deref().map(Order::parse) else { return Ok(None) };
    if order.field.is_empty() || order.field.contains(',') {
        return Err(refusal(&["--sort takes one field"], "Write --sort proc.name or --sort time:desc"));
    }
    Ok(Some(order))
}

/// What can't be had at once, and what to leave out.
fn goes_together(asked: &Query, format: Format) -> Result<(), Notice> {
    let (by, fields, sorted) = (!asked.by.is_empty(), !asked.fields.is_empty(), asked.sort.is_some());
    let refused = [
        (
            by && format == Format::Raw,
            "--format raw prints input lines, and --by prints counts",
            "Choose another format",
        ),
        (
            fields && format == Format::Raw,
            "--format raw prints whole input lines, and --fields parts of alerts",
            "Choose another format, or leave --fields out",
        ),
        (
            by && fields,
            "--by prints a row for each combination of values, and --fields one for each alert",
            "Leave one of them out",
        ),
        (
            asked.count && fields,
            "--count prints one number, which has no fields",
            "Leave one of them out; --by counts by fields",
        ),
        (
            asked.count && sorted,
            "--count prints one number, which has no order",
            "Leave one of them out; --by prints counts that can be sorted",
        ),
        (
            asked.unreadable && (fields || sorted),
            "--unreadable prints lines that are no alerts, so they have no fields",
            "Leave --fields and --sort out",
        ),
    ];
    let first = refused.into_iter().find(|(is_so, ..)| *is_so);
    first.map_or(Ok(()), |(_, what, next)| Err(refusal(&[what], next)))
}

/// Rows of `--by` have nothing but their columns to be sorted by.
fn is_a_column(order: Option<&Order>, fields: &[String]) -> Result<(), Notice> {
    let Some(order) = order.filter(|order| order.field != COUNT && !fields.contains(&order.field)) else {
        return Ok(());
    };
    let next = format!("Sort by {}, or add it to --by", by::columns(fields).join(" or "));
    Err(refusal(&["--by prints no column ", &order.field, " to sort by"], &next))
}

fn refusal(what: &[&str], next: &str) -> Notice {
    Notice::said(Clean::from_bytes(what.concat().as_bytes())).with_next(Clean::from_bytes(next.as_bytes()))
}

/// Standard output.
type Stdout<'a> = Out<StdoutLock<'a>>;

impl Plan {
    fn run(self, input: &Input, out: Stdout<'_>) -> Ended {
        match self {
            Self::Count { limit } => count(input, out, limit),
            Self::By { fields, order, format, limit } => {
                let columns = by::columns(&fields);
                let sheet = Sheet::new(format, &columns, "(absent)");
                counted(input, out, Counting::new(&fields), (sheet, order.as_ref(), limit), &fields)
            }
            Self::Unreadable { limit } => unreadable(input, out, limit),
            Self::Alerts { fields, format, limit } => {
                let columns = rows::COLUMNS.map(str::to_owned);
                alerts(input, out, Print::new(format, &fields, &columns), limit, &fields)
            }
            Self::Sorted { fields, order, format, limit } => {
                let columns = rows::COLUMNS.map(str::to_owned);
                let asked: Vec<String> = fields.iter().cloned().chain([order.field.clone()]).collect();
                sorted(input, out, Print::new(format, &fields, &columns), Sorting::new(&order, limit), &asked)
            }
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

/// Says what there is to say of the pass, and which of the fields that were asked for no alert has.
fn concluded(scanned: &Scanned, input: &Input, fields: &[String]) -> Ended {
    let earned = conclude(scanned, &input.filter, &input.named);
    tell_unknown(fields, scanned, &input.filter);
    earned
}

/// Printing a field that no alert has is no error, but seldom what was meant. What the filter names was told of already.
fn tell_unknown(fields: &[String], scanned: &Scanned, filter: &Filter) {
    let given: Vec<String> = scanned.seen.iter().cloned().collect();
    let told = filter.names();
    let mut asked: Vec<&String> = Vec::new();
    for field in fields {
        if !scanned.seen.contains(field) && !told.contains(field) && !asked.contains(&field) {
            asked.push(field);
        }
    }
    asked.iter().filter_map(|field| unknown(field, &given)).for_each(|notice| tell(&notice));
}

struct NothingElse;

impl Taker for NothingElse {
    fn wants(&self) -> Wants<'_> {
        Wants::Nothing
    }
    fn alert(&mut self, _hit: Hit<'_>) -> Flow {
        Flow::On
    }
}

fn count(input: &Input, mut out: Stdout<'_>, limit: u64) -> Ended {
    let scanned = input.scan(&mut NothingElse);
    if limit > 0 {
        out.text(scanned.matched.to_string().as_bytes());
    }
    ended(concluded(&scanned, input, &[]), out)
}

fn counted(
    input: &Input,
    mut out: Stdout<'_>,
    mut counting: Counting<'_>,
    (mut sheet, order, limit): (Sheet<'_>, Option<&Order>, u64),
    fields: &[String],
) -> Ended {
    let scanned = input.scan(&mut counting);
    counting.print(order, limit, &mut sheet, &mut out);
    ended(concluded(&scanned, input, fields), out)
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
    fn pause(&mut self) -> Flow {
        self.out.flush()
    }
}

fn unreadable(input: &Input, mut out: Stdout<'_>, limit: u64) -> Ended {
    let mut taker = Unread { out: &mut out, left: limit, listed: 0 };
    let scanned = input.scan(&mut taker);
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
struct Printing<'a, 'b, 'c> {
    out: &'a mut Stdout<'b>,
    print: &'a mut Print<'c>,
    left: u64,
    /// Each alert is sent at once.
    at_once: bool,
}

impl Taker for Printing<'_, '_, '_> {
    fn wants(&self) -> Wants<'_> {
        self.print.wants()
    }
    fn alert(&mut self, hit: Hit<'_>) -> Flow {
        if self.left == 0 {
            return Flow::Stop;
        }
        self.left -= 1;
        let mut flow = self.print.alert(&hit, self.out);
        if self.at_once && flow == Flow::On {
            flow = self.out.flush();
        }
        if self.left == 0 { Flow::Stop } else { flow }
    }
    fn pause(&mut self) -> Flow {
        self.out.flush()
    }
}

fn alerts(input: &Input, mut out: Stdout<'_>, mut print: Print<'_>, limit: u64, fields: &[String]) -> Ended {
    print.head(&mut out);
    let mut printing = Printing { out: &mut out, print: &mut print, left: limit, at_once: input.follows };
    let scanned = input.scan(&mut printing);
    print.end(&mut out);
    ended(concluded(&scanned, input, fields), out)
}

fn sorted(input: &Input, mut out: Stdout<'_>, mut print: Print<'_>, mut sorting: Sorting, fields: &[String]) -> Ended {
    let sources = Sources::with(input.limits.clone(), None);
    let mut scanned = scan_to_read_again(&input.names, &input.filter, &mut sorting, &sources);
    print.head(&mut out);
    scanned.failed.extend(sorting.print(&mut print, &sources, &mut out));
    print.end(&mut out);
    ended(concluded(&scanned, input, fields), out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::cli::{Cli, Command};
    use clap::Parser;

    fn planned(words: &str) -> Result<Plan, Notice> {
        let words = ["stoop", "query", ""].into_iter().chain(words.split_whitespace());
        match Cli::try_parse_from(words).map(|cli| cli.command) {
            Ok(Some(Command::Query(asked))) => plan(&asked, false),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_does_not_go_together_is_refused_with_a_way_on() {
        let cases = [
            ("--by rule --format raw", "Choose another format"),
            ("--fields rule --format raw", "leave --fields out"),
            ("--fields rule --by rule", "Leave one of them out"),
            ("--count --fields rule", "--by counts by fields"),
            ("--count --sort rule", "--by prints counts that can be sorted"),
            ("--unreadable --sort rule", "Leave --fields and --sort out"),
            ("--by rule,,proc.name", "--by has a name that is empty"),
            ("--sort :desc", "--sort time:desc"),
            ("--sort time,rule", "--sort takes one field"),
            ("--by rule --sort proc.name", "Sort by count or rule, or add it to --by"),
        ];
        for (words, want) in cases {
            let said = planned(words).unwrap_err().to_string();
            assert!(said.contains(want), "{words}: {said}");
        }
    }

    #[test]
    fn what_goes_together_is_planned() {
        for words in [
            "--by rule --sort count",
            "--by rule,time --sort time:desc --format csv",
            "--sort a:b:desc --format raw",
            "--fields rule,rule",
            "--count --limit 1",
        ] {
            planned(words).unwrap();
        }
        let Ok(Plan::Sorted { order, .. }) = planned("--sort a:b:desc") else { panic!("sorted") };
        assert_eq!(order.field, "a:b");
        let Ok(Plan::Alerts { fields, .. }) = planned("--fields rule,proc.name,rule") else { panic!("fields") };
        assert_eq!(fields, ["rule", "proc.name"], "each once");
    }
}
