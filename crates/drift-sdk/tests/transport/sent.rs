//! What a call says to the server.

use crate::server::{Failure, Server, TOKEN, new_contact};

const CREATED: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 47\r\n\r\n{\"data\":{\"id\":1,\"createdAt\":2,\"attributes\":{}}}";

#[tokio::test]
async fn the_token_is_sent_and_the_contract_s_version_is_not() -> Result<(), Failure> {
    let server = Server::responding(CREATED).await?;
    server.client()?.get_contact(1).await?;
    let request = server.request().await?.to_lowercase();
    assert!(
        request.starts_with("get /contacts/1 http/1.1\r\n"),
        "{request}"
    );
    assert!(
        request.contains(&format!("\r\nauthorization: bearer {TOKEN}\r\n")),
        "{request}"
    );
    assert!(!request.contains("api-version"), "{request}");
    Ok(())
}

#[tokio::test]
async fn a_watched_body_is_sent_whole_with_its_length() -> Result<(), Failure> {
    let server = Server::responding(CREATED).await?;
    let (client, _) = server.watched()?;
    client.create_contact(&new_contact()?).await?;
    let request = server.request().await?;
    let (head, body) = request.split_once("\r\n\r\n").ok_or("no end of the head")?;
    let head = head.to_lowercase();
    assert_eq!(body, r#"{"attributes":{"email":"ada@example.test"}}"#);
    assert!(
        head.contains(&format!("\r\ncontent-length: {}", body.len())),
        "{head}"
    );
    assert!(!head.contains("transfer-encoding"), "{head}");
    Ok(())
}

#[tokio::test]
async fn a_plus_in_an_email_is_escaped() -> Result<(), Failure> {
    let server =
        Server::responding("HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n{\"data\":[]}").await?;
    let client = server.client()?;
    let found = client.find_contacts(Some("a+b@example.test"), None, None, None);
    assert!(found.await?.into_inner().data.is_empty());
    let request = server.request().await?;
    assert!(
        request.starts_with("GET /contacts?email=a%2Bb%40example.test HTTP"),
        "{request}"
    );
    Ok(())
}
