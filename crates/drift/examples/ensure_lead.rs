//! Takes a lead from a form: one contact for a person, however often the form is sent, and never a second email.

use drift::{CallOptions, Client, ExternalId, IdKey, NewContact, Outcome};
use drift_emulator::Emulator;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::start().await?; // with an account: Client::from_env()
    let client = Client::builder(emulator.token())
        .base_url(emulator.url())
        .build()?;
    let key = IdKey::new("2026", b"32 secret bytes from your vault.")?;

    for (own_id, email) in [
        ("lead 7", "ada@example.test"),
        ("lead 7", "ada@example.test"),   // sent twice
        ("lead 19", "ada@example.test"),  // the same person by another way
        ("lead 20", "alan@example.test"), // somebody else
    ] {
        let new = NewContact::new(email)?.external_id(ExternalId::derive(&key, own_id)?);
        // An external id switches Drift's own check of the email off, so look for the email first.
        let options = CallOptions::default().check_email_first();
        match client.contacts().with_options(options).ensure(new).await? {
            Outcome::Existed(_) => println!("{own_id}: known already"),
            Outcome::Created(_) | Outcome::Recovered(_) => println!("{own_id}: new"),
        }
    }
    println!("{} contacts", emulator.state().count().await?);
    Ok(())
}
