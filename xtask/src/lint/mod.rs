//! `cargo xtask lint`: does the contract follow OpenAPI, the idioms that all major generators take, and our own
//! rules for a contract that others can build on?

use serde_json::Value;

use crate::finding::Finding;
use crate::generator::{self, Failure};
use crate::workspace::{self, CONTRACT};

mod examples;
mod grammar;
mod keys;
mod names;
mod operations;
pub mod redocly;
mod schemas;
mod text;
pub mod walk;

/// Prints what the rules and the linter find in the contract, and fails when it is anything.
pub fn run() -> Result<(), Failure> {
    let path = workspace::root().join(CONTRACT);
    let contract = generator::parse(&workspace::read(&path)?)?;
    let mut found: Vec<String> = findings(&contract).iter().map(Finding::to_string).collect();
    found.extend(redocly::findings(&path)?);
    if found.is_empty() {
        return Ok(());
    }
    Err(format!("{CONTRACT}:\n{}", found.join("\n")).into())
}

/// What our own rules find.
pub fn findings(contract: &Value) -> Vec<Finding> {
    let rules = [
        keys::check,
        names::check,
        schemas::check,
        operations::check,
        examples::check,
        text::check,
    ];
    rules.iter().flat_map(|rule| rule(contract)).collect()
}

#[cfg(test)]
mod tests {
    use super::findings;
    use crate::generator;

    #[test]
    fn the_contract_itself_has_no_findings() {
        let yaml = include_str!("../../../openapi/contacts.yaml");
        let contract = generator::parse(yaml).expect("the contract is YAML");
        let found: Vec<String> = findings(&contract)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}
