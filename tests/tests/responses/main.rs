//! Arbitrary bytes as responses: never a panic, never a hang, never a contact that was not sent.
//!
//! 24,000 responses from a fixed seed; a million with `DRIFT_HEAVY=1`.

mod generate;
mod server;

use std::time::Duration;

use drift::{
    CallOptions, Client, Contact, Error, ErrorKind, ExternalId, NewContact, Outcome, RetryPolicy,
    VerifyPolicy,
};
use generate::{Chance, Response};
use serde_json::{Value, json};
use server::{Raw, Responses, Server};

/// Far more than any of these calls takes; a call that is cut off by it hangs.
const HANG: Duration = Duration::from_secs(60);

/// A million in all.
const HEAVY: u64 = 250_000;
const ORDINARY: u64 = 6_000;
const KINDS: [Kind; 4] = [Kind::Create, Kind::LookUp, Kind::Find, Kind::Get];

/// What the generated response is a response to.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// The create; look-ups find nothing.
    Create,
    /// The look-up after a create whose response was lost.
    LookUp,
    Find,
    Get,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_response_does_harm() {
    let count = if std::env::var_os("DRIFT_HEAVY").is_some() {
        HEAVY
    } else {
        ORDINARY
    };
    let lanes = KINDS.map(|kind| tokio::spawn(lane(kind, count)));
    let mut right = 0;
    for lane in lanes {
        right += lane.await.expect("no panic");
    }
    // Of 16 responses about one is right, so the checks above were reached.
    assert!(right > count / 8, "{right} right responses were accepted");
}

/// The servers of one kind of response: a connection that ends after a response does not concern the next call.
struct Lane {
    kind: Kind,
    framed: (Server, Client),
    unframed: (Server, Client),
}

async fn lane(kind: Kind, count: u64) -> u64 {
    let lane = Lane {
        kind,
        framed: pair().await,
        unframed: pair().await,
    };
    let mut chance = Chance(kind as u64);
    let mut right = 0;
    for number in 0..count {
        right += u64::from(lane.one(&mut chance, number).await);
    }
    right
}

async fn pair() -> (Server, Client) {
    let server = Server::start().await;
    let options = CallOptions::default()
        .retry(RetryPolicy::none())
        .verify(VerifyPolicy::after([]));
    let client = Client::builder("a-token")
        .base_url(format!("http://{}", server.address))
        .options(options)
        .build()
        .expect("a client");
    (server, client)
}

/// Who is asked for: by external id every second time.
struct Asked {
    contact: i64,
    email: String,
    id: Option<ExternalId>,
}

impl Asked {
    fn new(number: u64) -> Self {
        let id = number.is_multiple_of(2).then(ExternalId::random);
        Self {
            contact: 24_100_000_000 + i64::try_from(number).expect("an id"),
            email: format!("ada{number}@example.test"),
            id,
        }
    }

    fn new_contact(&self) -> NewContact {
        let new = NewContact::new(&self.email).expect("an email").name("Ada");
        match &self.id {
            Some(id) => new.external_id(id.clone()),
            None => new,
        }
    }

    fn json(&self) -> Value {
        let id = self.id.as_ref().map(ExternalId::as_str);
        json!({
            "id": self.contact,
            "createdAt": 1_735_689_600_123_u64,
            "attributes": {
                "_END_USER_VERSION": 3, "email": self.email, "name": "Ada", "externalId": id, "external_id": id,
                "events": {}, "socialProfiles": {}, "start_date": 1_735_689_600_123_u64
            }
        })
    }

    /// By the bytes alone, and by another reader than the library's.
    fn is_meant_by(&self, contact: &Value, by_email_too: bool) -> bool {
        let text = |key: &str| contact["attributes"][key].as_str();
        let same = |email: &str| email.trim().to_lowercase() == self.email;
        let id = self
            .id
            .as_ref()
            .is_none_or(|id| text("externalId") == Some(id.as_str()));
        let email = text("email").is_some_and(same);
        id && (email || (self.id.is_some() && !by_email_too)) && contact["id"].is_i64()
    }
}

impl Lane {
    /// One response; whether it was a right one, and was accepted.
    async fn one(&self, chance: &mut Chance, number: u64) -> bool {
        let asked = Asked::new(number);
        let contact = asked.json();
        let right = match self.kind {
            Kind::Create | Kind::Get => json!({ "data": contact }),
            Kind::LookUp | Kind::Find => json!({ "data": [contact] }),
        };
        let response = generate::response(chance, &right);
        let (server, client) = if response.raw.framed {
            &self.framed
        } else {
            &self.unframed
        };
        server.respond(self.responses(&response));
        let call = self.call(client, &asked);
        let reported = tokio::time::timeout(HANG, call)
            .await
            .unwrap_or_else(|_| panic!("{:?} {number} hangs", self.kind));
        self.judge(&response, &asked, reported)
    }

    fn responses(&self, response: &Response) -> Responses {
        let plain = |status: &str, body: &str| Raw {
            bytes: format!(
                "HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            )
            .into_bytes(),
            framed: true,
        };
        match self.kind {
            Kind::Create => Responses {
                create: response.raw.clone(),
                find: plain("200 OK", r#"{"data":[]}"#),
            },
            Kind::LookUp | Kind::Find | Kind::Get => Responses {
                create: plain("500 Any", ""),
                find: response.raw.clone(),
            },
        }
    }

    async fn call(&self, client: &Client, asked: &Asked) -> Result<Vec<Contact>, Error> {
        let contacts = client.contacts();
        match self.kind {
            Kind::Create => {
                let outcome = contacts.create(asked.new_contact()).await?;
                assert!(matches!(outcome, Outcome::Created(_)), "nothing was found");
                Ok(vec![outcome.into_contact()])
            }
            Kind::LookUp => {
                let outcome = contacts.create(asked.new_contact()).await?;
                assert_eq!(
                    asked.id.is_some(),
                    outcome.is_ours(),
                    "proved by a random id alone"
                );
                assert!(
                    !matches!(outcome, Outcome::Created(_)),
                    "no response said so"
                );
                Ok(vec![outcome.into_contact()])
            }
            Kind::Find => contacts
                .find_by_email(&asked.email)
                .await
                .map(drift::Matches::into_vec),
            Kind::Get => contacts
                .get(asked.contact)
                .await
                .map(|contact| vec![contact]),
        }
    }

    fn judge(
        &self,
        response: &Response,
        asked: &Asked,
        reported: Result<Vec<Contact>, Error>,
    ) -> bool {
        let found = match reported {
            Ok(found) => found,
            Err(error) => {
                assert!(
                    !response.right,
                    "{:?}: a right response was not accepted: {error}",
                    self.kind
                );
                self.judge_error(asked, &error);
                return false;
            }
        };
        for contact in &found {
            let json = contact.to_json();
            if matches!(self.kind, Kind::Create | Kind::LookUp) {
                let fits = asked.is_meant_by(&json, self.kind == Kind::Create);
                assert!(fits, "{:?}: {json} was not sent", self.kind);
            }
            if self.kind == Kind::Get {
                assert_eq!(json["id"], asked.contact, "another contact was given");
            }
            if let Some(body) = &response.body {
                assert!((200..300).contains(&response.status));
                let sent: Value = serde_json::from_slice(body).expect("only JSON holds a contact");
                assert!(holds(&sent["data"], &json), "{json} is not in {sent}");
            }
        }
        response.right
    }

    fn judge_error(&self, asked: &Asked, error: &Error) {
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(&asked.email), "{shown}");
        if error.kind() == ErrorKind::Unresolved {
            assert!(error.ticket().is_some(), "{shown}");
        }
        assert_ne!(error.kind(), ErrorKind::Input, "{shown}");
    }
}

/// Whether a contact is, word for word, what was sent, or one of what was sent. Numbers are compared as numbers.
fn holds(sent: &Value, contact: &Value) -> bool {
    match sent {
        Value::Array(items) => items.contains(contact),
        one => one == contact,
    }
}
