//! Where the gateway keeps its keys, tickets and deliveries.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use drift_gateway::store::{PostgresStore, Role, SqliteStore, Store, StoreError};

use crate::arguments::GlobalArgs;
use crate::failure::Failure;
use crate::private_file;
use crate::session::data_folder;

/// Where the store is.
#[derive(Args)]
pub struct StoreArgs {
    /// Keep keys and deliveries in this file [default: gateway.db in your data folder], or in PostgreSQL: postgres://…
    ///
    /// Put a URL with a password into DRIFT_GATEWAY_STORE, since others can see arguments.
    #[arg(
        long,
        global = true,
        value_name = "FILE|URL",
        env = "DRIFT_GATEWAY_STORE",
        hide_env_values = true
    )]
    store: Option<PathBuf>,
}

/// The place of a store.
pub enum Place {
    File(PathBuf),
    /// A database of PostgreSQL. Its URL may hold a password.
    Postgres(String),
}

impl StoreArgs {
    /// The place that was given, or the one in the data folder.
    pub fn place(&self, global: &GlobalArgs) -> Result<Place, Failure> {
        Ok(match &self.store {
            None => Place::File(default_file(global.sandbox)?),
            Some(place) => match place.to_str().filter(|text| is_postgres(text)) {
                Some(url) => Place::Postgres(url.to_owned()),
                None => Place::File(place.clone()),
            },
        })
    }
}

fn is_postgres(text: &str) -> bool {
    let schemes = ["postgres://", "postgresql://"];
    schemes.iter().any(|scheme| text.starts_with(scheme))
}

fn default_file(is_sandbox: bool) -> Result<PathBuf, Failure> {
    let folder = data_folder::data().ok_or_else(|| {
        Failure::input("there is no home folder to keep the store in")
            .next("name a file: --store FILE")
    })?;
    private_file::ensure_folder(&folder).map_err(|cause| {
        let folder = folder.display();
        Failure::input(format!("the folder {folder} cannot be made: {cause}"))
    })?;
    Ok(folder.join(match is_sandbox {
        true => "sandbox-gateway.db",
        false => "gateway.db",
    }))
}

impl Place {
    /// Opens the store for a gateway, which makes it if it is not there.
    pub fn open(&self) -> Result<Arc<dyn Store>, Failure> {
        self.open_as(Role::Gateway)
    }

    /// Opens the store for a command, beside a gateway or without one.
    pub fn open_as_tool(&self) -> Result<Arc<dyn Store>, Failure> {
        self.open_as(Role::Tool)
    }

    /// Opens the store for a command that may be the first to use it.
    pub fn open_or_make(&self) -> Result<Arc<dyn Store>, Failure> {
        match self {
            Self::File(file) if file.exists() => self.open_as_tool(),
            _ => self.open(),
        }
    }

    fn open_as(&self, role: Role) -> Result<Arc<dyn Store>, Failure> {
        Ok(match self {
            Self::File(file) => Arc::new(SqliteStore::open(file, role).map_err(failed)?),
            Self::Postgres(url) => Arc::new(PostgresStore::new(url).map_err(failed)?),
        })
    }
}

/// Why the store did not do what it was asked.
pub fn failed(error: StoreError) -> Failure {
    Failure::input(error.to_string())
}
