//! The playbooks in the binary.
//!
//! Lives here: the list of files, read once when first asked for. Not here: what they say (`playbooks/`).
//! Imports: `base`. Promise: a test finds a file that is missing here, and every complaint about one.

use std::borrow::Cow;
use std::sync::OnceLock;

use crate::analysis::complaints::PlaybookFile;
use crate::analysis::load::load;
use crate::analysis::playbook::Library;
use crate::base::Clean;

/// A file of `playbooks/` by its name there, and its text.
macro_rules! playbook {
    ($name:literal) => {
        ($name, include_str!(concat!("../../playbooks/", $name)))
    };
}

/// Names and texts of the files.
pub(crate) const FILES: [(&str, &str); 69] = [
    playbook!("common.toml"),
    playbook!("steps.toml"),
    playbook!("attack.toml"),
    playbook!("renamed.toml"),
    playbook!("rules/adding-ssh-keys-to-authorized-keys.toml"),
    playbook!("rules/backdoored-library-loaded-into-sshd-cve-2024-3094.toml"),
    playbook!("rules/bpf-program-not-profiled.toml"),
    playbook!("rules/change-namespace-privileges-via-unshare.toml"),
    playbook!("rules/change-thread-namespace.toml"),
    playbook!("rules/clear-log-activities.toml"),
    playbook!("rules/contact-cloud-metadata-service-from-container.toml"),
    playbook!("rules/contact-k8s-api-server-from-container.toml"),
    playbook!("rules/create-files-below-dev.toml"),
    playbook!("rules/create-hardlink-over-sensitive-files.toml"),
    playbook!("rules/create-symlink-over-sensitive-files.toml"),
    playbook!("rules/db-program-spawned-process.toml"),
    playbook!("rules/debugfs-launched-in-privileged-container.toml"),
    playbook!("rules/delete-or-rename-shell-history.toml"),
    playbook!("rules/detect-release-agent-file-container-escapes.toml"),
    playbook!("rules/directory-traversal-monitored-file-read.toml"),
    playbook!("rules/disallowed-ssh-connection-non-standard-port.toml"),
    playbook!("rules/drop-and-execute-new-binary-in-container.toml"),
    playbook!("rules/execution-from-dev-shm.toml"),
    playbook!("rules/exfiltrating-artifacts-via-kubernetes-control-plane.toml"),
    playbook!("rules/fileless-execution-via-memfd-create.toml"),
    playbook!("rules/find-aws-credentials.toml"),
    playbook!("rules/launch-excessively-capable-container.toml"),
    playbook!("rules/launch-ingress-remote-file-copy-tools-in-container.toml"),
    playbook!("rules/launch-package-management-process-in-container.toml"),
    playbook!("rules/launch-privileged-container.toml"),
    playbook!("rules/launch-remote-file-copy-tools-in-container.toml"),
    playbook!("rules/launch-suspicious-network-tool-in-container.toml"),
    playbook!("rules/launch-suspicious-network-tool-on-host.toml"),
    playbook!("rules/linux-kernel-module-injection-detected.toml"),
    playbook!("rules/modify-shell-configuration-file.toml"),
    playbook!("rules/mount-launched-in-privileged-container.toml"),
    playbook!("rules/netcat-remote-code-execution-in-container.toml"),
    playbook!("rules/network-connection-outside-local-subnet.toml"),
    playbook!("rules/non-sudo-setuid.toml"),
    playbook!("rules/packet-socket-created-in-container.toml"),
    playbook!("rules/potential-local-privilege-escalation-via-environment-variables-misuse.toml"),
    playbook!("rules/program-run-with-disallowed-http-proxy-env.toml"),
    playbook!("rules/ptrace-anti-debug-attempt.toml"),
    playbook!("rules/ptrace-attached-to-process.toml"),
    playbook!("rules/read-environment-variable-from-proc-files.toml"),
    playbook!("rules/read-sensitive-file-trusted-after-startup.toml"),
    playbook!("rules/read-sensitive-file-untrusted.toml"),
    playbook!("rules/read-ssh-information.toml"),
    playbook!("rules/redirect-stdout-stdin-to-network-connection-in-container.toml"),
    playbook!("rules/remove-bulk-data-from-disk.toml"),
    playbook!("rules/run-shell-untrusted.toml"),
    playbook!("rules/schedule-cron-jobs.toml"),
    playbook!("rules/search-private-keys-or-passwords.toml"),
    playbook!("rules/set-setuid-or-setgid-bit.toml"),
    playbook!("rules/system-procs-network-activity.toml"),
    playbook!("rules/system-user-interactive.toml"),
    playbook!("rules/terminal-shell-in-container.toml"),
    playbook!("rules/unexpected-udp-traffic.toml"),
    playbook!("rules/user-mgmt-binaries.toml"),
    playbook!("generic/aws-cloudtrail.toml"),
    playbook!("generic/container.toml"),
    playbook!("generic/github.toml"),
    playbook!("generic/host.toml"),
    playbook!("generic/k8s-audit.toml"),
    playbook!("generic/network.toml"),
    playbook!("generic/okta.toml"),
    playbook!("generic/unknown.toml"),
    playbook!("overlays/sensor-trouble.toml"),
    playbook!("overlays/test-tools.toml"),
];

/// The bundled library.
pub(crate) fn library() -> &'static Library {
    static LIBRARY: OnceLock<Library> = OnceLock::new();
    LIBRARY.get_or_init(|| load(&files(), &[]))
}

/// The bundled files.
pub(crate) fn files() -> Vec<PlaybookFile> {
    let file = |(name, text): &(&'static str, &'static str)| PlaybookFile {
        name: Cow::Borrowed(name),
        origin: Clean::default(),
        text: Cow::Borrowed(text),
    };
    FILES.iter().map(file).collect()
}

#[cfg(test)]
#[path = "bundled_tests.rs"]
mod tests;
