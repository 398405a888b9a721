//! What the names in the sentences of Falco's rules stand for.
//!
//! Lives here: the table, from the outputs of the rules that Falco has shipped, checked against captured alerts. Imports:
//! nothing. Promise: a name that means different fields in different rules is here only where its value tells which.

use std::sync::LazyLock;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// What a value has to look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Anything.
    Text,
    /// An integer.
    Number,
    /// The container's id where it looks like one, else its name.
    Container,
    /// A repository, perhaps with a tag.
    Image,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key<'a> {
    /// The field.
    pub(super) field: &'a str,
    /// What its value looks like.
    pub(super) kind: Kind,
}

/// The meaning of a name in the sentences of rules on system calls; `None`: it has none that is certain.
pub(super) fn key(name: &[u8]) -> Option<Key<'_>> {
    if let Some(key) = BY_NAME.get(name) {
        return Some(*key);
    }
    memchr::memchr(b'.', name)?;
    let name = std::str::from_utf8(name).ok()?;
    dotted(name).then_some(Key { field: name, kind: Kind::Text })
}

/// The same for the names that rules on Kubernetes' audit log use otherwise.
pub(super) fn audit_key(name: &[u8]) -> Option<Key<'static>> {
    let (_, field) = AUDIT_KEYS.iter().find(|(own, _)| own.as_bytes() == name)?;
    Some(Key { field, kind: Kind::Text })
}

/// Whether it is a field's own name: `proc.aname[2]`.
fn dotted(name: &str) -> bool {
    let is_letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._[]/".contains(&b);
    let class = name.split('.').next().unwrap_or_default();
    class.len() < name.len() && name.bytes().all(is_letter) && CLASSES.contains(&class) && !name.ends_with('.')
}

const CLASSES: [&str; 17] = [
    "al",
    "container",
    "ct",
    "evt",
    "fd",
    "fdlist",
    "fs",
    "gcp",
    "github",
    "group",
    "jevt",
    "k8s",
    "ka",
    "okta",
    "proc",
    "thread",
    "user",
];

const AUDIT_KEYS: [(&str, &str); 12] = [
    ("user", "ka.user.name"),
    ("verb", "ka.verb"),
    ("uri", "ka.uri"),
    ("resp", "ka.response.code"),
    ("resource", "ka.target.resource"),
    ("ns", "ka.target.namespace"),
    ("target", "ka.target.name"),
    ("pod", "ka.target.name"),
    ("action", "ka.target.subresource"),
    ("serviceaccount", "ka.target.name"),
    ("decision", "ka.auth.decision"),
    ("reason", "ka.auth.reason"),
];

const KEYS: [(&str, &str, Kind); 85] = [
    ("aname[2]", "proc.aname[2]", Kind::Text),
    ("aname[3]", "proc.aname[3]", Kind::Text),
    ("aname[4]", "proc.aname[4]", Kind::Text),
    ("aname[5]", "proc.aname[5]", Kind::Text),
    ("aname[6]", "proc.aname[6]", Kind::Text),
    ("aname[7]", "proc.aname[7]", Kind::Text),
    ("cap_effective", "thread.cap_effective", Kind::Text),
    ("cmdline", "proc.cmdline", Kind::Text),
    ("command", "proc.cmdline", Kind::Text),
    ("connection", "fd.name", Kind::Text),
    ("container", "container.id", Kind::Container),
    ("container_full_id", "container.full_id", Kind::Text),
    ("container_id", "container.id", Kind::Text),
    ("container_image", "container.image.repository", Kind::Image),
    ("container_image_digest", "container.image.digest", Kind::Text),
    ("container_image_id", "container.image.id", Kind::Text),
    ("container_image_repository", "container.image.repository", Kind::Text),
    ("container_image_tag", "container.image.tag", Kind::Text),
    ("container_ip", "container.ip", Kind::Text),
    ("container_name", "container.name", Kind::Text),
    ("container_privileged", "container.privileged", Kind::Text),
    ("container_start_ts", "container.start_ts", Kind::Number),
    ("container_type", "container.type", Kind::Text),
    ("cwd", "proc.cwd", Kind::Text),
    ("evt_args", "evt.args", Kind::Text),
    ("evt_dir", "evt.dir", Kind::Text),
    ("evt_hostname", "evt.hostname", Kind::Text),
    ("evt_res", "evt.res", Kind::Text),
    ("evt_type", "evt.type", Kind::Text),
    ("exe_flags", "evt.arg.flags", Kind::Text),
    ("exepath", "proc.exepath", Kind::Text),
    ("fd_cip", "fd.cip", Kind::Text),
    ("fd_cport", "fd.cport", Kind::Number),
    ("fd_l4proto", "fd.l4proto", Kind::Text),
    ("fd_lip", "fd.lip", Kind::Text),
    ("fd_lport", "fd.lport", Kind::Number),
    ("fd_name", "fd.name", Kind::Text),
    ("fd_nameraw", "fd.nameraw", Kind::Text),
    ("fd_proto", "fd.l4proto", Kind::Text),
    ("fd_rip", "fd.rip", Kind::Text),
    ("fd_rport", "fd.rport", Kind::Number),
    ("fd_sip", "fd.sip", Kind::Text),
    ("fd_sport", "fd.sport", Kind::Number),
    ("fd_type", "fd.type", Kind::Text),
    ("file", "fd.name", Kind::Text),
    ("fileraw", "fd.nameraw", Kind::Text),
    ("flags", "evt.arg.flags", Kind::Text),
    ("gggparent", "proc.aname[4]", Kind::Text),
    ("ggparent", "proc.aname[3]", Kind::Text),
    ("gparent", "proc.aname[2]", Kind::Text),
    ("group_gid", "group.gid", Kind::Number),
    ("group_name", "group.name", Kind::Text),
    ("image", "container.image.repository", Kind::Image),
    ("k8s.ns", "k8s.ns.name", Kind::Text),
    ("k8s.pod", "k8s.pod.name", Kind::Text),
    ("k8s_ns", "k8s.ns.name", Kind::Text),
    ("k8s_ns_name", "k8s.ns.name", Kind::Text),
    ("k8s_pod_id", "k8s.pod.id", Kind::Text),
    ("k8s_pod_name", "k8s.pod.name", Kind::Text),
    ("lport", "fd.lport", Kind::Number),
    ("parent", "proc.pname", Kind::Text),
    ("parent_exe", "proc.pexe", Kind::Text),
    ("parent_exepath", "proc.pexepath", Kind::Text),
    ("pcmdline", "proc.pcmdline", Kind::Text),
    ("proc_args", "proc.args", Kind::Text),
    ("proc_cmdline", "proc.cmdline", Kind::Text),
    ("proc_cwd", "proc.cwd", Kind::Text),
    ("proc_exe", "proc.exe", Kind::Text),
    ("proc_exe_ino_ctime", "proc.exe_ino.ctime", Kind::Number),
    ("proc_exe_ino_ctime_duration_proc_start", "proc.exe_ino.ctime_duration_proc_start", Kind::Number),
    ("proc_exe_ino_mtime", "proc.exe_ino.mtime", Kind::Number),
    ("proc_exepath", "proc.exepath", Kind::Text),
    ("proc_name", "proc.name", Kind::Text),
    ("proc_pcmdline", "proc.pcmdline", Kind::Text),
    ("proc_pid", "proc.pid", Kind::Number),
    ("proc_pname", "proc.pname", Kind::Text),
    ("proc_sname", "proc.sname", Kind::Text),
    ("process", "proc.name", Kind::Text),
    ("rport", "fd.rport", Kind::Number),
    ("socket_info", "evt.args", Kind::Text),
    ("terminal", "proc.tty", Kind::Number),
    ("user", "user.name", Kind::Text),
    ("user_loginname", "user.loginname", Kind::Text),
    ("user_loginuid", "user.loginuid", Kind::Number),
    ("user_uid", "user.uid", Kind::Number),
];

/// The same, found at once: every `=` in a sentence is asked about.
static BY_NAME: LazyLock<HashMap<&[u8], Key<'static>, FixedState>> = LazyLock::new(|| {
    let pair = |(name, field, kind): &(&'static str, &'static str, Kind)| (name.as_bytes(), Key { field, kind: *kind });
    KEYS.iter().map(pair).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_mean_one_field_each_and_are_in_order() {
        for pair in KEYS.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{} is twice or out of order", pair[1].0);
        }
        let cases =
            [("proc.aname[2]", true), ("evt.arg.flags", true), ("evt.", false), ("x.y", false), ("proc", false)];
        for (name, want) in cases {
            assert_eq!(key(name.as_bytes()).is_some(), want, "{name}");
        }
    }
}
