//! A tutorial: from one create to a file of 50,000 contacts. There is no code here, only text whose every example runs.
//!
//! 1. [One create](#1-one-create)
//! 2. [How it ended](#2-how-it-ended)
//! 3. [Your own id](#3-your-own-id)
//! 4. [Lost responses](#4-lost-responses)
//! 5. [Create or get, create or update](#5-create-or-get-create-or-update)
//! 6. [Many at once](#6-many-at-once)
//! 7. [Your own tests](#7-your-own-tests)
//! 8. [A file, resumable](#8-a-file-resumable)
//! 9. [Tokens that change](#9-tokens-that-change)
//! 10. [A proxy, certificates, an HTTP client of your own](#10-a-proxy-certificates-an-http-client-of-your-own)
//!
//! [`services`] has two recipes: a queue worker, and an HTTP service with an outbox.
//!
//! # 1. One create
//!
//! A [`Client`](crate::Client) holds an access token and a pool of connections. Make one, and clone it where you need it.
//! [`Client::from_env`](crate::Client::from_env) takes the token from `DRIFT_TOKEN`. The examples here call a local Drift, the
//! crate `drift-emulator`, instead; nothing else about them would differ.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use drift::{Client, NewContact};
//!
//! let emulator = drift_emulator::Emulator::start().await?;
//! let client = Client::builder(emulator.token()).base_url(emulator.url()).build()?;
//!
//! let new = NewContact::new("ada@example.test")?
//!     .name("Ada Lovelace")
//!     .attribute("plan", "pro")
//!     .attribute("seats", 12);
//! let contact = client.contacts().create(new).await?.into_contact();
//!
//! println!("{} {}", contact.id(), contact.ui_url());
//! assert_eq!(contact.attribute::<u32>("seats")?, Some(12));
//! # Ok(())
//! # }
//! ```
//!
//! An email is all that Drift requires. Any other key is a custom attribute: text, a number, true or false. Numbers keep their
//! digits, and what Drift sends beyond its pages is kept too ([`Contact::to_json`](crate::Contact::to_json)).
//!
//! # 2. How it ended
//!
//! A create ends as an [`Outcome`](crate::Outcome) or as an [`Error`](crate::Error). An error says three things:
//! [what happened](crate::Error::kind), [what is known of the request](crate::Error::delivery), and
//! [what to do](crate::Error::next_action).
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let emulator = drift_emulator::Emulator::start().await?;
//! # let client = drift::Client::builder(emulator.token()).base_url(emulator.url()).build()?;
//! use drift::{Delivery, ErrorKind, NextAction, NewContact};
//!
//! client.contacts().create(NewContact::new("ada@example.test")?).await?;
//! let Err(error) = client.contacts().create(NewContact::new("ada@example.test")?).await else {
//!     return Err("the email is taken".into());
//! };
//! assert_eq!(error.kind(), ErrorKind::DuplicateEmail);
//! assert_eq!(error.delivery(), Delivery::Refused); // nothing was changed
//! assert_eq!(error.next_action(), NextAction::LookUp); // `ensure` gets the contact
//! assert_eq!(error.code(), Some("CONTACT-6"));
//! # Ok(())
//! # }
//! ```
//!
//! | [`Delivery`](crate::Delivery) | It means | After a create |
//! | --- | --- | --- |
//! | `NotSent` | no byte of it can have been acted on | call again when the network is back |
//! | `Refused` | the server refused it | change the input, or wait |
//! | `Unknown` | it may or may not have been executed | [resolve the ticket](#4-lost-responses) |
//! | `Done` | it was executed, and the response could not be used | for other calls only: a create looks the contact up |
//!
//! Neither `Display` nor `Debug` of an error holds personal data, so it can be logged as it is. What the server wrote may hold
//! some, and is apart: [`Error::server_message`](crate::Error::server_message).
//!
//! # 3. Your own id
//!
//! Give a contact your own id, and Drift finds it by that. In the browser `drift.identify(id)` makes a visitor that contact. So
//! the id works like a password: **whoever guesses it can pose as the contact.** [`ExternalId`](crate::ExternalId) refuses what
//! can be guessed, and makes two kinds that cannot:
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let emulator = drift_emulator::Emulator::start().await?;
//! # let client = drift::Client::builder(emulator.token()).base_url(emulator.url()).build()?;
//! use drift::{ExternalId, Guessable, IdKey, NewContact};
//!
//! // Random: keep it, it cannot be made again.
//! let random = ExternalId::random();
//! assert_ne!(random, ExternalId::random());
//!
//! // Derived from your own id with a secret key: the same on every run and on every machine.
//! let key = IdKey::new("2026", b"32 secret bytes from your vault.")?;
//! let derived = ExternalId::derive(&key, "customer 7")?;
//! assert_eq!(derived, ExternalId::derive(&key, "customer 7")?);
//!
//! // Guessable: refused, with the reason.
//! assert_eq!(ExternalId::new("user-00123").err(), Some(Guessable::Sequence));
//!
//! client.contacts().create(NewContact::new("ada@example.test")?.external_id(derived.clone())).await?;
//! let found = client.contacts().find_by_external_id(&derived).await?;
//! assert!(found.is_some());
//! # Ok(())
//! # }
//! ```
//!
//! An external id has a price: **with it Drift does not check the email.** The same email with two external ids makes two
//! contacts, and Drift cannot merge them. [Chapter 5](#5-create-or-get-create-or-update) says what to do about it.
//!
//! | Choose | When |
//! | --- | --- |
//! | a derived id | you have an id of your own for each person; another process, or you after a crash, may create the same |
//! | a random id | you have none, and store the one that was made; after a lost response it proves that the contact is yours |
//! | none | the email is the identity, and `identify` is not used |
//!
//! # 4. Lost responses
//!
//! A connection breaks while the server works. Was the contact made? The client looks, and says what it found:
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let emulator = drift_emulator::Emulator::start().await?;
//! # let client = drift::Client::builder(emulator.token()).base_url(emulator.url()).build()?;
//! use drift::{ExternalId, NewContact, Outcome};
//! use drift_emulator::{Effect, Fault};
//!
//! // The server makes the contact, and the connection ends without a response.
//! let lost = Effect::Disconnect { reset: false, commit: true };
//! emulator.faults().add(Fault::new(lost).method("POST").path("/contacts").times(1))?;
//!
//! let new = NewContact::new("ada@example.test")?.external_id(ExternalId::random());
//! let outcome = client.contacts().create(new).await?;
//! assert!(matches!(outcome, Outcome::Recovered(_)));
//! assert_eq!(emulator.state().count().await?, 1);
//! # Ok(())
//! # }
//! ```
//!
//! | [`Outcome`](crate::Outcome) | It means |
//! | --- | --- |
//! | `Created` | the server said so |
//! | `Recovered` | a response was lost, the contact was found, and it is proved that this call made it |
//! | `Existed` | it is there, and nothing proves who made it: somebody was faster, or our own response was lost |
//!
//! `Recovered` needs proof: a random id that no other create used, or a [stamp](crate::CallOptions::stamp), a random value that is
//! written into an attribute. With a derived id, or the email alone, a contact that is found after a lost response `Existed`.
//!
//! If the look-ups fail as well, nobody knows yet. The error then holds a [`Ticket`](crate::Ticket). Store it, and resolve it
//! later; nothing is sent but look-ups:
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let emulator = drift_emulator::Emulator::start().await?;
//! # let client = drift::Client::builder(emulator.token()).base_url(emulator.url()).build()?;
//! # use std::time::Duration;
//! use drift::{CallOptions, ErrorKind, ExternalId, NewContact, Resolution, RetryPolicy, Ticket, VerifyPolicy};
//!
//! # let once = CallOptions::default().retry(RetryPolicy::none()).verify(VerifyPolicy::after([Duration::ZERO]));
//! # let client = drift::Client::builder(emulator.token()).base_url(emulator.url()).options(once).build()?;
//! # emulator.faults().add_json(r#"[{ "method": "POST", "do": { "disconnect": { "commit": true } } },
//! #     { "method": "GET", "do": { "status": { "status": 500 } } }]"#)?;
//! let new = NewContact::new("ada@example.test")?.external_id(ExternalId::random());
//! let Err(error) = client.contacts().create(new).await else { return Err("Drift was down".into()) };
//! assert_eq!(error.kind(), ErrorKind::Unresolved);
//! let stored = serde_json::to_string(error.ticket().ok_or("a ticket")?)?;
//!
//! # emulator.faults().clear();
//! // Later, in this process or another one:
//! let ticket: Ticket = serde_json::from_str(&stored)?;
//! match client.contacts().resolve(&ticket).await? {
//!     Resolution::Found(outcome) => assert!(outcome.is_ours()),
//!     // With the same external id, `ticket.external_id()`: under another one there may come to be two.
//!     Resolution::Absent => println!("not there: it is safe to create it again"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [`protocol`](crate::protocol) has the whole decision as a small state machine.
//!
//! # 5. Create or get, create or update
//!
//! Often a duplicate is no mistake. [`ensure`](crate::Contacts::ensure) gets the contact that exists,
//! [`upsert`](crate::Contacts::upsert) gives it the new attributes as well:
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let emulator = drift_emulator::Emulator::start().await?;
//! # let client = drift::Client::builder(emulator.token()).base_url(emulator.url()).build()?;
//! use drift::{CallOptions, ExternalId, IdKey, NewContact, Upserted};
//!
//! let key = IdKey::new("2026", b"32 secret bytes from your vault.")?;
//! let customer = |plan| -> Result<NewContact, Box<dyn std::error::Error>> {
//!     let id = ExternalId::derive(&key, "customer 7")?;
//!     Ok(NewContact::new("ada@example.test")?.external_id(id).attribute("plan", plan))
//! };
//! assert!(matches!(client.contacts().upsert(customer("free")?).await?, Upserted::Created(_)));
//! assert!(matches!(client.contacts().upsert(customer("pro")?).await?, Upserted::Updated(_)));
//!
//! // The same person by another way: look for the email first, since the id switches Drift's check of it off.
//! let email_first = CallOptions::default().check_email_first();
//! let other_id = ExternalId::derive(&key, "newsletter 19")?;
//! let new = NewContact::new("ada@example.test")?.external_id(other_id);
//! let outcome = client.contacts().with_options(email_first).ensure(new).await?;
//! assert!(!outcome.is_ours());
//! assert_eq!(emulator.state().count().await?, 1);
//! # Ok(())
//! # }
//! ```
//!
//! Drift has neither call: each is built of look-ups and a create, and is as safe as a create. Between the look for the email
//! and the create another process may still make a contact with that email. Only a shared derived id excludes that.
//!
//! # 6. Many at once
//!
//! All clones of a client share its connections, its pace, and a budget for retries: when Drift is down, at most every third
//! attempt is a retry in the long run. Equal creates at the same time become one request. Limit how many are in flight:
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let emulator = drift_emulator::Emulator::start().await?;
//! # let client = drift::Client::builder(emulator.token()).base_url(emulator.url()).build()?;
//! use drift::{ExternalId, IdKey, NewContact};
//! use tokio::task::JoinSet;
//!
//! let key = IdKey::new("2026", b"32 secret bytes from your vault.")?;
//! let mut calls = JoinSet::new();
//! for number in 0..100 {
//!     if calls.len() == 8 {
//!         calls.join_next().await.transpose()?.transpose()?;
//!     }
//!     let id = ExternalId::derive(&key, format!("customer {number}"))?;
//!     let new = NewContact::new(format!("customer{number}@example.test"))?.external_id(id);
//!     let contacts = client.contacts();
//!     calls.spawn(async move { contacts.ensure(new).await });
//! }
//! while let Some(call) = calls.join_next().await {
//!     call??;
//! }
//! assert_eq!(emulator.state().count().await?, 100);
//! # Ok(())
//! # }
//! ```
//!
//! Drift does not publish its rate limit. A 429 pauses all calls of the client, until the server's `Retry-After` is over (up to
//! 60,000 ms), and then a few continue at a time. That costs no attempt: a call waits as long as its time limit allows. Then the
//! error is [`RateLimited`](crate::ErrorKind::RateLimited): send less at a time.
//!
//! # 7. Your own tests
//!
//! There are three ways, from the fastest to the one that is most like Drift. Take them together: a fake for each branch of your
//! code, the emulator for what must hold when responses are lost.
//!
//! | Way | Take it to test | What it needs |
//! | --- | --- | --- |
//! | a fake of [`ContactsApi`](crate::ContactsApi) | what your code does with an outcome or an error | the feature `test-util` |
//! | `drift-sdk-httpmock` | which requests your code makes, and what it does with one response | a socket; the mocks know the contract |
//! | `drift-emulator` | what there is afterwards: contacts, duplicates, retries, faults | a socket; keeps Drift's rules |
//!
//! The code to test takes the calls as a trait:
//!
//! ```
//! use drift::{ContactsApi, NewContact};
//!
//! /// Your code.
//! async fn sign_up(contacts: &impl ContactsApi, email: &str) -> drift::Result<&'static str> {
//!     match contacts.create(NewContact::new(email)?).await {
//!         Ok(_) => Ok("welcome"),
//!         Err(error) if error.is_duplicate() => Ok("welcome back"),
//!         Err(error) => Err(error),
//!     }
//! }
//! ```
//!
//! **A fake** has the methods that the code calls. The feature `test-util` makes what they return:
//!
//! ```
//! # use drift::{ContactsApi, NewContact};
//! #
//! # async fn sign_up(contacts: &impl ContactsApi, email: &str) -> drift::Result<&'static str> {
//! #     match contacts.create(NewContact::new(email)?).await {
//! #         Ok(_) => Ok("welcome"),
//! #         Err(error) if error.is_duplicate() => Ok("welcome back"),
//! #         Err(error) => Err(error),
//! #     }
//! # }
//! #
//! use drift::test_util::{ErrorBuilder, contact};
//! use drift::{Delivery, ErrorKind, Outcome, Result};
//!
//! struct Fake {
//!     known: &'static str,
//! }
//!
//! impl ContactsApi for Fake {
//!     async fn create(&self, new: NewContact) -> Result<Outcome> {
//!         if new.email() == self.known {
//!             return Err(ErrorBuilder::new(ErrorKind::DuplicateEmail, Delivery::Refused).build());
//!         }
//!         Ok(Outcome::Created(contact(24_100_000_017, &new)))
//!     }
//! }
//!
//! # #[tokio::main]
//! # async fn main() -> Result<()> {
//! let fake = Fake { known: "ada@example.test" };
//! for (email, greeting) in [("ada@example.test", "welcome back"), ("alan@example.test", "welcome")] {
//!     assert_eq!(sign_up(&fake, email).await?, greeting);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! **A mock** responds as the contract says, and does not compile where it would not:
//!
//! ```
//! # use drift::{ContactsApi, NewContact};
//! #
//! # async fn sign_up(contacts: &impl ContactsApi, email: &str) -> drift::Result<&'static str> {
//! #     match contacts.create(NewContact::new(email)?).await {
//! #         Ok(_) => Ok("welcome"),
//! #         Err(error) if error.is_duplicate() => Ok("welcome back"),
//! #         Err(error) => Err(error),
//! #     }
//! # }
//! #
//! use drift::{Client, sdk::types};
//! use drift_sdk_httpmock::MockServerExt;
//! use httpmock::MockServer;
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = MockServer::start_async().await;
//! let client = Client::builder("any-token").base_url(server.base_url()).build()?;
//!
//! let sent: types::ContactCreateRequest = serde_json::from_value(NewContact::new("ada@example.test")?.to_json())?;
//! let taken: types::ErrorResponse = serde_json::from_str(r#"{ "error": { "type": "CONTACT-6" } }"#)?;
//! let mock = server.create_contact(|when, then| {
//!     when.body(&sent);
//!     then.conflict(&taken);
//! });
//! assert_eq!(sign_up(&client.contacts(), "ada@example.test").await?, "welcome back");
//! mock.assert_async().await; // one request, not retried
//! # Ok(())
//! # }
//! ```
//!
//! **The emulator** keeps Drift's rules, and misbehaves on request. Test what your program does when Drift does not respond:
//!
//! ```
//! # use drift::{ContactsApi, NewContact};
//! #
//! # async fn sign_up(contacts: &impl ContactsApi, email: &str) -> drift::Result<&'static str> {
//! #     match contacts.create(NewContact::new(email)?).await {
//! #         Ok(_) => Ok("welcome"),
//! #         Err(error) if error.is_duplicate() => Ok("welcome back"),
//! #         Err(error) => Err(error),
//! #     }
//! # }
//! #
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # use drift::Client;
//! let emulator = drift_emulator::Emulator::start().await?;
//! let client = Client::builder(emulator.token()).base_url(emulator.url()).build()?;
//!
//! // Every second create gets a 503, after it was executed.
//! emulator.faults().add_json(
//!     r#"[{ "method": "POST", "path": "/contacts", "every": 2, "do": { "status": { "status": 503, "commit": true } } }]"#,
//! )?;
//! for email in ["ada@example.test", "alan@example.test", "grace@example.test"] {
//!     assert_eq!(sign_up(&client.contacts(), email).await?, "welcome");
//!     assert_eq!(emulator.state().count_by_email(email).await?, 1);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Open `emulator.url()` in a browser while a test waits, and look at what it has made. In other languages run `drift emulator`.
//!
//! # 8. A file, resumable
//!
//! For a file of contacts there is more to decide than one create at a time can: which rows repeat others, which external ids are
//! counted up, what was already sent when the process died. The crate `drift-import` is an engine for that, over this one. It
//! **plans** first, and says of every row what will happen; then it **commits** exactly the plan, with a journal beside the file.
//! After a crash the same call continues:
//!
//! ```text
//! let source = Source::scan("leads.csv", &InputOptions::default())?;
//! let plan = Import::new(client, source, Options::default()).plan(Purpose::Commit).await?;
//! let mut run = plan.commit()?;
//! while let Some(event) = run.next().await { … }
//! ```
//!
//! `drift_import::tutorial` continues here, with code that runs. The command has the same engine: `drift contacts import leads.csv`.
//!
//! # 9. Tokens that change
//!
//! A token of an app of your own does not expire. Others do: [`credentials`](crate::credentials) has a file that is
//! rotated, a closure, and OAuth with a refresh token. A request whose token was refused is sent once more with the next
//! one, creates included, and never in another organization.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use drift::credentials::{OAuth, OAuthApp, OAuthTokens};
//! use drift::{Client, ErrorKind, NewContact};
//! # use drift_emulator::{DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, Emulator};
//! # let emulator = Emulator::start().await?;
//! # let tokens = OAuthTokens::of_refresh_token(emulator.state().grant_tokens(7).refresh_token);
//! # let app = OAuthApp::new(DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET);
//! # let keep = |_: &OAuthTokens| Ok::<_, std::io::Error>(());
//!
//! let credentials = OAuth::kept_by(app, tokens, keep); // or OAuth::in_file(app, path)
//! let client = Client::builder_with_credentials(credentials.clone()).base_url(emulator.url()).build()?;
//! match client.contacts().create(NewContact::new("ada@example.test")?).await {
//!     Ok(outcome) => println!("{}", outcome.contact().id()),
//!     // The refresh token is no longer valid: somebody must log in, and the same client continues.
//!     Err(error) if error.kind() == ErrorKind::LoginRequired => credentials.set_tokens(log_in().await?),
//!     Err(error) => println!("{error}"),
//! }
//! # async fn log_in() -> drift::Result<OAuthTokens> { Err(drift::Error::no_token("nobody is here")) }
//! # Ok(())
//! # }
//! ```
//!
//! For many organizations make one client, and [`with_credentials`](crate::Client::with_credentials) for each other: they
//! share the connections and nothing else.
//!
//! # 10. A proxy, certificates, an HTTP client of your own
//!
//! Proxies of the environment are used: `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`; never for a base URL that is `http://`, where a
//! proxy would see the token. The platform's certificates are trusted, or those in the file that `SSL_CERT_FILE` names. All of it
//! can be set in the program too, and nothing is set for the whole process:
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use drift::{Client, reqwest::Proxy};
//!
//! let proxy = Proxy::https("http://proxy.example.test:3128")?.basic_auth("ada", "a password");
//! let client = Client::builder("my-token")
//!     .root_certificates(std::fs::read("company-ca.pem")?)
//!     .client_certificate(std::fs::read("me-and-my-key.pem")?)
//!     .configure_http(|http| http.proxy(proxy))
//!     .build()?;
//! # Ok(())
//! # }
//! ```
//!
//! A certificate that is not accepted, or a proxy that asks for a password, is an error at once:
//! [`Connect`](crate::ErrorKind::Connect), whose sentence names the setting, and
//! [`next_action`](crate::Error::next_action) says which to change. [`check_connection`](crate::Client::check_connection) tries it
//! without a token. For one connection pool that your program shares, begin with
//! [`Client::http_client_builder`](crate::Client::http_client_builder).

pub mod services;
