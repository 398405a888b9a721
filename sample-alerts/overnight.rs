//! Writes `overnight.jsonl`, one night of a small cluster: `cargo run --example overnight | gzip -9n > overnight.jsonl.gz`.
//!
//! Lives here: 12,000 alerts of six rules between 18:00 and 06:00 UTC, an attack on `web-checkout` among them, three runs
//! of Falco's test tool, and three lines that are no alerts. Imports: nothing of stoop's, no crate. Promise: the same
//! bytes on every machine, for ever; the counts are asserted in `tests/samples.rs`.

use std::io::{self, Write as _};

#[path = "overnight_rules.rs"]
mod rules;

use rules::{
    Alert, CLEAR_LOG, CONTACT_API, DROP_BINARY, FIRST_DAY, Fields, Place, READ_SENSITIVE, RUN_SHELL, SECOND,
    TERMINAL_SHELL, Value, line,
};

/// When the attacker's binary first runs: 8,450 alerts come before it.
const MINER: &str = "02:15:20.377401822";
/// When a line was cut off: 4,115 alerts come before it.
const CUT: &str = "21:04:11.009241377";
/// The lines that are no alerts: number and text.
const UNREADABLE: [(usize, &str); 3] = [
    (1, "Sat Oct  5 18:00:00 2024: Falco version: 0.39.1 (x86_64)"),
    (
        4_117,
        "{\"hostname\":\"node-b\",\"output\":\"21:04:11.009241377: Notice Unexpected connection to K8s API Server from \
         container | connection=192.0.2.12:4",
    ),
    (9_330, "{\"level\":\"info\",\"msg\":\"rules reloaded\"}"),
];
/// Clock time, moment at which the binary was written, and whether it is the copy under `/tmp/.ICE`.
const RUNS: [(&str, &str, bool); 27] = [
    (MINER, "02:15:19.902114087", false),
    ("02:15:20.992316204", "02:15:20.610220148", true),
    ("02:15:24.054871360", "02:15:19.902114087", false),
    ("02:15:29.505018842", "02:15:29.170442903", false),
    ("02:15:33.896140277", "02:15:20.610220148", true),
    ("02:15:40.142630915", "02:15:29.170442903", false),
    ("02:15:44.113207458", "02:15:43.771034611", false),
    ("02:15:50.169944031", "02:15:20.610220148", true),
    ("02:15:55.006358127", "02:15:43.771034611", false),
    ("02:16:02.201480966", "02:16:01.880172354", false),
    ("02:16:07.616092743", "02:15:20.610220148", true),
    ("02:16:11.994735518", "02:16:01.880172354", false),
    ("02:16:17.432861009", "02:16:01.880172354", false),
    ("02:17:08.340117286", "02:16:01.880172354", false),
    ("02:17:40.725903364", "02:17:40.401226879", false),
    ("02:18:13.082254590", "02:15:20.610220148", true),
    ("02:18:45.661908713", "02:17:40.401226879", false),
    ("02:19:18.097342255", "02:17:40.401226879", false),
    ("02:19:50.480671932", "02:15:20.610220148", true),
    ("02:20:54.233019847", "02:20:53.904415206", false),
    ("02:21:58.519846071", "02:20:53.904415206", false),
    ("02:23:02.760285413", "02:20:53.904415206", false),
    ("02:24:07.115930628", "02:15:20.610220148", true),
    ("02:25:11.428067190", "02:20:53.904415206", false),
    ("02:27:41.903552746", "02:27:41.570813025", false),
    ("02:31:22.046197381", "02:27:41.570813025", false),
    ("02:36:08.381724950", "02:27:41.570813025", false),
];

fn main() -> io::Result<()> {
    io::stdout().lock().write_all(night().as_bytes())
}

/// The whole file.
pub(crate) fn night() -> String {
    let mut alerts = alerts(&mut Dice(20_241_005));
    alerts.sort_by_key(|alert| alert.time);
    let mut lines = alerts.iter().map(line);
    let mut text = String::new();
    for number in 1..=alerts.len() + UNREADABLE.len() {
        let odd = UNREADABLE.iter().find(|(at, _)| *at == number).map(|(_, text)| (*text).to_owned());
        text.extend(odd.or_else(|| lines.next()));
        text.push('\n');
    }
    text
}

/// The first node itself.
static HOST_A: Place = Place("node-a", 0, "host", "host");
/// The second node itself.
static HOST_B: Place = Place("node-b", 0, "host", "host");
/// The shop: the one that is attacked.
static CHECKOUT: Place = Place("node-a", 0, "3ad7b26ded6d", "web-checkout");
/// The network agent of the first node.
static CALICO_A: Place = Place("node-a", 0, "b81d94c2e07f", "calico-node");
/// The network agent of the second node.
static CALICO_B: Place = Place("node-b", 0, "5e6f0a3b91d4", "calico-node");
/// The name server.
static COREDNS: Place = Place("node-b", 0, "c0417fd86a2e", "coredns-0");
/// The build server.
static JENKINS: Place = Place("node-b", 0, "91e2c8b7430d", "jenkins-1");
/// The database.
static POSTGRES: Place = Place("node-a", 0, "7f25d0ec961b", "postgres-0");
/// What people work in.
static TOOLBOX: Place = Place("node-b", 0, "e4b8126fa07c", "toolbox");
/// Where somebody tries the rules.
static TEST_LAB: Place = Place("mini-debian-lab", 1, "dca990c78804", "pedantic_varahamihira");

/// `SplitMix64`: small, and the same everywhere.
struct Dice(u64);

impl Dice {
    /// 64 random bits.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
    /// A number from `low` on, below `high`.
    fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low)
    }
    /// `count` moments between two clock times.
    fn moments(&mut self, count: usize, from: &str, to: &str) -> Vec<u64> {
        (0..count).map(|_| self.between(at(from), at(to))).collect()
    }
    /// The list in another order.
    fn shuffled<T>(&mut self, list: Vec<T>) -> Vec<T> {
        let mut keyed: Vec<_> = list.into_iter().map(|item| (self.next(), item)).collect();
        keyed.sort_by_key(|(key, _)| *key);
        keyed.into_iter().map(|(_, item)| item).collect()
    }
}

/// The moment of a clock time of the night, from 18:00 to 18:00: nanoseconds since the epoch.
fn at(clock: &str) -> u64 {
    let (whole, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let seconds = whole.split(':').fold(0, |sum, part| sum * 60 + part.parse().unwrap_or(0));
    let next_day = if seconds < 18 * 3_600 { 86_400 } else { 0 };
    (FIRST_DAY + next_day + seconds) * SECOND + format!("{fraction:0<9}").parse().unwrap_or(0)
}

/// Every alert of the night, in no order; the network's own calls fill up what the rest leaves free.
fn alerts(dice: &mut Dice) -> Vec<Alert> {
    let mut all = test_tool();
    all.extend(attack());
    all.extend(attacker_reads(dice));
    all.extend(routine_reads(dice));
    all.extend(terminals(dice));
    all.extend(shells(dice));
    all.extend(api_calls(dice));
    for (from, to, wanted) in [("18:00:00", CUT, 4_115), (CUT, MINER, 4_335), (MINER, "05:59:59", 3_550)] {
        let taken = all.iter().filter(|alert| (at(from)..at(to)).contains(&alert.time)).count();
        let network: Vec<_> =
            (taken..wanted).map(|_| calico(dice.between(at(from) + 1, at(to)), dice.next())).collect();
        all.extend(network);
    }
    all
}

/// What every alert tells of its process; root's, without a terminal, unless told otherwise.
fn process(name: &str, path: &str, parent: &str, command: &str) -> Fields {
    Fields::from([
        ("proc.name", name.into()),
        ("proc.exepath", path.into()),
        ("proc.pname", parent.into()),
        ("proc.cmdline", command.into()),
        ("proc.tty", 0.into()),
        ("user.name", "root".into()),
        ("user.uid", 0.into()),
        ("user.loginuid", Value::Minus(1)),
    ])
}

/// The fields with `more` beside or in place of them.
fn with<const N: usize>(mut fields: Fields, more: [(&'static str, &str); N]) -> Fields {
    fields.extend(more.map(|(name, text)| (name, Value::from(text))));
    fields
}

/// The fields with numbers beside or in place of them.
fn with_numbers<const N: usize>(mut fields: Fields, more: [(&'static str, u64); N]) -> Fields {
    fields.extend(more.map(|(name, number)| (name, Value::from(number))));
    fields
}

/// Falco's event-generator, three times on a laboratory machine; its sensor could not read much about the process.
fn test_tool() -> Vec<Alert> {
    let runs =
        [("18:29:57.848684705", "239577459"), ("18:30:12.002917346", "771203385"), ("18:31:40.519260178", "118845920")];
    let alert = |(clock, number): (&str, &str)| {
        let log = format!("/tmp/falco-event-generator-syscall-ClearLogActivities-{number}/syslog");
        let root = with_numbers(with(Fields::new(), [("user.name", "root")]), [("user.uid", 0)]);
        let fields = with(root, [("proc.name", "event-generator"), ("evt.type", "openat"), ("fd.name", log.as_str())]);
        Alert { time: at(clock), place: &TEST_LAB, rule: &CLEAR_LOG, fields }
    };
    runs.into_iter().map(alert).collect()
}

/// The way in, the miner, the look at the cluster, the wiped log.
fn attack() -> Vec<Alert> {
    let checkout = |clock: &str, rule, fields| Alert { time: at(clock), place: &CHECKOUT, rule, fields };
    let shell = with(process("bash", "/usr/bin/bash", "runc", "bash"), EXECUTED);
    let wipe = process("truncate", "/usr/bin/truncate", "bash", "truncate -s 0 /var/log/auth.log");
    let wipe = with(wipe, [("evt.type", "openat"), ("fd.name", "/var/log/auth.log")]);
    let secrets = "curl -sk https://10.96.0.1/api/v1/namespaces/default/secrets";
    let curl = connection(process("curl", "/usr/bin/curl", "bash", secrets), "198.51.100.23", 41_772);
    let mut all: Vec<_> = RUNS.iter().map(|(clock, written, hidden)| miner(at(clock), at(written), *hidden)).collect();
    all.extend([
        checkout("02:14:03.118402771", &TERMINAL_SHELL, with_numbers(shell, [("proc.tty", 34_816)])),
        checkout("02:15:21.004583190", &CONTACT_API, with_numbers(curl, [("proc.tty", 34_816)])),
        checkout("02:16:55.640238817", &CLEAR_LOG, with_numbers(wipe, [("proc.tty", 34_816)])),
    ]);
    all
}

/// What a program tells that was started from its container's image.
const EXECUTED: [(&str, &str); 2] = [("evt.type", "execve"), ("evt.arg.flags", "EXE_WRITABLE|EXE_LOWER_LAYER")];

/// One run of the miner. Its command line hides the pool's address from whoever prints it on a terminal.
fn miner(time: u64, written: u64, hidden: bool) -> Alert {
    let path = if hidden { "/tmp/.ICE/kinsing" } else { "/tmp/kdevtmpfsi" };
    let command = if hidden { "kdevtmpfsi --daemon" } else { "kdevtmpfsi -o \u{1b}[8m203.0.113.7:3333" };
    let fields = with(
        process("kdevtmpfsi", path, "bash", command),
        [
            ("evt.type", "execve"),
            ("evt.arg.flags", "EXE_WRITABLE|EXE_UPPER_LAYER"),
            ("proc.exe", path),
            ("proc.cwd", "/tmp/"),
            ("proc.sname", "bash"),
            ("proc.aname[2]", "runc"),
        ],
    );
    let fields = with_numbers(
        fields,
        [
            ("container.start_ts", 1_728_150_002_113_402_118),
            ("proc.exe_ino.ctime", written),
            ("proc.exe_ino.mtime", written),
            ("proc.exe_ino.ctime_duration_proc_start", time - written),
            ("proc.tty", 34_816),
        ],
    );
    Alert { time, place: &CHECKOUT, rule: &DROP_BINARY, fields }
}

/// A program that reads a sensitive file.
fn reading(time: u64, place: &'static Place, process: Fields, ancestors: [&str; 3], file: &str) -> Alert {
    let [second, third, fourth] = ancestors;
    let names = [("proc.aname[2]", second), ("proc.aname[3]", third), ("proc.aname[4]", fourth)];
    let fields = with(with(process, names), [("evt.type", "openat"), ("fd.name", file)]);
    Alert { time, place, rule: &READ_SENSITIVE, fields }
}

/// 148 reads by root in `web-checkout`, 101 of them between 02:10 and 02:40, and 12 by its own health check.
fn attacker_reads(dice: &mut Dice) -> Vec<Alert> {
    let cat = |time, file: &str| {
        let cat = process("cat", "/usr/bin/cat", "bash", &format!("cat {file}"));
        reading(
            time,
            &CHECKOUT,
            with_numbers(cat, [("proc.tty", 34_816)]),
            ["runc", "containerd-shim", "systemd"],
            file,
        )
    };
    let mut all = vec![cat(at("02:14:41.902316540"), "/etc/shadow"), cat(at("02:14:41.937880215"), "/etc/gshadow")];
    let bursts = [(38, "02:15:21", "02:20:00"), (26, "02:20:00", "02:25:00"), (19, "02:25:00", "02:30:00")];
    let embers = [(10, "02:30:00", "02:35:00"), (6, "02:35:00", "02:40:00"), (47, "02:40:00", "05:40:00")];
    for (count, from, to) in bursts.into_iter().chain(embers) {
        all.extend(dice.moments(count, from, to).into_iter().map(|time| cat(time, "/etc/shadow")));
    }
    all.extend(dice.moments(12, "18:05:00", "02:05:00").into_iter().map(|time| {
        let user = with_numbers(process("cat", "/usr/bin/cat", "health.sh", "cat /etc/pam.conf"), [("user.uid", 33)]);
        let user = with(user, [("user.name", "www-data")]);
        reading(time, &CHECKOUT, user, ["nginx", "containerd-shim", "systemd"], "/etc/pam.conf")
    }));
    all
}

/// 451 reads by what the two hosts run every night, and one by the name server.
fn routine_reads(dice: &mut Dice) -> Vec<Alert> {
    let mut times = vec![at("18:00:41.350127764"), at("05:58:41.221970538")];
    let quiet = [(316, "18:00:41", "02:10:00"), (5, "02:10:00", "02:14:41"), (3, "02:15:21", "02:20:00")];
    let after = [(4, "02:20:00", "02:25:00"), (3, "02:25:00", "02:30:00"), (4, "02:30:00", "02:35:00")];
    let late = [(3, "02:35:00", "02:40:00"), (112, "02:40:00", "05:58:00")];
    for (count, from, to) in quiet.into_iter().chain(after).chain(late) {
        times.extend(dice.moments(count, from, to));
    }
    let kinds = [
        (39, &HOST_A, "cat", "/etc/shadow"),
        (96, &HOST_A, "cat", "/etc/sudoers"),
        (20, &HOST_A, "python3", "/etc/shadow"),
        (42, &HOST_A, "python3", "/etc/sudoers"),
        (45, &HOST_A, "node_exporter", "/etc/pam.conf"),
        (60, &HOST_B, "cat", "/etc/shadow"),
        (46, &HOST_B, "cat", "/etc/sudoers"),
        (58, &HOST_B, "python3", "/etc/shadow"),
        (45, &HOST_B, "node_exporter", "/etc/pam.conf"),
        (1, &COREDNS, "cat", "/etc/pam.conf"),
    ];
    let each = kinds.into_iter().flat_map(|(count, place, name, file)| (0..count).map(move |_| (place, name, file)));
    let each = dice.shuffled(each.collect());
    times.into_iter().zip(each).map(|(time, (place, name, file))| routine(time, place, name, file)).collect()
}

/// One read of the hosts' own programs.
fn routine(time: u64, place: &'static Place, name: &str, file: &str) -> Alert {
    let (path, parent, command) = match name {
        "cat" => ("/usr/bin/cat", "backup.sh", format!("cat {file}")),
        "python3" => ("/usr/bin/python3.11", "cron", "python3 /opt/inventory/accounts.py".to_owned()),
        _ => ("/usr/bin/node_exporter", "systemd", "node_exporter --collector.textfile".to_owned()),
    };
    let ancestors = if name == "node_exporter" { ["", "", ""] } else { ["cron", "systemd", ""] };
    let mut alert = reading(time, place, process(name, path, parent, &command), ancestors, file);
    alert.fields.retain(|_, value| !matches!(value, Value::Text(text) if text.is_empty()));
    alert
}

/// 239 terminals of people at work; the attacker's is in [`attack`].
fn terminals(dice: &mut Dice) -> Vec<Alert> {
    let mut times = vec![at("18:03:12.480061937"), at("05:51:36.902745510")];
    times.extend(dice.moments(237, "18:03:13", "05:51:36"));
    let alert = |time| {
        let (place, name, path) = match dice.between(0, 10) {
            0..=3 => (&TOOLBOX, "bash", "/usr/bin/bash"),
            4..=6 => (&JENKINS, "sh", "/usr/bin/dash"),
            _ => (&POSTGRES, "bash", "/usr/bin/bash"),
        };
        let fields = with(process(name, path, "runc", name), EXECUTED);
        Alert { time, place, rule: &TERMINAL_SHELL, fields: with_numbers(fields, [("proc.tty", 34_816)]) }
    };
    times.into_iter().map(alert).collect()
}

/// 1,903 shells that the build server and the database start.
fn shells(dice: &mut Dice) -> Vec<Alert> {
    let mut times = vec![at("18:00:03.771920846"), at("05:59:48.106357299")];
    times.extend(dice.moments(1_901, "18:00:04", "05:59:48"));
    let builds = ["git rev-parse HEAD", "mvn -q -B verify", "docker build -t checkout .", "npm ci", "./gradlew test"];
    let jenkins = ["/opt/java/openjdk/bin/java", "java -jar /usr/share/jenkins/jenkins.war", "java"];
    let postgres = ["/usr/lib/postgresql/16/bin/postgres", "postgres: archiver", "postgres"];
    let alert = |time| {
        let which = usize::try_from(dice.between(0, 10)).unwrap_or(0);
        let (place, [exe, parent_command, parent], user) =
            if which < 8 { (&JENKINS, jenkins, ("jenkins", 1_000)) } else { (&POSTGRES, postgres, ("postgres", 999)) };
        let build = builds.get(which).unwrap_or(&"git status --porcelain");
        let archive = format!("sh -c cp pg_wal/{:024X} /archive/", time / SECOND / 60 % 0x00ff_ffff);
        let command = if which < 8 { format!("sh -c {build}") } else { archive };
        let fields = with(process("sh", "/usr/bin/dash", parent, &command), EXECUTED);
        let fields = with(fields, [("proc.pexe", exe), ("proc.pexepath", exe), ("proc.pcmdline", parent_command)]);
        let fields = with(fields, [("proc.aname[2]", "tini"), ("proc.aname[3]", "containerd-shim")]);
        let fields = with(fields, [("proc.aname[4]", "systemd"), ("user.name", user.0)]);
        Alert { time, place, rule: &RUN_SHELL, fields: with_numbers(fields, [("user.uid", user.1)]) }
    };
    times.into_iter().map(alert).collect()
}

/// A connection to the cluster's API server.
fn connection(process: Fields, from: &str, port: u64) -> Fields {
    let name = format!("{from}:{port}->10.96.0.1:443");
    let fields = with(process, [("evt.type", "connect"), ("fd.name", name.as_str())]);
    let fields = with(fields, [("fd.type", "ipv4"), ("fd.l4proto", "tcp")]);
    with_numbers(fields, [("fd.lport", port), ("fd.rport", 443)])
}

/// 93 calls of the name server and 18 of a deployment script; the attacker's is in [`attack`].
fn api_calls(dice: &mut Dice) -> Vec<Alert> {
    let mut scripts = vec![at("18:04:10.233506118")];
    scripts.extend(dice.moments(17, "18:04:11", "05:40:00"));
    let names = dice.moments(93, "18:00:10", "05:59:00");
    let mut call = |time, place, process, from| {
        let fields = connection(process, from, dice.between(32_768, 61_000));
        Alert { time, place, rule: &CONTACT_API, fields }
    };
    let mut all = Vec::new();
    for time in scripts {
        let script = process("python3", "/usr/bin/python3.11", "sh", "python3 /opt/deploy/rollout.py --wait");
        all.push(call(time, &JENKINS, script, "198.51.100.41"));
    }
    for time in names {
        let server = process("coredns", "/coredns", "containerd-shim", "coredns -conf /etc/coredns/Corefile");
        all.push(call(time, &COREDNS, server, "198.51.100.10"));
    }
    all
}

/// One call of the cluster's network agent.
fn calico(time: u64, random: u64) -> Alert {
    let (place, from) = if random.is_multiple_of(2) { (&CALICO_A, "192.0.2.11") } else { (&CALICO_B, "192.0.2.12") };
    let agent = process("calico-node", "/usr/bin/calico-node", "runsv", "calico-node -felix");
    let fields = connection(agent, from, 32_768 + (random >> 8) % 28_000);
    Alert { time, place, rule: &CONTACT_API, fields }
}
