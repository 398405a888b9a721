//! The searcher over alerts in envelopes: it finds what it finds without them, though a value may stand nowhere in the bytes.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;

use super::Searcher;
use super::tests::{FILTERS, answer, ask, line, loaded, plainly, snapshot, typed};
use crate::decode::envelope::tests::WRAPS;
use crate::source::Sources;

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn the_list_shows_the_same_with_and_without_envelopes(
        lines in vec((line(), 0..WRAPS.len()), 1..16),
        questions in vec((prop::sample::select(&FILTERS[..]), typed()), 1..5),
    ) {
        let sources = Arc::<Sources>::default();
        let plain: Vec<String> = lines.iter().map(|(line, _)| line.clone()).collect();
        let wrapped: Vec<String> = lines.iter().map(|(line, wrap)| WRAPS[*wrap].1(line)).collect();
        let (plain, wrapped) = (loaded(&sources, &plain), loaded(&sources, &wrapped));
        for (filter, narrowing) in &questions {
            let rows = answer(&mut Searcher::default(), &ask(&snapshot(&sources, std::slice::from_ref(&wrapped)), filter, narrowing));
            prop_assert_eq!(rows, plainly(std::slice::from_ref(&plain), filter, narrowing), "{} / {}", filter, narrowing);
        }
    }
}
