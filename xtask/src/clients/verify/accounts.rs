//! The accounts of a scenario: an emulator for each, in this process, with the contacts that it starts with.

use std::collections::BTreeMap;

use drift_emulator::Emulator;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::judge::Seeds;
use super::scenario::{Account, Scenario};
use crate::generator::Failure;

/// Running emulators. They end when this is dropped.
pub struct Accounts {
    emulators: BTreeMap<String, Emulator>,
    seeds: BTreeMap<String, Seeds>,
    /// The emulators run on it.
    runtime: Runtime,
}

impl Accounts {
    /// Starts them all.
    pub fn start(scenario: &Scenario) -> Result<Accounts, Failure> {
        let runtime = runtime()?;
        let mut emulators = BTreeMap::new();
        let mut seeds = BTreeMap::new();
        for (name, account) in &scenario.accounts {
            let (emulator, contacts) = runtime.block_on(start(account))?;
            emulators.insert(name.clone(), emulator);
            seeds.insert(name.clone(), contacts);
        }
        Ok(Accounts {
            emulators,
            seeds,
            runtime,
        })
    }

    /// The base URL of each.
    pub fn urls(&self) -> BTreeMap<String, String> {
        let emulators = self.emulators.iter();
        emulators
            .map(|(name, emulator)| (name.clone(), emulator.url().to_owned()))
            .collect()
    }

    /// The base URL of one.
    pub fn url(&self, account: &str) -> Result<&str, Failure> {
        Ok(self.emulator(account)?.url())
    }

    /// How many contacts an account has.
    pub fn count(&self, account: &str) -> Result<u64, Failure> {
        let state = self.emulator(account)?.state();
        Ok(self.runtime.block_on(state.count())?)
    }

    fn emulator(&self, account: &str) -> Result<&Emulator, Failure> {
        let emulator = self.emulators.get(account);
        Ok(emulator.ok_or_else(|| format!("the scenario has no account {account}"))?)
    }

    /// The contacts that were in an account from the start; none when there is no such account.
    pub fn seeds(&self, account: &str) -> &Seeds {
        static NONE: Seeds = Seeds::new();
        self.seeds.get(account).unwrap_or(&NONE)
    }

    /// A token that all take.
    pub fn token(&self) -> &str {
        drift_emulator::DEFAULT_TOKEN
    }
}

/// Threads of its own, so that emulators respond while this thread waits for a driver.
pub fn runtime() -> Result<Runtime, Failure> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    Ok(builder.worker_threads(1).enable_all().build()?)
}

async fn start(account: &Account) -> Result<(Emulator, Seeds), Failure> {
    let settings = account.settings.clone();
    let emulator = Emulator::builder().settings(settings).start().await?;
    let mut seeds = Seeds::new();
    for (name, attributes) in &account.contacts {
        let body = json!({ "attributes": attributes });
        seeds.insert(name.clone(), create(&emulator, &body).await?);
    }
    emulator.faults().add_all(account.faults.clone())?;
    Ok((emulator, seeds))
}

/// The contact as the emulator writes it, which no client has touched.
async fn create(emulator: &Emulator, body: &Value) -> Result<Value, Failure> {
    let url = format!("{}/contacts", emulator.url());
    let mut response = response(emulator, client()?.post(url).json(body)).await?;
    Ok(response["data"].take())
}

/// The JSON at a URL of the emulator.
pub async fn get(emulator: &Emulator, url: &str) -> Result<Value, Failure> {
    response(emulator, client()?.get(url)).await
}

fn client() -> Result<reqwest::Client, Failure> {
    Ok(reqwest::Client::builder().no_proxy().build()?)
}

async fn response(emulator: &Emulator, request: reqwest::RequestBuilder) -> Result<Value, Failure> {
    let response = request.bearer_auth(emulator.token()).send().await?;
    Ok(response.error_for_status()?.json().await?)
}
