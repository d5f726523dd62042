//! The TLS of a connection: rustls with ring, its own configuration, and always a verified certificate.

use std::fmt;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::config::Trust;
use crate::store::StoreError;

pub(super) fn connector(trust: &Trust) -> Result<MakeRustlsConnect, StoreError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|problem| unusable(&problem))?;
    let builder = match trust {
        Trust::Platform => {
            let verifier = Verifier::new(provider).map_err(|problem| unusable(&problem))?;
            builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(verifier))
        }
        Trust::File(path) => {
            let mut roots = RootCertStore::empty();
            let found = CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
            let found: Vec<_> = found.map_err(|problem| {
                unusable(&format_args!("sslrootcert {}: {problem}", path.display()))
            })?;
            let (added, _) = roots.add_parsable_certificates(found);
            if added == 0 {
                let sentence = format_args!("sslrootcert {}: no certificate in it", path.display());
                return Err(unusable(&sentence));
            }
            builder.with_root_certificates(roots)
        }
    };
    Ok(MakeRustlsConnect::new(builder.with_no_client_auth()))
}

fn unusable(problem: &dyn fmt::Display) -> StoreError {
    StoreError::Unusable(format!("TLS to PostgreSQL: {problem}"))
}
