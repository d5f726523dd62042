//! Shows what an error says: what happened, what is known of the request, and what to do.

use drift::{Client, Error, NewContact, RetryPolicy};
use drift_emulator::Emulator;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::start().await?;
    let client = |token: &str, url: &str| {
        Client::builder(token)
            .base_url(url)
            .retry(RetryPolicy::none())
            .build()
    };
    let new = || NewContact::new("ada@example.test");
    let good = client(emulator.token(), emulator.url())?;
    good.contacts().create(new()?).await?;

    show(good.contacts().create(new()?).await);
    show(good.contacts().get(7).await);
    show(
        client("wrong", emulator.url())?
            .contacts()
            .create(new()?)
            .await,
    );
    show(
        client("any", "http://127.0.0.1:9")?
            .contacts()
            .create(new()?)
            .await,
    );
    show(client("any", "http://example.test"));
    emulator
        .faults()
        .add_json(r#"[{ "do": { "status": { "status": 429 } } }]"#)?;
    show(good.contacts().get(7).await);
    Ok(())
}

fn show<T>(result: Result<T, Error>) {
    if let Err(error) = result {
        let (kind, delivery) = (error.kind(), error.delivery());
        println!("{kind:?}, {delivery:?}: {}", error.next_action());
    }
}
