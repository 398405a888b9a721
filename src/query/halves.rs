//! Work over many rows, done by two threads.
//!
//! Imports: `base`. Promise: what comes of the halves is given in the order of the rows, and nothing at all once something
//! newer waits.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, scope};

use crate::base::RowId;

/// Fewer rows are done sooner than a thread is started.
pub(super) const FEW: usize = 20_000;

/// How much is done between two looks for something newer, in rows.
pub(super) const ROWS_A_LOOK: usize = 1 << 16;

/// Does `work` with each half of `rows`, or with all of a few; it is told how to learn that nobody waits for it any more,
/// and gives `None` then.
pub(super) fn halves<T: Send>(
    rows: &[RowId],
    newer: &dyn Fn() -> bool,
    work: &(impl Fn(&[RowId], &dyn Fn() -> bool) -> Option<T> + Sync),
) -> Option<Vec<T>> {
    let (first, second) = rows.split_at(if rows.len() < FEW { rows.len() } else { rows.len() / 2 });
    if second.is_empty() {
        return work(first, newer).map(|done| vec![done]);
    }
    let stop = AtomicBool::new(false);
    scope(|scope| {
        let helper = Builder::new()
            .name("half".to_owned())
            .spawn_scoped(scope, || work(second, &|| stop.load(Ordering::Relaxed)));
        let done = work(first, newer);
        stop.store(done.is_none(), Ordering::Relaxed);
        let rest = match helper {
            Ok(helper) => helper.join().ok().flatten(),
            // There is no room for another thread.
            Err(_) => work(second, newer),
        };
        Some(vec![done?, rest?])
    })
}
