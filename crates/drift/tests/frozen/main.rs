//! Tickets of earlier versions: they are resolved as if this version had written them.

use std::time::Duration;

use drift::{
    CallOptions, Client, ErrorKind, ExternalId, NewContact, Outcome, Resolution, Ticket,
    VerifyPolicy,
};
use drift_emulator::Emulator;

const FRESH_ID: &str = include_str!("fresh_id.json");
const STAMP: &str = include_str!("stamp.json");
const NONE: &str = include_str!("none.json");
const SURELY_THERE: &str = include_str!("surely_there.json");
const OF_ORGANIZATION: &str = include_str!("of_organization.json");
const EARLIER: &str = include_str!("earlier.json");

/// The external id of `fresh_id.json`.
const ID: &str = "r_91a00127c4ca81345c7703160cb97d53";

fn ticket(text: &str) -> Ticket {
    serde_json::from_str(text).expect("a ticket")
}

fn client(emulator: &Emulator, token: &str) -> Client {
    let waits = [1, 5].map(Duration::from_millis);
    let options = CallOptions::default().verify(VerifyPolicy::after(waits));
    let builder = Client::builder(token).base_url(emulator.url());
    builder.options(options).build().expect("a client")
}

fn contact(email: &str) -> NewContact {
    NewContact::new(email).expect("an email")
}

fn ada() -> NewContact {
    contact("ada@example.test").external_id(ExternalId::allow_guessable(ID))
}

fn bob() -> NewContact {
    contact("bob@example.test")
}

fn cyd(stamp: &str) -> NewContact {
    let cyd = contact("cyd@example.test").external_id(ExternalId::allow_guessable("customer-7"));
    cyd.attribute("created_by_call", stamp)
}

/// What became of a create, in one word.
fn word(resolution: &Resolution) -> &'static str {
    match resolution {
        Resolution::Found(Outcome::Recovered(_)) => "recovered",
        Resolution::Found(Outcome::Existed(_)) => "existed",
        Resolution::Absent => "absent",
        _ => "another",
    }
}

#[tokio::test]
async fn a_ticket_tells_what_became_of_its_create() {
    for (stored, there, expected) in [
        (FRESH_ID, Some(ada()), "recovered"),
        (FRESH_ID, Some(bob()), "absent"),
        (OF_ORGANIZATION, Some(ada()), "recovered"),
        (OF_ORGANIZATION, None, "absent"),
        (EARLIER, Some(ada()), "recovered"),
        (EARLIER, None, "absent"),
        (
            STAMP,
            Some(cyd("0f17119d0b5b1ce5e5de29246e0a055f")),
            "recovered",
        ),
        (STAMP, Some(cyd("of another create")), "existed"),
        (STAMP, None, "absent"),
        (NONE, Some(bob()), "existed"),
        (NONE, None, "absent"),
        (SURELY_THERE, Some(contact("dan@example.test")), "existed"),
    ] {
        let emulator = Emulator::start().await.expect("the emulator starts");
        let contacts = client(&emulator, emulator.token()).contacts();
        if let Some(there) = there {
            contacts.create(there).await.expect("created");
        }
        let resolved = contacts.resolve(&ticket(stored)).await.expect(stored);
        assert_eq!(word(&resolved), expected, "{stored}");
    }
}

#[tokio::test]
async fn a_duplicate_that_is_not_found_is_not_said_to_be_absent() {
    let emulator = Emulator::start().await.expect("the emulator starts");
    let contacts = client(&emulator, emulator.token()).contacts();
    let error = contacts.resolve(&ticket(SURELY_THERE)).await;
    let error = error.expect_err("it was there, and is not found");
    assert_eq!(error.kind(), ErrorKind::Unresolved);
    assert_eq!(error.ticket(), Some(&ticket(SURELY_THERE)));
}

#[tokio::test]
async fn a_ticket_of_another_account_is_refused() {
    let emulator = Emulator::start().await.expect("the emulator starts");
    let contacts = client(&emulator, "another").contacts();
    for stored in [FRESH_ID, STAMP, NONE, SURELY_THERE] {
        let error = contacts.resolve(&ticket(stored)).await;
        assert_eq!(
            error.expect_err(stored).kind(),
            ErrorKind::Input,
            "{stored}"
        );
    }
}

#[test]
fn a_ticket_is_written_as_it_was_read() {
    for stored in [FRESH_ID, STAMP, NONE, SURELY_THERE, OF_ORGANIZATION] {
        let json: serde_json::Value = serde_json::from_str(stored).expect(stored);
        assert_eq!(serde_json::to_value(ticket(stored)).expect(stored), json);
    }
    // What an earlier version left out is added.
    let earlier = serde_json::to_value(ticket(EARLIER)).expect(EARLIER);
    assert_eq!(earlier["surely_there"], false);
    assert_eq!(earlier["place"], serde_json::Value::Null);
}
