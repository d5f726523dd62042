//! Email subscriptions.

use std::sync::Arc;

use crate::engine::call::Call;
use crate::engine::connection::Connection;
use crate::engine::operation::Operation;
use crate::error::{Error, ErrorKind};
use crate::model::email::Email;
use crate::options::CallOptions;

const UNSUBSCRIBE: Operation =
    Operation::writing("emails.unsubscribe", ErrorKind::InvalidRequest, true);

/// Email subscriptions. Made by [`Client::emails`](crate::Client::emails).
#[derive(Clone, Debug)]
pub struct Emails {
    connection: Arc<Connection>,
    options: Arc<CallOptions>,
}

group_of_calls!(Emails);

impl Emails {
    /// Stops Drift from sending email to these addresses. The response does not say which of them Drift knew.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Input`] when there is no address; else as any call.
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let emulator = drift_emulator::Emulator::start().await?;
    /// # let client = drift::Client::builder(emulator.token()).base_url(emulator.url()).build()?;
    /// use drift::Email;
    ///
    /// client.emails().unsubscribe([Email::new("ada@example.test")?]).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn unsubscribe(&self, emails: impl IntoIterator<Item = Email>) -> Result<(), Error> {
        let emails: Vec<String> = emails
            .into_iter()
            .map(|email| email.as_str().to_owned())
            .collect();
        if emails.is_empty() {
            return Err(Error::input("there is no address to unsubscribe"));
        }
        let emails = &emails;
        let method = |sdk: drift_sdk::Client| async move { sdk.unsubscribe_emails(emails).await };
        let call = Call::new(&self.connection, &self.options, UNSUBSCRIBE);
        call.send(method).await
    }
}
