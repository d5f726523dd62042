//! The redirect URL of an app: where Drift sends the browser back to, which must be on this machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use drift::reqwest::Url;

/// Where Drift sends the browser back to.
#[derive(Clone, PartialEq, Eq)]
pub struct Redirect {
    /// As it is registered with the app, to the letter.
    text: String,
    path: String,
    port: u16,
    addresses: Vec<IpAddr>,
}

impl std::fmt::Debug for Redirect {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Redirect(..)")
    }
}

impl Redirect {
    /// What is registered with an app unless it says something else.
    pub const DEFAULT: &str = "http://localhost:8976/callback";

    /// Reads a redirect URL.
    pub fn new(text: &str) -> Result<Self, &'static str> {
        let url = Url::parse(text).map_err(|_| "not a URL")?;
        if url.scheme() != "http" {
            return Err("a redirect to this machine begins with http://");
        }
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err("a redirect has no user, no password and no #");
        }
        Ok(Self {
            text: text.to_owned(),
            path: url.path().to_owned(),
            port: url.port_or_known_default().unwrap_or_default(),
            addresses: loopback(url.host_str().unwrap_or_default())
                .ok_or("a redirect is to localhost, 127.0.0.1 or [::1]")?,
        })
    }

    /// A redirect to a port of this machine that was free.
    pub fn to_port(port: u16) -> Self {
        Self {
            text: format!("http://127.0.0.1:{port}/callback"),
            path: "/callback".to_owned(),
            port,
            addresses: vec![Ipv4Addr::LOCALHOST.into()],
        }
    }

    /// As it is registered with the app.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The path that the browser is sent to.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Where to listen: of `localhost` on both, since a browser may choose either.
    pub fn addresses(&self) -> impl Iterator<Item = SocketAddr> {
        let port = self.port;
        self.addresses
            .iter()
            .map(move |address| SocketAddr::new(*address, port))
    }
}

fn loopback(host: &str) -> Option<Vec<IpAddr>> {
    if host == "localhost" {
        return Some(vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]);
    }
    let address: IpAddr = host.trim_matches(['[', ']']).parse().ok()?;
    address.is_loopback().then(|| vec![address])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_redirected_to() {
        for (text, listening) in [
            (Redirect::DEFAULT, "127.0.0.1:8976 [::1]:8976"),
            ("http://127.0.0.1:9000/back?app=1", "127.0.0.1:9000"),
            ("http://[::1]:9000", "[::1]:9000"),
            ("http://LOCALHOST/x", "127.0.0.1:80 [::1]:80"),
        ] {
            let redirect = Redirect::new(text).expect(text);
            let addresses: Vec<String> = redirect.addresses().map(|a| a.to_string()).collect();
            assert_eq!(addresses.join(" "), listening, "{text}");
            assert_eq!(redirect.as_str(), text);
        }
        for text in [
            "localhost:8976",
            "https://localhost:8976/callback",
            "http://drift.example.test:8976/",
            "http://localhost.example.test/",
            "http://192.168.1.7:8976/",
            "http://0.0.0.0:8976/",
            "http://me@localhost:8976/",
            "http://localhost:8976/#x",
            "http://localhost:99999/",
        ] {
            assert!(Redirect::new(text).is_err(), "{text}");
        }
    }
}
