//! An update, and the contact as it is then. A server may respond that it was done, or will be, and send no contact: then
//! the contact is read.

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
        Err(error) if error.has_no_contact() => Box::pin(target.read(call))
            .await
            .map_err(|error| error.after(Delivery::Done)),
        Err(error) => Err(error),
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
