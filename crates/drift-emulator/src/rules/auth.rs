//! The caller of a request: organizations, their tokens, and the scopes of each.

use http::{HeaderMap, header};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use super::error::ApiError;
use super::grants::Access;
use super::settings::Settings;

/// The token of an emulator that was given none.
pub const DEFAULT_TOKEN: &str = "sandbox";

/// The organization of an emulator that was given none.
pub const DEFAULT_ORGANIZATION: i64 = 1;

/// What a token may do, by Drift's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Read contacts.
    ContactRead,
    /// Create, update and delete contacts, post timeline events, unsubscribe emails.
    ContactWrite,
    /// List the definitions of custom attributes.
    AllContactRead,
    /// Ask for all data of an email.
    GdprRead,
    /// Erase all data of an email.
    GdprWrite,
}

impl Scope {
    /// All scopes that the emulator knows.
    pub const ALL: [Scope; 5] = [
        Scope::ContactRead,
        Scope::ContactWrite,
        Scope::AllContactRead,
        Scope::GdprRead,
        Scope::GdprWrite,
    ];

    /// The name as Drift writes it.
    pub fn name(self) -> &'static str {
        match self {
            Scope::ContactRead => "contact_read",
            Scope::ContactWrite => "contact_write",
            Scope::AllContactRead => "all_contact_read",
            Scope::GdprRead => "gdpr_read",
            Scope::GdprWrite => "gdpr_write",
        }
    }
}

/// One organization: a set of contacts that only its own tokens can see.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organization {
    /// Drift's `orgId`.
    pub(crate) id: i64,
    pub(crate) tokens: Vec<Grant>,
}

/// A token and what it may do.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Grant {
    pub(crate) token: String,
    #[serde(default = "every_scope")]
    pub(crate) scopes: Vec<Scope>,
}

fn every_scope() -> Vec<Scope> {
    Scope::ALL.to_vec()
}

impl Organization {
    /// An organization without tokens.
    pub fn new(id: i64) -> Self {
        Organization {
            id,
            tokens: Vec::new(),
        }
    }

    /// Adds a token with these scopes.
    #[must_use]
    pub fn token(mut self, token: impl Into<String>, scopes: &[Scope]) -> Self {
        self.tokens.push(Grant {
            token: token.into(),
            scopes: scopes.to_vec(),
        });
        self
    }
}

/// The known tokens.
pub(crate) struct Tokens(Vec<Organization>);

/// The caller of a request, known by its token.
#[derive(Clone, Copy)]
pub(crate) struct Caller<'a> {
    pub(crate) organization: i64,
    /// The index of the token among all tokens; 0 is the emulator's own. Tokens that renew one another have one index.
    pub(crate) token: usize,
    /// When it was granted, and its lifetime, in milliseconds; none for a token that does not expire.
    pub(crate) life: Option<(i64, i64)>,
    scopes: &'a [Scope],
}

impl Tokens {
    pub(crate) fn new(organizations: Vec<Organization>) -> Self {
        Tokens(organizations)
    }

    fn all(&self) -> impl Iterator<Item = (i64, &Grant)> {
        self.0.iter().flat_map(|organization| {
            organization
                .tokens
                .iter()
                .map(|grant| (organization.id, grant))
        })
    }

    /// Whether no token is empty or given twice.
    pub(crate) fn are_distinct(&self) -> bool {
        let mut seen = std::collections::HashSet::new();
        self.all()
            .all(|(_, grant)| !grant.token.is_empty() && seen.insert(grant.token.as_str()))
    }

    /// Looks at every token in the same time, whichever matches.
    pub(crate) fn find(&self, token: &str) -> Option<Caller<'_>> {
        let mut found = None;
        for (index, (organization, grant)) in self.all().enumerate() {
            if bool::from(grant.token.as_bytes().ct_eq(token.as_bytes())) {
                found = Some(Caller {
                    organization,
                    token: index,
                    life: None,
                    scopes: &grant.scopes,
                });
            }
        }
        found
    }

    /// The caller of a token that was granted to an app, which may do everything.
    pub(crate) fn of_grant(&self, access: &Access) -> Caller<'_> {
        Caller {
            organization: access.organization,
            token: self.all().count() + access.grant,
            life: Some((access.created_at, access.lifetime_ms)),
            scopes: &Scope::ALL,
        }
    }
}

impl Caller<'_> {
    pub(crate) fn require(&self, scope: Scope, settings: &Settings) -> Result<(), ApiError> {
        if self.scopes.contains(&scope) {
            return Ok(());
        }
        let message = format!("The token lacks the scope {}", scope.name());
        Err(ApiError::forbidden(settings.missing_scope_status, message))
    }

    /// The scopes as Drift lists them, separated by spaces.
    pub(crate) fn scopes(&self) -> String {
        let names: Vec<&str> = self.scopes.iter().map(|scope| scope.name()).collect();
        names.join(" ")
    }
}

/// The token of a header `Authorization: Bearer …`; the scheme's case does not matter.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next()?.to_str().ok()?;
    if values.next().is_some() {
        return None;
    }
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::{Organization, Scope, Tokens, bearer};

    fn headers(values: &[&str]) -> HeaderMap {
        values
            .iter()
            .map(|value| (http::header::AUTHORIZATION, value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn the_token_is_read_from_a_bearer_header_only() {
        let table: [(&[&str], Option<&str>); 6] = [
            (&["Bearer t"], Some("t")),
            (&["bearer  t "], Some("t")),
            (&["Basic t"], None),
            (&["t"], None),
            (&[], None),
            (&["Bearer t", "Bearer u"], None),
        ];
        for (values, expected) in table {
            assert_eq!(bearer(&headers(values)), expected, "{values:?}");
        }
    }

    #[test]
    fn a_token_leads_to_its_own_organization() {
        let tokens = Tokens::new(vec![
            Organization::new(1).token("one", &Scope::ALL),
            Organization::new(2).token("two", &[Scope::ContactRead]),
        ]);
        let found = |token: &str| {
            tokens
                .find(token)
                .map(|caller| (caller.organization, caller.scopes()))
        };
        assert_eq!(found("two"), Some((2, "contact_read".to_owned())));
        assert_eq!(found("one").map(|(organization, _)| organization), Some(1));
        assert_eq!(found("on"), None);
        assert_eq!(found(""), None);
    }
}
