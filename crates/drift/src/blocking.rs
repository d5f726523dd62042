//! The same calls without async: for scripts and programs that have no runtime.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use drift::{ExternalId, NewContact, blocking::Client};
//!
//! let client = Client::from_env()?;
//! let new = NewContact::new("ada@example.test")?.external_id(ExternalId::random());
//! println!("{}", client.contacts().create(new)?.contact().id());
//! # Ok(())
//! # }
//! ```

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::SystemTime;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::credentials::Credentials;
use crate::{
    AttributeDefinition, CallOptions, ClientBuilder, Contact, ContactChanges, ContactId, Email,
    Error, Intent, Matches, Metadata, NewContact, Outcome, Resolution, Start, Ticket,
    TimelineEvent, TokenInfo, Upserted, Written,
};

/// As [`crate::Client`], without async. It works on any thread that may block, those of tokio's `spawn_blocking` and
/// `block_in_place` among them. Within async code every call fails with [`ErrorKind::Input`](crate::ErrorKind::Input),
/// since it would hold up the other tasks of the thread.
#[derive(Clone)]
pub struct Client {
    client: crate::Client,
    engine: Engine,
}

/// Runs futures to their end on the thread that calls.
#[derive(Clone)]
struct Engine(Arc<Loop>);

struct Loop(Option<Runtime>);

impl Drop for Loop {
    /// A runtime that is merely dropped waits for its threads, and panics where waiting is not allowed.
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Engine {
    fn new() -> Result<Self, Error> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime =
            runtime.map_err(|_| Error::input("the system has no room for another event loop"))?;
        Ok(Self(Arc::new(Loop(Some(runtime)))))
    }

    fn run<T>(&self, call: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        match &self.0.0 {
            Some(runtime) if may_block(runtime) => runtime.block_on(call),
            _ => Err(Error::input(
                "a blocking call was made inside async code; use drift::Client there",
            )),
        }
    }
}

/// Whether no task of an async runtime runs on this thread right now.
fn may_block(runtime: &Runtime) -> bool {
    if Handle::try_current().is_err() {
        return true;
    }
    // Only the last word is tokio's own, and that is a panic. A task that is not seen by its budget is rare.
    !has_budget() && catch_unwind(AssertUnwindSafe(|| runtime.block_on(async {}))).is_ok()
}

/// Whether the code that runs has a budget to spend before it must yield. tokio gives one to nearly all tasks, and none to
/// what may block.
fn has_budget() -> bool {
    let mut context = Context::from_waker(Waker::noop());
    (0..LARGER_THAN_ANY_BUDGET).any(|_| {
        let unit = pin!(tokio::task::coop::consume_budget());
        unit.poll(&mut context).is_pending()
    })
}

/// A task of tokio has 128 units.
const LARGER_THAN_ANY_BUDGET: u32 = 1_024;

impl Client {
    /// As [`crate::Client::new`].
    ///
    /// # Errors
    ///
    /// As [`crate::Client::new`].
    pub fn new(token: impl Into<String>) -> Result<Self, Error> {
        Self::from_builder(crate::Client::builder(token))
    }

    /// As [`crate::Client::from_env`].
    ///
    /// # Errors
    ///
    /// As [`crate::Client::from_env`].
    pub fn from_env() -> Result<Self, Error> {
        Ok(Self {
            client: crate::Client::from_env()?,
            engine: Engine::new()?,
        })
    }

    /// With the settings of a [`crate::Client::builder`].
    ///
    /// # Errors
    ///
    /// As [`ClientBuilder::build`].
    pub fn from_builder(builder: ClientBuilder) -> Result<Self, Error> {
        Ok(Self {
            client: builder.build()?,
            engine: Engine::new()?,
        })
    }

    /// As [`crate::Client::with_token`].
    ///
    /// # Errors
    ///
    /// As [`crate::Client::with_token`].
    pub fn with_token(&self, token: impl Into<String>) -> Result<Self, Error> {
        Ok(Self {
            client: self.client.with_token(token)?,
            engine: self.engine.clone(),
        })
    }

    /// As [`crate::Client::with_credentials`].
    pub fn with_credentials(&self, credentials: impl Credentials) -> Self {
        Self {
            client: self.client.with_credentials(credentials),
            engine: self.engine.clone(),
        }
    }

    /// As [`crate::Client::contacts`].
    pub fn contacts(&self) -> Contacts {
        Contacts {
            contacts: self.client.contacts(),
            engine: self.engine.clone(),
        }
    }

    /// As [`crate::Client::emails`].
    pub fn emails(&self) -> Emails {
        Emails {
            emails: self.client.emails(),
            engine: self.engine.clone(),
        }
    }

    /// As [`crate::Client::privacy`].
    pub fn privacy(&self) -> Privacy {
        Privacy {
            privacy: self.client.privacy(),
            engine: self.engine.clone(),
        }
    }

    /// As [`crate::Client::token_info`].
    ///
    /// # Errors
    ///
    /// As [`crate::Client::token_info`].
    pub fn token_info(&self) -> Result<TokenInfo, Error> {
        self.engine.run(self.client.token_info())
    }

    /// As [`crate::Client::with_options`].
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self {
            client: self.client.with_options(options),
            engine: self.engine.clone(),
        }
    }

    /// As [`crate::Client::options`].
    pub fn options(&self) -> &CallOptions {
        self.client.options()
    }

    /// As [`crate::Client::check_connection`].
    ///
    /// # Errors
    ///
    /// As [`crate::Client::check_connection`].
    pub fn check_connection(&self) -> Result<Option<SystemTime>, Error> {
        self.engine.run(self.client.check_connection())
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.client.fmt(formatter)
    }
}

/// As [`crate::Contacts`], without async.
#[derive(Clone)]
pub struct Contacts {
    contacts: crate::Contacts,
    engine: Engine,
}

/// A method that runs the one of the same name of the async crate.
macro_rules! as_async {
    ($field:ident: $($name:ident($($argument:ident: $type:ty),*) -> $result:ty;)+) => {
        $(
            #[doc = concat!("As the async `", stringify!($name), "`.")]
            ///
            /// # Errors
            ///
            /// The same.
            pub fn $name(&self, $($argument: $type),*) -> Result<$result, Error> {
                self.engine.run(self.$field.$name($($argument),*))
            }
        )+
    };
}

/// The calls of a group with other options, and what was seen of them.
macro_rules! group_of_calls {
    ($group:ident, $field:ident) => {
        impl $group {
            /// The same calls with other options than the client's.
            #[must_use]
            pub fn with_options(mut self, options: CallOptions) -> Self {
                self.$field = self.$field.with_options(options);
                self
            }

            /// Makes one call, or several, and says how the result was got.
            pub fn with_metadata<T>(&self, calls: impl FnOnce(Self) -> T) -> (T, Metadata) {
                let (recording, $field) = self.$field.recorded();
                let engine = self.engine.clone();
                let result = calls(Self { $field, engine });
                (result, recording.end())
            }
        }
    };
}

group_of_calls!(Contacts, contacts);
group_of_calls!(Timeline, timeline);
group_of_calls!(Emails, emails);
group_of_calls!(Privacy, privacy);

impl Contacts {
    /// As [`crate::Contacts::timeline`].
    pub fn timeline(&self) -> Timeline {
        Timeline {
            timeline: self.contacts.timeline(),
            engine: self.engine.clone(),
        }
    }

    /// As [`crate::Contacts::prepare`].
    ///
    /// # Errors
    ///
    /// The same.
    pub fn prepare(&self, new: NewContact) -> Result<Prepared, Error> {
        Ok(Prepared {
            prepared: self.contacts.prepare(new)?,
            engine: self.engine.clone(),
        })
    }

    as_async! { contacts:
        create(new: NewContact) -> Outcome;
        ensure(new: NewContact) -> Outcome;
        upsert(new: NewContact) -> Upserted;
        resolve(ticket: &Ticket) -> Resolution;
        get(id: impl Into<ContactId>) -> Contact;
        write(intent: Intent, start: Start) -> Written;
        find_by_email(email: impl AsRef<str>) -> Matches;
        find_by_external_id(id: impl AsRef<str>) -> Option<Contact>;
        update(id: impl Into<ContactId>, changes: ContactChanges) -> Contact;
        update_by_external_id(id: impl AsRef<str>, changes: ContactChanges) -> Contact;
        delete(id: impl Into<ContactId>) -> ();
        attributes() -> Vec<AttributeDefinition>;
    }

    /// As [`crate::Contacts::find_by_external_ids`].
    ///
    /// # Errors
    ///
    /// The same.
    pub fn find_by_external_ids<Id: AsRef<str>>(
        &self,
        ids: impl IntoIterator<Item = Id>,
    ) -> Result<Vec<Contact>, Error> {
        self.engine.run(self.contacts.find_by_external_ids(ids))
    }
}

/// As [`crate::Prepared`], without async.
pub struct Prepared {
    prepared: crate::Prepared,
    engine: Engine,
}

impl Prepared {
    /// As [`crate::Prepared::ticket`].
    pub fn ticket(&self) -> Ticket {
        self.prepared.ticket()
    }

    /// As [`crate::Prepared::intent`].
    pub fn intent(&self) -> &Intent {
        self.prepared.intent()
    }

    /// As [`crate::Prepared::send`].
    ///
    /// # Errors
    ///
    /// The same.
    pub fn send(self) -> Result<Outcome, Error> {
        self.engine.run(self.prepared.send())
    }
}

/// As [`crate::Timeline`], without async.
#[derive(Clone)]
pub struct Timeline {
    timeline: crate::Timeline,
    engine: Engine,
}

impl Timeline {
    as_async! { timeline:
        post(event: TimelineEvent) -> ();
    }
}

/// As [`crate::Emails`], without async.
#[derive(Clone)]
pub struct Emails {
    emails: crate::Emails,
    engine: Engine,
}

impl Emails {
    as_async! { emails:
        unsubscribe(emails: impl IntoIterator<Item = Email>) -> ();
    }
}

/// As [`crate::Privacy`], without async.
#[derive(Clone)]
pub struct Privacy {
    privacy: crate::Privacy,
    engine: Engine,
}

impl Privacy {
    as_async! { privacy:
        retrieve(email: &Email) -> Option<String>;
        delete_everything_of(email: &Email) -> ();
    }
}
