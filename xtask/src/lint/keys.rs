//! Only the keys of OpenAPI 3.0 and our own `x-` keys: a typo such as `nulable` is ignored by every generator.

use serde_json::Value;

use super::grammar::{Holds, Thing, holds};
use super::walk::{below, elements, entries};
use crate::finding::Finding;

/// Unknown keys, and dangling references.
pub fn check(contract: &Value) -> Vec<Finding> {
    let mut found = Vec::new();
    visit(contract, "", Thing::Root, contract, &mut found);
    found
}

fn visit(contract: &Value, place: &str, thing: Thing, value: &Value, found: &mut Vec<Finding>) {
    if let Some(reference) = value["$ref"].as_str() {
        let fault = fault_of_reference(contract, reference, value);
        found.extend(fault.map(|message| Finding::new(place, message)));
        return;
    }
    for (key, inner) in entries(value) {
        let place = below(place, key);
        match holds(thing, key) {
            None => found.push(Finding::new(
                place,
                format!("OpenAPI 3.0 has no key `{key}` here"),
            )),
            Some(Holds::Anything) => {}
            Some(Holds::One(thing)) => visit(contract, &place, thing, inner, found),
            Some(Holds::Each(thing)) => entries(inner)
                .for_each(|(name, one)| visit(contract, &below(&place, name), thing, one, found)),
            Some(Holds::List(thing)) => elements(inner).enumerate().for_each(|(number, one)| {
                visit(contract, &format!("{place}/{number}"), thing, one, found)
            }),
        }
    }
}

fn fault_of_reference(contract: &Value, reference: &str, holder: &Value) -> Option<String> {
    let path = reference.strip_prefix('#');
    if path.and_then(|path| contract.pointer(path)).is_none() {
        return Some(format!("nothing stands at {reference}"));
    }
    let alone = entries(holder).count() == 1;
    (!alone).then(|| "what stands beside a `$ref` is ignored".to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn each_unknown_key_is_found_where_it_stands() {
        let cases = [
            (json!({ "pathes": {} }), "/pathes"),
            (
                json!({ "paths": { "/a": { "gett": {} } } }),
                "/paths/~1a/gett",
            ),
            (
                json!({ "components": { "schemas": { "A": { "requierd": [] } } } }),
                "/components/schemas/A/requierd",
            ),
            (
                json!({ "components": { "schemas": { "A": { "properties": { "b": { "nulable": true } } } } } }),
                "/components/schemas/A/properties/b/nulable",
            ),
            (
                json!({ "paths": { "/a": { "get": { "parameters": [{ "requird": true }] } } } }),
                "/paths/~1a/get/parameters/0/requird",
            ),
            (
                json!({ "paths": { "/a": { "get": { "x-evidence": { "sauce": "" } } } } }),
                "/paths/~1a/get/x-evidence/sauce",
            ),
            (
                json!({ "components": { "schemas": { "A": { "$ref": "#/components/schemas/B" } } } }),
                "/components/schemas/A",
            ),
            (
                json!({ "components": { "schemas": {
                    "A": { "$ref": "#/components/schemas/B", "nullable": true },
                    "B": {},
                } } }),
                "/components/schemas/A",
            ),
        ];
        for (contract, place) in cases {
            let found = super::check(&contract);
            assert_eq!(found.len(), 1, "{contract}");
            assert_eq!(found[0].place, place);
        }
    }

    #[test]
    fn what_stands_in_an_example_or_is_a_property_s_name_is_free() {
        let contract = json!({ "components": {
            "examples": { "A": { "value": { "nulable": 1 } } },
            "schemas": { "B": { "properties": { "requierd": { "type": "string" } } } },
        } });
        assert_eq!(super::check(&contract), []);
    }
}
