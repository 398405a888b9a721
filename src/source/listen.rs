//! The HTTP door for Falco's `http_output` and falcosidekick's webhook: alerts come in as posts, answers go out.
//!
//! Lives here: what it is told (`Settings`), one post and its answer (`Post`), the socket and the thread. Not here: who
//! may come in (`listen_http`), who must leave (`listen_crowd`), TLS (`listen_tls`). Imports: `base`. Promise: no post is
//! answered with success before whoever took it said so, and nothing a sender does stops the listener.

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener as Socket};
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{self, Runtime};
use tokio::sync::oneshot;

use crate::base::{Clean, Notice};
use crate::source::listen_crowd::{Crowd, Pulse, Watched};
use crate::source::listen_http::Door;
use crate::source::listen_tls::Identity;
use crate::source::listen_token::Token;
use crate::source::plain;

/// Where and how to listen.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// Address and port; port 0 lets the system choose one.
    pub(crate) address: SocketAddr,
    /// Names by which the user called the address: senders may use them in place of it, whether a token is asked for or not.
    pub(crate) names: Vec<String>,
    /// What senders must know. Without one, everybody who reaches the address may post.
    pub(crate) token: Option<Token>,
    /// Certificate and key; without them the listener speaks plain HTTP.
    pub(crate) tls: Option<Identity>,
    /// How much and how long.
    pub(crate) limits: Limits,
}

/// How much one sender may send and hold, and how long it may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The longest body in bytes, as sent and as unpacked.
    pub(crate) body_bytes: usize,
    /// The longest head of a request in bytes; at least 8,192.
    pub(crate) head_bytes: usize,
    /// So many connections are served at once; others wait in the socket's queue.
    pub(crate) connections: usize,
    /// How long a connection may take for the handshake and its first head, and for each head once it has begun.
    pub(crate) head: Duration,
    /// How long a body may take.
    pub(crate) body: Duration,
    /// How long a connection may rest between two posts.
    pub(crate) idle: Duration,
    /// How long a sender waits for the answer of whoever takes the post.
    pub(crate) answer: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 1 << 20,
            head_bytes: 16 << 10,
            connections: 64,
            head: Duration::from_secs(10),
            body: Duration::from_secs(10),
            // Longer than senders keep a resting connection (Go 90 s, libcurl 118 s): they hang up first, so that a post
            // never meets a connection which is just being closed. Go would not send it again.
            idle: Duration::from_secs(120),
            answer: Duration::from_secs(10),
        }
    }
}

/// What whoever took a post says of it.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// In the list, and kept where it was to be kept.
    Taken,
    /// In the list, but not on disk; why.
    NotKept(Clean),
    /// No alert; it lies among the unreadable lines; why.
    NoAlert(Clean),
}

/// One body. Dropped without an answer, it is answered with 503.
#[derive(Debug)]
pub(crate) struct Post {
    /// Unpacked, without blanks around it; one line unless it holds several values or lines (JSON lines).
    pub(crate) body: Vec<u8>,
    answer: oneshot::Sender<Verdict>,
}

impl Post {
    /// A post, and where its answer will be told.
    pub(crate) fn new(body: Vec<u8>) -> (Self, oneshot::Receiver<Verdict>) {
        let (answer, told) = oneshot::channel();
        (Self { body, answer }, told)
    }
    /// The alert is in the list, and on disk where it is to be kept: 200.
    pub(crate) fn taken(self) {
        self.say(Verdict::Taken);
    }
    /// The alert is in the list, but could not be kept on disk: 507.
    pub(crate) fn not_kept(self, why: Clean) {
        self.say(Verdict::NotKept(why));
    }
    /// The body is no alert, and lies among the unreadable lines: 422.
    pub(crate) fn no_alert(self, why: Clean) {
        self.say(Verdict::NoAlert(why));
    }
    fn say(self, verdict: Verdict) {
        // A sender that hung up hears nothing; its alert was taken all the same.
        let _ = self.answer.send(verdict);
    }
}

/// Takes posts, on the listener's thread: it must not wait for anything, or every sender waits.
pub(crate) type Deliver = Arc<dyn Fn(Post) + Send + Sync>;

/// An open door; dropped, it closes, and what is being answered is answered first.
pub(crate) struct Listener {
    /// Where it listens, with the port that the system chose.
    pub(crate) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Opens the door: from now on, posts are handed to `deliver`.
///
/// # Errors
/// `cannot listen on ADDRESS: why`, for the user.
pub(crate) fn listen(settings: Settings, deliver: Deliver) -> Result<Listener, Notice> {
    let wanted = settings.address;
    opened(settings, deliver).map_err(|why| cannot_listen(wanted, &why))
}

fn opened(settings: Settings, deliver: Deliver) -> io::Result<Listener> {
    let socket = Socket::bind(settings.address)?;
    socket.set_nonblocking(true)?;
    let address = socket.local_addr()?;
    let runtime = runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
    let (stop, stopped) = oneshot::channel();
    let house = House::new(settings, deliver);
    let run = move || run(&runtime, socket, house, stopped);
    let thread = Builder::new().name("listener".to_owned()).spawn(run)?;
    Ok(Listener { address, stop: Some(stop), thread: Some(thread) })
}

fn run(runtime: &Runtime, socket: Socket, house: House, stopped: oneshot::Receiver<()>) {
    runtime.block_on(async move {
        let Ok(listener) = TcpListener::from_std(socket) else { return };
        let house = Arc::new(house);
        let porter = tokio::spawn(Arc::clone(&house).let_in(listener));
        let _ = stopped.await;
        porter.abort();
        house.crowd.go_home().await;
    });
}

/// `cannot listen on ADDRESS: why`, and what may help.
fn cannot_listen(address: SocketAddr, why: &io::Error) -> Notice {
    let (reason, next) = match why.kind() {
        io::ErrorKind::AddrInUse => {
            ("the address is in use".to_owned(), "Another stoop may listen there; choose another port: --listen=PORT")
        }
        io::ErrorKind::AddrNotAvailable => {
            ("this machine has no such address".to_owned(), "`ip address` lists those that it has")
        }
        io::ErrorKind::PermissionDenied => {
            ("permission denied".to_owned(), "Ports below 1024 belong to root; choose one above: --listen=2803")
        }
        _ => (plain(why), ""),
    };
    Notice::said(Clean::from_bytes(format!("cannot listen on {address}: {reason}").as_bytes())).with_next(next)
}

/// What every connection shares.
struct House {
    door: Door,
    crowd: Arc<Crowd>,
    tls: Option<Identity>,
    limits: Limits,
}

/// After a failed accept (no file descriptor is left) nothing is tried for so long.
const BREATH: Duration = Duration::from_millis(100);

impl House {
    fn new(settings: Settings, deliver: Deliver) -> Self {
        let (limits, tls) = (settings.limits, settings.tls.clone());
        let crowd = Crowd::new(&limits);
        Self { door: Door::new(settings, deliver, Arc::clone(&crowd)), crowd, tls, limits }
    }
    /// Lets connections in, as long as there is room.
    async fn let_in(self: Arc<Self>, listener: TcpListener) {
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                tokio::time::sleep(BREATH).await;
                continue;
            };
            // An answer is one small packet; waiting for more to send with it would only cost time.
            let _ = stream.set_nodelay(true);
            let place = self.crowd.place().await;
            let pulse = Pulse::new();
            let house = Arc::clone(&self);
            let visit = Arc::clone(&pulse);
            let task = tokio::spawn(async move {
                visit.attend(house.serve(stream, Arc::clone(&visit)), &house.limits).await;
                drop(place);
            });
            self.crowd.remember(pulse, task.abort_handle());
        }
    }
    async fn serve(&self, stream: TcpStream, pulse: Arc<Pulse>) {
        match &self.tls {
            None => self.converse(stream, pulse).await,
            Some(identity) => {
                if let Ok(stream) = identity.acceptor().accept(stream).await {
                    self.converse(stream, pulse).await;
                }
            }
        }
    }
    /// Answers requests until one side hangs up.
    async fn converse<S: AsyncRead + AsyncWrite + Unpin>(&self, stream: S, pulse: Arc<Pulse>) {
        let io = TokioIo::new(Watched::new(stream, Arc::clone(&pulse)));
        let service = service_fn(|request| self.door.answered(request, &pulse));
        let mut http = http1::Builder::new();
        // Times are kept by the pulse, which knows a resting connection from a slow head.
        http.header_read_timeout(None).max_buf_size(self.limits.head_bytes).half_close(true).auto_date_header(false);
        // What went wrong is the sender's affair: the answer, if there could be one, has told it.
        let _ = http.serve_connection(io, service).await;
    }
}

#[cfg(test)]
#[path = "listen_tests.rs"]
mod tests;
