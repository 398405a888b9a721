//! Distances and windows in words.

use super::*;

#[test]
fn distances_have_a_sign_and_two_units_at_most() {
    let ms = 1_000_000;
    let cases = [
        (0, "0s"),
        (1, "+<1ms"),
        (-35 * ms, "-35ms"),
        (615 * ms, "+0.6s"),
        (9_950 * ms, "+9.9s"),
        (12_400 * ms, "+12s"),
        (-77_259 * ms, "-1m17s"),
        (95_263 * ms, "+1m35s"),
        (3_600_000 * ms, "+1h00m"),
        (-90_000_000 * ms, "-1d01h"),
        (i64::MIN, "-106751d23h"),
    ];
    for (nanos, want) in cases {
        assert_eq!(distance(Some(nanos)), want);
    }
    assert_eq!(distance(None), "");
}

#[test]
fn windows_are_named_in_words() {
    let cases =
        [(1, "±1 s"), (37, "±37 s"), (150, "±2 min 30 s"), (600, "±10 min"), (4_800, "±1 h 20 min"), (259_200, "±3 d")];
    for (seconds, want) in cases {
        assert_eq!(window_words(seconds * Nanos::SECOND).as_str(), want);
    }
}
