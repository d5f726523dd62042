//! The body of a reply. A contact is written as JSON once, where the reply leaves.

use drift::Contact;
use serde::Serialize;
use serde_json::Value;

/// A body, which may hold personal data.
#[derive(Clone, PartialEq)]
pub(crate) enum Body {
    Json(Value),
    Contact(Contact),
}

#[derive(Serialize)]
struct Data<'a> {
    data: &'a Contact,
}

impl Body {
    /// The bytes that are sent.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let bytes = match self {
            Self::Json(value) => serde_json::to_vec(value),
            Self::Contact(contact) => serde_json::to_vec(&Data { data: contact }),
        };
        // Both are JSON already, so that writing them cannot fail.
        bytes.unwrap_or_default()
    }
}
