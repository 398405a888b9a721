//! What a bad sender can do, and what it can't: too much, too slow, too many at once.
//!
//! Imports: nothing but its parent.

use super::*;
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

#[test]
fn a_body_has_a_longest_length_however_it_comes() {
    let (listener, bodies) = taking(with_limits(|limits| limits.body_bytes = 10_000));
    let gzip = |body: &[u8]| {
        let mut packer = GzEncoder::new(Vec::new(), Compression::best());
        packer.write_all(body).unwrap();
        request("POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip", &packer.finish().unwrap())
    };
    let chunked = |body: &[u8]| {
        let mut bytes = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
        for chunk in body.chunks(1000) {
            bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            bytes.extend_from_slice(chunk);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"0\r\n\r\n");
        bytes
    };
    let (fits, over) = (vec![b'x'; 10_000], vec![b'x'; 10_001]);
    for (bytes, want) in [
        (post(&fits), 200),
        (post(&over), 413),
        (chunked(&fits), 200),
        (chunked(&over), 413),
        (chunked(&vec![b'x'; 60_000]), 413),
        (post(&vec![b'x'; 60_000]), 413),
        (gzip(&fits), 200),
        (gzip(&over), 413),
        (gzip(&vec![0; 1_000_000]), 413),
        (request("POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip", b"{}"), 400),
        (post(b""), 400),
        (post(b" \r\n"), 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n".to_vec(), 400),
    ] {
        assert_eq!(told(&listener, &bytes), want, "{:?}", String::from_utf8_lossy(&bytes[..80.min(bytes.len())]));
    }
    assert_eq!(bodies.lock().unwrap().len(), 3);
    assert!(bodies.lock().unwrap().iter().all(|body| *body == fits));
}

#[test]
fn a_sender_that_asks_first_is_refused_before_it_sends() {
    let (listener, _) = taking(here());
    let mut wire = wire(&listener);
    let head = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: ";
    wire.write_all(format!("{head}2000000\r\n\r\n").as_bytes()).unwrap();
    assert_eq!(status(&answer(&mut wire)), 413);
    let mut wire = self::wire(&listener);
    wire.write_all(format!("{head}2\r\n\r\n").as_bytes()).unwrap();
    assert_eq!(status(&answer(&mut wire)), 100);
    wire.write_all(b"{}").unwrap();
    assert_eq!(status(&answer(&mut wire)), 200);
}

#[test]
fn a_head_has_a_longest_length_and_must_be_http() {
    let (listener, _) = taking(here());
    let long = format!("POST / HTTP/1.1\r\nHost: a\r\nX-Long: {}", "x".repeat(20_000));
    let many = format!("POST / HTTP/1.1\r\nHost: a\r\n{}", "X-Many: x\r\n".repeat(200));
    for (head, want) in [
        (long.as_str(), 431),
        (many.trim_end(), 431),
        ("not http at all", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nB\u{1}ad: x", 400),
    ] {
        assert_eq!(told(&listener, &request(head, b"{}")), want, "{}", head.get(..40).unwrap_or(head));
    }
    // TLS where none is spoken.
    assert_eq!(told(&listener, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"), 400);
}

#[test]
fn more_senders_than_places_all_get_through() {
    let (listener, bodies) = taking(here());
    thread::scope(|scope| {
        for _ in 0..100 {
            scope.spawn(|| {
                for _ in 0..5 {
                    // Each a new connection that stays open until the sender is done with it.
                    assert_eq!(told(&listener, &post(FALCO)), 200);
                }
            });
        }
    });
    assert_eq!(bodies.lock().unwrap().len(), 500);
}

#[test]
fn silent_connections_keep_nobody_out() {
    let (listener, bodies) = taking(here());
    let silent: Vec<Wire> = (0..64).map(|_| wire(&listener)).collect();
    let dripping: Vec<Wire> = (0..3)
        .map(|_| {
            let mut wire = wire(&listener);
            wire.write_all(b"POST / HTTP/1.1\r\nHost: a\r\nX-").unwrap();
            wire
        })
        .collect();
    assert_eq!(told(&listener, &post(FALCO)), 200);
    assert_eq!(bodies.lock().unwrap().len(), 1);
    drop((silent, dripping));
}

#[test]
fn rested_connections_give_up_their_place() {
    let (listener, bodies) = taking(with_limits(|limits| limits.connections = 4));
    let mut resting = Vec::new();
    // As old falcosidekicks do: a new connection for every alert, and the last ones stay open.
    for _ in 0..6 {
        let mut wire = wire(&listener);
        wire.write_all(&post(FALCO)).unwrap();
        assert_eq!(status(&answer(&mut wire)), 200);
        resting.push(wire);
    }
    assert_eq!(bodies.lock().unwrap().len(), 6);
    assert!(is_hung_up(&mut resting[0]));
}

#[test]
fn a_stalled_body_ends_in_time_and_hands_on_nothing() {
    let (listener, bodies) = taking(with_limits(|limits| limits.body = Duration::from_millis(30)));
    let mut wire = wire(&listener);
    wire.write_all(&post(FALCO)[..500]).unwrap();
    assert_eq!(status(&answer(&mut wire)), 408);
    assert!(is_hung_up(&mut wire));
    assert!(bodies.lock().unwrap().is_empty());
}

#[test]
fn a_stalled_head_and_a_long_rest_end_in_time() {
    let (listener, _) = taking(with_limits(|limits| {
        limits.head = Duration::from_millis(30);
        limits.idle = Duration::from_millis(30);
    }));
    let cases: [&[u8]; 3] = [b"", b"POST / HT", b"POST / HTTP/1.1\r\nHost: a\r\n"];
    for sent in cases {
        let mut wire = wire(&listener);
        wire.write_all(sent).unwrap();
        assert!(is_hung_up(&mut wire), "{sent:?}");
    }
    let mut wire = wire(&listener);
    wire.write_all(&post(FALCO)).unwrap();
    assert_eq!(status(&answer(&mut wire)), 200);
    assert!(is_hung_up(&mut wire));
}

#[test]
fn half_a_body_is_no_post() {
    let (listener, bodies) = taking(here());
    let mut wire = wire(&listener);
    wire.write_all(&post(FALCO)[..500]).unwrap();
    wire.shutdown(Shutdown::Write).unwrap();
    assert!(is_hung_up(&mut wire));
    assert_eq!(told(&listener, &post(b"{}")), 200);
    assert_eq!(*bodies.lock().unwrap(), [b"{}"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_leave_the_listener_standing(bytes in any_request()) {
        let (listener, _) = taking(with_limits(|limits| limits.body_bytes = 1000));
        let mut wire = wire(&listener);
        let _ = wire.write_all(&bytes);
        let _ = wire.shutdown(Shutdown::Write);
        assert!(is_hung_up(&mut wire));
        prop_assert_eq!(told(&listener, b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"), 200);
    }
}

/// Bytes that are no request, or nearly one.
fn any_request() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        Just(&b"POST / HTTP/1.1\r\nHost: a\r\n"[..]),
        Just(&b"Content-Length: 5\r\n"[..]),
        Just(&b"Content-Length: 99999999999999999999\r\n"[..]),
        Just(&b"Transfer-Encoding: chunked\r\n"[..]),
        Just(&b"Content-Encoding: gzip\r\n"[..]),
        Just(&b"\r\n"[..]),
        Just(&b"5\r\nabcde\r\n"[..]),
        Just(&b"ffffffffffffffffff\r\n"[..]),
        Just(&b"0\r\n\r\n"[..]),
        Just(&b"\x1f\x8b\x08\0"[..]),
        Just(&b"\0\xff\xfe"[..]),
    ];
    proptest::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}
