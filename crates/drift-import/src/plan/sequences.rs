//! Sequences among the external ids of a file: ids that each look random, and together are counted up.

use std::collections::HashMap;

/// Ids after which families that have hardly occurred are forgotten ("lossy counting"). A family that holds more than
/// 1 in 1,024 ids is never forgotten.
const ROUND: u64 = 1_024;
/// Fewer numbers than this are no run.
const FEWEST: u64 = 8;
/// A run fills at least one in so many of the numbers between its least and its greatest.
const DENSITY: u64 = 4;

/// The ids that differ in one group of digits only, and what is known of their numbers.
#[derive(Clone, Copy, Debug)]
struct Family {
    least: u64,
    greatest: u64,
    count: u64,
    /// The round in which it was first seen; it may have been seen and forgotten once in each one before.
    since: u64,
}

/// Watches external ids for families whose numbers lie close together. Its memory does not grow with the file.
#[derive(Default)]
pub(crate) struct Sequences {
    families: HashMap<String, Family>,
    seen: u64,
}

impl Sequences {
    /// Takes the next id.
    pub(crate) fn observe(&mut self, id: &str) {
        let Some((name, number)) = family(id) else {
            return;
        };
        let round = self.seen / ROUND;
        let family = self.families.entry(name).or_insert(Family {
            least: number,
            greatest: number,
            count: 0,
            since: round,
        });
        family.least = family.least.min(number);
        family.greatest = family.greatest.max(number);
        family.count += 1;
        self.seen += 1;
        if self.seen.is_multiple_of(ROUND) {
            self.families
                .retain(|_, family| family.count + family.since > round + 1);
        }
    }

    /// Whether an id belongs to a run, once all ids have been observed.
    pub(crate) fn holds(&self, id: &str) -> bool {
        family(id)
            .and_then(|(name, _)| self.families.get(&name))
            .is_some_and(Family::is_run)
    }
}

impl Family {
    fn is_run(&self) -> bool {
        let spread = self.greatest - self.least;
        self.count >= FEWEST && spread > 0 && spread / self.count < DENSITY
    }
}

/// An id without its longest group of decimal digits, and that group's number. Groups inside longer hexadecimal words
/// do not count: random ids are full of them.
fn family(id: &str) -> Option<(String, u64)> {
    let bytes = id.as_bytes();
    let mut best: Option<(usize, usize)> = None;
    let mut start = 0;
    while start < bytes.len() {
        if !bytes[start].is_ascii_digit() {
            start += 1;
            continue;
        }
        let end = start
            + bytes[start..]
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
        if best.is_none_or(|(from, to)| end - start >= to - from) {
            best = Some((start, end));
        }
        start = end;
    }
    let (from, to) = best.filter(|(from, to)| (1..=18).contains(&(to - from)))?;
    let number = id[from..to].parse().ok()?;
    Some((format!("{}#{}", &id[..from], &id[to..]), number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(ids: &[String]) -> usize {
        let mut sequences = Sequences::default();
        ids.iter().for_each(|id| sequences.observe(id));
        ids.iter().filter(|id| sequences.holds(id)).count()
    }

    #[test]
    fn sequences_are_found_in_any_order() {
        let ids: Vec<String> = (0..50)
            .map(|n| format!("AC7F-Q9-{:06}-XY", 1_000 + (n * 17) % 50))
            .collect();
        assert_eq!(held(&ids), 50);
        let gaps: Vec<String> = (0..50).map(|n| format!("acme/{}/contact", 3 * n)).collect();
        assert_eq!(held(&gaps), 50);
    }

    #[test]
    fn random_ids_are_no_sequence_and_hide_none() {
        let key = drift::IdKey::new("1", &[7; 32]).expect("a key");
        let derive = |n: i32| drift::ExternalId::derive(&key, n.to_string());
        let random = (0..20_000).map(|n| derive(n).expect("an own id").to_string());
        let mut ids: Vec<String> = random.collect();
        assert_eq!(held(&ids), 0);
        for at in 0..200 {
            ids.insert(at * 50, format!("B7Q-2F-KLM-{at}"));
        }
        assert_eq!(held(&ids), 200);
    }

    #[test]
    fn few_or_scattered_numbers_are_no_sequence() {
        let few: Vec<String> = (0..7).map(|n| format!("AC7F-Q9-{n}-XY")).collect();
        assert_eq!(held(&few), 0);
        let scattered: Vec<String> = (1..100_u64)
            .map(|n| format!("AC-{}-XY", n * n * 1_000_003))
            .collect();
        assert_eq!(held(&scattered), 0);
    }
}
