//! The searcher over segments that are large enough for every form of column and for several hands, against the plainest
//! evaluator.

use std::cell::Cell;
use std::sync::Arc;

use proptest::prelude::*;

use super::tests::{Loaded, answer, ask, loaded, snapshot};
use super::*;
use crate::base::RowId;
use crate::decode::{self, Alert};
use crate::query::filter::Filter;
use crate::query::order::id;
use crate::query::words::{Fuzzy, Words};
use crate::source::Sources;

/// Numbers that look random; the same seed gives the same ones.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
    fn pick<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[usize::try_from(self.roll(of.len() as u64)).unwrap()]
    }
}

/// An alert: names that all have, that half of them have, and that few have; dictionaries of few and of many values;
/// numbers in one spelling and in several; ids that stand only in the line; escapes.
fn line(dice: &mut Dice) -> String {
    let name = dice.pick(&["cat", "c\\u0061t", "bash", "sshd", "a\\\"b", "kube-proxy"]);
    let mut fields = vec![format!("\"proc.name\":\"{name}\""), format!("\"proc.pid\":{}", dice.roll(50_000))];
    let path = dice.pick(&["/etc/shadow", "/etc//shadow", "\\/etc\\/shadow", "/tmp/x", "/root/.ssh/id"]);
    let command = dice.pick(&["cat /etc/shadow", "bash -i", "curl evil.example", "\\u0073hadow tool"]);
    fields.push(format!("\"proc.cmdline\":\"{command} {}\"", dice.roll(700)));
    fields.push(format!("\"id.long\":\"{:020}-{:020}\"", dice.roll(1 << 30), dice.roll(1 << 30)));
    if dice.roll(2) == 0 {
        fields.push(format!("\"fd.name\":\"{path}\""));
    }
    if dice.roll(40) == 0 {
        fields.push(format!("\"container.name\":\"cart-{}\"", dice.roll(9)));
        fields.push(format!("\"fd.rport\":{}", dice.pick(&["22", "22.0", "\"22\"", "2.2e1", "null", "80"])));
    }
    if dice.roll(3) > 0 {
        fields.push(format!("\"user.uid\":{}", dice.pick(&["0", "1000", "1001", "-1"])));
    }
    let time = match dice.roll(30) {
        0 => String::new(),
        _ => format!(",\"time\":\"2024-10-05T00:{:02}:{:02}Z\"", dice.roll(3), dice.roll(60)),
    };
    let tags = dice.pick(&["[]", "[\"a\"]", "[\"a\",\"shad\\u006fw\"]", "[1,\"b\"]"]);
    format!(
        "{{\"rule\":\"r{}\",\"priority\":\"{}\",\"output\":\"so {} {path} {}\"{time},\"tags\":{tags},\"output_fields\":{{{}}}}}",
        dice.roll(5),
        dice.pick(&["Warning", "error", "Debug", "odd"]),
        dice.pick(&["reads", "wr\\u0069tes"]),
        dice.roll(90),
        fields.join(",")
    )
}

const FILTERS: [&str; 36] = [
    "proc.name = cat",
    "proc.name != cat and user.uid = 0",
    "not proc.name in (cat, bash)",
    "proc.name in (b, c, d, e, f, g, h, i, j, sshd, \"a\\\"b\")",
    "proc.pid > 25000",
    "proc.pid <= 25000 and proc.pid != 7 or proc.pid = 40000",
    "proc.pid in (1, 2, 3, 4, 5)",
    "proc.pid in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 1200)",
    "proc.pid >= 1.5 and proc.pid < 1e+4",
    "proc.pid startswith 12 or proc.pid regex \"4.*7\"",
    "user.uid < 1 and not user.uid exists",
    "user.uid in (0, -1) and fd.name exists",
    "fd.rport = 22",
    "fd.rport != 22 or fd.rport in (22, 23, 24, 25, 26, 27, 28, 29, 30)",
    "fd.rport in (22.0, 1, 2, 3, 4, 5, 6, 7, 8, 9)",
    "container.name startswith cart and container.name != cart-3",
    "not container.name exists and priority >= warning",
    "container.name = cart-1 or container.name = cart-2 or rule = r1",
    "proc.cmdline contains shadow",
    "proc.cmdline = \"bash -i 17\"",
    "proc.cmdline glob \"*evil*1*\"",
    "proc.cmdline regex \".*sh(adow|ell).* [0-9]{2}\"",
    "proc.cmdline icontains SHADOW and proc.cmdline endswith 7",
    "proc.cmdline contains allof (shadow, tool)",
    "fd.name pmatch (/etc, /roo*/.ssh)",
    "fd.name glob \"*sh*\" and not fd.name contains root",
    "time >= 2024-10-05T00:01:00 and time < 2024-10-05T00:02:00",
    "time < 2024-10-05 or time >= 2024-10-04",
    "time != 2024-10-05T00:00:07Z and time in (2024-10-05T00:00:08Z, 2024-10-05T00:00:09Z)",
    "id.long contains 77 and proc.name = bash",
    "output contains shadow and priority = error",
    "output regex \".*(etc|tmp).*8.*\" or output regex \"so writes.*\"",
    "not output contains reads",
    "shadow and not evil",
    "tags intersects (shadow, b) or tags in (a)",
    "tolower(proc.name) = cat and proc.cmdline contains \"shadow 1\"",
];

const WORDS: [&str; 7] = ["", "shadow", "writes !etc", "7 cart", "!bash evil", "kbprxy", "12345"];

struct World {
    sources: Arc<Sources>,
    /// The first segment while it grew, and the segments in the end.
    short: Loaded,
    parts: Vec<Loaded>,
    alerts: Vec<Vec<Alert>>,
}

impl World {
    fn of(seed: u64) -> Self {
        let (mut dice, sources) = (Dice(seed), Arc::<Sources>::default());
        let lines: Vec<Vec<String>> =
            [2_500, 130, 1].iter().map(|count| (0..*count).map(|_| line(&mut dice)).collect()).collect();
        let alerts =
            lines.iter().map(|lines| lines.iter().map(|line| decode::alert(line.as_bytes()).unwrap()).collect());
        Self {
            short: loaded(&sources, &lines[0][..700]),
            alerts: alerts.collect(),
            parts: lines.iter().map(|lines| loaded(&sources, lines)).collect(),
            sources,
        }
    }

    /// What the list must show.
    fn plainly(&self, filter: &str, narrowing: &str) -> Vec<RowId> {
        let (filter, words, fuzzy) = (Filter::parse(filter).unwrap(), Words::parse(narrowing), Fuzzy::default());
        let mut rows = Vec::new();
        for (index, alerts) in self.alerts.iter().enumerate() {
            let fits = |(_, alert): &(usize, &Alert)| filter.matches(*alert) && words.match_alert(alert, &fuzzy);
            let time = |row| self.parts[index].segment.time(row);
            let found = alerts.iter().enumerate().filter(fits);
            rows.extend(found.map(|(row, _)| (time(row).is_none(), time(row), id(index, row))));
        }
        rows.sort();
        rows.into_iter().map(|(_, _, row)| row).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3, ..ProptestConfig::default() })]

    #[test]
    fn large_segments_show_what_decoding_every_line_would_show(seed in any::<u64>(), patience in 0..40u32) {
        let world = World::of(seed);
        let (short, whole) = (snapshot(&world.sources, std::slice::from_ref(&world.short)), snapshot(&world.sources, &world.parts));
        let mut searcher = Searcher::default();
        for (nth, filter) in FILTERS.iter().enumerate() {
            let narrowing = if nth % 3 == 0 { WORDS[nth / 3 % WORDS.len()] } else { "" };
            // Asked while it grows, given up half way, asked again.
            answer(&mut searcher, &ask(&short, filter, narrowing));
            let left = Cell::new(patience);
            let newer = || left.replace(left.get().saturating_sub(1)) == 0;
            searcher.answer(&ask(&whole, filter, narrowing), &newer, &mut |_| {});
            let rows = answer(&mut searcher, &ask(&whole, filter, narrowing));
            prop_assert!(rows == world.plainly(filter, narrowing), "{} / {}", filter, narrowing);
            let anew = answer(&mut Searcher::default(), &ask(&whole, filter, narrowing));
            prop_assert!(anew == rows, "{} / {}, asked anew", filter, narrowing);
            searcher = if nth % 2 == 0 { Searcher::default() } else { searcher };
        }
    }

    #[test]
    fn words_over_large_segments_find_what_they_find_one_by_one(seed in any::<u64>()) {
        let world = World::of(seed);
        let (short, whole) = (snapshot(&world.sources, std::slice::from_ref(&world.short)), snapshot(&world.sources, &world.parts));
        for words in WORDS {
            let mut searcher = Searcher::default();
            let ends: Vec<usize> = words.char_indices().map(|(at, letter)| at + letter.len_utf8()).collect();
            for (nth, end) in ends.iter().enumerate() {
                // More alerts come while the word is typed.
                if nth + 2 < ends.len() {
                    answer(&mut searcher, &ask(&short, "", words.get(..*end).unwrap()));
                    continue;
                }
                let narrowing = words.get(..*end).unwrap();
                let rows = answer(&mut searcher, &ask(&whole, "", narrowing));
                prop_assert!(rows == world.plainly("", narrowing), "{}", narrowing);
            }
        }
    }
}

/// A word that goes over from one value of a dictionary into the next, or from one line into the next, is no hit.
#[test]
fn neighbours_do_not_make_a_word_together() {
    let sources = Arc::<Sources>::default();
    let lines: Vec<String> = (0..600)
        .map(|n| {
            format!("{{\"output_fields\":{{\"proc.cmdline\":\"{n}end\"}},\"rule\":\"r\",\"output\":\"begin{n}\"}}")
        })
        .collect();
    let whole = snapshot(&sources, &[loaded(&sources, &lines)]);
    for (filter, narrowing) in
        [("proc.cmdline contains end1", ""), ("", "'nd12e"), ("", "}{"), ("output contains \"}\\x0a{\"", "")]
    {
        let rows = answer(&mut Searcher::default(), &ask(&whole, filter, narrowing));
        assert_eq!(rows, [], "{filter} {narrowing}");
    }
    assert_eq!(answer(&mut Searcher::default(), &ask(&whole, "proc.cmdline contains 12end", "")).len(), 6);
}
