//! What Drift says of an access token, as people read it.

use drift::TokenInfo;

use super::text::{harmless, moment};

/// The organization, the scopes and the times, each with its name.
pub fn token_rows(info: &TokenInfo) -> Vec<(String, String)> {
    let facts = [
        ("organization", info.organization().map(|id| id.to_string())),
        ("scopes", Some(harmless(&info.scopes().join(", ")))),
        ("made", info.created_at_millis().map(moment)),
        ("lives", info.expires_in_millis().map(life)),
    ];
    facts
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
}

/// How long the token is valid from its creation; 0 means until it is revoked.
fn life(millis: i64) -> String {
    match millis {
        0 => "until it is revoked".to_owned(),
        millis => format!("{} s from then", millis / 1_000),
    }
}
