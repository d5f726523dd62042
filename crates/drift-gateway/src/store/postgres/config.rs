//! The URL of a database: what it says about TLS is understood before the driver parses the rest. It holds a password,
//! so no error shows any part of it.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use drift::reqwest::Url;
use tokio_postgres::config::{Config, Host, SslMode};

use crate::store::StoreError;

/// Bounds without which a call would wait for a machine that is gone.
const CONNECT: Duration = Duration::from_secs(3);
const SILENCE: Duration = Duration::from_secs(10);

/// How to reach a database.
pub(super) struct Location {
    pub(super) config: Config,
    /// None without TLS.
    pub(super) tls: Option<Trust>,
}

/// Who signs the server's certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    Platform,
    /// Whoever is in this PEM file, and nobody else.
    File(PathBuf),
}

impl Location {
    /// Understands a URL.
    pub(super) fn parse(url: &str) -> Result<Self, StoreError> {
        let (address, query) = url.split_once('?').unwrap_or((url, ""));
        let mut ssl = Ssl::default();
        let rest = query
            .split('&')
            .filter(|part| !part.is_empty())
            .filter_map(|part| ssl.take(part).transpose())
            .collect::<Result<Vec<_>, _>>()?
            .join("&");
        let mut config: Config = format!("{address}?{rest}")
            .parse()
            .map_err(|_| invalid("it is no URL such as postgres://user:password@host/database"))?;
        let tls = ssl.trust(config.get_hosts())?;
        let patience = *config.get_connect_timeout().unwrap_or(&CONNECT);
        config
            .ssl_mode(match tls {
                Some(_) => SslMode::Require,
                None => SslMode::Disable,
            })
            .connect_timeout(patience)
            .tcp_user_timeout(SILENCE)
            .keepalives_idle(SILENCE);
        if config.get_application_name().is_none() {
            config.application_name("drift gateway");
        }
        Ok(Self { config, tls })
    }
}

/// Hosts and database, without user and password.
impl fmt::Debug for Location {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Location")
            .field("hosts", &self.config.get_hosts())
            .field("database", &self.config.get_dbname())
            .field("tls", &self.tls)
            .finish()
    }
}

/// What a URL says about TLS.
#[derive(Default)]
struct Ssl {
    mode: Option<String>,
    root: Option<PathBuf>,
}

impl Ssl {
    /// Takes a part of a query that is about TLS, and returns any other.
    fn take<'a>(&mut self, part: &'a str) -> Result<Option<&'a str>, StoreError> {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        match name {
            "sslmode" => self.mode = Some(decoded(value)?),
            "sslrootcert" => self.root = Some(decoded(value)?.into()),
            _ => return Ok(Some(part)),
        }
        Ok(None)
    }

    fn trust(self, hosts: &[Host]) -> Result<Option<Trust>, StoreError> {
        let trust = match self.root {
            Some(path) if path.as_os_str() != "system" => Trust::File(path),
            _ => Trust::Platform,
        };
        match self.mode.as_deref() {
            Some("verify-full" | "verify-ca" | "require") => Ok(Some(trust)),
            Some("disable") => Ok(None),
            None if hosts.iter().all(is_this_machine) => Ok(None),
            None => Ok(Some(trust)),
            Some(_) => Err(invalid(
                "its sslmode falls back to no TLS in silence; use verify-full or disable",
            )),
        }
    }
}

fn is_this_machine(host: &Host) -> bool {
    match host {
        Host::Tcp(name) if name == "localhost" => true,
        Host::Tcp(name) => name
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback()),
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

fn decoded(value: &str) -> Result<String, StoreError> {
    let url = Url::parse(&format!("query:?value={value}"));
    let url = url.map_err(|_| invalid("its query cannot be read"))?;
    let value = url
        .query_pairs()
        .next()
        .map(|(_, value)| value.into_owned());
    Ok(value.unwrap_or_default())
}

fn invalid(sentence: &str) -> StoreError {
    StoreError::Unusable(format!("the URL of PostgreSQL: {sentence}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tls(url: &str) -> Option<Trust> {
        Location::parse(url).expect("a URL").tls
    }

    #[test]
    fn tls_is_verified_wherever_the_network_is_left_to_others() {
        let file = Trust::File("/etc/ca of ours.pem".into());
        for (url, trust) in [
            ("postgres://u:p@db.example.test/d", Some(Trust::Platform)),
            (
                "postgres://u:p@db.example.test/d?sslmode=require",
                Some(Trust::Platform),
            ),
            (
                "postgres://u:p@db.example.test/d?sslmode=verify-full&sslrootcert=system",
                Some(Trust::Platform),
            ),
            (
                "postgres://u:p@10.0.0.1/d?sslmode=verify-ca&connect_timeout=5",
                Some(Trust::Platform),
            ),
            (
                "postgres://u:p@h/d?sslrootcert=/etc/ca%20of%20ours.pem",
                Some(file),
            ),
            ("postgres://u:p@db.example.test/d?sslmode=disable", None),
            ("postgres://u:p@localhost/d", None),
            ("postgres://u:p@127.0.0.1,[::1]/d", None),
            ("postgresql://u@%2Fvar%2Frun%2Fpostgresql/d", None),
            (
                "postgres://u:p@127.0.0.1,db.example.test/d",
                Some(Trust::Platform),
            ),
        ] {
            assert_eq!(tls(url), trust, "{url}");
        }
    }

    #[test]
    fn errors_and_debug_show_no_password() {
        for url in [
            "postgres://user:secret@host/d?sslmode=prefer",
            "postgres://user:secret@host/d?sslmode=",
            "postgres://user:secret@host:port/d",
            "postgres://user:secret@host/d?unknown=secret",
            "http://user:secret@host",
        ] {
            let error = Location::parse(url).expect_err("refused");
            let text = format!("{error} {error:?}");
            assert!(!text.contains("secret"), "{text}");
        }
        let location = Location::parse("postgres://user:secret@host/d").expect("a URL");
        assert!(!format!("{location:?}").contains("secret"));
    }

    #[test]
    fn the_rest_of_a_url_is_the_drivers() {
        let url =
            "postgres://u:p@host:77/d?sslmode=disable&options=-csearch_path%3Da&connect_timeout=9";
        let config = Location::parse(url).expect("a URL").config;
        assert_eq!(config.get_options(), Some("-csearch_path=a"));
        assert_eq!(config.get_connect_timeout(), Some(&Duration::from_secs(9)));
        assert_eq!(
            (config.get_ports(), config.get_dbname()),
            (&[77][..], Some("d"))
        );
    }
}
