//! Rows marked in bulk, against the slow way through `slot` and `entry`.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::decode::{Scope, Sink, Value};
use crate::source::{ByteSpan, SourceId};
use crate::store::builder::Builder;
use crate::store::{Cell, Place, Slot};

/// A segment whose rows have these values of the field `n`, and these seconds as times.
fn segment(values: &[Option<String>], seconds: &[Option<u8>]) -> Segment {
    let mut builder = Builder::default();
    for (row, value) in values.iter().enumerate() {
        builder.begin();
        let time = seconds.get(row % seconds.len().max(1)).copied().flatten();
        if let Some(second) = time {
            builder.value(Scope::Alert, b"time", Value::Text(format!("2024-10-05T00:00:{second:02}Z").as_bytes()));
        }
        builder.value(Scope::Alert, b"rule", Value::Text(b"r"));
        match value.as_deref().map(|value| (value, value.parse::<i128>())) {
            Some((digits, Ok(_))) => builder.value(Scope::Field, b"n", Value::Number(digits)),
            Some((text, Err(_))) => builder.value(Scope::Field, b"n", Value::Text(text.as_bytes())),
            None => {}
        }
        let span = ByteSpan { source: SourceId(0), start: row as u64, len: 0 };
        builder.commit(Place { span, line: row as u64 + 1 }, 1);
    }
    builder.seal()
}

/// The nanoseconds of a time that [`segment`] gives.
fn nanos(second: u8) -> i64 {
    1_728_086_400_000_000_000 + i64::from(second) * 1_000_000_000
}

fn rows(segment: &Segment, mark: &dyn Fn(&mut [u64])) -> Vec<usize> {
    let mut words = vec![0_u64; segment.len().div_ceil(64)];
    mark(&mut words);
    (0..words.len() * 64).filter(|row| words[row / 64] >> (row % 64) & 1 == 1).collect()
}

fn plainly(segment: &Segment, passes: &dyn Fn(u32) -> bool) -> Vec<usize> {
    let column = segment.column(Scope::Field, b"n");
    let slot = |row: usize| column.map_or(Slot::Absent, |column| column.slot(row));
    (0..segment.len()).filter(|row| matches!(slot(*row), Slot::Entry(entry) if passes(entry))).collect()
}

/// Values that make a dictionary of few or many entries, numbers of every width, or times.
fn kind() -> impl Strategy<Value = BoxedStrategy<String>> {
    prop::sample::select(vec![0, 1, 2, 3, 4, 5, 6, 7, 8]).prop_map(|kind| match kind {
        0 => Just("x".to_owned()).boxed(),
        1 => (0..9u8).prop_map(|n| format!("t{n}")).boxed(),
        2 => (0..600u16).prop_map(|n| format!("t{n}")).boxed(),
        3 => (0..40_000u64).prop_map(|n| n.to_string()).boxed(),
        4 => (-5..9_000_000i64).prop_map(|n| n.to_string()).boxed(),
        5 => any::<u32>().prop_map(|n| n.to_string()).boxed(),
        6 => (i64::MAX as u64..u64::MAX).prop_map(|n| n.to_string()).boxed(),
        7 => (0..9u8).prop_map(|second| nanos(second).to_string()).boxed(),
        _ => any::<i64>().prop_map(|n| n.to_string()).boxed(),
    })
}

/// Columns that every row has, half of them, few, none.
fn values() -> impl Strategy<Value = Vec<Option<String>>> {
    let lengths = prop::sample::select(vec![1_usize, 63, 64, 65, 128, 400, 700]);
    (kind(), prop::sample::select(vec![0.999_999, 0.9, 0.5, 0.03, 0.001]), lengths)
        .prop_flat_map(|(value, density, len)| vec(prop::option::weighted(density, value), len))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn rows_marked_in_bulk_are_those_that_pass_one_by_one(
        values in values(),
        seconds in vec(prop::option::weighted(0.95, 0..9u8), 1..9),
        chosen in any::<u64>(),
        from in any::<prop::sample::Index>(),
        to in any::<prop::sample::Index>(),
        (first, last) in (0..9u8, 0..9u8),
    ) {
        let segment = segment(&values, &seconds);
        let numbers: Vec<i128> = values.iter().flatten().filter_map(|value| value.parse().ok()).collect();
        let bound = |at: &prop::sample::Index| if numbers.is_empty() { 0 } else { numbers[at.index(numbers.len())] };
        let (from, to) = (bound(&from), bound(&to));
        if let Some(column) = segment.column(Scope::Field, b"n") {
            prop_assert_eq!(rows(&segment, &|rows| column.mark_present(rows)), plainly(&segment, &|_| true));
            let passes: Vec<bool> = (0..column.entries()).map(|entry| chosen >> (entry % 64) & 1 == 1).collect();
            if column.holds_numbers() {
                for range in [from..=to, i128::MIN..=to, from..=i128::MAX, i128::MIN..=i128::MAX, to..=to] {
                    let within = |entry| matches!(column.entry(entry), Some(Cell::Integer(n)) if range.contains(&n));
                    prop_assert_eq!(rows(&segment, &|rows| column.mark_numbers(&range, rows)), plainly(&segment, &within));
                }
            } else {
                let marked = rows(&segment, &|rows| column.mark_entries(&passes, rows));
                prop_assert_eq!(marked, plainly(&segment, &|entry| passes[entry as usize]));
                let chosen = usize::try_from(chosen % column.entries() as u64).unwrap();
                let one: Vec<bool> = (0..column.entries()).map(|entry| entry == chosen).collect();
                let marked = rows(&segment, &|rows| column.mark_entries(&one, rows));
                prop_assert_eq!(marked, plainly(&segment, &|entry| one[entry as usize]));
            }
        }
        for range in [nanos(first)..=nanos(last), nanos(first)..=nanos(first), nanos(0)..=nanos(9), i64::MIN..=i64::MAX, 0..=1] {
            let within = |row: &usize| segment.time(*row).is_some_and(|time| range.contains(&time.0));
            let want: Vec<usize> = (0..segment.len()).filter(within).collect();
            let range = Nanos(*range.start())..=Nanos(*range.end());
            prop_assert_eq!(rows(&segment, &|rows| segment.mark_times(&range, rows)), want);
        }
    }
}
