//! Ends the relation with a person: no more email, then everything erased, as the GDPR asks.

use drift::{Client, Email, NewContact};
use drift_emulator::Emulator;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::start().await?; // with an account: Client::from_env()
    let client = Client::builder(emulator.token())
        .base_url(emulator.url())
        .build()?;
    let email = Email::new("ada@example.test")?;
    client
        .contacts()
        .create(NewContact::with_email(email.clone()))
        .await?;

    client.emails().unsubscribe([email.clone()]).await?;
    println!("unsubscribed");
    if let Some(administrator) = client.privacy().retrieve(&email).await? {
        println!("the data are mailed to {administrator}");
    }
    client.privacy().delete_everything_of(&email).await?;
    let left = client.contacts().find_by_email(&email).await?;
    println!("erased: {} contacts left", left.len());
    Ok(())
}
