//! Certificates and keys that fit, and those that don't.
//!
//! Imports: `base`.

use super::*;
use std::path::PathBuf;
use tokio_rustls::rustls::version::{TLS12, TLS13};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tls").join(name)
}

#[test]
fn what_can_t_be_used_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let made = |name: &str, text: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let pem = std::fs::read(file("server.pem")).unwrap();
    let empty = made("empty", b"\n");
    let binary = made("der", b"\x30\x82\x01\x02");
    let cut = made("cut", pem.split_at(200).0);
    let damaged = made("damaged", b"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n");
    let nonsense = made("nonsense", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    let (server, key) = (file("server.pem"), file("server.key"));
    let cases = [
        (server.clone(), file("other.key"), "does not belong to the certificate"),
        (server.clone(), file("encrypted.key"), "the private key is encrypted"),
        (server.clone(), file("encrypted-sec1.key"), "the private key is encrypted"),
        (server.clone(), empty.clone(), "the file is empty"),
        (server.clone(), server.clone(), "no private key is in the file"),
        (server.clone(), file("none"), "no such file"),
        (server, folder.path().to_owned(), "directory"),
        (empty, key.clone(), "the file is empty"),
        (key.clone(), key.clone(), "no certificate is in the file"),
        (binary, key.clone(), "no certificate is in the file"),
        (cut, key.clone(), "certificate in the file"),
        (damaged, key.clone(), "damaged"),
        (nonsense, key, "can't be used"),
    ];
    for (certificate, key, want) in cases {
        let notice = Identity::read(&certificate, &key).unwrap_err().to_string();
        assert!(notice.contains(want) && !notice.contains('\n'), "{notice:?} for {want}");
    }
}

#[test]
fn certificate_and_key_may_be_in_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("both.pem");
    let both = [std::fs::read(file("server.key")).unwrap(), std::fs::read(file("server.pem")).unwrap()].concat();
    std::fs::write(&path, both).unwrap();
    assert!(Identity::read(&path, &path).is_ok());
}

#[test]
fn a_key_is_not_printed() {
    let identity = Identity::read(&file("server.pem"), &file("server.key")).unwrap();
    assert_eq!(format!("{identity:?}"), "Identity(***)");
}

/// A client that trusts the certificate in `trusted` only, and speaks TLS `version`.
pub(crate) fn client(
    wire: std::net::TcpStream,
    trusted: &Path,
    version: &str,
) -> rustls::StreamOwned<rustls::ClientConnection, std::net::TcpStream> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(trusted).unwrap()).unwrap();
    let versions = if version == "1.2" { [&TLS12] } else { [&TLS13] };
    let mut config = rustls::ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&versions)
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let client = rustls::ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap()).unwrap();
    rustls::StreamOwned::new(client, wire)
}
