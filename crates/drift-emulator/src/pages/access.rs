//! Who may see the pages, and whose contacts they see.

use http::{HeaderMap, header};

use super::response::Refusal;
use crate::app::App;
use crate::rules::auth::{Caller, DEFAULT_TOKEN, Scope};

/// The organization whose contacts are shown.
///
/// A token given as the password of HTTP Basic decides. Without one the pages are open when the emulator's own
/// token is the default one, which everybody knows; such an emulator listens on loopback only.
pub(super) fn organization(app: &App, headers: &HeaderMap) -> Result<i64, Refusal> {
    let caller = match headers.get(header::AUTHORIZATION) {
        Some(value) => value
            .to_str()
            .ok()
            .and_then(basic_password)
            .and_then(|token| app.find_caller(&token)),
        None => open_to_all(app),
    };
    let caller = caller.ok_or(Refusal::Token)?;
    caller
        .require(Scope::ContactRead, &app.settings)
        .map_err(|_| Refusal::Scope)?;
    Ok(caller.organization)
}

/// The emulator's own caller, if its token is no secret.
pub(super) fn open_to_all(app: &App) -> Option<Caller<'_>> {
    app.tokens
        .find(DEFAULT_TOKEN)
        .filter(|caller| caller.token == 0)
}

/// The password in `Basic …`.
fn basic_password(value: &str) -> Option<String> {
    let (scheme, credentials) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(base64(credentials.trim())?).ok()?;
    decoded
        .split_once(':')
        .map(|(_user, password)| password.to_owned())
}

/// Reads standard base64; `None` when it is none.
fn base64(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    if !text.len().is_multiple_of(4) || text.len() - digits.len() > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() * 3 / 4);
    let (mut bits, mut count) = (0_u32, 0);
    for digit in digits.bytes() {
        bits = bits << 6 | u32::from(sextet(digit)?);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    Some(bytes)
}

fn sextet(digit: u8) -> Option<u8> {
    match digit {
        b'A'..=b'Z' => Some(digit - b'A'),
        b'a'..=b'z' => Some(digit - b'a' + 26),
        b'0'..=b'9' => Some(digit - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::basic_password;

    #[test]
    fn the_password_is_read_from_basic_credentials() {
        let table = [
            ("Basic OnQ=", Some("t")),
            ("basic dXNlcjpwYXNzOndvcmQ=", Some("pass:word")),
            ("Basic  dTrDpMO2Kz8vPg==", Some("äö+?/>")),
            ("Basic dTo=", Some("")),
            ("Basic dXNlcg==", None),
            ("Basic OnQ", None),
            ("Basic On!=", None),
            ("Basic ====", None),
            ("Basic dTr/", None),
            ("Bearer OnQ=", None),
            ("Basic", None),
        ];
        for (value, expected) in table {
            assert_eq!(basic_password(value).as_deref(), expected, "{value}");
        }
    }
}
