//! Tests of unpacking: each format whole, in parts, cut, damaged, inside another, and as a bomb.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::*;

/// Gives a byte at a time.
struct Slow(Cursor<Vec<u8>>);

impl Read for Slow {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let len = into.len().min(1);
        self.0.read(&mut into[..len])
    }
}

fn text() -> Vec<u8> {
    (0..3000_u32).flat_map(|n| format!("alert {n} of rule {}\n", n * n % 97).into_bytes()).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut packer = ::zstd::Encoder::new(Vec::new(), 3).unwrap();
    packer.include_checksum(true).unwrap();
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// The name of each format, the text and nothing in it.
fn packed() -> [(&'static str, Vec<u8>, Vec<u8>); 4] {
    let data = |name: &str| std::fs::read(format!("{}/tests/data/packed/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    [
        ("gzip", gzip(&text()), gzip(b"")),
        ("zstd", zstd(&text()), zstd(b"")),
        ("xz", data("text.xz"), data("empty.xz")),
        ("bzip2", data("text.bz2"), data("empty.bz2")),
    ]
}

fn drained(input: Input, bound: &Arc<Bound>) -> (Vec<u8>, Option<String>) {
    let mut all = Vec::new();
    let unpacked = match unpack(input, bound) {
        Ok(Unpacked::Bytes(input)) => Ok(input),
        Ok(Unpacked::Tar(..)) => panic!("no archive"),
        Err(why) => Err(why),
    };
    let read = unpacked.and_then(|mut input| input.read_to_end(&mut all));
    (all, read.err().map(|why| why.to_string()))
}

fn out_of(bytes: &[u8]) -> (Vec<u8>, Option<String>) {
    drained(Box::new(Cursor::new(bytes.to_vec())), &Bound::new(None))
}

#[test]
fn every_format_is_unpacked_whole_in_members_and_empty() {
    for (name, packed, empty) in packed() {
        let twice = [text(), text()].concat();
        let cases: [(&str, Vec<u8>, &[u8]); 6] = [
            ("whole", packed.clone(), &text()),
            ("two members", [&packed[..], &packed].concat(), &twice),
            ("an empty one between", [&packed[..], &empty, &packed].concat(), &twice),
            ("an empty one first", [&empty[..], &packed].concat(), &text()),
            ("nothing", empty.clone(), b""),
            ("in gzip", gzip(&packed), &text()),
        ];
        for (what, bytes, want) in cases {
            let (all, why) = out_of(&bytes);
            assert!(all == want && why.is_none(), "{name}, {what}: {} bytes, {why:?}", all.len());
            let slow = Box::new(BufReader::with_capacity(1, Slow(Cursor::new(bytes))));
            assert!(drained(slow, &Bound::new(None)).0 == want, "{name}, {what}, slowly");
        }
    }
}

#[test]
fn what_is_cut_or_followed_by_garbage_gives_all_it_has_and_an_error() {
    for (name, packed, _) in packed() {
        let (all, why) = out_of(&[&packed[..], b"garbage"].concat());
        let want = format!("{name} data is followed by bytes that are none");
        assert!(all == text() && why == Some(want), "{name}");
        for len in [12, packed.len() / 2, packed.len() - 1] {
            let (all, why) = out_of(&packed[..len]);
            assert!(text().starts_with(&all), "{name} {len}");
            assert_eq!(why, Some(format!("{name} data ends in the middle")), "{len}");
            assert!(len < packed.len() - 1 || name == "bzip2" || all == text(), "{name}: {} bytes", all.len());
        }
        let (all, why) = out_of(&[&packed[..], &packed[..packed.len() / 2]].concat());
        assert!(all.starts_with(&text()) && why.is_some(), "{name}: a second member that is cut");
    }
}

#[test]
fn zeros_behind_a_member_fill_up_and_are_no_garbage() {
    for (name, packed, _) in packed().into_iter().filter(|(name, ..)| *name != "bzip2") {
        let (all, why) = out_of(&[&packed[..], &[0; 1024]].concat());
        assert!(all == text() && why.is_none(), "{name}: {why:?}");
    }
}

#[test]
fn what_is_no_packed_data_is_given_as_it_is() {
    let cases: [&[u8]; 9] = [
        b"",
        b"{",
        b"\x1f",
        b"\x28\xb5\x2f",
        b"BZh9 is how bzip2 begins",
        b"P*M",
        b"{\"rule\":\"a\"}\n",
        b"\0",
        b"\xfd7zX\n",
    ];
    for bytes in cases {
        assert_eq!(out_of(bytes), (bytes.to_vec(), None));
    }
}

#[test]
fn first_bytes_tell_as_soon_as_they_can() {
    let unclear: [&[u8]; 8] = [b"", b"\x1f", b"\x28\xb5", b"BZh9", b"\x52\x2a", b"\xff\xfe", b"\xfd7z", b"name"];
    for head in unclear {
        assert_eq!(recognise(head, false), Kind::Unclear, "{head:?}");
        assert_eq!(recognise(head, true) == Kind::Plain, head != b"\xff\xfe", "{head:?}");
    }
    let clear: [(&[u8], Kind); 6] = [
        (b"{", Kind::Plain),
        (b"a line\n", Kind::Plain),
        (b"\x1f\x8b", Kind::Packed(Packing::Gzip)),
        (b"\x5f\x2a\x4d\x18", Kind::Packed(Packing::Zstd)),
        (b"BZh11AY&SY", Kind::Packed(Packing::Bzip2)),
        (b"\xfd7zXZ\0", Kind::Packed(Packing::Xz)),
    ];
    for (head, kind) in clear {
        assert_eq!(recognise(head, false), kind, "{head:?}");
    }
}

#[test]
fn three_layers_come_off_and_no_more() {
    let three = gzip(&zstd(&gzip(&text())));
    assert_eq!(out_of(&three), (text(), None));
    let (all, why) = out_of(&gzip(&three));
    assert!(all == gzip(&text()) && why.is_none(), "what is left is given as it is");
}

#[test]
fn a_bomb_stops_at_the_bound_and_what_packs_well_does_not() {
    let zeros = vec![0; 4 << 20];
    let input = |bytes: Vec<u8>, bound: &Arc<Bound>| {
        bound.take(bytes.len());
        Box::new(Cursor::new(bytes)) as Input
    };
    for bytes in [gzip(&zeros), zstd(&zeros), gzip(&gzip(&zeros))] {
        let bound = Bound::new(Some(1 << 20));
        let (all, why) = drained(input(bytes.clone(), &bound), &bound);
        assert!(all.len() >= 1 << 20 && all.len() < 2 << 20, "{} bytes", all.len());
        assert_eq!(why.as_deref(), Some("unpacks to more than 1 MiB, over 200 times its size"));
        for free in [None, Some(4 << 20)] {
            let bound = Bound::new(free);
            assert_eq!(drained(input(bytes.clone(), &bound), &bound), (zeros.clone(), None));
        }
    }
    let bound = Bound::new(Some(0));
    assert_eq!(drained(input(gzip(&text()), &bound), &bound), (text(), None), "far from 200 times");
}

#[test]
fn what_lets_a_bomb_go_on_is_named() {
    let next = |bytes| TooMuch::of(bytes).next();
    assert_eq!(next(1 << 30), "To read on: --max-expand 8GiB");
    assert_eq!(next(3 << 20), "To read on: --max-expand 24MiB");
}

proptest! {
    #[test]
    fn damage_ends_in_an_error_or_in_the_text(format in 0..4_usize, at in any::<prop::sample::Index>(), bits in 1..=255_u8) {
        let (name, mut packed, _) = packed()[format].clone();
        let at = at.index(packed.len());
        packed[at] ^= bits;
        let (all, why) = out_of(&packed);
        let is_whole = all == text() || all == packed;
        prop_assert!(why.is_some() || is_whole, "{} {}: {} bytes", name, at, all.len());
    }
}

#[test]
fn a_table_is_read_as_lines_under_everything_else() {
    let table = "rule,output\na,\"b\nc\"\n";
    let wide: Vec<u8> = format!("\u{feff}{table}").encode_utf16().flat_map(u16::to_be_bytes).collect();
    let want = "\n{\"rule\":\"a\",\"output\":\"b\\u000ac\",\"output_fields\":{}}\n\n";
    for bytes in [table.as_bytes().to_vec(), wide.clone(), gzip(table.as_bytes()), gzip(&wide)] {
        assert_eq!(out_of(&bytes), (want.as_bytes().to_vec(), None));
        let slow = Box::new(BufReader::with_capacity(1, Slow(Cursor::new(bytes))));
        assert_eq!(drained(slow, &Bound::new(None)).0, want.as_bytes());
    }
}

#[test]
fn a_row_is_given_when_it_has_come() {
    struct Pieces(Vec<&'static [u8]>);
    impl Read for Pieces {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let Some(mut piece) = self.0.pop() else { return Err(io::Error::other("more than a row was asked for")) };
            piece.read(into)
        }
    }
    let pieces = Pieces(vec![b"\"c\"\nb", b"put\na,", b"rule,out"]);
    let Ok(Unpacked::Bytes(mut rows)) = unpack(buffered(pieces), &Bound::new(None)) else { panic!("no table") };
    let mut lines = [String::new(), String::new()];
    for line in &mut lines {
        assert!(rows.read_line(line).unwrap() > 0);
    }
    assert_eq!(lines[1], "{\"rule\":\"a\",\"output\":\"c\",\"output_fields\":{}}\n");
}
