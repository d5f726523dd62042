//! `cargo xtask lint`: does the contract follow OpenAPI, the idioms that all major generators take, and our own
//! rules for a contract that others can build on? A file holds the rules of one subject: pure functions from a contract
//! to findings.

use serde_json::Value;

use super::{CONTRACT, redocly};
use crate::generator::{self, Failure};
use crate::util::finding::Finding;
use crate::util::workspace;

mod document;
mod names;
mod operations;
mod schemas;
mod text;
pub mod walk;

/// Fails with what our own rules and the stock linter find.
pub fn run() -> Result<(), Failure> {
    let stock = redocly::findings(&workspace::root().join(CONTRACT))?;
    match (own_rules(), stock) {
        (own, None) => own,
        (Ok(()), Some(report)) => Err(report.into()),
        (Err(own), Some(report)) => Err(format!("{own}\n{report}").into()),
    }
}

/// Fails with what our own rules find; needs nothing but Rust.
pub fn own_rules() -> Result<(), Failure> {
    let yaml = workspace::read(&workspace::root().join(CONTRACT))?;
    let contract = generator::parse(&yaml).map_err(|error| format!("{CONTRACT}: {error}"))?;
    let found: Vec<String> = findings(&contract).iter().map(Finding::to_string).collect();
    if found.is_empty() {
        return Ok(());
    }
    Err(format!("{CONTRACT}:\n{}", found.join("\n")).into())
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
