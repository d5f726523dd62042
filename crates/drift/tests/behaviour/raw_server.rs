//! A server of raw sockets that responds with whatever a test says: what a network, a gateway or a filter does, which the
//! emulator does not. It can also do what Drift does: the create, and the look-up.

use std::sync::{Arc, Mutex, PoisonError};

use drift::{CallOptions, Client};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A request as it came.
#[derive(Clone)]
pub struct Request {
    pub method: String,
    pub target: String,
    /// The request line and the headers.
    pub head: String,
    pub body: Vec<u8>,
}

/// What is done with a request.
pub enum Reply {
    /// These bytes are sent.
    Bytes(Vec<u8>),
    /// These bytes are sent, and the connection is closed.
    Cut(Vec<u8>),
    /// The connection is closed without a response.
    Closed,
    /// Nothing is sent until the client leaves.
    Silence,
}

impl Request {
    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.head.lines().filter_map(|line| line.split_once(": "));
        let found = headers.find(|(found, _)| found.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    }
}

impl Reply {
    pub fn new(status: u16, headers: &str, body: &str) -> Self {
        let length = body.len();
        let text =
            format!("HTTP/1.1 {status} Any\r\n{headers}Content-Length: {length}\r\n\r\n{body}");
        Self::Bytes(text.into_bytes())
    }

    pub fn empty(status: u16) -> Self {
        Self::new(status, "", "")
    }

    pub fn text(status: u16, body: &str) -> Self {
        Self::new(status, "Content-Type: text/html\r\n", body)
    }

    pub fn json(status: u16, body: &Value) -> Self {
        Self::new(
            status,
            "Content-Type: application/json\r\n",
            &body.to_string(),
        )
    }
}

/// What Drift does: creates make contacts, look-ups list all of them.
#[derive(Default)]
pub struct Drift(Mutex<Vec<Value>>);

impl Drift {
    pub fn carry_out(&self, request: &Request) -> Reply {
        let mut contacts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if request.method != "POST" {
            return Reply::json(200, &json!({ "data": *contacts }));
        }
        let sent: Value = serde_json::from_slice(&request.body).expect("JSON");
        let id = 24_100_000_000_u64 + contacts.len() as u64;
        let contact = json!({"id": id, "createdAt": 1, "attributes": sent["attributes"]});
        contacts.push(contact.clone());
        Reply::json(200, &json!({ "data": contact }))
    }
}

/// The server, and what came so far.
pub struct RawServer {
    url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl RawServer {
    /// Starts a server that does this with each request; `number` counts them from 1.
    pub async fn start(respond: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let requests: Arc<Mutex<Vec<Request>>> = Arc::default();
        let (seen, respond) = (requests.clone(), Arc::new(respond));
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (seen, respond) = (seen.clone(), respond.clone());
                tokio::spawn(async move {
                    serve(socket, |request| {
                        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                        seen.push(request.clone());
                        respond(request, seen.len())
                    })
                    .await
                });
            }
        });
        Self { url, requests }
    }

    /// Starts a server that gives this response to all requests of one method, and does what Drift does with the others.
    pub async fn responding(
        method: &'static str,
        reply: impl Fn() -> Reply + Send + Sync + 'static,
    ) -> Self {
        let drift = Drift::default();
        Self::start(move |request, _| {
            if request.method == method {
                reply()
            } else {
                drift.carry_out(request)
            }
        })
        .await
    }

    /// The base URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A client with waits short enough for tests.
    pub fn client(&self) -> Client {
        self.client_with(drift_tests::quick())
    }

    pub fn client_with(&self, options: CallOptions) -> Client {
        Client::builder("a-token")
            .base_url(&self.url)
            .options(options)
            .build()
            .expect("a client")
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<Request> {
        let requests = self.requests.lock();
        requests.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many requests there were with this method.
    pub fn count(&self, method: &str) -> usize {
        let requests = self.requests();
        requests
            .iter()
            .filter(|request| request.method == method)
            .count()
    }
}

async fn serve(mut socket: TcpStream, mut respond: impl FnMut(&Request) -> Reply) {
    let _ = socket.set_nodelay(true);
    let mut read = Vec::new();
    while let Some(request) = next_request(&mut socket, &mut read).await {
        match respond(&request) {
            Reply::Bytes(bytes) if socket.write_all(&bytes).await.is_ok() => {}
            Reply::Cut(bytes) => {
                let _ = socket.write_all(&bytes).await;
                return;
            }
            Reply::Bytes(_) | Reply::Closed => return,
            Reply::Silence => {
                while matches!(socket.read_buf(&mut read).await, Ok(1..)) {}
                return;
            }
        }
    }
}

async fn next_request(socket: &mut TcpStream, read: &mut Vec<u8>) -> Option<Request> {
    loop {
        if let Some(at) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&read[..at]).into_owned();
            let end = at + 4 + content_length(&head);
            if read.len() >= end {
                let body = read[at + 4..end].to_vec();
                read.drain(..end);
                let mut words = head.split_whitespace().map(str::to_owned);
                let (method, target) = (words.next()?, words.next()?);
                return Some(Request {
                    method,
                    target,
                    head,
                    body,
                });
            }
        }
        if socket.read_buf(read).await.ok()? == 0 {
            return None;
        }
    }
}

fn content_length(head: &str) -> usize {
    let head = head.to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"));
    length
        .and_then(|length| length.trim().parse().ok())
        .unwrap_or(0)
}
