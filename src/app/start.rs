//! The start page's offers: Falco's usual files on this host, what was opened lately, and the demo.
//!
//! Lives here: where Falco writes. Not here: how the page looks (`ui`). Imports: `base`, `source`, `state`.
//! Promise: only what exists and can be read is offered.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::app::demo;
use crate::base::Clean;
use crate::source::SourceName;
use crate::state::{Start, number};

/// Where `file_output` writes: falco.yaml's own example, the Helm chart's and the packages' habits.
const USUAL: [&str; 6] = [
    "/var/log/falco/events.json",
    "/var/log/falco/events.jsonl",
    "/var/log/falco/falco.json",
    "/var/log/falco/falco.log",
    "/var/log/falco.json",
    "/var/log/falco.log",
];

/// What the start page offers on this host. `recent`: what was opened lately.
pub(crate) fn offers(recent: &[PathBuf]) -> Vec<Start> {
    let mut offers: Vec<Start> = USUAL.iter().filter_map(|path| usual(Path::new(path))).collect();
    offers.extend(recent.iter().filter(|path| !is_usual(path)).map(|path| opened_before(path)));
    offers.push(Start {
        source: demo::ALERTS,
        title: Clean::from("demo"),
        about: Clean::from("sample alerts, built in"),
    });
    offers
}

fn usual(path: &Path) -> Option<Start> {
    // Opened rather than asked for its mode: only that tells whether it can be read.
    let known = File::open(path).and_then(|file| file.metadata()).ok().filter(std::fs::Metadata::is_file)?;
    Some(Start {
        source: SourceName::Path(path.to_owned()),
        title: Clean::from_bytes(path.as_os_str().as_encoded_bytes()),
        about: Clean::concat([Clean::from("Falco's file_output · "), number::size(known.len())]),
    })
}

fn is_usual(path: &Path) -> bool {
    USUAL.iter().any(|usual| Path::new(usual) == path)
}

fn opened_before(path: &Path) -> Start {
    let about = match path.metadata() {
        Ok(known) if known.is_file() => Clean::concat([Clean::from("opened before · "), number::size(known.len())]),
        _ => Clean::from("opened before"),
    };
    let title = Clean::from_bytes(path.as_os_str().as_encoded_bytes());
    Start { source: SourceName::Path(path.to_owned()), title, about }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_that_can_be_read_are_offered() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("events\x1b.json");
        std::fs::write(&file, "{}").unwrap();
        assert!(usual(directory.path()).is_none());
        assert!(usual(&directory.path().join("missing")).is_none());
        assert_eq!(usual(&file).unwrap().about.as_str(), "Falco's file_output · 2 B");
    }
}
