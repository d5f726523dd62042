//! Whose contacts they are: where, and who there. A journal belongs to one account, and no other may go on with it.

use std::fmt;

use drift::{Client, ErrorKind};
use serde::{Deserialize, Serialize};

use crate::context::poller::{Patient, reason};
use crate::context::progress::Waiting;
use crate::error::Error;
use crate::journal::database::Journal;

/// A client, and where it leads to.
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use drift_import::Account;
///
/// let account = Account::new(drift::Client::from_env()?);
/// // A local Drift whose port is another one each time:
/// let local = Account::new(drift::Client::from_env()?).place("my test data");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Account {
    pub(crate) client: Client,
    place: Option<String>,
}

impl Account {
    /// The account of a client. Its place is the base URL of the client, the port included.
    pub fn new(client: Client) -> Self {
        Self {
            client,
            place: None,
        }
    }

    /// Names the place, where it is the same one although its base URL changes.
    #[must_use]
    pub fn place(mut self, name: impl Into<String>) -> Self {
        self.place = Some(name.into());
        self
    }

    fn place_name(&self) -> &str {
        self.place.as_deref().unwrap_or(self.client.base_url())
    }

    /// Makes sure that a journal belongs to this account, and notes it there where that was nobody's. One call is
    /// made, which describes the token; nothing else is asked of Drift before.
    pub(crate) async fn claim(
        &self,
        journal: &mut Journal,
        lifted: Lifted,
        patient: &Patient,
    ) -> Result<(), Error> {
        let (noted, holding) = (noted(journal)?, holding(journal)?);
        let elsewhere = noted
            .as_ref()
            .is_none_or(|noted| noted.place != self.place_name());
        if elsewhere && holding.binds(lifted) && (noted.is_some() || holding == Holding::Outcomes) {
            return Err(other(
                journal,
                whose(noted.as_ref()),
                self.place_name().to_owned(),
            ));
        }
        let token = self.client.token_fingerprint(journal.id()?.as_bytes());
        let described = patient.ask(|| self.client.token_info(), why);
        let (organization, answer) = match described.await? {
            Ok(info) => (info.organization(), None),
            Err(error) if why(&error).is_none() => (None, Some(error)),
            Err(error) => return Err(error.into()),
        };
        let holder = Holder {
            place: self.place_name().to_owned(),
            organization,
            token,
        };
        match judge(noted.as_ref(), holding, lifted, &holder) {
            Verdict::Same => Ok(()),
            Verdict::Renewed(holder) => note(journal, &holder, false),
            Verdict::New => note(journal, &holder, holding == Holding::Plan),
            Verdict::Other => Err(match answer {
                Some(error) if error.kind() == ErrorKind::Unauthorized => error.into(),
                _ => other(journal, whose(noted.as_ref()), holder.to_string()),
            }),
        }
    }
}

impl From<Client> for Account {
    fn from(client: Client) -> Self {
        Self::new(client)
    }
}

impl From<&Client> for Account {
    fn from(client: &Client) -> Self {
        Self::new(client.clone())
    }
}

impl From<&Account> for Account {
    fn from(account: &Account) -> Self {
        account.clone()
    }
}

/// Whether a plan of another account is to be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lifted {
    /// It is: a new plan is made anyway.
    Plan,
    Nothing,
}

/// What a journal holds that is true of one account only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holding {
    Nothing,
    /// A plan, of which nothing was done.
    Plan,
    /// What became of rows.
    Outcomes,
}

impl Holding {
    /// Whether another account is refused.
    fn binds(self, lifted: Lifted) -> bool {
        match self {
            Self::Nothing => false,
            Self::Plan => lifted == Lifted::Nothing,
            Self::Outcomes => true,
        }
    }
}

/// Who a journal belongs to, as it is noted there.
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize)]
struct Holder {
    place: String,
    /// The organization, where Drift tells it.
    organization: Option<i64>,
    /// A hash of the token, keyed by the journal's own random bits; it stands in where Drift tells no organization.
    token: String,
}

impl Holder {
    /// The organization decides, so that a token may be replaced; where it is not told the token does.
    fn is(&self, other: &Self) -> bool {
        self.place == other.place
            && match (self.organization, other.organization) {
                (Some(own), Some(others)) => own == others,
                _ => self.token == other.token,
            }
    }
}

impl fmt::Debug for Holder {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.organization {
            Some(organization) => write!(out, "organization {organization} at {}", self.place),
            None => write!(
                out,
                "a token at {} whose organization is not told there",
                self.place
            ),
        }
    }
}

/// How an account stands to a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Verdict {
    /// It is the journal's, as noted.
    Same,
    /// It is the journal's, and this is to be noted of it now.
    Renewed(Holder),
    /// The journal becomes its own.
    New,
    /// The journal belongs to another one.
    Other,
}

fn judge(noted: Option<&Holder>, holding: Holding, lifted: Lifted, holder: &Holder) -> Verdict {
    match noted {
        Some(noted) if noted == holder => Verdict::Same,
        Some(noted) if noted.is(holder) => Verdict::Renewed(Holder {
            organization: holder.organization.or(noted.organization),
            ..holder.clone()
        }),
        Some(_) if holding.binds(lifted) => Verdict::Other,
        None if holding == Holding::Outcomes => Verdict::Other,
        _ => Verdict::New,
    }
}

fn whose(noted: Option<&Holder>) -> String {
    noted.map_or_else(
        || "an account that it does not tell, since an earlier version wrote it".to_owned(),
        Holder::to_string,
    )
}

/// Why to ask again after this. A failing server is no reason here, since a place without this endpoint may fail so.
fn why(error: &drift::Error) -> Option<Waiting> {
    reason(error).filter(|why| *why != Waiting::Failing)
}

fn other(journal: &Journal, was: String, is: String) -> Error {
    Error::OtherAccount {
        journal: journal.path().to_owned(),
        was,
        is,
    }
}

fn noted(journal: &Journal) -> Result<Option<Holder>, Error> {
    let text = journal.get("account")?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

/// Notes an account; a plan that was made for another one goes in the same commit.
fn note(journal: &mut Journal, holder: &Holder, drop_plan: bool) -> Result<(), Error> {
    let text = serde_json::to_string(holder).unwrap_or_default();
    journal.write(|db| {
        let mut set = db.prepare("INSERT OR REPLACE INTO meta VALUES (?1, ?2)")?;
        set.execute(["account", &text])?;
        if drop_plan {
            set.execute(["planned", "no"])?;
        }
        Ok(())
    })
}

fn holding(journal: &Journal) -> Result<Holding, Error> {
    if journal.holds_outcomes()? {
        return Ok(Holding::Outcomes);
    }
    // What is judged by the file alone is true of every account.
    let asked = journal.get("planned")?.as_deref() == Some("yes")
        && journal.get("asked")?.as_deref() != Some("no");
    Ok(if asked {
        Holding::Plan
    } else {
        Holding::Nothing
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(place: &str, organization: Option<i64>, token: &str) -> Holder {
        Holder {
            place: place.to_owned(),
            organization,
            token: token.to_owned(),
        }
    }

    #[test]
    fn an_account_is_its_place_and_its_organization_else_its_token() {
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
            let of = |(place, organization, token)| holder(place, organization, token);
            assert_eq!(of(one).is(&of(other)), same, "{one:?} {other:?}");
            assert_eq!(of(other).is(&of(one)), same, "{other:?} {one:?}");
        }
    }

    #[test]
    fn only_what_is_true_of_every_account_goes_to_another_one() {
        use Holding::{Nothing, Outcomes, Plan};
        let mine = holder("here", Some(1), "x");
        let stranger = holder("here", Some(2), "y");
        for (noted, holding, lifted, taken) in [
            (None, Nothing, Lifted::Nothing, true),
            (None, Plan, Lifted::Nothing, true),
            (None, Outcomes, Lifted::Plan, false),
            (Some(&stranger), Nothing, Lifted::Nothing, true),
            (Some(&stranger), Plan, Lifted::Nothing, false),
            (Some(&stranger), Plan, Lifted::Plan, true),
            (Some(&stranger), Outcomes, Lifted::Plan, false),
            (Some(&mine), Outcomes, Lifted::Nothing, true),
        ] {
            let judged = judge(noted, holding, lifted, &mine);
            assert_eq!(
                judged != Verdict::Other,
                taken,
                "{noted:?} {holding:?} {lifted:?}"
            );
        }
    }

    #[tokio::test]
    async fn a_journal_of_before_accounts_goes_on_only_while_nothing_came_of_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal");
        // Nobody listens there: a refusal comes before any call.
        let client = Client::builder("token").base_url("http://127.0.0.1:9");
        let account = Account::new(client.build().expect("a client"));
        let (counters, cancel) = Default::default();
        let hasty = Patient::new(std::time::Duration::ZERO, &counters, &cancel);
        for (row, refused) in [
            ("", false),
            ("INSERT INTO past VALUES (x'00', 1, 7, NULL, 0, NULL)", true),
        ] {
            let mut journal = Journal::open(&path).expect("made");
            journal.write(|db| db.execute_batch(row)).expect("written");
            drop(journal);
            let mut journal = Journal::open(&path).expect("opened again");
            let ended = account
                .claim(&mut journal, Lifted::Plan, &hasty)
                .await
                .err();
            match ended.expect("a failure") {
                Error::OtherAccount { was, .. } => {
                    assert!(refused && was.contains("earlier"), "{was}")
                }
                Error::Drift(error) => assert!(!refused, "{error}"),
                other => panic!("{other}"),
            }
        }
    }

    #[test]
    fn a_rotated_token_is_noted_and_an_organization_is_never_forgotten() {
        let noted = holder("here", Some(1), "x");
        let judged = |new: &Holder| judge(Some(&noted), Holding::Outcomes, Lifted::Nothing, new);
        let rotated = holder("here", Some(1), "y");
        assert_eq!(judged(&rotated), Verdict::Renewed(rotated.clone()));
        let untold = holder("here", None, "x");
        assert_eq!(judged(&untold), Verdict::Renewed(noted.clone()));
    }
}
