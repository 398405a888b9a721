//! A stretch of time in a filter's text.

use proptest::prelude::*;

use super::*;

fn span(since: &str, until: &str) -> Span {
    let given = |text: &'static str| Some(text).filter(|text| !text.is_empty());
    let leak = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
    Span::new(given(leak(since)), given(leak(until))).unwrap()
}

#[test]
fn a_stretch_is_a_further_condition() {
    let cases = [
        ("", "", "", ""),
        ("a.b = 1", "", "", "a.b = 1"),
        ("", "-15m", "", "time >= -15m"),
        ("", "", "18:29", "time < 18:29"),
        (" ", "2024-10-05", "@last", "time >= 2024-10-05 and time < @last"),
        ("a.b = 1", "2024-10-05 18:29", "", "a.b = 1 and time >= \"2024-10-05 18:29\""),
        ("a.b = 1 or c.d = 2", "-1h", "", "(a.b = 1 or c.d = 2) and time >= -1h"),
        ("(a.b = 1 or c.d = 2)", "-1h", "", "(a.b = 1 or c.d = 2) and time >= -1h"),
        ("(a.b = 1 or c.d = 2) and e.f = 3", "-1h", "", "(a.b = 1 or c.d = 2) and e.f = 3 and time >= -1h"),
        ("not a.b = 1", "-1h", "", "not a.b = 1 and time >= -1h"),
        ("shadow", "-1h", "", "shadow and time >= -1h"),
        ("shadow !root", "-1h", "", "(shadow !root) and time >= -1h"),
        ("a.b = and", "-1h", "", "a.b = and and time >= -1h"),
        ("time >= 2024-10-01", "-1h", "", "time >= 2024-10-01 and time >= -1h"),
    ];
    for (filter, since, until, want) in cases {
        let got = within(filter, &span(since, until));
        assert_eq!(got, want, "{filter}");
        assert!(Filter::parse(&got).is_ok(), "{got}");
    }
}

#[test]
fn another_stretch_takes_the_place_of_the_first() {
    let cases = [
        ("", "time >= -1h and time < @last"),
        ("time >= 2024-10-05", "time >= -1h and time < @last"),
        ("time>=2024-10-05 and a.b = 1 and time < '2024-10-06 10:00'", "a.b = 1 and time >= -1h and time < @last"),
        ("time >= 1999-01-01 and time >= 2000-01-01", "time >= -1h and time < @last"),
        ("time > 2024-10-05", "time > 2024-10-05 and time >= -1h and time < @last"),
        ("not time < 2024-10-05", "not time < 2024-10-05 and time >= -1h and time < @last"),
        ("(time < 2024-10-05)", "(time < 2024-10-05) and time >= -1h and time < @last"),
        ("time < 2024-10-05 or a.b = 1", "(time < 2024-10-05 or a.b = 1) and time >= -1h and time < @last"),
        (
            "a.b = and and time < 2024-10-05 and c.d in (and, ' and time < 1 and ')",
            "a.b = and and c.d in (and, ' and time < 1 and ') and time >= -1h and time < @last",
        ),
        (
            "a.b = ') and time < 2024-01-01 and ('",
            "a.b = ') and time < 2024-01-01 and (' and time >= -1h and time < @last",
        ),
        ("shadow root", "(shadow root) and time >= -1h and time < @last"),
        ("(shadow root) and time >= -2d", "(shadow root) and time >= -1h and time < @last"),
        ("evt.time >= 5 and rule = x", "evt.time >= 5 and rule = x and time >= -1h and time < @last"),
    ];
    for (filter, want) in cases {
        let got = with_span(filter, &span("-1h", "@last"));
        assert_eq!(got, want, "{filter}");
        assert_eq!(with_span(&got, &span("-1h", "@last")), got, "a second time changes nothing");
    }
    assert_eq!(without_span("time >= -1h"), "");
}

#[test]
fn a_filter_tells_its_stretch() {
    let cases = [
        ("", None, None),
        ("a.b = 1 and time >= -1h", Some("-1h"), None),
        ("time < \"2024-10-05 18:29\" and time>=@last-15m", Some("@last-15m"), Some("2024-10-05 18:29")),
        ("time >= -2h and time >= -1h", Some("-2h"), None),
        ("time <= -1h and time > -2h and (time < -3h) and not time < -4h", None, None),
        ("time < -1h or a.b = 1", None, None),
        ("evt.time < 5", None, None),
    ];
    for (filter, since, until) in cases {
        let span = Span::of(filter);
        assert_eq!((span.since(), span.until()), (since, until), "{filter}");
    }
}

#[test]
fn what_is_no_time_is_told_with_the_forms() {
    let told = Span::new(Some("yesterday"), None).unwrap_err().to_string();
    assert!(told.starts_with("--since: yesterday is no time. A time is written 2024-10-05"), "{told}");
    let told = Span::new(Some("-15m"), Some("\u{1b}[2J")).unwrap_err().to_string();
    assert!(told.starts_with("--until: \\x1b[2J is no time"), "{told}");
}

/// As many bytes as a command line can bring.
#[test]
fn a_large_filter_takes_no_longer_than_its_length_asks_for() {
    let large = vec!["a.b = and"; 90_000].join(" and ");
    assert!(with_span(&large, &span("-1h", "")).ends_with(" and time >= -1h"));
    let open = "a.b = 'x".repeat(100_000);
    assert_eq!(without_span(&open), open);
}

proptest! {
    #[test]
    fn any_text_can_be_given(text in "[ab.=()'\"andortime<>\\\\ 0-9-]{0,40}") {
        let with = with_span(&text, &span("-1h", "@last"));
        if Filter::parse(&text).is_ok() {
            prop_assert!(Filter::parse(&with).is_ok(), "{text} became {with}");
        }
    }
}
