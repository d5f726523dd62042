//! `drift login` through a browser, with the organization's own app.

use std::path::Path;

use drift::credentials::OAuthTokens;

use super::app::App;
use super::consent::{Request, with_consent};
use super::{BrowserArgs, Target, report};
use crate::arguments::GlobalArgs;
use crate::failure::Failure;
use crate::output::Screen;
use crate::private_file;
use crate::session::config::{self, Config, ConfigEdit, Profile, TokenSource, lock_of};
use crate::session::connection;
use crate::session::login::{Bound, Redirect, consent_page};

/// Sends the person to the consent page, exchanges the code for tokens, and keeps them.
pub async fn run(
    args: BrowserArgs,
    target: &Target,
    path: &Path,
    config: &Config,
    global: &GlobalArgs,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let known = config.profiles.get(&target.name).cloned();
    let known = known.unwrap_or_default();
    let settings = Profile {
        redirect: args.redirect.or(known.redirect.clone()),
        consent_page: args.consent_page.or(known.consent_page.clone()),
        base_url: target.base_url.clone(),
        ..Profile::default()
    };
    let redirect = settings.redirect.as_deref().unwrap_or(Redirect::DEFAULT);
    let redirect = Redirect::new(redirect).map_err(Failure::input)?;
    let own_page = settings.consent_page.clone();
    let app = App::known_or_asked(&known, path, &target.name)?;
    let endpoint = connection::token_endpoint(target.base_url(), global)?;
    let request = Request {
        page: &own_page.unwrap_or_else(|| consent_page(target.base_url())),
        client_id: &app.client_id,
        open: !args.no_browser,
    };
    let bound = Bound::to(redirect.clone()).await?;
    let login = NewLogin {
        app: &app,
        settings,
    };
    let tokens = with_consent(bound, &request, screen, async |code| {
        let tokens = app.exchange(&endpoint, code, redirect.as_str()).await?;
        login.keep(&tokens, &target.name, path)?;
        Ok(tokens)
    })
    .await?;
    report(target, tokens.organization(), screen);
    Ok(())
}

/// What is kept of a login, beside its tokens.
struct NewLogin<'a> {
    app: &'a App,
    /// The profile without a token.
    settings: Profile,
}

impl NewLogin<'_> {
    fn keep(&self, tokens: &OAuthTokens, name: &str, path: &Path) -> Result<(), Failure> {
        let mut edit = ConfigEdit::begin(path)?;
        let known = edit.config().profiles.get(name);
        let profile = match known.filter(|known| self.is_again(known)) {
            Some(known) => self.in_place_of(known, tokens, path)?,
            None => self.in_new_files(tokens, name, &mut edit)?,
        };
        edit.put_profile(name, profile)?;
        edit.finish()
    }

    /// Whether the profile has a login of the same app at the same server.
    fn is_again(&self, known: &Profile) -> bool {
        let same_app = matches!(
            known.token_source(),
            TokenSource::Login(login) if login.client_id == self.app.client_id
        );
        same_app && known.base_url == self.settings.base_url
    }

    /// Commands that run, such as an import that waits for a login, continue with the new tokens of the same file.
    fn in_place_of(
        &self,
        known: &Profile,
        tokens: &OAuthTokens,
        path: &Path,
    ) -> Result<Profile, Failure> {
        if let Some(file) = &known.login_file {
            let file = config::beside(path, file);
            let _no_renewal = private_file::lock(&lock_of(&file))
                .map_err(|cause| Failure::input(format!("{}: {cause}", file.display())))?;
            tokens
                .save(&file)
                .map_err(|error| Failure::of_reading(&error))?;
        }
        Ok(Profile {
            redirect: self.settings.redirect.clone(),
            consent_page: self.settings.consent_page.clone(),
            ..known.clone()
        })
    }

    fn in_new_files(
        &self,
        tokens: &OAuthTokens,
        name: &str,
        edit: &mut ConfigEdit,
    ) -> Result<Profile, Failure> {
        let tokens = serde_json::to_string(tokens)
            .map_err(|cause| Failure::other(format!("the tokens cannot be kept: {cause}")))?;
        let secret = &self.app.client_secret;
        Ok(Profile {
            client_id: Some(self.app.client_id.clone()),
            client_secret_file: Some(edit.write_secret(name, "secret", secret)?),
            login_file: Some(edit.write_secret(name, "login", &tokens)?),
            ..self.settings.clone()
        })
    }
}
