//! A local Drift, and the contacts that it was sent.

use std::collections::BTreeMap;
use std::path::Path;

use drift::Client;
use drift_emulator::Emulator;
use drift_import::{Error, Import, Options, Plan, PlannedRow, Purpose, Reading, Source};
use serde_json::Value;

pub struct LocalDrift {
    pub emulator: Emulator,
    client: Client,
}

/// What came of a file.
pub struct Imported {
    pub rows: Vec<PlannedRow>,
    pub reading: Reading,
    /// The attributes of each contact that was made, in the order of their emails.
    pub sent: Vec<Value>,
}

impl LocalDrift {
    pub async fn start() -> Self {
        let emulator = Emulator::start().await.expect("the emulator starts");
        let client = Client::builder(emulator.token()).base_url(emulator.url());
        let client = client.build().expect("a client");
        Self { emulator, client }
    }

    /// Imports a file into an empty Drift.
    pub async fn import(&self, file: &Path, options: Options) -> Result<Imported, Error> {
        self.emulator.state().reset().await.expect("reset");
        let source = Source::scan(file, &options.input)?;
        let import = Import::new(self.client.clone(), source, options);
        let plan: Plan = import.plan(Purpose::DryRun).await?;
        let rows = plan.rows(0, 1_000)?;
        let reading = plan.reading()?;
        plan.commit()?.finish().await?;
        let contacts = self.emulator.state().contacts().await.expect("contacts");
        let mut sent: Vec<Value> = contacts
            .iter()
            .map(|contact| {
                let mut sent = own_attributes(&contact.attributes);
                if let Some(id) = &contact.external_id {
                    sent["externalId"] = shown_id(id);
                }
                sent
            })
            .collect();
        sent.sort_by_key(|contact| contact["email"].to_string());
        Ok(Imported {
            rows,
            reading,
            sent,
        })
    }
}

/// Without what Drift adds.
fn own_attributes(attributes: &BTreeMap<String, Value>) -> Value {
    let drifts = |name: &str| {
        name.starts_with('_')
            || matches!(
                name,
                "external_id" | "start_date" | "socialProfiles" | "events" | "tags"
            )
    };
    let own = attributes
        .iter()
        .filter(|(name, value)| !drifts(name) && !value.is_null())
        .map(|(name, value)| (name.clone(), value.clone()));
    Value::Object(own.collect())
}

/// An external id; one that was derived with the key of the cases, which is number 1, has no readable form.
fn shown_id(id: &str) -> Value {
    Value::from(if id.starts_with("k1_") { "DERIVED" } else { id })
}
