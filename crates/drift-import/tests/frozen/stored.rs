//! A copy of a stored import, and a local Drift that holds what Drift held then.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use drift::Client;
use drift_emulator::{Dump, Emulator};
use drift_import::{Account, Import, Options, Purpose, Source, Summary};

/// Where Drift was when the journals were made.
const ENDPOINT: &str = "http://127.0.0.1:8080";

pub struct Stored {
    pub emulator: Emulator,
    folder: tempfile::TempDir,
}

impl Stored {
    /// The import of a folder beside this file.
    pub async fn copied(name: &str) -> Self {
        let from = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/frozen")
            .join(name);
        let stored = Self::empty().await;
        for file in ["leads.csv", "leads.csv.drift-journal"] {
            std::fs::copy(from.join(file), stored.path(file)).expect(file);
        }
        let dump = std::fs::read_to_string(from.join("drift.json")).expect("a dump");
        let dump = Dump::from_json(dump).expect("a dump");
        stored.emulator.state().load(dump).await.expect("loaded");
        stored
    }

    pub async fn empty() -> Self {
        Self {
            emulator: Emulator::start().await.expect("the emulator starts"),
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn journal(&self) -> PathBuf {
        self.path("leads.csv.drift-journal")
    }

    /// The account that the journals belong to.
    pub fn account(&self) -> Account {
        let client = Client::builder(self.emulator.token()).base_url(self.emulator.url());
        Account::new(client.build().expect("a client")).endpoint(ENDPOINT)
    }

    pub fn import(&self, file: &str, options: Options) -> Import {
        let source = Source::scan(self.path(file), &options.input).expect("a file");
        Import::new(self.account(), source, options)
    }

    pub async fn commit(&self, file: &str, mut options: Options) -> Summary {
        options.look_up_after = [1, 5].map(Duration::from_millis).to_vec();
        let import = self.import(file, options);
        let plan = import.plan(Purpose::Commit).await.expect("a plan");
        let run = plan.commit().expect("begun");
        run.finish().await.expect("a summary")
    }

    /// The contacts that are not deleted, by email.
    pub async fn contacts(&self) -> BTreeMap<String, i64> {
        let all = self.emulator.state().contacts().await.expect("contacts");
        let there = all.iter().filter(|contact| contact.deleted_at.is_none());
        let email = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
        let pairs = there.map(|contact| (email(&contact.attributes["email"]), contact.id));
        let pairs: Vec<_> = pairs.collect();
        let by_email: BTreeMap<_, _> = pairs.iter().cloned().collect();
        assert_eq!(by_email.len(), pairs.len(), "an email twice");
        by_email
    }
}
