//! Tokens that change: `POST /oauth2/token` passes through as it is, and a gateway that holds OAuth credentials renews them.

use drift::Client;
use drift::credentials::{OAuth, OAuthApp, OAuthTokens};
use drift_emulator::{Clock, DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, Effect, Emulator, Fault};
use serde_json::json;

use crate::support::{Scene, options};

fn form(refresh_token: &str) -> String {
    format!(
        "grant_type=refresh_token&client_id={DEFAULT_CLIENT_ID}&client_secret={DEFAULT_CLIENT_SECRET}\
         &refresh_token={refresh_token}"
    )
}

#[tokio::test]
async fn a_token_request_passes_through_as_it_is() {
    let scene = Scene::new().await;
    let granted = scene.emulator.state().grant_tokens(7);
    let form = form(&granted.refresh_token);
    let exchanged = scene.post_form("/oauth2/token", &form).await;
    assert_eq!(exchanged.status, 200);
    let token = exchanged.json["access_token"].as_str().expect("a token");
    assert!(
        exchanged.json["refresh_token"].is_string(),
        "nothing is dropped"
    );
    let headers = [("authorization", format!("Bearer {token}"))];
    let headers = headers
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let ada = json!({"email": "ada@example.test"});
    assert_eq!(scene.create(ada, &headers).await.status, 200);

    // It was used up by the first exchange.
    let direct = Scene::send_form_to(scene.emulator.url(), "/oauth2/token", &form).await;
    let refused = scene.post_form("/oauth2/token", &form).await;
    assert!(matches!(refused.status, 400 | 401));
    assert_eq!((refused.status, refused.json), (direct.status, direct.json));
}

#[tokio::test]
async fn a_token_request_is_sent_once() {
    let scene = Scene::new().await;
    let granted = scene.emulator.state().grant_tokens(7);
    let lost = Effect::Disconnect {
        reset: true,
        commit: true,
    };
    scene.fault(Fault::new(lost).path("/oauth2/token"));
    let form = form(&granted.refresh_token);
    let unknown = scene.post_form("/oauth2/token", &form).await;
    assert_eq!(
        (unknown.status, unknown.error_type()),
        (504, Some("unresolved"))
    );
    assert_eq!(scene.emulator.faults().log().len(), 1);
}

#[tokio::test]
async fn a_gateway_that_holds_the_credentials_hands_no_tokens_out() {
    let scene = Scene::held().await;
    let granted = scene.emulator.state().grant_tokens(7);
    let form = form(&granted.refresh_token);
    let refused = scene.post_form("/oauth2/token", &form).await;
    assert_eq!(
        (refused.status, refused.error_type()),
        (403, Some("forbidden"))
    );
    assert_eq!(scene.emulator.state().token_refreshes(), 0);
}

/// A scene whose gateway has an OAuth login.
async fn logged_in() -> Scene {
    let emulator = Emulator::start().await.expect("an emulator");
    let granted = emulator.state().grant_tokens(7);
    let tokens = json!({
        "refresh_token": granted.refresh_token,
        "access_token": granted.access_token,
        "renew_at_ms": u64::MAX,
        "expires_at_ms": u64::MAX,
    });
    let tokens: OAuthTokens = serde_json::from_value(tokens).expect("tokens");
    let app = OAuthApp::new(DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET);
    let login = OAuth::kept_by(app, tokens, |_| Ok::<_, std::io::Error>(()));
    let client = Client::builder_with_credentials(login)
        .base_url(emulator.url())
        .options(options())
        .build()
        .expect("a client");
    Scene::before(emulator, true, |builder| builder.credentials(client)).await
}

#[tokio::test]
async fn tokens_are_renewed_within_a_keyed_create() {
    let scene = logged_in().await;
    let email = |number: usize| json!({"email": format!("lead{number}@example.test")});
    assert_eq!(scene.create_keyed("k0", email(0)).await.status, 200);
    // By the emulator's clock the token has expired, and the gateway could not foresee it.
    scene.emulator.state().set_clock(Clock::Offset(7_200_000));
    let (one, two) = tokio::join!(
        scene.create_keyed("k1", email(1)),
        scene.create_keyed("k2", email(2)),
    );
    for created in [one, two] {
        assert_eq!((created.status, created.outcome()), (200, Some("created")));
    }
    assert_eq!(scene.emulator.state().token_refreshes(), 1);
    assert!(scene.create_keyed("k1", email(1)).await.is_replayed());
    assert_eq!(scene.count().await, 3);
}

#[tokio::test]
async fn a_delivery_outlives_its_token() {
    let scene = logged_in().await;
    scene.emulator.state().set_clock(Clock::Offset(7_200_000));
    let headers = [("idempotency-key", "k1"), ("prefer", "respond-async")];
    let accepted = scene.create(json!({"email": "ada@example.test"}), &headers);
    assert_eq!(accepted.await.status, 202);
    while scene.get("/_gateway/deliveries/k1").await.json["data"]["state"] != "delivered" {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(scene.count().await, 1);
}
