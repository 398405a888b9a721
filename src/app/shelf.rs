//! The user's own playbooks: where they lie, and their files.
//!
//! Lives here: reading directories. Not here: what the files say (`analysis`), that the configuration's directory is
//! where it is (`environment`). Imports: `analysis`, `base`. Promise: only regular `.toml` files of at most a megabyte are
//! read, and what could not be read is said.

use std::borrow::Cow;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Read as _};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::analysis::{PlaybookFile, Playbooks};
use crate::app::environment::Environment;
use crate::base::{Clean, Notice};

/// Below a directory of playbooks; files may lie beside these too.
const PARTS: [&str; 3] = ["rules", "generic", "overlays"];
/// The largest file that is read, in bytes; the largest bundled one has a fiftieth of that.
const LARGEST: u64 = 1 << 20;

/// Where the user's playbooks lie.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shelf {
    /// The configuration's directory; it need not be there.
    usual: Option<PathBuf>,
    /// Directories and files that the user named.
    named: Vec<PathBuf>,
}

/// What was found on it.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The files, in the order in which a later one replaces an earlier one.
    pub(crate) files: Vec<PlaybookFile>,
    /// What could not be read.
    pub(crate) failed: Vec<Notice>,
}

impl Shelf {
    /// The usual directory of `environment`, and those that were named.
    pub(crate) fn new(environment: &Environment, named: &[OsString]) -> Self {
        let usual = environment.config.as_ref().map(|config| config.join("playbooks"));
        Self { usual, named: named.iter().map(PathBuf::from).collect() }
    }

    /// Without the usual directory.
    pub(crate) fn only(named: &[OsString]) -> Self {
        Self { usual: None, named: named.iter().map(PathBuf::from).collect() }
    }

    /// Reads everything.
    pub(crate) fn read(&self) -> Found {
        let mut found = Found::default();
        if let Some(usual) = self.usual.as_ref().filter(|path| path.exists()) {
            found.take(usual);
        }
        for path in &self.named {
            found.take(path);
        }
        found
    }

    /// The playbooks in force; what is wrong with the user's is among [`Playbooks::complaints`] or in the list.
    pub(crate) fn playbooks(&self) -> (Playbooks, Vec<Notice>) {
        let found = self.read();
        (Playbooks::with(&found.files), found.failed)
    }
}

impl Found {
    fn take(&mut self, path: &Path) {
        if path.is_dir() { self.take_directory(path) } else { self.take_file(path, Path::new("")) }
    }

    fn take_directory(&mut self, directory: &Path) {
        let parts = PARTS.iter().map(|part| directory.join(part)).filter(|part| part.is_dir());
        let mut paths = Vec::new();
        for folder in std::iter::once(directory.to_owned()).chain(parts) {
            match playbooks_in(&folder) {
                Ok(inside) => paths.extend(inside),
                Err(error) => self.failed.push(unreadable(&folder, &error)),
            }
        }
        // By the file's own name: that is what its id repeats.
        paths.sort_by(|a, b| (a.file_name(), a).cmp(&(b.file_name(), b)));
        for path in paths {
            self.take_file(&path, directory);
        }
    }

    fn take_file(&mut self, path: &Path, directory: &Path) {
        let below = if directory.as_os_str().is_empty() { path.file_name().map(Path::new) } else { None };
        let below = below.unwrap_or_else(|| path.strip_prefix(directory).unwrap_or(path));
        match text(path) {
            Ok(text) => self.files.push(PlaybookFile {
                name: Cow::Owned(below.to_string_lossy().into_owned()),
                origin: title(path),
                text: Cow::Owned(text),
            }),
            Err(error) => self.failed.push(unreadable(path, &error)),
        }
    }
}

/// The regular files `*.toml` of a directory; hidden ones are an editor's.
fn playbooks_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden = path.file_name().is_some_and(|name| name.as_bytes().starts_with(b"."));
        if !hidden && path.extension().is_some_and(|end| end == "toml") && !path.is_dir() {
            paths.push(path);
        }
    }
    Ok(paths)
}

fn text(path: &Path) -> io::Result<String> {
    // Asked first: opening a pipe would wait for its writer.
    let known = fs::metadata(path)?;
    if !known.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    // Files of /proc have no length that could be asked for.
    let mut text = String::new();
    if known.len() <= LARGEST {
        fs::File::open(path)?.take(LARGEST + 1).read_to_string(&mut text)?;
    }
    if known.len().max(text.len() as u64) > LARGEST {
        return Err(io::Error::other("it is larger than a megabyte"));
    }
    Ok(text)
}

fn unreadable(path: &Path, error: &io::Error) -> Notice {
    let what = format!("cannot be read: {error}");
    Notice::said(Clean::from_bytes(what.as_bytes())).at(title(path))
}

fn title(path: &Path) -> Clean {
    Clean::from_bytes(path.as_os_str().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_all_folders_are_found_by_name_and_the_rest_is_said_or_left() {
        let at = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| {
            let path = at.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        };
        write("rules/b.toml", b"b");
        write("a.toml", b"a");
        write("overlays/c.toml", b"c");
        write("generic/d.toml~", b"d");
        write(".e.toml", b"e");
        write("other/f.toml", b"f");
        write("g.toml", b"\xff");
        write("h.toml", &vec![b'#'; (1 << 20) + 1]);
        let found = Shelf::only(&[at.path().into(), at.path().join("missing").into()]).read();
        let names: Vec<&str> = found.files.iter().map(|file| file.name.as_ref()).collect();
        assert_eq!(names, ["a.toml", "rules/b.toml", "overlays/c.toml"]);
        let failed: Vec<String> = found.failed.iter().map(ToString::to_string).collect();
        assert_eq!(failed.len(), 3, "{failed:?}");
        for (failed, name) in failed.iter().zip(["g.toml: cannot", "h.toml: cannot", "missing: cannot"]) {
            assert!(failed.contains(name), "{failed}");
        }
    }

    #[test]
    fn without_a_directory_there_is_nothing_and_no_word() {
        let shelf = Shelf { usual: Some("/nowhere/at/all".into()), named: Vec::new() };
        let found = shelf.read();
        assert!(found.files.is_empty() && found.failed.is_empty());
    }
}
