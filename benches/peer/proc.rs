//! CPU seconds and resident memory, as Linux tells them.
//!
//! Imports: nothing. Promise: 0 where there is no `/proc`, so that a table can be printed everywhere.

use std::fs;

/// Linux counts CPU in hundredths of a second for programs, on every common machine.
const TICKS: f64 = 100.0;
/// Bytes in the unit of `VmRSS`.
const KILO: u64 = 1024;

/// CPU seconds of the programs that this one has started and seen end.
pub(crate) fn children_cpu() -> f64 {
    (tick("self", 15) + tick("self", 16)) / TICKS
}

/// CPU seconds of this program.
pub(crate) fn own_cpu() -> f64 {
    (tick("self", 13) + tick("self", 14)) / TICKS
}

/// CPU seconds of a running program.
pub(crate) fn cpu(pid: u32) -> f64 {
    let pid = pid.to_string();
    (tick(&pid, 13) + tick(&pid, 14)) / TICKS
}

/// Bytes of this program that are in memory.
pub(crate) fn own_resident() -> u64 {
    resident_of("self")
}

/// Bytes of a running program that are in memory.
pub(crate) fn resident(pid: u32) -> u64 {
    resident_of(&pid.to_string())
}

/// Field number `index` of `stat`, from 0; the name in field 1 may hold blanks, so it is counted from behind it.
fn tick(pid: &str, index: usize) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let behind_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    behind_name.split_whitespace().nth(index - 2).and_then(|field| field.parse().ok()).unwrap_or(0.0)
}

fn resident_of(pid: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|kilobytes| kilobytes.parse::<u64>().ok()).unwrap_or(0) * KILO
}
