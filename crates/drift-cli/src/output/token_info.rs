//! What Drift says of an access token, as people read it.

use drift::TokenInfo;

use super::text::moment;

/// The organization, the scopes and the times, each with its name.
pub fn token_rows(info: &TokenInfo) -> Vec<(String, String)> {
    let facts = [
        ("organization", info.organization().map(|id| id.to_string())),
        ("scopes", Some(info.scopes().join(", "))),
        ("created", info.created_at_millis().map(moment)),
        ("expires", expiry(info)),
    ];
    facts
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
}

/// When the token expires; a life of 0 ms means never.
fn expiry(info: &TokenInfo) -> Option<String> {
    let life = info.expires_in_millis()?;
    if life == 0 {
        return Some("never".to_owned());
    }
    let created = info.created_at_millis();
    let end = created.and_then(|created| created.checked_add(life));
    Some(match end {
        Some(end) => moment(end),
        None => format!("{} s after it was created", life / 1_000),
    })
}
