//! A server for one connection that says exactly the bytes that it is given, and a client of it.

use std::sync::Arc;

use drift_sdk::{Client, Progress, Transport, types};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

pub type Failure = Box<dyn std::error::Error>;

/// The token of every client here.
pub const TOKEN: &str = "a-secret-token";

/// A server and how to reach it.
pub struct Server {
    pub url: String,
    served: JoinHandle<std::io::Result<String>>,
}

impl Server {
    /// Reads one request, sends `response`, and closes.
    pub async fn responding(response: &str) -> Result<Self, Failure> {
        let response = response.to_owned();
        Self::start(|mut stream| async move {
            let request = read_request(&mut stream).await?;
            stream.write_all(response.as_bytes()).await?;
            stream.shutdown().await?;
            Ok(request)
        })
        .await
    }

    /// Reads one byte of a request, and closes.
    pub async fn closing_after_a_byte() -> Result<Self, Failure> {
        Self::start(|mut stream| async move {
            let byte = stream.read_u8().await?;
            Ok(char::from(byte).to_string())
        })
        .await
    }

    async fn start<F, Served>(serve: F) -> Result<Self, Failure>
    where
        F: FnOnce(TcpStream) -> Served + Send + 'static,
        Served: Future<Output = std::io::Result<String>> + Send,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let served = tokio::spawn(async move {
            let (stream, _) = listener.accept().await?;
            serve(stream).await
        });
        Ok(Self { url, served })
    }

    /// The request, head and body, once the response is sent.
    pub async fn request(self) -> Result<String, Failure> {
        Ok(self.served.await??)
    }

    /// A client of it.
    pub fn client(&self) -> Result<Client, Failure> {
        client(&self.url, Transport::bearer(TOKEN)?)
    }

    /// A client of it that reports how far its call gets.
    pub fn watched(&self) -> Result<(Client, Arc<Progress>), Failure> {
        watched(&self.url)
    }
}

/// A client of whatever is there.
pub fn client(url: &str, transport: Transport) -> Result<Client, Failure> {
    Ok(Client::new_with_client(url, http()?, transport))
}

/// What is below a client; no proxy of the environment comes between.
pub fn http() -> Result<reqwest::Client, Failure> {
    // The whole workspace in one build brings TLS without a provider of it; a second choice of one is refused.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(reqwest::Client::builder().no_proxy().build()?)
}

/// The same, watched.
pub fn watched(url: &str) -> Result<(Client, Arc<Progress>), Failure> {
    let progress = Arc::new(Progress::default());
    let transport = Transport::bearer(TOKEN)?.watched_by(progress.clone());
    Ok((client(url, transport)?, progress))
}

/// The least that can be created.
pub fn new_contact() -> Result<types::ContactCreateRequest, Failure> {
    Ok(serde_json::from_str(
        r#"{"attributes":{"email":"ada@example.test"}}"#,
    )?)
}

/// The head, and as much body as it announces.
async fn read_request(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n")
            && body.len() >= announced(head)
        {
            return Ok(text);
        }
        if stream.read_buf(&mut read).await? == 0 {
            return Ok(text);
        }
    }
}

fn announced(head: &str) -> usize {
    head.lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, length)| length.parse().ok())
        .unwrap_or(0)
}
