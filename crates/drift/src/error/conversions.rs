//! `?` for every call of this crate: the error of each input becomes the one error.

use crate::error::Error;
use crate::model::contact::AttributeTypeError;
use crate::model::contact_id::InvalidContactId;
use crate::model::email::InvalidEmail;
use crate::model::external_id::InvalidIdKey;
use crate::model::guessable::Guessable;
use crate::model::json::members::Mismatch;
#[cfg(feature = "signed-identity")]
use crate::model::signed_identity::IdentityError;

/// The result of a call, or of what a call is given.
///
/// ```
/// use drift::{ExternalId, IdKey, NewContact};
///
/// fn lead(email: &str, number: u64) -> drift::Result<NewContact> {
///     let key = IdKey::new("2026", b"32 secret bytes from your vault.")?;
///     let id = ExternalId::derive(&key, format!("lead {number}"))?;
///     Ok(NewContact::new(email)?.external_id(id))
/// }
///
/// assert!(lead("ada@example.test", 7).is_ok());
/// assert!(lead("ada", 7).is_err_and(|error| error.is_input()));
/// ```
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Each becomes an error of the kind [`Input`](crate::ErrorKind::Input) with the same sentence.
macro_rules! input_errors {
    ($($(#[$attribute:meta])* $problem:ty),* $(,)?) => {$(
        $(#[$attribute])*
        impl From<$problem> for Error {
            /// An error of the kind [`Input`](crate::ErrorKind::Input) with the same sentence.
            fn from(problem: $problem) -> Self {
                Self::input(problem)
            }
        }
    )*};
}

/// The contact that has the attribute was read, so whatever was asked for is done.
impl From<AttributeTypeError> for Error {
    /// An error of the kind [`UnreadableResponse`](crate::ErrorKind::UnreadableResponse) with the same sentence, and the
    /// delivery [`Done`](crate::Delivery::Done).
    fn from(problem: AttributeTypeError) -> Self {
        Self::unreadable(problem)
    }
}

input_errors!(
    Guessable,
    #[cfg(feature = "signed-identity")]
    IdentityError,
    InvalidContactId,
    InvalidEmail,
    InvalidIdKey,
    Mismatch,
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use crate::policy::delivery::Delivery;

    #[test]
    fn each_keeps_its_sentence() {
        for (error, sentence) in [
            (Error::from(InvalidContactId), InvalidContactId.to_string()),
            (Guessable::Short.into(), Guessable::Short.to_string()),
            (InvalidEmail::At.into(), InvalidEmail::At.to_string()),
            (InvalidIdKey::Id.into(), InvalidIdKey::Id.to_string()),
        ] {
            assert_eq!(error.to_string(), sentence);
            assert_eq!(error.kind(), ErrorKind::Input);
            assert_eq!(error.delivery(), Delivery::NotSent);
        }
    }

    #[test]
    fn an_attribute_of_another_type_does_not_undo_what_was_done() {
        let problem = AttributeTypeError::new(Some("seats".to_owned()));
        let error = Error::from(problem.clone());
        assert_eq!(error.to_string(), problem.to_string());
        assert_eq!(error.kind(), ErrorKind::UnreadableResponse);
        assert_eq!(error.delivery(), Delivery::Done);
    }
}
