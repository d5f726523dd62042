//! How far a call got, for the caller that must know whether it may have been executed.

use drift_sdk::{Error, Stage};

use crate::server::{Failure, Server, new_contact, watched};

#[tokio::test]
async fn a_refused_connection_sent_nothing() -> Result<(), Failure> {
    let free = std::net::TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}", free.local_addr()?);
    drop(free);
    let (client, progress) = watched(&url)?;
    assert!(client.create_contact(&new_contact()?).await.is_err());
    assert_eq!(progress.stage(), Stage::Connecting);
    assert_eq!(progress.status(), None);
    Ok(())
}

#[tokio::test]
async fn a_server_that_closes_in_the_middle_may_have_got_it_all() -> Result<(), Failure> {
    let server = Server::closing_after_a_byte().await?;
    let (client, progress) = server.watched()?;
    assert!(client.create_contact(&new_contact()?).await.is_err());
    assert!(progress.stage() >= Stage::Sending, "{:?}", progress.stage());
    assert_eq!(progress.status(), None);
    assert_eq!(server.request().await?, "P");
    Ok(())
}

#[tokio::test]
async fn a_request_without_a_response_waits() -> Result<(), Failure> {
    let server = Server::responding("").await?;
    let (client, progress) = server.watched()?;
    assert!(client.create_contact(&new_contact()?).await.is_err());
    assert_eq!(progress.stage(), Stage::Waiting);
    assert!(server.request().await?.contains("ada@example.test"));
    Ok(())
}

#[tokio::test]
async fn a_response_that_breaks_off_has_a_status() -> Result<(), Failure> {
    let cuts = [
        "HTTP/1.1 200 OK\r\nx-request-id: r1\r\ncontent-length: 100\r\n\r\n{\"data\":",
        "HTTP/1.1 200 OK\r\nx-request-id: r1\r\ntransfer-encoding: chunked\r\n\r\n8\r\n{\"data\":",
    ];
    for cut in cuts {
        let server = Server::responding(cut).await?;
        let (client, progress) = server.watched()?;
        let response = client.create_contact(&new_contact()?).await;
        assert!(
            matches!(
                response,
                Err(Error::ResponseBodyError(_) | Error::CommunicationError(_))
            ),
            "{cut}"
        );
        assert_eq!(progress.stage(), Stage::Reading);
        assert_eq!(progress.status().map(|status| status.as_u16()), Some(200));
        let headers = progress.headers().ok_or("the headers were there")?;
        assert_eq!(headers.get("x-request-id").ok_or("lost")?, "r1");
    }
    Ok(())
}

#[tokio::test]
async fn a_call_without_a_body_counts_as_sent_from_the_start() -> Result<(), Failure> {
    let server = Server::closing_after_a_byte().await?;
    let (client, progress) = server.watched()?;
    assert!(client.get_contact(1).await.is_err());
    assert_eq!(progress.stage(), Stage::Sending);
    Ok(())
}
