//! Copies of the contract that are broken on purpose, so that a guard which passes everything is noticed.

use serde_json::{Value, json};

use super::between;
use crate::generator::Failure;

/// A change to the contract.
pub struct Change {
    /// What it does.
    pub name: &'static str,
    apply: fn(&mut Value),
}

impl Change {
    /// The contract after it.
    pub fn of(&self, contract: &Value) -> Value {
        let mut copy = contract.clone();
        (self.apply)(&mut copy);
        copy
    }
}

const fn change(name: &'static str, apply: fn(&mut Value)) -> Change {
    Change { name, apply }
}

const CREATE: &str = "/paths/~1contacts/post";
const NEW_CONTACT: &str = "/components/schemas/ContactCreateAttributes";
const CONTACT: &str = "/components/schemas/Contact";

/// Each breaks somebody.
pub const BREAKS: [Change; 15] = [
    change("removed operation", |c| {
        remove(c, "/paths", "/gdpr/retrieve")
    }),
    change("changed operationId", |c| {
        set(c, CREATE, "operationId", json!("addContact"))
    }),
    change("new required query parameter", |c| add_parameter(c, true)),
    change("query parameter becomes required", |c| {
        set(
            c,
            "/paths/~1contacts/get/parameters/0",
            "required",
            json!(true),
        );
    }),
    change("removed query parameter", |c| {
        let parameters = c.pointer_mut("/paths/~1contacts/get/parameters");
        if let Some(list) = parameters.and_then(Value::as_array_mut) {
            list.pop();
        }
    }),
    change("new required body member", |c| {
        set(
            c,
            &format!("{NEW_CONTACT}/properties"),
            "zip",
            json!({ "type": "string" }),
        );
        set(c, NEW_CONTACT, "required", json!(["email", "zip"]));
    }),
    change("body member becomes required", |c| {
        set(c, NEW_CONTACT, "required", json!(["email", "name"]))
    }),
    change("removed response member", |c| {
        remove(c, &format!("{CONTACT}/properties"), "createdAt");
        set(c, CONTACT, "required", json!(["id", "attributes"]));
    }),
    change("removed optional response member", |c| {
        remove(
            c,
            "/components/schemas/ContactAttributes/properties",
            "first_name",
        );
    }),
    change("retyped response member", |c| {
        set(
            c,
            &format!("{CONTACT}/properties"),
            "id",
            json!({ "type": "string" }),
        );
    }),
    change("narrower integer", |c| {
        set(
            c,
            &format!("{CONTACT}/properties/id"),
            "format",
            json!("int32"),
        )
    }),
    change("undeclared members dropped", |c| {
        remove(
            c,
            "/components/schemas/ContactAttributes",
            "additionalProperties",
        );
    }),
    change("narrowed enum", |c| {
        set(
            c,
            "/components/schemas/UpdateIdType",
            "enum",
            json!(["drift", "external"]),
        )
    }),
    change("removed status", |c| {
        remove(c, &format!("{CREATE}/responses"), "409")
    }),
    change("new scope", |c| {
        set(
            c,
            CREATE,
            "x-required-scopes",
            json!(["contact_write", "other"]),
        )
    }),
];

/// Nobody notices these.
pub const HARMLESS: [Change; 4] = [
    change("nothing at all", |_| {}),
    change("another description", |c| {
        set(c, CREATE, "description", json!("Other words."))
    }),
    change("new optional query parameter", |c| add_parameter(c, false)),
    change("new response member", |c| {
        set(
            c,
            &format!("{CONTACT}/properties"),
            "note",
            json!({ "type": "string", "nullable": true }),
        );
    }),
];

/// A place that is gone makes a copy that is not broken, which the proof reports by the name of the change.
fn set(contract: &mut Value, pointer: &str, key: &str, value: Value) {
    if let Some(place) = contract.pointer_mut(pointer) {
        place[key] = value;
    }
}

fn remove(contract: &mut Value, pointer: &str, key: &str) {
    if let Some(place) = contract.pointer_mut(pointer).and_then(Value::as_object_mut) {
        place.remove(key);
    }
}

fn add_parameter(contract: &mut Value, required: bool) {
    let parameter = json!({ "name": "dry", "in": "query", "required": required, "schema": { "type": "string" } });
    set(contract, CREATE, "parameters", json!([parameter]));
}

/// Fails unless every break is noticed and nothing harmless is.
pub fn prove(contract: &Value) -> Result<(), Failure> {
    let mut wrong = Vec::new();
    for broken in BREAKS {
        if between(contract, &broken.of(contract))?.is_empty() {
            wrong.push(format!("not noticed: {}", broken.name));
        }
    }
    for harmless in HARMLESS {
        for found in between(contract, &harmless.of(contract))? {
            wrong.push(format!("taken for a break: {}: {found}", harmless.name));
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(wrong.join("\n").into())
}

#[cfg(test)]
mod tests {
    use super::{BREAKS, HARMLESS};
    use crate::breaking::own;
    use crate::generator;

    const BLIND_SPOTS: [&str; 3] = [
        "narrower integer",
        "undeclared members dropped",
        "new scope",
    ];

    #[test]
    fn our_own_rules_see_what_the_comparer_does_not_and_nothing_harmless() {
        let yaml = include_str!("../../../openapi/contacts.yaml");
        let contract = generator::parse(yaml).expect("the contract is YAML");
        for broken in BREAKS
            .iter()
            .filter(|change| BLIND_SPOTS.contains(&change.name))
        {
            assert_eq!(
                own::breaks(&contract, &broken.of(&contract)).len(),
                1,
                "{}",
                broken.name
            );
        }
        for harmless in HARMLESS {
            assert!(
                own::breaks(&contract, &harmless.of(&contract)).is_empty(),
                "{}",
                harmless.name
            );
        }
    }

    #[test]
    fn every_broken_copy_is_another_contract() {
        let yaml = include_str!("../../../openapi/contacts.yaml");
        let contract = generator::parse(yaml).expect("the contract is YAML");
        for broken in BREAKS {
            assert_ne!(broken.of(&contract), contract, "{}", broken.name);
        }
    }
}
