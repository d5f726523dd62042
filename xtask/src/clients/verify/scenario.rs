//! The scenario: what every client must do, as `tests/clients/scenario.json` says it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::generator::Failure;
use crate::util::workspace;

/// The folder of the scenario and of the drivers.
pub fn folder() -> PathBuf {
    workspace::root().join("tests/clients")
}

/// The whole of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    #[serde(rename = "about")]
    _about: String,
    /// The emulators, by name.
    pub accounts: BTreeMap<String, Account>,
    /// The columns of the table.
    pub steps: Vec<Step>,
}

/// An emulator of its own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// The emulator's settings; its defaults where nothing is said.
    #[serde(default)]
    pub settings: drift_emulator::Settings,
    /// The emulator's misbehaviour.
    #[serde(default)]
    pub faults: Vec<drift_emulator::Fault>,
    /// The attributes of contacts that are there from the start.
    #[serde(default)]
    pub contacts: BTreeMap<String, Map<String, Value>>,
}

/// A column of the table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its head.
    pub name: String,
    /// What the driver does.
    pub calls: Vec<Call>,
}

/// One call, and what must come of it.
#[derive(Deserialize)]
pub struct Call {
    /// The emulator that it goes to.
    pub account: String,
    /// What must come of it.
    pub expect: Expect,
    /// What the driver gets beside the account.
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// What must come of a call.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expect {
    /// These contacts, in any order, with at least these attributes.
    Contacts(Vec<Map<String, Value>>),
    /// One contact, every part of it as it was seeded.
    Seeded(String),
    /// A typed error.
    Error(Refusal),
    /// The contact was deleted, or will be.
    Deleted(bool),
    /// No response came, and the client said so.
    Lost(bool),
}

/// What a typed error must carry.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// Of HTTP.
    pub status: u16,
    /// Drift's code.
    #[serde(rename = "type")]
    pub kind: String,
}

/// Reads the scenario.
pub fn read() -> Result<Scenario, Failure> {
    let path = folder().join("scenario.json");
    let text = workspace::read(&path)?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()).into())
}

impl Scenario {
    /// The heads of the columns.
    pub fn names(&self) -> Vec<&str> {
        self.steps.iter().map(|step| step.name.as_str()).collect()
    }

    /// What a driver reads: a token, the accounts with their addresses, and the calls without what is expected.
    pub fn for_driver(&self, token: &str, urls: &BTreeMap<String, String>) -> Value {
        let calls = self.steps.iter().flat_map(|step| &step.calls);
        let calls: Vec<Value> = calls.map(Call::for_driver).collect();
        json!({ "token": token, "accounts": urls, "calls": calls })
    }
}

impl Call {
    fn for_driver(&self) -> Value {
        let mut call = self.rest.clone();
        call.insert("account".to_owned(), self.account.clone().into());
        Value::Object(call)
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use std::collections::BTreeMap;

    #[test]
    fn the_scenario_reads_and_names_only_what_it_has() {
        let scenario = read().expect("it reads");
        for call in scenario.steps.iter().flat_map(|step| &step.calls) {
            let account = scenario.accounts.get(&call.account).expect("an account");
            if let super::Expect::Seeded(name) = &call.expect {
                assert!(account.contacts.contains_key(name), "{name}");
            }
        }
    }

    #[test]
    fn a_driver_is_not_told_what_is_expected() {
        let document = read().expect("it reads").for_driver("t", &BTreeMap::new());
        let call = &document["calls"][0];
        assert_eq!(call["do"], "create");
        assert_eq!(call["account"], "today");
        assert!(call.get("expect").is_none());
    }
}
