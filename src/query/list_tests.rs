//! Long lists against the same items as short ones, which are compared one by one.

use super::*;
use crate::decode;
use crate::query::filter::Filter;

/// Enough items that nothing equals, so that the list is looked up and not gone through.
fn padded(list: &str, filler: &str) -> String {
    let fillers: Vec<String> = (0..=FEW).map(|n| filler.replace('#', &n.to_string())).collect();
    format!("({list}, {})", fillers.join(", "))
}

#[test]
fn a_long_list_has_what_a_short_one_has() {
    let alert = decode::alert(
        br#"{"rule":"r","priority":"Error","time":"2024-10-05T00:00:01Z","tags":["a",7,"x y"],
        "output_fields":{"t":"seven","n":7,"f":7.5,"w":7.0,"d":"7","l":[1,2],"b":true,"fd.sip":"::1","fd.cip":"10.0.0.1",
        "e":"","big":18446744073709551616,"fd.odd":"<NA>"}}"#,
    )
    .unwrap();
    let cases = [
        ("n", "filler#"),
        ("f", "filler#"),
        ("w", "filler#"),
        ("d", "filler#"),
        ("t", "filler#"),
        ("l", "filler#"),
        ("tags", "filler#"),
        ("b", "filler#"),
        ("big", "filler#"),
        ("e", "filler#"),
        ("n", "0.#25"),
        ("w", "9.#25"),
        ("fd.sip", "10.1.1.#"),
        ("fd.cip", "10.1.1.#"),
        ("time", "2020-01-0#T00:00:00Z"),
        ("none", "filler#"),
    ];
    for (field, filler) in cases {
        for items in [
            "7",
            "7.0, x",
            "7.5",
            "seven",
            "a, \"x y\"",
            "1, 2",
            "true",
            "18446744073709551616",
            "\"\"",
            "::1",
            "0:0:0:0:0:0:0:1",
            "10.0.0.1",
            "2024-10-05T00:00:01Z",
            "2024-10-05T02:00:01+02:00",
            "nothing",
        ] {
            for operator in ["in", "intersects"] {
                let Ok(short) = Filter::parse(&format!("{field} {operator} ({items})")) else { continue };
                let filler =
                    if field == "time" { filler.replace('#', "1#").replace("01#", "1#") } else { filler.to_owned() };
                let long = Filter::parse(&format!("{field} {operator} {}", padded(items, &filler))).unwrap();
                assert_eq!(long.matches(&alert), short.matches(&alert), "{field} {operator} {items} / {filler}");
            }
        }
    }
}

#[test]
fn a_path_lies_below_one_of_many() {
    let cases = [
        ("/etc/ssh/x", "/etc", true),
        ("/etc//ssh", "etc/ssh/", true),
        ("/etc", "/etc/ssh", false),
        ("/etcetera", "/etc", false),
        ("/home/u/.ssh", "/home/*/.ssh", true),
        ("/home/u/.ssh/id", "/*/u", true),
        ("/usr/lib", "/us[rx]", true),
        ("/usr/lib", "\"/us\\\\r\"", true),
        ("/usr/lib", "/", true),
        ("", "/", true),
        ("/opt", "/etc, /opt", true),
    ];
    for (value, paths, want) in cases {
        let line = format!(r#"{{"rule":"r","output_fields":{{"fd.name":"{value}"}}}}"#);
        let alert = decode::alert(line.as_bytes()).unwrap();
        for list in [format!("({paths})"), padded(paths, "/filler/#")] {
            let filter = Filter::parse(&format!("fd.name pmatch {list}")).unwrap();
            assert_eq!(filter.matches(&alert), want, "{value} {list}");
        }
    }
}
