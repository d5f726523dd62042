//! Access tokens that expire, and the refresh tokens that they are renewed with: what an organization granted to an app.
//!
//! Grants are kept in memory, so they end with the emulator.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ring::rand::{SecureRandom, SystemRandom};
use subtle::ConstantTimeEq;

use super::settings::{RefreshTokens, Settings};

/// The id of the app of an emulator that was given none.
pub const DEFAULT_CLIENT_ID: &str = "sandbox-app";

/// The secret of the app of an emulator that was given none.
pub const DEFAULT_CLIENT_SECRET: &str = "sandbox-secret";

/// How long the code of an authorization is good for: 10 min.
const CODE_LIFETIME_MS: i64 = 600_000;

/// An OAuth app: what it proves itself with when it asks for tokens.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
}

impl Default for App {
    fn default() -> Self {
        App {
            client_id: DEFAULT_CLIENT_ID.to_owned(),
            client_secret: DEFAULT_CLIENT_SECRET.to_owned(),
        }
    }
}

impl App {
    /// Compared in the same time, whatever they are.
    pub(crate) fn is(&self, client_id: &str, client_secret: &str) -> bool {
        let id = self.client_id.as_bytes().ct_eq(client_id.as_bytes());
        let secret = self.client_secret.as_bytes();
        bool::from(id & secret.ct_eq(client_secret.as_bytes()))
    }
}

/// Tokens that were granted. `Debug` is not implemented, since they are secrets.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Granted {
    /// The access token.
    pub access_token: String,
    /// What it is renewed with.
    pub refresh_token: String,
    /// The organization that granted them.
    pub organization: i64,
    /// The lifetime of the access token, in milliseconds.
    pub lifetime_ms: i64,
}

/// An access token that is good.
#[derive(Clone, Copy)]
pub(crate) struct Access {
    pub(crate) organization: i64,
    /// The number of the grant that it belongs to, from 0.
    pub(crate) grant: usize,
    pub(crate) created_at: i64,
    expires_at: i64,
    pub(crate) lifetime_ms: i64,
}

/// Why nothing is granted for a code or a refresh token: it is not known, has expired, was used, or was revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InvalidGrant;

/// All grants.
#[derive(Default)]
pub(crate) struct Grants(Mutex<State>);

#[derive(Default)]
struct State {
    grants: usize,
    codes: HashMap<String, Code>,
    access: HashMap<String, Access>,
    refresh: HashMap<String, Refresh>,
    refreshes: u64,
}

struct Code {
    organization: i64,
    redirect_uri: String,
    expires_at: i64,
}

struct Refresh {
    organization: i64,
    grant: usize,
    /// The one that this one replaced and that is good until this one is used.
    replaced: Option<String>,
}

impl Grants {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The access token, if it is good at this time.
    pub(crate) fn find(&self, token: &str, now: i64) -> Option<Access> {
        let state = self.state();
        let access = state.access.get(token).copied();
        access.filter(|access| now < access.expires_at)
    }

    /// A code for tokens of this organization.
    pub(crate) fn authorize(&self, organization: i64, redirect_uri: &str, now: i64) -> String {
        let code = secret("code");
        let kept = Code {
            organization,
            redirect_uri: redirect_uri.to_owned(),
            expires_at: now.saturating_add(CODE_LIFETIME_MS),
        };
        self.state().codes.insert(code.clone(), kept);
        code
    }

    /// The tokens for a code, which is good once. The address that it was sent to may be left out.
    pub(crate) fn exchange(
        &self,
        code: &str,
        redirect_uri: Option<&str>,
        now: i64,
        settings: &Settings,
    ) -> Result<Granted, InvalidGrant> {
        let mut state = self.state();
        let code = state.codes.remove(code).ok_or(InvalidGrant)?;
        if now >= code.expires_at || redirect_uri.is_some_and(|uri| uri != code.redirect_uri) {
            return Err(InvalidGrant);
        }
        Ok(state.grant(code.organization, now, settings))
    }

    /// Tokens of this organization, without a code.
    pub(crate) fn grant(&self, organization: i64, now: i64, settings: &Settings) -> Granted {
        self.state().grant(organization, now, settings)
    }

    /// Another access token for a refresh token, and by the settings another refresh token.
    pub(crate) fn refresh(
        &self,
        token: &str,
        now: i64,
        settings: &Settings,
    ) -> Result<Granted, InvalidGrant> {
        let mut state = self.state();
        let known = state.refresh.get_mut(token).ok_or(InvalidGrant)?;
        let (organization, grant) = (known.organization, known.grant);
        // The one that was replaced is good no longer than until its successor is used.
        if let Some(replaced) = known.replaced.take() {
            state.refresh.remove(&replaced);
        }
        state.refreshes += 1;
        let next = match settings.refresh_tokens {
            RefreshTokens::Stay => token.to_owned(),
            RefreshTokens::Rotate => {
                state.refresh.remove(token);
                state.add_refresh(organization, grant, None)
            }
            RefreshTokens::Overlap => {
                state.add_refresh(organization, grant, Some(token.to_owned()))
            }
        };
        let access_token = state.add_access(organization, grant, now, settings);
        Ok(Granted {
            access_token,
            refresh_token: next,
            organization,
            lifetime_ms: settings.token_lifetime_ms,
        })
    }

    /// Revokes a token of either kind; whether it was known.
    pub(crate) fn revoke(&self, token: &str) -> bool {
        let mut state = self.state();
        let access = state.access.remove(token).is_some();
        state.refresh.remove(token).is_some() || access
    }

    /// Revokes everything that was granted.
    pub(crate) fn revoke_all(&self) {
        let mut state = self.state();
        state.codes.clear();
        state.access.clear();
        state.refresh.clear();
    }

    /// How many times an access token was renewed.
    pub(crate) fn refreshes(&self) -> u64 {
        self.state().refreshes
    }
}

impl State {
    fn grant(&mut self, organization: i64, now: i64, settings: &Settings) -> Granted {
        let grant = self.grants;
        self.grants += 1;
        Granted {
            access_token: self.add_access(organization, grant, now, settings),
            refresh_token: self.add_refresh(organization, grant, None),
            organization,
            lifetime_ms: settings.token_lifetime_ms,
        }
    }

    /// Those that have expired are forgotten, or an emulator that runs for long would hold them all.
    fn add_access(
        &mut self,
        organization: i64,
        grant: usize,
        now: i64,
        settings: &Settings,
    ) -> String {
        let token = secret("access");
        self.access.retain(|_, access| now < access.expires_at);
        let access = Access {
            organization,
            grant,
            created_at: now,
            expires_at: now.saturating_add(settings.token_lifetime_ms),
            lifetime_ms: settings.token_lifetime_ms,
        };
        self.access.insert(token.clone(), access);
        token
    }

    fn add_refresh(&mut self, organization: i64, grant: usize, replaced: Option<String>) -> String {
        let token = secret("refresh");
        let refresh = Refresh {
            organization,
            grant,
            replaced,
        };
        self.refresh.insert(token.clone(), refresh);
        token
    }
}

/// 128 random bits in hexadecimal, after a word that says what they are.
fn secret(kind: &str) -> String {
    let mut bits = [0; 16];
    // It fails only where the system has no randomness, and nothing works there.
    let _filled = SystemRandom::new().fill(&mut bits);
    let digits: String = bits.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{kind}-{digits}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(refresh_tokens: RefreshTokens) -> Settings {
        Settings {
            refresh_tokens,
            token_lifetime_ms: 2_000,
            ..Settings::default()
        }
    }

    #[test]
    fn an_access_token_is_good_until_it_expires_or_is_revoked() {
        let (grants, settings) = (Grants::default(), settings(RefreshTokens::Rotate));
        let granted = grants.grant(7, 0, &settings);
        let found = |now| {
            grants
                .find(&granted.access_token, now)
                .map(|access| access.organization)
        };
        assert_eq!((found(1_999), found(2_000)), (Some(7), None));
        assert!(grants.revoke(&granted.access_token));
        assert_eq!(found(0), None);
        assert!(!grants.revoke("of nobody"));
    }

    #[test]
    fn whether_an_old_refresh_token_is_good_is_a_setting() {
        for (rotation, stays, old_at_once, old_after_use) in [
            (RefreshTokens::Stay, true, true, true),
            (RefreshTokens::Rotate, false, false, false),
            (RefreshTokens::Overlap, false, true, false),
        ] {
            let (grants, settings) = (Grants::default(), settings(rotation));
            let first = grants.grant(7, 0, &settings).refresh_token;
            let refresh = |token: &str| grants.refresh(token, 0, &settings);
            let second = refresh(&first).expect("good").refresh_token;
            assert_eq!(first == second, stays, "{rotation:?}");
            assert_eq!(refresh(&first).is_ok(), old_at_once, "{rotation:?}");
            assert!(refresh(&second).is_ok(), "{rotation:?}");
            assert_eq!(refresh(&first).is_ok(), old_after_use, "{rotation:?}");
        }
    }

    #[test]
    fn a_code_is_good_once_for_its_address_and_for_ten_minutes() {
        let settings = settings(RefreshTokens::Rotate);
        for (redirect_uri, now, good) in [
            (None, 0, true),
            (Some("http://127.0.0.1:1/"), 599_999, true),
            (Some("http://127.0.0.1:2/"), 0, false),
            (None, 600_000, false),
        ] {
            let grants = Grants::default();
            let code = grants.authorize(7, "http://127.0.0.1:1/", 0);
            let exchanged = grants.exchange(&code, redirect_uri, now, &settings);
            assert_eq!(exchanged.is_ok(), good, "{redirect_uri:?} {now}");
            let again = grants.exchange(&code, redirect_uri, now, &settings);
            assert_eq!(again.err(), Some(InvalidGrant));
        }
    }
}
