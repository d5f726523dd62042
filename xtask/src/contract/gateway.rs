//! The contract of `drift gateway`: the contract of Drift with the overlay applied.

use roas_overlay::apply::{Apply, ApplyOptions};
use roas_overlay::v1_0::Overlay;
use roas_overlay::validation::Validate;
use serde_json::Value;

use crate::generator::{self, Failure};

/// What the gateway adds, from the root of the repository.
pub const OVERLAY: &str = "openapi/gateway.overlay.yaml";

/// The contract with the overlay applied, from the root of the repository.
pub const CONTRACT: &str = "openapi/gateway.json";

/// The contract with the overlay applied. An action that matches nothing is a failure: what it was to change has moved.
pub fn contract(contract: &Value, overlay: &str) -> Result<Value, Failure> {
    let named = |error: Failure| -> Failure { format!("{OVERLAY}: {error}").into() };
    applied(contract, overlay).map_err(named)
}

fn applied(contract: &Value, overlay: &str) -> Result<Value, Failure> {
    let overlay: Overlay = serde_json::from_value(generator::parse(overlay)?)?;
    overlay.validate(Default::default())?;
    let mut contract = contract.clone();
    overlay.apply(&mut contract, ApplyOptions::ErrorOnZeroMatch.into())?;
    Ok(contract)
}

#[cfg(test)]
mod tests {
    use super::contract;
    use crate::contract::lint;
    use crate::generator;

    const YAML: &str = include_str!("../../../openapi/contacts.yaml");
    const OVERLAY: &str = include_str!("../../../openapi/gateway.overlay.yaml");

    #[test]
    fn the_gateways_contract_keeps_the_rules_of_the_contract() {
        let drift = generator::parse(YAML).expect("the contract is YAML");
        let gateway = contract(&drift, OVERLAY).expect("the overlay fits");
        let found = lint::findings(&gateway);
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert!(found.is_empty(), "{}", found.join("\n"));
    }

    #[test]
    fn an_action_that_matches_nothing_is_named() {
        let drift = generator::parse(YAML).expect("the contract is YAML");
        let moved = OVERLAY.replace("$.paths['/contacts'].post\n", "$.paths['/people'].post\n");
        let error = contract(&drift, &moved).expect_err("there is no such path");
        let error = error.to_string();
        assert!(
            error.starts_with("openapi/gateway.overlay.yaml: "),
            "{error}"
        );
        assert!(error.contains("/people"), "{error}");
    }
}
