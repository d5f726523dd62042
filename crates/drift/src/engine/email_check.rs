//! Looks for the email before a create with an external id. Drift does not check the email of such a create itself.

use crate::engine::call::Call;
use crate::engine::lookup;
use crate::error::{Error, ErrorKind};
use crate::model::contact::Contact;
use crate::model::matches::Matches;
use crate::model::new_contact::NewContact;
use crate::policy::delivery::Delivery;

/// Refuses a new contact whose email Drift knows already.
pub(crate) async fn refuse_known(call: &Call<'_>, new: &NewContact) -> Result<(), Error> {
    let known = known(call, new).await?;
    if known.is_empty() {
        return Ok(());
    }
    let (kind, delivery) = (ErrorKind::DuplicateEmail, Delivery::NotSent);
    Err(Error::of_several(kind, delivery, &known))
}

/// The one contact that has the email already: the one with the external id, else the only one.
pub(crate) async fn the_known(call: &Call<'_>, new: &NewContact) -> Result<Option<Contact>, Error> {
    let mut known = known(call, new).await?;
    let id = new.external_id.as_ref();
    let has_id = |contact: &Contact| id.is_some_and(|id| contact.has_external_id(id.as_str()));
    if let Some(at) = known.iter().position(has_id) {
        return Ok(Some(known.swap_remove(at)));
    }
    if known.len() > 1 {
        let (kind, delivery) = (ErrorKind::Ambiguous, Delivery::NotSent);
        return Err(Error::of_several(kind, delivery, &known));
    }
    Ok(known.pop())
}

/// The contacts that have the email. Without an external id none is looked for: Drift refuses the duplicate itself.
async fn known(call: &Call<'_>, new: &NewContact) -> Result<Vec<Contact>, Error> {
    if !call.options.check_email_first || new.external_id.is_none() {
        return Ok(Vec::new());
    }
    let known = lookup::by_email(call, new.email()).await;
    // Whatever became of the look-up, the create was not sent.
    let known = known.map(Matches::into_vec);
    known.map_err(|error| error.with_delivery(Delivery::NotSent))
}
