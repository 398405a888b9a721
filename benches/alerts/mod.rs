//! Writes a file of realistic alerts for the benchmarks; the same count and seed give the same bytes.
//!
//! Lives here: the course of a week. Shape: 25 syscall rules with Zipf frequencies, a Kubernetes audit rule, Falco's own
//! events; 2,000 containers on 120 hosts; a daily rhythm, and bursts of one rule in one container; 3 % are up to 0.2 s
//! late; `<NA>`, null, numbers beyond i64, lists. Imports: nothing of stoop's. Promise: input of about 1,460 bytes an alert.

#![expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::string_slice,
    reason = "made from constants, not from input"
)]

pub(crate) mod forms;
mod line;
mod rules;
mod world;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use line::{AUDIT_RULE, Event, INTERNAL};
use world::{Dice, Place, Zipf};

/// 2026-11-15T00:00:00Z, in nanoseconds since the epoch.
const START: u64 = 1_794_700_800_000_000_000;

/// The file of `count` alerts under the target directory; written if it is not there yet.
pub(crate) fn file(count: usize) -> io::Result<PathBuf> {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
    fs::create_dir_all(directory)?;
    let path = directory.join(format!("alerts-{count}.jsonl"));
    if !path.exists() {
        let begun = path.with_extension("begun");
        write(&begun, count, 1)?;
        fs::rename(&begun, &path)?;
    }
    Ok(path)
}

/// Writes `count` alerts.
fn write(path: &Path, count: usize, seed: u64) -> io::Result<()> {
    let mut dice = Dice(seed ^ 0x5741_4c4b);
    let (hosts, places) = (world::hosts(&mut dice), world::places(&mut dice));
    let plans = line::plans();
    let mut week = Week::new(count, &places);
    let (mut file, mut bytes) = (BufWriter::with_capacity(1 << 20, File::create(path)?), Vec::new());
    for _ in 0..count {
        let (rule, place) = week.next(&mut dice);
        let late = if dice.chance(30) { dice.below(200) as u64 } else { 0 };
        let time = START + (week.now as u64).saturating_sub(late * 1_000_000);
        let place = place.map(|number| &places[number]);
        let host = place.map_or((time / 7 % 120) as usize, |place| place.host);
        let random = dice.next();
        let variant = dice.below(1000) * dice.below(1000) / if random & 1 == 0 { 100 } else { 1 };
        let event = Event { rule, place, hostname: &hosts[host], time, variant, random };
        let drops = usize::from(rule == INTERNAL && time % 2 == 1);
        bytes.clear();
        plans[rule + drops].line(&event, &mut bytes);
        file.write_all(&bytes)?;
    }
    file.flush()
}

/// What happens when.
struct Week {
    rules: Zipf,
    places: Zipf,
    /// Mean nanoseconds between two alerts outside bursts.
    gap: f64,
    /// Nanoseconds since [`START`].
    now: f64,
    /// How many alerts of the burst are left, and of what it consists.
    burst: usize,
    burst_of: (usize, Option<usize>),
}

impl Week {
    fn new(count: usize, places: &[Place]) -> Self {
        // Bursts, about 42 % of the alerts, take next to no time.
        let gap = 7.0 * 86_400e9 / count as f64 / 0.58;
        Self {
            rules: Zipf::new(25, 1.05),
            places: Zipf::new(places.len(), 0.9),
            gap,
            now: 0.0,
            burst: 0,
            burst_of: (0, None),
        }
    }
    /// The rule and the container of the next alert.
    fn next(&mut self, dice: &mut Dice) -> (usize, Option<usize>) {
        if self.burst == 0 {
            return self.calm(dice);
        }
        self.burst -= 1;
        self.now += self.gap * 0.004 * dice.unit();
        if dice.chance(930) { self.burst_of } else { (self.rules.draw(dice), Some(self.places.draw(dice))) }
    }
    fn calm(&mut self, dice: &mut Dice) -> (usize, Option<usize>) {
        let day = (self.now as u64 / 1_000_000_000 % 86_400) as f64 / 86_400.0;
        let rhythm = 1.0 + 0.6 * (std::f64::consts::TAU * (day - 0.35)).sin();
        self.now += -dice.unit().max(1e-12).ln() * self.gap / rhythm;
        let rule = self.rule(dice);
        let place = (rule < AUDIT_RULE && !dice.chance(120)).then(|| self.places.draw(dice));
        if place.is_some() && dice.below(1400) == 0 {
            self.burst = 100 + dice.below(1850);
            self.burst_of = (rule, place);
        }
        (rule, place)
    }
    fn rule(&self, dice: &mut Dice) -> usize {
        if dice.chance(10) {
            AUDIT_RULE
        } else if dice.chance(2) {
            INTERNAL
        } else {
            self.rules.draw(dice)
        }
    }
}
