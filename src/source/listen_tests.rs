//! The door over real loopback sockets: who may post, when success is told, what a bad sender can do.
//!
//! Imports: `base`.

use super::*;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream as Wire};
use std::path::Path;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

#[path = "listen_limits_tests.rs"]
mod limits;

const FALCO: &[u8] = include_bytes!("../../tests/data/posts/falco.json");
const FALCOSIDEKICK: &[u8] = include_bytes!("../../tests/data/posts/falcosidekick.json");
const TOKEN: &str = "0123456789abcdef";

/// Longer than any test should take; a test that waits so long has failed.
const LONG: Duration = Duration::from_secs(20);

fn here() -> Settings {
    let address = SocketAddr::from(([127, 0, 0, 1], 0));
    Settings { address, names: Vec::new(), token: None, tls: None, limits: Limits::default() }
}

fn with_token() -> Settings {
    Settings { token: Token::new(TOKEN.as_bytes()).ok(), ..here() }
}

fn with_limits(change: impl FnOnce(&mut Limits)) -> Settings {
    let mut settings = here();
    change(&mut settings.limits);
    settings
}

/// A listener, and the posts that it hands on, unanswered.
fn open(settings: Settings) -> (Listener, Receiver<Post>) {
    let (posts, received) = channel();
    let posts = Mutex::new(posts);
    let listener = listen(settings, Arc::new(move |post| drop(posts.lock().unwrap().send(post)))).unwrap();
    (listener, received)
}

/// A listener whose posts are all taken at once; their bodies.
fn taking(settings: Settings) -> (Listener, Arc<Mutex<Vec<Vec<u8>>>>) {
    let bodies = Arc::new(Mutex::new(Vec::new()));
    let taken = Arc::clone(&bodies);
    let deliver = move |post: Post| {
        taken.lock().unwrap().push(post.body.clone());
        post.taken();
    };
    (listen(settings, Arc::new(deliver)).unwrap(), bodies)
}

fn wire(listener: &Listener) -> Wire {
    let wire = Wire::connect(listener.address).unwrap();
    wire.set_read_timeout(Some(LONG)).unwrap();
    wire
}

fn request(head: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("{head}\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

fn post(body: &[u8]) -> Vec<u8> {
    request("POST / HTTP/1.1\r\nHost: 127.0.0.1:2803\r\nContent-Type: application/json", body)
}

/// One answer: its head, and its body.
fn answer(wire: &mut impl Read) -> String {
    let mut text = Vec::new();
    let mut byte = [0];
    while !text.ends_with(b"\r\n\r\n") {
        match wire.read(&mut byte) {
            Ok(1) => text.push(byte[0]),
            end => panic!("the answer ends: {end:?} after {:?}", String::from_utf8_lossy(&text)),
        }
    }
    let head = String::from_utf8(text).unwrap();
    let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    wire.read_exact(&mut body).unwrap();
    head + std::str::from_utf8(&body).unwrap()
}

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

/// Sends `bytes` on a connection of their own; the answer's status.
fn told(listener: &Listener, bytes: &[u8]) -> u16 {
    let mut wire = wire(listener);
    wire.write_all(bytes).unwrap();
    status(&answer(&mut wire))
}

/// Whether the other side hung up; waits for it.
fn is_hung_up(wire: &mut Wire) -> bool {
    let mut rest = Vec::new();
    // A reset is an end too.
    wire.read_to_end(&mut rest).map_or_else(|why| why.kind() == io::ErrorKind::ConnectionReset, |_| true)
}

#[test]
fn falcos_and_falcosidekicks_posts_come_in_as_they_are() {
    let (listener, bodies) = taking(here());
    let falco = b"POST / HTTP/1.1\r\nHost: localhost:2803\r\nUser-Agent: falcosecurity/falco\r\nAccept: */*\r\n\
        TE: gzip\r\nConnection: TE\r\nContent-Type: application/json";
    let falcosidekick = b"PUT /falco HTTP/1.1\r\nHost: 127.0.0.1:2803\r\nUser-Agent: Falcosidekick\r\n\
        Content-Type: application/json; charset=utf-8\r\nAccept-Encoding: gzip";
    for (head, body) in [(&falco[..], FALCO), (falcosidekick, FALCOSIDEKICK)] {
        assert_eq!(told(&listener, &request(std::str::from_utf8(head).unwrap(), body)), 200);
    }
    assert_eq!(*bodies.lock().unwrap(), [FALCO, FALCOSIDEKICK.trim_ascii()]);
}

#[test]
fn success_is_told_only_after_the_alert_was_taken() {
    let cases: [(fn(Post), u16); 4] = [
        (Post::taken, 200),
        (|post| post.not_kept(Clean::from("no space left on device")), 507),
        (|post| post.no_alert(Clean::from("JSON ends early")), 422),
        (drop, 503),
    ];
    let (listener, posts) = open(here());
    for (answered, want) in cases {
        let mut wire = wire(&listener);
        wire.write_all(&post(FALCO)).unwrap();
        let taken = posts.recv_timeout(LONG).unwrap();
        // The listener goes on meanwhile, and this sender has heard nothing.
        assert_eq!(told(&listener, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"), 200);
        wire.set_nonblocking(true).unwrap();
        assert_eq!(wire.read(&mut [0]).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        wire.set_nonblocking(false).unwrap();
        answered(taken);
        assert_eq!(status(&answer(&mut wire)), want);
    }
}

#[test]
fn an_answer_that_does_not_come_is_503() {
    let (listener, posts) = open(with_limits(|limits| limits.answer = Duration::from_millis(20)));
    assert_eq!(told(&listener, &post(FALCO)), 503);
    // It is taken all the same, late.
    posts.recv_timeout(LONG).unwrap().taken();
}

#[test]
fn what_a_head_says_decides_who_comes_in() {
    let head = |text: &str| format!("{text}\r\nContent-Length: 2\r\n\r\n{{}}");
    let cases = [
        ("POST / HTTP/1.1\r\nHost: localhost:2803", 200),
        ("POST /any/path?x=1 HTTP/1.1\r\nHost: [::1]:2803", 200),
        ("PUT / HTTP/1.1\r\nHost: falco", 200),
        ("POST / HTTP/1.1\r\nHost: host.docker.internal:2803", 200),
        ("POST / HTTP/1.1\r\nHost: stoop.localhost", 200),
        ("POST / HTTP/1.1\r\nHost: siem.example.org:2803", 200),
        ("POST / HTTP/1.0", 200),
        ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: identity", 200),
        ("GET / HTTP/1.1\r\nHost: localhost", 405),
        ("DELETE / HTTP/1.1\r\nHost: localhost", 405),
        ("OPTIONS / HTTP/1.1\r\nHost: localhost", 405),
        ("POST / HTTP/1.1", 400),
        ("POST / HTTP/1.1\r\nHost: localhost\r\nHost: localhost", 400),
        // A page in the analyst's browser.
        ("POST / HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example", 403),
        ("POST / HTTP/1.1\r\nHost: localhost\r\nOrigin: null", 403),
        ("POST / HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Mode: no-cors", 403),
        ("OPTIONS / HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example", 403),
        // One whose name was made to resolve to loopback.
        ("POST / HTTP/1.1\r\nHost: evil.example:2803", 403),
        ("POST / HTTP/1.1\r\nHost: localhost.evil.example", 403),
        ("POST / HTTP/1.1\r\nHost: 127.0.0.1.nip.io:2803", 403),
        ("POST http://evil.example/ HTTP/1.1\r\nHost: localhost", 403),
        ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: br", 415),
    ];
    let (listener, bodies) = taking(Settings { names: vec!["siem.Example.org".to_owned()], ..here() });
    for (text, want) in cases {
        assert_eq!(told(&listener, head(text).as_bytes()), want, "{text}");
    }
    let taken = cases.iter().filter(|(_, want)| *want == 200).count();
    assert_eq!(bodies.lock().unwrap().len(), taken);
}

#[test]
fn a_token_opens_the_door_and_nothing_else_does() {
    let cases = [
        ("POST / HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer 0123456789abcdef", 200),
        ("POST / HTTP/1.1\r\nHost: any.example\r\nAuthorization: Bearer 0123456789abcdef", 200),
        ("POST / HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic c3Rvb3A6MDEyMzQ1Njc4OWFiY2RlZg==", 200),
        ("POST / HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer 0123456789abcdeg", 401),
        ("POST / HTTP/1.1\r\nHost: localhost", 401),
        ("POST / HTTP/1.1\r\nHost: localhost\r\nX-Token: 0123456789abcdef", 401),
        ("POST /?token=0123456789abcdef HTTP/1.1\r\nHost: localhost", 401),
        ("POST / HTTP/1.1\r\nHost: localhost\r\nOrigin: x\r\nAuthorization: Bearer 0123456789abcdef", 403),
        ("GET /healthz HTTP/1.1\r\nHost: localhost", 200),
    ];
    let (listener, bodies) = taking(with_token());
    for (head, want) in cases {
        assert_eq!(told(&listener, &request(head, b"{}")), want, "{head}");
    }
    assert_eq!(bodies.lock().unwrap().len(), 3);
    let mut wire = wire(&listener);
    wire.write_all(&post(b"{}")).unwrap();
    let refused = answer(&mut wire).to_ascii_lowercase();
    assert!(
        refused.contains("www-authenticate: bearer\r\n") && refused.contains("www-authenticate: basic "),
        "{refused}"
    );
}

#[test]
fn health_is_told_with_and_without_a_body() {
    let (listener, _) = taking(here());
    let mut wire = wire(&listener);
    wire.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    assert!(answer(&mut wire).ends_with("listening\n"));
    wire.write_all(b"HEAD /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut rest = String::new();
    wire.read_to_string(&mut rest).unwrap();
    assert!(rest.starts_with("HTTP/1.1 200 ") && rest.ends_with("\r\n\r\n"), "{rest}");
    assert_eq!(told(&listener, b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"), 405);
}

#[test]
fn a_connection_carries_many_posts() {
    let (listener, bodies) = taking(here());
    let mut wire = wire(&listener);
    for number in 0..1000 {
        wire.write_all(&post(format!("{{\"n\":{number}}}").as_bytes())).unwrap();
        assert_eq!(status(&answer(&mut wire)), 200);
    }
    // All at once, without waiting for answers.
    let at_once: Vec<u8> = (1000..1100).flat_map(|number| post(format!("{{\"n\":{number}}}").as_bytes())).collect();
    wire.write_all(&at_once).unwrap();
    (0..100).for_each(|_| assert_eq!(status(&answer(&mut wire)), 200));
    let want: Vec<Vec<u8>> = (0..1100).map(|number| format!("{{\"n\":{number}}}").into_bytes()).collect();
    assert_eq!(*bodies.lock().unwrap(), want);
}

#[test]
fn a_sender_that_hangs_up_before_the_answer_has_sent_its_alert_once() {
    let (listener, posts) = open(here());
    let mut wire = wire(&listener);
    wire.write_all(&post(FALCO)).unwrap();
    drop(wire);
    posts.recv_timeout(LONG).unwrap().taken();
    // Another, so that the first would have come again by now.
    let mut wire = self::wire(&listener);
    wire.write_all(&post(b"{}")).unwrap();
    let second = posts.recv_timeout(LONG).unwrap();
    assert_eq!(second.body, b"{}");
    second.taken();
    assert_eq!(status(&answer(&mut wire)), 200);
    assert!(posts.try_recv().is_err());
}

#[test]
fn a_sender_that_sends_all_and_half_closes_is_answered() {
    let (listener, posts) = open(here());
    let mut wire = wire(&listener);
    wire.write_all(&post(FALCO)).unwrap();
    wire.shutdown(Shutdown::Write).unwrap();
    posts.recv_timeout(LONG).unwrap().taken();
    assert_eq!(status(&answer(&mut wire)), 200);
}

#[test]
fn a_taker_that_panics_harms_one_post_only() {
    let deliver = |post: Post| {
        assert_ne!(post.body, b"{\"bad\":1}", "made for this test");
        post.taken();
    };
    let listener = listen(here(), Arc::new(deliver)).unwrap();
    let mut wire = wire(&listener);
    wire.write_all(&post(b"{\"bad\":1}")).unwrap();
    assert!(is_hung_up(&mut wire));
    assert_eq!(told(&listener, &post(b"{}")), 200);
}

#[test]
fn a_closed_listener_answers_what_was_taken_and_frees_its_address() {
    let (listener, posts) = open(here());
    let address = listener.address;
    let _silent = wire(&listener);
    let mut wire = wire(&listener);
    wire.write_all(&post(FALCO)).unwrap();
    posts.recv_timeout(LONG).unwrap().taken();
    drop(listener);
    assert_eq!(status(&answer(&mut wire)), 200);
    assert!(is_hung_up(&mut wire));
    let (again, _) = taking(Settings { address, ..here() });
    assert_eq!(again.address, address);
}

#[test]
fn an_address_that_can_t_be_had_is_said_with_what_to_do() {
    let (listener, _) = taking(here());
    let taken = listener.address;
    let cases = [
        (taken, format!("cannot listen on {taken}: the address is in use. ")),
        (
            SocketAddr::from(([192, 0, 2, 1], 0)),
            "cannot listen on 192.0.2.1:0: this machine has no such address. ".into(),
        ),
    ];
    for (address, want) in cases {
        let notice = listen(Settings { address, ..here() }, Arc::new(drop)).unwrap_err().to_string();
        assert!(notice.starts_with(&want), "{notice}");
    }
}

#[test]
fn tls_is_spoken_with_a_certificate() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tls");
    let tls = Identity::read(&folder.join("server.pem"), &folder.join("server.key")).unwrap();
    let (listener, bodies) = taking(Settings { tls: Some(tls), ..with_token() });
    for version in ["1.2", "1.3"] {
        let mut wire = crate::source::listen_tls::tests::client(wire(&listener), &folder.join("server.pem"), version);
        let head = format!("POST / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {TOKEN}");
        wire.write_all(&request(&head, FALCO)).unwrap();
        assert_eq!(status(&answer(&mut wire)), 200, "{version}");
        wire.write_all(&post(FALCO)).unwrap();
        assert_eq!(status(&answer(&mut wire)), 401, "{version}");
    }
    // Plain HTTP where TLS is spoken comes to nothing, and harms nobody.
    let mut plain = wire(&listener);
    plain.write_all(&post(FALCO)).unwrap();
    assert!(is_hung_up(&mut plain));
    assert_eq!(bodies.lock().unwrap().len(), 2);
}

/// What curl was answered; `None` where no curl is installed.
#[expect(clippy::disallowed_methods, reason = "the sender is another program, as it is in the field")]
fn curl(words: &[&str]) -> Option<String> {
    let mut curl = std::process::Command::new("curl");
    curl.args(["-q", "-sS", "--noproxy", "*", "-w", "%{http_code}"]).args(words);
    let told = curl.output().ok()?;
    Some(String::from_utf8(told.stdout).unwrap())
}

#[test]
fn curl_posts_as_falco_does() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let tls = Identity::read(&data.join("tls/server.pem"), &data.join("tls/server.key")).unwrap();
    let (plain, bodies) = taking(with_token());
    let (secret, secrets) = taking(Settings { tls: Some(tls), ..with_token() });
    let falco = format!("@{}", data.join("posts/falco.json").display());
    let trusted = data.join("tls/server.pem").display().to_string();
    let at = |scheme: &str, user: &str, listener: &Listener| format!("{scheme}://{user}{}/", listener.address);
    let user = format!("stoop:{TOKEN}@");
    let bearer = format!("Authorization: Bearer {TOKEN}");
    let json = "Content-Type: application/json";
    let cases: [(Vec<String>, &str); 5] = [
        (vec![at("http", &user, &plain)], "200"),
        (vec![at("http", &user, &plain), "--tr-encoding".into()], "200"),
        (vec![at("http", "", &plain), "-H".into(), bearer], "200"),
        (vec![at("https", &user, &secret), "--cacert".into(), trusted], "200"),
        (vec![at("http", "", &plain)], "401"),
    ];
    for (words, want) in &cases {
        let words: Vec<&str> = ["-H", json, "-d", &falco].into_iter().chain(words.iter().map(String::as_str)).collect();
        let Some(told) = curl(&words) else { return println!("no curl here: nothing was tested") };
        assert!(told.ends_with(want), "{words:?}: {told}");
    }
    assert_eq!(*bodies.lock().unwrap(), [FALCO; 3]);
    assert_eq!(*secrets.lock().unwrap(), [FALCO]);
}

#[test]
#[ignore = "a measurement: cargo test --profile quick --lib posts_in_a_second -- --ignored --nocapture"]
fn posts_in_a_second() {
    const EACH: usize = 20_000;
    for connections in [1, 16] {
        let (listener, bodies) = taking(here());
        let start = std::time::Instant::now();
        thread::scope(|scope| {
            for _ in 0..connections {
                scope.spawn(|| {
                    let mut wire = wire(&listener);
                    let (post, mut answer) = (post(FALCO), [0; 38]);
                    for _ in 0..EACH / connections {
                        wire.write_all(&post).unwrap();
                        wire.read_exact(&mut answer).unwrap();
                        assert!(answer.ends_with(b"\r\n\r\n"), "{answer:?}");
                    }
                });
            }
        });
        let took = start.elapsed();
        let rate = bodies.lock().unwrap().len() as f64 / took.as_secs_f64();
        println!("{connections} connections: {rate:.0} posts/s of {} bytes", FALCO.len());
    }
}
