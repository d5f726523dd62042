//! A tutorial: from a file to an import that can be resumed, read and undone. There is no code here, only text whose every
//! example runs. It continues where [the tutorial of `drift`](drift::tutorial) ends.
//!
//! 1. [Plan and commit](#1-plan-and-commit)
//! 2. [Columns and external ids](#2-columns-and-external-ids)
//! 3. [Stop, crash, continue](#3-stop-crash-continue)
//! 4. [What became of each row](#4-what-became-of-each-row)
//! 5. [Undo](#5-undo)
//! 6. [From elsewhere than a file](#6-from-elsewhere-than-a-file)
//!
//! # 1. Plan and commit
//!
//! An import is two steps. The plan says what will happen to every row, and writes nothing to Drift. The commit does exactly that.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let emulator = drift_emulator::Emulator::start().await?;
//! # let client = drift::Client::builder(emulator.token()).base_url(emulator.url()).build()?;
//! # let folder = tempfile::tempdir()?;
//! # let file = folder.path().join("leads.csv");
//! use drift_import::{Event, Import, InputOptions, Options, Purpose, Source};
//! use futures::StreamExt;
//!
//! std::fs::write(&file, "email,name\nada@example.test,Ada\nno address,Bob\nada@example.test,Ada L.\n")?;
//! let source = Source::scan(&file, &InputOptions::default())?;
//! let plan = Import::new(client, source, Options::default()).plan(Purpose::Commit).await?;
//!
//! for row in plan.rows(0, 100)? {
//!     println!("line {}: {:?} {}", row.line, row.verdict, row.reason);
//! }
//! let planned = plan.summary()?;
//! assert_eq!((planned.create, planned.refuse), (1, 2)); // no address; a row that repeats another
//!
//! let mut run = plan.commit()?;
//! while let Some(event) = run.next().await {
//!     if let Event::Finished(summary) = event? {
//!         assert_eq!((summary.created, summary.refused), (1, 2));
//!     }
//! }
//! assert_eq!(emulator.state().count().await?, 1);
//! # Ok(())
//! # }
//! ```
//!
//! [`Purpose::DryRun`](crate::Purpose::DryRun) makes a plan to be read; a commit of the same file with the same options then
//! uses that plan, and one with other options makes another. Every request is as safe as a create of `drift`, and the pace adapts: it starts with 2 requests at a
//! time, grows to 16 ([`Options::concurrency`](crate::Options::concurrency)), and halves when Drift asks for fewer.
//!
//! # 2. Columns and external ids
//!
//! Delimiter, quotes, encoding and the line of the header are detected, and [`Plan::reading`](crate::Plan::reading) says
//! what was decided. Nothing is changed in silence, and nothing doubtful is sent: an encoding that is not sure must be named
//! ([`Error::Encoding`](crate::Error::Encoding) shows how each candidate reads a word of the file), a row whose quotes say
//! nothing sure is refused, and a quote that is not closed, and would swallow the rows after it, stops the import with its
//! line. Addresses are compared in one spelling (letter case, composed letters, `xn--` domains) and sent as written; ids such
//! as `NULL` or `#REF!` are refused. A column of numbers only, of which Drift has no definition, is sent as numbers. `email`, `name`, `phone` and `externalId` are known by their headers; any other
//! column is mapped, left out, or becomes a custom attribute. An external id comes from a column, or is derived from one with a
//! key, which makes it unguessable and the same in every import:
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let emulator = drift_emulator::Emulator::start().await?;
//! # let client = drift::Client::builder(emulator.token()).base_url(emulator.url()).build()?;
//! # let folder = tempfile::tempdir()?;
//! # let file = folder.path().join("leads.csv");
//! # use drift_import::{Event, Import, InputOptions, Options, Purpose, Source};
//! # use futures::StreamExt;
//! use drift_import::Unmapped;
//!
//! std::fs::write(&file, "email;Plan;Notes;customer_no\nada@example.test;pro;tall;7\n")?;
//! let source = Source::scan(&file, &InputOptions::default())?;
//!
//! let key = drift::IdKey::new("2026", b"32 secret bytes from your vault.")?;
//! let mut options = Options::default();
//! options.map = vec![("Plan".into(), "plan".into()), ("Notes".into(), "-".into())];
//! options.unmapped = Unmapped::Ignore;
//! options.derive = Some(("customer_no".into(), key.clone()));
//!
//! let mut run = Import::new(client.clone(), source, options).plan(Purpose::Commit).await?.commit()?;
//! while let Some(event) = run.next().await {
//!     event?;
//! }
//! let id = drift::ExternalId::derive(&key, "7")?;
//! let contact = client.contacts().find_by_external_id(&id).await?.ok_or("it was imported")?;
//! assert_eq!(contact.attribute::<String>("plan")?.as_deref(), Some("pro"));
//! assert_eq!(contact.value("Notes"), None);
//! # Ok(())
//! # }
//! ```
//!
//! [`Options::on_duplicate`](crate::Options::on_duplicate) says what to do where the contact exists: skip it, update it, fill its
//! empty attributes, or refuse the row. [`Options::second_contact`](crate::Options::second_contact) says what to do where an
//! external id would make a second contact for an email.
//!
//! # 3. Stop, crash, continue
//!
//! A journal, a SQLite file beside the input, knows what may have been sent. Whatever ended the process, **running the same code
//! again continues it**. Here it is stopped after its first row, while a fifth of all responses are lost:
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let emulator = drift_emulator::Emulator::start().await?;
//! # let client = drift::Client::builder(emulator.token()).base_url(emulator.url()).build()?;
//! # let folder = tempfile::tempdir()?;
//! # let file = folder.path().join("leads.csv");
//! # use drift_import::{Event, Import, InputOptions, Options, Purpose, Source};
//! # use futures::StreamExt;
//! let mut text = "email\n".to_owned();
//! for number in 0..100 {
//!     text += &format!("lead{number}@example.test\n");
//! }
//! std::fs::write(&file, text)?;
//! emulator.faults().add_json(
//!     r#"[{ "method": "POST", "path": "/contacts", "share": 0.2, "seed": 7, "do": { "disconnect": { "commit": true } } }]"#,
//! )?;
//!
//! let mut done = 0;
//! for attempt in ["stopped", "resumed"] {
//!     let source = Source::scan(&file, &InputOptions::default())?;
//!     let mut options = Options::default();
//!     options.stamp = Some("import".into()); // proves after a lost response who made the contact
//! #   options.look_up_after = vec![std::time::Duration::ZERO];
//!     let mut run = Import::new(client.clone(), source, options).plan(Purpose::Commit).await?.commit()?;
//!     let cancel = run.canceller();
//!     while let Some(event) = run.next().await {
//!         match event? {
//!             Event::Row { .. } if attempt == "stopped" => cancel.cancel(), // on Ctrl-C, say
//!             Event::Finished(summary) => done = summary.created,
//!             _ => {}
//!         }
//!     }
//! }
//! assert_eq!(done, 100);
//! assert_eq!(emulator.state().count().await?, 100); // none lost, none doubled
//! # Ok(())
//! # }
//! ```
//!
//! The journal belongs to the account that it was made with: with a token of another organization, or at another endpoint, it is
//! refused, and needs [another journal](crate::Options::journal).
//!
//! A run stops by itself where it goes wrong everywhere: with [`Options::max_errors`](crate::Options::max_errors) after so many
//! rows that Drift refused, or that ended unknown. A run with nothing to do says
//! [when all was done](crate::Summary::done_before).
//!
//! Requests in flight when it is stopped are finished. After a crash, rows that may have been sent are looked up first. Rows are
//! known by their content: the file may have been re-ordered or corrected meanwhile. Two imports on one journal exclude each other.
//!
//! # 4. What became of each row
//!
//! Up to four files are written beside the input: `created`, `existed`, `refused` and `unknown`. Each holds its rows as they were, with
//! the line, the contact's id, the outcome and the reason, in the encoding and with the line ends of the input. They can be imported as they are: fix `leads.refused.csv`, and import it.
//! A row with more or fewer cells than the header keeps what did not fit in `drift_misfit`, and is refused until that is empty.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let emulator = drift_emulator::Emulator::start().await?;
//! # let client = drift::Client::builder(emulator.token()).base_url(emulator.url()).build()?;
//! # let folder = tempfile::tempdir()?;
//! # let file = folder.path().join("leads.csv");
//! # use drift_import::{Event, Import, InputOptions, Options, Purpose, Source};
//! # use futures::StreamExt;
//! std::fs::write(&file, "email,name\nada@example.test,Ada\nno address,Bob\n")?;
//! let source = Source::scan(&file, &InputOptions::default())?;
//! let mut run = Import::new(client, source, Options::default()).plan(Purpose::Commit).await?.commit()?;
//! while let Some(event) = run.next().await {
//!     event?;
//! }
//! let refused = std::fs::read_to_string(folder.path().join("leads.refused.csv"))?;
//! assert!(refused.contains("no address,Bob,3,,refused,"));
//! # Ok(())
//! # }
//! ```
//!
//! A row is `created` only where that is proved. A contact that is found after a lost response is `existed`, unless it bears the
//! [stamp](crate::Options::stamp) of this import.
//!
//! # 5. Undo
//!
//! An undo deletes the contacts that the journal proves its import created, and no others. Each is compared with what the journal
//! notes of it before, and stays where that differs; an [`UndoPreview`](crate::UndoPreview) shows all of them:
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let emulator = drift_emulator::Emulator::start().await?;
//! # let client = drift::Client::builder(emulator.token()).base_url(emulator.url()).build()?;
//! # let folder = tempfile::tempdir()?;
//! # let file = folder.path().join("leads.csv");
//! # use drift_import::{Event, Import, InputOptions, Options, Purpose, Source};
//! # use futures::StreamExt;
//! # std::fs::write(&file, "email\nada@example.test\nalan@example.test\n")?;
//! use drift::NewContact;
//! use drift_import::{Cancel, UndoPreview, undo};
//!
//! client.contacts().create(NewContact::new("ada@example.test")?).await?; // there before
//! # let source = Source::scan(&file, &InputOptions::default())?;
//! let import = Import::new(client.clone(), source, Options::default());
//! let journal = import.journal_path();
//! # let mut run = import.plan(Purpose::Commit).await?.commit()?;
//! # while let Some(event) = run.next().await { event?; }
//! # drop(run);
//! // … plan, commit, and think better of it:
//! let mut preview = UndoPreview::open(Some((&client).into()), &journal, &Cancel::default()).await?;
//! let first = preview.next_page().await?;
//! assert_eq!(first[0].email.as_deref(), Some("alan@example.test"));
//! drop(preview); // it holds the journal
//!
//! let undone = undo(&client, &journal, &Cancel::default()).await?;
//! assert_eq!(undone.deleted, 1);
//! assert_eq!(emulator.state().count().await?, 1);
//! # Ok(())
//! # }
//! ```
//!
//! # 6. From elsewhere than a file
//!
//! Rows of a database, or of anything else, are written as JSON Lines first, so that the import can resume without their source:
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let emulator = drift_emulator::Emulator::start().await?;
//! # let client = drift::Client::builder(emulator.token()).base_url(emulator.url()).build()?;
//! # let folder = tempfile::tempdir()?;
//! # let file = folder.path().join("leads.csv");
//! # use drift_import::{Event, Import, InputOptions, Options, Purpose, Source};
//! # use futures::StreamExt;
//! use serde_json::json;
//!
//! let rows = ["ada", "alan"].map(|name| json!({ "email": format!("{name}@example.test"), "name": name }));
//! let file = folder.path().join("leads.jsonl");
//! drift_import::spool_records(rows, &file)?;
//!
//! let source = Source::scan(&file, &InputOptions::default())?;
//! let mut run = Import::new(client, source, Options::default()).plan(Purpose::Commit).await?.commit()?;
//! while let Some(event) = run.next().await {
//!     if let Event::Finished(summary) = event? {
//!         assert_eq!(summary.created, 2);
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The example `from_database` does so with SQLite, and listens for Ctrl-C.
