//! `drift login --token`: a token that a person has.

use std::path::Path;

use drift::{Client, ErrorKind};

use super::{Target, report};
use crate::arguments::GlobalArgs;
use crate::failure::Failure;
use crate::output::{Screen, shell_word};
use crate::session::account::Token;
use crate::session::config::{ConfigEdit, Profile};
use crate::session::connection;
use crate::session::secret_input::SecretInput;

/// Reads a token, asks Drift about it, and keeps it.
pub async fn run(
    target: &Target,
    path: &Path,
    global: &GlobalArgs,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let usage = format!(
        "drift login --token --profile {} < FILE_WITH_THE_TOKEN",
        shell_word(&target.name)
    );
    let token = SecretInput::open(1, usage)?.read("token")?;
    let client = connection::client(Token::Fixed(token.clone()), target.base_url(), global)?;
    let organization = organization_of(&client).await.map_err(|failure| {
        failure.next(format!(
            "nothing was kept; to keep it unchecked: drift profiles add {} < FILE_WITH_THE_TOKEN",
            shell_word(&target.name)
        ))
    })?;
    let mut edit = ConfigEdit::begin(path)?;
    let profile = Profile {
        token_file: Some(edit.write_secret(&target.name, "token", &token)?),
        base_url: target.base_url.clone(),
        ..Profile::default()
    };
    edit.put_profile(&target.name, profile)?;
    edit.finish()?;
    report(target, organization, screen);
    Ok(())
}

/// The organization of a token, where Drift describes it. A gateway may not, and then a look-up shows that it works.
async fn organization_of(client: &Client) -> Result<Option<i64>, Failure> {
    match client.token_info().await {
        Ok(info) => Ok(info.organization()),
        Err(error) if error.kind() == ErrorKind::Unauthorized => Err(Failure::of_reading(&error)),
        Err(_) => client
            .contacts()
            .find_by_email("nobody@example.invalid")
            .await
            .map(|_| None)
            .map_err(|error| Failure::of_reading(&error)),
    }
}
