//! The six rules of the sample night as Falco prints them: sentence, `label=field` list, tags; and the writing of a line.
//!
//! Lives here: what falcosecurity/rules 4.0 says of these rules, and Falco 0.39's JSON (keys sorted, no blanks). Imports:
//! nothing. Promise: `output` and `output_fields` are made from one list, so they agree.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

/// Nanoseconds in a second.
pub(crate) const SECOND: u64 = 1_000_000_000;
/// 2024-10-05T00:00:00Z, in seconds since the epoch.
pub(crate) const FIRST_DAY: u64 = 1_728_086_400;

/// What a rule prints.
pub(crate) struct Rule {
    name: &'static str,
    priority: &'static str,
    /// The sentence before the ` | `.
    sentence: &'static str,
    /// `label=field`, parted by blanks: what stands before and behind the part that all six have.
    first: &'static str,
    last: &'static str,
    /// As Falco sorts them.
    tags: &'static str,
}

/// What all six rules print, and what Falco adds about the container.
const COMMON: &str = "evt_type=evt.type user=user.name user_uid=user.uid user_loginuid=user.loginuid process=proc.name \
     proc_exepath=proc.exepath parent=proc.pname command=proc.cmdline terminal=proc.tty";
const CONTAINER: &str = "container_id=container.id container_name=container.name";

/// A program that the image did not bring was started in a container.
pub(crate) const DROP_BINARY: Rule = Rule {
    name: "Drop and execute new binary in container",
    priority: "Critical",
    sentence: "Executing binary not part of base image",
    first: "proc_exe=proc.exe proc_sname=proc.sname gparent=proc.aname[2] proc_exe_ino_ctime=proc.exe_ino.ctime \
            proc_exe_ino_mtime=proc.exe_ino.mtime \
            proc_exe_ino_ctime_duration_proc_start=proc.exe_ino.ctime_duration_proc_start proc_cwd=proc.cwd \
            container_start_ts=container.start_ts",
    last: "exe_flags=evt.arg.flags",
    tags: "PCI_DSS_11.5.1 TA0003 container maturity_stable mitre_persistence process",
};

/// A log file was opened for writing over what it holds.
pub(crate) const CLEAR_LOG: Rule = Rule {
    name: "Clear Log Activities",
    priority: "Warning",
    sentence: "Log files were tampered",
    first: "file=fd.name",
    last: "",
    tags: "NIST_800-53_AU-10 T1070 container filesystem host maturity_stable mitre_defense_evasion",
};

/// A program that has no business there read a password file.
pub(crate) const READ_SENSITIVE: Rule = Rule {
    name: "Read sensitive file untrusted",
    priority: "Warning",
    sentence: "Sensitive file opened for reading by non-trusted program",
    first: "file=fd.name gparent=proc.aname[2] ggparent=proc.aname[3] gggparent=proc.aname[4]",
    last: "",
    tags: "T1555 container filesystem host maturity_stable mitre_credential_access",
};

/// Somebody opened a shell with a terminal in a container.
pub(crate) const TERMINAL_SHELL: Rule = Rule {
    name: "Terminal shell in container",
    priority: "Notice",
    sentence: "A shell was spawned in a container with an attached terminal",
    first: "",
    last: "exe_flags=evt.arg.flags",
    tags: "T1059 container maturity_stable mitre_execution shell",
};

/// A server program started a shell.
pub(crate) const RUN_SHELL: Rule = Rule {
    name: "Run shell untrusted",
    priority: "Notice",
    sentence: "Shell spawned by untrusted binary",
    first: "parent_exe=proc.pexe parent_exepath=proc.pexepath pcmdline=proc.pcmdline gparent=proc.aname[2] \
            ggparent=proc.aname[3] aname[4]=proc.aname[4] aname[5]=proc.aname[5] aname[6]=proc.aname[6] \
            aname[7]=proc.aname[7]",
    last: "exe_flags=evt.arg.flags",
    tags: "T1059.004 container host maturity_stable mitre_execution process shell",
};

/// A container called the API server of the cluster.
pub(crate) const CONTACT_API: Rule = Rule {
    name: "Contact K8S API Server From Container",
    priority: "Notice",
    sentence: "Unexpected connection to K8s API Server from container",
    first: "connection=fd.name lport=fd.lport rport=fd.rport fd_type=fd.type fd_proto=fd.l4proto",
    last: "",
    tags: "T1565 container k8s maturity_stable mitre_discovery network",
};

/// One alert before it is written.
pub(crate) struct Alert {
    /// Nanoseconds since the epoch.
    pub(crate) time: u64,
    /// Where it happened.
    pub(crate) place: &'static Place,
    /// Which rule fired.
    pub(crate) rule: &'static Rule,
    /// What the rule prints, as far as it was known.
    pub(crate) fields: Fields,
}

/// Where something happens: the sensor's name, how far its clock is ahead of UTC in hours, the container's id and name.
pub(crate) struct Place(pub(crate) &'static str, pub(crate) u64, pub(crate) &'static str, pub(crate) &'static str);

/// A value of `output_fields`.
#[derive(Clone)]
pub(crate) enum Value {
    /// A text.
    Text(String),
    /// A number.
    Number(u64),
    /// A number below zero, without its sign.
    Minus(u64),
    /// What Falco did not know.
    Null,
}

/// The fields of an alert, in the order in which Falco writes them. One that the rule prints and that is not here is null.
pub(crate) type Fields = BTreeMap<&'static str, Value>;

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl fmt::Display for Value {
    /// As Falco puts it into the sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => write!(f, "{number}"),
            Self::Minus(number) => write!(f, "-{number}"),
            Self::Null => f.write_str("<NA>"),
        }
    }
}

impl Rule {
    /// The fields with what the rule prints beside them as null.
    fn complete(&self, mut fields: Fields) -> Fields {
        for (_, field) in self.prints() {
            fields.entry(field).or_insert(Value::Null);
        }
        fields
    }
    /// The sentence with its values, without clock and priority.
    fn sentence(&self, fields: &Fields) -> String {
        let mut text = format!("{} |", self.sentence);
        for (label, field) in self.prints() {
            let _ = write!(text, " {label}={}", fields.get(field).unwrap_or(&Value::Null));
        }
        text
    }
    /// The tags as a JSON list.
    fn tags(&self) -> String {
        let quoted: Vec<_> = self.tags.split(' ').map(json_text).collect();
        format!("[{}]", quoted.join(","))
    }
    fn prints(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let parts = [self.first, COMMON, self.last, CONTAINER];
        parts.into_iter().flat_map(|part| part.split_whitespace()).filter_map(|print| print.split_once('='))
    }
}

/// The clock of a moment.
fn clock(time: u64) -> String {
    let seconds = time / SECOND % 86_400;
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    format!("{hours:02}:{minutes:02}:{:02}.{:09}", seconds % 60, time % SECOND)
}

/// The line as Falco writes it.
pub(crate) fn line(alert: &Alert) -> String {
    let &Place(hostname, hours_ahead, id, name) = alert.place;
    let mut fields = alert.fields.clone();
    fields.extend([
        ("container.id", Value::from(id)),
        ("container.name", name.into()),
        ("evt.time", alert.time.into()),
    ]);
    let fields = alert.rule.complete(fields);
    let local = clock(alert.time + hours_ahead * 3_600 * SECOND);
    let output = format!("{local}: {} {}", alert.rule.priority, alert.rule.sentence(&fields));
    let day = 5 + (alert.time / SECOND - FIRST_DAY) / 86_400;
    format!(
        "{{\"hostname\":\"{hostname}\",\"output\":{},\"output_fields\":{},\"priority\":\"{}\",\"rule\":\"{}\",\
         \"source\":\"syscall\",\"tags\":{},\"time\":\"2024-10-{day:02}T{}Z\"}}",
        json_text(&output),
        json_fields(&fields),
        alert.rule.priority,
        alert.rule.name,
        alert.rule.tags(),
        clock(alert.time),
    )
}

/// `output_fields` as JSON.
fn json_fields(fields: &Fields) -> String {
    let one = |(name, value): (&&str, &Value)| match value {
        Value::Text(text) => format!("{}:{}", json_text(name), json_text(text)),
        Value::Null => format!("{}:null", json_text(name)),
        number => format!("{}:{number}", json_text(name)),
    };
    format!("{{{}}}", fields.iter().map(one).collect::<Vec<_>>().join(","))
}

/// A JSON string.
fn json_text(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c < ' ' => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
