//! HTTP/2: a stream that the server refused, or that it will not process any more, was not sent.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};

use drift::reqwest::redirect::Policy;
use drift::{Client, Delivery, ErrorKind};

use super::server::{Seen, Server};
use super::{failed_create, one_attempt};

const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;

/// Codes of RFC 9113, 7.
const NO_ERROR: u32 = 0;
const INTERNAL_ERROR: u32 = 2;
const REFUSED_STREAM: u32 = 7;
const ENHANCE_YOUR_CALM: u32 = 11;

/// What a server does with a request.
#[derive(Clone, Copy)]
enum Reaction {
    /// Resets its stream with this code.
    Reset(u32),
    /// Says that it processes streams up to this one, and ends the connection.
    GoAway { last: u32, code: u32 },
}

fn reacting(reaction: Reaction) -> Server {
    Server::start(move |socket, seen| converse(socket, seen, reaction))
}

fn converse(mut socket: TcpStream, seen: &Seen, reaction: Reaction) -> io::Result<()> {
    let mut preface = [0; 24];
    socket.read_exact(&mut preface)?;
    send(&mut socket, SETTINGS, 0, &[])?;
    loop {
        let mut head = [0; 9];
        socket.read_exact(&mut head)?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        io::copy(&mut (&mut socket).take(length.into()), &mut io::sink())?;
        if head[3] != HEADERS {
            continue;
        }
        seen.request(String::new());
        match reaction {
            Reaction::Reset(code) => {
                let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
                send(&mut socket, RST_STREAM, stream, &code.to_be_bytes())?;
            }
            Reaction::GoAway { last, code } => {
                let payload = [last.to_be_bytes(), code.to_be_bytes()].concat();
                send(&mut socket, GOAWAY, 0, &payload)?;
                socket.shutdown(Shutdown::Write)?;
            }
        }
    }
}

fn send(socket: &mut TcpStream, kind: u8, stream: u32, payload: &[u8]) -> io::Result<()> {
    let length = u32::try_from(payload.len())
        .expect("a short frame")
        .to_be_bytes();
    let mut frame = vec![length[1], length[2], length[3], kind, 0];
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    socket.write_all(&frame)
}

#[tokio::test]
async fn a_request_that_the_server_did_not_process_was_not_sent() {
    let go_away = |last, code| Reaction::GoAway { last, code };
    for (case, reaction, not_sent) in [
        ("REFUSED_STREAM", Reaction::Reset(REFUSED_STREAM), true),
        ("another reset", Reaction::Reset(INTERNAL_ERROR), false),
        ("GOAWAY", go_away(0, NO_ERROR), true),
        ("GOAWAY for load", go_away(0, ENHANCE_YOUR_CALM), true),
        ("GOAWAY beyond it", go_away(1, NO_ERROR), false),
    ] {
        let server = reacting(reaction);
        let builder = one_attempt(&server.url());
        let error =
            failed_create(builder.configure_http(|http| http.http2_prior_knowledge())).await;
        let expected = if not_sent {
            (ErrorKind::Connect, Delivery::NotSent)
        } else {
            (ErrorKind::Unresolved, Delivery::Unknown)
        };
        assert_eq!(
            (error.kind(), error.delivery()),
            expected,
            "{case}: {error}"
        );
        if not_sent {
            assert_eq!(server.requests().len(), 1, "{case}: it was looked up");
        }
    }
}

/// A client of the caller's own that may follow redirects fails with the error of its last request.
#[tokio::test]
async fn a_refused_stream_of_a_client_that_may_redirect_proves_nothing() {
    for (policy, delivery) in [
        (Policy::none(), Delivery::NotSent),
        (Policy::default(), Delivery::Unknown),
    ] {
        let server = reacting(Reaction::Reset(REFUSED_STREAM));
        let http = Client::http_client_builder().expect("a builder");
        let http = http.redirect(policy).no_proxy().http2_prior_knowledge();
        let http = http.build().expect("a client");
        let error = failed_create(one_attempt(&server.url()).http_client(http)).await;
        assert_eq!(error.delivery(), delivery, "{error}");
    }
}
