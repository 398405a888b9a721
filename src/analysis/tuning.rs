//! A proposed exception: a Falco rules file that silences alerts like this one and no others.
//!
//! Lives here: which values may enter it, the file, the filter that shows what it would silence, the step that writes
//! it. Not here: which fields (`playbooks/`). Imports: `base`, `decode`. Promise: a value is harmless in YAML and in
//! Falco's condition, or there is no exception and a word on why.

use crate::analysis::facts::Facts;
use crate::analysis::playbook::{Place, Tune};
use crate::analysis::steps::{self, Ran};
use crate::analysis::{CommandLine, Kind, Risk, Step, Tuning, Way, Ways};
use crate::base::Clean;
use crate::base::clean::is_hidden;
use crate::base::quoted::Quoted;
use crate::decode::Value;

/// How an exception may compare, in Falco's words and in ours. A list of Falco's is written as one.
pub(crate) const COMPARISONS: [(&str, &str); 6] = [
    ("=", "is"),
    ("in", "is"),
    ("startswith", "begins with"),
    ("endswith", "ends with"),
    ("contains", "contains"),
    ("icontains", "contains, in any case,"),
];
/// Names that an attacker chooses at will; an exception can't rest on them alone.
const WEAK: [&str; 3] = ["proc.name", "user.name", "container.name"];
/// What an exception of a container's alert must name, lest it holds in every container.
const IMAGE: &str = "container.image.repository";
/// What YAML 1.1 takes for something else than a text.
const NO_TEXTS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
/// What begins the command that writes the file.
const FIRST: &str = "printf '%s\\n' '- '";
/// The longest rule name that is written, in characters.
const MAX_NAME: usize = 200;

/// What already speaks against silencing alerts like this one.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Against {
    /// A line of evidence for malice is true.
    pub(crate) malice: bool,
    /// The mark of a test tool is there.
    pub(crate) test: bool,
}

/// One field of an exception with what it is compared to.
struct Term<'a> {
    field: &'a str,
    comparison: &'a str,
    value: &'a str,
}

/// An exception whose every part is fit to be written.
struct Exception<'a> {
    rule: &'a str,
    name: &'a str,
    terms: Vec<Term<'a>>,
}

/// What the page proposes for this alert, with the step that writes it where there is one.
pub(crate) fn proposed(tune: &Tune, facts: &Facts<'_>, against: Against) -> (Tuning, Option<Step>) {
    let caution = tune.caution.clone();
    match Exception::of(tune, facts) {
        Ok(exception) => {
            let tuning = Tuning {
                yaml: exception.lines().join("\n") + "\n",
                silences: exception.filter(),
                scope: exception.scope(),
                doubt: against.doubt(Ran::of(facts) == Ran::Unknown && facts.of_system_calls()),
                caution,
            };
            let step = exception.step(&tuning, facts);
            (tuning, step)
        }
        Err(why) => (Tuning { caution, doubt: Clean::from_bytes(why.as_bytes()), ..Tuning::default() }, None),
    }
}

impl Against {
    fn doubt(self, nowhere: bool) -> Clean {
        let doubts = [
            (
                self.malice,
                "Evidence speaks for malice: settle that first, an exception hides every later alert like this one.",
            ),
            (self.test, "The mark of a test tool is there: an exception would hide what the test is to show."),
            (
                nowhere,
                "The alert does not say whether it ran in a container: the exception holds on the host and in every container.",
            ),
        ];
        let told: Vec<&str> = doubts.into_iter().filter(|(holds, _)| *holds).map(|(_, words)| words).collect();
        Clean::from_bytes(told.join(" ").as_bytes())
    }
}

impl<'a> Exception<'a> {
    /// The exception; on `Err`, why there is none.
    fn of(tune: &'a Tune, facts: &'a Facts<'_>) -> Result<Self, String> {
        let pairs = tune.fields.iter().map(String::as_str).zip(tune.comps.iter().map(String::as_str));
        let mut pairs: Vec<(&str, &str)> = pairs.collect();
        let unknown = pairs.iter().find(|(_, comparison)| !COMPARISONS.iter().any(|(known, _)| known == comparison));
        if let Some((_, comparison)) = unknown {
            return Err(format!("no exception: the comparison {comparison} is not offered"));
        }
        if !narrow(&pairs) {
            return Err("no exception: the playbook's fields are not narrow enough".to_owned());
        }
        if matches!(Ran::of(facts), Ran::InContainer(_)) && !pairs.iter().any(|(field, _)| *field == IMAGE) {
            pairs.insert(0, (IMAGE, "="));
        }
        let terms: Result<Vec<Term<'a>>, String> =
            pairs.into_iter().map(|(field, comparison)| Term::of(field, comparison, facts)).collect();
        Ok(Self { rule: rule(facts)?, name: &tune.name, terms: terms? })
    }

    /// Its name in the file. Falco refuses a second exception of one name with fields, and a second file of one name
    /// would take the first one's place: so each has its own.
    fn unique(&self) -> String {
        let mut parts = vec![self.rule];
        parts.extend(self.terms.iter().flat_map(|term| [term.field, term.comparison, term.value]));
        // FNV-1a, 32 bits.
        let fold = |hash: u32, byte: &u8| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
        let hash = parts.join("\n").as_bytes().iter().fold(0x811c_9dc5, fold);
        format!("{}_{hash:08x}", self.name)
    }

    fn lines(&self) -> Vec<String> {
        let list = |item: &dyn Fn(&Term<'a>) -> String| self.terms.iter().map(item).collect::<Vec<_>>().join(", ");
        vec![
            format!("- rule: {}", scalar(self.rule, " _./()-")),
            "  exceptions:".to_owned(),
            format!("    - name: {}", scalar(&self.unique(), "_-")),
            format!("      fields: [{}]", list(&|term| scalar(term.field, "._"))),
            format!("      comps: [{}]", list(&|term| format!("\"{}\"", term.comparison))),
            "      values:".to_owned(),
            format!("        - [{}]", list(&Term::yaml)),
            "  override:".to_owned(),
            "    exceptions: append".to_owned(),
        ]
    }

    fn filter(&self) -> String {
        let rule = format!("rule = \"{}\"", escaped(self.rule.as_bytes()));
        std::iter::once(rule).chain(self.terms.iter().map(Term::filter)).collect::<Vec<_>>().join(" and ")
    }

    fn scope(&self) -> Clean {
        let terms: Vec<String> = self.terms.iter().map(Term::words).collect();
        let words = format!("every alert of the rule {} where {}", self.rule, terms.join(" and "));
        Clean::from_bytes(words.as_bytes())
    }

    /// The step that writes the file; `None` where its line would be too long to be pasted.
    fn step(&self, tuning: &Tuning, facts: &Facts<'_>) -> Option<Step> {
        let file = Quoted::new(format!("/etc/falco/rules.d/stoop-{}.yaml", self.unique()).as_bytes())?;
        let way = Way {
            runtime: None,
            runs_on: steps::runs_on(Place::Falco, None, facts),
            command: self.writing(&file)?,
            undo: CommandLine::made(vec![("rm -- ", Some(file))]),
            check: CommandLine::made(vec![("falco --dry-run", None)]),
        };
        let note = "Needs Falco 0.37 or newer, and rules.d among its rules_files. With the Helm chart, put the file into \
                    customRules instead.";
        Some(Step {
            id: "falco-exception".into(),
            title: "Write the proposed exception for Falco".into(),
            kind: Kind::Tune,
            risk: Risk::ChangesState,
            why: "Only once the cause is known to be harmless: it silences this shape of alert and no other.".into(),
            ways: Ways::new(way, Vec::new()),
            no_undo: Clean::default(),
            expect: "Falco reads all its rules with this file among them and names no error".into(),
            breaks: Some(Clean::concat(["silences ".into(), tuning.scope.clone()])),
            note: joined([&tuning.doubt, &tuning.caution, &note.into()]),
        })
    }

    fn writing(&self, file: &Quoted) -> Option<CommandLine> {
        let mut parts: Vec<(&'static str, Option<Quoted>)> = Vec::new();
        for line in self.lines() {
            // The first line's `-` is ours: quoted with the rest, it would be spelt in octal.
            let (words, rest) = line.strip_prefix("- ").map_or((" ", line.as_str()), |rest| (FIRST, rest));
            parts.push((words, Some(Quoted::new(rest.as_bytes())?)));
        }
        parts.push((" | tee -- ", Some(file.clone())));
        CommandLine::made(parts)
    }
}

impl<'a> Term<'a> {
    fn of(field: &'a str, comparison: &'a str, facts: &'a Facts<'_>) -> Result<Self, String> {
        let known = facts.known(field).ok_or_else(|| format!("no exception: the alert does not have {field}"))?;
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_./:@+-".contains(byte);
        match known {
            Value::List(_) => Err(format!("no exception: {field} is a list")),
            value if !value.bytes().is_empty() && value.bytes().iter().all(plain) => {
                let value = std::str::from_utf8(value.bytes()).unwrap_or_default();
                Ok(Self { field, comparison, value })
            }
            _ => Err(format!(
                "no exception: {field} holds more than letters, digits and _./:@+-, which no exception takes safely"
            )),
        }
    }

    fn yaml(&self) -> String {
        let value = if self.value.starts_with('/') { self.value.to_owned() } else { scalar(self.value, "_./-") };
        let value = if self.value.contains(':') { format!("\"{}\"", self.value) } else { value };
        if self.comparison == "in" { format!("[{value}]") } else { value }
    }

    fn filter(&self) -> String {
        let Self { field, comparison, value } = self;
        if *comparison == "in" {
            format!("{field} in (\"{value}\")")
        } else {
            format!("{field} {comparison} \"{value}\"")
        }
    }

    fn words(&self) -> String {
        let comparison = COMPARISONS.iter().find(|(falco, _)| *falco == self.comparison).map_or("", |(_, ours)| ours);
        format!("{} {comparison} {}", self.field, self.value)
    }
}

/// Whether these fields, each with its comparison, tell one cause from another, whatever the alert.
pub(crate) fn narrow(pairs: &[(&str, &str)]) -> bool {
    let wide = |(field, comparison): &(&str, &str)| *field == "proc.cmdline" && comparison.ends_with("contains");
    pairs.len() >= 2 && !pairs.iter().all(|(field, _)| WEAK.contains(field)) && !pairs.iter().any(wide)
}

/// The rule's name as a rules file can carry it.
fn rule<'a>(facts: &'a Facts<'_>) -> Result<&'a str, String> {
    let name = facts.bytes("rule").and_then(|raw| std::str::from_utf8(raw).ok()).unwrap_or_default();
    let good = (1..=MAX_NAME).contains(&name.chars().count()) && !name.chars().any(is_hidden);
    if good { Ok(name) } else { Err("no exception: the rule's name is not one that a rules file can carry".to_owned()) }
}

/// A YAML scalar that every reader takes for this text: bare where it is letters, digits and `more` and begins with a
/// letter, else in double quotes.
fn scalar(text: &str, more: &str) -> String {
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c));
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic()) && !text.ends_with(' ');
    if plain && begins && !NO_TEXTS.contains(&text.to_ascii_lowercase().as_str()) {
        return text.to_owned();
    }
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            ' '..='~' => quoted.push(c),
            other => quoted.extend(format!("\\U{:08x}", u32::from(other)).chars()),
        }
    }
    quoted + "\""
}

/// The bytes inside the double quotes of a filter.
fn escaped(raw: &[u8]) -> String {
    let mut text = String::new();
    for byte in raw {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b' ' | b'_' | b'.' | b'/' | b':' | b'(' | b')' | b'-' => {
                text.push(char::from(*byte));
            }
            other => text.extend(format!("\\x{other:02x}").chars()),
        }
    }
    text
}

fn joined(parts: [&Clean; 3]) -> Clean {
    let words: Vec<&str> = parts.into_iter().map(Clean::as_str).filter(|part| !part.is_empty()).collect();
    Clean::from_bytes(words.join(" ").as_bytes())
}

#[cfg(test)]
#[path = "tuning_tests.rs"]
mod tests;
