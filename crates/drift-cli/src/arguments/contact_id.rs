//! The id that Drift gave a contact, as an argument.

use drift::ContactId;

use super::typed::typed_drift;
use crate::shell_word::shell_option;

/// Parses it. The error says which option takes an email or an external id.
pub fn contact_id(text: &str) -> Result<ContactId, String> {
    text.parse().map_err(|_| {
        let find = if text.contains('@') {
            shell_option("--email", text)
        } else {
            shell_option("--external-id", text)
        };
        let drift = typed_drift();
        format!("a contact id is a number; look it up: {drift} contacts find {find}")
    })
}
