//! `answer [tls FOLDER]`: a server that accepts every create and only responds, as Drift does. Its URL is the
//! first line of standard output, and it ends with its standard input. With `tls` it writes its own certificate to
//! `FOLDER/ca.pem`.
#![forbid(unsafe_code)]

use std::sync::Arc;

use drift_bench::Fault;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

fn main() -> Result<(), Fault> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let acceptor = match arguments.as_slice() {
        [mode, folder] if mode == "tls" => Some(acceptor(folder)?),
        _ => None,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let scheme = if acceptor.is_some() { "https" } else { "http" };
        println!("{scheme}://{}", listener.local_addr()?);
        tokio::spawn(serve(listener, acceptor));
        tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new())).await??;
        Ok(())
    })
}

/// A certificate for this machine, made now.
fn acceptor(folder: &str) -> Result<TlsAcceptor, Fault> {
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names)?;
    std::fs::write(format!("{folder}/ca.pem"), cert.pem())?;
    let key = PrivateKeyDer::try_from(signing_key.serialize_der())?;
    let _ = rustls::crypto::ring::default_provider().install_default();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

async fn serve(listener: TcpListener, acceptor: Option<TlsAcceptor>) -> Result<(), Fault> {
    loop {
        let (socket, _) = listener.accept().await?;
        socket.set_nodelay(true)?;
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            match acceptor {
                Some(acceptor) => converse(acceptor.accept(socket).await?).await,
                None => converse(socket).await,
            }
        });
    }
}

/// Responds to one request after the other.
async fn converse(mut socket: impl AsyncRead + AsyncWrite + Unpin) -> Result<(), Fault> {
    let mut read = Vec::with_capacity(4096);
    loop {
        let Some((body, end)) = body(&read)? else {
            if socket.read_buf(&mut read).await? == 0 {
                return Ok(());
            }
            continue;
        };
        let response = response(&read[body..end])?;
        socket.write_all(&response).await?;
        read.drain(..end);
    }
}

/// Where the body of the first request begins and ends, once it is whole.
fn body(read: &[u8]) -> Result<Option<(usize, usize)>, Fault> {
    let Some(head) = read.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let length = std::str::from_utf8(&read[..head])?
        .lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(Ok(0), |(_, length)| length.parse::<usize>())?;
    let (start, end) = (head + 4, head + 4 + length);
    Ok((read.len() >= end).then_some((start, end)))
}

/// What Drift responds to a create.
fn response(body: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut attributes = serde_json::from_slice::<Value>(body)?["attributes"].take();
    for counter in [
        "_END_USER_VERSION",
        "_end_user_version",
        "_calculated_version",
    ] {
        attributes[counter] = 4.into();
    }
    attributes["external_id"] = attributes["externalId"].clone();
    attributes["socialProfiles"] = json!({});
    attributes["events"] = json!({});
    attributes["start_date"] = 1_735_689_600_123_i64.into();
    let contact = json!({ "id": 24_100_000_017_i64, "createdAt": 1_735_689_600_123_i64, "attributes": attributes });
    let text = json!({ "data": contact }).to_string();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ndate: Mon, 23 Nov 2026 10:00:00 GMT\r\n\
         x-request-id: 00f9c2a41d7e4b8f\r\ncontent-length: {}\r\n\r\n",
        text.len()
    );
    Ok((head + &text).into_bytes())
}
