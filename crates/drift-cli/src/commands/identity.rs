//! `drift identity`: external ids that nobody can guess, and signed tokens for them. Nothing here uses the network.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use drift::{ExternalId, IdentityKey};
use jiff::SignedDuration;
use serde_json::json;

use crate::arguments::{IdKeyArgs, read_file_or_stdin};
use crate::failure::Failure;
use crate::output::{Screen, moment};
use crate::private_file;

/// What can be done with identities.
#[derive(Subcommand)]
pub enum IdentityCommand {
    /// Print a new random external id
    #[command(after_help = "Examples:\n  id=$(drift identity random)")]
    Random,
    /// Derive an external id from your own id; the same on every run
    Derive(DeriveArgs),
    /// Sign an identity: the `userJwt` of `drift.identify`
    Sign(SignArgs),
    /// Verify a signed identity and show what it holds
    Verify(VerifyArgs),
}

/// What to derive.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  DRIFT_ID_KEY=2026:$(openssl rand -hex 32) drift identity derive 'customer 7'"
)]
pub struct DeriveArgs {
    /// Your own id of the contact
    own_id: String,
    #[command(flatten)]
    key: IdKeyArgs,
}

/// What to sign.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  drift identity sign u_9f3c1ad27b60e845 --expires-in 15m\n  drift identity sign u_9f3c1ad27b60e845 --signing-key-file signing.key\n\nFind the key in the security settings of Drift's chat widget."
)]
pub struct SignArgs {
    /// The contact's external id
    external_id: String,
    /// How long it is valid: 45s, 15m, 2h
    #[arg(long, default_value = "1h", value_name = "TIME")]
    expires_in: SignedDuration,
    #[command(flatten)]
    key: SigningKeyArgs,
}

/// What to check.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  drift identity sign u_9f3c1ad27b60e845 | drift identity verify"
)]
pub struct VerifyArgs {
    /// A file with the signed identity [default: standard input]
    file: Option<PathBuf>,
    #[command(flatten)]
    key: SigningKeyArgs,
}

/// Where the signing key is.
#[derive(Args)]
pub struct SigningKeyArgs {
    /// A file with the signing key, readable by you alone [default: the key in DRIFT_SIGNING_KEY]
    #[arg(long, value_name = "FILE")]
    signing_key_file: Option<PathBuf>,
}

impl SigningKeyArgs {
    fn key(&self) -> Result<IdentityKey, Failure> {
        let text = match &self.signing_key_file {
            Some(path) => private_file::read_secret(path, "the signing key")?,
            None => std::env::var("DRIFT_SIGNING_KEY").map_err(|_| {
                Failure::input("there is no signing key")
                    .next("set DRIFT_SIGNING_KEY, or name a file that holds the key: --signing-key-file FILE")
            })?,
        };
        IdentityKey::new(text).map_err(|reason| Failure::input(reason.to_string()))
    }
}

/// Runs one of them.
pub fn run(command: IdentityCommand, screen: &mut Screen) -> Result<(), Failure> {
    match command {
        IdentityCommand::Random => screen.fact("externalId", ExternalId::random().as_str()),
        IdentityCommand::Derive(args) => {
            screen.fact("externalId", args.key.derive(&args.own_id)?.as_str())
        }
        IdentityCommand::Sign(args) => sign(&args, screen)?,
        IdentityCommand::Verify(args) => verify(&args, screen)?,
    }
    Ok(())
}

/// A guessable id is accepted here: the signature protects it.
fn sign(args: &SignArgs, screen: &mut Screen) -> Result<(), Failure> {
    let id = ExternalId::allow_guessable(&args.external_id);
    let signed = match args.expires_in.try_into() {
        Ok(lifetime) => args
            .key
            .key()?
            .sign(&id, lifetime)
            .map_err(|reason| Failure::input(reason.to_string()))?,
        Err(_) => return Err(Failure::input("--expires-in must not be negative")),
    };
    screen.fact("userJwt", &signed);
    Ok(())
}

fn verify(args: &VerifyArgs, screen: &mut Screen) -> Result<(), Failure> {
    let key = args.key.key()?;
    let text = read_file_or_stdin(args.file.as_deref())
        .map_err(|cause| Failure::input(format!("the signed identity cannot be read: {cause}")))?;
    let identity = key
        .verify(text.trim())
        .map_err(|reason| Failure::refused("signed_identity", reason.to_string()))?;
    let end = identity
        .expires()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    if screen.is_json() {
        screen.value(&json!({ "externalId": identity.external_id(), "expires": end }));
    } else {
        screen.headline("The signature is valid");
        let until = moment(i64::try_from(end).unwrap_or(i64::MAX).saturating_mul(1_000));
        let rows = [
            ("external id".to_owned(), identity.external_id().to_owned()),
            ("expires".to_owned(), until),
        ];
        screen.rows(&rows);
    }
    Ok(())
}
