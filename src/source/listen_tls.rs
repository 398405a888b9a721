//! TLS for the listener: certificate and key.
//!
//! Lives here: reading the two files, what can be wrong with them. Imports: `base`. Promise: TLS 1.2 and 1.3 by rustls,
//! HTTP/1.1 only; a key is never printed, and what is wrong is said before anything listens.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig, version};

use crate::base::{Clean, Notice};
use crate::source::{cannot_read, path_title};

/// A chain of certificates is a few kilobytes; a file longer than this is another file.
const LONGEST: u64 = 1 << 20;

/// A certificate and its key, ready for use.
#[derive(Clone)]
pub(crate) struct Identity(Arc<ServerConfig>);

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(***)")
    }
}

impl Identity {
    /// The certificate chain in one PEM file (the server's own first) and its key in another, or in the same.
    ///
    /// # Errors
    /// A file can't be read, holds no certificate or key, or one that is encrypted; the key belongs to another
    /// certificate.
    pub(crate) fn read(certificate: &Path, key: &Path) -> Result<Self, Notice> {
        let chain = chain(&text(certificate)?).map_err(|what| wrong(certificate, what))?;
        let secret = secret(&text(key)?).map_err(|what| wrong(key, what))?;
        config(chain, secret).map(|config| Self(Arc::new(config))).map_err(|why| unfit(certificate, key, &why))
    }
    /// What makes TLS of a connection.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.0))
    }
}

fn text(path: &Path) -> Result<Vec<u8>, Notice> {
    let read = || -> io::Result<Vec<u8>> {
        let mut text = Vec::new();
        File::open(path)?.take(LONGEST).read_to_end(&mut text)?;
        Ok(text)
    };
    read().map_err(|why| cannot_read(&path_title(path), &why))
}

/// What is wrong with a file, and what to do.
type Wrong = (&'static str, &'static str);

fn wrong(path: &Path, (what, next): Wrong) -> Notice {
    Notice::said(what).at(path_title(path)).with_next(next)
}

fn chain(text: &[u8]) -> Result<Vec<CertificateDer<'static>>, Wrong> {
    if text.trim_ascii().is_empty() {
        return Err(("the file is empty", "It is to hold the certificate as PEM"));
    }
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text).collect();
    match chain {
        Ok(chain) if !chain.is_empty() => Ok(chain),
        Ok(_) => Err((
            "no certificate is in the file",
            "It is to hold lines from -----BEGIN CERTIFICATE----- on; DER becomes PEM by openssl x509 -inform der",
        )),
        Err(_) => Err(("a certificate in the file is damaged", "Copy it anew")),
    }
}

fn secret(text: &[u8]) -> Result<PrivateKeyDer<'static>, Wrong> {
    if text.trim_ascii().is_empty() {
        return Err(("the file is empty", "It is to hold the private key as PEM"));
    }
    if [&b"BEGIN ENCRYPTED PRIVATE KEY"[..], b"Proc-Type: 4,ENCRYPTED"].iter().any(|mark| holds(text, mark)) {
        return Err(("the private key is encrypted", "Decrypt it: (umask 077; openssl pkey -in KEY -out PLAIN)"));
    }
    PrivateKeyDer::from_pem_slice(text).map_err(|why| match why {
        rustls::pki_types::pem::Error::NoItemsFound => (
            "no private key is in the file",
            "It is to hold lines from -----BEGIN PRIVATE KEY----- on; DER becomes PEM by openssl pkey -inform der",
        ),
        _ => ("the private key in the file is damaged", "Copy it anew"),
    })
}

fn holds(text: &[u8], mark: &[u8]) -> bool {
    memchr::memmem::find(text, mark).is_some()
}

fn config(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> Result<ServerConfig, rustls::Error> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&version::TLS13, &version::TLS12])?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn unfit(certificate: &Path, key: &Path, why: &rustls::Error) -> Notice {
    let (certificate, key) = (path_title(certificate), path_title(key));
    if matches!(why, rustls::Error::InconsistentKeys(_)) {
        let words = [Clean::from("the key "), key, Clean::from(" does not belong to the certificate "), certificate];
        return Notice::said(Clean::concat(words)).with_next("Take the key with which the certificate was asked for");
    }
    let words = [Clean::from("can't be used with the key "), key, Clean::from(": ")];
    let why = Clean::from_bytes(why.to_string().as_bytes());
    Notice::said(Clean::concat(words.into_iter().chain([why]))).at(certificate)
}

#[cfg(test)]
#[path = "listen_tls_tests.rs"]
pub(crate) mod tests;
