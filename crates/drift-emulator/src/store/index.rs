//! Which contacts have an email or an external id, kept in memory.
//!
//! An index in the database would write a page of its own, somewhere in the file, for every contact: with many
//! contacts that costs more than the contact itself. Here a create appends one row and nothing else, and its
//! cost stays flat. What is kept is a hash and an id, 16 bytes for each; a hit is a candidate only, and the row
//! decides. So the index may hold too much (a contact that another process has deleted), but never too little. It is
//! filled from the rows when the database is opened, about a second for a million contacts.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};

/// Parts of the index that grow on their own, so that growing never takes long.
const SHARDS: usize = 256;

/// By what a contact is looked up.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Key<'a> {
    Email(i64, &'a str),
    ExternalId(i64, &'a str),
    /// The email of a deleted contact that is free again; an erasure of the person looks for it.
    FreedEmail(i64, &'a str),
}

/// Candidates by email and external id.
pub(super) struct Index {
    hasher: RandomState,
    shards: Vec<Shard>,
}

/// A key's hash, so that a key that is looked for and then added is hashed once.
#[derive(Clone, Copy)]
pub(super) struct Hash(u64);

#[derive(Default)]
struct Shard {
    /// The first contact with a hash, which is nearly always the only one.
    first: HashMap<u64, i64, BuildHasherDefault<AsItIs>>,
    more: HashMap<u64, Vec<i64>, BuildHasherDefault<AsItIs>>,
}

/// The hash of what is a hash already. The lowest bits choose the shard, so the others are moved there.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash.rotate_right(SHARDS.trailing_zeros());
    }
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

    pub(super) fn hash(&self, key: Key<'_>) -> Hash {
        Hash(self.hasher.hash_one(key))
    }

    pub(super) fn add(&mut self, Hash(hash): Hash, id: i64) {
        let shard = &mut self.shards[hash as usize % SHARDS];
        match shard.first.get(&hash) {
            None => drop(shard.first.insert(hash, id)),
            Some(first) if *first == id => {}
            Some(_) => {
                let more = shard.more.entry(hash).or_default();
                if let Err(index) = more.binary_search(&id) {
                    more.insert(index, id);
                }
            }
        }
    }

    pub(super) fn remove(&mut self, Hash(hash): Hash, id: i64) {
        let shard = &mut self.shards[hash as usize % SHARDS];
        let mut more = shard.more.remove(&hash).unwrap_or_default();
        if let Ok(index) = more.binary_search(&id) {
            more.remove(index);
        } else if shard.first.get(&hash) == Some(&id) {
            if more.is_empty() {
                shard.first.remove(&hash);
            } else {
                shard.first.insert(hash, more.remove(0));
            }
        }
        if !more.is_empty() {
            shard.more.insert(hash, more);
        }
    }

    /// The contacts that may have the key, by growing id.
    pub(super) fn candidates(&self, Hash(hash): Hash) -> Vec<i64> {
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
}

#[cfg(test)]
mod tests {
    use super::{Index, Key};

    #[test]
    fn candidates_come_by_growing_id_and_once_each() {
        let mut index = Index::new();
        let (here, there) = (
            index.hash(Key::Email(1, "a")),
            index.hash(Key::Email(2, "a")),
        );
        let external_id = index.hash(Key::ExternalId(1, "a"));
        for id in [5, 3, 9, 3, 5, 9] {
            index.add(here, id);
        }
        index.add(there, 4);
        index.add(external_id, 6);
        assert_eq!(index.candidates(here), [3, 5, 9]);
        assert_eq!(index.candidates(there), [4]);
        assert_eq!(index.candidates(external_id), [6]);
        assert!(index.candidates(index.hash(Key::Email(1, "b"))).is_empty());
    }

    #[test]
    fn a_removed_id_is_not_a_candidate() {
        for removed in [[5, 3, 9], [3, 9, 5], [9, 5, 3]] {
            let mut index = Index::new();
            let hash = index.hash(Key::Email(1, "a"));
            for id in [5, 3, 9] {
                index.add(hash, id);
            }
            index.remove(hash, 4);
            let mut left = vec![3, 5, 9];
            for id in removed {
                assert_eq!(index.candidates(hash), left);
                index.remove(hash, id);
                left.retain(|other| *other != id);
            }
            assert!(index.candidates(hash).is_empty());
            index.add(hash, 7);
            assert_eq!(index.candidates(hash), [7]);
        }
    }
}
