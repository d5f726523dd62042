//! How far a call got, for the caller that must know whether it may have been executed.

use std::sync::Arc;

use drift_sdk::{Error, Progress, Stage, Transport};

use crate::server::{Failure, Server, TOKEN, client, new_contact, watched};

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

/// What another URL responds says nothing of the call, so whoever uses a client that follows redirects must know.
#[tokio::test]
async fn a_redirect_that_was_followed_is_reported() -> Result<(), Failure> {
    let found = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
    for (is_redirect, is_watched) in [(true, true), (true, false), (false, true)] {
        let elsewhere = Server::responding(found).await?;
        let moved = format!(
            "HTTP/1.1 303 See Other\r\nlocation: {}/x\r\ncontent-length: 0\r\n\r\n",
            elsewhere.url
        );
        let server = Server::responding(if is_redirect { &moved } else { found }).await?;
        let progress = Arc::new(Progress::default());
        let mut transport = Transport::bearer(TOKEN)?.watched_by(progress.clone());
        if is_watched {
            transport = transport.watch_redirects();
        }
        let client = client(&server.url, transport)?;
        let _ = client.create_contact(&new_contact()?).await;
        assert_eq!(progress.was_redirected(), is_redirect && is_watched);
    }
    Ok(())
}
