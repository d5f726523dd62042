//! The address of the consent page.

use drift::reqwest::Url;

use super::redirect::Redirect;
use super::state::State;
use crate::failure::Failure;

/// Where people allow an app of Drift to see their organization.
const CONSENT_PAGE: &str = "https://dev.drift.com/authorize";

/// The consent page of a server: Drift's own, or the one of an emulator.
pub fn consent_page(base_url: &str) -> String {
    if base_url == drift::DRIFT_BASE_URL {
        return CONSENT_PAGE.to_owned();
    }
    format!("{base_url}/authorize")
}

/// The address to open. The scopes are not in it: they are settings of the app.
pub fn consent_url(
    page: &str,
    client_id: &str,
    redirect: &Redirect,
    state: &State,
) -> Result<String, Failure> {
    let mut url = Url::parse(page)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))
        .ok_or_else(|| Failure::input(format!("the consent page {page:?} is no web address")))?;
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", client_id)
        .append_pair("redirect_uri", redirect.as_str())
        .append_pair("state", state.as_str());
    Ok(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_has_what_the_consent_page_needs() {
        let redirect = Redirect::new(Redirect::DEFAULT).expect("a redirect");
        let state = State::random();
        let query = format!(
            "response_type=code&client_id=a%26b&redirect_uri=http%3A%2F%2Flocalhost%3A8976%2Fcallback&state={}",
            state.as_str()
        );
        for (base_url, page) in [
            (drift::DRIFT_BASE_URL, "https://dev.drift.com/authorize"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/authorize"),
        ] {
            let url = consent_url(&consent_page(base_url), "a&b", &redirect, &state);
            assert_eq!(url.map_err(drop), Ok(format!("{page}?{query}")));
        }
        for page in ["dev.drift.com/authorize", "file:///etc/passwd"] {
            assert!(consent_url(page, "a", &redirect, &state).is_err());
        }
    }
}
