//! The columns: what is called, and what is reported to the caller.

use drift::{
    Client, ClientBuilder, Contact, ContactChanges, ContactId, Delivery, Error, ErrorKind,
    ExternalId, IdKey, NewContact, Outcome, Resolution, Ticket, Upserted,
};

/// A call of the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Call {
    Create(Identity),
    Ensure(Identity),
    Upsert(Identity),
    Update,
    Delete,
    FindByEmail,
    FindByExternalId,
    /// A create with a random id, by `blocking`.
    BlockingCreate,
    BlockingUpdate,
}

/// What names the contact that is to be created.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Identity {
    Random,
    Derived,
    Email,
}

pub const CALLS: [(&str, Call); 14] = [
    ("create, random id", Call::Create(Identity::Random)),
    ("create, derived id", Call::Create(Identity::Derived)),
    ("create, email alone", Call::Create(Identity::Email)),
    ("ensure, random id", Call::Ensure(Identity::Random)),
    ("ensure, derived id", Call::Ensure(Identity::Derived)),
    ("ensure, email alone", Call::Ensure(Identity::Email)),
    ("upsert, derived id", Call::Upsert(Identity::Derived)),
    ("upsert, email alone", Call::Upsert(Identity::Email)),
    ("update", Call::Update),
    ("delete", Call::Delete),
    ("find by email", Call::FindByEmail),
    ("find by external id", Call::FindByExternalId),
    ("create, random id, blocking", Call::BlockingCreate),
    ("update, blocking", Call::BlockingUpdate),
];

/// The attribute by which a change is seen.
pub const PLAN: &str = "plan";
pub const OURS: &str = "ours";

impl Call {
    /// Method and path of the request that things go wrong with.
    pub fn endpoint(self) -> (&'static str, &'static str) {
        match self {
            Self::Create(_) | Self::Ensure(_) | Self::Upsert(_) | Self::BlockingCreate => {
                ("POST", "/contacts")
            }
            Self::Update | Self::BlockingUpdate => ("PATCH", "/contacts/*"),
            Self::Delete => ("DELETE", "/contacts/*"),
            Self::FindByEmail | Self::FindByExternalId => ("GET", "/contacts"),
        }
    }

    pub fn identity(self) -> Identity {
        match self {
            Self::Create(identity) | Self::Ensure(identity) | Self::Upsert(identity) => identity,
            Self::BlockingCreate => Identity::Random,
            _ => Identity::Derived,
        }
    }

    pub fn creates(self) -> bool {
        matches!(
            self,
            Self::Create(_) | Self::Ensure(_) | Self::Upsert(_) | Self::BlockingCreate
        )
    }

    pub fn blocks(self) -> bool {
        matches!(self, Self::BlockingCreate | Self::BlockingUpdate)
    }
}

/// The contact that it is all about.
#[derive(Clone)]
pub struct Subject {
    pub email: String,
    pub derived: ExternalId,
    identity: Identity,
}

impl Subject {
    pub fn new(number: usize, identity: Identity) -> Self {
        let key = IdKey::new("1", &[7; 32]).expect("a key");
        Self {
            email: format!("ada{number}@example.test"),
            derived: ExternalId::derive(&key, number.to_string()).expect("an own id"),
            identity,
        }
    }

    /// What is created, or what a rival creates: of a random id everybody has an own one.
    pub fn new_contact(&self, plan: &str) -> NewContact {
        let new = NewContact::new(&self.email)
            .expect("an email")
            .attribute(PLAN, plan);
        match self.identity {
            Identity::Random => new.external_id(ExternalId::random()),
            Identity::Derived => new.external_id(self.derived.clone()),
            Identity::Email => new,
        }
    }
}

/// What is reported to the caller.
pub enum Reported {
    Created(Contact),
    Recovered(Contact),
    Existed(Contact),
    Updated(Contact),
    Deleted,
    Found(Vec<Contact>),
    Failed(Error),
    /// Nothing was there when the ticket was resolved.
    Absent,
}

pub async fn make(
    client: &Client,
    call: Call,
    subject: &Subject,
    target: ContactId,
) -> Result<Reported, Error> {
    let contacts = client.contacts();
    let new = || subject.new_contact(OURS);
    Ok(match call {
        Call::Create(_) | Call::BlockingCreate => contacts.create(new()).await?.into(),
        Call::Ensure(_) => contacts.ensure(new()).await?.into(),
        Call::Upsert(_) => match contacts.upsert(new()).await? {
            Upserted::Created(contact) => Reported::Created(contact),
            Upserted::Updated(contact) => Reported::Updated(contact),
        },
        Call::Update | Call::BlockingUpdate => {
            let changes = ContactChanges::new().attribute(PLAN, OURS);
            Reported::Updated(contacts.update(target, changes).await?)
        }
        Call::Delete => {
            contacts.delete(target).await?;
            Reported::Deleted
        }
        Call::FindByEmail => {
            Reported::Found(contacts.find_by_email(&subject.email).await?.into_vec())
        }
        Call::FindByExternalId => {
            let found = contacts.find_by_external_id(&subject.derived).await?;
            Reported::Found(found.into_iter().collect())
        }
    })
}

/// The same by `blocking`, on a thread of its own.
pub async fn make_blocking(
    builder: ClientBuilder,
    call: Call,
    subject: Subject,
    target: ContactId,
) -> Result<Reported, Error> {
    let (done, reported) = tokio::sync::oneshot::channel();
    let run = move || {
        let contacts = drift::blocking::Client::from_builder(builder)?.contacts();
        Ok(if call == Call::BlockingUpdate {
            let changes = ContactChanges::new().attribute(PLAN, OURS);
            Reported::Updated(contacts.update(target, changes)?)
        } else {
            contacts.create(subject.new_contact(OURS))?.into()
        })
    };
    std::thread::spawn(move || done.send(run()).is_ok());
    reported.await.expect("a result")
}

pub async fn resolve(client: &Client, ticket: &Ticket) -> Reported {
    match client.contacts().resolve(ticket).await {
        Ok(Resolution::Found(outcome)) => outcome.into(),
        Ok(Resolution::Absent) => Reported::Absent,
        Err(error) => Reported::Failed(error),
    }
}

impl From<Outcome> for Reported {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Created(contact) => Self::Created(contact),
            Outcome::Recovered(contact) => Self::Recovered(contact),
            Outcome::Existed(contact) => Self::Existed(contact),
        }
    }
}

impl std::fmt::Display for Reported {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Created(_) => formatter.write_str("created"),
            Self::Recovered(_) => formatter.write_str("recovered"),
            Self::Existed(_) => formatter.write_str("existed"),
            Self::Updated(_) => formatter.write_str("updated"),
            Self::Deleted => formatter.write_str("deleted"),
            Self::Found(found) => write!(formatter, "found {}", found.len()),
            Self::Absent => formatter.write_str("absent"),
            Self::Failed(error) => write!(formatter, "*{}*", name(error)),
        }
    }
}

fn name(error: &Error) -> String {
    let delivery = match error.delivery() {
        Delivery::NotSent => "not sent",
        Delivery::Refused => "refused",
        Delivery::Unknown => "unknown",
        Delivery::Done => "done",
    };
    let kind = match error.kind() {
        ErrorKind::DuplicateEmail | ErrorKind::DuplicateExternalId => "duplicate",
        ErrorKind::NotFound => "not found",
        ErrorKind::Unresolved => return "unresolved".to_owned(),
        ErrorKind::RateLimited => "rate limit",
        ErrorKind::Interrupted => "interrupted",
        ErrorKind::Timeout => "timeout",
        ErrorKind::Server => "server",
        ErrorKind::Redirected => "redirect",
        ErrorKind::UnreadableResponse => "unreadable",
        ErrorKind::Connect => "no connection",
        ErrorKind::NotDrift => "not Drift",
        ErrorKind::Unauthorized => "unauthorized",
        ErrorKind::Forbidden => "forbidden",
        ErrorKind::InvalidRequest => "invalid request",
        other => return format!("{other:?}, {delivery}"),
    };
    format!("{kind}, {delivery}")
}
