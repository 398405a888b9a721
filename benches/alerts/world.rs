//! What the generated alerts are drawn from: programs, files, users, containers, hosts.
//!
//! Lives here: tables, and chance. Imports: nothing. Promise: the same seed gives the same world.

/// `SplitMix64`: small, and the same everywhere.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// 64 random bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
    /// A number below `count`.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        (((self.next() >> 32) * count as u64) >> 32) as usize
    }
    /// True so many times in a thousand.
    pub(crate) fn chance(&mut self, per_mille: usize) -> bool {
        self.below(1000) < per_mille
    }
    /// A number from 0 on, below 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Draws an index with a probability proportional to 1 / (index + 1)^power.
pub(crate) struct Zipf(Vec<f64>);

impl Zipf {
    /// Over `count` indexes.
    pub(crate) fn new(count: usize, power: f64) -> Self {
        let mut sum = 0.0;
        let mut cumulative = Vec::with_capacity(count);
        for index in 0..count {
            sum += 1.0 / ((index + 1) as f64).powf(power);
            cumulative.push(sum);
        }
        for value in &mut cumulative {
            *value /= sum;
        }
        Self(cumulative)
    }
    /// One index.
    pub(crate) fn draw(&self, dice: &mut Dice) -> usize {
        let unit = dice.unit();
        self.0.partition_point(|&c| c < unit).min(self.0.len() - 1)
    }
}

/// What containers are called after.
pub(crate) const APPS: [&str; 40] = [
    "checkout",
    "cart",
    "payments",
    "ledger",
    "search",
    "catalog",
    "media",
    "thumbs",
    "auth",
    "session",
    "gateway",
    "edge",
    "mailer",
    "notify",
    "billing",
    "invoice",
    "report",
    "export",
    "import",
    "sync",
    "crawler",
    "indexer",
    "ranker",
    "feature-store",
    "trainer",
    "grafana",
    "prometheus",
    "fluent-bit",
    "vault",
    "redis",
    "postgres",
    "rabbitmq",
    "kafka",
    "zookeeper",
    "nginx",
    "ingress",
    "argocd",
    "runner",
    "cert-manager",
    "backup",
];
/// Namespaces.
pub(crate) const TEAMS: [&str; 12] = [
    "shop",
    "pay",
    "platform",
    "observability",
    "data",
    "ml",
    "kube-system",
    "ci",
    "identity",
    "edge",
    "staging",
    "default",
];
/// Where images come from.
pub(crate) const REGISTRIES: [&str; 5] =
    ["registry.example.com/prod", "docker.io/library", "quay.io/example", "ghcr.io/example", "registry.k8s.io"];
/// The first half of a name that docker gives.
pub(crate) const ADJECTIVES: [&str; 16] = [
    "admiring", "bold", "clever", "dazzling", "eager", "focused", "gallant", "hopeful", "jolly", "keen", "laughing",
    "modest", "nifty", "pedantic", "quirky", "serene",
];
/// The second half.
pub(crate) const NAMES: [&str; 16] = [
    "archimedes",
    "bohr",
    "curie",
    "darwin",
    "euler",
    "fermat",
    "galileo",
    "hopper",
    "johnson",
    "kepler",
    "lovelace",
    "mendel",
    "noether",
    "pascal",
    "turing",
    "varahamihira",
];
/// Name and uid; root four times as often as others.
pub(crate) const USERS: [(&str, u32); 14] = [
    ("root", 0),
    ("root", 0),
    ("root", 0),
    ("root", 0),
    ("www-data", 33),
    ("nobody", 65534),
    ("app", 1000),
    ("node", 1000),
    ("postgres", 999),
    ("redis", 998),
    ("deploy", 1001),
    ("<NA>", 4_294_967_295),
    ("daemon", 1),
    ("grafana", 472),
];
/// Name, path, and how its command line begins.
pub(crate) const PROGRAMS: [(&str, &str, &str); 26] = [
    ("bash", "/bin/bash", "bash -c"),
    ("sh", "/bin/sh", "sh -c"),
    ("python3", "/usr/bin/python3.11", "python3 -m"),
    ("curl", "/usr/bin/curl", "curl -sS"),
    ("kubectl", "/usr/local/bin/kubectl", "kubectl get"),
    ("node", "/usr/local/bin/node", "node /srv/app/server.js"),
    ("cat", "/bin/cat", "cat"),
    ("grep", "/bin/grep", "grep -r"),
    ("find", "/usr/bin/find", "find / -name"),
    ("ln", "/bin/busybox", "ln -s"),
    ("java", "/opt/java/bin/java", "java -Xmx2g -jar"),
    ("nginx", "/usr/sbin/nginx", "nginx -g daemon off;"),
    ("perl", "/usr/bin/perl", "perl -e"),
    ("ruby", "/usr/local/bin/ruby", "ruby -S"),
    ("tcpdump", "/usr/sbin/tcpdump", "tcpdump -i eth0 -w"),
    ("nc", "/bin/nc", "nc -e /bin/sh"),
    ("gdb", "/usr/bin/gdb", "gdb -p"),
    ("ssh", "/usr/bin/ssh", "ssh -p 2222"),
    ("insmod", "/sbin/insmod", "insmod"),
    ("shred", "/usr/bin/shred", "shred -u"),
    ("controller", "/manager", "controller --leader-elect --metrics-addr"),
    ("xmrig", "/tmp/.x/xmrig", "xmrig -o stratum+tcp://"),
    ("flanneld", "/opt/bin/flanneld", "flanneld --ip-masq --kube-subnet-mgr"),
    ("runc", "memfd:runc_clone", "runc init"),
    ("event-generator", "/bin/event-generator", "event-generator run syscall"),
    ("vi", "/usr/bin/vi", "vi"),
];
/// What is read and written.
pub(crate) const FILES: [&str; 16] = [
    "/etc/shadow",
    "/etc/sudoers",
    "/etc/pam.conf",
    "/etc/shadow-",
    "/root/.ssh/id_rsa",
    "/root/.aws/credentials",
    "/var/log/syslog",
    "/var/log/auth.log",
    "/dev/shm/.cache/run",
    "/etc/security/pwquality.conf",
    "/root/.bash_history",
    "/proc/1/environ",
    "/var/lib/docker/overlay2/merged/etc/shadow",
    "/sys/fs/cgroup/rdma/release_agent",
    "/home/deploy/.ssh/authorized_keys",
    "/tmp/Отчёт за ноябрь.txt",
];
/// How command lines go on.
pub(crate) const ARGS: [&str; 22] = [
    "id",
    "ls -la /root",
    "\"echo $PATH\"",
    "http.server",
    "pods -A -o json",
    "--config=/etc/app/config.yaml",
    "'BEGIN RSA PRIVATE KEY'",
    "-----BEGIN",
    "/etc/shadow",
    "aws_access_key_id",
    "import socket,subprocess,os;s=socket.socket()",
    "2>&1 | tee /tmp/out.log && exit 0",
    "<(curl -s https://example.net/i.sh)",
    "C:\\\\temp\\\\x",
    "https://10.96.0.1/api/v1/namespaces/default/pods?limit=500&watch=true",
    "--log-level=info --port 8443",
    "\tindent",
    "id_rsa id_dsa id_ecdsa id_ed25519",
    "/var/run/secrets/kubernetes.io/serviceaccount/token",
    "pool.example.org:3333 --donate-level 1",
    "naïve-é-文件",
    "-",
];

/// A container.
pub(crate) struct Place {
    /// Its host's number.
    pub(crate) host: usize,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) image: String,
    pub(crate) tag: String,
    /// Empty outside Kubernetes.
    pub(crate) pod: String,
    /// Empty outside Kubernetes.
    pub(crate) namespace: String,
    pub(crate) address: String,
}

/// 120 hosts.
pub(crate) fn hosts(dice: &mut Dice) -> Vec<String> {
    let host = |i: usize| match i % 3 {
        0 => format!("node-{i:03}.eu-west.prod.example"),
        1 => format!("ip-10-{}-{}-{}", 20 + i / 16, dice.below(256), dice.below(256)),
        _ => format!("worker-{:x}", dice.next() >> 40),
    };
    (0..120).map(host).collect()
}

/// 2,000 containers, one in five not in Kubernetes.
pub(crate) fn places(dice: &mut Dice) -> Vec<Place> {
    (0..2000).map(|i| place(dice, i)).collect()
}

fn place(dice: &mut Dice, i: usize) -> Place {
    let (app, team) = (APPS[dice.below(40)], TEAMS[dice.below(12)]);
    let id = format!("{:012x}", dice.next() >> 16);
    let host = dice.below(120);
    let address = format!("10.{}.{}.{}", 200 + dice.below(40), dice.below(256), 1 + dice.below(254));
    let tag = format!("v{}.{}.{}", 1 + dice.below(4), dice.below(30), dice.below(12));
    let image = format!("{}/{team}/{app}", REGISTRIES[dice.below(5)]);
    let (name, pod, namespace) = if i % 5 == 4 {
        let number = if i > 300 { (i / 50).to_string() } else { String::new() };
        (format!("{}_{}{number}", ADJECTIVES[dice.below(16)], NAMES[dice.below(16)]), String::new(), String::new())
    } else {
        let pod = format!("{app}-{:010x}-{:05x}", dice.next() >> 24, dice.next() >> 44);
        (format!("{app}-{i:03}"), pod, team.to_owned())
    };
    Place { host, id, name, image, tag, pod, namespace, address }
}
