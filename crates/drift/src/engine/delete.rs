//! A delete that is retried: "not found" after an attempt in doubt is a success.

use crate::engine::call::Call;
use crate::error::{Error, ErrorKind};
use crate::policy::delivery::Delivery;

/// Deletes a contact.
pub(crate) async fn delete(call: &Call<'_>, id: i64) -> Result<(), Error> {
    let method = |sdk: drift_sdk::Client| async move { sdk.delete_contact(id).await };
    let (mut number, mut in_doubt) = (1, false);
    loop {
        let Err(error) = call.attempt(number, &method).await else {
            return Ok(());
        };
        // An earlier attempt of this call deleted it, though its response was lost or could not be read.
        if error.kind() == ErrorKind::NotFound && in_doubt {
            return Ok(());
        }
        in_doubt |= matches!(error.delivery(), Delivery::Unknown | Delivery::Done);
        if !call.may_retry_after(number, &error).await {
            return Err(error);
        }
        number += 1;
    }
}
