//! The command line: what the program can be asked, and nothing that it can't do yet.
//!
//! Lives here: arguments, their help, their meaning as sources. Not here: doing it (`browse`, `headless`). Imports: `base`,
//! `source`. Promise: `--help` is made from these types, so it never tells of what isn't there.

use std::ffi::OsString;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::app::amount::{bytes, bytes_or_none, count, priority};
use crate::app::listening::ListenFlags;
use crate::base::Priority;
use crate::source::SourceName;

/// A terminal browser for security alerts, Falco's first.
#[derive(Debug, Parser)]
#[command(
    name = "stoop",
    version,
    max_term_width = 100,
    args_conflicts_with_subcommands = true,
    override_usage = "stoop [OPTIONS] [SOURCE]...\n       stoop <COMMAND>",
    after_help = "Inside the browser, ? lists every key and : every command.",
    after_long_help = AFTER_LONG_HELP
)]
pub(crate) struct Cli {
    /// What to do; without a command, the browser opens.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    /// The browser's own arguments.
    #[command(flatten)]
    pub(crate) browse: Browse,
}

/// What `--help` says below the options.
const AFTER_LONG_HELP: &str = "\
Inside the browser, ? lists every key and : every command.

A SOURCE is a file of alerts, a directory (its regular, non-hidden files, in name order, to any depth), or - for \
standard input. Without one, standard input is read if it is not a terminal; on a terminal the start page opens, unless \
--listen is given. A file whose name is also a command is written with a path: ./demo.

Alerts are read as Falco writes them, JSON or text, and out of what lies around them: docker, CRI, kubectl, journald, syslog, \
falcosidekick, Elasticsearch, Loki and others, told line by line; pretty-printed, in arrays, in UTF-8, UTF-16 or UTF-32, \
packed with gzip, zstd, xz or bzip2, in tar archives. What is no alert is kept with its reason.

A SIZE is a number of bytes, or one with kB, MB, GB, KiB, MiB or GiB behind it.

A FILTER is a condition as in Falco's rules: proc.name = cat and not container.id = host. Beside Falco's fields it \
knows rule, priority (ordered: priority >= warning is warning and worse), time (time >= -15m, time < @last18:29), source, \
hostname, uuid, tags, output and message; a bare or quoted word is searched for in every value.

Exit status: 0 something matched, or the browser was left; 1 nothing matched; 2 an error; 130, 143 and 129 after ^C, \
TERM and HUP.

Own playbooks are read from $XDG_CONFIG_HOME/stoop/playbooks, or ~/.config/stoop/playbooks.

Environment: STOOP_THEME and COLORFGBG choose the theme where --theme does not; NO_COLOR switches colours off.";

/// Everything but the browser on sources.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Open the browser on the sample alerts built into the program
    Demo(Demo),
    /// Print the alerts that match a filter
    Query(Query),
    /// Write the analysis report of the alerts that match
    Report(Report),
    /// List, show and check playbooks
    Playbooks(PlaybooksCommand),
}

/// Where the user's own playbooks lie.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Own {
    /// Read playbooks from this directory too, after those of the configuration; may be given several times
    #[arg(long, value_name = "DIR")]
    pub(crate) playbooks: Vec<OsString>,
}

/// `stoop demo`
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Demo {
    /// Which alerts.
    #[command(flatten)]
    pub(crate) times: Times,
    /// How it looks.
    #[command(flatten)]
    pub(crate) look: Look,
    /// The playbooks.
    #[command(flatten)]
    pub(crate) own: Own,
}

/// `stoop playbooks`
#[derive(Args, Clone, Debug)]
pub(crate) struct PlaybooksCommand {
    /// What is asked.
    #[command(subcommand)]
    pub(crate) what: PlaybooksDo,
}

/// What can be asked about playbooks.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum PlaybooksDo {
    /// Print id, kind, rules and origin of every playbook in force
    List(Own),
    /// Print the playbook with this id, or the one for this rule, as it is in force
    Show {
        /// An id, or the name of a rule
        #[arg(value_name = "NAME")]
        name: String,
        /// The playbooks.
        #[command(flatten)]
        own: Own,
    },
    /// Check playbooks; prints `FILE:LINE:COLUMN: reason` for each mistake, status 1 where there is one
    Lint {
        /// Files or directories [default: those of the configuration and of --playbooks]
        #[arg(value_name = "PATH")]
        paths: Vec<OsString>,
        /// The playbooks.
        #[command(flatten)]
        own: Own,
    },
}

/// A stretch of time.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Times {
    /// Only alerts from this time on
    ///
    /// RFC 3339, 2024-10-05, '2024-10-05 18:29' (UTC without a zone), 18:29 for the latest that has passed, -15m, -2h, -2d or -1w
    /// before now; @last, @last-15m, @last18:29 are counted from the newest alert. A filter takes the same: time >= -15m.
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub(crate) since: Option<String>,
    /// Only alerts before this time, written as for --since; one at this time is out
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub(crate) until: Option<String>,
}

/// How much is read and held.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(crate) struct Reading {
    /// Unpack up to this size what grows to over 200 times its own; none for any size [default: 1GiB]
    #[arg(long, value_name = "SIZE", value_parser = bytes_or_none)]
    pub(crate) max_expand: Option<u64>,
}

/// How a list that goes on behaves.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(crate) struct Live {
    /// Keep reading files that grow, are rotated, or come later; begin at the newest alert and go along
    ///
    /// The cursor goes along until you move it; G goes to the end again. F does it in the browser. Standard input and
    /// --listen are read as they come in any case.
    #[arg(short, long)]
    pub(crate) follow: bool,
    /// Hold at most so many alerts; the oldest go first, and the screen says how many went
    #[arg(long, value_name = "N", value_parser = count)]
    pub(crate) keep_alerts: Option<u64>,
    /// Hold at most so much memory of alerts, such as 2GiB; the oldest go first
    #[arg(long, value_name = "SIZE", value_parser = bytes)]
    pub(crate) keep_memory: Option<u64>,
    /// Ring the terminal's bell for a new alert of this priority or a worse one, at most once a second
    #[arg(long, value_name = "PRIORITY", value_parser = priority)]
    pub(crate) bell: Option<Priority>,
    /// Count new alerts of this priority or worse ones in the terminal's title
    #[arg(long, value_name = "PRIORITY", value_parser = priority)]
    pub(crate) title: Option<Priority>,
}

/// How the screen looks.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Look {
    /// Colours: dark or light [default: what COLORFGBG tells, else dark]
    #[arg(long, value_name = "NAME")]
    pub(crate) theme: Option<String>,
    /// Draw with ASCII only, outside of the alerts' own text
    #[arg(long)]
    pub(crate) ascii: bool,
}

/// `stoop [SOURCE]…`
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Browse {
    /// Files or directories of alerts, or - for standard input
    #[arg(value_name = "SOURCE")]
    pub(crate) sources: Vec<OsString>,
    /// Start with this filter
    #[arg(short, long, value_name = "FILTER")]
    pub(crate) query: Option<String>,
    /// Which alerts.
    #[command(flatten)]
    pub(crate) times: Times,
    /// Whether and how it goes on.
    #[command(flatten)]
    pub(crate) live: Live,
    /// What is taken over HTTP.
    #[command(flatten)]
    pub(crate) listen: ListenFlags,
    /// How much is read.
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// How it looks.
    #[command(flatten)]
    pub(crate) look: Look,
    /// The playbooks.
    #[command(flatten)]
    pub(crate) own: Own,
}

/// `stoop query FILTER [SOURCE]…`
#[derive(Args, Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct Query {
    /// A condition, or words; '' matches every alert. May be left out with --unreadable
    #[arg(value_name = "FILTER", required_unless_present = "unreadable")]
    pub(crate) filter: Option<OsString>,
    /// Files or directories of alerts, or - for standard input
    #[arg(value_name = "SOURCE")]
    pub(crate) sources: Vec<OsString>,
    /// Which alerts.
    #[command(flatten)]
    pub(crate) times: Times,
    /// Keep reading files that grow, are rotated, or come later; print what matches as it comes, until ^C
    ///
    /// Standard input is printed as it comes in any case, until it ends. A time that is counted from the newest alert
    /// (@last) is refused: there is always a newer one.
    #[arg(short, long, conflicts_with_all = ["count", "by", "sort", "explain"])]
    pub(crate) follow: bool,
    /// How much is read.
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// Print only how many alerts match
    #[arg(long, conflicts_with_all = ["by", "unreadable"])]
    pub(crate) count: bool,
    /// Count the alerts for each value of a field, or each combination of values of several, most first
    #[arg(long, value_name = "FIELD,…", value_delimiter = ',', conflicts_with = "unreadable")]
    pub(crate) by: Vec<String>,
    /// Print these fields of each alert, in this order
    ///
    /// Names are those of filters: rule, proc.name. Goes with every format but raw; as json, one object a line, a
    /// field that the alert lacks as null.
    #[arg(long, value_name = "FIELD,…", value_delimiter = ',')]
    pub(crate) fields: Vec<String>,
    /// Print in the order of this field, with :desc behind it backwards
    ///
    /// Numbers sort as numbers, times as times, addresses as addresses, priorities from debug to emergency; alerts without the
    /// field come last either way, and equals stay in input order. With --by, rows sort by one of its fields or by count. What
    /// matches is remembered by its place, about 64 bytes, and by up to 1,024 bytes of a text in the field, and read again; of
    /// standard input and packed files the lines that match are held.
    #[arg(long, value_name = "FIELD[:desc]")]
    pub(crate) sort: Option<String>,
    /// How alerts are printed [default: table on a terminal, json elsewhere]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<Format>,
    /// Print at most so many rows, after sorting
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u64>,
    /// Print how the filter is answered, term by term, and why a term is cheap or not; with sources, what each term leaves
    #[arg(long, conflicts_with_all = ["count", "by", "fields", "sort", "unreadable", "format", "limit"])]
    pub(crate) explain: bool,
    /// Print the lines that could not be read.
    #[arg(long, conflicts_with = "format", help = "Print the lines that could not be read, as FILE:LINE: why")]
    pub(crate) unreadable: bool,
}

/// How `query` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// The whole input line, with what lies around the alert
    Raw,
    /// The alert's own bytes, one alert a line; of Falco's text output the object made of what it tells
    Json,
    /// Columns for reading
    Table,
    /// Columns with tabs between, and a header
    Tsv,
    /// Columns with commas between, and a header; what a spreadsheet would run as a formula gets a ' in front
    Csv,
    /// A table for a ticket or a wiki page
    Markdown,
}

/// `stoop report [SOURCE]…`
#[derive(Args, Clone, Debug)]
pub(crate) struct Report {
    /// Files or directories of alerts, or - for standard input
    #[arg(value_name = "SOURCE")]
    pub(crate) sources: Vec<OsString>,
    /// How much is read.
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// Report only alerts that match this filter
    #[arg(short, long, value_name = "FILTER", default_value = "", hide_default_value = true)]
    pub(crate) query: String,
    /// Which alerts.
    #[command(flatten)]
    pub(crate) times: Times,
    /// One section for each group of alike alerts; the default
    #[arg(long, conflicts_with = "each")]
    pub(crate) group: bool,
    /// One section for each alert
    #[arg(long)]
    pub(crate) each: bool,
    /// How the report is written; without it by the ending of the file (.md, .html, .json), else Markdown
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<ReportFormat>,
    /// Write to this file rather than to standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<OsString>,
    /// The playbooks.
    #[command(flatten)]
    pub(crate) own: Own,
}

/// How `report` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For people and tickets
    Markdown,
    /// One page for a browser or a printer, without scripts or anything from elsewhere
    Html,
    /// For programs
    Json,
}

/// What the words on the command line name; without any, standard input where alerts are piped in.
pub(crate) fn sources(words: &[OsString], stdin_is_terminal: bool) -> Vec<SourceName> {
    match words {
        [] if stdin_is_terminal => Vec::new(),
        [] => vec![SourceName::Stdin],
        _ => words.iter().map(source).collect(),
    }
}

fn source(word: &OsString) -> SourceName {
    if word == "-" { SourceName::Stdin } else { SourceName::Path(word.into()) }
}

impl Query {
    /// Filter and sources: with `--unreadable` the first word is a source too, unless it is empty.
    pub(crate) fn filter_and_sources(&self) -> (OsString, Vec<OsString>) {
        let first = self.filter.clone().unwrap_or_default();
        if !self.unreadable || first.is_empty() {
            return (first, self.sources.clone());
        }
        (OsString::new(), std::iter::once(first).chain(self.sources.iter().cloned()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_dash_is_standard_input_and_so_is_nothing_when_alerts_are_piped_in() {
        let file = SourceName::Path("a.jsonl".into());
        let cases: [(&[&str], bool, Vec<SourceName>); 4] = [
            (&[], true, vec![]),
            (&[], false, vec![SourceName::Stdin]),
            (&["a.jsonl", "-"], true, vec![file.clone(), SourceName::Stdin]),
            (&["a.jsonl"], false, vec![file]),
        ];
        for (words, terminal, want) in cases {
            let words: Vec<OsString> = words.iter().map(OsString::from).collect();
            assert_eq!(sources(&words, terminal), want, "{words:?}");
        }
    }

    #[test]
    fn with_unreadable_the_filter_may_be_left_out() {
        let cases: [(&[&str], &str, &[&str]); 4] = [
            (&["query", "--unreadable", "a", "b"], "", &["a", "b"]),
            (&["query", "--unreadable", "", "a"], "", &["a"]),
            (&["query", "--unreadable"], "", &[]),
            (&["query", "a", "b"], "a", &["b"]),
        ];
        for (words, filter, sources) in cases {
            let cli = Cli::try_parse_from(std::iter::once("stoop").chain(words.iter().copied())).unwrap();
            let Some(Command::Query(query)) = cli.command else { panic!("{words:?}") };
            let (got, got_sources) = query.filter_and_sources();
            assert_eq!((got, got_sources), (filter.into(), sources.iter().map(OsString::from).collect()), "{words:?}");
        }
    }
}
