//! A plain client for the tests.

#![allow(dead_code, reason = "`frozen` uses a part of it")]

use drift_emulator::Emulator;
use reqwest::Method;
use serde_json::Value;

/// An HTTP client that knows where the emulator is.
#[derive(Clone)]
pub struct Client {
    pub http: reqwest::Client,
    pub url: String,
    pub token: String,
}

/// A response, read to its end.
pub struct Response {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
    /// Null when the text is not JSON.
    pub json: Value,
}

pub fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// A client that uses no proxy of the environment.
pub fn http() -> reqwest::ClientBuilder {
    // The whole workspace in one build brings TLS without a provider of it; a second choice of one is refused.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy()
}

impl Client {
    pub fn new(emulator: &Emulator) -> Self {
        Client {
            http: http().build().unwrap(),
            url: emulator.url().to_owned(),
            token: emulator.token().to_owned(),
        }
    }

    pub fn with_token(&self, token: &str) -> Self {
        Client {
            token: token.to_owned(),
            ..self.clone()
        }
    }

    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.url))
            .bearer_auth(&self.token)
    }

    pub async fn send(&self, method: Method, path: &str, body: &str) -> Response {
        let request = self
            .request(method, path)
            .header("content-type", "application/json")
            .body(body.to_owned());
        Response::of(request).await.unwrap()
    }

    pub async fn get(&self, path: &str) -> Response {
        Response::of(self.request(Method::GET, path)).await.unwrap()
    }

    pub async fn delete(&self, path: &str) -> Response {
        Response::of(self.request(Method::DELETE, path))
            .await
            .unwrap()
    }

    pub async fn post(&self, path: &str, body: &str) -> Response {
        self.send(Method::POST, path, body).await
    }

    pub async fn patch(&self, path: &str, body: &str) -> Response {
        self.send(Method::PATCH, path, body).await
    }

    pub async fn create(&self, attributes: &str) -> Response {
        self.post("/contacts", &format!("{{\"attributes\":{attributes}}}"))
            .await
    }
}

impl Client {
    /// Creates a contact; its id.
    pub async fn created(&self, attributes: &str) -> i64 {
        let response = self.create(attributes).await;
        assert_eq!(response.status, 200, "{}", response.text);
        response.json["data"]["id"].as_i64().unwrap()
    }
}

impl Response {
    pub async fn of(request: reqwest::RequestBuilder) -> reqwest::Result<Response> {
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await?;
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Ok(Response {
            status,
            headers,
            text,
            json,
        })
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}
