//! The keys of OpenAPI 3.0, and our own `x-` keys: <https://spec.openapis.org/oas/v3.0.3>.

/// What stands under a key.
#[derive(Clone, Copy)]
pub enum Holds {
    /// Anything: texts, numbers, data.
    Anything,
    /// One thing.
    One(Thing),
    /// Things by name.
    Each(Thing),
    /// Things in an array.
    List(Thing),
}

use Holds::{Anything, Each, List, One};

/// An object of OpenAPI.
#[derive(Clone, Copy)]
pub enum Thing {
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

/// What a parameter and a header have in common.
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

const PARAMETER: Keys = &[("in", Anything), ("name", Anything)];

const DOCS: Keys = &[("description", Anything), ("url", Anything)];

const EVIDENCE: Keys = &[("confidence", Anything), ("source", Anything)];

const EXAMPLE: Keys = &[
    ("description", Anything),
    ("externalValue", Anything),
    ("summary", Anything),
    ("value", Anything),
];

const INFO: Keys = &[
    ("contact", One(Thing::InfoPart)),
    ("description", Anything),
    ("license", One(Thing::InfoPart)),
    ("termsOfService", Anything),
    ("title", Anything),
    ("version", Anything),
];

const INFO_PART: Keys = &[("email", Anything), ("name", Anything), ("url", Anything)];

const LINK: Keys = &[
    ("description", Anything),
    ("operationId", Anything),
    ("operationRef", Anything),
    ("parameters", Anything),
    ("requestBody", Anything),
    ("server", One(Thing::Server)),
];

const MEDIA: Keys = &[
    ("encoding", Anything),
    ("example", Anything),
    ("examples", Each(Thing::Example)),
    ("schema", One(Thing::Schema)),
];

const REQUEST_BODY: Keys = &[
    ("content", Each(Thing::Media)),
    ("description", Anything),
    ("required", Anything),
];

const RESPONSE: Keys = &[
    ("content", Each(Thing::Media)),
    ("description", Anything),
    ("headers", Each(Thing::Header)),
    ("links", Each(Thing::Link)),
];

const SECURITY: Keys = &[
    ("bearerFormat", Anything),
    ("description", Anything),
    ("flows", Anything),
    ("in", Anything),
    ("name", Anything),
    ("openIdConnectUrl", Anything),
    ("scheme", Anything),
    ("type", Anything),
];

const SERVER: Keys = &[
    ("description", Anything),
    ("url", Anything),
    ("variables", Anything),
];

const TAG: Keys = &[
    ("description", Anything),
    ("externalDocs", One(Thing::Docs)),
    ("name", Anything),
];

fn keys(thing: Thing) -> Vec<Keys> {
    match thing {
        Thing::Components => vec![COMPONENTS],
        Thing::Docs => vec![DOCS],
        Thing::Evidence => vec![EVIDENCE],
        Thing::Example => vec![EXAMPLE],
        Thing::Header => vec![VALUE],
        Thing::Info => vec![INFO],
        Thing::InfoPart => vec![INFO_PART],
        Thing::Link => vec![LINK],
        Thing::Media => vec![MEDIA],
        Thing::Operation => vec![OPERATION],
        Thing::Parameter => vec![VALUE, PARAMETER],
        Thing::Path => vec![PATH],
        Thing::RequestBody => vec![REQUEST_BODY],
        Thing::Response => vec![RESPONSE],
        Thing::Root => vec![ROOT],
        Thing::Schema => vec![SCHEMA],
        Thing::Security => vec![SECURITY],
        Thing::Server => vec![SERVER],
        Thing::Tag => vec![TAG],
    }
}

/// What stands under this key of a thing; nothing for a key that it has not.
pub fn holds(thing: Thing, key: &str) -> Option<Holds> {
    if key == "x-evidence" {
        return Some(One(Thing::Evidence));
    }
    let tables = keys(thing);
    let mut all = tables.into_iter().flatten();
    all.find(|(name, _)| *name == key).map(|(_, holds)| *holds)
}
