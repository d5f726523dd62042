//! An update, and the contact as it is then.
//!
//! A server may respond with a success that has no contact in it, or none that can be read. It is not sent again, since
//! a success says that it was executed: the contact is read. Where the success may be another server's, a page of a
//! network that asks to sign in say, only a contact that has what was sent shows that it was done.

use drift_sdk::types;

use crate::engine::call::Call;
use crate::engine::{bulk_lookup, lookup};
use crate::error::{Error, ErrorKind};
use crate::model::contact::Contact;
use crate::model::contact_id::ContactId;
use crate::policy::delivery::Delivery;

/// Which contact is updated.
#[derive(Clone, Copy)]
pub(crate) enum Target<'a> {
    Id(ContactId),
    ExternalId(&'a str),
}

/// Updates a contact.
pub(crate) async fn update(
    call: &Call<'_>,
    target: Target<'_>,
    body: &types::ContactUpdateRequest,
) -> Result<Contact, Error> {
    let method = |sdk: drift_sdk::Client| async move {
        match target {
            Target::Id(id) => sdk.update_contact(id.get(), body).await,
            Target::ExternalId(id) => {
                let kind = types::UpdateIdType::External;
                sdk.update_contact_by_other_id(id, kind, body).await
            }
        }
    };
    match call.send(method).await {
        Ok(contact) => target.checked(contact),
        // Boxed, since hardly any call needs it, and each would be as large as if it did.
        Err(error) if error.is_of_success() => {
            Box::pin(read_back(call, target, &body.attributes, error)).await
        }
        Err(error) => Err(error),
    }
}

/// The contact after an update whose success cannot be read.
pub(crate) async fn read_back(
    call: &Call<'_>,
    target: Target<'_>,
    sent: &types::ContactUpdateAttributes,
    error: Error,
) -> Result<Contact, Error> {
    match target.read(call).await {
        Ok(contact) if error.is_executed() || contact.shows(sent) => Ok(contact),
        Ok(_) => Err(error.with_delivery(Delivery::Unknown)),
        // It says more than that a response was empty.
        Err(read) if error.has_no_contact() => Err(read.after(Delivery::Done)),
        // A contact that is not there was not changed.
        Err(read) if read.is_drifts_not_found() => Err(read),
        Err(_) => Err(error.in_doubt_if_foreign()),
    }
}

impl Target<'_> {
    /// The contact of a response, which must be the one that was updated. Its external id may be what was updated.
    fn checked(self, contact: Contact) -> Result<Contact, Error> {
        match self {
            Self::Id(id) => lookup::asked_for(id, contact),
            Self::ExternalId(_) => Ok(contact),
        }
    }

    async fn read(self, call: &Call<'_>) -> Result<Contact, Error> {
        match self {
            Self::Id(id) => lookup::by_id(call, id).await,
            Self::ExternalId(id) => {
                let mut found =
                    bulk_lookup::by_external_ids_in_parts(call, vec![id.to_owned()]).await?;
                match (found.pop(), found.is_empty()) {
                    (Some(contact), true) => Ok(contact),
                    (Some(_), false) => Err(Error::of_kind(ErrorKind::Ambiguous, Delivery::Done)),
                    (None, _) => Err(Error::of_kind(ErrorKind::NotFound, Delivery::Done)),
                }
            }
        }
    }
}
