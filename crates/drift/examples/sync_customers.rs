//! Brings customers into Drift, many at a time: each is created, or gets its attributes. Run it as often as you like.

use drift::{Client, ExternalId, IdKey, NewContact, Upserted};
use drift_emulator::Emulator;
use tokio::task::JoinSet;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::start().await?; // with an account: Client::from_env()
    let client = Client::builder(emulator.token())
        .base_url(emulator.url())
        .build()?;
    let key = IdKey::new("2026", b"32 secret bytes from your vault.")?;

    for plan in ["free", "pro"] {
        let mut calls = JoinSet::new();
        let (mut created, mut updated) = (0, 0);
        for number in 1..=100 {
            while calls.len() >= 8 {
                count(calls.join_next().await, &mut created, &mut updated)?;
            }
            let new = NewContact::new(format!("customer{number}@example.test"))?
                .external_id(ExternalId::derive(&key, format!("customer {number}"))?)
                .attribute("plan", plan);
            let contacts = client.contacts(); // a clone shares the connections
            calls.spawn(async move { contacts.upsert(new).await });
        }
        while let Some(call) = calls.join_next().await {
            count(Some(call), &mut created, &mut updated)?;
        }
        println!("{plan}: {created} created, {updated} updated");
    }
    Ok(())
}

type Call = Result<Result<Upserted, drift::Error>, tokio::task::JoinError>;

fn count(
    call: Option<Call>,
    created: &mut u32,
    updated: &mut u32,
) -> Result<(), Box<dyn std::error::Error>> {
    match call.transpose()?.transpose()? {
        Some(Upserted::Created(_)) => *created += 1,
        Some(Upserted::Updated(_)) => *updated += 1,
        None => {}
    }
    Ok(())
}
