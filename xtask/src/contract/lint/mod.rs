//! `cargo xtask lint`: does the contract follow OpenAPI, the idioms that all major generators take, and our own
//! rules for a contract that others can build on? A file holds the rules of one subject: pure functions from a contract
//! to findings.

use serde_json::Value;

use super::{CONTRACT, gateway, redocly};
use crate::generator::{self, Failure};
use crate::util::finding::Finding;
use crate::util::workspace;

mod document;
mod names;
mod operations;
mod schemas;
mod text;
pub mod walk;

/// The contracts: Drift's, as it is written, and the gateway's, as it is made.
const CONTRACTS: [&str; 2] = [CONTRACT, gateway::CONTRACT];

/// Fails with what our own rules and the stock linter find.
pub fn run() -> Result<(), Failure> {
    let mut reports: Vec<String> = own_rules().err().iter().map(ToString::to_string).collect();
    for contract in CONTRACTS {
        reports.extend(redocly::findings(&workspace::root().join(contract))?);
    }
    if reports.is_empty() {
        return Ok(());
    }
    Err(reports.join("\n").into())
}

/// Fails with what our own rules find; needs nothing but Rust.
pub fn own_rules() -> Result<(), Failure> {
    let mut reports = Vec::new();
    for path in CONTRACTS {
        let text = workspace::read(&workspace::root().join(path))?;
        let contract = generator::parse(&text).map_err(|error| format!("{path}: {error}"))?;
        let found: Vec<String> = findings(&contract).iter().map(Finding::to_string).collect();
        if !found.is_empty() {
            reports.push(format!("{path}:\n{}", found.join("\n")));
        }
    }
    if reports.is_empty() {
        return Ok(());
    }
    Err(reports.join("\n").into())
}

/// What our own rules find.
pub fn findings(contract: &Value) -> Vec<Finding> {
    let rules = [
        document::check,
        names::check,
        schemas::check,
        operations::check,
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
        let yaml = include_str!("../../../../openapi/contacts.yaml");
        let contract = generator::parse(yaml).expect("the contract is YAML");
        let found: Vec<String> = findings(&contract)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}
