//! An id of Drift's as it is typed.

use drift::ContactId;

/// Reads it, and says what else it may be.
pub fn contact_id(text: &str) -> Result<ContactId, &'static str> {
    text.parse().map_err(|_| {
        if text.contains('@') {
            "an id of Drift's is a number; for an email: drift contacts find --email"
        } else {
            "an id of Drift's is a number; for your own id use --external-id where there is one"
        }
    })
}
