//! Looks host names up, as the system does, and marks a failure so that it differs from a refused connection.

use std::error::Error as StdError;
use std::fmt;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// The name of the host could not be looked up.
#[derive(Debug)]
pub(crate) struct ResolveFailed(std::io::Error);

impl fmt::Display for ResolveFailed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of the host could not be looked up")
    }
}

impl StdError for ResolveFailed {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.0)
    }
}

/// The system's own look-up.
pub(crate) struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            // The port is set by the connector afterwards.
            match tokio::net::lookup_host((name.as_str(), 0)).await {
                Ok(addresses) => Ok(Box::new(addresses.collect::<Vec<_>>().into_iter()) as Addrs),
                Err(error) => {
                    Err(Box::new(ResolveFailed(error)) as Box<dyn StdError + Send + Sync>)
                }
            }
        })
    }
}
