//! The playbooks in the binary.
//!
//! Lives here: the list of files, read once when first asked for. Not here: what they say (`playbooks/`).
//! Imports: siblings only. Promise: a test finds a file that is missing here, and every complaint about one.

use std::sync::OnceLock;

use crate::analysis::load::load;
use crate::analysis::playbook::Library;

/// Names and texts of the files.
pub(crate) const FILES: [(&str, &str); 10] = [
    ("common.toml", include_str!("../../playbooks/common.toml")),
    ("steps.toml", include_str!("../../playbooks/steps.toml")),
    ("rules/clear-log-activities.toml", include_str!("../../playbooks/rules/clear-log-activities.toml")),
    (
        "rules/create-symlink-over-sensitive-files.toml",
        include_str!("../../playbooks/rules/create-symlink-over-sensitive-files.toml"),
    ),
    ("rules/terminal-shell-in-container.toml", include_str!("../../playbooks/rules/terminal-shell-in-container.toml")),
    ("generic/unknown.toml", include_str!("../../playbooks/generic/unknown.toml")),
    ("generic/container.toml", include_str!("../../playbooks/generic/container.toml")),
    ("generic/host.toml", include_str!("../../playbooks/generic/host.toml")),
    ("overlays/test-tools.toml", include_str!("../../playbooks/overlays/test-tools.toml")),
    ("overlays/sensor-trouble.toml", include_str!("../../playbooks/overlays/sensor-trouble.toml")),
];

/// The bundled library.
pub(crate) fn library() -> &'static Library {
    static LIBRARY: OnceLock<Library> = OnceLock::new();
    LIBRARY.get_or_init(|| load(&FILES))
}

#[cfg(test)]
#[path = "bundled_tests.rs"]
mod tests;
