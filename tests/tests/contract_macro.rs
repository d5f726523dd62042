//! A client from the contract alone: `progenitor::generate_api!` on `openapi/contacts.yaml`, as someone writes it who
//! takes neither `drift` nor `drift-sdk`.

use std::num::NonZeroU64;

use drift_emulator::{Dump, Emulator};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use serde_json::json;

#[allow(missing_docs, clippy::all, reason = "what the macro writes is its own")]
mod contacts {
    progenitor::generate_api!("../openapi/contacts.yaml");
}

use contacts::types::{ContactCreateRequest, ContactResponse, FindIdType};
use contacts::{Client, Error};

/// The first whole number that a double cannot hold.
const EXACT: i64 = (1 << 53) + 1;

fn client(emulator: &Emulator) -> Client {
    // This build of reqwest brings no provider of its own; it is installed once, by whichever test comes first.
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let token = HeaderValue::from_str(&format!("Bearer {}", emulator.token())).expect("a header");
    let http = reqwest::Client::builder()
        .no_proxy()
        .default_headers(HeaderMap::from_iter([(AUTHORIZATION, token)]))
        .build()
        .expect("an HTTP client");
    Client::new_with_client(emulator.url(), http)
}

fn ada() -> ContactCreateRequest {
    let request = json!({ "attributes": {
        "email": "ada@example.test", "externalId": "u_9f3c1ad27b60e845", "plan": "pro", "revenue": EXACT,
    } });
    serde_json::from_value(request).expect("the contract's own type")
}

async fn created(emulator: &Emulator) -> ContactResponse {
    let response = client(emulator).create_contact(&ada()).await;
    response.expect("it is created").into_inner()
}

#[tokio::test]
async fn attributes_that_the_contract_does_not_declare_come_back_exact() {
    let emulator = Emulator::start().await.expect("it starts");
    let contact = created(&emulator).await.data;
    let external_ids = vec!["u_9f3c1ad27b60e845".to_owned()];
    let found = client(&emulator)
        .find_contacts(None, Some(&external_ids), Some(FindIdType::External), None)
        .await
        .expect("it is found")
        .into_inner();
    assert_eq!(found.data[0].id, contact.id);
    assert_eq!(found.data[0].attributes.extra["plan"], "pro");
    assert_eq!(found.data[0].attributes.extra["revenue"], EXACT);
}

#[tokio::test]
async fn an_id_beyond_what_a_double_holds_is_exact() {
    let emulator = Emulator::start().await.expect("it starts");
    let id = created(&emulator).await.data.id;
    let dump = emulator.state().dump().await.expect("it is dumped");
    let dump = dump.as_json().replace(&id.to_string(), &EXACT.to_string());
    let dump = Dump::from_json(dump).expect("it is a dump");
    emulator.state().load(dump).await.expect("it is loaded");
    // The macro reads the contract's `minimum: 1` into the type.
    let asked = NonZeroU64::new(EXACT.unsigned_abs()).expect("it is not 0");
    let contact = client(&emulator).get_contact(asked).await;
    assert_eq!(contact.expect("it is found").into_inner().data.id, EXACT);
}

#[tokio::test]
async fn a_duplicate_is_a_typed_refusal() {
    let emulator = Emulator::start().await.expect("it starts");
    created(&emulator).await;
    let refusal = client(&emulator).create_contact(&ada()).await;
    let Err(Error::ErrorResponse(refusal)) = refusal else {
        panic!("a 409 with the contract's error, not {refusal:?}");
    };
    assert_eq!(refusal.status(), 409);
    let error = refusal.into_inner().error;
    assert_eq!(error.type_.as_deref(), Some("CONTACT-6"));
}
