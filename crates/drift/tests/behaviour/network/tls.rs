//! TLS: which certificates are trusted, how a client identifies itself, and what a failure says.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use drift::{ClientBuilder, Delivery, ErrorKind, NextAction};
use drift_tests::ada;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{
    RootCertStore, ServerConfig, ServerConnection, StreamOwned, SupportedProtocolVersion,
};

use super::server::{self, Seen, Server};
use super::{client_of, failed_create};

/// Issues certificates that nobody trusts from the start.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

struct Issued {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
    /// Both, as a client takes them.
    pem: String,
}

impl Authority {
    pub fn new() -> Self {
        Self::named("Authority")
    }

    fn named(name: &str) -> Self {
        let mut params = CertificateParams::new([]).expect("parameters");
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::self_signed(params, key).expect("a certificate"))
    }

    pub fn pem(&self) -> String {
        self.0.as_ref().pem()
    }

    fn issue(&self, name: &str) -> Issued {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new([name.to_owned()]).expect("parameters");
        let certificate = params.signed_by(&key, &self.0).expect("a certificate");
        Issued {
            pem: certificate.pem() + &key.serialize_pem(),
            certificate: certificate.der().clone(),
            key: PrivateKeyDer::try_from(key.serialize_der()).expect("a key"),
        }
    }

    fn store(&self) -> RootCertStore {
        let mut store = RootCertStore::empty();
        store.add(self.0.as_ref().der().clone()).expect("a root");
        store
    }
}

/// A Drift over TLS, to be started.
pub struct TlsServer<'a> {
    authority: &'a Authority,
    name: &'static str,
    /// The authority of the clients, if they must have a certificate.
    clients: Option<&'a Authority>,
    versions: &'static [&'static SupportedProtocolVersion],
}

/// One that runs.
pub struct Running(Server);

impl<'a> TlsServer<'a> {
    /// With a certificate of this authority.
    pub fn of(authority: &'a Authority) -> Self {
        Self {
            authority,
            name: "127.0.0.1",
            clients: None,
            versions: rustls::ALL_VERSIONS,
        }
    }

    pub fn start(self) -> Running {
        let config = Arc::new(self.config());
        Running(Server::start(move |socket, seen| {
            converse(socket, seen, Arc::clone(&config))
        }))
    }

    fn config(&self) -> ServerConfig {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(self.versions)
            .expect("versions");
        let builder = match self.clients {
            None => builder.with_no_client_auth(),
            Some(authority) => {
                let roots = Arc::new(authority.store());
                let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider);
                builder.with_client_cert_verifier(verifier.build().expect("a verifier"))
            }
        };
        let issued = self.authority.issue(self.name);
        let config = builder.with_single_cert(vec![issued.certificate], issued.key);
        config.expect("a configuration")
    }
}

impl Running {
    pub fn url(&self) -> String {
        format!("https://{}", self.0.address)
    }

    pub fn connections(&self) -> &Server {
        &self.0
    }
}

fn converse(mut socket: TcpStream, seen: &Seen, config: Arc<ServerConfig>) -> io::Result<()> {
    let session = ServerConnection::new(config).map_err(io::Error::other)?;
    let stream = StreamOwned::new(session, socket.try_clone()?);
    let ended = server::converse(stream, seen, &server::drift);
    if ended.is_err() {
        // What is left unread would reset the connection, and the client would not see why.
        while socket.read(&mut [0; 4096]).is_ok_and(|count| count > 0) {}
    }
    ended
}

/// That a failure says what is wrong with TLS, without a second attempt.
async fn assert_told_at_once(builder: ClientBuilder, server: &Server, named: &str, case: &str) {
    let error = failed_create(builder).await;
    assert_eq!(error.kind(), ErrorKind::Connect, "{case}: {error}");
    assert_eq!(error.delivery(), Delivery::NotSent, "{case}");
    assert_eq!(error.next_action(), NextAction::CheckCertificates, "{case}");
    assert!(error.to_string().contains(named), "{case}: {error}");
    assert_eq!(server.connections(), 1, "{case}: it was tried again");
    assert_eq!(server.requests().len(), 0, "{case}");
}

#[tokio::test]
async fn an_authority_of_ones_own_is_trusted_where_it_is_given() {
    let (authority, other) = (Authority::new(), Authority::new());
    let server = TlsServer::of(&authority).start();
    let both = other.pem() + &authority.pem();
    let client = client_of(&server.url()).root_certificates(both).build();
    let client = client.expect("a client");
    client.contacts().create(ada()).await.expect("created");
    client.check_connection().await.expect("reachable");
}

#[tokio::test]
async fn a_certificate_that_is_not_trusted_is_told_at_once() {
    let (authority, other) = (Authority::new(), Authority::named("Other"));
    let impostor = Authority::new();
    for (case, trusted) in [("an unknown authority", &other), ("an impostor", &impostor)] {
        let server = TlsServer::of(&authority).start();
        let builder = client_of(&server.url()).root_certificates(trusted.pem());
        assert_told_at_once(builder, server.connections(), "SSL_CERT_FILE", case).await;
    }
}

/// To trust another authority would not help.
#[tokio::test]
async fn a_certificate_for_another_name_is_told_at_once() {
    let authority = Authority::new();
    let server = TlsServer {
        name: "drift.example.test",
        ..TlsServer::of(&authority)
    };
    let server = server.start();
    let builder = client_of(&server.url()).root_certificates(authority.pem());
    let error = failed_create(builder).await;
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::Connect, Delivery::NotSent)
    );
    assert_eq!(error.next_action(), NextAction::CheckBaseUrl);
    let shown = format!("{error}; {}", error.next_action());
    assert!(
        shown.contains("another name") && !shown.contains("SSL_CERT_FILE"),
        "{shown}"
    );
    assert_eq!(server.connections().connections(), 1, "it was tried again");
}

#[test]
fn a_blocking_client_tells_it_too() {
    let (authority, other) = (Authority::new(), Authority::new());
    let server = TlsServer::of(&authority).start();
    let builder = client_of(&server.url()).root_certificates(other.pem());
    let client = drift::blocking::Client::from_builder(builder).expect("a client");
    for error in [
        client.contacts().create(ada()).err(),
        client.contacts().get(7).err(),
        client.check_connection().err(),
    ] {
        let error = error.expect("no connection");
        assert_eq!(error.next_action(), NextAction::CheckCertificates);
        assert_eq!(error.delivery(), Delivery::NotSent);
    }
    assert_eq!(server.connections().connections(), 3);
}

const VERSIONS: [&[&SupportedProtocolVersion]; 2] =
    [&[&rustls::version::TLS12], &[&rustls::version::TLS13]];

#[tokio::test]
async fn a_client_identifies_itself_by_a_certificate() {
    let authority = Authority::new();
    let identity = authority.issue("client.example.test").pem;
    for versions in VERSIONS {
        let server = TlsServer {
            clients: Some(&authority),
            versions,
            ..TlsServer::of(&authority)
        };
        let server = server.start();
        let builder = client_of(&server.url()).root_certificates(authority.pem());
        let client = builder.client_certificate(identity.as_str()).build();
        let client = client.expect("a client");
        client.contacts().create(ada()).await.expect("created");
    }
}

/// In TLS 1.3 the server refuses a certificate when the request may be on its way already.
#[tokio::test]
async fn a_client_certificate_that_is_not_accepted_is_told_at_once() {
    let (authority, other) = (Authority::new(), Authority::named("Other"));
    let stranger = other.issue("client.example.test").pem;
    let impostor = Authority::new().issue("client.example.test").pem;
    for versions in VERSIONS {
        for (case, identity) in [
            ("none", None),
            ("another authority's", Some(&stranger)),
            ("an impostor's", Some(&impostor)),
        ] {
            let server = TlsServer {
                clients: Some(&authority),
                versions,
                ..TlsServer::of(&authority)
            };
            let server = server.start();
            let mut builder = client_of(&server.url()).root_certificates(authority.pem());
            if let Some(pem) = identity {
                builder = builder.client_certificate(pem.as_str());
            }
            let case = format!("{versions:?} {case}");
            assert_told_at_once(builder, server.connections(), "client certificate", &case).await;
        }
    }
}

#[tokio::test]
async fn a_server_without_tls_is_told_at_once() {
    let server = Server::start(|mut socket, _| {
        let _hello = socket.read(&mut [0; 4096])?;
        socket.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    });
    let url = format!("https://{}", server.address);
    // Some root, for machines that have none.
    let builder = client_of(&url).root_certificates(Authority::new().pem());
    assert_told_at_once(builder, &server, "TLS handshake", "plain HTTP").await;
}

#[test]
fn certificates_that_cannot_be_read_are_refused() {
    let issued = Authority::new().issue("client.example.test");
    let broken = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n";
    let key_alone = issued.pem.find("-----BEGIN PRIVATE").expect("a key");
    let builder = || client_of("https://127.0.0.1:1");
    for (case, builder, named) in [
        (
            "a broken root",
            builder().root_certificates(broken),
            "root_certificates",
        ),
        (
            "a key alone",
            builder().client_certificate(&issued.pem[key_alone..]),
            "client_certificate",
        ),
        (
            "a certificate alone",
            builder().client_certificate(&issued.pem[..key_alone]),
            "client_certificate",
        ),
        (
            "nothing",
            builder().client_certificate(""),
            "client_certificate",
        ),
    ] {
        let error = builder.build().expect_err(case);
        assert_eq!(error.kind(), ErrorKind::Input, "{case}");
        assert!(error.to_string().contains(named), "{case}: {error}");
    }
}
