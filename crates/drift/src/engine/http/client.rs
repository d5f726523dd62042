//! The client of reqwest below a connection: made here, or the caller's own.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderValue;

use crate::defaults;
use crate::engine::http::proxy_variable;
use crate::engine::http::resolver::SystemResolver;
use crate::engine::http::tls::{self, TlsSettings};
use crate::error::{Error, ErrorKind, Inner};
use crate::policy::delivery::Delivery;

const USER_AGENT: &str = concat!("drift-rust/", env!("CARGO_PKG_VERSION"));

/// What the caller does to the builder of our client.
pub(crate) type Configure =
    Box<dyn FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync>;

/// What can be set for the client that is made here.
#[derive(Default)]
pub(crate) struct HttpSettings {
    pub(crate) connect_timeout: Option<Duration>,
    /// Name and version of the program, for `User-Agent`.
    pub(crate) app: Option<String>,
    pub(crate) tls: TlsSettings,
    pub(crate) configure: Option<Configure>,
}

impl HttpSettings {
    /// Makes the client for a base URL that was [checked](super::base_url::check).
    pub(crate) fn build(self, base_url: &str, timeout: Duration) -> Result<reqwest::Client, Error> {
        let is_plain = base_url.starts_with("http:");
        let tls = if is_plain {
            tls::plain()?
        } else {
            tls::encrypted(&self.tls)?
        };
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent(user_agent(self.app.as_deref())?)
            .connect_timeout(self.connect_timeout.unwrap_or(defaults::CONNECT_TIMEOUT))
            .dns_resolver(Arc::new(SystemResolver));
        if let Some(configure) = self.configure {
            builder = configure(builder);
        }
        if is_plain {
            // A proxy of the environment would see the token.
            builder = builder.no_proxy();
        } else if !has_proxy(&builder) {
            proxy_variable::check()?;
        }
        unrepeated(builder).timeout(timeout).build().map_err(failed)
    }

    /// Checks that nothing is set here that a client of the caller's own would not have.
    pub(crate) fn check_unused(&self) -> Result<(), Error> {
        let settings = [
            ("connect_timeout", self.connect_timeout.is_some()),
            ("user_agent", self.app.is_some()),
            ("root_certificates", !self.tls.root_certificates.is_empty()),
            ("client_certificate", self.tls.client_certificate.is_some()),
            ("configure_http", self.configure.is_some()),
        ];
        match settings.iter().find(|(_, is_set)| *is_set) {
            Some((setting, _)) => Err(Error::input(format_args!(
                "{setting} has no effect on the client of http_client; set it there"
            ))),
            None => Ok(()),
        }
    }
}

/// A builder of a client that can be given to us: TLS is set up, and nothing is sent twice.
pub(crate) fn builder() -> Result<reqwest::ClientBuilder, Error> {
    let tls = tls::encrypted(&TlsSettings::default())?;
    Ok(unrepeated(
        reqwest::Client::builder().tls_backend_preconfigured(tls),
    ))
}

/// Whether a client of the caller's own may follow redirects. reqwest shows its policy in `Debug` alone; where it shows
/// anything else than that there are none, there may be.
pub(crate) fn may_redirect(client: &reqwest::Client) -> bool {
    !format!("{client:?}").contains(r#"redirect_policy: "Policy(None)""#)
}

/// Whether a proxy was set, so that those of the environment are left out. `Debug` alone shows it. A call of `no_proxy`
/// shows nowhere: then a variable that cannot be read is refused, though it would not count.
fn has_proxy(builder: &reqwest::ClientBuilder) -> bool {
    format!("{builder:?}").contains(", proxies: [")
}

/// A redirect would send the token to another host, and a retry of reqwest's own would be a second create.
fn unrepeated(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    builder
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
}

fn user_agent(app: Option<&str>) -> Result<HeaderValue, Error> {
    let text = app.map_or_else(
        || USER_AGENT.to_owned(),
        |app| format!("{app} {USER_AGENT}"),
    );
    HeaderValue::try_from(text).map_err(|_| Error::input("the user agent must be plain text"))
}

fn failed(error: reqwest::Error) -> Error {
    Error::new(Inner {
        detail: Some("the HTTP client cannot be made".to_owned()),
        source: Some(Arc::new(error)),
        ..Inner::bare(ErrorKind::Input, Delivery::NotSent)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::redirect::Policy;

    #[test]
    fn a_client_without_redirects_is_known() {
        for (policy, follows) in [
            (Policy::none(), false),
            (Policy::default(), true),
            (Policy::limited(3), true),
            (Policy::custom(|attempt| attempt.stop()), true),
        ] {
            let client = builder().expect("a builder").redirect(policy).build();
            assert_eq!(may_redirect(&client.expect("a client")), follows);
        }
    }

    #[test]
    fn a_proxy_that_was_set_is_known() {
        let proxy = || reqwest::Proxy::all("http://proxy.example.test:3128").expect("a proxy");
        let ours = || builder().expect("a builder");
        for (builder, expected) in [
            (ours(), false),
            (ours().no_proxy(), false),
            (ours().user_agent(", proxies"), false),
            (ours().proxy(proxy()), true),
            (ours().proxy(proxy()).no_proxy(), false),
        ] {
            assert_eq!(has_proxy(&builder), expected, "{builder:?}");
        }
    }
}
