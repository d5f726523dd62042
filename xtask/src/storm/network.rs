//! A network that loses, cuts and delays a fifth of the requests between the callers and the gateway.

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::generator::Failure;
use crate::util::random::Random;

/// Longer than a caller waits, so that its request continues without it.
const TOO_LATE: Duration = Duration::from_secs(6);

/// What happens to a request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Passed,
    RequestLost,
    RequestCut,
    ResponseLost,
    ResponseCut,
    ResponseLate,
}

const FAULTS: [Fate; 5] = [
    Fate::RequestLost,
    Fate::RequestCut,
    Fate::ResponseLost,
    Fate::ResponseCut,
    Fate::ResponseLate,
];

/// It ends with the program.
pub struct LosingNetwork {
    url: String,
    fates: Arc<Mutex<Fates>>,
}

/// Draws the fates, and counts them.
struct Fates {
    random: Random,
    requests: usize,
    faulted: usize,
}

impl Fates {
    fn draw(&mut self) -> Fate {
        self.requests += 1;
        if self.random.below(5) != 0 {
            return Fate::Passed;
        }
        self.faulted += 1;
        FAULTS[self.random.below(FAULTS.len() as u64) as usize]
    }
}

impl LosingNetwork {
    /// A network before the server at this address.
    pub fn start(server: String, seed: u64) -> std::result::Result<Self, Failure> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}", listener.local_addr()?);
        let fates = Arc::new(Mutex::new(Fates {
            random: Random::new(seed),
            requests: 0,
            faulted: 0,
        }));
        let all = fates.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (server, fates) = (server.clone(), all.clone());
                // A connection that breaks is what this network is for.
                thread::spawn(move || connect(client, &server, fates));
            }
        });
        Ok(Self { url, fates })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// How many requests it had, and how many of them it faulted.
    pub fn counts(&self) -> (usize, usize) {
        let fates = self.fates.lock().unwrap_or_else(PoisonError::into_inner);
        (fates.requests, fates.faulted)
    }
}

/// One connection. A request begins with the first bytes of the client after a response.
struct Connection {
    client: TcpStream,
    server: TcpStream,
    fates: Arc<Mutex<Fates>>,
    request: Mutex<Option<Fate>>,
}

fn connect(client: TcpStream, address: &str, fates: Arc<Mutex<Fates>>) -> Result<()> {
    let connection = Arc::new(Connection {
        client,
        server: TcpStream::connect(address)?,
        fates,
        request: Mutex::new(None),
    });
    let other = connection.clone();
    thread::spawn(move || {
        let _broken = other.responses();
        other.close();
    });
    let _broken = connection.requests();
    connection.close();
    Ok(())
}

impl Connection {
    fn requests(&self) -> Result<()> {
        let mut bytes = [0; 16 * 1024];
        loop {
            let read = some((&self.client).read(&mut bytes)?)?;
            let sent = match self.fate_of_request() {
                Fate::RequestLost => 0,
                Fate::RequestCut => read / 2,
                _ => read,
            };
            (&self.server).write_all(&bytes[..sent])?;
            if sent < read {
                return Ok(());
            }
        }
    }

    fn responses(&self) -> Result<()> {
        let mut bytes = [0; 16 * 1024];
        loop {
            let read = some((&self.server).read(&mut bytes)?)?;
            let fate = self.lock().take().unwrap_or(Fate::Passed);
            let sent = match fate {
                Fate::ResponseLost => 0,
                Fate::ResponseCut => read / 2,
                _ => read,
            };
            if fate == Fate::ResponseLate {
                thread::sleep(TOO_LATE);
            }
            (&self.client).write_all(&bytes[..sent])?;
            if sent < read {
                return Ok(());
            }
        }
    }

    fn fate_of_request(&self) -> Fate {
        let draw = || {
            let mut fates = self.fates.lock().unwrap_or_else(PoisonError::into_inner);
            fates.draw()
        };
        *self.lock().get_or_insert_with(draw)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Fate>> {
        self.request.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn close(&self) {
        for socket in [&self.client, &self.server] {
            let _closed = socket.shutdown(Shutdown::Both);
        }
    }
}

/// Fails at the end of a stream.
fn some(read: usize) -> Result<usize> {
    match read {
        0 => Err(Error::from(ErrorKind::UnexpectedEof)),
        read => Ok(read),
    }
}
