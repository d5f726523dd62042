//! Which contacts have an email or an external id, kept in memory.
//!
//! An index in the database would write a page of its own, somewhere in the file, for every contact: with many
//! contacts that costs more than the contact itself. Here a create appends one row and nothing else, and its
//! cost stays flat. What is kept is a hash and an id, 16 bytes for each; a hit is a candidate only, and the row
//! decides. So the index may hold too much (a contact that has changed its email), but never too little. It is
//! filled from the rows when the database is opened, about half a second for a million contacts.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

/// Parts of the index that grow on their own, so that growing never takes long.
const SHARDS: usize = 256;

/// By what a contact is looked up.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Key<'a> {
    Email(i64, &'a str),
    ExternalId(i64, &'a str),
}

/// Candidates by email and external id.
pub(super) struct Index {
    hasher: RandomState,
    shards: Vec<Shard>,
}

#[derive(Default)]
struct Shard {
    /// The first contact with a hash, which is nearly always the only one.
    first: HashMap<u64, i64>,
    more: HashMap<u64, Vec<i64>>,
}

impl Index {
    pub(super) fn new() -> Self {
        let shards = std::iter::repeat_with(Shard::default)
            .take(SHARDS)
            .collect();
        Index {
            hasher: RandomState::new(),
            shards,
        }
    }

    pub(super) fn add(&mut self, key: Key<'_>, id: i64) {
        let hash = self.hasher.hash_one(key);
        let shard = &mut self.shards[hash as usize % SHARDS];
        match shard.first.get(&hash) {
            None => drop(shard.first.insert(hash, id)),
            Some(first) if *first == id => {}
            Some(_) => {
                let more = shard.more.entry(hash).or_default();
                if let Err(place) = more.binary_search(&id) {
                    more.insert(place, id);
                }
            }
        }
    }

    /// The contacts that may have the key, by growing id.
    pub(super) fn candidates(&self, key: Key<'_>) -> Vec<i64> {
        let hash = self.hasher.hash_one(key);
        let shard = &self.shards[hash as usize % SHARDS];
        let Some(first) = shard.first.get(&hash) else {
            return Vec::new();
        };
        let more = shard.more.get(&hash).map_or(&[][..], Vec::as_slice);
        let mut ids: Vec<i64> = std::iter::once(*first)
            .chain(more.iter().copied())
            .collect();
        ids.sort_unstable();
        ids
    }

    pub(super) fn clear(&mut self) {
        *self = Index::new();
    }
}

#[cfg(test)]
mod tests {
    use super::{Index, Key};

    #[test]
    fn candidates_come_by_growing_id_and_once_each() {
        let mut index = Index::new();
        for id in [5, 3, 9, 3, 5, 9] {
            index.add(Key::Email(1, "a"), id);
        }
        index.add(Key::Email(2, "a"), 4);
        index.add(Key::ExternalId(1, "a"), 6);
        assert_eq!(index.candidates(Key::Email(1, "a")), [3, 5, 9]);
        assert_eq!(index.candidates(Key::Email(2, "a")), [4]);
        assert_eq!(index.candidates(Key::ExternalId(1, "a")), [6]);
        assert!(index.candidates(Key::Email(1, "b")).is_empty());
        index.clear();
        assert!(index.candidates(Key::Email(1, "a")).is_empty());
    }
}
