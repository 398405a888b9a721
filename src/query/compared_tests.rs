//! What is usual, against counting every line; which names are volatile.

use proptest::prelude::*;

use super::*;
use crate::query::sample::loaded;

#[test]
fn what_differs_by_nature_is_known_by_its_name() {
    let cases = [
        ("time", true),
        ("evt.time.iso8601", true),
        ("proc.pid", true),
        ("proc.pid.ts", true),
        ("proc.apid[3]", true),
        ("thread.tid", true),
        ("proc.exe_ino.ctime_duration_proc_start", true),
        ("container.start_ts", true),
        ("proc.duration", true),
        ("proc.name", false),
        ("evt.type", false),
        ("timestamp", false),
        ("proc.pidfile", false),
        ("evt.arg.flags", false),
    ];
    for (name, want) in cases {
        assert_eq!(is_volatile(name.as_bytes()), want, "{name}");
    }
}

proptest! {
    #[test]
    fn usual_values_are_those_that_counting_every_line_gives(
        rows in prop::collection::vec((0..2u8, prop::option::of(0..3u8), any::<bool>()), 2..30),
        asked in any::<prop::sample::Index>(),
    ) {
        let lines: Vec<String> = rows.iter().map(|(rule, value, _)| match value {
            Some(value) => format!(r#"{{"rule":"R{rule}","output_fields":{{"proc.name":"v{value}"}}}}"#),
            None => format!(r#"{{"rule":"R{rule}","output_fields":{{"x":1}}}}"#),
        }).collect();
        let row = asked.index(rows.len());
        let id = |n: usize| RowId::new(0, u16::try_from(n).unwrap());
        let view: Vec<RowId> = (0..rows.len()).filter(|n| rows[*n].2).map(id).collect();
        let wanted = Wanted::Usual(id(row), Arc::new(view));
        let found = compared(&wanted, &loaded(&lines), &|| false).unwrap().unwrap();
        let Against::Usual(total, usual) = found.b else { panic!() };
        let others: Vec<Option<u8>> = (0..rows.len()).filter(|n| *n != row && rows[*n].2 && rows[*n].0 == rows[row].0).map(|n| rows[n].1).collect();
        prop_assert_eq!(total, others.len());
        let usual = usual.iter().find(|usual| usual.name == b"proc.name");
        let count = |value: Option<u8>| others.iter().filter(|other| **other == value).count();
        match usual {
            Some(usual) => {
                let value = usual.value.as_ref().map(|value| value.borrow().bytes()[1] - b'0');
                prop_assert_eq!(usual.count, count(value));
                prop_assert!((0..3).map(Some).chain([None]).all(|other| count(other) <= usual.count));
                prop_assert_eq!(usual.alike, count(rows[row].1));
            }
            None => prop_assert!(rows[row].1.is_none() && (0..3).all(|value| count(Some(value)) < count(None).max(1))),
        }
    }
}
