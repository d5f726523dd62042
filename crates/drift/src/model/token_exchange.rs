//! What an exchange at Drift's token endpoint has brought.

use drift_sdk::types;
use serde_json::Value;

use crate::model::decoding::Decode;

/// Tokens as Drift granted them. They are secrets, so there is no `Debug`.
pub(crate) struct Exchanged {
    pub(crate) access_token: String,
    pub(crate) refresh_token: Option<String>,
    /// As it stands; its unit is not certain.
    pub(crate) expires_in: Option<i64>,
    pub(crate) organization: Option<i64>,
}

impl Decode for types::TokenExchange {
    type Value = Exchanged;

    fn into_value(self) -> Exchanged {
        Exchanged {
            access_token: self.access_token,
            refresh_token: self.refresh_token.and_then(|token| token.0),
            expires_in: self.expires_in.and_then(|number| number.0),
            organization: self.org_id.and_then(|number| number.0),
        }
    }

    /// Numbers may be text, and names in camel case, as in Drift's older sample.
    fn read_leniently(body: &Value) -> Result<Exchanged, String> {
        let member = |names: [&str; 2]| names.into_iter().find_map(|name| body.get(name));
        let text = |names| member(names).and_then(Value::as_str).map(str::to_owned);
        Ok(Exchanged {
            access_token: text(["access_token", "accessToken"]).ok_or("access_token")?,
            refresh_token: text(["refresh_token", "refreshToken"]),
            expires_in: member(["expires_in", "expiresIn"]).and_then(whole),
            organization: member(["orgId", "org_id"]).and_then(whole),
        })
    }
}

fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::decoding::decode;

    #[test]
    fn tokens_are_read_in_every_form_that_was_seen() {
        for (body, expires_in, organization) in [
            (
                r#"{"access_token":"a","refresh_token":"r","expires_in":7200,"orgId":7}"#,
                Some(7_200),
                Some(7),
            ),
            (
                r#"{"access_token":"a","refresh_token":"r","expires_in":"7200","orgId":"7"}"#,
                Some(7_200),
                Some(7),
            ),
            (
                r#"{"access_token":"a","refresh_token":"r","expires_in":1.5}"#,
                None,
                None,
            ),
            (
                r#"{"accessToken":"a","refreshToken":"r","orgId":7}"#,
                None,
                Some(7),
            ),
        ] {
            let read = decode::<types::TokenExchange>(body.as_bytes())
                .ok()
                .expect(body);
            assert_eq!(
                (read.access_token.as_str(), read.refresh_token.as_deref()),
                ("a", Some("r"))
            );
            assert_eq!(
                (read.expires_in, read.organization),
                (expires_in, organization),
                "{body}"
            );
        }
        for body in [r#"{"refresh_token":"r"}"#, r#"{"access_token":7}"#, "{}"] {
            let place = decode::<types::TokenExchange>(body.as_bytes())
                .err()
                .map(|error| error.place);
            assert_eq!(place.as_deref(), Some("access_token"), "{body}");
        }
    }
}
