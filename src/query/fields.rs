//! Names of fields, and the nearest to one that was mistyped.
//!
//! Imports: nothing. Promise: a suggestion is at most two typing mistakes away.

/// The candidate that is nearest to `name`, at most two letters put in, left out or exchanged; the first of equals.
pub(crate) fn nearest<'c>(name: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    if name.len() > LONGEST_NAME {
        return None;
    }
    let near = candidates.filter_map(|candidate| distance(name, candidate).map(|distance| (distance, candidate)));
    near.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

/// Longer names get no suggestion, so that a filter of a megabyte costs nothing.
const LONGEST_NAME: usize = 80;

/// Levenshtein's distance; `None` when it is above 2, or so large that hardly a letter is kept.
fn distance(a: &str, b: &str) -> Option<usize> {
    let limit = 2.min(a.len().min(b.len()) / 2);
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (row, letter) in a.bytes().enumerate() {
        let mut left = row + 1;
        let mut corner = row;
        let mut line = vec![left];
        for (other, up) in b.bytes().zip(above.iter().skip(1)) {
            left = (corner + usize::from(letter != other)).min(left + 1).min(up + 1);
            corner = *up;
            line.push(left);
        }
        above = line;
    }
    above.last().copied().filter(|distance| *distance <= limit)
}
