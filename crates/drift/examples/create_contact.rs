//! Creates a contact with attributes of its own, and reads it back.

use drift::{Client, ExternalId, NewContact};
use drift_emulator::Emulator;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::start().await?; // with an account: Client::from_env()
    let client = Client::builder(emulator.token())
        .base_url(emulator.url())
        .build()?;

    let id = ExternalId::random(); // keep it: `drift.identify` takes it in the browser
    let new = NewContact::new("ada@example.test")?
        .external_id(id.clone())
        .name("Ada Lovelace")
        .attribute("plan", "pro")
        .attribute("seats", 12);
    client.contacts().create(new).await?;

    let found = client.contacts().find_by_external_id(&id).await?;
    let contact = found.ok_or("it was created, and is there")?;
    let seats: Option<u32> = contact.attribute("seats")?;
    println!("{}: {:?} seats", contact.name().unwrap_or("nobody"), seats);
    Ok(())
}
