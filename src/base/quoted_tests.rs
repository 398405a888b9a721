//! Words go through real shells and must come back as they were.

use proptest::prelude::*;

use super::*;
use crate::base::shells;

/// What an attacker would try, and what goes wrong by accident.
const HOSTILE: [&[u8]; 64] = [
    b"",
    b" ",
    b"  ",
    b"a",
    b"a b",
    b" a",
    b"a ",
    b"\t",
    b"a\tb",
    b"'",
    b"''",
    b"'\\''",
    b"\"",
    b"\\",
    b"\\\\",
    b"a\\",
    b"\\'",
    b"$HOME",
    b"${HOME}",
    b"$(stoop-canary)",
    b"`stoop-canary`",
    b"$((1+1))",
    b"; stoop-canary",
    b"& stoop-canary",
    b"| stoop-canary",
    b"|| stoop-canary",
    b"&& stoop-canary",
    b"\nstoop-canary",
    b"a\nb",
    b"\r",
    b"\r\nx",
    b"> planted",
    b"< /etc/passwd",
    b"<PID>",
    b"*",
    b"?",
    b"[a-z]",
    b"~",
    b"~root",
    b"=ls",
    b"a=b",
    b"#x",
    b"!!",
    b"!x",
    b"^a^b",
    b"{a,b}",
    b"-",
    b"-rf",
    b"--",
    b"-n",
    b"%s",
    b"%n%n",
    b"%",
    b"\\n",
    b"\\0101",
    b"\\c",
    b"' ; stoop-canary ; '",
    b"\x1b[31m\x1b[201~stoop-canary\r",
    b"\x03\x04\x15\x16\x12",
    b"\x7f\x80\xff\xfe",
    "é漢\u{202e}\u{9b}".as_bytes(),
    b"\xed\xa0\x80",
    b"1\n2\n3",
    b"\x01\x02001",
];

/// What the shell makes of a command that prints each of its arguments with a NUL after it, for each word.
fn returned(shell: &[&str], locale: &str, words: &[Quoted]) -> Vec<u8> {
    let lines: Vec<String> = words.iter().map(|word| format!("printf '%s\\000' x {word} y;\n")).collect();
    shells::output(shell, locale, &lines.concat()).unwrap()
}

fn expected(values: &[&[u8]]) -> Vec<u8> {
    values.iter().flat_map(|value| [b"x\0", *value, b"\0y\0"].concat()).collect()
}

fn come_back(values: &[&[u8]]) -> Result<(), String> {
    let words: Vec<Quoted> = values.iter().map(|value| Quoted::new(value).unwrap()).collect();
    for shell in shells::installed() {
        for locale in ["C", "C.UTF-8"] {
            if returned(shell, locale, &words) != expected(values) {
                let bad =
                    words.iter().zip(values).find(|(w, v)| returned(shell, locale, &[(*w).clone()]) != expected(&[v]));
                return Err(format!("{shell:?} {locale}: {bad:?}"));
            }
        }
    }
    Ok(())
}

#[test]
fn a_hostile_value_comes_back_from_every_shell_as_one_word() {
    come_back(&HOSTILE).unwrap();
    let every_byte: Vec<Vec<u8>> = (1..=255).filter(|b| *b != b'\n').map(|b| vec![b'a', b, b'1', b]).collect();
    come_back(&every_byte.iter().map(Vec::as_slice).collect::<Vec<_>>()).unwrap();
}

#[test]
fn a_word_is_bare_where_it_can_be_and_never_leaves_ascii() {
    let cases: [(&[u8], &str); 9] = [
        (b"/var/log/auth.log", "/var/log/auth.log"),
        (b"dca990c78804", "dca990c78804"),
        (b"a b", "'a b'"),
        (b"it's", r"'it'\''s'"),
        (b"", "''"),
        (b"=ls", "'=ls'"),
        (b"-rf", "\"$(printf '\\055rf')\""),
        (b"\x1b[1", "\"$(printf '\\033\\1331')\""),
        ("ü!%".as_bytes(), "\"$(printf '\\303\\274\\041\\045')\""),
    ];
    for (raw, want) in cases {
        assert_eq!(Quoted::new(raw).unwrap().as_str(), want);
    }
}

#[test]
fn what_no_word_can_carry_is_refused() {
    let cases: [(&[u8], bool); 6] = [
        (b"a\0b", false),
        (b"a\n", false),
        (b"\n", false),
        (&[b'a'; Quoted::MAX_BYTES], true),
        (&[b'a'; Quoted::MAX_BYTES + 1], false),
        (&[7; 300], false),
    ];
    for (raw, want) in cases {
        assert_eq!(Quoted::new(raw).is_some(), want, "{raw:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(6) })]

    #[test]
    fn any_bytes_come_back(values in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 60)) {
        let kept: Vec<&[u8]> = values.iter().map(Vec::as_slice).filter(|raw| Quoted::new(raw).is_some()).collect();
        prop_assert_eq!(come_back(&kept), Ok(()));
    }

    #[test]
    fn any_shell_text_comes_back(values in prop::collection::vec("[ -~]{0,40}|[-'\"$`\\\\!%;&|<>(){}*?#~=^\n\t a]{0,20}", 60)) {
        let kept: Vec<&[u8]> = values.iter().map(String::as_bytes).filter(|raw| Quoted::new(raw).is_some()).collect();
        prop_assert_eq!(come_back(&kept), Ok(()));
    }
}

proptest! {
    #[test]
    fn a_word_is_printable_ascii(raw in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Some(word) = Quoted::new(&raw) {
            prop_assert!(word.as_str().bytes().all(|b| matches!(b, b' '..=b'~')));
            prop_assert!(word.as_str().len() <= Quoted::MAX_BYTES);
            prop_assert!(!word.as_str().starts_with('-'));
        }
    }
}
