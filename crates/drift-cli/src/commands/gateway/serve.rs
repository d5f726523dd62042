//! Serves until a signal stops it.

use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use drift_gateway::store::Retention;
use drift_gateway::{Builder, DEFAULT_PORT, Gateway, StartError, hash_key};

use super::store::{Place, failed};
use crate::arguments::GlobalArgs;
use crate::failure::Failure;
use crate::output::{Screen, start_warnings};
use crate::private_file;
use crate::session::account;
use crate::session::connection::{Connection, connected};
use crate::session::interrupt::stop_signal;

/// The key that callers of the sandbox's gateway present.
const SANDBOX_KEY: &str = "sandbox";

/// How to serve.
#[derive(Args)]
pub struct ServeOptions {
    /// Use the token that each caller sends, whatever profile or DRIFT_TOKEN is there
    #[arg(long, conflicts_with_all = ["profile", "sandbox"])]
    caller_tokens: bool,
    /// The port; 0 takes a free one
    #[arg(long, default_value_t = DEFAULT_PORT)]
    port: u16,
    /// The address to listen on; any but a loopback address wants --tls-cert, --tls-key and a token of the gateway's own
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST), value_parser = address)]
    host: IpAddr,
    /// Serve TLS with this certificate chain (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The private key of the certificate (PEM); only you may be able to read it
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Accept this host name too, beside localhost and IP addresses
    #[arg(long, value_name = "NAME")]
    allow_host: Vec<String>,
    /// Write a random value into this custom attribute of each new contact, to prove which create made it
    #[arg(long, value_name = "ATTRIBUTE")]
    stamp: Option<String>,
    /// Keep settled keys for so many hours
    #[arg(long, value_name = "HOURS", default_value_t = 24, value_parser = clap::value_parser!(u64).range(1..=8_760))]
    keep: u64,
}

fn address(text: &str) -> Result<IpAddr, &'static str> {
    if text == "localhost" {
        return Ok(Ipv4Addr::LOCALHOST.into());
    }
    text.parse()
        .map_err(|_| "an IP address, such as 127.0.0.1 or ::1")
}

/// Serves until Ctrl-C or SIGTERM.
pub async fn run(
    options: ServeOptions,
    place: &Place,
    global: &GlobalArgs,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let stop = stop_signal()?;
    let is_held = !options.caller_tokens
        && (global.sandbox || account::has_credentials(global.profile.as_deref())?);
    if is_held {
        return connected(global, async |connection| {
            let builder = options.held(place, connection, global).await?;
            serve(builder, screen, &whose(connection, global), stop).await
        })
        .await;
    }
    let base_url = account::base_url_of_callers(global.base_url.as_deref())?;
    let builder = options.builder(place, global)?.drift_base_url(base_url);
    serve(builder, screen, "callers send their own Drift token", stop).await
}

impl ServeOptions {
    /// A gateway that holds the credentials of a connection.
    async fn held(
        self,
        place: &Place,
        connection: &Connection,
        global: &GlobalArgs,
    ) -> Result<Builder, Failure> {
        let store = place.open()?;
        if global.sandbox {
            let added = store.add_key(SANDBOX_KEY, hash_key(SANDBOX_KEY));
            added.await.map_err(failed)?;
        } else if store.keys().await.map_err(failed)?.is_empty() {
            return Err(
                Failure::input("no caller can use the gateway: it has no key yet")
                    .next("make one: drift gateway keys add NAME")
                    .next(format!(
                        "or let callers send their own Drift token instead of {}: add --caller-tokens",
                        connection.token_from
                    )),
            );
        }
        let client = match (place, &connection.login) {
            // Gateways on other machines cannot renew in the file of this one.
            (Place::Postgres(_), Some(login)) => connection
                .client
                .with_credentials(login.in_store(store.clone())?),
            _ => connection.client.clone(),
        };
        let builder = self.with_options(Gateway::builder(store), global)?;
        let builder = builder.credentials(client);
        let builder = match &connection.credentials_name {
            Some(name) => builder.credentials_name(name),
            None => builder,
        };
        Ok(match connection.sandbox_name()? {
            Some(name) => builder.endpoint(name),
            None => builder,
        })
    }

    fn builder(self, place: &Place, global: &GlobalArgs) -> Result<Builder, Failure> {
        let builder = Gateway::builder(place.open()?);
        self.with_options(builder, global)
    }

    fn with_options(self, builder: Builder, global: &GlobalArgs) -> Result<Builder, Failure> {
        let mut builder = builder
            .host(self.host)
            .port(self.port)
            .retention(Retention {
                settled: Duration::from_secs(self.keep * 60 * 60),
                ..Retention::default()
            });
        if let (Some(certificate), Some(key)) = (&self.tls_cert, &self.tls_key) {
            let key = private_file::read_secret(key, "the private key")?;
            builder = builder.tls(read(certificate)?, key);
        }
        if let Some(limit) = global.timeout {
            builder = builder.total_timeout(limit);
        }
        if let Some(attribute) = self.stamp {
            builder = builder.stamp(attribute);
        }
        Ok(self
            .allow_host
            .into_iter()
            .fold(builder, Builder::allow_host))
    }
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(file).map_err(|cause| {
        let file = file.display();
        Failure::input(format!("the certificate {file} cannot be read: {cause}"))
    })
}

fn whose(connection: &Connection, global: &GlobalArgs) -> String {
    match global.sandbox {
        true => format!("callers present the key \"{SANDBOX_KEY}\""),
        false => format!(
            "the token is from {}; callers present a key of the gateway",
            connection.token_from
        ),
    }
}

/// Prints the base URL as the first line at once; what is for people goes to standard error.
async fn serve(
    builder: Builder,
    screen: &mut Screen,
    whose: &str,
    stop: impl Future<Output = ()>,
) -> Result<(), Failure> {
    start_warnings();
    let gateway = builder.start().await.map_err(not_started)?;
    screen.fact("base_url", gateway.url());
    screen.finish()?;
    if !screen.is_json() {
        screen.guide(&format!(
            "The gateway serves: {whose}. Stop it with Ctrl-C."
        ));
    }
    stop.await;
    gateway.shutdown().await;
    Ok(())
}

fn not_started(error: StartError) -> Failure {
    let failure = Failure::input(error.to_string());
    match error {
        StartError::Listen(_) => failure.next("take another port: --port 0 takes a free one"),
        StartError::Unsafe => failure
            .next("give --tls-cert and --tls-key, and a token by --profile or DRIFT_TOKEN")
            .next("or listen on 127.0.0.1, which is the default"),
        _ => failure,
    }
}
