//! The faults in force, with what each has counted, and the log of those that happened.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use super::ScenarioError;
use super::plan::{Effect, Fault};
use crate::rules::rate::Window;
use crate::rules::settings::RateLimit;

/// The log keeps so many of the latest faults.
const LOG: usize = 100_000;

/// The faults of an emulator. They can be changed while it runs.
#[derive(Default)]
pub struct Faults {
    /// Whether there are any, so that a request need not lock to learn that there are none.
    any: AtomicBool,
    rules: Mutex<Rules>,
}

#[derive(Default)]
struct Rules {
    rules: Vec<Rule>,
    log: std::collections::VecDeque<FaultRecord>,
}

struct Rule {
    fault: Fault,
    /// Requests that the rule was for.
    requests: u64,
    /// Requests that it happened to.
    happened: u64,
    window: Window,
}

/// A fault that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FaultRecord {
    /// The rule, by its position in the order in which rules were added, from 1.
    pub rule: usize,
    /// Which of the rule's requests it was, from 1.
    pub call: u64,
    /// The method; empty for a connection.
    pub method: String,
    /// The path without its query; empty for a connection.
    pub path: String,
    /// The effect by its name in JSON.
    pub effect: &'static str,
}

/// A fault that is due, with what it needs to know.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Due {
    pub(crate) effect: Effect,
    /// Milliseconds until the window of a rate limit ends.
    pub(crate) wait: i64,
}

impl Due {
    /// Whether the call is carried out twice.
    pub(crate) fn is_twice(&self) -> bool {
        self.effect == Effect::Twice
    }
}

impl Faults {
    /// Adds a fault behind those in force.
    ///
    /// # Errors
    ///
    /// When the fault could never happen, such as the 0th request.
    pub fn add(&self, fault: Fault) -> Result<(), ScenarioError> {
        self.add_all(vec![fault])
    }

    /// Adds faults, all or none.
    ///
    /// # Errors
    ///
    /// When one of them could never happen.
    pub fn add_all(&self, faults: Vec<Fault>) -> Result<(), ScenarioError> {
        for (index, fault) in faults.iter().enumerate() {
            if let Some(flaw) = fault.flaw() {
                return Err(ScenarioError::Impossible(index + 1, flaw));
            }
        }
        let mut rules = self.lock();
        rules.rules.extend(faults.into_iter().map(Rule::new));
        self.any.store(!rules.rules.is_empty(), Ordering::Release);
        Ok(())
    }

    /// Adds the faults of a JSON list.
    ///
    /// # Errors
    ///
    /// When the text is no such list, or one of the faults could never happen.
    pub fn add_json(&self, json: &str) -> Result<(), ScenarioError> {
        let faults = serde_json::from_str(json)
            .map_err(|cause| ScenarioError::Malformed(cause.to_string()))?;
        self.add_all(faults)
    }

    /// Adds the faults of a scenario file, a JSON list.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or is no such list.
    pub fn add_scenario(&self, path: impl AsRef<Path>) -> Result<(), ScenarioError> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path)
            .map_err(|cause| ScenarioError::Unreadable(path.into(), cause))?;
        self.add_json(&text)
    }

    /// Ends all faults, and empties the log.
    pub fn clear(&self) {
        let mut rules = self.lock();
        *rules = Rules::default();
        self.any.store(false, Ordering::Release);
    }

    /// The faults in force.
    pub fn list(&self) -> Vec<Fault> {
        self.lock()
            .rules
            .iter()
            .map(|rule| rule.fault.clone())
            .collect()
    }

    /// The faults that happened, oldest first; the latest 100,000 are kept.
    pub fn log(&self) -> Vec<FaultRecord> {
        self.lock().log.iter().cloned().collect()
    }

    /// Counts a request, and says what is to happen to it.
    pub(crate) fn at_request(&self, method: &str, path: &str, now: i64) -> Option<Due> {
        self.decide(|effect| *effect != Effect::Refuse, method, path, now)
    }

    /// Counts a connection, and says whether to refuse it.
    pub(crate) fn at_connection(&self) -> bool {
        self.decide(|effect| *effect == Effect::Refuse, "", "", 0)
            .is_some()
    }

    fn decide(
        &self,
        concerned: fn(&Effect) -> bool,
        method: &str,
        path: &str,
        now: i64,
    ) -> Option<Due> {
        if !self.any.load(Ordering::Acquire) {
            return None;
        }
        let mut rules = self.lock();
        let mut due = None;
        for index in 0..rules.rules.len() {
            let rule = &mut rules.rules[index];
            if !concerned(rule.fault.effect()) || !rule.fault.is_for(method, path) {
                continue;
            }
            // A rule counts even where an earlier one is due, so that it selects the same requests with or without it.
            rule.requests += 1;
            if due.is_none() {
                due = rule.take(now).map(|found| (index, found));
            }
        }
        let (index, due) = due?;
        rules.log_fault(index, method, path);
        Some(due)
    }

    fn lock(&self) -> MutexGuard<'_, Rules> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rules {
    fn log_fault(&mut self, index: usize, method: &str, path: &str) {
        let rule = &self.rules[index];
        let effect = rule.fault.effect().name();
        let record = FaultRecord {
            rule: index + 1,
            call: rule.requests,
            method: method.to_owned(),
            path: path.to_owned(),
            effect,
        };
        if self.log.len() == LOG {
            self.log.pop_front();
        }
        self.log.push_back(record);
    }
}

impl Rule {
    fn new(fault: Fault) -> Self {
        Rule {
            fault,
            requests: 0,
            happened: 0,
            window: Window::default(),
        }
    }

    /// What happens to the request that was counted last.
    fn take(&mut self, now: i64) -> Option<Due> {
        let spent = self
            .fault
            .limit()
            .is_some_and(|limit| self.happened >= limit);
        if spent || !self.fault.is_due(self.requests) {
            return None;
        }
        let mut wait = 0;
        if let Effect::RateLimit {
            requests,
            window_ms,
            ..
        } = self.fault.effect()
        {
            let limit = RateLimit {
                requests: *requests,
                window_ms: *window_ms,
                retry_after: true,
            };
            wait = self.window.take(&limit, now).err()?;
        }
        self.happened += 1;
        Some(Due {
            effect: self.fault.effect().clone(),
            wait,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Faults;
    use crate::fault::{Effect, Fault};

    #[test]
    fn a_fault_ends_after_its_times_and_the_next_one_has_counted_on() {
        let faults = Faults::default();
        faults
            .add(Fault::new(Effect::HalfBody).path("/contacts").times(2))
            .unwrap();
        faults
            .add(Fault::new(Effect::Garbage { commit: false }).nth(4))
            .unwrap();
        let happened: Vec<bool> = (0..5)
            .map(|_| faults.at_request("POST", "/contacts", 0).is_some())
            .collect();
        assert_eq!(happened, [true, true, false, true, false]);
        let log: Vec<_> = faults
            .log()
            .into_iter()
            .map(|record| (record.rule, record.call, record.effect))
            .collect();
        assert_eq!(
            log,
            [(1, 1, "half_body"), (1, 2, "half_body"), (2, 4, "garbage")]
        );
        faults.clear();
        assert!(faults.at_request("POST", "/contacts", 0).is_none());
    }

    #[test]
    fn connections_and_requests_are_counted_apart() {
        let faults = Faults::default();
        faults.add(Fault::new(Effect::Refuse).nth(2)).unwrap();
        assert!(faults.at_request("POST", "/contacts", 0).is_none());
        assert_eq!(
            [(); 3].map(|()| faults.at_connection()),
            [false, true, false]
        );
    }

    #[test]
    fn a_list_with_one_impossible_fault_changes_nothing() {
        let faults = Faults::default();
        assert!(
            faults
                .add_json(r#"[{"do":"half_body"},{"nth":0,"do":"half_body"}]"#)
                .is_err()
        );
        assert!(faults.list().is_empty());
    }
}
