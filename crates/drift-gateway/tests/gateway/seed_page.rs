//! The create of Drift's own page, as raw HTTP, with nothing changed but the host; its response is lost behind the gateway.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Scene, lost_create};

#[tokio::test]
async fn the_call_of_the_page_survives_a_lost_response() {
    for commit in [true, false] {
        let scene = Scene::new().await;
        scene.fault(lost_create(commit).nth(1));
        let (host, token) = (
            scene.url().trim_start_matches("http://").to_owned(),
            scene.token(),
        );
        let body = "{\n  \"attributes\": {\n    \"email\": \"email@test.com\",\n    \"externalId\": \"123\"\n  }\n}";
        let request = format!(
            "POST /contacts HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}\r\n\
             Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(&host).await.expect("connected");
        stream.write_all(request.as_bytes()).await.expect("written");
        let mut response = String::new();
        stream.read_to_string(&mut response).await.expect("read");
        assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
        assert!(response.contains("\"externalId\":\"123\""), "{response}");
        assert_eq!(scene.count().await, 1);
    }
}
