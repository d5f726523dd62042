//! Loses the response to a create, and still learns that the contact is there, once, and made by this call.

use drift::{Client, ExternalId, NewContact, Outcome};
use drift_emulator::{Effect, Emulator, Fault};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::start().await?;
    // The server makes the contact, then the connection breaks.
    let lost = Effect::Disconnect {
        reset: true,
        commit: true,
    };
    let fault = Fault::new(lost).method("POST").path("/contacts").times(1);
    emulator.faults().add(fault)?;

    let client = Client::builder(emulator.token())
        .base_url(emulator.url())
        .build()?;
    let new = NewContact::new("ada@example.test")?.external_id(ExternalId::random());
    match client.contacts().create(new).await? {
        Outcome::Created(_) => println!("created"),
        Outcome::Recovered(_) => println!("recovered: the response was lost, the contact is ours"),
        Outcome::Existed(_) => println!("existed"),
    }
    println!("{} contact", emulator.state().count().await?);
    Ok(())
}
