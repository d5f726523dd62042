//! What stands between a command and Drift: a certificate that nobody trusts, and a proxy that refuses.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::spawn;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A server over TLS whose certificate no authority has issued.
pub struct SelfSignedServer {
    pub url: String,
    /// The certificate, for those who trust it.
    pub pem: String,
}

impl SelfSignedServer {
    pub fn start() -> Self {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).expect("a key");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key);
        let config = Arc::new(config.expect("a configuration"));
        let address = serve(move |socket| {
            let session = ServerConnection::new(Arc::clone(&config)).expect("a session");
            respond(StreamOwned::new(session, socket), "404 Not Found")
        });
        Self {
            url: format!("https://{address}"),
            pem: cert.pem(),
        }
    }
}

/// A proxy that responds to every request with this status; its URL.
pub fn refusing_proxy(status: &'static str) -> String {
    format!("http://{}", serve(move |socket| respond(socket, status)))
}

/// Gives each connection to `talk`; the address.
fn serve(talk: impl Fn(TcpStream) -> std::io::Result<()> + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    spawn(move || {
        for socket in listener.incoming().flatten() {
            // A client that leaves early is no fault of the server.
            let _ = talk(socket);
        }
    });
    address
}

fn respond(mut stream: impl Read + Write, status: &str) -> std::io::Result<()> {
    let _request = stream.read(&mut [0; 4096])?;
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
}
