//! What may stand in a placeholder: the types of values of the playbook format, and what each accepts.
//!
//! Lives here: strict checks of bytes that an attacker may have chosen. Not here: quoting (`base::quoted`), where a
//! placeholder stands in a command (`template`). Imports: `base`. Promise: a value is taken as it is or refused with
//! the rule that it broke; it is never repaired.

use std::net::IpAddr;

use crate::analysis::moment::{self, Form};
use crate::base::clean::is_hidden;

/// A placeholder of a template: `@{field|field2:type:LABEL}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hole {
    /// The fields that may fill it, best first.
    pub(crate) fields: Vec<String>,
    /// What it accepts.
    pub(crate) accepts: ValueType,
    /// The name of the gap that it leaves: `PID`.
    pub(crate) label: String,
}

impl Hole {
    /// Reads what stands between `@{` and `}`; on `Err`, what is wrong with it.
    pub(crate) fn parse(inner: &str) -> Result<Self, String> {
        let mut parts = inner.split(':');
        let fields: Vec<String> = parts.next().unwrap_or_default().split('|').map(str::to_owned).collect();
        let kind = parts.next().ok_or_else(|| format!("@{{{inner}}} has no type"))?;
        let accepts = ValueType::parse(kind).ok_or_else(|| format!("@{{{inner}}}: unknown type {kind}"))?;
        let label = parts.next().map_or_else(|| kind.to_ascii_uppercase(), str::to_owned);
        if parts.next().is_some() || fields.iter().any(String::is_empty) || !is_label(&label) {
            return Err(format!("@{{{inner}}}: field|field:type:LABEL expected"));
        }
        Ok(Self { fields, accepts, label })
    }
}

fn is_label(label: &str) -> bool {
    !label.is_empty() && label.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b"_()+-".contains(&b))
}

/// The type of a placeholder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ValueType {
    /// A process id that may be signalled: not 0, not 1.
    Pid,
    /// A user id; the two spellings of "unset" are none.
    Uid,
    /// An absolute path of a file that exists under this name.
    Path,
    /// 12 or 64 hexadecimal digits.
    ContainerId,
    /// A name as container runtimes allow it.
    ContainerName,
    /// The key of a Kubernetes label.
    K8sLabel,
    /// A DNS-1123 subdomain.
    K8sName,
    /// A DNS-1123 label.
    K8sNs,
    /// A login name.
    User,
    /// A process name as the kernel keeps it.
    Comm,
    /// A harmless word.
    Word,
    /// A user of a cluster: `system:serviceaccount:ns:name`, a mail address.
    K8sUser,
    /// A kind of Kubernetes objects.
    K8sKind,
    /// The name of an image, with or without tag or digest.
    Image,
    /// One IPv4 or IPv6 address.
    Ip,
    /// The same, but none that means this machine: it is going to be blocked.
    RemoteIp,
    /// A port of TCP or UDP.
    Port,
    /// A host's name.
    Host,
    /// A mail address.
    Email,
    /// The owner or the name of a repository.
    Repo,
    /// An ARN of AWS.
    Arn,
    /// An id of AWS: of an access key, a principal.
    AwsId,
    /// A region of AWS.
    Region,
    /// The name of a rule.
    RuleName,
    /// An instant, moved by so many seconds.
    Time(Form, i64),
    /// Anything; for texts, never in a command.
    Text,
}

/// Types without parameters, by their names in playbooks.
const NAMES: [(&str, ValueType); 25] = [
    ("pid", ValueType::Pid),
    ("uid", ValueType::Uid),
    ("path", ValueType::Path),
    ("container_id", ValueType::ContainerId),
    ("container_name", ValueType::ContainerName),
    ("k8s_label", ValueType::K8sLabel),
    ("k8s_name", ValueType::K8sName),
    ("k8s_ns", ValueType::K8sNs),
    ("user", ValueType::User),
    ("comm", ValueType::Comm),
    ("word", ValueType::Word),
    ("k8s_user", ValueType::K8sUser),
    ("k8s_kind", ValueType::K8sKind),
    ("image", ValueType::Image),
    ("ip", ValueType::Ip),
    ("remote_ip", ValueType::RemoteIp),
    ("port", ValueType::Port),
    ("host", ValueType::Host),
    ("email", ValueType::Email),
    ("repo", ValueType::Repo),
    ("arn", ValueType::Arn),
    ("aws_id", ValueType::AwsId),
    ("region", ValueType::Region),
    ("rule_name", ValueType::RuleName),
    ("text", ValueType::Text),
];

impl ValueType {
    /// Reads `pid` or `time(-15m)`; `None`: no such type.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if let Some((_, plain)) = NAMES.iter().find(|(name, _)| *name == text) {
            return Some(*plain);
        }
        let (form, shift) = text.strip_suffix(')')?.split_once('(')?;
        Some(Self::Time(Form::parse(form)?, moment::shift_seconds(shift)?))
    }

    /// Its name in playbooks: `pid`, `time`.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Time(form, _) => form.name().to_owned(),
            plain => {
                NAMES.iter().find(|(_, kind)| *kind == plain).map_or_else(String::new, |(name, _)| (*name).to_owned())
            }
        }
    }

    /// What goes into a command for a value of the alert; on `Err`, the rule that the value broke.
    pub(crate) fn accept(self, raw: &[u8]) -> Result<Vec<u8>, &'static str> {
        match self {
            Self::Time(form, shift) => moment::shifted(raw, form, shift).map(String::into_bytes),
            Self::Text => Err("text has no place in a command"),
            other => other.broken_rule(raw).map_or_else(|| Ok(raw.to_vec()), Err),
        }
    }

    /// The same for a value that the analyst typed: an instant is taken as the one that is meant, not moved.
    pub(crate) fn accept_typed(self, raw: &[u8]) -> Result<Vec<u8>, &'static str> {
        match self {
            Self::Time(form, _) => moment::typed(raw, form).map(String::into_bytes),
            other => other.accept(raw),
        }
    }

    /// Which rule `raw` breaks; `None`: none.
    fn broken_rule(self, raw: &[u8]) -> Option<&'static str> {
        let (good, rule) = match self {
            Self::Pid => (is_number(raw, 2, 4_194_304), "a process id is a number from 2 to 4194304"),
            Self::Uid => (is_number(raw, 0, 4_294_967_294), "a user id is a number from 0 to 4294967294"),
            Self::Path => return broken_path_rule(raw),
            Self::ContainerId => (is_container_id(raw), "a container id is 12 or 64 lower-case hexadecimal digits"),
            Self::ContainerName => (is_name(raw, 128, b"_.-"), "letters, digits and _.- only, a letter or digit first"),
            Self::K8sLabel => (is_k8s_label(raw), "a label's key is [prefix/]name"),
            Self::K8sName => (is_dns_subdomain(raw), "lower-case letters, digits, - and . only, as in a DNS name"),
            Self::K8sNs => (is_dns_label(raw), "lower-case letters, digits and - only, at most 63"),
            Self::User => (is_user(raw), "a login name has letters, digits and _.- only, no digit first, at most 32"),
            Self::Comm => (is_comm(raw), "a process name is 1 to 15 printable bytes without /"),
            Self::Word => (is_word(raw), "letters, digits and _.:@+- only, at most 128, no - first"),
            Self::K8sUser => (is_of(raw, 253, b"_.:@/+-"), "letters, digits and _.:@/+- only, at most 253, no - first"),
            Self::K8sKind => (is_k8s_kind(raw), "a kind is lower-case letters, digits and dots, a letter first"),
            Self::Image => (is_image(raw), "an image's name is lower-case letters, digits and ._/:@- only"),
            Self::Ip => (ip(raw).is_some(), "one IPv4 or IPv6 address"),
            Self::RemoteIp => (ip(raw).is_some_and(is_remote), "one IPv4 or IPv6 address of another machine"),
            Self::Port => (is_number(raw, 1, 65_535), "a port is a number from 1 to 65535"),
            Self::Host => (is_host(raw), "a host's name is letters, digits, - and . only, as in DNS"),
            Self::Email => (is_email(raw), "a mail address is name@host"),
            Self::Repo => (is_repo(raw), "letters, digits and _.- only, at most 100, neither . nor .. nor - first"),
            Self::Arn => (is_arn(raw), "an ARN is arn:aws:… without blanks, at most 2048"),
            Self::AwsId => (is_aws_id(raw), "an id of AWS is 16 to 128 capitals and digits"),
            Self::Region => (is_region(raw), "a region is like eu-central-1"),
            Self::RuleName => (is_rule_name(raw), "a rule's name is 1 to 200 printable characters"),
            Self::Time(..) | Self::Text => (true, ""),
        };
        (!good).then_some(rule)
    }
}

fn is_number(raw: &[u8], least: u64, most: u64) -> bool {
    let plain = raw.iter().all(u8::is_ascii_digit) && (raw.len() == 1 || !raw.starts_with(b"0"));
    let number = std::str::from_utf8(raw).ok().and_then(|text| text.parse().ok());
    plain && number.is_some_and(|n: u64| (least..=most).contains(&n))
}

fn broken_path_rule(raw: &[u8]) -> Option<&'static str> {
    let rules = [
        (!raw.starts_with(b"/"), "a path starts with /"),
        (raw.len() > 4095, "a path has at most 4095 bytes"),
        (raw.iter().any(|b| matches!(b, 0 | b'\n' | b'\r')), "a path with a NUL or a line break is not passed on"),
        (raw.ends_with(b" (deleted)"), "the file is deleted, the path leads nowhere or to another file"),
        (raw.starts_with(b"/memfd:"), "the program is in memory only, there is no file"),
    ];
    rules.into_iter().find(|(broken, _)| *broken).map(|(_, rule)| rule)
}

fn is_container_id(raw: &[u8]) -> bool {
    matches!(raw.len(), 12 | 64) && raw.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// A letter or digit, then letters, digits and `more`; at most `longest` bytes.
fn is_name(raw: &[u8], longest: usize, more: &[u8]) -> bool {
    raw.len() <= longest
        && raw.first().is_some_and(u8::is_ascii_alphanumeric)
        && raw.iter().all(|b| b.is_ascii_alphanumeric() || more.contains(b))
}

fn is_dns_label(raw: &[u8]) -> bool {
    is_name(raw, 63, b"-") && !raw.ends_with(b"-") && !raw.iter().any(u8::is_ascii_uppercase)
}

fn is_dns_subdomain(raw: &[u8]) -> bool {
    raw.len() <= 253 && raw.split(|b| *b == b'.').all(is_dns_label)
}

fn is_k8s_label(raw: &[u8]) -> bool {
    match raw.iter().position(|b| *b == b'/') {
        Some(slash) => {
            let (prefix, name) = raw.split_at(slash);
            is_dns_subdomain(prefix) && is_name(name.get(1..).unwrap_or_default(), 63, b"_.-")
        }
        None => is_name(raw, 63, b"_.-"),
    }
}

fn is_user(raw: &[u8]) -> bool {
    let (first, rest) = raw.split_first().map_or((b'-', raw), |(first, rest)| (*first, rest));
    (first.is_ascii_alphabetic() || first == b'_')
        && rest.len() <= 31
        && rest.iter().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(b))
}

/// Letters, digits and `more`, no `-` first, at most `longest`.
fn is_of(raw: &[u8], longest: usize, more: &[u8]) -> bool {
    (1..=longest).contains(&raw.len())
        && !raw.starts_with(b"-")
        && raw.iter().all(|b| b.is_ascii_alphanumeric() || more.contains(b))
}

fn is_k8s_kind(raw: &[u8]) -> bool {
    let first = raw.first().is_some_and(u8::is_ascii_lowercase);
    first && raw.len() <= 253 && raw.iter().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'.'))
}

fn is_image(raw: &[u8]) -> bool {
    let first = raw.first().is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    first && is_of(raw, 255, b"._/:@-")
}

fn ip(raw: &[u8]) -> Option<IpAddr> {
    std::str::from_utf8(raw).ok()?.parse().ok()
}

fn is_remote(address: IpAddr) -> bool {
    let address = address.to_canonical();
    !address.is_loopback() && !address.is_unspecified() && !address.is_multicast()
}

fn is_host(raw: &[u8]) -> bool {
    let label = |label: &[u8]| is_name(label, 63, b"-") && !label.ends_with(b"-");
    raw.len() <= 253 && raw.split(|b| *b == b'.').all(label)
}

fn is_email(raw: &[u8]) -> bool {
    let at = raw.iter().position(|b| *b == b'@').unwrap_or(raw.len());
    let (name, host) = raw.split_at(at);
    is_of(name, 64, b"._%+-") && is_host(host.get(1..).unwrap_or_default())
}

fn is_repo(raw: &[u8]) -> bool {
    is_of(raw, 100, b"_.-") && !matches!(raw, b"." | b"..")
}

fn is_arn(raw: &[u8]) -> bool {
    let partition = raw.strip_prefix(b"arn:aws").and_then(|rest| rest.split(|b| *b == b':').next());
    let good = partition.is_some_and(|p| p.iter().all(|b| b.is_ascii_lowercase() || *b == b'-'));
    good && raw.split(|b| *b == b':').count() > 5 && is_of(raw, 2048, b"_+=,.@:/-")
}

fn is_aws_id(raw: &[u8]) -> bool {
    (16..=128).contains(&raw.len()) && raw.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// `eu-central-1`, `us-gov-west-1`: two letters, words, a digit.
fn is_region(raw: &[u8]) -> bool {
    let parts: Vec<&[u8]> = raw.split(|b| *b == b'-').collect();
    let [land, words @ .., number] = parts.as_slice() else { return false };
    let is_word = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_lowercase);
    land.len() == 2
        && is_word(land)
        && !words.is_empty()
        && words.iter().all(|word| is_word(word))
        && matches!(number, [b'0'..=b'9'])
}

fn is_comm(raw: &[u8]) -> bool {
    (1..=15).contains(&raw.len()) && raw.iter().all(|b| matches!(b, b' '..=b'~') && *b != b'/')
}

fn is_word(raw: &[u8]) -> bool {
    is_of(raw, 128, b"_.:@+-")
}

fn is_rule_name(raw: &[u8]) -> bool {
    std::str::from_utf8(raw).is_ok_and(|name| (1..=200).contains(&name.chars().count()) && !name.chars().any(is_hidden))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_taken_as_it_is_or_refused() {
        let long = format!("/{}", "a".repeat(4095));
        let cases: [(&str, &[&str], &[&str]); 24] = [
            ("pid", &["2", "4194304"], &["", "0", "1", "-5", "007", "4194305", "1e3", "12 ", "99999999999999999999"]),
            ("uid", &["0", "1000", "4294967294"], &["-1", "4294967295", "00", ""]),
            (
                "path",
                &["/", "/a b", "/-rf", "/\u{1b}[31m"],
                &["", "a", "/a\nb", "/a\r", "/a (deleted)", "/memfd:x", &long],
            ),
            ("container_id", &["dca990c78804"], &["host", "", "DCA990C78804", "dca990c7880", "dca990c788045"]),
            ("container_name", &["web-1_a.b"], &["", "-web", ".web", "a b", "a/b"]),
            ("k8s_label", &["app", "app.kubernetes.io/name", "a_B.c"], &["", "-a", "/a", "a/", "A/b/c", "a b"]),
            ("k8s_name", &["web-0", "a.b"], &["", "a..b", "-a", "a-", "Web", "a_b", "a."]),
            ("k8s_ns", &["default"], &["", "a.b", "kube system"]),
            ("user", &["root", "_apt", "a.b-c"], &["", "<NA>", "0", "-r", "1abc", "a b", "$(id)"]),
            ("comm", &["ln", "kworker: 1", "-sh"], &["", "a/b", "sixteen-letters!", "a\tb", "\u{e9}"]),
            ("word", &["a.b:c@d+e-f"], &["", "-a", "a b", "a/b", "a;b"]),
            ("k8s_user", &["system:serviceaccount:a:b", "x@y.z", "kube-admin/1"], &["", "-a", "a b", "a;b", "a$b"]),
            ("k8s_kind", &["pods", "roles.rbac.authorization.k8s.io"], &["", "Pods", ".a", "a/b", "-a"]),
            ("image", &["falcosecurity/event-generator", "r.io:5000/a@sha256:0f"], &["", "-a", "A", "a b", "a;b"]),
            ("ip", &["10.0.0.1", "::1", "fe80::1"], &["", "10.0.0", "10.0.0.1/8", "1.2.3.4 ", "a", "010.0.0.1"]),
            ("remote_ip", &["203.0.113.7", "2001:db8::1"], &["127.0.0.1", "0.0.0.0", "::", "::1", "::ffff:127.0.0.1"]),
            ("port", &["1", "65535"], &["0", "65536", "-1", "", "ssh"]),
            ("host", &["node-a", "a.B.c"], &["", "-a", "a-", "a..b", "a_b", "a b"]),
            ("email", &["a.b+c@d.e"], &["", "a", "@b", "a@", "a@b@c", "-a@b", "a b@c"]),
            ("repo", &["stoop", ".github", "a_b.c"], &["", ".", "..", "-a", "a/b", "a b"]),
            (
                "arn",
                &["arn:aws:iam::123456789012:user/lea", "arn:aws-cn:s3:::b"],
                &["", "arn:aws:iam", "arn:aws:iam::1:user/a b", "arn:gcp:a:b:c:d"],
            ),
            ("aws_id", &["AKIAIOSFODNN7EXAMPLE"], &["", "AKIA", "akiaiosfodnn7example", "AKIAIOSFODNN7 EXAMPLE"]),
            (
                "region",
                &["eu-central-1", "us-gov-west-1"],
                &["", "eu-1", "eu-central-", "EU-central-1", "eu-central-12"],
            ),
            ("rule_name", &["Clear Log Activities", "Ü"], &["", "a\u{202e}b", "a\nb"]),
        ];
        for (kind, good, bad) in cases {
            let kind = ValueType::parse(kind).unwrap();
            for raw in good {
                assert_eq!(kind.accept(raw.as_bytes()).as_deref(), Ok(raw.as_bytes()), "{kind:?} {raw:?}");
            }
            for raw in bad {
                assert!(kind.accept(raw.as_bytes()).is_err(), "{kind:?} {raw:?}");
            }
        }
    }

    #[test]
    fn a_placeholder_without_a_known_type_is_an_error() {
        for bad in
            ["proc.pid", "proc.pid:pidd", "proc.pid:pid:<PID>", ":pid:PID", "a|:pid:PID", "time:time:T", "a:pid:A:B"]
        {
            assert!(Hole::parse(bad).is_err(), "{bad}");
        }
        let hole = Hole::parse("fd.rip|fd.sip:time(-1h):SINCE").unwrap();
        assert_eq!((hole.fields.len(), hole.label.as_str()), (2, "SINCE"));
    }
}
