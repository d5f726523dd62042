//! Signed identities: tokens that prove to Drift's chat widget who a visitor is.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};

use crate::model::external_id::ExternalId;

/// The signing key of an organization, from the security settings of its chat widget. It belongs on a server, never
/// in a page. `Debug` hides it.
///
/// The text is used as it is shown. Whether Drift reads it otherwise is not documented.
/// Source: <https://devdocs.drift.com/docs/securing-drift-on-your-site-using-signed-identities>.
///
/// ```
/// # fn main() -> Result<(), drift::IdentityError> {
/// use std::time::Duration;
/// use drift::{ExternalId, IdentityKey};
///
/// let key = IdentityKey::new("the signing key from the settings")?;
/// let token = key.sign(&ExternalId::random(), Duration::from_secs(3600))?;
/// assert!(key.verify(&token).is_ok());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct IdentityKey(hmac::Key);

/// What a token says.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedIdentity {
    external_id: String,
    expires: u64,
}

/// Why a token cannot be made or is not to be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdentityError {
    /// The signing key is empty.
    EmptyKey,
    /// The signing key is shorter than 16 bytes, and could be guessed.
    ShortKey,
    /// There is no external id to sign.
    EmptyId,
    /// The token would be valid for less than a second, or beyond the year 9999.
    Lifetime,
    /// The token is not one, or was signed with another key or by another algorithm than HS256.
    Signature,
    /// The token has expired.
    Expired,
    /// The token lacks `sub` or `exp`, or has them in another form.
    Claims,
}

impl fmt::Display for IdentityError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::EmptyKey => "the signing key is empty",
            Self::ShortKey => "the signing key is shorter than 16 bytes",
            Self::EmptyId => "there is no external id to sign",
            Self::Lifetime => {
                "the token must be valid for at least a second, and expire by the year 9999"
            }
            Self::Signature => "the token was not signed with this key by HS256",
            Self::Expired => "the token has expired",
            Self::Claims => "the token lacks the user id or the time of its end",
        })
    }
}

impl std::error::Error for IdentityError {}

/// In bytes.
const SHORTEST_KEY: usize = 16;

/// The last second of the year 9999, in seconds since 1970: many a reader of tokens knows no later year.
const LAST_END: u64 = 253_402_300_799;

/// As in the sample on Drift's page.
const HEADER: &str = r#"{"typ":"JWT","alg":"HS256"}"#;

/// What is read of a header.
#[derive(Deserialize)]
struct Header {
    alg: String,
    /// Extensions that a reader must know (RFC 7515, 4.1.11). This one knows none.
    crit: Option<IgnoredAny>,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: String,
    exp: u64,
}

impl IdentityKey {
    /// A key from the text that the settings show.
    ///
    /// # Errors
    ///
    /// [`IdentityError::EmptyKey`] when there is no text, [`IdentityError::ShortKey`] when it has less than 16 bytes.
    pub fn new(key: impl AsRef<str>) -> Result<Self, IdentityError> {
        let bytes = key.as_ref().trim().as_bytes();
        if bytes.is_empty() {
            return Err(IdentityError::EmptyKey);
        }
        if bytes.len() < SHORTEST_KEY {
            return Err(IdentityError::ShortKey);
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, bytes)))
    }

    /// A token for the contact with this id, valid for `lifetime` from now, in whole seconds: `sub` is the id, `exp`
    /// the end. Hand it to the page as `userJwt`.
    ///
    /// # Errors
    ///
    /// [`IdentityError::EmptyId`] when the id is empty; [`IdentityError::Lifetime`] when the lifetime is shorter than a
    /// second, or ends beyond the year 9999.
    pub fn sign(&self, id: &ExternalId, lifetime: Duration) -> Result<String, IdentityError> {
        if id.as_str().trim().is_empty() {
            return Err(IdentityError::EmptyId);
        }
        let now = now();
        let exp = now
            .checked_add(lifetime.as_secs())
            .filter(|end| *end > now && *end <= LAST_END);
        let claims = Claims {
            sub: id.as_str().to_owned(),
            exp: exp.ok_or(IdentityError::Lifetime)?,
        };
        let claims = serde_json::to_vec(&claims).map_err(|_| IdentityError::Claims)?;
        Ok(self.token(HEADER.as_bytes(), &claims))
    }

    /// A JSON Web Token in its compact form (RFC 7515).
    fn token(&self, header: &[u8], claims: &[u8]) -> String {
        let signed = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part));
        let signed = signed.join(".");
        let tag = hmac::sign(&self.0, signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag))
    }

    /// Checks a token: signature, algorithm, end. There is no leeway for clocks that differ.
    ///
    /// # Errors
    ///
    /// [`IdentityError`] says what is wrong.
    pub fn verify(&self, token: &str) -> Result<SignedIdentity, IdentityError> {
        let (signed, tag) = token.rsplit_once('.').ok_or(IdentityError::Signature)?;
        let (header, claims) = signed.split_once('.').ok_or(IdentityError::Signature)?;
        let header: Header = part(header).ok_or(IdentityError::Signature)?;
        // The algorithm is ours, not the token's to choose.
        if header.alg != "HS256" || header.crit.is_some() {
            return Err(IdentityError::Signature);
        }
        let tag = URL_SAFE_NO_PAD
            .decode(tag)
            .map_err(|_| IdentityError::Signature)?;
        hmac::verify(&self.0, signed.as_bytes(), &tag).map_err(|_| IdentityError::Signature)?;
        let claims: Claims = part(claims).ok_or(IdentityError::Claims)?;
        if claims.exp <= now() {
            return Err(IdentityError::Expired);
        }
        Ok(SignedIdentity {
            external_id: claims.sub,
            expires: claims.exp,
        })
    }
}

/// The JSON of a part of a token.
fn part<T: DeserializeOwned>(encoded: &str) -> Option<T> {
    let json = URL_SAFE_NO_PAD.decode(encoded).ok()?;
    serde_json::from_slice(&json).ok()
}

/// In seconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

impl SignedIdentity {
    /// The contact's external id.
    pub fn external_id(&self) -> &str {
        &self.external_id
    }

    /// When the token ends; the end of the year 9999 where it says a later time.
    pub fn expires(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.expires.min(LAST_END))
    }
}

impl fmt::Debug for SignedIdentity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SignedIdentity(..)")
    }
}

impl fmt::Debug for IdentityKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("IdentityKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> IdentityKey {
        IdentityKey::new(format!("the signing key {text}")).expect("a key")
    }

    #[test]
    fn a_token_is_checked_for_key_end_and_algorithm() {
        let id = ExternalId::random();
        let token = key("one")
            .sign(&id, Duration::from_secs(60))
            .expect("a token");
        assert_eq!(
            key("one").verify(&token).expect("its own").external_id(),
            id.as_str()
        );
        assert_eq!(key("two").verify(&token), Err(IdentityError::Signature));
        assert_eq!(key("one").verify("no token"), Err(IdentityError::Signature));
    }

    #[test]
    fn a_token_of_another_form_is_refused() {
        let (old, young) = (
            r#"{"sub":"u","exp":1}"#,
            r#"{"sub":"u","exp":253402300799}"#,
        );
        for (header, claims, error) in [
            (HEADER, young, None),
            (r#"{"alg":"HS256"}"#, young, None),
            (HEADER, old, Some(IdentityError::Expired)),
            (r#"{"alg":"HS512"}"#, young, Some(IdentityError::Signature)),
            (r#"{"alg":"none"}"#, young, Some(IdentityError::Signature)),
            (
                r#"{"alg":"HS256","crit":["b64"]}"#,
                young,
                Some(IdentityError::Signature),
            ),
            ("{}", young, Some(IdentityError::Signature)),
            (HEADER, r#"{"sub":"u"}"#, Some(IdentityError::Claims)),
            (
                HEADER,
                r#"{"exp":253402300799}"#,
                Some(IdentityError::Claims),
            ),
            (
                HEADER,
                r#"{"sub":7,"exp":253402300799}"#,
                Some(IdentityError::Claims),
            ),
            (
                HEADER,
                r#"{"sub":"u","exp":"never"}"#,
                Some(IdentityError::Claims),
            ),
            (HEADER, "[", Some(IdentityError::Claims)),
        ] {
            let token = key("one").token(header.as_bytes(), claims.as_bytes());
            assert_eq!(key("one").verify(&token).err(), error, "{header} {claims}");
        }
        let token = key("one").token(HEADER.as_bytes(), young.as_bytes());
        for broken in [
            token.replace('.', ""),
            token.replacen('.', "", 1),
            format!("{token}.{token}"),
            format!("{token}="),
            token[..token.len() - 1].to_owned(),
        ] {
            assert_eq!(
                key("one").verify(&broken),
                Err(IdentityError::Signature),
                "{broken}"
            );
        }
    }

    #[test]
    fn an_end_beyond_all_calendars_is_the_last_one() {
        for exp in [LAST_END, LAST_END + 1, 1 << 63, u64::MAX] {
            let claims = Claims {
                sub: "u".into(),
                exp,
            };
            let claims = serde_json::to_vec(&claims).expect("they are JSON");
            let token = key("one").token(HEADER.as_bytes(), &claims);
            let identity = key("one").verify(&token).expect("valid");
            let last = UNIX_EPOCH + Duration::from_secs(LAST_END);
            assert_eq!(identity.expires(), last, "{exp}");
        }
    }

    #[test]
    fn the_header_is_the_one_of_drifts_sample() {
        let token = key("one")
            .sign(&ExternalId::random(), Duration::from_secs(60))
            .expect("a token");
        // base64url of {"typ":"JWT","alg":"HS256"}
        assert!(
            token.starts_with("eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9."),
            "{token}"
        );
    }

    #[test]
    fn keys_and_lifetimes_have_bounds() {
        for (text, error) in [
            (" ", Some(IdentityError::EmptyKey)),
            ("0123456789abcde", Some(IdentityError::ShortKey)),
            ("0123456789abcdef", None),
        ] {
            assert_eq!(IdentityKey::new(text).err(), error, "{text}");
        }
        let hour = Duration::from_secs(3_600);
        for (id, lifetime, error) in [
            (
                "u_9f3c",
                Duration::from_millis(900),
                Some(IdentityError::Lifetime),
            ),
            ("u_9f3c", hour, None),
            (
                "u_9f3c",
                Duration::from_secs(LAST_END),
                Some(IdentityError::Lifetime),
            ),
            ("u_9f3c", Duration::MAX, Some(IdentityError::Lifetime)),
            ("", hour, Some(IdentityError::EmptyId)),
            (" ", hour, Some(IdentityError::EmptyId)),
        ] {
            let id = ExternalId::allow_guessable(id);
            assert_eq!(key("one").sign(&id, lifetime).err(), error, "{lifetime:?}");
        }
    }
}
