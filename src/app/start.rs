//! The start page's offers: Falco's usual files on this host, what was opened lately, and the demo.
//!
//! Lives here: where Falco writes. Not here: how the page looks (`ui`). Imports: `base`, `source`, `state`.
//! Promise: only what exists and can be read is offered.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::base::Clean;
use crate::source::SourceName;
use crate::state::Start;

/// Where `file_output` writes: falco.yaml's own example, the Helm chart's and the packages' habits.
const USUAL: [&str; 6] = [
    "/var/log/falco/events.json",
    "/var/log/falco/events.jsonl",
    "/var/log/falco/falco.json",
    "/var/log/falco/falco.log",
    "/var/log/falco.json",
    "/var/log/falco.log",
];

/// What the start page offers on this host. `recent`: what was opened lately; `demo`: the demo's title and bytes.
pub(crate) fn offers(recent: &[PathBuf], demo: (&'static str, Arc<Vec<u8>>)) -> Vec<Start> {
    let mut offers: Vec<Start> = USUAL.iter().filter_map(|path| usual(Path::new(path))).collect();
    offers.extend(recent.iter().filter(|path| !is_usual(path)).map(|path| opened_before(path)));
    offers.push(Start {
        source: SourceName::Memory(demo.0, demo.1),
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
        about: Clean::from_bytes(format!("Falco's file_output · {}", size(known.len())).as_bytes()),
    })
}

fn is_usual(path: &Path) -> bool {
    USUAL.iter().any(|usual| Path::new(usual) == path)
}

fn opened_before(path: &Path) -> Start {
    let about = match path.metadata() {
        Ok(known) if known.is_file() => format!("opened before · {}", size(known.len())),
        _ => "opened before".to_owned(),
    };
    Start {
        source: SourceName::Path(path.to_owned()),
        title: Clean::from_bytes(path.as_os_str().as_encoded_bytes()),
        about: Clean::from_bytes(about.as_bytes()),
    }
}

/// `312 bytes`, `4 KB`, `12 MB`, `1.5 GB`; powers of a thousand.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} KB", bytes / 1_000),
        1_000_000..1_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{}.{} GB", bytes / 1_000_000_000, bytes / 100_000_000 % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        let cases = [(312, "312 bytes"), (4_999, "4 KB"), (12_400_000, "12 MB"), (1_540_000_000, "1.5 GB")];
        for (bytes, want) in cases {
            assert_eq!(size(bytes), want);
        }
    }

    #[test]
    fn only_files_that_can_be_read_are_offered() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("events\x1b.json");
        std::fs::write(&file, "{}").unwrap();
        assert!(usual(directory.path()).is_none());
        assert!(usual(&directory.path().join("missing")).is_none());
        assert_eq!(usual(&file).unwrap().about.as_str(), "Falco's file_output · 2 bytes");
    }
}
