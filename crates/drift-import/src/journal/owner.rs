//! The account that a journal belongs to, and whether another one may use it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::journal::database::Journal;

/// Whether a plan of another account is to be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ForeignPlan {
    /// It is: a new plan is made anyway.
    Replace,
    /// It is not: the journal is refused.
    Refuse,
}

/// What a journal holds that is true of one account only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contents {
    Empty,
    /// A plan, of which nothing was done.
    Plan,
    /// What became of rows.
    Outcomes,
}

impl Contents {
    /// Whether the journal cannot go to another account.
    pub(crate) fn binds(self, foreign_plan: ForeignPlan) -> bool {
        match self {
            Self::Empty => false,
            Self::Plan => foreign_plan == ForeignPlan::Refuse,
            Self::Outcomes => true,
        }
    }
}

/// The account that a journal belongs to, as it is noted there.
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Owner {
    // The stored name.
    #[serde(rename = "place")]
    pub(crate) endpoint: String,
    /// The organization, where Drift names it.
    pub(crate) organization: Option<i64>,
    /// A hash of the token, keyed by the journal's own random bits; it decides where Drift names no organization.
    pub(crate) token: String,
}

impl Owner {
    /// The organization decides, so that a token may be replaced; where it is not known the token decides.
    fn is(&self, other: &Self) -> bool {
        self.endpoint == other.endpoint
            && match (self.organization, other.organization) {
                (Some(own), Some(others)) => own == others,
                _ => self.token == other.token,
            }
    }
}

impl fmt::Debug for Owner {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.organization {
            Some(organization) => write!(out, "organization {organization} at {}", self.endpoint),
            None => write!(
                out,
                "a token at {} whose organization is unknown",
                self.endpoint
            ),
        }
    }
}

/// Whether a journal belongs to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ownership {
    /// It does, as noted.
    Same,
    /// It does, and this is to be noted of the account now.
    Update(Owner),
    /// It has no owner, or may be taken over: it becomes the account's.
    Claim,
    /// It belongs to another account.
    Other,
}

/// Compares the owner of a journal with an account.
pub(crate) fn compare(
    noted: Option<&Owner>,
    contents: Contents,
    foreign_plan: ForeignPlan,
    owner: &Owner,
) -> Ownership {
    match noted {
        Some(noted) if noted == owner => Ownership::Same,
        Some(noted) if noted.is(owner) => Ownership::Update(Owner {
            organization: owner.organization.or(noted.organization),
            ..owner.clone()
        }),
        Some(_) if contents.binds(foreign_plan) => Ownership::Other,
        None if contents == Contents::Outcomes => Ownership::Other,
        _ => Ownership::Claim,
    }
}

impl Journal {
    /// The account that it belongs to; none in a new journal, and in those of versions that did not note it.
    pub(crate) fn owner(&self) -> Result<Option<Owner>, Error> {
        let text = self.get("account")?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// Notes the account that it belongs to; with `drop_plan` the plan is dropped in the same commit.
    pub(crate) fn set_owner(&mut self, owner: &Owner, drop_plan: bool) -> Result<(), Error> {
        let text = serde_json::to_string(owner).unwrap_or_default();
        self.write(|db| {
            let mut set = db.prepare("INSERT OR REPLACE INTO meta VALUES (?1, ?2)")?;
            set.execute(["account", &text])?;
            if drop_plan {
                set.execute(["planned", "no"])?;
            }
            Ok(())
        })
    }

    /// What it holds that is true of one account only.
    pub(crate) fn contents(&self) -> Result<Contents, Error> {
        if self.holds_outcomes()? {
            return Ok(Contents::Outcomes);
        }
        // A plan that was made by the file alone is true of every account.
        let looked_up = self.get("planned")?.as_deref() == Some("yes")
            && self.get("asked")?.as_deref() != Some("no");
        Ok(if looked_up {
            Contents::Plan
        } else {
            Contents::Empty
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(endpoint: &str, organization: Option<i64>, token: &str) -> Owner {
        Owner {
            endpoint: endpoint.to_owned(),
            organization,
            token: token.to_owned(),
        }
    }

    #[test]
    fn an_account_is_its_endpoint_and_its_organization_or_else_its_token() {
        for (one, other, same) in [
            (("a", Some(1), "x"), ("a", Some(1), "x"), true),
            (("a", Some(1), "x"), ("a", Some(1), "rotated"), true),
            (("a", Some(1), "x"), ("a", Some(2), "x"), false),
            (("a", Some(1), "x"), ("b", Some(1), "x"), false),
            (("a", None, "x"), ("a", None, "x"), true),
            (("a", None, "x"), ("a", None, "rotated"), false),
            (("a", Some(1), "x"), ("a", None, "x"), true),
            (("a", Some(1), "x"), ("a", None, "rotated"), false),
        ] {
            let of = |(endpoint, organization, token)| owner(endpoint, organization, token);
            assert_eq!(of(one).is(&of(other)), same, "{one:?} {other:?}");
            assert_eq!(of(other).is(&of(one)), same, "{other:?} {one:?}");
        }
    }

    #[test]
    fn a_journal_goes_to_another_account_only_while_it_holds_nothing_of_the_first() {
        use Contents::{Empty, Outcomes, Plan};
        let mine = owner("here", Some(1), "x");
        let stranger = owner("here", Some(2), "y");
        for (noted, contents, foreign_plan, taken) in [
            (None, Empty, ForeignPlan::Refuse, true),
            (None, Plan, ForeignPlan::Refuse, true),
            (None, Outcomes, ForeignPlan::Replace, false),
            (Some(&stranger), Empty, ForeignPlan::Refuse, true),
            (Some(&stranger), Plan, ForeignPlan::Refuse, false),
            (Some(&stranger), Plan, ForeignPlan::Replace, true),
            (Some(&stranger), Outcomes, ForeignPlan::Replace, false),
            (Some(&mine), Outcomes, ForeignPlan::Refuse, true),
        ] {
            let compared = compare(noted, contents, foreign_plan, &mine);
            assert_eq!(
                compared != Ownership::Other,
                taken,
                "{noted:?} {contents:?} {foreign_plan:?}"
            );
        }
    }

    #[test]
    fn a_rotated_token_is_noted_and_the_organization_is_kept() {
        let noted = owner("here", Some(1), "x");
        let compared =
            |new: &Owner| compare(Some(&noted), Contents::Outcomes, ForeignPlan::Refuse, new);
        let rotated = owner("here", Some(1), "y");
        assert_eq!(compared(&rotated), Ownership::Update(rotated.clone()));
        let unknown = owner("here", None, "x");
        assert_eq!(compared(&unknown), Ownership::Update(noted.clone()));
    }

    #[test]
    fn an_owner_is_stored_under_the_names_of_earlier_versions() {
        let stored = r#"{"place":"here","organization":7,"token":"x"}"#;
        let read: Owner = serde_json::from_str(stored).expect("an owner");
        assert_eq!(read, owner("here", Some(7), "x"));
        assert_eq!(serde_json::to_string(&read).expect("text"), stored);
    }
}
