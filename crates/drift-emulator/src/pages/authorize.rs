//! The page that asks whether an app may have access, and what follows on the decision.

use askama::Template;
use axum::extract::{RawForm, RawQuery, State};
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use serde::Deserialize;

use super::access;
use super::response::{Refusal, Shared, page};
use crate::app::App;
use crate::rules::settings::CallbackQuery;

/// What an app asks for. Its scopes are the app's, so none are named.
#[derive(Deserialize)]
struct Asked {
    client_id: String,
    redirect_uri: String,
    #[serde(default)]
    state: String,
    /// `code`, of the one way that there is.
    response_type: Option<String>,
    /// Of the form: `allow` or `deny`.
    decision: Option<String>,
}

#[derive(Template)]
#[template(path = "authorize.html")]
struct Consent<'a> {
    client_id: &'a str,
    redirect_uri: &'a str,
    state: &'a str,
    organization: i64,
}

/// `GET /authorize`: the page.
pub(super) async fn ask(
    State(app): Shared,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let organization = access::organization(&app, &headers)?;
    let asked = Asked::read(query.unwrap_or_default().as_bytes(), &app)?;
    if asked.response_type.as_deref() != Some("code") {
        return Err(Refusal::App);
    }
    let mut response = page(&Consent {
        client_id: &asked.client_id,
        redirect_uri: &asked.redirect_uri,
        state: &asked.state,
        organization,
    })?;
    allow_redirect(&mut response, &asked.redirect_uri);
    Ok(response)
}

/// `POST /authorize`: the decision. The browser is sent back with a code, or with the refusal.
pub(super) async fn decide(
    State(app): Shared,
    headers: HeaderMap,
    RawForm(form): RawForm,
) -> Result<Response, Refusal> {
    let organization = access::organization(&app, &headers)?;
    let asked = Asked::read(&form, &app)?;
    let outcome = match asked.decision.as_deref() {
        Some("allow") => {
            let grants = &app.grants;
            (
                "code",
                grants.authorize(organization, &asked.redirect_uri, app.clock.now()),
            )
        }
        Some("deny") => ("error", "access_denied".to_owned()),
        _ => return Err(Refusal::Query),
    };
    let joint = match app.settings.callback_query {
        CallbackQuery::Ampersand => "&",
        CallbackQuery::QuestionMark => "?",
    };
    let state =
        serde_urlencoded::to_string([("state", &asked.state)]).map_err(|_| Refusal::Query)?;
    let begin = if asked.redirect_uri.contains('?') {
        "&"
    } else {
        "?"
    };
    let location = format!(
        "{}{begin}{}={}{joint}{state}",
        asked.redirect_uri, outcome.0, outcome.1
    );
    let location = HeaderValue::try_from(location).map_err(|_| Refusal::Query)?;
    let mut response = Response::default();
    *response.status_mut() = StatusCode::SEE_OTHER;
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

impl Asked {
    /// Only the emulator's app is known, and it may be sent back to this machine alone: to nobody else a code is given.
    fn read(text: &[u8], app: &App) -> Result<Self, Refusal> {
        let asked: Asked = serde_urlencoded::from_bytes(text).map_err(|_| Refusal::Query)?;
        let known = app
            .oauth
            .as_ref()
            .is_some_and(|known| known.client_id == asked.client_id);
        if !known || !is_on_this_machine(&asked.redirect_uri) {
            return Err(Refusal::App);
        }
        Ok(asked)
    }
}

fn is_on_this_machine(uri: &str) -> bool {
    let Ok(uri) = uri.parse::<Uri>() else {
        return false;
    };
    let Some(authority) = uri.authority() else {
        return false;
    };
    // Without a user, whose name would get into the page's policy.
    let plain = !authority.as_str().contains('@');
    let local = matches!(authority.host(), "127.0.0.1" | "[::1]" | "localhost");
    uri.scheme_str() == Some("http") && plain && local
}

/// Browsers hold the redirect that follows a form to the policy of its page, so the page names where it leads.
fn allow_redirect(response: &mut Response, redirect_uri: &str) {
    let authority = redirect_uri.parse::<Uri>().ok();
    let authority = authority.as_ref().and_then(Uri::authority);
    let policy = response.headers().get(header::CONTENT_SECURITY_POLICY);
    let policy = policy
        .and_then(|policy| policy.to_str().ok())
        .zip(authority);
    let policy = policy.map(|(policy, authority)| {
        policy.replace(
            "form-action 'self'",
            &format!("form-action 'self' http://{authority}"),
        )
    });
    if let Some(Ok(policy)) = policy.map(HeaderValue::try_from) {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}

#[cfg(test)]
mod tests {
    use super::is_on_this_machine;

    #[test]
    fn a_code_is_given_to_this_machine_alone() {
        for (uri, is) in [
            ("http://127.0.0.1:8976/callback", true),
            ("http://localhost:1/", true),
            ("http://[::1]:1/", true),
            ("https://127.0.0.1/", false),
            ("http://127.0.0.1.evil.example/", false),
            ("http://evil.example/?http://127.0.0.1", false),
            ("http://user@127.0.0.1/", false),
            ("http://x;script-src@127.0.0.1/", false),
            ("javascript:alert(1)", false),
            ("/callback", false),
            ("", false),
        ] {
            assert_eq!(is_on_this_machine(uri), is, "{uri}");
        }
    }
}
