//! What a browser brings back from the consent page.

use drift::reqwest::Url;

use super::state::State;

/// What the query of a callback says.
#[derive(PartialEq, Eq)]
pub enum Callback {
    /// The consent, as a code that is exchanged for tokens.
    Code(String),
    /// No consent, with the reason that Drift gives.
    Denied(String),
    /// It does not belong to this login, or is none.
    Foreign,
}

/// The parameters that come back.
const NAMES: [&str; 4] = ["code", "state", "error", "error_description"];

impl Callback {
    /// Reads a query. Drift's documentation shows `?code=…?state=…`, with a second question mark for the `&`; both are
    /// understood.
    pub fn of_query(query: &str, state: &State) -> Self {
        let pairs = pairs(query);
        let [code, returned, error, description] = NAMES.map(|name| only(&pairs, name));
        if !returned.is_some_and(|returned| state.is(returned)) {
            return Self::Foreign;
        }
        match (code, error) {
            (Some(code), None) => Self::Code(code.to_owned()),
            (None, Some(error)) => Self::Denied(description.unwrap_or(error).to_owned()),
            _ => Self::Foreign,
        }
    }
}

/// The value of a parameter that is there once.
fn only<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let mut values = pairs.iter().filter(|(found, _)| found == name);
    match (values.next(), values.next()) {
        (Some((_, value)), None) if !value.is_empty() => Some(value),
        _ => None,
    }
}

/// Splits at `&`, and at each `?` before one of the parameters.
fn pairs(query: &str) -> Vec<(String, String)> {
    let mut query = query.to_owned();
    for name in NAMES {
        query = query.replace(&format!("?{name}="), &format!("&{name}="));
    }
    let Ok(mut url) = Url::parse("http://localhost/") else {
        return Vec::new();
    };
    url.set_query(Some(&query));
    url.query_pairs().into_owned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callback_is_read() {
        let state = State::random();
        let code = |code: &str| Callback::Code(code.to_owned());
        let denied = |reason: &str| Callback::Denied(reason.to_owned());
        for (query, expected) in [
            ("code=c1&state=S", code("c1")),
            ("state=S&code=c1", code("c1")),
            // As Drift's page prints it.
            ("code=c1?state=S", code("c1")),
            ("state=S?code=c1", code("c1")),
            // A redirect URL that has a query already.
            ("app=1?code=c1&state=S", code("c1")),
            ("app=1&code=c1?state=S", code("c1")),
            ("code=a%2Fb%3Dc%2B1&state=S", code("a/b=c+1")),
            ("code=a?b&state=S", code("a?b")),
            ("error=access_denied&state=S", denied("access_denied")),
            (
                "error=access_denied&error_description=No+thanks&state=S",
                denied("No thanks"),
            ),
            ("error=access_denied?state=S", denied("access_denied")),
            ("", Callback::Foreign),
            ("code=c1", Callback::Foreign),
            ("code=c1&state=", Callback::Foreign),
            ("code=c1&state=other", Callback::Foreign),
            ("code=c1&state=S&state=other", Callback::Foreign),
            ("code=c1&code=c2&state=S", Callback::Foreign),
            ("code=&state=S", Callback::Foreign),
            ("state=S", Callback::Foreign),
            ("code=c1&error=access_denied&state=S", Callback::Foreign),
        ] {
            let query = query.replace('S', state.as_str());
            assert!(Callback::of_query(&query, &state) == expected, "{query}");
        }
    }
}
