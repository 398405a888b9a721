//! Values written and read back.
//!
//! Imports: `decode`. Promise: tables and properties, no file, no clock.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::decode::Owned;

/// An alert with this value under this name.
fn alert(name: &str, value: &Owned) -> Alert {
    let entry = Entry { scope: Scope::of(name), name: name.as_bytes().to_vec(), value: value.clone(), doubled: false };
    Alert { entries: vec![entry] }
}

fn holds(condition: &str, alert: &Alert) -> bool {
    Filter::parse(condition).unwrap_or_else(|error| panic!("{condition}: {}", error.notice)).matches(alert)
}

fn text(text: &str) -> Owned {
    Owned::Text(text.as_bytes().to_vec())
}

fn json(list: &str) -> Owned {
    Owned::List(list.as_bytes().to_vec())
}

#[test]
fn a_value_is_written_so_that_it_reads_back() {
    let cases = [
        ("proc.name", text("cat"), "proc.name = cat"),
        ("proc.name", text("two words"), "proc.name = \"two words\""),
        ("proc.name", text("and"), "proc.name = \"and\""),
        ("proc.name", text(""), "proc.name = \"\""),
        ("proc.name", text("a\"b\\"), "proc.name = \"a\\x22b\\x5c\""),
        ("proc.name", text("\u{202e}x\n"), "proc.name = \"\\xe2\\x80\\xaex\\x0a\""),
        ("proc.name", text("漢字"), "proc.name = \"漢字\""),
        ("proc.pid", Owned::Number("18446744073709551615".to_owned()), "proc.pid = 18446744073709551615"),
        ("proc.aname[2]", text("runc"), "proc.aname[2] = runc"),
        ("a.b[c d]", text("x"), "a.b[\"c d\"] = x"),
        ("priority", text("Warning"), "priority = Warning"),
        ("priority", text("odd"), "priority regex \"odd\""),
        ("time", text("yesterday?"), "time regex \"yesterday\\x5cx3f\""),
        ("fd.sip", text("not an address"), "fd.sip regex \"not\\x5cx20an\\x5cx20address\""),
        ("tags", json(r#"["b","a"]"#), "(tags in (a, b) and tags = a and tags = b)"),
        ("tags", json(r#"["a"]"#), "tags in (a)"),
        ("tags", json("[]"), "(len(tags) = 0 and not tags = \"\")"),
    ];
    for (name, value, want) in cases {
        let condition = keep(name, Some(value.borrow()));
        assert_eq!(condition, want);
        assert!(holds(&condition, &alert(name, &value)), "{condition}");
        let other = drop(name, Some(value.borrow()));
        assert!(!holds(&other, &alert(name, &value)), "{other}");
        assert!(holds(&other, &alert("x.y", &value)), "{other} keeps alerts without the field");
    }
    assert_eq!(keep("proc.name", None), "not proc.name exists");
    assert_eq!(drop("proc.name", None), "proc.name exists");
}

#[test]
fn a_name_that_no_condition_can_write_gives_none() {
    let names = ["", "and", "not", "a b", "x) or (y", "a.", "1a", "a\u{202e}", "a[", "a]", "len(", "a.b[c]]x"];
    for name in names {
        assert_eq!(spelling(name), None, "{name}");
        assert!(keep(name, None).is_empty() && drop(name, Some(Value::Bool(true))).is_empty(), "{name}");
    }
    assert!(keep("proc.name", Some(Value::Text(&[b'x'; 5000]))).is_empty(), "too long to be a condition");
}

#[test]
fn lists_with_other_items_are_other_values() {
    let one = keep("tags", Some(Value::List(br#"["a","b"]"#)));
    for other in [r#"["a"]"#, r#"["a","b","c"]"#, "[]", r#"["ab"]"#] {
        assert!(!holds(&one, &alert("tags", &json(other))), "{other}");
    }
}

proptest! {
    #[test]
    fn a_condition_made_from_a_value_selects_that_value(
        value in vec(any::<u8>(), 0..40), other in vec(any::<u8>(), 0..40)
    ) {
        let other = alert("a.b", &Owned::Text(other)).entries.remove(0).value;
        for name in ["a.b", "rule", "priority", "time", "fd.sip"] {
            let own = Owned::Text(value.clone());
            let (keep, drop) = (keep(name, Some(own.borrow())), drop(name, Some(own.borrow())));
            prop_assert!(holds(&keep, &alert(name, &own)), "{}", keep);
            prop_assert!(!holds(&drop, &alert(name, &own)), "{}", drop);
            prop_assert_eq!(holds(&keep, &alert(name, &other)), own == other);
            let beside = format!("({keep} and x.y exists) or {drop}");
            prop_assert!(Filter::parse(&beside).is_ok(), "{}", beside);
        }
    }

    #[test]
    fn any_name_gives_a_condition_or_none(name in "\\PC{0,20}") {
        for condition in [keep(&name, Some(Value::Text(b"x"))), drop(&name, None)] {
            prop_assert!(condition.is_empty() || Filter::parse(&condition).is_ok(), "{}", condition);
        }
    }
}
