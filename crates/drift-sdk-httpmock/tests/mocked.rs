//! The typed mocks and the client meet over a real socket.

use drift_sdk::{Client, Error, Transport, types};
use drift_sdk_httpmock::MockServerExt;
use httpmock::MockServer;
use serde_json::{Value, json};

type Failure = Box<dyn std::error::Error>;

fn client(server: &MockServer) -> Result<Client, Failure> {
    Ok(client_with(server, Transport::bearer("a-token")?))
}

fn client_with(server: &MockServer, transport: Transport) -> Client {
    // The whole workspace in one build brings TLS without a provider of it; a second choice of one is refused.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::new_with_client(&server.base_url(), reqwest::Client::new(), transport)
}

fn contact(id: i64) -> Value {
    json!({ "data": {
        "id": id,
        "createdAt": 1_735_689_600_123_i64,
        "attributes": { "email": "ada@example.test", "external_id": 7, "plan": "pro" },
    } })
}

#[tokio::test]
async fn a_typed_response_comes_back_whole() -> Result<(), Failure> {
    let server = MockServer::start_async().await;
    let wanted: types::ContactResponse = serde_json::from_value(contact(24_100_000_017))?;
    let mock = server.get_contact(|when, then| {
        when.contact_id(24_100_000_017);
        then.ok(&wanted);
    });
    let response = client(&server)?.get_contact(24_100_000_017).await?;
    assert!(response.into_inner() == wanted);
    mock.assert_async().await;
    Ok(())
}

#[tokio::test]
async fn a_mocked_refusal_is_the_typed_error() -> Result<(), Failure> {
    let server = MockServer::start_async().await;
    let taken: types::ErrorResponse =
        serde_json::from_value(json!({ "error": { "type": "CONTACT-6" } }))?;
    let body: types::ContactCreateRequest =
        serde_json::from_value(json!({ "attributes": { "email": "ada@example.test" } }))?;
    server.create_contact(|when, then| {
        when.body(&body);
        then.conflict(&taken);
    });
    let refused = client(&server)?.create_contact(&body).await;
    let Err(Error::ErrorResponse(response)) = refused else {
        panic!("a 409 must be the declared error");
    };
    assert_eq!(response.status(), 409);
    assert!(response.into_inner() == taken);
    Ok(())
}

#[tokio::test]
async fn each_of_several_ids_is_matched() -> Result<(), Failure> {
    let server = MockServer::start_async().await;
    let found: types::ContactListResponse =
        serde_json::from_value(json!({ "data": [contact(1)["data"]] }))?;
    let ids = vec!["first".to_owned(), "second".to_owned()];
    let mock = server.find_contacts(|when, then| {
        when.id(&ids).id_type(types::FindIdType::External);
        then.ok(&found);
    });
    let client = client(&server)?;
    let external = Some(types::FindIdType::External);
    let response = client.find_contacts(None, Some(&ids), external, None);
    assert!(response.await?.into_inner() == found);

    let one = vec!["first".to_owned()];
    let other = client.find_contacts(None, Some(&one), external, None);
    assert!(other.await.is_err(), "the second id was not sent");
    mock.assert_calls_async(1).await;
    Ok(())
}

#[tokio::test]
async fn a_contact_by_id_is_not_the_list_of_attributes() -> Result<(), Failure> {
    let server = MockServer::start_async().await;
    let wanted: types::ContactResponse = serde_json::from_value(contact(1))?;
    let definitions: types::AttributeDefinitionListResponse =
        serde_json::from_value(json!({ "data": { "properties": [] } }))?;
    let by_id = server.get_contact(|_, then| {
        then.ok(&wanted);
    });
    let attributes = server.list_contact_attributes(|_, then| {
        then.ok(&definitions);
    });
    let client = client(&server)?;
    assert!(client.list_contact_attributes().await?.into_inner() == definitions);
    assert!(client.get_contact(1).await?.into_inner() == wanted);
    by_id.assert_calls_async(1).await;
    attributes.assert_calls_async(1).await;
    Ok(())
}

#[tokio::test]
async fn what_the_contract_forbids_can_be_mocked_too() -> Result<(), Failure> {
    let server = MockServer::start_async().await;
    server.get_contact(|_, then| {
        then.into_inner().status(418).body("no JSON");
    });
    let response = client(&server)?.get_contact(1).await;
    assert!(
        matches!(response, Err(Error::UnexpectedResponse(response)) if response.status() == 418)
    );
    Ok(())
}

#[tokio::test]
async fn a_form_is_matched_by_its_members_and_sent_without_a_token() -> Result<(), Failure> {
    let server = MockServer::start_async().await;
    let request = |refresh_token: &str| types::TokenExchangeRequest {
        client_id: "an app".to_owned(),
        client_secret: "a secret & more".to_owned(),
        grant_type: "refresh_token".to_owned(),
        refresh_token: Some(refresh_token.to_owned()),
        code: None,
        redirect_uri: None,
    };
    let wanted: types::TokenExchange =
        serde_json::from_value(json!({ "access_token": "a-token", "orgId": 7 }))?;
    let mock = server.exchange_token(|when, then| {
        let inner = when.body(&request("r+1")).into_inner();
        inner.header_missing("authorization");
        then.ok(&wanted);
    });
    let client = client_with(&server, Transport::anonymous());
    let response = client.exchange_token(&request("r+1")).await?;
    assert!(response.into_inner() == wanted);
    assert!(client.exchange_token(&request("another")).await.is_err());
    mock.assert_async().await;
    Ok(())
}
