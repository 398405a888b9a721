//! The same alerts as other programs write them: in docker's lines and a container runtime's, as Falco's text, packed.
//!
//! Lives here: writing those files. Imports: nothing of stoop's. Promise: each file holds the alerts of the plain one, in their
//! order; docker's escapes are docker's.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

/// Writes one alert's line.
type Write1 = fn(&str, &mut dyn Write) -> io::Result<()>;

/// The name of each form, and how a line of it is written.
const WRITTEN: [(&str, Write1); 3] = [("docker", docker), ("cri", cri), ("text", text)];

/// The name and the file of each form of the alerts in `plain`, beside it; the plain one first.
pub(crate) fn forms(plain: &Path) -> io::Result<Vec<(&'static str, PathBuf)>> {
    let mut forms = vec![("plain", plain.to_owned())];
    for (name, write) in WRITTEN {
        forms.push((name, made(plain, name, &|to| lines(plain, write, to))?));
    }
    forms.push(("gz", made(plain, "gz", &|to| gz(plain, to))?));
    forms.push(("zst", made(plain, "zst", &|to| zstd::stream::copy_encode(File::open(plain)?, to, 3))?));
    Ok(forms)
}

fn made(plain: &Path, name: &str, write: &dyn Fn(&mut dyn Write) -> io::Result<()>) -> io::Result<PathBuf> {
    let path = plain.with_extension(format!("{name}.jsonl"));
    if !path.exists() {
        let begun = path.with_extension("begun");
        let mut file = BufWriter::with_capacity(1 << 20, File::create(&begun)?);
        write(&mut file)?;
        file.flush()?;
        fs::rename(&begun, &path)?;
    }
    Ok(path)
}

fn lines(plain: &Path, write: Write1, to: &mut dyn Write) -> io::Result<()> {
    BufReader::new(File::open(plain)?).lines().try_for_each(|line| write(&line?, to))
}

fn gz(plain: &Path, to: &mut dyn Write) -> io::Result<()> {
    let mut packer = GzEncoder::new(to, Compression::default());
    io::copy(&mut File::open(plain)?, &mut packer)?;
    packer.finish().map(|_| ())
}

fn docker(line: &str, to: &mut dyn Write) -> io::Result<()> {
    let log = serde_json::Value::from(format!("{line}\n")).to_string();
    let log = log.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
    writeln!(to, r#"{{"log":{log},"stream":"stdout","time":"{}"}}"#, member(line, "time"))
}

fn cri(line: &str, to: &mut dyn Write) -> io::Result<()> {
    writeln!(to, "{} stdout F {line}", member(line, "time"))
}

fn text(line: &str, to: &mut dyn Write) -> io::Result<()> {
    writeln!(to, "{}", member(line, "output").replace('\n', " "))
}

fn member(line: &str, name: &str) -> String {
    let alert: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
    alert.get(name).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}
