//! One request, and what it is answered.
//!
//! Lives here: who may post (web pages may not, senders without the token may not), what a body may be, the statuses.
//! Not here: what a body holds (`listen_body`), times and places (`listen_crowd`). Imports: no other room. Promise: a request
//! is refused by its head where that is possible, and a body is handed on only when it has come whole.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{
    ALLOW, AUTHORIZATION, CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, EXPECT, HOST, HeaderMap, HeaderName, HeaderValue,
    ORIGIN, RETRY_AFTER, WWW_AUTHENTICATE,
};
use hyper::{Method, Request, Response, StatusCode, Version};
use tokio::time::timeout;

use crate::source::listen::{Deliver, Limits, Post, Settings, Verdict};
use crate::source::listen_body::{Unpacked, lines, unpacked};
use crate::source::listen_crowd::{Crowd, Pulse};
use crate::source::listen_token::Token;

/// The path at which is told that the listener is there.
const HEALTH: &str = "/healthz";

/// A status, and the line that says why.
#[derive(Debug)]
struct Said(StatusCode, String);

impl Said {
    fn new(status: StatusCode, words: &str) -> Self {
        Self(status, words.to_owned())
    }
}

/// What a head asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// Whether the listener is there.
    Health,
    /// To take a body.
    Take {
        /// It is packed with gzip.
        gzip: bool,
        /// It is text, so one alert, whatever line ends it holds.
        text: bool,
    },
}

/// Who may come in, and what becomes of what they bring.
pub(crate) struct Door {
    names: Vec<String>,
    token: Option<Token>,
    limits: Limits,
    deliver: Deliver,
    crowd: Arc<Crowd>,
}

impl Door {
    /// A door that hands bodies to `deliver`.
    pub(crate) fn new(settings: Settings, deliver: Deliver, crowd: Arc<Crowd>) -> Self {
        let Settings { names, token, limits, .. } = settings;
        Self { names, token, limits, deliver, crowd }
    }
    /// Answers one request.
    ///
    /// # Errors
    /// None: every request is answered.
    pub(crate) async fn answered(
        &self,
        request: Request<Incoming>,
        pulse: &Pulse,
    ) -> Result<Response<Full<Bytes>>, Infallible> {
        pulse.body_begins();
        let said = match self.asked(&request) {
            Ok(Asked::Health) => Said::new(StatusCode::OK, "listening"),
            Ok(Asked::Take { gzip, text }) => match self.body(request.into_body(), gzip).await {
                Ok(body) => self.handed_on(lines(&body, text), pulse).await,
                Err(said) => said,
            },
            Err(said) => {
                // A sender that asked before sending sends nothing.
                if !request.headers().contains_key(EXPECT) {
                    self.pour_away(request.into_body()).await;
                }
                said
            }
        };
        pulse.rests();
        Ok(self.response(said))
    }
    /// What a head asks for; or why it is refused, which needs nothing of the body.
    fn asked(&self, request: &Request<Incoming>) -> Result<Asked, Said> {
        self.no_web_page(request)?;
        let is_health = request.uri().path() == HEALTH;
        if is_health && (request.method() == Method::GET || request.method() == Method::HEAD) {
            return Ok(Asked::Health);
        }
        if request.method() != Method::POST && request.method() != Method::PUT {
            return Err(Said::new(StatusCode::METHOD_NOT_ALLOWED, "alerts are sent with POST or PUT"));
        }
        self.knows_the_token(request.headers())?;
        let gzip = is_gzip(request.headers())?;
        if request.body().size_hint().lower() > self.body_limit() {
            return Err(self.too_long());
        }
        Ok(Asked::Take { gzip, text: is_text(request.headers()) })
    }
    /// A page in the analyst's browser can reach loopback too. Browsers say so in `Origin` or `Sec-Fetch-…`, which no
    /// page can leave out; and a page whose own name was made to resolve to this machine calls it by that name.
    fn no_web_page(&self, request: &Request<Incoming>) -> Result<(), Said> {
        let of_page = |name: &HeaderName| *name == ORIGIN || name.as_str().starts_with("sec-fetch-");
        if request.headers().keys().any(of_page) {
            return Err(Said::new(StatusCode::FORBIDDEN, "web pages may not send alerts"));
        }
        let host = host(request)?;
        if self.token.is_none() && host.is_some_and(|host| !self.is_own_name(host)) {
            let why = "this host name could be a web page's own; start with --listen=NAME:PORT, or with a token";
            return Err(Said::new(StatusCode::FORBIDDEN, why));
        }
        Ok(())
    }
    /// Names that nobody can register to make a page of: addresses, `localhost`, names without a dot, those below
    /// `.internal` (which is how containers call their host) and `.localhost`; and what the user called the address.
    fn is_own_name(&self, host: &str) -> bool {
        let name = without_port(host).trim_end_matches('.').to_ascii_lowercase();
        let is_reserved = !name.contains('.') || name.ends_with(".internal") || name.ends_with(".localhost");
        name.parse::<IpAddr>().is_ok() || is_reserved || self.names.iter().any(|own| own.eq_ignore_ascii_case(&name))
    }
    fn knows_the_token(&self, headers: &HeaderMap) -> Result<(), Said> {
        let Some(token) = &self.token else { return Ok(()) };
        let shown = headers.get(AUTHORIZATION).is_some_and(|value| token.is_in(value.as_bytes()));
        let why = "the token is missing or wrong: Authorization: Bearer TOKEN, or the token as password";
        if shown { Ok(()) } else { Err(Said::new(StatusCode::UNAUTHORIZED, why)) }
    }
    fn body_limit(&self) -> u64 {
        u64::try_from(self.limits.body_bytes).unwrap_or(u64::MAX)
    }
    fn too_long(&self) -> Said {
        Said(StatusCode::PAYLOAD_TOO_LARGE, format!("the body is longer than {} bytes", self.limits.body_bytes))
    }
    /// The whole body, unpacked.
    async fn body(&self, mut incoming: Incoming, gzip: bool) -> Result<Vec<u8>, Said> {
        let whole = Limited::new(&mut incoming, self.limits.body_bytes).collect();
        let bytes = match timeout(self.limits.body, whole).await {
            Ok(Ok(whole)) => whole.to_bytes(),
            Ok(Err(why)) if why.is::<LengthLimitError>() => {
                self.pour_away(incoming).await;
                return Err(self.too_long());
            }
            Ok(Err(_)) => return Err(Said::new(StatusCode::BAD_REQUEST, "the body ends too early")),
            Err(_) => return Err(Said::new(StatusCode::REQUEST_TIMEOUT, "the body did not come in time")),
        };
        if !gzip {
            return Ok(bytes.into());
        }
        match unpacked(&bytes, self.limits.body_bytes) {
            Unpacked::Whole(body) => Ok(body),
            Unpacked::TooLong => Err(self.too_long()),
            Unpacked::Broken => Err(Said::new(StatusCode::BAD_REQUEST, "the body is no whole gzip stream")),
        }
    }
    /// Hands a body on, and waits for what is said of it.
    async fn handed_on(&self, body: Vec<u8>, pulse: &Pulse) -> Said {
        if body.is_empty() {
            return Said::new(StatusCode::BAD_REQUEST, "the body is empty");
        }
        pulse.answer_is_due();
        let (post, told) = Post::new(body);
        (self.deliver)(post);
        match timeout(self.limits.answer, told).await {
            Ok(Ok(Verdict::Taken)) => Said::new(StatusCode::OK, ""),
            Ok(Ok(Verdict::NotKept(why))) => {
                Said(StatusCode::INSUFFICIENT_STORAGE, format!("not on disk: {}", why.as_str()))
            }
            Ok(Ok(Verdict::NoAlert(why))) => {
                Said(StatusCode::UNPROCESSABLE_ENTITY, format!("no alert: {}", why.as_str()))
            }
            Ok(Err(_)) => Said::new(StatusCode::SERVICE_UNAVAILABLE, "not taken: stoop is busy or closing"),
            Err(_) => Said::new(StatusCode::SERVICE_UNAVAILABLE, "not taken in time; it may still be"),
        }
    }
    /// Reads what a refused sender is sending all the same: to hang up on it would lose the answer on the way.
    async fn pour_away(&self, body: Incoming) {
        let rest = Limited::new(body, self.limits.body_bytes.saturating_mul(8));
        let mut rest = std::pin::pin!(rest);
        let _ = timeout(self.limits.body / 5, async { while let Some(Ok(_)) = rest.frame().await {} }).await;
    }
    fn response(&self, Said(status, words): Said) -> Response<Full<Bytes>> {
        // Nothing at all after success: Go's client uses a connection again only if no answer was left unread.
        let body = if words.is_empty() { Bytes::new() } else { Bytes::from(format!("{words}\n")) };
        let mut response = Response::new(Full::new(body));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        if !words.is_empty() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        }
        if self.crowd.is_full() {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        add_what_belongs_to(status, headers);
        response
    }
}

/// The headers that HTTP asks for with some statuses.
fn add_what_belongs_to(status: StatusCode, headers: &mut HeaderMap) {
    match status {
        StatusCode::UNAUTHORIZED => {
            headers.append(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            headers.append(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"stoop\""));
        }
        StatusCode::METHOD_NOT_ALLOWED => {
            headers.insert(ALLOW, HeaderValue::from_static("POST, PUT"));
        }
        StatusCode::SERVICE_UNAVAILABLE => {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        _ => {}
    }
}

/// The host that a request names; `None` where HTTP/1.0 names none.
fn host(request: &Request<Incoming>) -> Result<Option<&str>, Said> {
    if let Some(authority) = request.uri().authority() {
        return Ok(Some(authority.as_str()));
    }
    let wrong = || Said::new(StatusCode::BAD_REQUEST, "a request names one host");
    let mut named = request.headers().get_all(HOST).iter();
    match (named.next(), named.next()) {
        (Some(host), None) => host.to_str().map(Some).map_err(|_| wrong()),
        (None, _) if request.version() < Version::HTTP_11 => Ok(None),
        _ => Err(wrong()),
    }
}

/// `NAME`, `NAME:PORT`, `[V6]`, `[V6]:PORT` without the port, and without what stands before an `@`.
fn without_port(host: &str) -> &str {
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    if host.starts_with('[') {
        return host.split_once(']').map_or(host, |(address, _)| address.trim_start_matches('['));
    }
    host.rsplit_once(':').map_or(host, |(name, _)| name)
}

/// Whether the body is packed with gzip.
fn is_gzip(headers: &HeaderMap) -> Result<bool, Said> {
    let mut codings = headers.get_all(CONTENT_ENCODING).iter();
    match (codings.next().map(HeaderValue::as_bytes), codings.next()) {
        (None, _) => Ok(false),
        (Some(coding), None) if coding.eq_ignore_ascii_case(b"identity") => Ok(false),
        (Some(coding), None) if coding.eq_ignore_ascii_case(b"gzip") || coding.eq_ignore_ascii_case(b"x-gzip") => {
            Ok(true)
        }
        _ => Err(Said::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "bodies are sent as they are, or with gzip")),
    }
}

/// Falco sends its text output as `text/plain`, one alert a body.
fn is_text(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().to_ascii_lowercase().starts_with(b"text/plain"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_known_without_its_port() {
        let cases = [
            ("localhost", "localhost"),
            ("localhost:2803", "localhost"),
            ("127.0.0.1:2803", "127.0.0.1"),
            ("[::1]:2803", "::1"),
            ("[::1]", "::1"),
            ("stoop:token@host:1", "host"),
            ("", ""),
            (":", ""),
            ("[", "["),
        ];
        for (host, want) in cases {
            assert_eq!(without_port(host), want, "{host}");
        }
    }

    #[test]
    fn a_body_is_plain_or_gzip() {
        let cases = [
            (&[][..], Some(false)),
            (&["identity"], Some(false)),
            (&["gzip"], Some(true)),
            (&["GZIP"], Some(true)),
            (&["x-gzip"], Some(true)),
            (&["br"], None),
            (&["gzip, gzip"], None),
            (&["gzip", "gzip"], None),
            (&["identity", "gzip"], None),
        ];
        for (codings, want) in cases {
            let mut headers = HeaderMap::new();
            for coding in codings {
                headers.append(CONTENT_ENCODING, coding.parse().unwrap());
            }
            assert_eq!(is_gzip(&headers).ok(), want, "{codings:?}");
        }
    }
}
