//! Tables for the words of `/`: what they mean, where they are found, how a narrower question is known.

use super::*;
use crate::decode;
use crate::query::filter::Filter;

fn found(words: &Words, alert: &str) -> bool {
    words.match_alert(&decode::alert(alert.as_bytes()).unwrap(), &Fuzzy::default())
}

const ALERT: &str = r#"{"rule":"Terminal shell in container","priority":"Notice","output":"Größe a\"b KEY \u003cx\u003e",
"tags":["T1059","a\/b"],"@timestamp":"envelope","output_fields":{"proc.name":"event-generator","proc.cmdline":
"event-generator run syscall.ClearLogActivities","fd.name":"/usr/share/adobe/downloads/window","k8s.pod.name":"kube-proxy-x2f"}}"#;

#[test]
fn every_word_must_be_found_in_the_values() {
    let cases = [
        ("", true),
        ("terminal", true),
        ("terminal SHELL", false),
        ("terminal shell", true),
        ("terminal nosuch", false),
        ("Terminal", true),
        ("TERMINAL", false),
        ("größe", true),
        ("GRÖSSE", false),
        ("a\"b", true),
        ("a/b", true),
        ("<x>", true),
        ("t1059", true),
        ("notice", true),
        ("proc.name", false),
        ("envelope", false),
        ("!nosuch", true),
        ("!terminal", false),
        ("!TERMINAL", true),
        ("terminal !nosuch 'shell", true),
        ("evgen", true),
        ("'evgen", false),
        ("'evgen'", false),
        ("!evgen", true),
        ("kbprxy", true),
        ("trmshl", true),
        ("Trmshl", true),
        ("TRMSHL", false),
        // Letters that stand in their order by chance.
        ("pgn", false),
        // Fuzzy only within a short value, and not in every field.
        ("evgclear", false),
        ("!", false),
        ("'", false),
    ];
    for (text, want) in cases {
        assert_eq!(found(&Words::parse(text), ALERT), want, "{text}");
    }
}

#[test]
fn the_words_of_a_filter_are_never_fuzzy() {
    let alert = decode::alert(ALERT.as_bytes()).unwrap();
    for (text, want) in
        [("evgen", false), ("kbprxy", false), ("Trmshl", false), ("terminal event-gen", true), ("!evgen", true)]
    {
        assert_eq!(Filter::parse(text).unwrap().matches(&alert), want, "{text}");
    }
}

#[test]
fn what_was_found_is_underlined() {
    let cases: [(&str, &str, &[&str]); 12] = [
        ("shell", "Terminal shell in SHELL", &["shell", "SHELL"]),
        ("Shell", "Shell shell", &["Shell"]),
        ("ell she", "shell", &["shell"]),
        ("aa", "aaaaa", &["aaaa"]),
        ("größe", "eine GRÖßE", &["GRÖßE"]),
        ("ö", "öÖo", &["öÖ"]),
        ("!shell", "shell", &[]),
        ("evgen", "event-generator", &["ev", "gen"]),
        ("'evgen", "event-generator", &[]),
        ("", "shell", &[]),
        ("İ", "aİb", &["İ"]),
        ("pod", "Packet socket created in container odd", &[]),
    ];
    for (words, text, want) in cases {
        let ranges = Words::parse(words).highlight(text);
        let got: Vec<&str> = ranges.iter().map(|range| text.get(range.clone()).unwrap()).collect();
        assert_eq!(got, want, "{words} in {text}");
    }
}

#[test]
fn a_longer_word_is_narrower() {
    let cases = [
        ("sha", "shad", Some(vec![0])),
        ("sha", "sha etc", Some(vec![1])),
        ("sha", "xshax", Some(vec![0])),
        ("sha", "Sha", Some(vec![0])),
        ("Sha", "sha", None),
        ("sha", "sh", None),
        ("sha etc", "sha", None),
        ("!sha", "!shad", None),
        ("sha", "sha !x", Some(vec![1])),
        ("'sha", "'sha", Some(vec![])),
        ("sha shadow", "shadow", None),
        ("", "x", Some(vec![0])),
        ("k", "ük", None),
    ];
    for (old, now, want) in cases {
        assert_eq!(Words::parse(now).added_to(&Words::parse(old)), want, "{old} → {now}");
    }
}

#[test]
fn escapes_that_can_not_spell_the_word_hide_no_line() {
    let cases = [
        ("shadow", r#"{"a":"/etc/SHADOW"}"#, true),
        ("shadow", r#"{"a":"/etc/passwd"}"#, false),
        ("shadow", r#"{"a":"x\u003ey \" \\ \n"}"#, false),
        ("shadow", r#"{"a":"sh\u0061dow"}"#, true),
        ("shadow", r#"{"a":"\u00fc"}"#, false),
        ("x>y", r#"{"a":"x\u003ey"}"#, true),
        ("a/b", r#"{"a":"a\/b"}"#, true),
        ("a/b", r#"{"a":"ab"}"#, false),
        ("ü", r#"{"a":"\u00dc"}"#, true),
        ("ü", r#"{"a":"Ü"}"#, true),
        ("ü", r#"{"a":"u"}"#, false),
    ];
    for (word, line, want) in cases {
        assert_eq!(Word::new(word.as_bytes()).could_stand_in(line.as_bytes()), want, "{word} in {line}");
    }
}

proptest::proptest! {
    #[test]
    fn folded_search_finds_what_lowering_both_finds(hay in "[a-cA-C \u{e4}]{0,20}", needle in "[a-c ]{0,4}") {
        let plainly = hay.to_ascii_lowercase().find(&needle);
        proptest::prop_assert_eq!(crate::query::needle::find_folded(hay.as_bytes(), needle.as_bytes()), plainly);
    }

    #[test]
    fn no_word_is_too_odd(words in "\\PC{0,12}", text in "\\PC{0,30}") {
        for range in Words::parse(&words).highlight(&text) {
            proptest::prop_assert!(text.get(range).is_some_and(|part| !part.is_empty()));
        }
    }
}
