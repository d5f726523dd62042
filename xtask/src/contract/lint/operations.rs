//! What every operation owes to its reader: scopes, examples, and every way that it may fail. Ids, texts and tags are for
//! the stock linter.

use serde_json::Value;

use super::walk::{below, everything, followed, operations};
use crate::util::finding::Finding;
use crate::util::json::entries;

const CONFIDENCES: [&str; 3] = ["documented", "observed", "inferred"];

/// Operations that leave something unsaid, and evidence that says nothing.
pub fn check(contract: &Value) -> Vec<Finding> {
    let mut found = Vec::new();
    for (place, operation) in operations(contract) {
        let messages = scopes(operation)
            .into_iter()
            .chain(statuses(contract, operation));
        found.extend(messages.map(|message| Finding::new(&place, message)));
        found.extend(bodies(contract, &place, operation));
    }
    found.extend(links(contract));
    found.extend(evidence(contract));
    found
}

/// A link leads to an operation by its id.
fn links(contract: &Value) -> Vec<Finding> {
    let ids: Vec<&Value> = operations(contract)
        .into_iter()
        .map(|(_, operation)| &operation["operationId"])
        .collect();
    let mut found = Vec::new();
    for (place, holder) in everything(contract) {
        for (name, link) in entries(&holder["links"]) {
            let to = followed(contract, link).get("operationId");
            if let Some(id) = to.filter(|id| !ids.contains(id)) {
                let place = below(&below(&place, "links"), name);
                found.push(Finding::new(place, format!("no operation has the id {id}")));
            }
        }
    }
    found
}

fn scopes(operation: &Value) -> Option<String> {
    let message = "an operation needs `x-required-scopes`, empty when it needs none";
    (!operation["x-required-scopes"].is_array()).then(|| message.to_owned())
}

fn statuses(contract: &Value, operation: &Value) -> Vec<String> {
    let responses = &operation["responses"];
    let mut found = Vec::new();
    if !entries(responses).any(|(status, _)| status.starts_with('2')) {
        found.push("no success is declared".to_owned());
    }
    for status in ["400", "401"] {
        if responses.get(status).is_none() {
            found.push(format!("the status {status} is not declared"));
        }
    }
    let failures = entries(responses).filter(|(status, _)| !status.starts_with('2'));
    for (status, response) in failures {
        let media = &followed(contract, response)["content"]["application/json"];
        if media["schema"]["$ref"] != "#/components/schemas/ErrorResponse" {
            found.push(format!(
                "{status} is not the one error schema, `ErrorResponse`"
            ));
        }
    }
    found
}

/// Every body has examples, each with a summary.
fn bodies(contract: &Value, place: &str, operation: &Value) -> Vec<Finding> {
    let request = operation
        .get("requestBody")
        .map(|body| (below(place, "requestBody"), body));
    let responses = below(place, "responses");
    let responses =
        entries(&operation["responses"]).map(|(status, body)| (below(&responses, status), body));
    let mut found = Vec::new();
    for (place, body) in request.into_iter().chain(responses) {
        for (_, media) in entries(&followed(contract, body)["content"]) {
            let examples: Vec<&Value> = entries(&media["examples"])
                .map(|(_, example)| followed(contract, example))
                .collect();
            if examples.is_empty() {
                found.push(Finding::new(&place, "a body needs `examples`"));
            }
            if examples
                .iter()
                .any(|example| !example["summary"].is_string())
            {
                found.push(Finding::new(&place, "an example needs a `summary`"));
            }
        }
    }
    found
}

fn evidence(contract: &Value) -> Vec<Finding> {
    let places = everything(contract)
        .into_iter()
        .filter_map(|(place, value)| Some((below(&place, "x-evidence"), value.get("x-evidence")?)));
    places
        .filter(|(_, evidence)| {
            let confidence = evidence["confidence"].as_str().unwrap_or_default();
            !CONFIDENCES.contains(&confidence)
                || evidence["source"].as_str().unwrap_or_default().is_empty()
        })
        .map(|(place, _)| {
            Finding::new(
                place,
                "evidence is a `confidence` (documented, observed or inferred) and a `source`",
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    fn body(schema: &str) -> Value {
        json!({ "content": { "application/json": {
            "schema": { "$ref": format!("#/components/schemas/{schema}") },
            "examples": { "one": { "summary": "One", "value": {} } },
        } } })
    }

    fn contract() -> Value {
        let mut success = body("A");
        success["links"] = json!({ "next": { "operationId": "getA" } });
        json!({
            "paths": { "/a": { "get": {
                "operationId": "getA",
                "x-required-scopes": [],
                "x-evidence": { "confidence": "observed", "source": "a page" },
                "requestBody": body("A"),
                "responses": { "200": success, "400": body("ErrorResponse"), "401": body("ErrorResponse") },
            } } },
        })
    }

    #[test]
    fn a_whole_operation_passes() {
        assert_eq!(super::check(&contract()), []);
    }

    #[test]
    fn each_thing_that_is_missing_is_found() {
        let missing = [
            ("/x-required-scopes", "x-required-scopes"),
            ("/responses/200", "success"),
            ("/responses/400", "400"),
            ("/responses/401", "401"),
            (
                "/responses/400/content/application~1json/schema",
                "ErrorResponse",
            ),
            (
                "/responses/200/content/application~1json/examples",
                "examples",
            ),
            (
                "/requestBody/content/application~1json/examples",
                "examples",
            ),
            (
                "/requestBody/content/application~1json/examples/one/summary",
                "summary",
            ),
            ("/x-evidence/source", "source"),
        ];
        for (pointer, expected) in missing {
            let mut contract = contract();
            let (above, key) = pointer.rsplit_once('/').expect("a pointer has a slash");
            let above = format!("/paths/~1a/get{above}");
            let place = contract.pointer_mut(&above).and_then(Value::as_object_mut);
            place.expect("the case names a place").remove(key);
            let found = super::check(&contract);
            let first = found.first().map_or("nothing", |first| &first.message);
            assert!(first.contains(expected), "{pointer}: {found:?}");
        }
    }

    #[test]
    fn an_unknown_confidence_and_a_link_to_nothing_are_found() {
        for (pointer, value) in [
            ("/paths/~1a/get/x-evidence/confidence", json!("sure")),
            (
                "/paths/~1a/get/responses/200/links/next/operationId",
                json!("getB"),
            ),
        ] {
            let mut contract = contract();
            *contract
                .pointer_mut(pointer)
                .expect("the case names a place") = value;
            assert_eq!(super::check(&contract).len(), 1, "{pointer}");
        }
    }
}
