//! Email subscriptions.

use crate::Email;
use crate::client::Client;
use crate::engine::attempt::Operation;
use crate::engine::call::call;
use crate::error::{Error, ErrorKind};

const UNSUBSCRIBE: Operation =
    Operation::writing("emails.unsubscribe", ErrorKind::InvalidRequest, true);

/// Email subscriptions. Made by [`Client::emails`].
#[derive(Clone, Debug)]
pub struct Emails(Client);

impl Emails {
    pub(crate) fn new(client: Client) -> Self {
        Self(client)
    }

    /// Stops Drift from sending email to these addresses. The answer does not tell which of them Drift knew.
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
        let run = |sdk: drift_sdk::Client| async move { sdk.unsubscribe_emails(emails).await };
        call(&self.0, self.0.options(), UNSUBSCRIBE, run)
            .await
            .map(drop)
    }
}
