//! A delete that is retried: "not found" after an attempt in doubt is a success.

use crate::engine::call::Call;
use crate::error::Error;
use crate::policy::delivery::Delivery;

/// Deletes a contact.
pub(crate) async fn delete(call: &Call<'_>, id: i64) -> Result<(), Error> {
    call.in_span(attempts(call, id)).await
}

async fn attempts(call: &Call<'_>, id: i64) -> Result<(), Error> {
    let method = |sdk: drift_sdk::Client| async move { sdk.delete_contact(id).await };
    let (mut number, mut earlier) = (1, Delivery::NotSent);
    loop {
        let Err(error) = call.attempt(number, &method).await else {
            return Ok(());
        };
        // An earlier attempt of this call deleted it, though its response was lost or could not be read.
        if error.is_drifts_not_found() && earlier >= Delivery::Unknown {
            return Ok(());
        }
        if !call.may_retry_after(number, &error).await {
            return Err(error.after(earlier));
        }
        earlier = earlier.max(error.delivery());
        number += 1;
    }
}
