//! Tests of reading archives, also hostile ones.

use std::io::Cursor;

use super::*;

/// A head, with a right sum.
fn head(name: &[u8], size: usize, kind: u8) -> Vec<u8> {
    let mut block = vec![0; BLOCK_BYTES];
    block[..name.len()].copy_from_slice(name);
    block[124..135].copy_from_slice(format!("{size:011o}").as_bytes());
    block[156] = kind;
    block[257..263].copy_from_slice(b"ustar\0");
    block[148..156].fill(b' ');
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    block
}

fn member(name: &[u8], bytes: &[u8], kind: u8) -> Vec<u8> {
    let padding = vec![0; (BLOCK_BYTES - bytes.len() % BLOCK_BYTES) % BLOCK_BYTES];
    [&head(name, bytes.len(), kind)[..], bytes, &padding].concat()
}

fn read(bytes: &[u8]) -> (Vec<(Vec<u8>, Vec<u8>)>, Option<String>) {
    let archive = Archive::new(Box::new(Cursor::new(bytes.to_vec())));
    let mut members = Vec::new();
    loop {
        let name = match lock(&archive).next_name() {
            Ok(Some(name)) => name,
            Ok(None) => return (members, None),
            Err(why) => return (members, Some(why.to_string())),
        };
        let mut all = Vec::new();
        let read = Member(Arc::clone(&archive)).read_to_end(&mut all);
        members.push((name, all));
        if let Err(why) = read {
            return (members, Some(why.to_string()));
        }
    }
}

const END: [u8; 2 * BLOCK_BYTES] = [0; 2 * BLOCK_BYTES];

#[test]
fn regular_files_that_are_not_hidden_are_given_in_order() {
    let long = vec![b'n'; 300];
    let pax = |entry: &str| format!("{} {entry}\n", entry.len() + 4).into_bytes();
    let bytes = [
        member(b"dir/", b"", b'5'),
        member(b"dir/a", b"first", b'0'),
        member(b".hidden/b", b"no", b'0'),
        member(b"./c", &[b'x'; 1024], 0),
        member(b"link", b"", b'2'),
        member(b"long", &[&long[..], b"\0"].concat(), b'L'),
        member(b"cut", b"long", b'0'),
        member(b"pax", &pax("path=/etc/../d"), b'x'),
        member(b"cut", b"pax", b'0'),
        member(b"global", &pax("comment=none"), b'g'),
        member(b"../e", b"", b'0'),
        END.to_vec(),
    ]
    .concat();
    let (members, why) = read(&bytes);
    let want: [(&[u8], &[u8]); 5] =
        [(b"dir/a", b"first"), (b"./c", &[b'x'; 1024]), (&long, b"long"), (b"/etc/../d", b"pax"), (b"../e", b"")];
    assert_eq!(why, None);
    assert_eq!(members.iter().map(|(name, all)| (&name[..], &all[..])).collect::<Vec<_>>(), want);
}

#[test]
fn what_is_cut_or_damaged_is_said_after_what_was_there() {
    let whole = [member(b"a", b"first", b'0'), member(b"b", &[b'x'; 2000], b'0'), END.to_vec()].concat();
    let mut damaged = whole.clone();
    damaged[1024] ^= 1;
    let huge = [member(b"a", b"first", b'0'), head(b"b", 0o777_7777_7777, b'0'), vec![b'x'; 10]].concat();
    let cases: [(&str, &[u8], usize, Option<&str>); 6] = [
        ("whole", &whole, 2, None),
        ("without its end", &whole[..whole.len() - END.len()], 2, None),
        ("cut in a file", &whole[..2000], 2, Some("tar archive ends in the middle")),
        ("cut in a head", &whole[..1100], 1, Some("tar archive ends in the middle")),
        ("a wrong sum", &damaged, 1, Some("tar archive is damaged")),
        ("a lying size", &huge, 2, Some("tar archive ends in the middle")),
    ];
    for (what, bytes, count, want) in cases {
        let (members, why) = read(bytes);
        assert_eq!((members.len(), why.as_deref()), (count, want), "{what}");
        assert_eq!(members[0].1, b"first", "{what}");
    }
}

#[test]
fn a_name_of_any_length_takes_no_memory() {
    let bytes = [member(b"long", &vec![b'n'; 1 << 20], b'L'), member(b"short", b"x", b'0')].concat();
    assert_eq!(read(&bytes), (vec![(b"short".to_vec(), b"x".to_vec())], None));
}

#[test]
fn an_alert_with_the_magic_in_its_place_is_no_archive() {
    let mut alert = vec![b'a'; 600];
    alert[257..262].copy_from_slice(b"ustar");
    assert_eq!(begins(&alert), Some(false));
    assert_eq!(begins(&alert[..300]), None, "more may tell");
    assert_eq!(begins(&head(b"a", 1, b'0')), Some(true));
    assert_eq!(begins(b"{\"rule\""), Some(false));
}

#[test]
fn numbers_are_octal_or_bytes() {
    let cases: [(&[u8], Option<u64>); 6] = [
        (b"00000000017\0", Some(15)),
        (b"  17 ", Some(15)),
        (b"\x80\0\0\0\0\0\0\0\0\0\x01\0", Some(256)),
        (b"9", None),
        (b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", None),
        (b"", Some(0)),
    ];
    for (field, want) in cases {
        assert_eq!(number(field), want, "{field:?}");
    }
}
