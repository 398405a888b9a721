//! The rules of the generated alerts, as Falco prints them.
//!
//! Imports: nothing. Promise: 25 rules of falcosecurity/rules, the most frequent first.

/// What a rule prints.
pub(crate) struct Rule {
    pub(crate) name: &'static str,
    pub(crate) priority: &'static str,
    /// Parted by commas, as Falco sorts them.
    pub(crate) tags: &'static str,
    /// The sentence before the parenthesis.
    pub(crate) sentence: &'static str,
    /// `label=field`, parted by blanks: what it prints besides [`COMMON`].
    pub(crate) prints: &'static str,
    /// The system calls that fire it.
    pub(crate) calls: &'static [&'static str],
}

/// What every rule prints.
pub(crate) const COMMON: &str = "evt_type=evt.type user=user.name user_uid=user.uid user_loginuid=user.loginuid process=proc.name \
    proc_exepath=proc.exepath parent=proc.pname command=proc.cmdline terminal=proc.tty";
/// What Falco adds.
pub(crate) const CONTAINER: &str = "container_id=container.id container_name=container.name \
    container_image_repository=container.image.repository container_image_tag=container.image.tag \
    k8s_pod_name=k8s.pod.name k8s_ns_name=k8s.ns.name";
/// What the Kubernetes audit rule prints.
pub(crate) const AUDIT: &str = "user=ka.user.name pod=ka.resp.name resource=ka.target.resource ns=ka.target.namespace \
    images=ka.req.pod.containers.image";

/// In order of frequency.
pub(crate) const RULES: [Rule; 25] = [
    Rule {
        name: "Contact K8S API Server From Container",
        priority: "Notice",
        tags: "T1565,container,k8s,maturity_stable,mitre_discovery,network",
        sentence: "Unexpected connection to K8s API Server from container",
        prints: "connection=fd.name lport=fd.lport rport=fd.rport fd_type=fd.type fd_proto=fd.l4proto",
        calls: &["connect"],
    },
    Rule {
        name: "Read sensitive file untrusted",
        priority: "Warning",
        tags: "T1555,container,filesystem,host,maturity_stable,mitre_credential_access",
        sentence: "Sensitive file opened for reading by non-trusted program",
        prints: "file=fd.name gparent=proc.aname[2] ggparent=proc.aname[3] gggparent=proc.aname[4]",
        calls: &["openat", "open", "openat2"],
    },
    Rule {
        name: "Drop and execute new binary in container",
        priority: "Critical",
        tags: "PCI_DSS_11.5.1,TA0003,container,maturity_stable,mitre_persistence,process",
        sentence: "Executing binary not part of base image",
        prints: "proc_exe=proc.exe proc_sname=proc.sname gparent=proc.aname[2] \
                proc_exe_ino_ctime=proc.exe_ino.ctime proc_exe_ino_mtime=proc.exe_ino.mtime \
                proc_exe_ino_ctime_duration_proc_start=proc.exe_ino.ctime_duration_proc_start proc_cwd=proc.cwd \
                container_start_ts=container.start_ts exe_flags=evt.arg.flags",
        calls: &["execve", "execveat"],
    },
    Rule {
        name: "Terminal shell in container",
        priority: "Notice",
        tags: "T1059,container,maturity_stable,mitre_execution,shell",
        sentence: "A shell was spawned in a container with an attached terminal",
        prints: "exe_flags=evt.arg.flags",
        calls: &["execve"],
    },
    Rule {
        name: "Redirect STDOUT/STDIN to Network Connection in Container",
        priority: "Notice",
        tags: "T1059,container,maturity_stable,mitre_execution,network,process",
        sentence: "Redirect stdout/stdin to network connection",
        prints: "gparent=proc.aname[2] ggparent=proc.aname[3] gggparent=proc.aname[4] fd.sip=fd.sip \
                connection=fd.name lport=fd.lport rport=fd.rport fd_type=fd.type fd_proto=fd.l4proto",
        calls: &["dup2", "dup3", "dup"],
    },
    Rule {
        name: "Packet socket created in container",
        priority: "Notice",
        tags: "T1557.002,container,maturity_stable,mitre_credential_access,network",
        sentence: "Packet socket was created in a container",
        prints: "socket_info=evt.args connection=fd.name lport=fd.lport rport=fd.rport",
        calls: &["socket"],
    },
    Rule {
        name: "Search Private Keys or Passwords",
        priority: "Warning",
        tags: "T1552.001,container,filesystem,host,maturity_stable,mitre_credential_access,process",
        sentence: "Grep private keys or passwords activities found",
        prints: "pcmdline=proc.pcmdline exe_flags=evt.arg.flags",
        calls: &["execve"],
    },
    Rule {
        name: "Run shell untrusted",
        priority: "Notice",
        tags: "T1059.004,container,host,maturity_stable,mitre_execution,process,shell",
        sentence: "Shell spawned by untrusted binary",
        prints: "parent_exe=proc.pexe parent_exepath=proc.pexepath pcmdline=proc.pcmdline gparent=proc.aname[2] \
                ggparent=proc.aname[3] aname[4]=proc.aname[4] aname[5]=proc.aname[5] exe_flags=evt.arg.flags",
        calls: &["execve"],
    },
    Rule {
        name: "System user interactive",
        priority: "Informational",
        tags: "NIST_800-53_AC-2,T1059,container,host,maturity_stable,mitre_execution,users",
        sentence: "System user ran an interactive command",
        prints: "exe_flags=evt.arg.flags",
        calls: &["execve"],
    },
    Rule {
        name: "Fileless execution via memfd_create",
        priority: "Critical",
        tags: "T1620,container,host,maturity_stable,mitre_defense_evasion,process",
        sentence: "Fileless execution via memfd_create",
        prints: "container_start_ts=container.start_ts proc_cwd=proc.cwd evt_res=evt.res proc_sname=proc.sname \
                gparent=proc.aname[2] exe_flags=evt.arg.flags",
        calls: &["execve", "execveat"],
    },
    Rule {
        name: "Clear Log Activities",
        priority: "Warning",
        tags: "NIST_800-53_AU-10,T1070,container,filesystem,host,maturity_stable,mitre_defense_evasion",
        sentence: "Log files were tampered",
        prints: "file=fd.name",
        calls: &["openat", "open"],
    },
    Rule {
        name: "Execution from /dev/shm",
        priority: "Warning",
        tags: "T1059.004,container,host,maturity_stable,mitre_execution",
        sentence: "File execution detected from /dev/shm",
        prints: "evt_res=evt.res file=fd.name proc_cwd=proc.cwd proc_pcmdline=proc.pcmdline \
                user_loginname=user.loginname group_gid=group.gid group_name=group.name exe_flags=evt.arg.flags",
        calls: &["execve"],
    },
    Rule {
        name: "Disallowed SSH Connection Non Standard Port",
        priority: "Notice",
        tags: "T1059,container,host,maturity_stable,mitre_execution,network,process",
        sentence: "Disallowed SSH Connection",
        prints: "connection=fd.name lport=fd.lport rport=fd.rport fd_type=fd.type fd_proto=fd.l4proto",
        calls: &["connect"],
    },
    Rule {
        name: "PTRACE attached to process",
        priority: "Warning",
        tags: "T1055.008,container,host,maturity_stable,mitre_privilege_escalation,process",
        sentence: "Detected ptrace PTRACE_ATTACH attempt",
        prints: "proc_pcmdline=proc.pcmdline",
        calls: &["ptrace"],
    },
    Rule {
        name: "Directory traversal monitored file read",
        priority: "Warning",
        tags: "T1555,container,filesystem,host,maturity_stable,mitre_credential_access",
        sentence: "Read monitored file via directory traversal",
        prints: "file=fd.name fileraw=fd.nameraw gparent=proc.aname[2] ggparent=proc.aname[3] \
                gggparent=proc.aname[4]",
        calls: &["openat", "open"],
    },
    Rule {
        name: "Remove Bulk Data from Disk",
        priority: "Warning",
        tags: "T1485,container,filesystem,host,maturity_stable,mitre_impact,process",
        sentence: "Bulk data has been removed from disk",
        prints: "file=fd.name exe_flags=evt.arg.flags",
        calls: &["execve"],
    },
    Rule {
        name: "Create Symlink Over Sensitive Files",
        priority: "Warning",
        tags: "T1555,container,filesystem,host,maturity_stable,mitre_credential_access",
        sentence: "Symlinks created over sensitive files",
        prints: "target=evt.arg.target linkpath=evt.arg.linkpath",
        calls: &["symlinkat", "symlink"],
    },
    Rule {
        name: "Read sensitive file trusted after startup",
        priority: "Warning",
        tags: "T1555,container,filesystem,host,maturity_stable,mitre_credential_access",
        sentence: "Sensitive file opened for reading by trusted program after startup",
        prints: "file=fd.name pcmdline=proc.pcmdline gparent=proc.aname[2] ggparent=proc.aname[3] \
                gggparent=proc.aname[4]",
        calls: &["openat", "open"],
    },
    Rule {
        name: "Find AWS Credentials",
        priority: "Warning",
        tags: "T1552,aws,container,host,maturity_stable,mitre_credential_access,process",
        sentence: "Detected AWS credentials search activity",
        prints: "proc_pcmdline=proc.pcmdline proc_cwd=proc.cwd group_gid=group.gid group_name=group.name \
                user_loginname=user.loginname exe_flags=evt.arg.flags",
        calls: &["execve"],
    },
    Rule {
        name: "Create Hardlink Over Sensitive Files",
        priority: "Warning",
        tags: "T1555,container,filesystem,host,maturity_stable,mitre_credential_access",
        sentence: "Hardlinks created over sensitive files",
        prints: "target=evt.arg.target linkpath=evt.arg.linkpath",
        calls: &["linkat", "link"],
    },
    Rule {
        name: "PTRACE anti-debug attempt",
        priority: "Notice",
        tags: "T1622,container,host,maturity_stable,mitre_defense_evasion,process",
        sentence: "Detected potential PTRACE_TRACEME anti-debug attempt",
        prints: "proc_pcmdline=proc.pcmdline",
        calls: &["ptrace"],
    },
    Rule {
        name: "Netcat Remote Code Execution in Container",
        priority: "Warning",
        tags: "T1059,container,maturity_stable,mitre_execution,network,process",
        sentence: "Netcat runs inside container that allows remote code execution",
        prints: "exe_flags=evt.arg.flags",
        calls: &["execve"],
    },
    Rule {
        name: "Linux Kernel Module Injection Detected",
        priority: "Warning",
        tags: "TA0004,container,host,maturity_stable,mitre_persistence,process",
        sentence: "Linux Kernel Module injection from container",
        prints: "parent_exepath=proc.pexepath gparent=proc.aname[2] gexepath=proc.aexepath[2] module=proc.args \
                res=evt.res",
        calls: &["init_module", "finit_module"],
    },
    Rule {
        name: "Detect release_agent File Container Escapes",
        priority: "Critical",
        tags: "T1611,container,maturity_stable,mitre_privilege_escalation,process",
        sentence: "Detect an attempt to exploit a container escape using release_agent file",
        prints: "file=fd.name cap_effective=thread.cap_effective",
        calls: &["openat"],
    },
    Rule {
        name: "Debugfs Launched in Privileged Container",
        priority: "Warning",
        tags: "T1611,cis,container,maturity_stable,mitre_privilege_escalation,process",
        sentence: "Debugfs launched started in a privileged container",
        prints: "exe_flags=evt.arg.flags",
        calls: &["execve"],
    },
];
