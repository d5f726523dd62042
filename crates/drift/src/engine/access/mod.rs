//! The access token of a connection: none, one that is fixed, or one that [changes](changing).
//!
//! What is here decides when credentials are asked for a token, and with which token a request leaves. Where tokens come
//! from it does not know.

pub(crate) mod changing;
pub(crate) mod describe;

use drift_sdk::Transport;

use crate::credentials::AccessToken;
use crate::engine::access::changing::Changing;
use crate::error::Error;

/// Where the token of a connection comes from.
pub(crate) enum Access {
    /// There is none: for what needs no token.
    None(Transport),
    /// It never changes, so nothing needs to be asked before a request.
    Fixed(Authorized),
    Changing(Box<Changing>),
}

/// A token, and the transport that sends it.
#[derive(Clone)]
pub(crate) struct Authorized {
    pub(crate) token: AccessToken,
    pub(crate) transport: Transport,
    /// The number of the token at its endpoint, for tickets.
    pub(crate) account: u32,
}

impl Authorized {
    pub(crate) fn new(
        transport: &Transport,
        token: AccessToken,
        account: u32,
    ) -> Result<Self, Error> {
        let transport = transport.clone().with_bearer(token.expose());
        Ok(Self {
            token,
            transport: transport.map_err(Error::input)?,
            account,
        })
    }
}

impl Access {
    /// What was used last; none before the first call where the token may change.
    pub(crate) fn last<T>(&self, read: impl FnOnce(&Authorized) -> T) -> Option<T> {
        match self {
            Self::None(_) => None,
            Self::Fixed(authorized) => Some(read(authorized)),
            Self::Changing(changing) => changing.last(read),
        }
    }
}
