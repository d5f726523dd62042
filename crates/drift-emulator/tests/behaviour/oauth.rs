//! OAuth: the consent page, codes, tokens that expire, refresh tokens that rotate, and what Drift leaves open.

use crate::common::{Client, Response, http};
use drift_emulator::settings::{
    CallbackQuery, RefreshTokens, TokenErrors, TokenExpiry, TokenRequests,
};
use drift_emulator::{
    Clock, DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, Effect, Emulator, Fault, Settings,
};
use reqwest::Method;
use reqwest::redirect::Policy;

const CALLBACK: &str = "http://127.0.0.1:8976/callback";

async fn started(settings: Settings) -> (Emulator, Client) {
    let builder = Emulator::builder().settings(settings);
    let emulator = builder.clock(Clock::Fixed(0)).start().await.unwrap();
    let client = Client::new(&emulator);
    (emulator, client)
}

/// Asks for tokens, with the secret of the emulator's app.
async fn exchange(client: &Client, members: &[(&str, &str)]) -> Response {
    let app = [
        ("client_id", DEFAULT_CLIENT_ID),
        ("client_secret", DEFAULT_CLIENT_SECRET),
    ];
    let form: Vec<_> = app.iter().chain(members).collect();
    let body = serde_urlencoded::to_string(form).unwrap();
    let request = client.http.post(format!("{}/oauth2/token", client.url));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    Response::of(request.body(body)).await.unwrap()
}

async fn refresh(client: &Client, token: &str) -> Response {
    let members = [("grant_type", "refresh_token"), ("refresh_token", token)];
    exchange(client, &members).await
}

fn text(response: &Response, member: &str) -> String {
    let text = response.json[member].as_str();
    text.unwrap_or_else(|| panic!("{member}: {}", response.text))
        .to_owned()
}

/// The address that the browser is sent back to on this decision.
async fn decided(client: &Client, decision: &str, state: &str) -> String {
    let browser = http().redirect(Policy::none()).build().unwrap();
    let asked = [
        ("response_type", "code"),
        ("client_id", DEFAULT_CLIENT_ID),
        ("redirect_uri", CALLBACK),
        ("state", state),
    ];
    let query = serde_urlencoded::to_string(asked).unwrap();
    let page = format!("{}/authorize?{query}", client.url);
    let page = Response::of(browser.get(page)).await.unwrap();
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains(DEFAULT_CLIENT_ID) && page.text.contains(CALLBACK));
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.contains("form-action 'self' http://127.0.0.1:8976;"),
        "{policy}"
    );
    let form = [
        ("client_id", DEFAULT_CLIENT_ID),
        ("redirect_uri", CALLBACK),
        ("state", state),
        ("decision", decision),
    ];
    let sent = browser
        .post(format!("{}/authorize", client.url))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", &client.url)
        .body(serde_urlencoded::to_string(form).unwrap());
    let sent = Response::of(sent).await.unwrap();
    assert_eq!(sent.status, 303, "{}", sent.text);
    sent.header("location").unwrap().to_owned()
}

#[tokio::test]
async fn a_consent_gives_a_code_and_a_code_gives_tokens_once() {
    let (_emulator, client) = started(Settings::default()).await;
    let location = decided(&client, "allow", "a state & more").await;
    let query = location.strip_prefix(&format!("{CALLBACK}?")).unwrap();
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap();
    assert_eq!(pairs[1], ("state".to_owned(), "a state & more".to_owned()));
    let code = pairs[0].1.clone();
    let members = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
    ];
    let granted = exchange(&client, &members).await;
    assert_eq!(granted.status, 200, "{}", granted.text);
    assert_eq!(granted.json["expires_in"], 7_200);
    assert_eq!(granted.json["orgId"], 1);
    let with = client.with_token(&text(&granted, "access_token"));
    with.created(r#"{"email":"ada@example.test"}"#).await;
    let again = exchange(&client, &members).await;
    assert_eq!(again.status, 400);
    assert_eq!(again.json["error"]["type"], "invalid_grant");
}

#[tokio::test]
async fn a_refusal_and_a_second_question_mark_come_back_too() {
    let settings = Settings {
        callback_query: CallbackQuery::QuestionMark,
        ..Settings::default()
    };
    let (_emulator, client) = started(settings).await;
    let denied = decided(&client, "deny", "s").await;
    assert_eq!(denied, format!("{CALLBACK}?error=access_denied?state=s"));
    let allowed = decided(&client, "allow", "s").await;
    assert!(
        allowed.contains("?code=code-") && allowed.ends_with("?state=s"),
        "{allowed}"
    );
}

#[tokio::test]
async fn a_code_goes_to_this_machine_alone_and_to_an_app_that_is_known() {
    let (_emulator, client) = started(Settings::default()).await;
    for (client_id, redirect_uri, response_type) in [
        (DEFAULT_CLIENT_ID, "https://evil.example/", "code"),
        (DEFAULT_CLIENT_ID, "javascript:alert(1)", "code"),
        ("another-app", CALLBACK, "code"),
        (DEFAULT_CLIENT_ID, CALLBACK, "token"),
    ] {
        let asked = [
            ("client_id", client_id),
            ("redirect_uri", redirect_uri),
            ("response_type", response_type),
        ];
        let query = serde_urlencoded::to_string(asked).unwrap();
        let page = client.get(&format!("/authorize?{query}")).await;
        assert!(
            [400, 401].contains(&page.status),
            "{client_id} {redirect_uri}"
        );
        assert_eq!(page.header("location"), None);
    }
}

#[tokio::test]
async fn a_token_expires_by_the_clock_and_is_described_until_then() {
    let settings = Settings {
        token_lifetime_ms: 2_000,
        ..Settings::default()
    };
    let (emulator, client) = started(settings).await;
    let granted = emulator.state().grant_tokens(7);
    let with = client.with_token(&granted.access_token);
    let question = format!(r#"{{"access_token":"{}"}}"#, granted.access_token);
    let described = with.post("/app/token_info", &question).await;
    assert_eq!(described.json["authenticated_userid"], "orgId:7");
    assert_eq!(described.json["expires_in"], 2_000);
    emulator.state().set_clock(Clock::Fixed(2_000));
    let refused = with.post("/app/token_info", &question).await;
    assert_eq!(refused.status, 401);
    assert_eq!(refused.json["error"]["type"], "authentication_error");
    let renewed = refresh(&client, &granted.refresh_token).await;
    let with = client.with_token(&text(&renewed, "access_token"));
    with.created(r#"{"email":"ada@example.test"}"#).await;
    assert_eq!(emulator.state().token_refreshes(), 1);
}

/// The classic trap: the refresh was executed, and nobody knows the next refresh token.
#[tokio::test]
async fn a_refresh_whose_response_is_lost_spends_its_token_unless_tokens_overlap_or_stay() {
    for (refresh_tokens, status) in [
        (RefreshTokens::Rotate, 400),
        (RefreshTokens::Overlap, 200),
        (RefreshTokens::Stay, 200),
    ] {
        let settings = Settings {
            refresh_tokens,
            ..Settings::default()
        };
        let (emulator, client) = started(settings).await;
        let token = emulator.state().grant_tokens(1).refresh_token;
        let lost = Effect::Status {
            status: 502,
            headers: Default::default(),
            body: Some(String::new()),
            commit: true,
        };
        let lost = Fault::new(lost).path("/oauth2/token").times(1);
        emulator.faults().add(lost).unwrap();
        assert_eq!(refresh(&client, &token).await.status, 502);
        let again = refresh(&client, &token).await;
        assert_eq!(again.status, status, "{refresh_tokens:?}: {}", again.text);
    }
}

#[tokio::test]
async fn what_drift_leaves_open_is_a_setting() {
    let settings = Settings {
        token_errors: TokenErrors::Rfc6749,
        token_expiry: TokenExpiry::Milliseconds,
        token_requests: TokenRequests::FormOrJson,
        ..Settings::default()
    };
    let (emulator, client) = started(settings).await;
    let refused = refresh(&client, "of nobody").await;
    assert_eq!(
        (refused.status, text(&refused, "error")),
        (400, "invalid_grant".to_owned())
    );
    let token = emulator.state().grant_tokens(1).refresh_token;
    let renewed = refresh(&client, &token).await;
    assert_eq!(renewed.json["expires_in"], 7_200_000);
    let token = text(&renewed, "refresh_token");
    let json = format!(
        r#"{{"clientId":"{DEFAULT_CLIENT_ID}","clientSecret":"{DEFAULT_CLIENT_SECRET}","grantType":"refresh_token","refreshToken":"{token}"}}"#
    );
    let renewed = client.post("/oauth2/token", &json).await;
    assert!(text(&renewed, "accessToken").starts_with("access-"));
    let wrong = client
        .post("/oauth2/token", r#"{"clientId":"another"}"#)
        .await;
    assert_eq!(
        (wrong.status, text(&wrong, "error")),
        (401, "invalid_client".to_owned())
    );
}

#[tokio::test]
async fn json_is_refused_unless_it_is_asked_for_and_so_is_another_grant() {
    let (_emulator, client) = started(Settings::default()).await;
    let json = client.post("/oauth2/token", "{}").await;
    assert_eq!(json.json["error"]["type"], "invalid_request");
    for (grant_type, error) in [
        ("password", "unsupported_grant_type"),
        ("refresh_token", "invalid_request"),
    ] {
        let refused = exchange(&client, &[("grant_type", grant_type)]).await;
        assert_eq!(refused.json["error"]["type"], error);
    }
}

#[tokio::test]
async fn tokens_are_granted_counted_and_revoked_by_the_control_endpoint() {
    let (_emulator, client) = started(Settings::default()).await;
    let granted = client
        .post("/_emulator/tokens", r#"{"organization":7}"#)
        .await;
    let (access, token) = (
        text(&granted, "access_token"),
        text(&granted, "refresh_token"),
    );
    let info = format!(r#"{{"access_token":"{access}"}}"#);
    let with = client.with_token(&access);
    assert_eq!(with.post("/app/token_info", &info).await.status, 200);
    // A token that was granted is not the emulator's own.
    assert_eq!(with.get("/_emulator/tokens").await.status, 403);
    let revoke = |body: String| {
        let client = client.clone();
        async move {
            client
                .send(Method::DELETE, "/_emulator/tokens", &body)
                .await
        }
    };
    assert_eq!(
        revoke(format!(r#"{{"token":"{access}"}}"#)).await.status,
        200
    );
    assert_eq!(with.post("/app/token_info", &info).await.status, 401);
    assert_eq!(
        revoke(format!(r#"{{"token":"{access}"}}"#)).await.status,
        404
    );
    assert_eq!(refresh(&client, &token).await.status, 200);
    let counted = client.get("/_emulator/tokens").await;
    assert_eq!(counted.json["refreshes"], 1);
    assert_eq!(revoke("{}".to_owned()).await.status, 200);
    assert_eq!(refresh(&client, &token).await.status, 400);
}

#[tokio::test]
async fn beyond_loopback_there_is_no_app_that_everybody_knows() {
    let builder = Emulator::builder()
        .host([0, 0, 0, 0].into())
        .token("of-its-own");
    let emulator = builder.start().await.unwrap();
    let client = Client::new(&emulator);
    let token = emulator.state().grant_tokens(1).refresh_token;
    assert_eq!(refresh(&client, &token).await.status, 401);
}
