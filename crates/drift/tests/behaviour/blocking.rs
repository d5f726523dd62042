//! The blocking client: the same calls, and no call inside async code.

use drift::{Client, ErrorKind};
use drift_emulator::Emulator;
use drift_tests::ada;

#[test]
fn the_blocking_client_has_the_same_calls() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let emulator = runtime
        .block_on(Emulator::start())
        .expect("the emulator starts");
    let builder = Client::builder(emulator.token()).base_url(emulator.url());
    let client = drift::blocking::Client::from_builder(builder).expect("a client");
    let contact = client
        .contacts()
        .create(ada())
        .expect("created")
        .into_contact();
    assert_eq!(
        client.contacts().get(contact.id()).expect("read").email(),
        Some("ada@example.test")
    );
    let (elsewhere, id) = (client.clone(), contact.id());
    std::thread::spawn(move || elsewhere.contacts().delete(id))
        .join()
        .expect("no panic")
        .expect("deleted");
    let inside = runtime.block_on(async { client.contacts().get(id) });
    assert_eq!(
        inside.expect_err("not inside async code").kind(),
        ErrorKind::Input
    );
    runtime.block_on(async move { drop(client) });
}
