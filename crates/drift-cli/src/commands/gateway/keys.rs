//! The keys that callers present to a gateway that holds the credentials.

use clap::Subcommand;
use drift::ExternalId;
use drift_gateway::hash_key;
use serde_json::{Value, json};

use super::store::{Place, failed};
use crate::failure::Failure;
use crate::output::Screen;

/// What can be done with keys.
#[derive(Subcommand)]
pub enum KeysCommand {
    /// Make a key and print it, this once: the store keeps only its hash
    Add {
        /// What it is for, such as the name of a program
        name: String,
    },
    /// List the names of the keys
    List,
    /// Remove a key; it stops working within seconds
    Remove {
        /// Its name
        name: String,
    },
}

/// Runs one of them.
pub async fn run(command: KeysCommand, place: &Place, screen: &mut Screen) -> Result<(), Failure> {
    let store = place.open_or_make()?;
    match command {
        KeysCommand::Add { name } => {
            if store
                .keys()
                .await
                .map_err(failed)?
                .iter()
                .any(|key| key.name == name)
            {
                return Err(Failure::input(format!("there is a key {name:?} already"))
                    .next(format!("remove it first: drift gateway keys remove {name}")));
            }
            // Twice 128 random bits.
            let parts = [ExternalId::random(), ExternalId::random()];
            let parts = parts.map(|part| part.as_str().trim_start_matches("r_").to_owned());
            let key = format!("dgk_{}", parts.concat());
            store.add_key(&name, hash_key(&key)).await.map_err(failed)?;
            screen.fact("key", &key);
        }
        KeysCommand::List => {
            let keys = store.keys().await.map_err(failed)?;
            match screen.is_json() {
                true => {
                    let keys = keys.iter();
                    let keys =
                        keys.map(|key| json!({"name": key.name, "created_at": key.created_at}));
                    screen.value(&keys.collect::<Value>());
                }
                false => keys.iter().for_each(|key| screen.line(&key.name)),
            }
        }
        KeysCommand::Remove { name } => match store.remove_key(&name).await.map_err(failed)? {
            true => screen.done(&format!("removed the key {name:?}")),
            false => {
                return Err(Failure::refused(
                    "not_found",
                    format!("there is no key {name:?}"),
                ));
            }
        },
    }
    store.close().await.map_err(failed)
}
