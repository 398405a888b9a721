//! The list on the right side of `in`, `intersects` and `pmatch`.
//!
//! Lives here: finding a value in it without comparing it with every item. Imports: `base`. Promise: the answer is the
//! one that comparing with every item would give, and ten thousand items cost about as much as one.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::net::IpAddr;
use std::sync::Arc;

use foldhash::fast::RandomState;

use crate::base::Nanos;
use crate::query::glob;
use crate::query::number::Number;
use crate::query::tree::{Kind, ListTest, Literal};

/// The items, and ways to find one.
#[derive(Clone, Debug, Default)]
pub(crate) struct List {
    items: Arc<[Literal]>,
    /// For more items than [`FEW`].
    index: Arc<Index>,
}

/// How an item is found.
#[derive(Clone, Debug, Default)]
enum Index {
    /// By comparing with each.
    #[default]
    Each,
    /// By the bytes of a text, and by the value of a whole number.
    Plain { texts: HashSet<Vec<u8>, RandomState>, whole: BTreeSet<i128> },
    /// By address.
    Addresses(HashSet<IpAddr, RandomState>),
    /// By instant.
    Moments(HashSet<Nanos, RandomState>),
    /// By the first name of a path.
    Paths(Paths),
}

/// Paths by their first name, where that is no pattern.
#[derive(Clone, Debug, Default)]
struct Paths {
    by_name: HashMap<Vec<u8>, Vec<Vec<Vec<u8>>>, RandomState>,
    others: Vec<Vec<Vec<u8>>>,
}

/// Comparing with so many items costs less than looking one up.
const FEW: usize = 8;

impl PartialEq for List {
    fn eq(&self, other: &Self) -> bool {
        self.items == other.items
    }
}

impl List {
    /// A list for values of this kind and this test.
    pub(crate) fn of(kind: Kind, test: ListTest, items: Vec<Literal>) -> Self {
        let index = match (kind, test) {
            (_, ListTest::Prefix) => Index::Paths(Paths::of(&items)),
            _ if items.len() <= FEW => Index::Each,
            (Kind::Plain, _) => plain(&items).unwrap_or_default(),
            (Kind::Address, _) => Index::Addresses(items.iter().filter_map(|item| item.address).collect()),
            (Kind::Moment, _) => Index::Moments(items.iter().filter_map(|item| item.moment).collect()),
            (Kind::Severity | Kind::Network, _) => Index::Each,
        };
        Self { items: items.into(), index: Arc::new(index) }
    }

    /// The items, in the order of the text.
    pub(crate) fn items(&self) -> &[Literal] {
        &self.items
    }

    /// Whether the text is among the items; `None`: they have to be compared one by one.
    pub(crate) fn has_text(&self, text: &[u8]) -> Option<bool> {
        match &*self.index {
            Index::Plain { texts, .. } => Some(texts.contains(text)),
            _ => None,
        }
    }

    /// Whether the number is among the items; `None`: they have to be compared one by one.
    pub(crate) fn has_number(&self, number: Number) -> Option<bool> {
        match (&*self.index, number) {
            (Index::Plain { whole, .. }, Number::Whole(number)) => Some(whole.contains(&number)),
            _ => None,
        }
    }

    /// Whether the address is among the items; `None`: they have to be compared one by one.
    pub(crate) fn has_address(&self, address: Option<IpAddr>) -> Option<bool> {
        match &*self.index {
            Index::Addresses(all) => Some(address.is_some_and(|address| all.contains(&address))),
            _ => None,
        }
    }

    /// Whether the instant is among the items.
    pub(crate) fn has_moment(&self, moment: Option<Nanos>) -> bool {
        match &*self.index {
            Index::Moments(all) => moment.is_some_and(|moment| all.contains(&moment)),
            _ => moment.is_some() && self.items.iter().any(|item| item.moment == moment),
        }
    }

    /// Whether one of the items, as a path, is the value or a directory above it.
    pub(crate) fn has_above(&self, value: &[u8]) -> bool {
        match &*self.index {
            Index::Paths(paths) => paths.have_above(value),
            _ => false,
        }
    }
}

/// `None`: an item is a number that is not whole, which may equal one that is.
fn plain(items: &[Literal]) -> Option<Index> {
    let (mut texts, mut whole) = (HashSet::default(), BTreeSet::new());
    for item in items {
        texts.insert(item.bytes.clone());
        match item.number {
            Some(Number::Whole(number)) => drop(whole.insert(number)),
            Some(Number::Float(_)) => return None,
            None => {}
        }
    }
    Some(Index::Plain { texts, whole })
}

impl Paths {
    fn of(items: &[Literal]) -> Self {
        let mut paths = Self::default();
        for item in items {
            let names: Vec<Vec<u8>> = names(&item.bytes).into_iter().map(<[u8]>::to_vec).collect();
            match names.first().filter(|name| !is_pattern(name)).cloned() {
                Some(first) => paths.by_name.entry(first).or_default().push(names),
                None => paths.others.push(names),
            }
        }
        paths
    }

    fn have_above(&self, value: &[u8]) -> bool {
        let value = names(value);
        let by_name = value.first().and_then(|first| self.by_name.get(*first));
        by_name.into_iter().flatten().chain(&self.others).any(|path| lies_above(path, &value))
    }
}

/// A name in a path may be a pattern.
fn lies_above(path: &[Vec<u8>], value: &[&[u8]]) -> bool {
    path.len() <= value.len() && path.iter().zip(value).all(|(pattern, name)| glob::fits(pattern, name))
}

fn is_pattern(name: &[u8]) -> bool {
    name.iter().any(|byte| matches!(byte, b'*' | b'?' | b'[' | b'\\'))
}

/// The names in a path; slashes at its ends and doubled ones do not count.
fn names(path: &[u8]) -> Vec<&[u8]> {
    path.split(|b| *b == b'/').filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
#[path = "list_tests.rs"]
mod tests;
