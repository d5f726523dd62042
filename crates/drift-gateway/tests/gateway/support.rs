//! A gateway before an emulator, and a caller that speaks HTTP.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use drift::reqwest::{Method, StatusCode};
use drift::{CallOptions, Client, RetryPolicy, VerifyPolicy};
use drift_emulator::{Effect, Emulator, Fault};
use drift_gateway::store::{Role, SqliteStore, Store};
use drift_gateway::{Builder, Gateway};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The key that callers present where the gateway holds the credentials.
pub const GATEWAY_KEY: &str = "a-key-of-the-gateway";

/// Another caller's.
pub const OTHER_KEY: &str = "another-key-of-the-gateway";

/// A gateway before an emulator.
pub struct Scene {
    pub emulator: Emulator,
    pub gateway: Option<Gateway>,
    http: drift::reqwest::Client,
    folder: TempDir,
    is_held: bool,
}

/// A response.
pub struct Response {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub json: Value,
}

impl Response {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    pub fn outcome(&self) -> Option<&str> {
        self.header("drift-outcome")
    }

    pub fn error_type(&self) -> Option<&str> {
        self.json["error"]["type"].as_str()
    }

    pub fn is_replayed(&self) -> bool {
        self.header("idempotency-replayed") == Some("true")
    }
}

impl Scene {
    /// Callers bring their own token.
    pub async fn new() -> Self {
        Self::with(|builder| builder).await
    }

    /// The same, with other options of the gateway.
    pub async fn with(configure: impl FnOnce(Builder) -> Builder) -> Self {
        let emulator = Emulator::start().await.expect("an emulator");
        Self::before(emulator, false, configure).await
    }

    /// The gateway holds the credentials.
    pub async fn held() -> Self {
        let emulator = Emulator::start().await.expect("an emulator");
        Self::before(emulator, true, |builder| builder).await
    }

    pub async fn before(
        emulator: Emulator,
        is_held: bool,
        configure: impl FnOnce(Builder) -> Builder,
    ) -> Self {
        let builder = Client::http_client_builder().expect("certificates");
        let mut scene = Self {
            emulator,
            gateway: None,
            http: builder.build().expect("a client"),
            folder: tempfile::tempdir().expect("a folder"),
            is_held,
        };
        scene.start(configure).await;
        scene
    }

    /// Starts a gateway on the store of this scene.
    pub async fn start(&mut self, configure: impl FnOnce(Builder) -> Builder) {
        let path = self.store_file();
        let store = SqliteStore::open(&path, Role::Gateway).expect("a store");
        let store: Arc<dyn Store> = Arc::new(store);
        let hash = drift_gateway::hash_key(GATEWAY_KEY);
        store.add_key("test", hash).await.expect("stored");
        let hash = drift_gateway::hash_key(OTHER_KEY);
        store.add_key("other", hash).await.expect("stored");
        let mut builder = Gateway::builder(store)
            .port(0)
            .drift_base_url(self.emulator.url())
            .attempt_timeout(Duration::from_secs(2))
            .total_timeout(Duration::from_secs(20));
        if self.is_held {
            builder = builder.credentials(client_of(&self.emulator));
        }
        let started = configure(builder).start().await;
        self.gateway = Some(started.expect("a gateway"));
    }

    /// Stops the gateway in order.
    pub async fn stop(&mut self) {
        if let Some(gateway) = self.gateway.take() {
            gateway.shutdown().await;
        }
    }

    /// Where the store is.
    pub fn store_file(&self) -> std::path::PathBuf {
        self.folder.path().join("gateway.db")
    }

    pub fn url(&self) -> &str {
        self.gateway.as_ref().expect("a gateway").url()
    }

    /// What callers present.
    pub fn token(&self) -> String {
        match self.is_held {
            true => GATEWAY_KEY.to_owned(),
            false => self.emulator.token().to_owned(),
        }
    }

    /// A request with these headers; `Authorization` is the caller's unless it is among them.
    pub async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Response {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self.http.request(method, format!("{}{path}", self.url()));
        if !headers.iter().any(|(name, _)| *name == "authorization") {
            request = request.header("authorization", format!("Bearer {}", self.token()));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json");
            request = request.body(body.to_string());
        }
        Self::read(request).await
    }

    /// A form, as token requests have it; without a token.
    pub async fn post_form(&self, path: &str, form: &str) -> Response {
        Self::send_form_to(self.url(), path, form).await
    }

    /// The same, to any base URL.
    pub async fn send_form_to(base_url: &str, path: &str, form: &str) -> Response {
        let builder = Client::http_client_builder().expect("certificates");
        let http = builder.build().expect("a client");
        let kind = "application/x-www-form-urlencoded";
        let request = http.post(format!("{base_url}{path}"));
        Self::read(request.header("content-type", kind).body(form.to_owned())).await
    }

    async fn read(request: drift::reqwest::RequestBuilder) -> Response {
        let response = request.send().await.expect("a response");
        let status: StatusCode = response.status();
        let named = response.headers().iter();
        let headers = named.map(|(name, value)| {
            (
                name.to_string(),
                value.to_str().unwrap_or_default().to_owned(),
            )
        });
        let headers = headers.collect();
        let body = response.bytes().await.expect("a body");
        Response {
            status: status.as_u16(),
            headers,
            json: serde_json::from_slice(&body).unwrap_or(Value::Null),
        }
    }

    /// A create.
    pub async fn create(&self, attributes: Value, headers: &[(&str, &str)]) -> Response {
        let body = json!({ "attributes": attributes });
        self.send("POST", "/contacts", headers, Some(body)).await
    }

    /// A create with a key.
    pub async fn create_keyed(&self, key: &str, attributes: Value) -> Response {
        self.create(attributes, &[("idempotency-key", key)]).await
    }

    pub async fn get(&self, path: &str) -> Response {
        self.send("GET", path, &[], None).await
    }

    /// The text at a path.
    pub async fn text(&self, path: &str) -> String {
        let response = self.http.get(format!("{}{path}", self.url())).send().await;
        response.expect("a response").text().await.expect("text")
    }

    /// How many contacts the emulator has.
    pub async fn count(&self) -> u64 {
        self.emulator.state().count().await.expect("a count")
    }

    pub fn fault(&self, fault: Fault) {
        self.emulator.faults().add(fault).expect("a fault");
    }
}

/// The options of a client that looks soon after a doubt.
pub fn options() -> CallOptions {
    CallOptions::default()
        .attempt_timeout(Duration::from_secs(2))
        .total_timeout(Duration::from_secs(6))
        .verify(VerifyPolicy::after([
            Duration::ZERO,
            Duration::from_millis(50),
        ]))
        .retry(RetryPolicy::default().initial_backoff(Duration::from_millis(10)))
}

/// A client of the emulator with these options.
pub fn client_of(emulator: &Emulator) -> Client {
    let builder = Client::builder(emulator.token()).base_url(emulator.url());
    builder.options(options()).build().expect("a client")
}

/// The response to a create is lost, executed or not.
pub fn lost_create(commit: bool) -> Fault {
    let effect = Effect::Disconnect {
        reset: false,
        commit,
    };
    Fault::new(effect).method("POST").path("/contacts")
}

/// A response of this status, executed or not.
pub fn status(status: u16, commit: bool) -> Effect {
    Effect::Status {
        status,
        headers: BTreeMap::new(),
        body: None,
        commit,
    }
}
