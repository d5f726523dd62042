//! Look-ups by many external ids.

use drift::{Contact, ExternalId};
use drift_emulator::Emulator;
use drift_emulator::settings::Settings;
use drift_tests::ada;

use crate::created;

#[tokio::test]
async fn more_ids_than_the_server_accepts_are_asked_for_in_parts() {
    let settings = Settings {
        find_ids_max: 3,
        ..Settings::default()
    };
    let emulator = Emulator::builder().settings(settings).start().await;
    let emulator = emulator.expect("the emulator starts");
    let client = drift_tests::client(&emulator).expect("a client");
    let ids: Vec<ExternalId> = (0..10).map(|_| ExternalId::random()).collect();
    for id in &ids {
        created(&client, ada().external_id(id.clone())).await;
    }
    let found = client.contacts().find_by_external_ids(&ids).await;
    let found = found.expect("in parts");
    let found: Vec<_> = found.iter().filter_map(Contact::external_id).collect();
    assert_eq!(
        found,
        ids.iter().map(ToString::to_string).collect::<Vec<_>>()
    );
}
