//! Two services that lose nothing when they crash: a queue worker, and an HTTP service with an outbox. Which one to take: the
//! first, where each person has an id of your own that a message names; the second, where a contact is to be new.
//!
//! # A queue worker
//!
//! A queue delivers a message at least once, so a message must be safe to handle twice. With a derived id it is: every run
//! makes the same id of the same customer, and [`ensure`](crate::Contacts::ensure) gets the contact that is there. No ticket has
//! to be stored.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use drift::{Client, ExternalId, IdKey, NewContact, NextAction};
//!
//! struct Message {
//!     customer: u64,
//!     email: String,
//! }
//!
//! /// What to do with a message afterwards.
//! #[derive(Debug, PartialEq)]
//! enum Done {
//!     Acknowledge,
//!     /// No retry would make it better: to the dead letters.
//!     Reject,
//! }
//!
//! /// On an error, leave the message in the queue: it is delivered again.
//! async fn handle(client: &Client, key: &IdKey, message: &Message) -> drift::Result<Done> {
//!     let id = ExternalId::derive(key, format!("customer {}", message.customer))?;
//!     let Ok(new) = NewContact::new(&message.email) else {
//!         return Ok(Done::Reject);
//!     };
//!     match client.contacts().ensure(new.external_id(id)).await {
//!         Ok(_) => Ok(Done::Acknowledge),
//!         Err(error) if error.next_action() == NextAction::FixInput => Ok(Done::Reject),
//!         Err(error) => Err(error),
//!     }
//! }
//!
//! let emulator = drift_emulator::Emulator::start().await?;
//! let client = Client::builder(emulator.token()).base_url(emulator.url()).build()?;
//! // Every second create is executed, and its response is lost.
//! emulator.faults().add_json(
//!     r#"[{ "method": "POST", "path": "/contacts", "every": 2, "do": { "disconnect": { "commit": true } } }]"#,
//! )?;
//! let key = IdKey::new("2026", b"32 secret bytes from your vault.")?;
//! for _ in 0..2 {
//!     for customer in 1..=4 {
//!         let message = Message { customer, email: format!("customer{customer}@example.test") };
//!         assert_eq!(handle(&client, &key, &message).await?, Done::Acknowledge);
//!     }
//! }
//! assert_eq!(emulator.state().count().await?, 4);
//! # Ok(())
//! # }
//! ```
//!
//! # A service with an outbox
//!
//! An HTTP handler stores what is to be sent together with its own data, and responds; a task sends it. What is stored is the
//! [`Intent`](crate::Intent) of [`prepare`](crate::Contacts::prepare): the request and its proof. A row that may have been sent
//! is looked for first ([`Start::InDoubt`](crate::Start::InDoubt)), so that a crash at any point leaves one contact.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::{Arc, Mutex};
//!
//! use axum::{Router, extract::State, http::StatusCode, routing::post};
//! use drift::{Client, Contacts, Delivery, ExternalId, Intent, NewContact, NextAction, Start};
//!
//! /// A row of the outbox. In a service of yours it is a row in the database that has your other data.
//! struct Row {
//!     intent: String,
//!     may_have_been_sent: bool,
//!     is_done: bool,
//! }
//!
//! #[derive(Clone)]
//! struct Service {
//!     contacts: Contacts,
//!     outbox: Arc<Mutex<Vec<Row>>>,
//! }
//!
//! /// `POST /sign-ups` with an address as its body.
//! async fn sign_up(State(service): State<Service>, email: String) -> StatusCode {
//!     let Ok(new) = NewContact::new(email.trim()) else {
//!         return StatusCode::UNPROCESSABLE_ENTITY;
//!     };
//!     let prepared = service.contacts.prepare(new.external_id(ExternalId::random()));
//!     let stored = prepared.ok().and_then(|prepared| serde_json::to_string(prepared.intent()).ok());
//!     let (Some(intent), Ok(mut outbox)) = (stored, service.outbox.lock()) else {
//!         return StatusCode::INTERNAL_SERVER_ERROR;
//!     };
//!     outbox.push(Row { intent, may_have_been_sent: false, is_done: false });
//!     StatusCode::ACCEPTED
//! }
//!
//! /// Sends what is in the outbox: at the start, and then every few seconds.
//! async fn send(service: &Service) -> Result<(), Box<dyn std::error::Error>> {
//!     let rows = service.outbox.lock().map_err(|_| "the outbox")?.len();
//!     for at in 0..rows {
//!         let (intent, start) = {
//!             let mut outbox = service.outbox.lock().map_err(|_| "the outbox")?;
//!             let row = &mut outbox[at];
//!             if row.is_done {
//!                 continue;
//!             }
//!             let start = if row.may_have_been_sent { Start::InDoubt } else { Start::Fresh };
//!             row.may_have_been_sent = true; // committed before the request leaves
//!             (serde_json::from_str::<Intent>(&row.intent)?, start)
//!         };
//!         match service.contacts.write(intent, start).await {
//!             Ok(written) => println!("contact {}", written.contact.id()),
//!             // Drift refuses it, now and later.
//!             Err(error) if error.is_duplicate() || error.next_action() == NextAction::FixInput => {
//!                 println!("refused: {error}");
//!             }
//!             Err(error) => {
//!                 // The next round sends it again, or looks first where it may have been executed.
//!                 let is_unsent = matches!(error.delivery(), Delivery::NotSent | Delivery::Refused);
//!                 service.outbox.lock().map_err(|_| "the outbox")?[at].may_have_been_sent = !is_unsent;
//!                 continue;
//!             }
//!         }
//!         service.outbox.lock().map_err(|_| "the outbox")?[at].is_done = true;
//!     }
//!     Ok(())
//! }
//!
//! let emulator = drift_emulator::Emulator::start().await?;
//! let client = Client::builder(emulator.token()).base_url(emulator.url()).build()?;
//! let service = Service { contacts: client.contacts(), outbox: Arc::default() };
//! let app: Router = Router::new().route("/sign-ups", post(sign_up)).with_state(service.clone());
//! // axum::serve(tokio::net::TcpListener::bind("127.0.0.1:3000").await?, app).await?;
//!
//! assert_eq!(sign_up(State(service.clone()), "ada@example.test".to_owned()).await, StatusCode::ACCEPTED);
//! send(&service).await?;
//! // The process ends before it notes that the row is done:
//! service.outbox.lock().map_err(|_| "the outbox")?[0].is_done = false;
//! send(&service).await?;
//! assert_eq!(emulator.state().count().await?, 1);
//! # let _ = app;
//! # Ok(())
//! # }
//! ```
