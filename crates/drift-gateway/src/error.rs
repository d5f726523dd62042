//! Why a gateway does not start.

use std::fmt;
use std::io;

/// Why a gateway does not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The address cannot be listened on.
    Listen(io::Error),
    /// Off loopback a gateway needs TLS, and credentials of its own so that callers present a key.
    Unsafe,
    /// The certificate or its private key cannot be used; the text says why.
    Certificate(String),
    /// The client of Drift cannot be made; the text says why.
    Client(String),
}

impl fmt::Display for StartError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen(cause) => write!(formatter, "the address cannot be listened on: {cause}"),
            Self::Unsafe => formatter.write_str(
                "off loopback the gateway needs a certificate with its key, and credentials of its own, so that callers \
                 present a key of the gateway",
            ),
            Self::Certificate(problem) => formatter.write_str(problem),
            Self::Client(problem) => formatter.write_str(problem),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Listen(cause) => Some(cause),
            _ => None,
        }
    }
}
