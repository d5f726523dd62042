//! The examples of the contract, each with the schema that it belongs to.

use serde_json::Value;

use crate::contract;

/// An example and where it stands.
pub struct Example {
    /// Such as `POST /contacts 200 found`.
    pub place: String,
    /// The schema of the body that it is an example of.
    pub schema: &'static Value,
    /// What the example says.
    pub value: &'static Value,
}

/// Every example of a request or a response.
pub fn all() -> Vec<Example> {
    let mut examples = Vec::new();
    for (path, item) in entries(&contract::whole()["paths"]) {
        for (method, operation) in entries(item).filter(|(method, _)| *method != "parameters") {
            let place = format!("{} {path}", method.to_uppercase());
            collect(
                &format!("{place} request"),
                &operation["requestBody"],
                &mut examples,
            );
            for (status, response) in entries(&operation["responses"]) {
                collect(&format!("{place} {status}"), response, &mut examples);
            }
        }
    }
    examples
}

fn collect(place: &str, body: &'static Value, examples: &mut Vec<Example>) {
    let media = &followed(body)["content"]["application/json"];
    for (name, example) in entries(&media["examples"]) {
        examples.push(Example {
            place: format!("{place} {name}"),
            schema: &media["schema"],
            value: &followed(example)["value"],
        });
    }
}

fn entries(value: &'static Value) -> impl Iterator<Item = (&'static str, &'static Value)> {
    let map = value.as_object().into_iter().flatten();
    map.map(|(key, value)| (key.as_str(), value))
}

fn followed(value: &'static Value) -> &'static Value {
    value["$ref"]
        .as_str()
        .and_then(|reference| contract::whole().pointer(reference.strip_prefix('#')?))
        .unwrap_or(value)
}
