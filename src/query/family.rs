//! Names that stand for several fields of an alert: both ends of a connection, all ancestors of a process.
//!
//! Falco derives these while an event is fresh; an alert only has what its rule prints, so they are put together again
//! from that. Lives here: which fields a name stands for, and what a comparison with all of them is. Imports: nothing.
//! Promise: what no field of the alert tells is absent.

use crate::query::prefilter::needle;
use crate::query::tree::{Check, Comparison, Family, Kind, Left, Node, Test, Unsaid};

/// A name, the fields that it stands for, and whether `!=` wants all of them to differ.
struct Stands {
    name: &'static str,
    fields: &'static [&'static str],
    differs: Differs,
}

/// What `!=` asks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Differs {
    /// Every field that is there differs.
    All,
    /// One of them does, as in Falco.
    Any,
}

const STANDS: [Stands; 13] = [
    Stands { name: "fd.ip", fields: &["fd.sip", "fd.cip", "fd.lip", "fd.rip"], differs: Differs::All },
    Stands { name: "fd.port", fields: &["fd.sport", "fd.cport", "fd.lport", "fd.rport"], differs: Differs::All },
    Stands { name: "fd.net", fields: &["fd.sip", "fd.cip", "fd.lip", "fd.rip"], differs: Differs::All },
    Stands { name: "fd.snet", fields: &["fd.sip"], differs: Differs::All },
    Stands { name: "fd.cnet", fields: &["fd.cip"], differs: Differs::All },
    Stands { name: "fd.lnet", fields: &["fd.lip"], differs: Differs::All },
    Stands { name: "fd.rnet", fields: &["fd.rip"], differs: Differs::All },
    Stands { name: "proc.aname", fields: &["proc.pname"], differs: Differs::Any },
    Stands { name: "proc.apid", fields: &["proc.ppid"], differs: Differs::Any },
    Stands { name: "proc.aexe", fields: &["proc.pexe"], differs: Differs::Any },
    Stands { name: "proc.aexepath", fields: &["proc.pexepath"], differs: Differs::Any },
    Stands { name: "proc.acmdline", fields: &["proc.pcmdline"], differs: Differs::Any },
    Stands { name: "proc.aenv", fields: &[], differs: Differs::Any },
];

/// The fields of ancestors have an index, 1 for the parent; no rule of Falco's prints one that is further up.
const FURTHEST_ANCESTOR: usize = 16;

/// Names that compare with networks.
const NETWORKS: [&str; 5] = ["fd.net", "fd.snet", "fd.cnet", "fd.lnet", "fd.rnet"];
/// Names of addresses.
const ADDRESSES: [&str; 5] = ["fd.ip", "fd.sip", "fd.cip", "fd.lip", "fd.rip"];

/// How the values of a name compare.
pub(crate) fn kind(name: &str) -> Kind {
    match name {
        "priority" => Kind::Severity,
        "time" => Kind::Moment,
        _ if NETWORKS.contains(&name) => Kind::Network,
        _ if ADDRESSES.contains(&name) => Kind::Address,
        _ => Kind::Plain,
    }
}

/// The node of a comparison: with one field, or with all for which the name stands.
pub(crate) fn compared(left: Left, test: Test) -> Node {
    let needle = needle(&left, &test);
    let Some(stands) = STANDS.iter().find(|stands| stands.name == left.name) else {
        return Node::Check(Check { left, test, needle });
    };
    let node = if is_unequal(&test) && stands.differs == Differs::All {
        let same = any(stands, &left, &equal(test.clone()));
        Node::And(vec![any(stands, &left, &Test::Exists), Node::Not(Box::new(same))])
    } else {
        any(stands, &left, &test)
    };
    Node::Family(Box::new(Family { left, node, test, needle }))
}

/// The fields that a comparison with `name` looks at; most names are a field's own.
pub(crate) fn looked_at(name: &str) -> Vec<String> {
    let stands = STANDS.iter().find(|stands| stands.name == name);
    stands.map_or_else(|| vec![name.to_owned()], |stands| stands.members().collect())
}

/// Whether one of the fields passes the test.
fn any(stands: &Stands, left: &Left, test: &Test) -> Node {
    let check = |name: String| {
        let left = Left { name, ..left.clone() };
        Node::Check(Check { left, test: test.clone(), needle: Err(Unsaid::Whole) })
    };
    Node::Or(stands.members().map(check).collect())
}

impl Stands {
    /// The fields, and the name itself, should an alert have that.
    fn members(&self) -> impl Iterator<Item = String> {
        let ancestors = if self.name.starts_with("proc.") { FURTHEST_ANCESTOR } else { 0 };
        let ancestors = (1..=ancestors).map(|index| format!("{}[{index}]", self.name));
        self.fields.iter().map(|field| (*field).to_owned()).chain([self.name.to_owned()]).chain(ancestors)
    }
}

fn is_unequal(test: &Test) -> bool {
    matches!(test, Test::Compare(Comparison::NotEqual, _))
}

fn equal(test: Test) -> Test {
    match test {
        Test::Compare(Comparison::NotEqual, literal) => Test::Compare(Comparison::Equal, literal),
        other => other,
    }
}
