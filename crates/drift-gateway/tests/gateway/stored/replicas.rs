//! Two gateways on one store: what one of them learns holds for both, and the work of one that died is continued.

use std::sync::Arc;
use std::time::Duration;

use drift::credentials::{OAuth, OAuthApp, OAuthTokens};
use drift::reqwest::{Client, Response};
use drift_emulator::{Clock, DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, Effect, Emulator, Fault};
use drift_gateway::store::{Role, SqliteStore, Store};
use drift_gateway::{Builder, Gateway, StoredTokens};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The limit of an attempt: a replica that died is followed after three of them.
const ATTEMPT: Duration = Duration::from_millis(500);

/// A Drift, and a store that gateways share.
struct Scene {
    emulator: Emulator,
    store: Arc<dyn Store>,
    http: Client,
    _folder: TempDir,
}

impl Scene {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("gateway.db");
        let builder = drift::Client::http_client_builder().expect("certificates");
        Self {
            emulator: Emulator::start().await.expect("an emulator"),
            store: Arc::new(SqliteStore::open(&file, Role::Gateway).expect("a store")),
            http: builder.build().expect("a client"),
            _folder: folder,
        }
    }

    fn builder(&self) -> Builder {
        Gateway::builder(self.store.clone())
            .port(0)
            .drift_base_url(self.emulator.url())
            .attempt_timeout(ATTEMPT)
            .total_timeout(Duration::from_secs(20))
    }

    async fn gateway(&self) -> Gateway {
        self.builder().start().await.expect("a gateway")
    }

    fn fault(&self, effect: Effect) {
        let fault = Fault::new(effect).method("POST").path("/contacts").times(1);
        self.emulator.faults().add(fault).expect("a fault");
    }

    /// Sends a keyed create to the gateway at this URL.
    fn create(&self, url: &str, key: &str) -> impl Future<Output = Response> + Send + use<> {
        let body = json!({"attributes": {"email": format!("{key}@example.test")}});
        let request = self
            .http
            .post(format!("{url}/contacts"))
            .bearer_auth(self.emulator.token())
            .header("Idempotency-Key", key)
            .header("Content-Type", "application/json")
            .body(body.to_string());
        async move { request.send().await.expect("a response") }
    }

    async fn count(&self) -> u64 {
        self.emulator.state().count().await.expect("a count")
    }
}

#[tokio::test]
async fn a_429_to_one_replica_pauses_the_other() {
    let scene = Scene::new().await;
    let (one, other) = (scene.gateway().await, scene.gateway().await);
    for (gateway, key) in [(&one, "first"), (&other, "second")] {
        assert_eq!(scene.create(gateway.url(), key).await.status(), 200);
    }
    scene.fault(Effect::Status {
        status: 429,
        headers: [("Retry-After".to_owned(), "3600".to_owned())].into(),
        body: None,
        commit: false,
    });
    let limited = scene.create(one.url(), "third").await;
    assert_eq!(limited.status(), 429);
    // Nothing is wrong with Drift any more, so that a 429 is of the other gateway itself.
    for number in 0.. {
        let key = format!("lead{number}");
        let made = scene.count().await;
        match scene.create(other.url(), &key).await.status().as_u16() {
            200 => assert!(number < 1_000, "the other replica is not paused"),
            status => {
                assert_eq!((status, scene.count().await), (429, made));
                break;
            }
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn the_work_of_a_replica_that_died_is_taken_over() {
    let scene = Scene::new().await;
    let died = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let other = scene.gateway().await;
    // The contact is made, and its response stays away.
    scene.fault(Effect::Stall {
        ms: None,
        commit: true,
    });
    let url = {
        let starting = scene.builder();
        let gateway = died.spawn(async move { starting.start().await.expect("a gateway") });
        let gateway = gateway.await.expect("no panic");
        let url = gateway.url().to_owned();
        died.spawn(async move {
            let _served = gateway;
            std::future::pending::<()>().await;
        });
        url
    };
    let abandoned = tokio::spawn(scene.create(&url, "key"));
    while scene.count().await == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    died.shutdown_background();
    abandoned.abort();
    let response = scene.create(other.url(), "key").await;
    let outcome = response.headers().get("drift-outcome").cloned();
    assert_eq!(response.status(), 200);
    assert_eq!(outcome.expect("an outcome"), "existed");
    let body: Value =
        serde_json::from_slice(&response.bytes().await.expect("a body")).expect("JSON");
    assert_eq!(body["data"]["attributes"]["email"], "key@example.test");
    assert_eq!(scene.count().await, 1);
}

#[tokio::test]
async fn replicas_renew_the_token_of_their_login_once() {
    let scene = Scene::new().await;
    let state = scene.emulator.state();
    let granted = state.grant_tokens(7);
    let login = OAuthTokens::of_refresh_token(granted.refresh_token);
    let replica = async || {
        let app = OAuthApp::new(DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET);
        let shared = StoredTokens::new(scene.store.clone(), &login);
        let credentials = OAuth::shared_by(app, login.clone(), shared);
        let client = drift::Client::builder_with_credentials(credentials)
            .base_url(scene.emulator.url())
            .build();
        let gateway = scene.builder().credentials(client.expect("a client"));
        gateway.start().await.expect("a gateway")
    };
    let hash = drift_gateway::hash_key(scene.emulator.token());
    scene.store.add_key("test", hash).await.expect("stored");
    let (one, other) = (replica().await, replica().await);
    for round in 1..=2 {
        for (name, gateway) in [("one", &one), ("other", &other)] {
            let created = scene.create(gateway.url(), &format!("{name}{round}")).await;
            assert_eq!(created.status(), 200, "{name} {round}");
        }
        // A refresh token works once: had both renewed, one of them would be locked out.
        assert_eq!(state.token_refreshes(), round);
        state.set_clock(Clock::Offset(
            7_200_000 * i64::try_from(round).expect("few"),
        ));
    }
}
