//! Stands between one client and a server, takes its requests one by one, and lets something happen before one of
//! them: so that a race comes out the same each time. It can withhold requests and responses too, say that it does, and
//! deliver a request late: so that no test of a stall has to guess at times.

use std::collections::HashMap;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

type Happening = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A relay in front of a server. Every request gets a connection of its own.
pub struct Relay {
    address: SocketAddr,
    upstream: SocketAddr,
    script: Arc<Mutex<Script>>,
    stalled: Arc<Notify>,
}

#[derive(Default)]
struct Script {
    /// Requests so far.
    requests: usize,
    /// What happens before the request of that number is passed on.
    before: HashMap<usize, Happening>,
    withheld: Option<Withheld>,
    /// The last request that was withheld.
    kept: Option<Vec<u8>>,
}

/// What does not get through.
#[derive(Clone, Copy, Debug)]
pub struct Withheld {
    /// Of requests with this method.
    pub method: &'static str,
    /// So many times, then no more.
    pub times: usize,
    /// Of each exchange, the request or the response.
    pub part: Part,
}

/// A part of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The server does not get the request.
    Request,
    /// The server carries the request out, and the client gets no response.
    Response,
}

impl Script {
    fn withholds(&mut self, request: &[u8]) -> Option<Part> {
        let withheld = self.withheld.as_mut()?;
        if withheld.times == 0 || !request.starts_with(withheld.method.as_bytes()) {
            return None;
        }
        withheld.times -= 1;
        Some(withheld.part)
    }
}

impl Relay {
    /// Starts a relay to a server.
    pub async fn start(upstream: SocketAddr) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let script = Arc::new(Mutex::new(Script::default()));
        let stalled = Arc::new(Notify::new());
        let shared = (script.clone(), stalled.clone());
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (script, stalled) = shared.clone();
                tokio::spawn(pass(socket, upstream, script, stalled));
            }
        });
        Ok(Self {
            address,
            upstream,
            script,
            stalled,
        })
    }

    /// The base URL for the client.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Forgets what came so far, and what was to happen.
    pub fn reset(&self) {
        *lock(&self.script) = Script::default();
    }

    /// Lets this happen before the request of this number (from 1) is passed on.
    pub fn before(&self, number: usize, happening: impl Future<Output = ()> + Send + 'static) {
        lock(&self.script)
            .before
            .insert(number, Box::pin(happening));
    }

    /// Withholds requests or responses from now on.
    pub fn withhold(&self, withheld: Withheld) {
        lock(&self.script).withheld = Some(withheld);
    }

    /// Returns when something is withheld: when the client can do nothing but wait.
    pub async fn stalled(&self) {
        self.stalled.notified().await;
    }

    /// What delivers the last request that was withheld, and waits until the server has responded.
    pub fn deliver(&self) -> impl Future<Output = ()> + Send + 'static {
        let (script, upstream) = (self.script.clone(), self.upstream);
        async move {
            let kept = lock(&script).kept.take();
            if let Some(request) = kept {
                carry_out(upstream, &request).await;
            }
        }
    }

    /// What has not happened yet, so that it can be made to happen after all.
    pub fn left(&self) -> Option<impl Future<Output = ()> + Send + 'static> {
        let mut script = lock(&self.script);
        let number = script.before.keys().min().copied()?;
        script.before.remove(&number)
    }

    /// How many requests came.
    pub fn requests(&self) -> usize {
        lock(&self.script).requests
    }
}

fn lock(script: &Mutex<Script>) -> MutexGuard<'_, Script> {
    script.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn pass(
    mut client: TcpStream,
    upstream: SocketAddr,
    script: Arc<Mutex<Script>>,
    stalled: Arc<Notify>,
) {
    let _ = client.set_nodelay(true);
    let Some(request) = request(&mut client).await else {
        return;
    };
    let (happening, withheld) = {
        let mut script = lock(&script);
        script.requests += 1;
        let number = script.requests;
        (script.before.remove(&number), script.withholds(&request))
    };
    if let Some(happening) = happening {
        happening.await;
    }
    match withheld {
        Some(Part::Request) => lock(&script).kept = Some(request),
        Some(Part::Response) => carry_out(upstream, &request).await,
        None => {
            if exchange(&mut client, upstream, &request).await.is_err() {
                // A reset by the server is one for the client too.
                let _ = client.set_zero_linger();
            }
            return;
        }
    }
    stalled.notify_one();
    until_it_leaves(&mut client).await;
}

/// Passes a request on, and waits until the server has responded.
async fn carry_out(upstream: SocketAddr, request: &[u8]) {
    let mut response = Vec::new();
    if let Ok(mut server) = TcpStream::connect(upstream).await {
        let _ = server.write_all(request).await;
        let _ = server.read_to_end(&mut response).await;
    }
}

async fn exchange(
    client: &mut TcpStream,
    upstream: SocketAddr,
    request: &[u8],
) -> std::io::Result<()> {
    let mut server = TcpStream::connect(upstream).await?;
    server.write_all(request).await?;
    let mut response = vec![0; 64 * 1024];
    loop {
        tokio::select! {
            read = server.read(&mut response) => match read? {
                0 => return client.shutdown().await,
                count => client.write_all(&response[..count]).await?,
            },
            () = until_it_leaves(client) => return Ok(()),
        }
    }
}

async fn until_it_leaves(client: &mut TcpStream) {
    let mut more = [0; 64];
    while matches!(client.read(&mut more).await, Ok(1..)) {}
}

/// Reads one request, and asks that its response end the connection, so that the next one is seen as well.
async fn request(client: &mut TcpStream) -> Option<Vec<u8>> {
    let mut read = Vec::new();
    loop {
        if let Some(at) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            let end = at + 4;
            if read.len() >= end + content_length(&read[..end]) {
                read.splice(at..at, *b"\r\nConnection: close");
                return Some(read);
            }
        }
        if client.read_buf(&mut read).await.ok()? == 0 {
            return None;
        }
    }
}

fn content_length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"));
    length
        .and_then(|length| length.trim().parse().ok())
        .unwrap_or(0)
}

/// An address that nobody listens on, kept from others as long as the value lives.
pub struct Unreachable {
    _socket: tokio::net::TcpSocket,
    url: String,
}

impl Unreachable {
    /// Takes a port and does not listen on it.
    pub fn new() -> std::io::Result<Self> {
        let socket = tokio::net::TcpSocket::new_v4()?;
        socket.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
        let url = format!("http://{}", socket.local_addr()?);
        Ok(Self {
            _socket: socket,
            url,
        })
    }

    /// The base URL.
    pub fn url(&self) -> &str {
        &self.url
    }
}
