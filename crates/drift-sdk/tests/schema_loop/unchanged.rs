//! Whatever fits the contract passes through its type and comes out equal, and so still fits.

use jsonschema::Validator;
use serde_json::Value;

use crate::every_example;
use crate::every_type::round_trip;
use crate::instances::{Draw, instance};
use crate::{contract, json_schema};

/// For each of the contract's schemas.
const INSTANCES: usize = 250;

fn validator(schema: &Value) -> Validator {
    let schema = json_schema::of(contract::whole(), schema);
    jsonschema::validator_for(&schema).expect("a schema of the contract is a schema")
}

fn assert_unchanged(place: &str, name: &str, fits: &Validator, value: &Value) {
    assert!(fits.is_valid(value), "{place}: {value} does not fit {name}");
    let out = round_trip(name, &value.to_string())
        .unwrap_or_else(|refusal| panic!("{place}: {name} refuses {value}: {refusal}"));
    assert_eq!(&out, value, "{place}: {name} changes it");
    assert!(fits.is_valid(&out), "{place}: {out} no longer fits {name}");
}

#[test]
fn every_example_passes_its_type_unchanged() {
    let examples = every_example::all();
    assert!(
        examples.len() > 80,
        "only {} examples found",
        examples.len()
    );
    let mut bare = Vec::new();
    for example in &examples {
        let Some(reference) = example.schema["$ref"].as_str() else {
            bare.push(example.place.as_str());
            continue;
        };
        let name = reference.rsplit('/').next().unwrap_or_default();
        assert_unchanged(
            &example.place,
            name,
            &validator(example.schema),
            example.value,
        );
    }
    // Its body is a list of strings, which is no type of the client.
    assert_eq!(bare, ["POST /emails/unsubscribe request two"]);
}

#[test]
fn thousands_of_drawn_instances_pass_their_types_unchanged() {
    let mut draw = Draw(2017);
    for (name, schema) in contract::schemas() {
        let fits = validator(schema);
        for number in 0..INSTANCES {
            let value = instance(contract::whole(), schema, &mut draw);
            assert_unchanged(&format!("instance {number}"), name, &fits, &value);
        }
    }
}

#[test]
fn what_is_drawn_holds_nulls_custom_attributes_and_wide_ids() {
    let mut draw = Draw(2017);
    let schema = &contract::schemas()["Contact"];
    let drawn: Vec<Value> = (0..INSTANCES)
        .map(|_| instance(contract::whole(), schema, &mut draw))
        .collect();
    let some = |test: fn(&Value) -> bool| drawn.iter().any(test);
    assert!(some(
        |contact| contact["attributes"].get("email") == Some(&Value::Null)
    ));
    assert!(some(|contact| contact["attributes"].get("email").is_none()));
    assert!(some(|contact| contact["attributes"]
        .get("external_id")
        .is_some()));
    assert!(some(
        |contact| contact["attributes"]["externalId"].is_number()
    ));
    assert!(some(|contact| contact["id"].as_i64() == Some(i64::MAX)));
}

#[test]
fn a_value_that_does_not_fit_is_noticed() {
    let fits = validator(&contract::schemas()["Contact"]);
    let contact = serde_json::json!({ "id": "one", "createdAt": 1, "attributes": {} });
    assert!(!fits.is_valid(&contact));
    assert!(round_trip("Contact", &contact.to_string()).is_err());
}
