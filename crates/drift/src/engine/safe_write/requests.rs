//! The request of each step of a safe write, and what its response says.

use std::pin::pin;

use super::SafeWrite;
use crate::engine::call::Call;
use crate::engine::lookup;
use crate::engine::operation::Operation;
use crate::engine::seen::{Request, Seen};
use crate::engine::update::{self, Target};
use crate::error::{Error, ErrorKind};
use crate::model::contact::Contact;
use crate::policy::protocol::Event;

/// The update of a contact that is there. A 409 says that another contact has the email.
const UPDATE: Operation =
    Operation::writing("contacts.update", ErrorKind::DuplicateEmail, true).read_back();

impl SafeWrite {
    pub(super) async fn create(&self, call: &Call<'_>) -> Seen {
        let body = &*self.intent.body;
        let method = |sdk: drift_sdk::Client| async move { sdk.create_contact(body).await };
        let attempt = pin!(call.attempt(self.protocol.sent(), &method));
        match attempt.await {
            Ok(contact) => self.created(contact),
            Err(error) => Seen::failed(Request::Create, error),
        }
    }

    /// A 2xx with another contact than the one that was sent says nothing of this create: a cache or a proxy has mixed
    /// two responses up.
    fn created(&self, contact: Contact) -> Seen {
        if self.identity().is_just_made(&contact) {
            return Seen::of(Event::Created, Some(contact));
        }
        Seen::failed(Request::Create, Error::of_another_contact_at("data.id"))
    }

    pub(super) async fn look_up(&self, call: &Call<'_>) -> Seen {
        match lookup::by_identity(call, self.identity()).await {
            Ok(found) => {
                let (event, mut found) = lookup::judge(&self.intent.proof(), found);
                let contact = match found.len() {
                    1 => found.pop(),
                    _ => None,
                };
                Seen {
                    several: found,
                    ..Seen::of(event, contact)
                }
            }
            Err(error) => Seen::failed(Request::LookUp, error),
        }
    }

    /// Changes the contact that is there. One that has nothing to be changed is up to date, and read if it is not known.
    pub(super) async fn update(&self, call: &Call<'_>) -> Seen {
        let changes = self.intent.changes();
        let number = self.protocol.updates();
        let Some(id) = self.target else {
            return Seen::of(Event::UpdateRefused, None);
        };
        let updated = if !changes.is_empty() {
            let body = &changes.body();
            let method =
                |sdk: drift_sdk::Client| async move { sdk.update_contact(id.get(), body).await };
            match call.part(UPDATE).attempt(number, method).await {
                Err(error) if error.is_of_success() => {
                    update::read_back(call, Target::Id(id), &body.attributes, error).await
                }
                updated => updated,
            }
        } else if self.contact.is_some() {
            return Seen::of(Event::Updated, None);
        } else {
            let method = |sdk: drift_sdk::Client| async move { sdk.get_contact(id.get()).await };
            call.part(UPDATE).attempt(number, method).await
        };
        match updated {
            Ok(contact) if contact.id() == id => Seen::of(Event::Updated, Some(contact)),
            Ok(_) => Seen::failed(Request::Update, Error::of_another_contact_at("data.id")),
            Err(error) => Seen::failed(Request::Update, error),
        }
    }
}
