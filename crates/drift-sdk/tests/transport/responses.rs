//! What a call makes of the response.

use drift_sdk::{Error, TooLong, Transport, UNREADABLE, types};

use crate::server::{Failure, Server, TOKEN, client, new_contact};

type Refusal = Error<types::ErrorResponse>;

/// A declared failure, whatever its body was.
async fn refused(
    response: &str,
) -> Result<drift_sdk::ResponseValue<types::ErrorResponse>, Failure> {
    let server = Server::responding(response).await?;
    match server.client()?.create_contact(&new_contact()?).await {
        Err(Error::ErrorResponse(response)) => Ok(response),
        _ => Err("not the declared error".into()),
    }
}

fn text(member: Option<types::NullableString>) -> Option<String> {
    member.and_then(|member| member.0)
}

#[tokio::test]
async fn a_page_of_a_proxy_keeps_its_status_headers_and_text() -> Result<(), Failure> {
    let page = "<h1>Slow down</h1>";
    let response = refused(&format!(
        "HTTP/1.1 429 Too Many Requests\r\nretry-after: 7\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\r\n{page}",
        page.len()
    ))
    .await?;
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers().get("retry-after").ok_or("lost")?, "7");
    let error = response.into_inner().error;
    assert_eq!(text(error.type_).as_deref(), Some(UNREADABLE));
    assert_eq!(text(error.message).as_deref(), Some(page));
    Ok(())
}

#[tokio::test]
async fn an_empty_refusal_keeps_its_status_and_headers() -> Result<(), Failure> {
    let response =
        refused("HTTP/1.1 429 Too Many Requests\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n")
            .await?;
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers().get("retry-after").ok_or("lost")?, "7");
    assert_eq!(
        text(response.into_inner().error.message).as_deref(),
        Some("")
    );
    Ok(())
}

#[tokio::test]
async fn a_refusal_that_breaks_off_keeps_its_status() -> Result<(), Failure> {
    let response =
        refused("HTTP/1.1 409 Conflict\r\ncontent-length: 100\r\n\r\n{\"error\":").await?;
    assert_eq!(response.status(), 409);
    Ok(())
}

#[tokio::test]
async fn a_refusal_in_the_contract_s_json_comes_unchanged() -> Result<(), Failure> {
    let json = r#"{"error":{"type":"CONTACT-6","hint":[1]}}"#;
    let response = refused(&format!(
        "HTTP/1.1 409 Conflict\r\ncontent-length: {}\r\n\r\n{json}",
        json.len()
    ))
    .await?;
    assert_eq!(response.status(), 409);
    assert_eq!(serde_json::to_string(&response.into_inner())?, json);
    Ok(())
}

#[tokio::test]
async fn an_undeclared_status_keeps_its_status_and_headers() -> Result<(), Failure> {
    let server = Server::responding(
        "HTTP/1.1 503 Service Unavailable\r\nretry-after: 9\r\ncontent-length: 0\r\n\r\n",
    )
    .await?;
    let Err(Error::UnexpectedResponse(response)) = server.client()?.get_contact(1).await else {
        panic!("503 is not declared");
    };
    assert_eq!(response.status(), 503);
    assert_eq!(response.headers().get("retry-after").ok_or("lost")?, "9");
    Ok(())
}

#[tokio::test]
async fn an_empty_success_is_a_success_however_its_end_is_declared() -> Result<(), Failure> {
    let ends = [
        "content-length: 0\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "connection: close\r\n\r\n",
    ];
    for end in ends {
        let server = Server::responding(&format!("HTTP/1.1 202 Accepted\r\n{end}")).await?;
        let response = server.client()?.delete_contact(1).await;
        let response = response.map_err(|error| format!("{end:?}: {error}"))?;
        assert_eq!(response.status(), 202);
        assert_eq!(serde_json::to_string(&response.into_inner())?, "{}");
    }
    Ok(())
}

/// A response that is as long as the limit, and one that is a byte longer, with and without a length.
#[tokio::test]
async fn a_response_over_the_limit_is_an_error_of_the_body() -> Result<(), Failure> {
    let json = r#"{"data":[]}"#;
    for head in [
        format!("content-length: {}", json.len()),
        "connection: close".to_owned(),
    ] {
        let response = format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n{json}");
        assert!(
            find_with_limit(&response, json.len()).await?.is_ok(),
            "{head}"
        );
        let Err(error) = find_with_limit(&response, json.len() - 1).await? else {
            panic!("{head}: the response is too long");
        };
        assert!(is_too_long(&error), "{head}: {error:#}");
    }
    Ok(())
}

async fn find_with_limit(
    response: &str,
    limit: usize,
) -> Result<Result<drift_sdk::ResponseValue<types::ContactListResponse>, Refusal>, Failure> {
    let server = Server::responding(response).await?;
    let transport = Transport::bearer(TOKEN)?.body_limit(limit);
    let found = client(&server.url, transport)?
        .find_contacts(None, None, None, None)
        .await;
    Ok(found)
}

fn is_too_long(error: &Refusal) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.downcast_ref::<TooLong>().is_some() {
            return true;
        }
        cause = error.source();
    }
    false
}
