//! Only the keys of OpenAPI 3.0 and our own `x-` keys: a typo such as `nulable` is ignored by every generator.

use serde_json::Value;

use super::Finding;
use super::walk::{below, elements, entries};

/// What stands under a key.
#[derive(Clone, Copy)]
enum Holds {
    /// Anything: texts, numbers, data.
    Anything,
    One(Thing),
    Each(Thing),
    List(Thing),
}

use Holds::{Anything, Each, List, One};

#[derive(Clone, Copy)]
enum Thing {
    Components,
    Docs,
    Evidence,
    Example,
    Header,
    Info,
    InfoPart,
    Link,
    Media,
    Operation,
    Parameter,
    Path,
    RequestBody,
    Response,
    Root,
    Schema,
    Security,
    Server,
    Tag,
}

type Keys = &'static [(&'static str, Holds)];

const SCHEMA: Keys = &[
    ("additionalProperties", One(Thing::Schema)),
    ("allOf", List(Thing::Schema)),
    ("anyOf", List(Thing::Schema)),
    ("default", Anything),
    ("deprecated", Anything),
    ("description", Anything),
    ("discriminator", Anything),
    ("enum", Anything),
    ("example", Anything),
    ("exclusiveMaximum", Anything),
    ("exclusiveMinimum", Anything),
    ("externalDocs", One(Thing::Docs)),
    ("format", Anything),
    ("items", One(Thing::Schema)),
    ("maxItems", Anything),
    ("maxLength", Anything),
    ("maxProperties", Anything),
    ("maximum", Anything),
    ("minItems", Anything),
    ("minLength", Anything),
    ("minProperties", Anything),
    ("minimum", Anything),
    ("multipleOf", Anything),
    ("not", One(Thing::Schema)),
    ("nullable", Anything),
    ("oneOf", List(Thing::Schema)),
    ("pattern", Anything),
    ("properties", Each(Thing::Schema)),
    ("readOnly", Anything),
    ("required", Anything),
    ("title", Anything),
    ("type", Anything),
    ("uniqueItems", Anything),
    ("writeOnly", Anything),
    ("xml", Anything),
];

const OPERATION: Keys = &[
    ("callbacks", Anything),
    ("deprecated", Anything),
    ("description", Anything),
    ("externalDocs", One(Thing::Docs)),
    ("operationId", Anything),
    ("parameters", List(Thing::Parameter)),
    ("requestBody", One(Thing::RequestBody)),
    ("responses", Each(Thing::Response)),
    ("security", Anything),
    ("servers", List(Thing::Server)),
    ("summary", Anything),
    ("tags", Anything),
    ("x-required-scopes", Anything),
];

const PATH: Keys = &[
    ("delete", One(Thing::Operation)),
    ("description", Anything),
    ("get", One(Thing::Operation)),
    ("head", One(Thing::Operation)),
    ("options", One(Thing::Operation)),
    ("parameters", List(Thing::Parameter)),
    ("patch", One(Thing::Operation)),
    ("post", One(Thing::Operation)),
    ("put", One(Thing::Operation)),
    ("servers", List(Thing::Server)),
    ("summary", Anything),
    ("trace", One(Thing::Operation)),
];

const COMPONENTS: Keys = &[
    ("callbacks", Anything),
    ("examples", Each(Thing::Example)),
    ("headers", Each(Thing::Header)),
    ("links", Each(Thing::Link)),
    ("parameters", Each(Thing::Parameter)),
    ("requestBodies", Each(Thing::RequestBody)),
    ("responses", Each(Thing::Response)),
    ("schemas", Each(Thing::Schema)),
    ("securitySchemes", Each(Thing::Security)),
];

const ROOT: Keys = &[
    ("components", One(Thing::Components)),
    ("externalDocs", One(Thing::Docs)),
    ("info", One(Thing::Info)),
    ("openapi", Anything),
    ("paths", Each(Thing::Path)),
    ("security", Anything),
    ("servers", List(Thing::Server)),
    ("tags", List(Thing::Tag)),
];

const VALUE: Keys = &[
    ("allowEmptyValue", Anything),
    ("allowReserved", Anything),
    ("content", Each(Thing::Media)),
    ("deprecated", Anything),
    ("description", Anything),
    ("example", Anything),
    ("examples", Each(Thing::Example)),
    ("explode", Anything),
    ("required", Anything),
    ("schema", One(Thing::Schema)),
    ("style", Anything),
];

/// The keys of a thing beside its `x-evidence`; the second list adds to the first.
fn keys(thing: Thing) -> (Keys, Keys) {
    match thing {
        Thing::Components => (COMPONENTS, &[]),
        Thing::Docs => (&[("description", Anything), ("url", Anything)], &[]),
        Thing::Evidence => (&[("confidence", Anything), ("source", Anything)], &[]),
        Thing::Example => (
            &[
                ("description", Anything),
                ("externalValue", Anything),
                ("summary", Anything),
                ("value", Anything),
            ],
            &[],
        ),
        Thing::Header => (VALUE, &[]),
        Thing::Info => (
            &[
                ("contact", One(Thing::InfoPart)),
                ("description", Anything),
                ("license", One(Thing::InfoPart)),
                ("termsOfService", Anything),
                ("title", Anything),
                ("version", Anything),
            ],
            &[],
        ),
        Thing::InfoPart => (
            &[("email", Anything), ("name", Anything), ("url", Anything)],
            &[],
        ),
        Thing::Link => (
            &[
                ("description", Anything),
                ("operationId", Anything),
                ("operationRef", Anything),
                ("parameters", Anything),
                ("requestBody", Anything),
                ("server", One(Thing::Server)),
            ],
            &[],
        ),
        Thing::Media => (
            &[
                ("encoding", Anything),
                ("example", Anything),
                ("examples", Each(Thing::Example)),
                ("schema", One(Thing::Schema)),
            ],
            &[],
        ),
        Thing::Operation => (OPERATION, &[]),
        Thing::Parameter => (VALUE, &[("in", Anything), ("name", Anything)]),
        Thing::Path => (PATH, &[]),
        Thing::RequestBody => (
            &[
                ("content", Each(Thing::Media)),
                ("description", Anything),
                ("required", Anything),
            ],
            &[],
        ),
        Thing::Response => (
            &[
                ("content", Each(Thing::Media)),
                ("description", Anything),
                ("headers", Each(Thing::Header)),
                ("links", Each(Thing::Link)),
            ],
            &[],
        ),
        Thing::Root => (ROOT, &[]),
        Thing::Schema => (SCHEMA, &[]),
        Thing::Security => (
            &[
                ("bearerFormat", Anything),
                ("description", Anything),
                ("flows", Anything),
                ("in", Anything),
                ("name", Anything),
                ("openIdConnectUrl", Anything),
                ("scheme", Anything),
                ("type", Anything),
            ],
            &[],
        ),
        Thing::Server => (
            &[
                ("description", Anything),
                ("url", Anything),
                ("variables", Anything),
            ],
            &[],
        ),
        Thing::Tag => (
            &[
                ("description", Anything),
                ("externalDocs", One(Thing::Docs)),
                ("name", Anything),
            ],
            &[],
        ),
    }
}

fn holds(thing: Thing, key: &str) -> Option<Holds> {
    if key == "x-evidence" {
        return Some(One(Thing::Evidence));
    }
    let (own, more) = keys(thing);
    let mut all = own.iter().chain(more);
    all.find(|(name, _)| *name == key).map(|(_, holds)| *holds)
}

/// Unknown keys, and dangling references.
pub fn check(contract: &Value) -> Vec<Finding> {
    let mut found = Vec::new();
    visit(contract, "", Thing::Root, contract, &mut found);
    found
}

fn visit(contract: &Value, place: &str, thing: Thing, value: &Value, found: &mut Vec<Finding>) {
    if let Some(reference) = value["$ref"].as_str() {
        let target = reference
            .strip_prefix('#')
            .and_then(|path| contract.pointer(path));
        if target.is_none() {
            found.push(Finding::new(
                place,
                format!("nothing stands at {reference}"),
            ));
        }
        return;
    }
    for (key, inner) in entries(value) {
        let place = below(place, key);
        match holds(thing, key) {
            None => found.push(Finding::new(
                place,
                format!("OpenAPI 3.0 has no key `{key}` here"),
            )),
            Some(Anything) => {}
            Some(One(thing)) => visit(contract, &place, thing, inner, found),
            Some(Each(thing)) => entries(inner)
                .for_each(|(name, one)| visit(contract, &below(&place, name), thing, one, found)),
            Some(List(thing)) => elements(inner).enumerate().for_each(|(number, one)| {
                visit(contract, &format!("{place}/{number}"), thing, one, found)
            }),
        }
    }
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
