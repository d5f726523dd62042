//! A small server that responds with whatever bytes it is given.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A response as bytes on the wire.
#[derive(Clone, Default)]
pub struct Raw {
    pub bytes: Vec<u8>,
    /// Whether the head says truly where the body ends, so that the connection can be used on.
    pub framed: bool,
}

/// What the next calls get.
#[derive(Clone, Default)]
pub struct Responses {
    pub create: Raw,
    pub find: Raw,
}

/// The server, and how it responds.
pub struct Server {
    pub address: SocketAddr,
    responses: Arc<Mutex<Responses>>,
}

impl Server {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let responses = Arc::new(Mutex::new(Responses::default()));
        let shared = responses.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(serve(socket, shared.clone()));
            }
        });
        Self { address, responses }
    }

    pub fn respond(&self, responses: Responses) {
        *self.responses.lock().expect("no panic while it was held") = responses;
    }
}

async fn serve(mut socket: TcpStream, responses: Arc<Mutex<Responses>>) {
    let _ = socket.set_nodelay(true);
    let mut read = Vec::new();
    while let Some(is_create) = request(&mut socket, &mut read).await {
        let response = {
            let responses = responses.lock().expect("no panic while it was held");
            if is_create {
                responses.create.clone()
            } else {
                responses.find.clone()
            }
        };
        if socket.write_all(&response.bytes).await.is_err() || !response.framed {
            break;
        }
    }
    let _ = socket.shutdown().await;
}

/// Reads one request off the connection; `true` for a create.
async fn request(socket: &mut TcpStream, read: &mut Vec<u8>) -> Option<bool> {
    loop {
        if let Some(end) = end_of_head(read) {
            let length = content_length(&read[..end]);
            if read.len() >= end + length {
                let is_create = read.starts_with(b"POST");
                read.drain(..end + length);
                return Some(is_create);
            }
        }
        if socket.read_buf(read).await.ok()? == 0 {
            return None;
        }
    }
}

fn end_of_head(read: &[u8]) -> Option<usize> {
    read.windows(4)
        .position(|four| four == b"\r\n\r\n")
        .map(|at| at + 4)
}

fn content_length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_lowercase();
    head.lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .and_then(|length| length.trim().parse().ok())
        .unwrap_or(0)
}
