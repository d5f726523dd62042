//! The load: kept connections that each send one request after another.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{CONNECTIONS, Fault};

/// What is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Create,
    FindEmail,
    FindExternal,
    Get,
}

/// What a run measured.
#[derive(Clone, Copy, Default)]
pub struct Report {
    pub requests: u64,
    pub rate: f64,
    pub p50_us: f64,
    pub p99_us: f64,
    /// CPU of the server per request.
    pub cpu_us: f64,
}

/// Loads the server; creates are numbered on `from`, look-ups choose among `known` contacts.
pub fn run(
    address: &str,
    kind: Kind,
    seconds: f64,
    from: u64,
    known: u64,
) -> Result<Report, Fault> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let next = std::sync::Arc::new(AtomicU64::new(from));
    let until = Instant::now() + Duration::from_secs_f64(seconds);
    runtime.block_on(async {
        let started = Instant::now();
        let mut tasks = tokio::task::JoinSet::new();
        for connection in 0..CONNECTIONS as u64 {
            let (address, next) = (address.to_owned(), std::sync::Arc::clone(&next));
            tasks.spawn(
                async move { converse(&address, kind, until, &next, known, connection).await },
            );
        }
        let mut times = Vec::new();
        while let Some(done) = tasks.join_next().await {
            times.extend(done??);
        }
        let elapsed = started.elapsed().as_secs_f64();
        times.sort_unstable();
        let at = |share: f64| f64::from(times[((times.len() - 1) as f64 * share) as usize]);
        let (p50_us, p99_us) = (at(0.5), at(0.99));
        Ok(Report {
            requests: times.len() as u64,
            rate: times.len() as f64 / elapsed,
            p50_us,
            p99_us,
            cpu_us: 0.0,
        })
    })
}

async fn converse(
    address: &str,
    kind: Kind,
    until: Instant,
    next: &AtomicU64,
    known: u64,
    connection: u64,
) -> Result<Vec<u32>, Fault> {
    let mut socket = TcpStream::connect(address).await?;
    socket.set_nodelay(true)?;
    let (mut times, mut response) = (Vec::new(), vec![0; 16 * 1024]);
    let mut pick = connection.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    loop {
        pick = pick
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let number = match kind {
            Kind::Create => next.fetch_add(1, Ordering::Relaxed),
            _ => (pick >> 33) % known.max(1),
        };
        let sent = Instant::now();
        socket.write_all(request(kind, number).as_bytes()).await?;
        let status = receive(&mut socket, &mut response).await?;
        times.push(u32::try_from(sent.elapsed().as_micros())?);
        if !status.starts_with("HTTP/1.1 200") && kind != Kind::Get {
            return Err(format!("unexpected response: {status}").into());
        }
        if Instant::now() >= until {
            return Ok(times);
        }
    }
}

/// Reads one whole response; its first line.
async fn receive(socket: &mut TcpStream, buffer: &mut [u8]) -> Result<String, Fault> {
    let mut filled = 0;
    loop {
        let read = socket.read(&mut buffer[filled..]).await?;
        if read == 0 {
            return Err("the server closed the connection".into());
        }
        filled += read;
        let Some(end) = buffer[..filled]
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
        else {
            continue;
        };
        let head = std::str::from_utf8(&buffer[..end])?;
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.trim().parse::<usize>().ok())?
        });
        if filled >= end + 4 + length.unwrap_or(0) {
            return Ok(head.lines().next().unwrap_or_default().to_owned());
        }
    }
}

/// Emails and external ids in no order, as in life.
fn request(kind: Kind, number: u64) -> String {
    let mixed = number
        .wrapping_add(1)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
        .rotate_left(31)
        .wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let (email, external_id) = (
        format!("user{mixed:x}@example.test"),
        format!("u_{mixed:016x}"),
    );
    let head = "Host: 127.0.0.1\r\nAuthorization: Bearer sandbox\r\n";
    match kind {
        Kind::Create => {
            let body = format!(
                "{{\"attributes\":{{\"email\":\"{email}\",\"externalId\":\"{external_id}\",\
                 \"name\":\"A. User\",\"plan\":\"pro\"}}}}"
            );
            let length = body.len();
            format!(
                "POST /contacts HTTP/1.1\r\n{head}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
            )
        }
        Kind::FindEmail => format!("GET /contacts?email={email} HTTP/1.1\r\n{head}\r\n"),
        Kind::FindExternal => {
            format!("GET /contacts?idType=external&id={external_id} HTTP/1.1\r\n{head}\r\n")
        }
        // Ids grow by 32.5 on average; most of these are not there, which costs the same search.
        Kind::Get => format!(
            "GET /contacts/{} HTTP/1.1\r\n{head}\r\n",
            24_100_000_000 + number * 32
        ),
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Kind::Create => "create",
            Kind::FindEmail => "email",
            Kind::FindExternal => "external",
            Kind::Get => "get",
        })
    }
}

impl FromStr for Kind {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let all = [Kind::Create, Kind::FindEmail, Kind::FindExternal, Kind::Get];
        all.into_iter()
            .find(|kind| kind.to_string() == text)
            .ok_or_else(|| "no such kind".into())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{} {} {} {}",
            self.requests, self.rate, self.p50_us, self.p99_us
        )
    }
}

impl FromStr for Report {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let fields = text
            .split(' ')
            .map(str::parse)
            .collect::<Result<Vec<f64>, _>>()?;
        match fields[..] {
            [requests, rate, p50_us, p99_us] => Ok(Report {
                requests: requests as u64,
                rate,
                p50_us,
                p99_us,
                cpu_us: 0.0,
            }),
            _ => Err("no report".into()),
        }
    }
}
