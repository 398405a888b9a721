//! The sample alerts in the binary, for `stoop demo`: one night of a small cluster.
//!
//! Lives here: the compressed bytes and their unpacking. Not here: how they are shown (`ui`). Imports: nothing of
//! stoop's. Promise: the bytes are those of `sample-alerts/overnight.jsonl.gz`, whole or not at all.

use std::io::{self, Read as _};
use std::sync::Arc;

use flate2::read::GzDecoder;

/// What the demo is called where a file would have its name.
pub(crate) const TITLE: &str = "overnight.jsonl";

/// As it lies in the repository; `sample-alerts/overnight.rs` makes it.
const PACKED: &[u8] = include_bytes!("../../sample-alerts/overnight.jsonl.gz");

/// The 12,003 lines of the sample night, 13.3 MB; unpacking takes some tens of milliseconds. An error only where the
/// binary itself is damaged.
pub(crate) fn alerts() -> io::Result<Arc<Vec<u8>>> {
    let mut lines = Vec::with_capacity(14_000_000);
    GzDecoder::new(PACKED).read_to_end(&mut lines)?;
    Ok(Arc::new(lines))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_unpacks_to_the_whole_night() {
        let lines = alerts().expect("the demo's bytes are damaged");
        assert_eq!(lines.split(|b| *b == b'\n').count(), 12_004);
        assert!(lines.ends_with(b"Z\"}\n"));
    }
}
