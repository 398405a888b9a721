//! The sample alerts in the binary, for `stoop demo`: one night of a small cluster.
//!
//! Lives here: the compressed bytes and their name. Not here: unpacking (`source`), how they are shown (`ui`). Imports:
//! `source`. Promise: the bytes are those of `sample-alerts/overnight.jsonl.gz`.

use crate::source::SourceName;

/// The 12,003 lines of the sample night, 13.3 MB when they are unpacked; `sample-alerts/overnight.rs` makes them.
pub(crate) const ALERTS: SourceName =
    SourceName::Packed("overnight.jsonl", include_bytes!("../../sample-alerts/overnight.jsonl.gz"));

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Found, walk};

    #[test]
    fn the_demo_unpacks_to_the_whole_night() {
        let walk = walk(&ALERTS).expect("the demo's bytes are damaged");
        let [Found::Memory(_, lines)] = walk.found.as_slice() else { panic!("{:?}", walk.found) };
        assert_eq!(walk.total, Some(lines.len() as u64));
        assert_eq!(lines.split(|b| *b == b'\n').count(), 12_004);
        assert!(lines.ends_with(b"Z\"}\n"));
    }
}
