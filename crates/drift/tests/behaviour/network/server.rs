//! A small server on threads of its own, so that it works while the runtime of a test stands still. It counts what comes,
//! and ends connections on request.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Talks to one connection until its end.
pub trait Serve: Fn(TcpStream, &Seen) -> io::Result<()> + Send + Sync + 'static {}

impl<F: Fn(TcpStream, &Seen) -> io::Result<()> + Send + Sync + 'static> Serve for F {}

/// What came to a server.
#[derive(Default)]
pub struct Seen {
    connections: AtomicUsize,
    requests: Mutex<Vec<String>>,
    open: Mutex<Vec<TcpStream>>,
}

impl Seen {
    /// Notes a request, head and body.
    pub fn request(&self, request: String) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.push(request);
    }
}

pub struct Server {
    pub address: SocketAddr,
    seen: Arc<Seen>,
}

impl Server {
    /// Serves each connection on a thread.
    pub fn start(serve: impl Serve) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let (seen, serve) = (Arc::new(Seen::default()), Arc::new(serve));
        let shared = Arc::clone(&seen);
        std::thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                let mut open = shared.open.lock().unwrap_or_else(PoisonError::into_inner);
                open.extend(socket.try_clone());
                drop(open);
                let (seen, serve) = (Arc::clone(&shared), Arc::clone(&serve));
                std::thread::spawn(move || serve(socket, &seen));
            }
        });
        Self { address, seen }
    }

    /// A server that responds to every request with what `respond` makes of it, over plain HTTP.
    pub fn http(respond: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        Self::start(move |socket, seen| converse(socket, seen, &respond))
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// The requests so far, head and body.
    pub fn requests(&self) -> Vec<String> {
        let requests = self.seen.requests.lock();
        requests.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Ends all connections, as a server does with idle ones.
    pub fn end_connections(&self) {
        let mut open = self
            .seen
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        for socket in open.drain(..) {
            let _ = socket.shutdown(Shutdown::Both);
        }
    }
}

/// Responds to one request after the other.
pub fn converse(
    mut stream: impl Read + Write,
    seen: &Seen,
    respond: &impl Fn(&str) -> String,
) -> io::Result<()> {
    let mut read = Vec::new();
    let mut more = [0; 4096];
    loop {
        let Some(end) = end_of_request(&read) else {
            match stream.read(&mut more)? {
                0 => return Ok(()),
                count => read.extend_from_slice(&more[..count]),
            }
            continue;
        };
        let request = String::from_utf8_lossy(&read[..end]).into_owned();
        read.drain(..end);
        let response = respond(&request);
        seen.request(request);
        stream.write_all(response.as_bytes())?;
        stream.flush()?;
    }
}

fn end_of_request(read: &[u8]) -> Option<usize> {
    let head = read.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&read[..head]).to_lowercase();
    let length = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.map_or(0, |length| length.trim().parse().expect("a length"));
    (read.len() >= head + length).then_some(head + length)
}

/// A response with a body of JSON.
pub fn response(status: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

/// Responds as Drift does to what these tests send: Ada is created, nobody is found, an event is stored.
pub fn drift(request: &str) -> String {
    let ada = r#"{"data":{"id":7,"createdAt":1,"attributes":{"email":"ada@example.test"}}}"#;
    let body = match request {
        _ if request.starts_with("POST /contacts/timeline") => r#"{"data":{"event":"paid"}}"#,
        _ if request.starts_with("POST /contacts ") => ada,
        _ if request.starts_with("GET /contacts/7 ") => ada,
        _ => r#"{"data":[]}"#,
    };
    response("200 OK", body)
}
