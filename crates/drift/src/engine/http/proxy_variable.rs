//! The variables of the environment that name a proxy. reqwest reads them, and ignores one that it cannot read: then the
//! requests would go past the proxy that somebody has asked for, or fail without saying why.

use reqwest::Proxy;

use crate::error::{Error, ErrorKind, Inner};
use crate::next_action::NextAction;
use crate::policy::delivery::Delivery;

/// Those that count for `https://`, in the order in which reqwest looks.
const VARIABLES: [[&str; 2]; 2] = [["HTTPS_PROXY", "https_proxy"], ["ALL_PROXY", "all_proxy"]];

/// Checks the variables of this process.
pub(crate) fn check() -> Result<(), Error> {
    check_by(|name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
}

fn check_by(variable: impl Fn(&str) -> Option<String>) -> Result<(), Error> {
    for names in VARIABLES {
        let set = names.iter().find_map(|name| Some((*name, variable(name)?)));
        match set {
            Some((name, value)) if !value.is_empty() => return check_value(name, &value),
            _ => {}
        }
    }
    Ok(())
}

/// The sentence names the variable and never its value, which may hold a password.
fn check_value(name: &str, value: &str) -> Result<(), Error> {
    if is_proxy(value) {
        return Ok(());
    }
    Err(Error::new(Inner {
        detail: Some(format!(
            "{name} is not the URL of a proxy; set it to http://HOST:PORT, or unset it"
        )),
        next_action: Some(NextAction::CheckProxy),
        ..Inner::bare(ErrorKind::Input, Delivery::NotSent)
    }))
}

/// reqwest reads a variable as a URI with a host, by one parser, and a URL that a program gives it by another one.
fn is_proxy(value: &str) -> bool {
    let Ok(uri) = value.parse::<hyper::Uri>() else {
        return false;
    };
    let scheme = uri.scheme_str().unwrap_or("http");
    let is_known = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"].contains(&scheme);
    is_known && uri.host().is_some_and(|host| !host.is_empty()) && Proxy::all(value).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_that_cannot_be_read_is_named_and_its_value_is_not() {
        for (variables, named) in [
            (&[][..], None),
            (&[("HTTPS_PROXY", "")], None),
            (&[("HTTPS_PROXY", "http://proxy.example.test:3128")], None),
            (&[("HTTPS_PROXY", "proxy.example.test:3128")], None),
            (&[("HTTPS_PROXY", "proxy")], None),
            (&[("HTTPS_PROXY", "http://user:secret@proxy:3128")], None),
            (&[("HTTPS_PROXY", "::::")], Some("HTTPS_PROXY")),
            (&[("https_proxy", "http://")], Some("https_proxy")),
            (&[("HTTPS_PROXY", "ftp://proxy:21")], Some("HTTPS_PROXY")),
            (&[("HTTPS_PROXY", "http://a secret")], Some("HTTPS_PROXY")),
            (&[("HTTPS_PROXY", "proxy:99999")], Some("HTTPS_PROXY")),
            (&[("ALL_PROXY", "::::")], Some("ALL_PROXY")),
            // It never counts for https://, nor does one that another one comes before.
            (&[("HTTP_PROXY", "::::")], None),
            (
                &[("HTTPS_PROXY", "proxy:3128"), ("ALL_PROXY", "::::")],
                None,
            ),
            (
                &[("HTTPS_PROXY", ""), ("ALL_PROXY", "::::")],
                Some("ALL_PROXY"),
            ),
        ] {
            let variable = |name: &str| {
                let set = variables.iter().find(|(set, _)| *set == name);
                set.map(|(_, value)| (*value).to_owned())
            };
            let checked = check_by(variable);
            match named {
                None => assert!(checked.is_ok(), "{variables:?}"),
                Some(name) => {
                    let error = checked.expect_err("it cannot be read");
                    assert!(error.to_string().contains(name), "{error}");
                    assert!(!error.to_string().contains("secret"), "{error}");
                    assert_eq!(error.next_action(), NextAction::CheckProxy);
                }
            }
        }
    }
}
