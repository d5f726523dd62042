//! The floor: one hyper connection for each create in flight, and serde.

use std::sync::Mutex;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper_util::rt::TokioIo;

use super::handwritten::{Request as Body, Response};
use crate::Fault;
use crate::drive::Creates;
use crate::person::{Person, TOKEN};

/// Connections that are free.
pub struct Client {
    free: Mutex<Vec<SendRequest<Full<Bytes>>>>,
    host: String,
    /// Whether the response is read as a contact, or only its status is.
    reads: bool,
    /// Whether each create has an `Idempotency-Key`, for a gateway.
    is_keyed: bool,
}

impl Client {
    /// Makes the connections; `url` must be plain `http://`.
    ///
    /// # Errors
    ///
    /// When the server cannot be reached.
    pub async fn connect(url: &str, in_flight: usize, reads: bool) -> Result<Self, Fault> {
        let host = url.trim_start_matches("http://").to_owned();
        let mut free = Vec::new();
        for _ in 0..in_flight {
            let socket = tokio::net::TcpStream::connect(&host).await?;
            socket.set_nodelay(true)?;
            let (sender, connection) = handshake(TokioIo::new(socket)).await?;
            tokio::spawn(connection);
            free.push(sender);
        }
        let free = Mutex::new(free);
        Ok(Self {
            free,
            host,
            reads,
            is_keyed: false,
        })
    }

    /// The same, with an `Idempotency-Key` for each create.
    #[must_use]
    pub fn keyed(mut self) -> Self {
        self.is_keyed = true;
        self
    }

    fn take(&self) -> Result<SendRequest<Full<Bytes>>, Fault> {
        let mut free = self.free.lock().map_err(|_| "poisoned")?;
        Ok(free.pop().ok_or("no connection is free")?)
    }
}

impl Creates for Client {
    async fn create(&self, person: &Person) -> Result<i64, Fault> {
        let body = serde_json::to_vec(&Body::new(person))?;
        let mut request = Request::post("/contacts")
            .header(HOST, &self.host)
            .header(AUTHORIZATION, format!("Bearer {TOKEN}"))
            .header(CONTENT_TYPE, "application/json");
        if self.is_keyed {
            request = request.header("idempotency-key", person.external_id.as_str());
        }
        let request = request.body(Full::new(Bytes::from(body)))?;
        let mut sender = self.take()?;
        let response = sender.send_request(request).await?;
        if !response.status().is_success() {
            return Err(response.status().to_string().into());
        }
        let body = response.into_body().collect().await?.to_bytes();
        self.free.lock().map_err(|_| "poisoned")?.push(sender);
        if self.reads {
            return Ok(serde_json::from_slice::<Response>(&body)?.data.id);
        }
        Ok(1)
    }
}
