//! The gateway's own certificate.

use std::fmt;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

/// What is wrong with a certificate or its key. It shows nothing of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InvalidCertificate(&'static str);

impl fmt::Display for InvalidCertificate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

/// Accepts TLS with a certificate chain and its private key, both as PEM.
pub(crate) fn acceptor(certificate: &[u8], key: &[u8]) -> Result<TlsAcceptor, InvalidCertificate> {
    let chain: Vec<_> = CertificateDer::pem_slice_iter(certificate)
        .collect::<Result<_, _>>()
        .map_err(|_| InvalidCertificate("the certificate is not PEM"))?;
    if chain.is_empty() {
        return Err(InvalidCertificate("there is no certificate in it"));
    }
    let key = PrivateKeyDer::from_pem_slice(key)
        .map_err(|_| InvalidCertificate("the private key is not PEM"))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| InvalidCertificate("TLS cannot be set up"))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|_| InvalidCertificate("the private key is not that of the certificate"))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
