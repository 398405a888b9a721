//! What ties alerts together: one container, pod, process, user, login, session, host, file, address or rule.
//!
//! Lives here: by which fields of an alert each tie is known, and the condition that is true of exactly the alerts that
//! share it. Not here: looking for them (`related`). Imports: `base`, `decode`, `store`. Promise: a condition is true of
//! the alert that it was made of, and a tie that its fields cannot tell says which field is missing.

use std::net::IpAddr;

use crate::base::{Clean, RowId};
use crate::decode::{Owned, Scope, Value};
use crate::query::filter::Fields;
use crate::query::literal::literal;
use crate::query::needle::Word;
use crate::store::Snapshot;

/// What alerts can have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Tie {
    /// The container.
    Container,
    /// The pod.
    Pod,
    /// The process, one of its ancestors, or what descends from it.
    Process,
    /// The user, on one host.
    User,
    /// The session: Falco's `proc.sid` or what else tells one.
    Session,
    /// The login uid, which stays the same through `su` and `sudo`.
    Login,
    /// The host.
    Host,
    /// The file.
    File,
    /// The address at the other end.
    Address,
    /// The rule.
    Rule,
}

impl Tie {
    /// Every tie; those before [`Tie::Rule`] are looked for around an alert, the likeliest first.
    pub(crate) const ALL: [Self; 10] = [
        Self::Container,
        Self::Pod,
        Self::Process,
        Self::User,
        Self::Session,
        Self::Login,
        Self::Host,
        Self::File,
        Self::Address,
        Self::Rule,
    ];

    /// What it is called.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Container => "container",
            Self::Pod => "pod",
            Self::Process => "process",
            Self::User => "user",
            Self::Session => "session",
            Self::Login => "login uid",
            Self::Host => "host",
            Self::File => "file",
            Self::Address => "address",
            Self::Rule => "rule",
        }
    }
}

/// A tie as one alert has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tied {
    /// Which.
    pub(crate) tie: Tie,
    /// By what it was known, in words: `container`, `process named`.
    pub(crate) by: &'static str,
    /// The value in common.
    pub(crate) value: Vec<u8>,
    /// The condition that is true of the alerts that have it; names no time.
    pub(crate) condition: String,
}

/// Why an alert has no such tie, for the user.
pub(crate) type Missing = Clean;

/// The fields with the path of a file, as the list's object column has them.
const FILES: [&str; 4] = ["fd.name", "evt.arg.linkpath", "evt.arg.target", "proc.exepath"];

/// How many ancestors' ids are looked at; an index beyond it is no rule's.
const ANCESTORS: usize = 16;

/// Longer values are refused: the condition is shown, typed and compared with every alert.
const LONGEST: usize = 4 << 10;

/// Pods, with the namespace that makes the name one pod's.
const PODS: [(&str, &str); 3] = [
    ("k8s.pod.name", "k8s.ns.name"),
    ("k8smeta.pod.name", "k8smeta.ns.name"),
    ("ka.target.pod.name", "ka.target.namespace"),
];

/// Users of clouds and clusters, who are no host's.
const ACCOUNTS: [&str; 6] =
    ["ka.user.name", "ct.user.arn", "ct.user", "gcp.user", "okta.actor.alternateid", "okta.actor.name"];

/// Sessions, the surest first. `proc.vpgid` and `proc.pgid` are no sessions: every pipeline has one of its own.
const SESSIONS: [(&str, &str); 3] =
    [("proc.sid", "session"), ("proc.loginshellid", "login shell"), ("proc.vsid", "session in the container")];

/// Addresses of callers that are no connection of a process.
const CALLERS: [&str; 4] = ["ct.srcip", "okta.client.ip", "gcp.callerIP", "ka.sourceips"];

/// The tie of `alert`.
///
/// # Errors
/// Its fields do not tell, and which is missing.
pub(crate) fn tied(alert: &dyn Fields, tie: Tie) -> Result<Tied, Missing> {
    let found = match tie {
        Tie::Container => container(alert),
        Tie::Pod => PODS.iter().find_map(|(pod, space)| in_space(alert, tie, pod, space)).ok_or("k8s.pod.name"),
        Tie::Process => process(alert).ok_or("proc.pid, and no proc.name"),
        Tie::User => user(alert).ok_or("user.name"),
        Tie::Session => session(alert).ok_or("proc.sid, and no user.loginuid that is set"),
        Tie::Login => login(alert, Tie::Login).ok_or("user.loginuid that is set"),
        Tie::Host => one(alert, tie, "hostname").or_else(|| one(alert, tie, "evt.hostname")).ok_or("hostname"),
        Tie::File => file(alert).ok_or("fd.name of a file, and no proc.exepath"),
        Tie::Address => address(alert).ok_or("fd.rip, and no fd.name of a connection"),
        Tie::Rule => one(alert, tie, "rule").ok_or("rule"),
    };
    found.map_err(|field| missing(alert, field))
}

fn missing(alert: &dyn Fields, field: &'static str) -> Missing {
    let name = field.split([' ', ',', ':']).next().unwrap_or_default();
    if alert.field(name).is_some_and(|value| value.bytes().len() > LONGEST) {
        return Clean::concat([name.into(), " is too long to be compared".into()]);
    }
    Clean::concat(["this alert has no ".into(), field.into()])
}

/// The bytes of a value that says something. Lists and objects compare with nothing, and a long value is not copied.
pub(crate) fn known(alert: &dyn Fields, name: &str) -> Option<Vec<u8>> {
    match alert.field(name)? {
        Value::Text(b"" | b"<NA>" | b"N/A") | Value::Null | Value::List(_) | Value::Object(_) => None,
        value => Some(value.bytes()).filter(|bytes| bytes.len() <= LONGEST).map(<[u8]>::to_vec),
    }
}

/// `field = value`.
fn equal(name: &str, value: &[u8]) -> String {
    format!("{name} = {}", literal(value))
}

fn one(alert: &dyn Fields, tie: Tie, name: &str) -> Option<Tied> {
    let value = known(alert, name)?;
    Some(Tied { tie, by: tie.word(), condition: equal(name, &value), value })
}

/// The condition with those that make it one place's.
fn guarded(condition: String, guards: Vec<String>) -> String {
    [vec![condition], guards].concat().join(" and ")
}

/// The host, where the alert names it.
fn host(alert: &dyn Fields) -> Vec<String> {
    known(alert, "hostname").map(|name| equal("hostname", &name)).into_iter().collect()
}

/// Where names and paths mean one thing: the container, or what is no container on the host.
fn place(alert: &dyn Fields) -> Vec<String> {
    match known(alert, "container.id") {
        Some(id) if id == b"host" => [vec![equal("container.id", &id)], host(alert)].concat(),
        Some(id) => vec![equal("container.id", &id)],
        None => host(alert),
    }
}

fn container(alert: &dyn Fields) -> Result<Tied, &'static str> {
    match known(alert, "container.id") {
        Some(id) if id == b"host" => Err("container: container.id is host"),
        Some(_) => one(alert, Tie::Container, "container.id").ok_or("container.id"),
        None => {
            let named = one(alert, Tie::Container, "container.name").ok_or("container.id")?;
            Ok(Tied { by: "container named", condition: guarded(named.condition.clone(), host(alert)), ..named })
        }
    }
}

fn in_space(alert: &dyn Fields, tie: Tie, name: &str, space: &str) -> Option<Tied> {
    let found = one(alert, tie, name)?;
    let guards = known(alert, space).map(|value| equal(space, &value)).into_iter().collect();
    Some(Tied { condition: guarded(found.condition.clone(), guards), ..found })
}

/// By its id and its ancestors', which the host makes unique; an alert without ids ties by the process's name.
fn process(alert: &dyn Fields) -> Option<Tied> {
    let Some(own) = known(alert, "proc.pid").filter(|pid| pid != b"0") else { return program(alert) };
    // 0 and 1 are everybody's ancestors.
    let is_everybodys = |pid: &Vec<u8>| matches!(pid.as_slice(), b"0" | b"1");
    let mut pids = vec![own.clone()];
    for pid in ancestors(alert).into_iter().filter(|pid| !is_everybodys(pid)) {
        if !pids.contains(&pid) {
            pids.push(pid);
        }
    }
    let listed: Vec<String> = pids.iter().map(|pid| literal(pid)).collect();
    let above = format!("proc.pid in ({})", listed.join(", "));
    let condition = if is_everybodys(&own) { above } else { format!("({above} or proc.apid = {})", literal(&own)) };
    let guards = if known(alert, "hostname").is_some() { host(alert) } else { place(alert) };
    Some(Tied { tie: Tie::Process, by: "process", condition: guarded(condition, guards), value: own })
}

fn ancestors(alert: &dyn Fields) -> Vec<Vec<u8>> {
    let indexed = (1..=ANCESTORS).map(|index| format!("proc.apid[{index}]"));
    ["proc.ppid".to_owned()].into_iter().chain(indexed).filter_map(|name| known(alert, &name)).collect()
}

fn program(alert: &dyn Fields) -> Option<Tied> {
    let named = one(alert, Tie::Process, "proc.name")?;
    Some(Tied { by: "process named", condition: guarded(named.condition.clone(), place(alert)), ..named })
}

fn user(alert: &dyn Fields) -> Option<Tied> {
    let on_host = |name| {
        let found = one(alert, Tie::User, name)?;
        Some(Tied { condition: guarded(found.condition.clone(), host(alert)), ..found })
    };
    let by_id = || Some(Tied { by: "user of uid", ..on_host("user.uid")? });
    let account = || ACCOUNTS.iter().find_map(|name| one(alert, Tie::User, name));
    on_host("user.name").or_else(by_id).or_else(account)
}

fn session(alert: &dyn Fields) -> Option<Tied> {
    let by_id = SESSIONS.iter().find_map(|(name, by)| {
        let value = known(alert, name).filter(|id| !matches!(id.as_slice(), b"0" | b"-1"))?;
        let guards = if *name == "proc.vsid" { place(alert) } else { host(alert) };
        Some(Tied { tie: Tie::Session, by, condition: guarded(equal(name, &value), guards), value })
    });
    by_id.or_else(|| login(alert, Tie::Session))
}

/// -1, which many alerts spell as an unsigned number, is nobody's login.
fn login(alert: &dyn Fields, tie: Tie) -> Option<Tied> {
    let value = known(alert, "user.loginuid").filter(|id| !matches!(id.as_slice(), b"-1" | b"4294967295"))?;
    let condition = guarded(equal("user.loginuid", &value), host(alert));
    Some(Tied { tie, by: "login uid", condition, value })
}

fn file(alert: &dyn Fields) -> Option<Tied> {
    let path = |name: &&str| known(alert, name).filter(|path| ends(path).is_none());
    let value = FILES.iter().find_map(path)?;
    let any: Vec<String> = FILES.iter().map(|name| equal(name, &value)).collect();
    let condition = guarded(format!("({})", any.join(" or ")), place(alert));
    Some(Tied { tie: Tie::File, by: "file", condition, value })
}

/// No place guards it: that another host speaks to the same address is what one wants to see.
fn address(alert: &dyn Fields) -> Option<Tied> {
    let named = |name: &str| spelled(&known(alert, name)?);
    let found =
        named("fd.rip").or_else(|| of_connection(alert)).or_else(|| named("fd.sip")).or_else(|| named("fd.cip"));
    let Some(text) = found else { return CALLERS.iter().find_map(|name| one(alert, Tie::Address, name)) };
    // Without a `.` that stands for anything, and only where the whole name is that of a connection.
    let own = text.replace('.', "[.]");
    let condition = format!("(fd.ip = {text} or fd.name regex \"([0-9a-fA-F.:]+->)?{own}:[0-9]+(->[0-9a-fA-F.:]+)?\")");
    Some(Tied { tie: Tie::Address, by: "address", condition, value: text.into_bytes() })
}

/// An address as the alert spells it: names of connections are compared as text.
fn spelled(raw: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(raw).ok()?;
    text.parse::<IpAddr>().is_ok().then(|| text.to_owned())
}

/// The other end of the connection that `fd.name` spells as `CLIENT:PORT->SERVER:PORT`: which it is the call tells, or
/// the port; else the server's.
fn of_connection(alert: &dyn Fields) -> Option<String> {
    let (client, server) = ends(&known(alert, "fd.name")?)?;
    let call = known(alert, "evt.type").unwrap_or_default();
    let port = known(alert, "fd.rport").unwrap_or_default();
    let is_clients = call.starts_with(b"accept") || (!call.starts_with(b"connect") && port == client.1.as_bytes());
    Some(if is_clients { client.0 } else { server.0 })
}

/// An address and its port, as text.
pub(crate) type End = (String, String);

/// Both ends of a connection's name; `None` for a file's, whatever stands in it.
pub(crate) fn ends(name: &[u8]) -> Option<(End, End)> {
    let end = |text: &str| {
        let (address, port) = text.rsplit_once(':')?;
        let is_end = address.parse::<IpAddr>().is_ok() && port.parse::<u16>().is_ok();
        is_end.then(|| (address.to_owned(), port.to_owned()))
    };
    let (client, server) = std::str::from_utf8(name).ok()?.split_once("->")?;
    Some((end(client)?, end(server)?))
}

/// The values of one row, for [`tied`], read from the columns.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen(Vec<(String, Owned)>);

impl Seen {
    /// One value.
    pub(crate) fn one(name: &str, value: Owned) -> Self {
        Self(vec![(name.to_owned(), value)])
    }
    /// `None`: a value that may matter is too long for the columns, so that the line must be read.
    pub(crate) fn of(snapshot: &Snapshot, row: RowId) -> Option<Self> {
        let mut seen = Self::default();
        for name in names() {
            if let Some(cell) = snapshot.cell(row, Scope::of(&name), &name) {
                seen.0.push((name, cell.read(|value: Value<'_>| value.to_owned())?));
            }
        }
        (!snapshot.segment(row)?.leaves_names_out()).then_some(seen)
    }
}

/// Every name that a tie may be known by.
fn names() -> Vec<String> {
    let plain = ["rule", "hostname", "evt.hostname", "container.id", "container.name", "proc.pid", "proc.ppid"];
    let more = ["proc.name", "user.name", "user.uid", "user.loginuid", "evt.type", "fd.rip", "fd.sip", "fd.cip"];
    let pods = PODS.iter().flat_map(|(pod, space)| [*pod, *space]);
    let sessions = SESSIONS.iter().map(|(name, _)| *name);
    let fixed = plain.into_iter().chain(more).chain(["fd.rport"]).chain(FILES).chain(ACCOUNTS).chain(CALLERS);
    let indexed = (1..=ANCESTORS).map(|index| format!("proc.apid[{index}]"));
    fixed.chain(pods).chain(sessions).map(str::to_owned).chain(indexed).collect()
}

impl Fields for Seen {
    fn field(&self, name: &str) -> Option<Value<'_>> {
        let (_, value) = self.0.iter().find(|(known, _)| known == name)?;
        Some(value.borrow()).filter(|value| *value != Value::Null)
    }
    fn has_word(&self, _: &Word) -> bool {
        false
    }
}

#[cfg(test)]
#[path = "tie_tests.rs"]
mod tests;
