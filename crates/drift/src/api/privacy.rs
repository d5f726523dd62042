//! Retrieval and erasure of a person's data under the GDPR.

use std::sync::Arc;

use drift_sdk::types;

use crate::engine::call::Call;
use crate::engine::connection::Connection;
use crate::engine::operation::Operation;
use crate::error::{Error, ErrorKind};
use crate::model::email::Email;
use crate::options::CallOptions;

const RETRIEVE: Operation =
    Operation::writing("privacy.retrieve", ErrorKind::InvalidRequest, false);
const DELETE: Operation = Operation::writing("privacy.delete", ErrorKind::InvalidRequest, true);

/// Retrieval and erasure of a person's data. Made by [`Client::privacy`](crate::Client::privacy).
/// Source: <https://devdocs.drift.com/docs/automating-gdpr-retrieval-and-deletion>.
#[derive(Clone, Debug)]
pub struct Privacy {
    connection: Arc<Connection>,
    options: Arc<CallOptions>,
}

group_of_calls!(Privacy);

impl Privacy {
    /// Asks Drift to gather all data of an address. They are mailed to an administrator, whose address is returned
    /// where Drift says it. The token needs the scope `gdpr_read`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Forbidden`] when the token lacks the scope; else as any call. A request whose delivery is unknown
    /// is not sent again, since each sends a mail.
    ///
    /// ```no_run
    /// # async fn example(client: drift::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let email = drift::Email::new("ada@example.test")?;
    /// if let Some(administrator) = client.privacy().retrieve(&email).await? {
    ///     println!("mailed to {administrator}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn retrieve(&self, email: &Email) -> Result<Option<String>, Error> {
        let body = &request(email);
        let method = |sdk: drift_sdk::Client| async move { sdk.retrieve_personal_data(body).await };
        let call = Call::new(&self.connection, &self.options, RETRIEVE);
        call.send(method).await
    }

    /// Asks Drift to erase all data of an address, for good: all contacts *and users* with it, their conversations
    /// and messages. The token needs the scope `gdpr_write`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Forbidden`] when the token lacks the scope; else as any call.
    ///
    /// ```no_run
    /// # async fn example(client: drift::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let email = drift::Email::new("ada@example.test")?;
    /// client.privacy().delete_everything_of(&email).await?; // for good
    /// # Ok(())
    /// # }
    /// ```
    pub async fn delete_everything_of(&self, email: &Email) -> Result<(), Error> {
        let body = &request(email);
        let method = |sdk: drift_sdk::Client| async move { sdk.delete_personal_data(body).await };
        let call = Call::new(&self.connection, &self.options, DELETE);
        call.send(method).await
    }
}

fn request(email: &Email) -> types::PersonalDataRequest {
    types::PersonalDataRequest {
        email: email.as_str().to_owned(),
    }
}
