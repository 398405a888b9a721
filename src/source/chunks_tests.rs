//! Tests of what is kept of streams: in memory, in a temporary file, where that can't be written.

use std::path::PathBuf;

use proptest::prelude::*;

use super::*;

fn bytes(len: usize, seed: u64) -> Vec<u8> {
    // Half of it packs well, half does not.
    let mut state = seed | 1;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        u8::try_from(state >> 56).unwrap()
    };
    (0..len).map(|at| if at / 50_000 % 2 == 0 { b'a' + u8::try_from(at % 7).unwrap() } else { next() }).collect()
}

fn kept(all: &[u8], spill: &Arc<Spill>, part: usize) -> Arc<Chunks> {
    let chunks = Chunks::new(Arc::clone(spill));
    let mut keeper = Keeper::new(Arc::clone(&chunks));
    for part in all.chunks(part) {
        keeper.push(part).unwrap();
    }
    chunks
}

fn same(chunks: &Chunks, all: &[u8], start: usize, len: usize) -> bool {
    let mut got = Vec::new();
    chunks.read(start as u64, len, &mut got).unwrap();
    got == all[start.min(all.len())..(start + len).min(all.len())]
}

fn whole(chunks: &Chunks) -> io::Result<Vec<u8>> {
    let mut got = Vec::new();
    chunks.read_all(&mut |part| got.extend_from_slice(part)).map(|_| got)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn every_span_comes_back_as_it_went_in(
        len in 0..500_000_usize, part in 1_000..300_000_usize, seed: u64, max_memory in prop_oneof![Just(0), Just(60_000), Just(u64::MAX)],
        spans in prop::collection::vec((0..500_000_usize, 0..200_000_usize), 1..12), ends: bool,
    ) {
        let all = bytes(len, seed);
        let spill = Spill::new(max_memory, std::env::temp_dir());
        let chunks = Chunks::new(Arc::clone(&spill));
        let mut keeper = Keeper::new(Arc::clone(&chunks));
        let mut so_far = 0;
        for (part, (start, len)) in all.chunks(part).zip(spans.iter().cycle()) {
            keeper.push(part).unwrap();
            so_far += part.len();
            prop_assert!(same(&chunks, &all[..so_far], *start, *len), "while it comes in: {} {}", start, len);
        }
        if ends {
            keeper.finish().unwrap();
        }
        for (start, len) in spans {
            prop_assert!(same(&chunks, &all, start, len), "{} {}", start, len);
        }
        prop_assert_eq!(whole(&chunks).unwrap(), all);
        prop_assert!(spill.take_notice().is_none());
        prop_assert!(max_memory > 0 || chunks.heap_bytes() <= 2 * PIECE_BYTES as u64, "only the tail is here");
    }
}

#[test]
fn where_no_file_can_be_written_everything_stays_in_memory_and_that_is_said_once() {
    let all = bytes(600_000, 7);
    let nowhere = Spill::new(0, PathBuf::from("/nowhere"));
    let full = Spill::new(0, PathBuf::from("/tmp"));
    full.overflow_into(std::fs::OpenOptions::new().read(true).write(true).open("/dev/full").unwrap());
    let cases = [
        (nowhere, "cannot write a temporary file in /nowhere: no such file or directory"),
        (full, "cannot write a temporary file in /tmp: no space left on device"),
    ];
    for (spill, want) in cases {
        let chunks = [kept(&all, &spill, 70_000), kept(&all, &spill, 1_000_000)];
        assert!(chunks.iter().all(|chunks| whole(chunks).unwrap() == all), "{want}");
        let notice = spill.take_notice().unwrap();
        assert!(notice.what.as_str().starts_with(want), "{notice}");
        assert!(spill.take_notice().is_none(), "{want}");
    }
}

#[test]
fn what_is_forgotten_takes_no_memory_and_is_not_given() {
    let all = bytes(1_000_000, 3);
    for max_memory in [u64::MAX, 0] {
        let spill = Spill::new(max_memory, std::env::temp_dir());
        let chunks = kept(&all, &spill, 100_000);
        let before = chunks.heap_bytes();
        chunks.forget(10..700_000);
        assert!(max_memory == 0 || chunks.heap_bytes() + 200_000 < before, "{before} {}", chunks.heap_bytes());
        assert!(same(&chunks, &all[..PIECE_BYTES], 0, PIECE_BYTES + 10), "up to what is gone");
        assert!(same(&chunks, &all, 700_000, 300_000), "behind it");
        assert_eq!(whole(&chunks).unwrap_err().to_string(), "was not kept whole");
        chunks.forget(0..u64::MAX);
        assert!(chunks.heap_bytes() <= 2 * PIECE_BYTES as u64);
        drop(chunks);
        assert_eq!(spill.memory(), 0);
    }
}

#[test]
fn reading_while_reading_is_the_same() {
    let all = bytes(400_000, 5);
    let spill = Spill::new(u64::MAX, std::env::temp_dir());
    let (one, other) = (kept(&all, &spill, 100_000), kept(&all, &spill, 50_000));
    one.read_all(&mut |_| assert!(same(&other, &all, 131_000, 200_000))).unwrap();
}
