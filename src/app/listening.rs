//! `--listen` and what belongs to it: the flags, and what they say together.
//!
//! Lives here: the flags' help, addresses, which of them need a token. Not here: listening (`source::listen`), who takes
//! the posts (`browse`). Imports: `base`, `source`. Promise: nobody but this machine can post without a token, and
//! what can't be used is said before anything is opened.

use std::ffi::OsString;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs};
use std::path::Path;

use clap::Args;

use crate::base::{Clean, Notice};
use crate::source::SourceName;
use crate::source::keep::{Keeper, is_input};
use crate::source::listen::{Limits, Settings};
use crate::source::listen_tls::Identity;
use crate::source::listen_token::Token;

/// The port where `--listen` names none; falcosidekick's own is 2801, that of its page 2802.
const PORT: u16 = 2803;

/// The flags of the listener.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ListenFlags {
    /// Take alerts that Falco or falcosidekick post over HTTP [default ADDR: 127.0.0.1:2803]
    ///
    /// ADDR is ADDRESS:PORT, or one of them. Point Falco's `http_output` (with `json_output`) or falcosidekick's `webhook` at
    /// it: `http://127.0.0.1:2803/`. Success is answered when the alert is in the list, and on disk where --keep is given.
    /// Any other than a loopback address needs --listen-token-file.
    #[arg(
        long,
        value_name = "ADDR",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "127.0.0.1:2803"
    )]
    pub(crate) listen: Option<String>,
    /// Take alerts only from senders that know the token in this file
    ///
    /// One line of at least 16 characters in a file that only its owner may read. Senders show it as `Authorization:
    /// Bearer TOKEN`, or as the password in their URL: `http://stoop:TOKEN@HOST:2803/`.
    #[arg(long, value_name = "FILE", requires = "listen")]
    pub(crate) listen_token_file: Option<OsString>,
    /// Listen with TLS: this certificate (PEM, the chain behind it)
    #[arg(long, value_name = "FILE", requires = "listen", requires = "listen_key")]
    pub(crate) listen_cert: Option<OsString>,
    /// The private key of --listen-cert (PEM, not encrypted)
    #[arg(long, value_name = "FILE", requires = "listen", requires = "listen_cert")]
    pub(crate) listen_key: Option<OsString>,
    /// Append what is posted to this file, one alert a line, before success is answered
    #[arg(long, value_name = "FILE", requires = "listen")]
    pub(crate) keep: Option<OsString>,
}

/// What the flags come to.
#[derive(Debug)]
pub(crate) struct Listening {
    /// For `listen`.
    pub(crate) settings: Settings,
    /// Where posted alerts are kept.
    pub(crate) keeper: Option<Keeper>,
    /// What the user should know of it.
    pub(crate) said: Vec<Notice>,
}

/// What the flags come to, given the sources that are read beside; `None` without `--listen`.
///
/// # Errors
/// An address, a token, a certificate or a file that can't be used, for the user: one line, status 2.
pub(crate) fn listening(flags: &ListenFlags, sources: &[SourceName]) -> Result<Option<Listening>, Notice> {
    let Some(wanted) = &flags.listen else { return Ok(None) };
    let settings = settings(flags, wanted)?;
    let keeper = flags.keep.as_deref().map(|path| keeper(Path::new(path), sources)).transpose()?;
    let said = in_clear(&settings).into_iter().collect();
    Ok(Some(Listening { settings, keeper, said }))
}

fn settings(flags: &ListenFlags, wanted: &str) -> Result<Settings, Notice> {
    let wanted = Wanted::parse(wanted).ok_or_else(|| no_address(wanted))?;
    let addresses = wanted.addresses()?;
    let token = flags.listen_token_file.as_deref().map(|path| Token::read(Path::new(path))).transpose()?;
    if let (None, Some(open)) = (&token, addresses.iter().find(|address| !is_loopback(address.ip()))) {
        return Err(needs_token(*open));
    }
    let tls = match (&flags.listen_cert, &flags.listen_key) {
        (Some(certificate), Some(key)) => Some(Identity::read(Path::new(certificate), Path::new(key))?),
        _ => None,
    };
    let address = best(&addresses).ok_or_else(|| wanted.unknown())?;
    Ok(Settings { address, names: wanted.name.into_iter().collect(), token, tls, limits: Limits::default() })
}

/// An address as it is written.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    /// The address, if it is one.
    ip: Option<IpAddr>,
    /// The name, if it is one.
    name: Option<String>,
    port: u16,
}

impl Wanted {
    /// `ADDRESS:PORT`, `[V6]:PORT`, `:PORT`, `PORT`, `ADDRESS`, `V6`, `NAME`, `NAME:PORT`; without an address loopback.
    fn parse(text: &str) -> Option<Self> {
        if let Ok(port) = text.parse() {
            return Some(Self { ip: Some(Ipv4Addr::LOCALHOST.into()), name: None, port });
        }
        let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
        if let Ok(ip) = bare.parse() {
            return Some(Self { ip: Some(ip), name: None, port: PORT });
        }
        if let Ok(address) = text.parse::<SocketAddr>() {
            return Some(Self { ip: Some(address.ip()), name: None, port: address.port() });
        }
        let (name, port) = match text.rsplit_once(':') {
            Some((name, port)) => (name, port.parse().ok()?),
            None => (text, PORT),
        };
        match name {
            // `--listen=$ADDR` where ADDR is empty means what `--listen` means.
            "" => Some(Self { ip: Some(Ipv4Addr::LOCALHOST.into()), name: None, port }),
            _ => is_name(name).then(|| Self { ip: None, name: Some(name.to_owned()), port }),
        }
    }
    fn addresses(&self) -> Result<Vec<SocketAddr>, Notice> {
        let found = match (&self.ip, &self.name) {
            (Some(ip), _) => return Ok(vec![SocketAddr::new(*ip, self.port)]),
            (None, Some(name)) => (name.as_str(), self.port).to_socket_addrs(),
            (None, None) => Err(io::Error::other("no name")),
        };
        found.map(Iterator::collect).map_err(|_| self.unknown())
    }
    fn unknown(&self) -> Notice {
        let name = self.name.clone().unwrap_or_default();
        said(&format!("cannot listen on {name}: the name has no address")).with_next("Give the address itself")
    }
}

/// A host name: letters, digits, `-`, `_`, `.`, and not digits and dots alone, which would be a mistyped address.
fn is_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    name.bytes().all(fits) && name.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// `localhost` is often `::1` first, while senders are told `127.0.0.1`.
fn best(addresses: &[SocketAddr]) -> Option<SocketAddr> {
    addresses.iter().find(|address| address.is_ipv4()).or_else(|| addresses.first()).copied()
}

/// Whether only this machine reaches `ip`.
fn is_loopback(ip: IpAddr) -> bool {
    ip.to_canonical().is_loopback()
}

fn said(words: &str) -> Notice {
    Notice::said(Clean::from_bytes(words.as_bytes()))
}

fn no_address(text: &str) -> Notice {
    said(&format!("--listen={text}: no address")).with_next("Write it as 127.0.0.1:2803, [::1]:2803, NAME:2803 or 2803")
}

fn needs_token(address: SocketAddr) -> Notice {
    said(&format!("cannot listen on {address}: others reach this address, so it needs a token"))
        .with_next("Add --listen-token-file FILE, or listen on 127.0.0.1")
}

/// A token that goes over the network as it is.
fn in_clear(settings: &Settings) -> Option<Notice> {
    let is_open = settings.tls.is_none() && settings.token.is_some() && !is_loopback(settings.address.ip());
    let address = settings.address;
    is_open.then(|| {
        said(&format!("listening on {address} without TLS: token and alerts cross the network in clear"))
            .with_next("Add --listen-cert and --listen-key where the network is not yours alone")
    })
}

fn keeper(path: &Path, sources: &[SourceName]) -> Result<Keeper, Notice> {
    let is_source = |source: &&SourceName| matches!(source, SourceName::Path(input) if is_input(path, input));
    match sources.iter().find(is_source) {
        None => Keeper::open(path),
        Some(source) => {
            let words = [Clean::from("cannot keep alerts in what is being read: "), source.title()];
            Err(Notice::said(Clean::concat(words)).with_next("Name a file elsewhere: --keep FILE"))
        }
    }
}

#[cfg(test)]
#[path = "listening_tests.rs"]
mod tests;
