//! `drift profiles list`.

use std::path::Path;

use serde_json::{Value, json};

use crate::output::{Screen, harmless};
use crate::session::base_url::shown_url;
use crate::session::config::{Config, Profile};

/// Lists the profiles.
pub fn run(path: &Path, config: &Config, screen: &mut Screen) {
    let is_default = |name: &str| config.default.as_deref() == Some(name);
    if screen.is_json() {
        let profiles = config.profiles.iter().map(|(name, profile)| {
            json!({ "name": name, "default": is_default(name), "token_from": profile.shown_token_source(path), "base_url": base_url(profile) })
        });
        screen.value(&profiles.collect::<Value>());
        return;
    }
    let rows: Vec<Vec<String>> = config
        .profiles
        .iter()
        .map(|(name, profile)| {
            let mark = if is_default(name) { " (default)" } else { "" };
            vec![
                format!("{}{mark}", harmless(name)),
                harmless(&base_url(profile)),
                harmless(&profile.shown_token_source(path)),
            ]
        })
        .collect();
    if rows.is_empty() {
        screen.note(
            "no_profiles",
            "There are no profiles; add one: drift profiles add NAME < FILE_WITH_THE_TOKEN",
        );
    } else {
        screen.table(&["profile", "base URL", "token from"], &rows);
    }
}

fn base_url(profile: &Profile) -> String {
    let known = profile.base_url.as_deref();
    shown_url(known.unwrap_or(drift::DRIFT_BASE_URL))
}
