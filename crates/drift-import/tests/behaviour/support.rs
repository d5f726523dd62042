//! What the tests share: a folder with a file in it, and a local Drift.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use drift::{CallOptions, Client, Contact, RetryPolicy, VerifyPolicy};
use drift_emulator::{Effect, Emulator, Fault};
use drift_import::{Import, Options, PlanSummary, Purpose, Source, Summary, Unmapped};

/// A folder with a file in it, and a local Drift.
pub struct Fixture {
    pub emulator: Emulator,
    pub client: Client,
    pub folder: tempfile::TempDir,
}

impl Fixture {
    pub async fn new() -> Self {
        let emulator = Emulator::start().await.expect("the emulator starts");
        let waits = [1, 5, 20].map(Duration::from_millis);
        let options = CallOptions::default()
            .retry(RetryPolicy::default().initial_backoff(Duration::from_millis(2)))
            .verify(VerifyPolicy::after(waits));
        let client = Client::builder(emulator.token())
            .base_url(emulator.url())
            .options(options)
            .build()
            .expect("a client");
        Self::with(emulator, client)
    }

    pub fn with(emulator: Emulator, client: Client) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self {
            emulator,
            client,
            folder,
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        std::fs::write(self.path(name), text).expect("written");
        self.path(name)
    }

    pub fn import(&self, file: &Path, options: Options) -> Import {
        let source = Source::scan(file, &options.input).expect("a file");
        Import::new(self.client.clone(), source, options)
    }

    pub async fn plan(&self, file: &Path, options: Options) -> PlanSummary {
        let import = self.import(file, options);
        let plan = import.plan(Purpose::DryRun).await.expect("a plan");
        plan.summary().expect("a summary")
    }

    pub async fn commit(&self, file: &Path, options: Options) -> Summary {
        let import = self.import(file, options);
        let plan = import.plan(Purpose::Commit).await.expect("a plan");
        plan.commit()
            .expect("begun")
            .finish()
            .await
            .expect("a summary")
    }

    pub async fn contacts(&self) -> u64 {
        self.emulator.state().count().await.expect("a count")
    }

    pub async fn found(&self, email: &str) -> Vec<Contact> {
        let found = self.client.contacts().find_by_email(email).await;
        found.expect("a list").into_vec()
    }

    /// The rows of a result file as maps, in order.
    pub fn results(&self, name: &str) -> Vec<BTreeMap<String, String>> {
        let Ok(mut reader) = csv::Reader::from_path(self.path(name)) else {
            return Vec::new();
        };
        reader
            .deserialize()
            .map(|row| row.expect("a row"))
            .collect()
    }
}

/// Options with waits short enough for tests.
pub fn quick() -> Options {
    let mut options = Options::default();
    options.look_up_after = [1, 5, 20].map(Duration::from_millis).to_vec();
    options.unmapped = Unmapped::Attribute;
    options
}

pub fn leads(count: usize) -> String {
    let rows = (0..count).map(|n| format!("lead{n}@example.test,Lead {n},pro\n"));
    format!("email,name,plan\n{}", rows.collect::<String>())
}

/// Every `POST` loses its response at this share, before or after it is executed.
pub fn losing(share: f64, commit: bool, seed: u64) -> Fault {
    Fault::new(Effect::Disconnect {
        reset: false,
        commit,
    })
    .method("POST")
    .path("/contacts")
    .share(share, seed)
}
