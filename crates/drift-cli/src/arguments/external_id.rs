//! The options that give a contact an external id.

use std::path::PathBuf;

use clap::Args;
use drift::{ExternalId, IdKey, InvalidIdKey};

use crate::failure::Failure;
use crate::private_file;

/// At most one of three ways to an external id.
#[derive(Args)]
pub struct ExternalIdArgs {
    /// The external id, for `drift.identify`; Drift then does not check the email
    #[arg(long, value_name = "ID", group = "external")]
    pub external_id: Option<String>,
    /// Use a new random external id
    #[arg(long, group = "external")]
    pub random_id: bool,
    /// Derive the external id from your own id, with the key in DRIFT_ID_KEY or --id-key-file
    #[arg(long, value_name = "OWN_ID", group = "external")]
    pub derive_id: Option<String>,
    /// Accept an external id that strangers can guess; safe only if signed identities are required
    #[arg(long, requires = "external_id")]
    pub allow_guessable_id: bool,
    #[command(flatten)]
    pub key: IdKeyArgs,
}

/// Where the key for derived ids is.
#[derive(Args)]
pub struct IdKeyArgs {
    /// A file with the key for derived ids, as KEYID:SECRET, readable by you alone
    #[arg(long, value_name = "FILE")]
    pub id_key_file: Option<PathBuf>,
}

impl ExternalIdArgs {
    /// The external id, if one is asked for.
    pub fn external_id(&self) -> Result<Option<ExternalId>, Failure> {
        if self.random_id {
            return Ok(Some(ExternalId::random()));
        }
        if let Some(own_id) = &self.derive_id {
            return self.key.derive(own_id).map(Some);
        }
        self.external_id
            .as_deref()
            .map(|id| checked(id, self.allow_guessable_id))
            .transpose()
    }
}

/// An external id that was typed.
fn checked(id: &str, allow_guessable: bool) -> Result<ExternalId, Failure> {
    if allow_guessable && !id.is_empty() {
        return Ok(ExternalId::allow_guessable(id));
    }
    ExternalId::new(id).map_err(|reason| {
        Failure::input(format!(
            "{reason}; whoever guesses it can pose as the contact in the chat"
        ))
        .next("use --random-id, or --derive-id OWN_ID to get the same id on every run")
        .next(
            "or use --allow-guessable-id if signed identities are required in Drift's widget settings",
        )
        .fact("reason", reason.code())
    })
}

const NO_KEY: &str = "there is no key to derive the external id with";

impl IdKeyArgs {
    /// The external id that the key derives from somebody's own id.
    pub fn derive(&self, own_id: &str) -> Result<ExternalId, Failure> {
        ExternalId::derive(&self.key()?, own_id).map_err(|_| {
            Failure::input("the id to derive the external id from is empty")
                .next("check that the shell variable is set")
        })
    }

    /// The key, from the file or the environment.
    pub fn key(&self) -> Result<IdKey, Failure> {
        let text = match &self.id_key_file {
            Some(path) => private_file::read_secret(path, "the key")?,
            None => std::env::var("DRIFT_ID_KEY").map_err(|_| {
                Failure::input(NO_KEY)
                    .next("set DRIFT_ID_KEY to KEYID:SECRET, or name a file that holds it: --id-key-file FILE")
                    .next("make a secret: openssl rand -hex 32")
            })?,
        };
        text.parse()
            .map_err(|reason: InvalidIdKey| Failure::input(reason.to_string()))
    }
}
