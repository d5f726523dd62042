//! Keeps the ticket of a create whose outcome is unknown, and resolves it when Drift is back.

use std::time::Duration;

use drift::{
    CallOptions, Client, ErrorKind, ExternalId, NewContact, Resolution, RetryPolicy, Ticket,
    VerifyPolicy,
};
use drift_emulator::Emulator;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::start().await?;
    // The contact is made, the response is lost, and then every look-up fails too.
    emulator.faults().add_json(
        r#"[{ "method": "POST", "times": 1, "do": { "disconnect": { "commit": true } } },
            { "method": "GET", "do": { "status": { "status": 500 } } }]"#,
    )?;
    let once = CallOptions::default()
        .retry(RetryPolicy::none())
        .verify(VerifyPolicy::after([Duration::ZERO]));
    let client = Client::builder(emulator.token())
        .base_url(emulator.url())
        .options(once)
        .build()?;
    let new = NewContact::new("ada@example.test")?.external_id(ExternalId::random());
    let error = client.contacts().create(new).await.err();
    let error = error.ok_or("its outcome is unknown")?;
    assert_eq!(error.kind(), ErrorKind::Unresolved);
    println!("{error}; {}", error.next_action());

    // Put it where it outlives the process: it is as private as the contact.
    let stored = serde_json::to_string(error.ticket().ok_or("a ticket")?)?;

    emulator.faults().clear(); // Drift is back
    let ticket: Ticket = serde_json::from_str(&stored)?;
    match client.contacts().resolve(&ticket).await? {
        Resolution::Found(outcome) if outcome.is_ours() => println!("there, and ours"),
        Resolution::Found(_) => println!("there"),
        Resolution::Absent => println!("not there: create it again"),
    }
    Ok(())
}
