//! The sources that were opened lately, for the start page.
//!
//! Lives here: one small file in stoop's directory for state, newest first. Imports: `source`. Promise: a file that is
//! missing, broken or can't be written only shortens the list; nothing else is ever written there.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::app::statefile;
use crate::source::SourceName;

/// The file's name.
const FILE: &str = "recent";

/// So many are remembered.
const MOST: usize = 8;

/// The paths that were opened lately and are still there, newest first.
pub(crate) fn remembered(state: &Path) -> Vec<PathBuf> {
    paths(state).into_iter().filter(|path| path.exists()).collect()
}

/// Puts the files and directories among `names` in front. Not being able to is no failure of what was asked for.
pub(crate) fn remember(state: &Path, names: &[SourceName]) {
    let opened = names.iter().filter_map(|name| match name {
        SourceName::Path(path) => fs::canonicalize(path).ok(),
        SourceName::Stdin | SourceName::Packed(..) | SourceName::Memory(..) => None,
    });
    let mut newest: Vec<PathBuf> = opened.collect();
    if newest.is_empty() {
        return;
    }
    let older: Vec<PathBuf> = paths(state).into_iter().filter(|path| !newest.contains(path)).collect();
    newest.extend(older);
    newest.truncate(MOST);
    let bytes: Vec<u8> = newest.iter().flat_map(|path| [path.as_os_str().as_bytes(), &[0]].concat()).collect();
    let _ = statefile::write(state, FILE, &bytes);
}

/// Paths may hold anything but NUL, so that ends them.
fn paths(state: &Path) -> Vec<PathBuf> {
    let bytes = statefile::read(state, FILE);
    let parts = bytes.split(|byte| *byte == 0).map(|part| PathBuf::from(OsStr::from_bytes(part)));
    parts.filter(|path| path.is_absolute()).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_stands_first_and_each_once() {
        let home = tempfile::tempdir().unwrap();
        let state = home.path().join("state/stoop");
        let names: Vec<PathBuf> = (0..10).map(|n| home.path().join(format!("a\n{n}.jsonl"))).collect();
        assert_eq!(remembered(&state), Vec::<PathBuf>::new());
        for name in names.iter().chain(&names[3..4]) {
            fs::write(name, "").unwrap();
            remember(&state, &[SourceName::Path(name.clone()), SourceName::Stdin]);
        }
        let whole: Vec<PathBuf> = names.iter().map(|name| name.canonicalize().unwrap()).collect();
        let want = [3, 9, 8, 7, 6, 5, 4, 2].map(|n: usize| whole[n].clone());
        assert_eq!(remembered(&state), want);
        fs::remove_file(&names[9]).unwrap();
        assert_eq!(remembered(&state).len(), 7, "what is gone is not offered");
        assert_eq!(fs::read_dir(&state).unwrap().count(), 1, "nothing else is left there");
    }

    #[test]
    fn a_broken_file_or_no_place_to_write_is_no_failure() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("recent"), b"\xff\0relative\0\0").unwrap();
        assert_eq!(remembered(home.path()), Vec::<PathBuf>::new());
        let file = home.path().join("recent");
        remember(&file, &[SourceName::Path(home.path().to_owned())]);
        assert_eq!(remembered(&file), Vec::<PathBuf>::new());
    }
}
