//! What the error of a request proves: that the request was not sent, why, and what to do about it.

use std::error::Error as StdError;
use std::io;

use drift_sdk::Stage;
use rustls::{AlertDescription, CertificateError};

use crate::engine::http::resolver::ResolveFailed;
use crate::next_action::NextAction;
use crate::policy::delivery::Phase;

/// Why a request was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unsent {
    /// The name of the host could not be looked up.
    Resolve,
    /// Nothing listens, or the network is down.
    Connect,
    /// The server presents a certificate that is not trusted here.
    ServerCertificate,
    /// The certificate of the server is for another name.
    ServerName,
    /// The certificate of the server has expired, or is not valid yet.
    ServerCertificateTime,
    /// The server does not accept our certificate, or asks for one.
    ClientCertificate,
    /// TLS failed in another way.
    Handshake,
    /// The proxy cannot be reached.
    ProxyUnreachable,
    /// The proxy asks for a user name and a password (407).
    ProxyAuthentication,
    /// The proxy makes no connection to the server.
    ProxyRefused,
    /// The connection ended, or the server closed it to new requests, before it took this one.
    Closed,
}

impl Unsent {
    /// Reads the error of a request that got so far; `None` where the request may have been sent. A client that follows
    /// redirects fails with the error of its last request, which says nothing of the first once that was on its way.
    pub(crate) fn read(stage: Stage, may_redirect: bool, error: &reqwest::Error) -> Option<Self> {
        match stage {
            Stage::Connecting => Some(Self::of_connecting(error)),
            // Only what has a body can be watched; what has none counts as sending from the start.
            Stage::Sending if error.is_connect() => Some(Self::of_connecting(error)),
            Stage::Sending | Stage::Waiting if !may_redirect => Self::of_handing_back(error),
            Stage::Sending | Stage::Waiting | Stage::Reading => None,
        }
    }

    fn of_handing_back(error: &reqwest::Error) -> Option<Self> {
        if chain(error).any(is_refused_client_certificate) {
            return Some(Self::ClientCertificate);
        }
        chain(error).any(is_closed).then_some(Self::Closed)
    }

    fn of_connecting(error: &reqwest::Error) -> Self {
        Self::of_handing_back(error)
            .or_else(|| {
                chain(error).find_map(|cause| {
                    of_proxy(cause)
                        .or_else(|| of_tls(cause))
                        .or_else(|| of_name(cause))
                })
            })
            .unwrap_or(Self::Connect)
    }

    pub(crate) fn phase(self) -> Phase {
        match self {
            Self::Resolve => Phase::Resolve,
            Self::ServerCertificate
            | Self::ServerName
            | Self::ServerCertificateTime
            | Self::ClientCertificate
            | Self::Handshake => Phase::Tls,
            Self::Connect
            | Self::ProxyUnreachable
            | Self::ProxyAuthentication
            | Self::ProxyRefused
            | Self::Closed => Phase::Connect,
        }
    }

    pub(crate) fn sentence(self) -> &'static str {
        match self {
            Self::Resolve => {
                "the name of the server could not be looked up; check the base URL and the network"
            }
            Self::Connect => "no connection to the server could be made",
            Self::ServerCertificate => {
                "the certificate of the server is not trusted; if a proxy or a company's own authority issued it, name a file of trusted certificates in SSL_CERT_FILE"
            }
            Self::ServerName => {
                "the certificate of the server is for another name than the host of the base URL; check the base URL, and what is on the way to it"
            }
            Self::ServerCertificateTime => {
                "the certificate of the server has expired, or is not valid yet; is the clock of this machine right?"
            }
            Self::ClientCertificate => {
                "the server asks for a client certificate, or does not accept the one that it got; check the client certificate"
            }
            Self::Handshake => {
                "the TLS handshake with the server failed; check the base URL, and HTTPS_PROXY if there is a proxy"
            }
            Self::ProxyUnreachable => {
                "no connection to the proxy could be made; check HTTPS_PROXY, ALL_PROXY and NO_PROXY"
            }
            Self::ProxyAuthentication => {
                "the proxy asks for a user name and a password (407); put them into HTTPS_PROXY or ALL_PROXY (http://USER:PASSWORD@HOST:PORT), or name the server in NO_PROXY"
            }
            Self::ProxyRefused => {
                "the proxy made no connection to the server; check HTTPS_PROXY, ALL_PROXY and NO_PROXY"
            }
            Self::Closed => "the server closed the connection before it took the request",
        }
    }

    /// What somebody must change before the request can get through; `None` where the next attempt may.
    pub(crate) fn next_action(self) -> Option<NextAction> {
        match self {
            Self::ServerCertificate
            | Self::ServerCertificateTime
            | Self::ClientCertificate
            | Self::Handshake => Some(NextAction::CheckCertificates),
            Self::ServerName => Some(NextAction::CheckBaseUrl),
            Self::ProxyAuthentication => Some(NextAction::CheckProxy),
            Self::Resolve
            | Self::Connect
            | Self::ProxyUnreachable
            | Self::ProxyRefused
            | Self::Closed => None,
        }
    }
}

type Cause = dyn StdError + 'static;

/// What a proxy did. The type of this error is private to hyper-util, so its text tells.
fn of_proxy(cause: &Cause) -> Option<Unsent> {
    let text = cause.to_string();
    Some(match text.strip_prefix("tunnel error: ")? {
        "failed to create underlying connection" => Unsent::ProxyUnreachable,
        "proxy authorization required" => Unsent::ProxyAuthentication,
        _ => Unsent::ProxyRefused,
    })
}

fn of_tls(cause: &Cause) -> Option<Unsent> {
    let error = cause.downcast_ref::<rustls::Error>()?;
    Some(match error {
        rustls::Error::InvalidCertificate(reason) => of_certificate(reason),
        // The server's own trouble passes.
        rustls::Error::AlertReceived(AlertDescription::InternalError) => Unsent::Connect,
        _ => Unsent::Handshake,
    })
}

/// To trust another authority helps only where the authority is the reason.
fn of_certificate(reason: &CertificateError) -> Unsent {
    match reason {
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Unsent::ServerName
        }
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => Unsent::ServerCertificateTime,
        _ => Unsent::ServerCertificate,
    }
}

fn of_name(cause: &Cause) -> Option<Unsent> {
    cause.is::<ResolveFailed>().then_some(Unsent::Resolve)
}

/// Whether the server refused our certificate. In TLS 1.3 it says so when the request may be on its way already, and
/// before it has read a byte of it: only a handshake has such alerts.
fn is_refused_client_certificate(cause: &Cause) -> bool {
    let Some(rustls::Error::AlertReceived(alert)) = cause.downcast_ref() else {
        return false;
    };
    matches!(
        alert,
        AlertDescription::NoCertificate
            | AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied
            | AlertDescription::DecryptError
            | AlertDescription::CertificateRequired
    )
}

/// Whether hyper or the server says that the request was not taken.
fn is_closed(cause: &Cause) -> bool {
    let unsent = cause.downcast_ref().is_some_and(hyper::Error::is_canceled);
    unsent || is_refused_stream(cause)
}

/// RFC 9113, 8.7: a refused stream was not processed, nor was one beyond the last that GOAWAY names. h2 reports the GOAWAY
/// of a server to those streams alone.
#[cfg(feature = "http2")]
fn is_refused_stream(cause: &Cause) -> bool {
    cause.downcast_ref::<h2::Error>().is_some_and(|error| {
        let refused = error.reason() == Some(h2::Reason::REFUSED_STREAM);
        error.is_remote() && (error.is_go_away() || error.is_reset() && refused)
    })
}

#[cfg(not(feature = "http2"))]
fn is_refused_stream(_: &Cause) -> bool {
    false
}

/// Whether any cause of an error is a `T`.
pub(crate) fn is_caused_by<T: StdError + 'static>(error: &reqwest::Error) -> bool {
    chain(error).any(|cause| cause.is::<T>())
}

/// An error and its causes.
fn chain(error: &reqwest::Error) -> impl Iterator<Item = &Cause> {
    std::iter::successors(Some(error as &Cause), |&cause| cause_of(cause))
}

/// An I/O error hides the error that it wraps: its `source` is that of the wrapped one.
fn cause_of(cause: &Cause) -> Option<&Cause> {
    match cause
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
    {
        Some(wrapped) => Some(wrapped),
        None => cause.source(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_changed_setting_helps_where_a_setting_is_named() {
        for (unsent, permanent, named) in [
            (Unsent::Resolve, false, "base URL"),
            (Unsent::Connect, false, "no connection"),
            (Unsent::ServerCertificate, true, "SSL_CERT_FILE"),
            (Unsent::ServerName, true, "another name"),
            (Unsent::ServerCertificateTime, true, "clock"),
            (Unsent::ClientCertificate, true, "client certificate"),
            (Unsent::Handshake, true, "base URL"),
            (Unsent::ProxyUnreachable, false, "HTTPS_PROXY"),
            (Unsent::ProxyAuthentication, true, "HTTPS_PROXY"),
            (Unsent::ProxyRefused, false, "NO_PROXY"),
            (Unsent::Closed, false, "closed"),
        ] {
            assert_eq!(unsent.next_action().is_some(), permanent, "{unsent:?}");
            assert!(unsent.sentence().contains(named), "{unsent:?}");
        }
    }

    #[test]
    fn a_cause_is_found_inside_of_io_errors() {
        let tls = rustls::Error::AlertReceived(AlertDescription::UnknownCA);
        let nested = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, tls));
        let causes = std::iter::successors(Some(&nested as &Cause), |&cause| cause_of(cause));
        assert_eq!(
            causes.filter(|cause| cause.is::<rustls::Error>()).count(),
            1
        );
    }

    #[tokio::test]
    async fn a_request_that_hyper_hands_back_was_not_sent() {
        let (ours, _theirs) = tokio::io::duplex(64);
        let io = hyper_util::rt::TokioIo::new(ours);
        let shaken = hyper::client::conn::http1::handshake(io).await;
        let (mut sender, connection) = shaken.expect("a connection");
        drop(connection);
        let request = hyper::Request::new(reqwest::Body::default());
        let error = sender
            .send_request(request)
            .await
            .expect_err("it is closed");
        assert!(is_closed(&error), "{error:?}");
    }
}
