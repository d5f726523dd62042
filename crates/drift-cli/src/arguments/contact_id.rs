//! The id that Drift gave a contact, as an argument.

use drift::ContactId;

/// Parses it. The error says which option takes an email or an external id.
pub fn contact_id(text: &str) -> Result<ContactId, &'static str> {
    text.parse().map_err(|_| {
        if text.contains('@') {
            "an id of Drift's is a number; for an email: drift contacts find --email"
        } else {
            "an id of Drift's is a number; for your own id use --external-id where there is one"
        }
    })
}
