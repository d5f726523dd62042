//! What is to be written, and what will prove who wrote it: made once, before anything is sent, and the same for each
//! attempt.

use std::fmt;
use std::sync::Arc;

use drift_sdk::types::ContactCreateRequest;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use crate::error::Error;
use crate::model::external_id::ExternalId;
use crate::model::new_contact::{ContactChanges, NewContact, check_key};
use crate::model::proof::Proof;
use crate::model::ticket::{Origin, Ticket};
use crate::policy::protocol::Goal;

/// A contact to write, with the goal and the proof of the write: what a [`SafeWrite`](crate::SafeWrite) sends.
///
/// A program that must survive a crash stores it (serde) before it sends anything. What is read again is sent as it was,
/// so that the server's own rule against duplicates, and the proof, hold for all attempts. It is as private as the
/// contact; `Debug` hides it.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use drift::{Intent, NewContact, protocol::Goal};
///
/// let new = NewContact::new("ada@example.test")?.name("Ada");
/// let intent = Intent::new(Goal::Ensure, new)?.stamped("made_by", "run-7-row-1")?;
/// let stored = serde_json::to_string(&intent)?;
/// let read: Intent = serde_json::from_str(&stored)?;
/// assert_eq!(read.to_json(), intent.to_json());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Deserialize)]
#[serde(from = "Stored<ContactCreateRequest>")]
pub struct Intent {
    pub(crate) goal: Goal,
    pub(crate) body: Arc<ContactCreateRequest>,
    prepared_proof: Proof,
    /// The external id, to see whether other creates of this process use it too; none where the intent was stored.
    external_id: Option<ExternalId>,
}

/// An intent as it is stored.
#[derive(Serialize, Deserialize)]
struct Stored<Body> {
    goal: Goal,
    body: Body,
    proof: Proof,
}

impl Intent {
    /// The intent to write a contact. A [random](ExternalId::random) external id that no other create of this process has
    /// used is its proof; from now on this intent counts as a user of the id.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) as [`NewContact::check`].
    pub fn new(goal: Goal, new: NewContact) -> Result<Self, Error> {
        new.check()?;
        let (body, external_id) = new.into_body();
        Ok(Self::of(goal, body, external_id))
    }

    /// The intent to write a contact that was checked.
    pub(crate) fn of(
        goal: Goal,
        body: Arc<ContactCreateRequest>,
        external_id: Option<ExternalId>,
    ) -> Self {
        let mut prepared_proof = Proof::None;
        if let Some(id) = external_id.as_ref().filter(|id| id.is_random()) {
            id.count_use();
            prepared_proof = Proof::FreshId;
        }
        Self {
            goal,
            body,
            prepared_proof,
            external_id,
        }
    }

    /// What a ticket names, to look it up. It is never sent.
    pub(crate) fn of_ticket(ticket: &Ticket) -> Self {
        let attributes = drift_sdk::types::ContactCreateAttributes {
            email: ticket.email.clone(),
            external_id: ticket.external_id.clone(),
            name: None,
            phone: None,
            extra: serde_json::Map::new(),
        };
        Self {
            goal: Goal::Create,
            body: Arc::new(ContactCreateRequest { attributes }),
            prepared_proof: ticket.proof.clone(),
            external_id: None,
        }
    }

    /// The same, with a stamp: a new contact gets this value in this attribute, which proves that this intent made it.
    /// Nobody else may use the value. A contact that existed does not get it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) when the attribute is Drift's own or has no name.
    pub fn stamped(
        self,
        attribute: impl Into<String>,
        value: impl Into<String>,
    ) -> Result<Self, Error> {
        let attribute = attribute.into();
        check_key(&attribute)?;
        Ok(self.with_stamp(attribute, value.into()))
    }

    /// The same, with a stamp whose attribute was checked.
    pub(crate) fn with_stamp(mut self, attribute: String, value: String) -> Self {
        let extra = &mut Arc::make_mut(&mut self.body).attributes.extra;
        extra.insert(attribute.clone(), Value::from(value.clone()));
        self.prepared_proof = Proof::Stamp { attribute, value };
        self
    }

    /// What the write is to bring about.
    pub fn goal(&self) -> Goal {
        self.goal
    }

    /// The JSON that is sent to create the contact. It is personal data.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(&*self.body).unwrap_or_default()
    }

    /// What is sent to bring a contact that exists up to date: the same attributes, without the stamp.
    pub(crate) fn changes(&self) -> ContactChanges {
        let stamp = match &self.prepared_proof {
            Proof::Stamp { attribute, .. } => Some(attribute.as_str()),
            Proof::FreshId | Proof::None => None,
        };
        ContactChanges::of_new(&self.body.attributes, stamp)
    }

    /// What finds out later what became of it.
    pub(crate) fn ticket(&self, surely_there: bool, origin: Origin) -> Ticket {
        let attributes = &self.body.attributes;
        Ticket {
            email: attributes.email.clone(),
            external_id: attributes.external_id.clone(),
            proof: self.proof(),
            surely_there,
            origin,
        }
    }

    /// Whether the request carries a proof.
    pub(crate) fn has_proof(&self) -> bool {
        !matches!(self.prepared_proof, Proof::None)
    }

    /// What proves by now that a contact is ours. A random id proves it no longer once another create has used it too:
    /// the contact may be the other one's.
    pub(crate) fn proof(&self) -> Proof {
        match (&self.prepared_proof, &self.external_id) {
            (Proof::FreshId, Some(id)) if !id.is_proof() => Proof::None,
            (proof, _) => proof.clone(),
        }
    }
}

impl From<Stored<ContactCreateRequest>> for Intent {
    fn from(stored: Stored<ContactCreateRequest>) -> Self {
        Self {
            goal: stored.goal,
            body: Arc::new(stored.body),
            prepared_proof: stored.proof,
            external_id: None,
        }
    }
}

impl Serialize for Intent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let stored = Stored {
            goal: self.goal,
            body: &*self.body,
            proof: self.proof(),
        };
        stored.serialize(serializer)
    }
}

impl fmt::Debug for Intent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Intent(..)")
    }
}
