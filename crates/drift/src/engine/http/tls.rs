//! The TLS configuration. It is our own, since reqwest would take a crypto provider from the whole process alone, and that
//! one belongs to the program.

use std::fmt;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier, client::WantsClientCert};
use rustls_platform_verifier::Verifier;

use crate::error::Error;

/// What a client trusts beyond the platform's certificates, and how it identifies itself. Both as PEM.
#[derive(Default)]
pub(crate) struct TlsSettings {
    pub(crate) root_certificates: Vec<u8>,
    pub(crate) client_certificate: Option<Vec<u8>>,
}

/// The configuration for a server that is reached over TLS.
pub(crate) fn encrypted(settings: &TlsSettings) -> Result<ClientConfig, Error> {
    let (provider, builder) = begin()?;
    let roots = certificates(&settings.root_certificates)
        .ok_or_else(|| invalid("root_certificates", "certificates in PEM"))?;
    let verifier = Verifier::new_with_extra_roots(roots, provider).map_err(no_roots)?;
    let builder = builder
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = match &settings.client_certificate {
        Some(pem) => identified(builder, pem)?,
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = protocols();
    Ok(config)
}

/// The configuration for a server that is reached without TLS. It trusts nobody: to load the platform's certificates
/// would be most of the start of a short program.
pub(crate) fn plain() -> Result<ClientConfig, Error> {
    let (_, builder) = begin()?;
    Ok(builder
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth())
}

type Begun = (
    Arc<rustls::crypto::CryptoProvider>,
    ConfigBuilder<ClientConfig, WantsVerifier>,
);

fn begin() -> Result<Begun, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|problem| Error::input(format_args!("TLS cannot be set up: {problem}")))?;
    Ok((provider, builder))
}

fn identified(
    builder: ConfigBuilder<ClientConfig, WantsClientCert>,
    pem: &[u8],
) -> Result<ClientConfig, Error> {
    let needed = "a certificate and its private key in PEM";
    let invalid = || invalid("client_certificate", needed);
    let chain = certificates(pem)
        .filter(|chain| !chain.is_empty())
        .ok_or_else(invalid)?;
    let key = PrivateKeyDer::from_pem_slice(pem).map_err(|_| invalid())?;
    builder
        .with_client_auth_cert(chain, key)
        .map_err(|_| invalid())
}

/// All certificates of a text in PEM; `None` when one of them cannot be read.
fn certificates(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .ok()
}

fn protocols() -> Vec<Vec<u8>> {
    let http2 = cfg!(feature = "http2").then(|| b"h2".to_vec());
    http2.into_iter().chain([b"http/1.1".to_vec()]).collect()
}

/// The sentence names the setting and never its value, which may be a private key.
fn invalid(setting: &str, needed: &str) -> Error {
    Error::input(format_args!("{setting} must be given {needed}"))
}

fn no_roots(problem: impl fmt::Display) -> Error {
    Error::input(format_args!(
        "the trusted certificates cannot be loaded ({problem}); install the system's, or name a file of them in SSL_CERT_FILE"
    ))
}
