//! `drift login --sandbox`: the whole way without an account.

use drift_emulator::{DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, Emulator};
use serde_json::json;

use super::BrowserArgs;
use super::app::App;
use super::consent::{Request, with_consent};
use crate::arguments::GlobalArgs;
use crate::failure::Failure;
use crate::output::Screen;
use crate::session::login::{Bound, consent_page};
use crate::session::{connection, start_failure};

/// Shows a login on the consent page of an emulator, which ends with the command. Nothing is kept.
pub async fn run(
    args: BrowserArgs,
    global: &GlobalArgs,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let emulator = Emulator::start()
        .await
        .map_err(start_failure::of_emulator)?;
    let ended = log_in(args, emulator.url(), global, screen).await;
    emulator.shutdown().await;
    let organization = ended?;
    if screen.is_json() {
        screen.value(&json!({ "profile": null, "organization": organization, "base_url": null }));
    } else {
        screen.line("Logged in to the sandbox. Nothing was kept, since --sandbox needs no token");
        screen.next_step("with an account: drift login");
    }
    Ok(())
}

async fn log_in(
    args: BrowserArgs,
    base_url: &str,
    global: &GlobalArgs,
    screen: &Screen,
) -> Result<Option<i64>, Failure> {
    let bound = Bound::to_any_port().await?;
    let redirect = bound.redirect().clone();
    let request = Request {
        page: &consent_page(base_url),
        client_id: DEFAULT_CLIENT_ID,
        open: !args.no_browser,
    };
    let app = App {
        client_id: DEFAULT_CLIENT_ID.to_owned(),
        client_secret: DEFAULT_CLIENT_SECRET.to_owned(),
    };
    let endpoint = connection::token_endpoint(base_url, global)?;
    let tokens = with_consent(bound, &request, screen, async |code| {
        app.exchange(&endpoint, code, redirect.as_str()).await
    })
    .await?;
    Ok(tokens.organization())
}
