//! The account of an import: an endpoint, and the organization of the token there. A journal belongs to one account.

use drift::pace::Waiting;
use drift::{Client, ErrorKind};

use crate::context::poller::{Poller, wait_reason};
use crate::error::Error;
use crate::journal::database::Journal;
use crate::journal::owner::{Contents, ForeignPlan, Owner, Ownership, compare};

/// A client, and the endpoint that it calls.
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use drift_import::Account;
///
/// let account = Account::new(drift::Client::from_env()?);
/// // A local Drift whose port is another one each time:
/// let local = Account::new(drift::Client::from_env()?).endpoint("my test data");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Account {
    pub(crate) client: Client,
    endpoint: Option<String>,
}

impl Account {
    /// The account of a client. Its endpoint is the base URL of the client, the port included.
    pub fn new(client: Client) -> Self {
        Self {
            client,
            endpoint: None,
        }
    }

    /// Names the endpoint, for one that stays the same while its base URL changes.
    #[must_use]
    pub fn endpoint(mut self, name: impl Into<String>) -> Self {
        self.endpoint = Some(name.into());
        self
    }

    fn endpoint_name(&self) -> &str {
        self.endpoint.as_deref().unwrap_or(self.client.base_url())
    }

    /// Makes sure that a journal belongs to this account, and notes the account in a journal that has no owner. One call
    /// is made, which describes the token; no other comes before it.
    pub(crate) async fn claim(
        &self,
        journal: &mut Journal,
        foreign_plan: ForeignPlan,
        poller: &Poller,
    ) -> Result<(), Error> {
        let (noted, contents) = (journal.owner()?, journal.contents()?);
        let elsewhere = noted
            .as_ref()
            .is_none_or(|noted| noted.endpoint != self.endpoint_name());
        let owned = noted.is_some() || contents == Contents::Outcomes;
        // Another endpoint is refused without a call.
        if elsewhere && owned && contents.binds(foreign_plan) {
            return Err(other(
                journal,
                noted.as_ref(),
                self.endpoint_name().to_owned(),
            ));
        }
        let described = poller.poll(|| self.client.token_info(), retry_reason);
        let (organization, refusal) = match described.await? {
            Ok(info) => (info.organization(), None),
            // Without a token there is nothing to compare.
            Err(error) if is_without_token(&error) => return Err(error.into()),
            Err(error) if retry_reason(&error).is_none() => (None, Some(error)),
            Err(error) => return Err(error.into()),
        };
        // Only now is a token that changes known.
        let token = self.client.token_fingerprint(journal.id()?.as_bytes());
        let owner = Owner {
            endpoint: self.endpoint_name().to_owned(),
            organization,
            token,
        };
        match compare(noted.as_ref(), contents, foreign_plan, &owner) {
            Ownership::Same => Ok(()),
            Ownership::Update(owner) => journal.set_owner(&owner, false),
            Ownership::Claim => journal.set_owner(&owner, contents == Contents::Plan),
            Ownership::Other => Err(match refusal {
                Some(error) if error.kind() == ErrorKind::Unauthorized => error.into(),
                _ => other(journal, noted.as_ref(), owner.to_string()),
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

/// Why to call again after this error. A failing server is no reason here, since an endpoint without this call may fail so.
fn retry_reason(error: &drift::Error) -> Option<Waiting> {
    wait_reason(error).filter(|reason| *reason != Waiting::Failing)
}

fn is_without_token(error: &drift::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::LoginRequired | ErrorKind::OtherOrganization
    )
}

fn other(journal: &Journal, noted: Option<&Owner>, is: String) -> Error {
    let was = noted.map_or_else(
        || "an unknown account, since an earlier version wrote it".to_owned(),
        Owner::to_string,
    );
    Error::OtherAccount {
        journal: journal.path().to_owned(),
        was,
        is,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_journal_without_an_owner_is_refused_once_it_holds_outcomes() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal");
        // Nobody listens there: a refusal comes before any call.
        let client = Client::builder("token").base_url("http://127.0.0.1:9");
        let account = Account::new(client.build().expect("a client"));
        let (counters, cancel) = Default::default();
        let hasty = Poller::new(std::time::Duration::ZERO, &counters, &cancel);
        for (row, refused) in [
            ("", false),
            ("INSERT INTO past VALUES (x'00', 1, 7, NULL, 0, NULL)", true),
        ] {
            drop(Journal::open(&path).expect("made"));
            let db = rusqlite::Connection::open(&path).expect("a database");
            db.execute_batch(row).expect("written");
            drop(db);
            let mut journal = Journal::open(&path).expect("opened again");
            let ended = account
                .claim(&mut journal, ForeignPlan::Replace, &hasty)
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
}
