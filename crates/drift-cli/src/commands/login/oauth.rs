//! `drift login` through a browser, with the organization's own app.

use std::path::Path;

use super::app::App;
use super::consent::{Request, with_consent};
use super::{BrowserArgs, Target, report};
use crate::arguments::GlobalArgs;
use crate::failure::Failure;
use crate::output::Screen;
use crate::session::config::{Config, ConfigEdit, Profile};
use crate::session::login::{Bound, Redirect, consent_page, exchange};

/// Sends the person to the consent page, exchanges the code for tokens, and keeps them.
pub async fn run(
    args: BrowserArgs,
    target: &Target,
    path: &Path,
    config: &Config,
    _global: &GlobalArgs,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let known = config
        .profiles
        .get(&target.name)
        .cloned()
        .unwrap_or_default();
    let settings = Profile {
        redirect: args.redirect.or(known.redirect.clone()),
        consent_page: args.consent_page.or(known.consent_page.clone()),
        base_url: target.base_url.clone(),
        ..Profile::default()
    };
    let redirect = settings.redirect.as_deref().unwrap_or(Redirect::DEFAULT);
    let redirect = Redirect::new(redirect).map_err(Failure::input)?;
    let page = settings.consent_page.clone();
    let page = page.unwrap_or_else(|| consent_page(target.base_url()));
    let app = App::known_or_asked(&known, path, &target.name)?;
    let bound = Bound::to(redirect.clone()).await?;
    let request = Request {
        page: &page,
        client_id: &app.client_id,
        open: !args.no_browser,
    };
    let organization = with_consent(bound, &request, screen, async |code| {
        let tokens = exchange::exchange(
            target.base_url(),
            &app.client_id,
            &app.client_secret,
            code,
            redirect.as_str(),
        )
        .await?;
        let mut edit = ConfigEdit::begin(path)?;
        let name = &target.name;
        let profile = Profile {
            client_id: Some(app.client_id.clone()),
            client_secret_file: Some(edit.write_secret(name, "secret", &app.client_secret)?),
            login_file: Some(edit.write_secret(name, "login", &tokens.to_string())?),
            ..settings
        };
        edit.put_profile(name, profile)?;
        edit.finish()?;
        Ok(tokens["orgId"].as_i64())
    })
    .await?;
    report(target, organization, screen);
    Ok(())
}
