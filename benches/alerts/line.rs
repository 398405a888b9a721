//! Writes one generated alert: its values, its sentence, its line in the form of Falco 0.40.
//!
//! Imports: `rules`, `world`. Promise: what an alert says of a field is the same in its sentence and in `output_fields`.

use std::fmt::{Display, Write as _};
use std::io::Write as _;

use super::rules::{AUDIT, COMMON, CONTAINER, RULES};
use super::world::{APPS, ARGS, FILES, PROGRAMS, Place, REGISTRIES, TEAMS, USERS};

/// The number of the Kubernetes audit rule, behind those of [`RULES`].
pub(crate) const AUDIT_RULE: usize = 25;
/// The number of Falco's own events, behind that.
pub(crate) const INTERNAL: usize = 26;
/// Nanoseconds in a second.
const SECOND: u64 = 1_000_000_000;

/// What happened.
pub(crate) struct Event<'a> {
    /// Index into [`RULES`], [`AUDIT_RULE`] or [`INTERNAL`].
    pub(crate) rule: usize,
    /// `None` on the host itself.
    pub(crate) place: Option<&'a Place>,
    pub(crate) hostname: &'a str,
    /// Nanoseconds since the epoch.
    pub(crate) time: u64,
    /// From which values are chosen.
    pub(crate) variant: usize,
    /// Random bits.
    pub(crate) random: u64,
}

/// How a value stands in JSON.
enum Shown {
    Text(String),
    /// A number or a list, as it is.
    Bare(String),
    Null,
}

use Shown::{Bare, Null, Text};

fn text(text: &str) -> Shown {
    Text(text.to_owned())
}

fn number(number: impl Display + Copy) -> Shown {
    Bare(number.to_string())
}

impl Shown {
    /// As it stands in the sentence.
    fn plain(&self) -> &str {
        match self {
            Text(text) | Bare(text) => text,
            Null => "<NA>",
        }
    }
}

/// One of a list, by a number of any size.
fn one<T: Copy>(of: &[T], number: usize) -> T {
    of[number % of.len()]
}

impl Event<'_> {
    fn program(&self) -> (&'static str, &'static str, &'static str) {
        one(&PROGRAMS, self.variant + self.rule * 3 + self.variant / 11)
    }
    fn parent(&self) -> (&'static str, &'static str, &'static str) {
        one(&PROGRAMS, self.variant / 5 + 7 * self.rule)
    }
    fn user(&self) -> (&'static str, u32) {
        one(&USERS, self.variant / 3 + self.rule)
    }
    fn pid(&self) -> u32 {
        300 + (self.random >> 40) as u32 % 4_000_000
    }
    /// The value of a field.
    fn value(&self, field: &str) -> Shown {
        let family = field.split('.').next().unwrap_or_default();
        match family {
            "proc" => self.process(field),
            "fd" => self.file(field),
            "container" | "k8s" => self.container(field),
            "ka" => self.audit(field),
            _ => self.event(field),
        }
    }
    fn process(&self, field: &str) -> Shown {
        let ((name, path, command), (parent, parent_path, parent_command), v) =
            (self.program(), self.parent(), self.variant);
        match field {
            "proc.name" => text(name),
            "proc.exepath" | "proc.exe" => text(path),
            "proc.pname" if v.is_multiple_of(37) => Null,
            "proc.pname" | "proc.sname" => text(parent),
            "proc.pexe" | "proc.pexepath" => text(parent_path),
            "proc.cmdline" if v.is_multiple_of(3) => {
                Text(format!("{command} {} --job={}", one(&ARGS, v), v / 3 % 16_000))
            }
            "proc.cmdline" => Text(format!("{command} {}", one(&ARGS, v))),
            "proc.args" => text(one(&ARGS, v)),
            "proc.pcmdline" => Text(format!("{parent_command} {}", one(&ARGS, v / 7))),
            "proc.tty" => number(if v.is_multiple_of(4) { 34_816 + v % 8 } else { 0 }),
            "proc.pid" => number(self.pid()),
            "proc.ppid" => number(self.pid() / 3 + 1),
            "proc.cwd" => text(one(&["/", "/srv/app", "/root", "/tmp", "/var/lib/postgresql/data"], v)),
            _ => self.ancestry(field),
        }
    }
    fn ancestry(&self, field: &str) -> Shown {
        let v = self.variant;
        match field {
            "proc.aname[2]" => text(one(&["containerd-shim", "bash", "systemd", "runc", "tini"], v)),
            "proc.aname[3]" => text(one(&["systemd", "containerd-shim", "sshd"], v)),
            "proc.aname[4]" if v % 2 == 1 => text("systemd"),
            "proc.aexepath[2]" => text("/usr/bin/containerd-shim-runc-v2"),
            "proc.exe_ino.ctime" | "proc.exe_ino.mtime" => {
                number(self.time - 5 * SECOND - (v as u64 % 3_000) * 1_000_003)
            }
            "proc.exe_ino.ctime_duration_proc_start" if v.is_multiple_of(50) => {
                number(u64::MAX - 18_888_536_509 + v as u64)
            }
            "proc.exe_ino.ctime_duration_proc_start" => number(900_000 + v as u64 * 31),
            _ => Null,
        }
    }
    fn file(&self, field: &str) -> Shown {
        let v = self.variant;
        let (address, port) = (one(&["10.96.0.1", "203.0.113.7", "198.51.100.23"], v), one(&[443, 6443, 2222], v));
        match field {
            "fd.name" if matches!(self.rule, 0 | 4 | 5 | 12) => {
                let own = self.place.map_or("10.0.0.9", |place| place.address.as_str());
                Text(format!("{own}:{}->{address}:{port}", 32_768 + v % 28_000))
            }
            "fd.name" if v.is_multiple_of(6) => Text(format!("{}.{}", one(&FILES, v), v / 6 % 4_000)),
            "fd.name" => text(one(&FILES, v)),
            "fd.nameraw" => Text(format!("../../../../..{}", one(&FILES, v))),
            "fd.lport" => number(32_768 + v % 28_000),
            "fd.rport" => number(port),
            "fd.sip" => text(address),
            "fd.type" => text("ipv4"),
            "fd.l4proto" => text(if v.is_multiple_of(9) { "<NA>" } else { "tcp" }),
            _ => Null,
        }
    }
    fn container(&self, field: &str) -> Shown {
        if field == "container.start_ts" {
            return number(self.time - 86_400 * SECOND - (self.variant as u64 % 70_000) * 1_000_000_007);
        }
        let Some(place) = self.place else {
            return if matches!(field, "container.id" | "container.name") { text("host") } else { Null };
        };
        let value = match field {
            "container.id" => &place.id,
            "container.name" => &place.name,
            "container.image.repository" => &place.image,
            "container.image.tag" => &place.tag,
            "k8s.pod.name" => &place.pod,
            _ => &place.namespace,
        };
        if value.is_empty() { Null } else { text(value) }
    }
    fn audit(&self, field: &str) -> Shown {
        let v = self.variant;
        match field {
            "ka.user.name" => {
                text(one(&["system:serviceaccount:ci:runner", "kubernetes-admin", "system:node:worker-1"], v))
            }
            "ka.resp.name" => Text(format!("debug-{}", v % 900)),
            "ka.target.resource" => text("pods"),
            "ka.target.namespace" => text(one(&TEAMS, v)),
            _ => Bare(format!(
                "[\"{}/{}:v{}\",\"docker.io/library/busybox:1.36\"]",
                one(&REGISTRIES, v),
                one(&APPS, v),
                v % 9
            )),
        }
    }
    fn event(&self, field: &str) -> Shown {
        let v = self.variant;
        match field {
            "evt.type" => text(one(RULES[self.rule.min(24)].calls, v)),
            "evt.time" => number(self.time),
            "user.name" | "user.loginname" | "group.name" => text(self.user().0),
            "user.uid" | "group.gid" => number(self.user().1),
            "user.loginuid" if v.is_multiple_of(5) => number(1_000 + v % 7),
            "user.loginuid" => number(-1),
            "evt.arg.flags" => {
                text(one(&["EXE_WRITABLE", "EXE_WRITABLE|EXE_UPPER_LAYER", "EXE_WRITABLE|EXE_LOWER_LAYER"], v))
            }
            "evt.res" => text(["SUCCESS", "EACCES", "ENOENT"][if v.is_multiple_of(8) { 1 + v % 2 } else { 0 }]),
            "evt.args" => text("domain=17(AF_PACKET) type=524291 proto=768"),
            "evt.arg.target" => text(one(&["/etc", "/etc/shadow", "/root/.ssh"], v)),
            "evt.arg.linkpath" => {
                Text(format!("/tmp/falco-event-generator-syscall-CreateLink-{}/etc_link", v * 7_919 % 900_001))
            }
            "thread.cap_effective" => {
                text("CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER CAP_FSETID CAP_KILL CAP_SETGID CAP_SETUID CAP_SYS_ADMIN")
            }
            _ => Null,
        }
    }
    /// The value of a field of Falco's own events: numbers in one of the two, texts in the other.
    fn internal(&self, field: &str) -> Shown {
        match field {
            "evt.time" => number(self.time),
            "evt.hostname" => text(self.hostname),
            "falco.evts_rate_sec" => Bare(format!("{}.{}", self.random % 90_000, self.random % 10)),
            _ if self.time.is_multiple_of(2) => number(self.random % 10_000_000),
            _ => Text((self.random % 10_000_000).to_string()),
        }
    }
}

/// What a rule prints, ready to be filled.
pub(crate) struct Plan {
    name: &'static str,
    priority: &'static str,
    tags: &'static str,
    source: &'static str,
    sentence: &'static str,
    /// Label, and the index of its field.
    labels: Vec<(&'static str, usize)>,
    /// In the order of the JSON.
    fields: Vec<&'static str>,
}

/// The plans of the rules of [`RULES`], of the audit rule, and of Falco's own two events.
pub(crate) fn plans() -> Vec<Plan> {
    let common = |rule: &'static super::rules::Rule| {
        let plan = Plan::new([rule.prints, COMMON, CONTAINER], &["evt.time", "proc.pid", "proc.ppid"]);
        Plan { name: rule.name, priority: rule.priority, tags: rule.tags, sentence: rule.sentence, ..plan }
    };
    let mut plans: Vec<_> = RULES.iter().map(common).collect();
    let audit = Plan::new([AUDIT, "", ""], &["evt.time"]);
    let (name, sentence) = ("Create Privileged Pod", "Pod started with privileged container");
    plans.push(Plan { name, priority: "Warning", tags: "k8s", source: "k8s_audit", sentence, ..audit });
    let metrics = "evt.hostname evt.time falco.duration_sec falco.evts_rate_sec falco.num_evts \
                   falco.outputs_queue_num_drops scap.n_drops scap.n_evts";
    let (name, sentence) = ("Falco internal: metrics snapshot", "Falco metrics snapshot");
    plans.push(Plan { name, priority: "Informational", sentence, ..Plan::internal(metrics) });
    let drops = Plan::internal("ebpf_enabled n_drops n_drops_buffer_total n_evts");
    let (name, sentence) =
        ("Falco internal: syscall event drop", "Falco internal: syscall event drop. Events dropped in the last second");
    plans.push(Plan { name, priority: "Debug", sentence, ..drops });
    plans
}

impl Plan {
    fn new(prints: [&'static str; 3], more: &[&'static str]) -> Self {
        let pairs: Vec<_> =
            prints.iter().flat_map(|p| p.split_whitespace()).filter_map(|p| p.split_once('=')).collect();
        let mut fields: Vec<_> = pairs.iter().map(|(_, field)| *field).chain(more.iter().copied()).collect();
        fields.sort_unstable();
        fields.dedup();
        let labels = pairs.iter().map(|(label, field)| (*label, fields.partition_point(|f| f < field))).collect();
        Self { name: "", priority: "", tags: "", source: "syscall", sentence: "", labels, fields }
    }
    fn internal(fields: &'static str) -> Self {
        let plan = Self::new(["", "", ""], &[]);
        Self { source: "internal", fields: fields.split_whitespace().collect(), ..plan }
    }
    /// The line of `event`, with its end.
    pub(crate) fn line(&self, event: &Event<'_>, line: &mut Vec<u8>) {
        let value = |field: &&str| if event.rule >= INTERNAL { event.internal(field) } else { event.value(field) };
        let values: Vec<_> = self.fields.iter().map(value).collect();
        let (clock, time) = (moment(event.time + 3_600 * SECOND), moment(event.time));
        let output = format!("{}: {} {}", &clock[11..], self.priority, self.sentence(&values));
        let fields: Vec<_> = self.fields.iter().zip(&values).map(|(name, value)| field(name, value)).collect();
        let tags: Vec<_> = self.tags.split(',').filter(|tag| !tag.is_empty()).map(json).collect();
        let _ = writeln!(
            line,
            "{{\"hostname\":{},\"output\":{},\"output_fields\":{{{}}},\"priority\":\"{}\",\"rule\":\"{}\",\
             \"source\":\"{}\",\"tags\":[{}],\"time\":\"{time}Z\"}}",
            json(event.hostname),
            json(&output),
            fields.join(","),
            self.priority,
            self.name,
            self.source,
            tags.join(","),
        );
    }
    fn sentence(&self, values: &[Shown]) -> String {
        let mut text = self.sentence.to_owned();
        for (number, (label, at)) in self.labels.iter().enumerate() {
            let value = values[*at].plain();
            let value = if value.starts_with('[') { value.replace(['[', ']', '"'], "") } else { value.to_owned() };
            let _ = write!(text, "{}{label}={value}", if number == 0 { " (" } else { " " });
        }
        if !self.labels.is_empty() {
            text.push(')');
        }
        text
    }
}

fn field(name: &str, value: &Shown) -> String {
    match value {
        Text(text) => format!("\"{name}\":{}", json(text)),
        Bare(text) => format!("\"{name}\":{text}"),
        Null => format!("\"{name}\":null"),
    }
}

/// A JSON string.
fn json(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\t' => quoted.push_str("\\t"),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// `2026-11-15T00:00:00.000000000`; for November and December 2026 only.
fn moment(time: u64) -> String {
    let (seconds, nanos) = (time / SECOND, time % SECOND);
    let day = seconds / 86_400 - 20_757; // 2026-11-01 is day 20,758
    let (month, day) = if day > 30 { (12, day - 30) } else { (11, day) };
    let (hour, minute) = (seconds / 3_600 % 24, seconds / 60 % 60);
    format!("2026-{month}-{day:02}T{hour:02}:{minute:02}:{:02}.{nanos:09}", seconds % 60)
}
