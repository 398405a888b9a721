//! Addresses as they are written, and what the flags come to together.
//!
//! Imports: `source`.

use super::*;
use clap::Parser;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

#[derive(Debug, Parser)]
struct Words {
    #[command(flatten)]
    flags: ListenFlags,
    sources: Vec<OsString>,
}

fn parsed(words: &[&str]) -> Result<Words, String> {
    Words::try_parse_from(std::iter::once(&"stoop").chain(words)).map_err(|why| why.to_string())
}

fn come_to(words: &[&str]) -> Result<Option<Listening>, String> {
    let words = parsed(words)?;
    let sources: Vec<_> = words.sources.iter().map(|word| SourceName::Path(word.into())).collect();
    listening(&words.flags, &sources).map_err(|notice| notice.to_string())
}

#[test]
fn an_address_has_many_forms() {
    let cases = [
        ("2803", Some("127.0.0.1:2803")),
        (":9000", Some("127.0.0.1:9000")),
        ("0", Some("127.0.0.1:0")),
        ("127.0.0.1", Some("127.0.0.1:2803")),
        ("127.0.0.1:1", Some("127.0.0.1:1")),
        ("0.0.0.0:2803", Some("0.0.0.0:2803")),
        ("::1", Some("[::1]:2803")),
        ("[::1]", Some("[::1]:2803")),
        ("[::1]:2803", Some("[::1]:2803")),
        ("::", Some("[::]:2803")),
        ("localhost", Some("localhost:2803")),
        ("my-host.example:1", Some("my-host.example:1")),
        ("", Some("127.0.0.1:2803")),
        (":", None),
        ("70000", None),
        ("host:70000", None),
        ("127.0.0.1.5", None),
        ("127.0.0.256:1", None),
        ("http://localhost:2803", None),
        ("host/path", None),
        ("a b", None),
        ("\u{1b}[31m", None),
    ];
    for (text, want) in cases {
        let got = Wanted::parse(text).map(|wanted| match (wanted.ip, wanted.name) {
            (Some(ip), None) => SocketAddr::new(ip, wanted.port).to_string(),
            (_, name) => format!("{}:{}", name.unwrap_or_default(), wanted.port),
        });
        assert_eq!(got.as_deref(), want, "{text:?}");
    }
}

#[test]
fn listen_takes_its_address_behind_an_equals_sign_only() {
    let words = parsed(&["--listen", "a.jsonl"]).unwrap();
    assert_eq!(
        (words.flags.listen.as_deref(), words.sources),
        (Some("127.0.0.1:2803"), vec![OsString::from("a.jsonl")])
    );
    assert_eq!(parsed(&["--listen=9000"]).unwrap().flags.listen.as_deref(), Some("9000"));
    assert!(come_to(&[]).unwrap().is_none());
    for words in [&["--keep", "x"][..], &["--listen-token-file", "x"], &["--listen", "--listen-cert", "x"]] {
        assert!(parsed(words).is_err(), "{words:?}");
    }
}

#[test]
fn others_need_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let token = folder.path().join("token");
    fs::write(&token, "0123456789abcdef\n").unwrap();
    fs::set_permissions(&token, fs::Permissions::from_mode(0o600)).unwrap();
    let token = token.to_str().unwrap();
    // An address, whether it needs a token, whether the token crosses the network in clear.
    let cases = [
        ("--listen", false),
        ("--listen=127.9.9.9:2803", false),
        ("--listen=[::1]:2803", false),
        ("--listen=localhost", false),
        ("--listen=[::ffff:127.0.0.1]:2803", false),
        ("--listen=0.0.0.0:2803", true),
        ("--listen=[::]:2803", true),
        ("--listen=192.0.2.1", true),
    ];
    for (listen, open) in cases {
        let without = come_to(&[listen]);
        assert_eq!(without.is_err(), open, "{listen}: {without:?}");
        if let Err(said) = without {
            assert!(said.contains("needs a token. Add --listen-token-file") && !said.contains('\n'), "{said}");
        }
        let with = come_to(&[listen, "--listen-token-file", token]).unwrap().unwrap();
        assert!(with.settings.token.is_some());
        assert_eq!(with.said.len(), usize::from(open), "{listen}: {:?}", with.said);
    }
}

#[test]
fn with_tls_nothing_is_in_clear() {
    let folder = tempfile::tempdir().unwrap();
    let token = folder.path().join("token");
    fs::write(&token, "0123456789abcdef\n").unwrap();
    fs::set_permissions(&token, fs::Permissions::from_mode(0o600)).unwrap();
    let tls = |name: &str| format!("{}/tests/data/tls/{name}", env!("CARGO_MANIFEST_DIR"));
    let (certificate, key, other) = (tls("server.pem"), tls("server.key"), tls("other.key"));
    let words = ["--listen=0.0.0.0", "--listen-token-file", token.to_str().unwrap(), "--listen-cert", &certificate];
    let got = come_to(&[&words[..], &["--listen-key", &key]].concat()).unwrap().unwrap();
    assert!(got.settings.tls.is_some() && got.said.is_empty(), "{got:?}");
    let wrong = come_to(&[&words[..], &["--listen-key", &other]].concat()).unwrap_err();
    assert!(wrong.contains("does not belong"), "{wrong}");
}

#[test]
fn alerts_are_not_kept_in_what_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| -> PathBuf { folder.path().join(name) };
    fs::create_dir(path("in")).unwrap();
    let text = |path: PathBuf| path.to_str().unwrap().to_owned();
    let (input, inside, beside) = (text(path("in")), text(path("in/kept")), text(path("kept")));
    let got = come_to(&["--listen", "--keep", &beside, &input]).unwrap().unwrap();
    assert!(got.keeper.is_some());
    let wrong = come_to(&["--listen", "--keep", &inside, &input]).unwrap_err();
    assert!(wrong.starts_with("cannot keep alerts in what is being read"), "{wrong}");
    assert!(!path("in/kept").exists());
}

#[test]
fn what_can_t_be_an_address_is_said_in_one_line() {
    for (listen, want) in [
        ("--listen=http://localhost:2803", "no address. Write it as "),
        ("--listen=\u{1b}[31m", "\\x1b"),
        ("--listen=no-such-host.invalid", "the name has no address"),
    ] {
        let said = come_to(&[listen]).unwrap_err();
        assert!(said.contains(want), "{said}");
    }
}
