//! What a call shows from outside, by `tracing`: a span for each call and each look-up of it, with the server's id of the
//! request; an error only where the call ends with one.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use drift::{ExternalId, Outcome};
use drift_tests::ada;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::raw_server::{Drift, RawServer, Reply};

/// The lines that are written when spans end.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl Lines {
    /// Captures what ends on this thread as long as the guard lives.
    fn capture(&self) -> tracing::subscriber::DefaultGuard {
        let subscriber = tracing_subscriber::fmt()
            .with_span_events(FmtSpan::CLOSE)
            .with_ansi(false)
            .with_writer(self.clone())
            .finish();
        tracing::subscriber::set_default(subscriber)
    }

    /// The spans of this library that have ended, in this order, each behind those that it is in.
    fn ended(&self) -> Vec<String> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&lines).into_owned();
        let closed = text.lines().filter_map(|line| line.split_once(": close"));
        closed.map(|(spans, _)| spans.to_owned()).collect()
    }
}

fn innermost(span: &str) -> &str {
    span.rsplit_once("drift{").map_or(span, |(_, last)| last)
}

#[tokio::test]
async fn a_create_that_was_recovered_shows_no_error_and_its_look_up() {
    let drift = Drift::default();
    let server = RawServer::start(move |request, _| {
        let done = drift.carry_out(request);
        if request.method == "POST" {
            Reply::Closed
        } else {
            done
        }
    })
    .await;
    let contacts = server.client().contacts();
    let lines = Lines::default();
    let guard = lines.capture();
    let outcome = contacts
        .create(ada().external_id(ExternalId::random()))
        .await;
    drop(guard);
    assert!(matches!(outcome, Ok(Outcome::Recovered(_))));
    let ended = lines.ended();
    assert_eq!(ended.len(), 2, "{ended:?}");
    assert!(
        innermost(&ended[0]).contains("contacts.find_by_external_id"),
        "{ended:?}"
    );
    assert!(
        ended[0].contains("contacts.create"),
        "the look-up is a part of it: {ended:?}"
    );
    assert!(
        innermost(&ended[1]).contains("contacts.create"),
        "{ended:?}"
    );
    assert!(
        ended.iter().all(|span| !span.contains("error.type")),
        "{ended:?}"
    );
}

#[tokio::test]
async fn a_call_shows_the_request_id_and_how_it_ended() {
    let contact = r#"{"ok":true,"data":{"id":7,"createdAt":1,"attributes":{}}}"#;
    for (status, body, error) in [(200, contact, None), (500, "", Some("error.type=Server"))] {
        let headers = "X-Request-Id: request-7\r\n";
        let server = RawServer::start(move |_, _| Reply::new(status, headers, body)).await;
        let contacts = server.client().contacts();
        let lines = Lines::default();
        let guard = lines.capture();
        let _ = contacts.get(7).await;
        let _ = contacts.delete(7).await;
        drop(guard);
        let ended = lines.ended();
        assert_eq!(ended.len(), 2, "{ended:?}");
        for span in ended {
            assert!(span.contains("request-7"), "{span}");
            assert!(
                span.contains(&format!("http.response.status_code={status}")),
                "{span}"
            );
            let shown = span.matches("error.type").count();
            assert_eq!(shown, usize::from(error.is_some()), "{span}");
            assert!(error.is_none_or(|error| span.contains(error)), "{span}");
        }
    }
}
