//! An access token, which shows itself to nobody by accident.

use std::fmt;
use std::sync::Arc;

use drift_sdk::InvalidToken;

use crate::error::Error;

/// An access token. Cheap to clone; `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken(Arc<str>);

impl AccessToken {
    /// A token, without spaces and line ends around it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) when it is empty or holds a character that no token has.
    ///
    /// ```
    /// use drift::credentials::AccessToken;
    ///
    /// assert_eq!(AccessToken::new("my-token\n")?.expose(), "my-token");
    /// assert!(AccessToken::new("\n").is_err());
    /// # Ok::<(), drift::Error>(())
    /// ```
    pub fn new(token: impl AsRef<str>) -> Result<Self, Error> {
        Self::exactly(token.as_ref().trim())
    }

    /// A token as it stands, with nothing around it.
    pub(crate) fn exactly(token: impl AsRef<str>) -> Result<Self, Error> {
        let token = token.as_ref();
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::input(InvalidToken));
        }
        Ok(Self(token.into()))
    }

    /// The token itself. Show it to nobody.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("AccessToken(..)")
    }
}
