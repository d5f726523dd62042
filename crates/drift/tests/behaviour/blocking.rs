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

#[test]
fn the_blocking_client_works_wherever_a_thread_may_block() {
    for mut kind in [
        tokio::runtime::Builder::new_current_thread(),
        tokio::runtime::Builder::new_multi_thread(),
    ] {
        let runtime = kind.enable_all().build().expect("a runtime");
        // Its own runtime drives the emulator, since a current-thread one stands still while its thread blocks.
        let elsewhere = tokio::runtime::Runtime::new().expect("a runtime");
        let emulator = elsewhere.block_on(Emulator::start()).expect("an emulator");
        let builder = Client::builder(emulator.token()).base_url(emulator.url());
        let client = drift::blocking::Client::from_builder(builder).expect("a client");
        let find = {
            let client = client.clone();
            move || client.contacts().find_by_email("ada@example.test")
        };
        for _ in 0..3 {
            let blocking = runtime.spawn_blocking(find.clone());
            let found = runtime.block_on(blocking).expect("no panic");
            assert!(found.is_ok(), "{found:?}");
        }
        let task = find.clone();
        let refused = runtime.block_on(runtime.spawn(async move { task() }));
        let refused = refused.expect("no panic").expect_err("in a task");
        assert_eq!(refused.kind(), ErrorKind::Input);
        let _entered = runtime.enter();
        assert!(find().is_ok(), "a plain thread that has entered a runtime");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_blocking_client_works_in_a_block_in_place() {
    let emulator = Emulator::start().await.expect("an emulator");
    let builder = Client::builder(emulator.token()).base_url(emulator.url());
    let client = drift::blocking::Client::from_builder(builder).expect("a client");
    let found = tokio::task::block_in_place(|| client.contacts().find_by_email("ada@example.test"));
    assert!(found.expect("found").is_empty());
    let refused = client.contacts().find_by_email("ada@example.test");
    assert_eq!(refused.expect_err("in a task").kind(), ErrorKind::Input);
    tokio::task::block_in_place(|| drop(client));
}
