//! The one reader of addresses. What surely does not belong to the address is removed from around it; where anything is
//! doubtful, the address is refused.

use drift::Email;

use crate::input::value::address::key::{ascii_domain, nfc_lower};
use crate::input::value::invisible::{is_blank, is_invisible, is_mark, mixes_scripts};

/// What is around an address, or in it, that makes it doubtful.
const INVISIBLE: &str = "the email address has an invisible or directional character in it";
const BESIDE: &str =
    "there is other text beside the email address, such as a name; keep only the address";
const SEVERAL: &str = "there are several email addresses";
const SCRIPTS: &str = "the email address mixes letters of several scripts that look alike";
const LOCAL: &str = "the email address has a character before its @ that is allowed in quotes only";
const QUOTES: &str = "the email address has unneeded quotes, so Drift may have it without them";
const DOMAIN: &str = "the email address has a character after its @ that no domain has";
const OTHER_DOMAIN: &str = "the domain of the email address uses look-alike characters";

/// Reads an address as it stands in a cell of a file, or as somebody typed or pasted it. What surely does not belong to it
/// is removed from around it: white space and invisible characters, quotes, angle brackets, `mailto:`, a delimiter at its end.
///
/// # Errors
///
/// A sentence where anything is doubtful, such as several addresses or a name beside it. It does not repeat the text.
pub fn read_address(text: &str) -> Result<Email, String> {
    let text = without_junk(text);
    if !is_plain(text) {
        check(text)?;
    }
    let email = Email::new(text).map_err(|problem| problem.to_string())?;
    if let Some((local, domain)) = text.rsplit_once('@') {
        check_local(local)?;
        check_domain(domain)?;
    }
    Ok(email)
}

/// Whether it has nothing but what nearly all addresses have.
fn is_plain(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b".-_+@".contains(&byte))
}

/// Removes what surely is not the address, as long as there is any.
fn without_junk(text: &str) -> &str {
    let mut text = text;
    loop {
        let before = text.len();
        text = text.trim_matches(is_blank);
        text = text.trim_end_matches([';', ',']).trim_end_matches(is_blank);
        for (open, close) in AROUND {
            text = around(text, open, close).unwrap_or(text);
        }
        let scheme = text.get(..MAILTO.len());
        if scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(MAILTO)) && !text.contains('%') {
            text = &text[MAILTO.len()..];
        }
        if text.len() == before {
            return text;
        }
    }
}

const MAILTO: &str = "mailto:";

/// What may stand around an address, in pairs.
const AROUND: [(char, char); 9] = [
    ('<', '>'),
    ('"', '"'),
    ('\'', '\''),
    ('\u{201c}', '\u{201d}'),
    ('\u{201e}', '\u{201c}'),
    ('\u{201d}', '\u{201d}'),
    ('\u{2018}', '\u{2019}'),
    ('\u{ab}', '\u{bb}'),
    ('\u{bb}', '\u{ab}'),
];

/// What is between a pair; none where the two do not stand around all of it.
fn around(text: &str, open: char, close: char) -> Option<&str> {
    let inner = text.strip_prefix(open)?.strip_suffix(close)?;
    Some(inner).filter(|inner| !inner.contains([open, close]))
}

fn check(text: &str) -> Result<(), &'static str> {
    if text.chars().any(is_invisible) {
        return Err(INVISIBLE);
    }
    let quoted = text.starts_with('"');
    let at = text.matches('@').count();
    if !quoted && at > 1 && text.contains([',', ';', ' ', '/', '|']) {
        return Err(SEVERAL);
    }
    if text.split(['@', '.', '-', '_', '+']).any(mixes_scripts) {
        return Err(SCRIPTS);
    }
    let beside = text.contains(['<', '>']) || (at == 1 && text.contains(char::is_whitespace));
    if !quoted && beside {
        return Err(BESIDE);
    }
    Ok(())
}

fn check_local(local: &str) -> Result<(), &'static str> {
    let inner = local
        .strip_prefix('"')
        .and_then(|local| local.strip_suffix('"'));
    match inner {
        Some("") => Err(LOCAL),
        Some(inner) if is_unquoted_local(inner) => Err(QUOTES),
        Some(_) => Ok(()),
        None if is_unquoted_local(local) => Ok(()),
        None => Err(LOCAL),
    }
}

fn is_unquoted_local(local: &str) -> bool {
    let fits = |c: char| match c {
        c if c.is_ascii() => c.is_ascii_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c),
        c => c.is_alphanumeric() || is_mark(c),
    };
    // Marks that an address could begin with are in files what was left of something else.
    let begins = local.starts_with([
        '\'', '=', '%', '|', '/', '-', '#', '~', '!', '?', '^', '*', '&',
    ]);
    local.chars().all(fits) && !begins && !has_escape(local)
}

/// Whether there is what is left of an escape: `%20`, `u003e`.
fn has_escape(local: &str) -> bool {
    let is_hex = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let percent = local
        .split('%')
        .skip(1)
        .any(|rest| rest.get(..2).is_some_and(is_hex));
    percent
        || ["u003c", "u003e", "u0022"]
            .iter()
            .any(|escape| local.starts_with(escape))
}

fn check_domain(domain: &str) -> Result<(), &'static str> {
    let literal = domain
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    if let Some(address) = literal {
        let address = address.strip_prefix("IPv6:").unwrap_or(address);
        let is_one = address.parse::<std::net::IpAddr>().is_ok();
        return is_one.then_some(()).ok_or(DOMAIN);
    }
    if domain.is_ascii() {
        return domain.split('.').all(is_label).then_some(()).ok_or(DOMAIN);
    }
    // What the domain stands for must be what is seen: a full-width letter is another.
    let ascii = ascii_domain(domain).ok_or(DOMAIN)?;
    if !ascii
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
    {
        return Err(DOMAIN);
    }
    let (in_letters, shown) = idna::domain_to_unicode(&ascii);
    if shown.is_err() || in_letters != nfc_lower(domain) {
        return Err(OTHER_DOMAIN);
    }
    Ok(())
}

/// Whether a part of a domain between two dots can be one.
fn is_label(label: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let marks = ['-', '_'];
    let is_encoded = label
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("xn--"));
    !label.is_empty()
        && label.bytes().all(fits)
        && !label.starts_with(marks)
        && !label.ends_with(marks)
        && (!is_encoded || idna::domain_to_unicode(label).1.is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_surely_not_the_address_is_removed_from_around_it() {
        for text in [
            "stop@x.test",
            " stop@x.test\t",
            "\u{200b}stop@x.test",
            "stop@x.test\u{200b}",
            "\u{feff}stop@x.test\u{feff}",
            "\u{202a}stop@x.test\u{202c}",
            "\u{2066}stop@x.test\u{2069}",
            "\u{200e}stop@x.test\u{200f}",
            "\u{2060}\u{ad}stop@x.test\u{34f}",
            "\u{a0}stop@x.test\u{3000}",
            "\u{2800}stop@x.test\u{3164}",
            "\u{7f}stop@x.test\u{1}",
            "<stop@x.test>",
            "< stop@x.test >",
            "mailto:stop@x.test",
            "MailTo: stop@x.test",
            "<mailto:stop@x.test>",
            "stop@x.test;",
            "stop@x.test,",
            "stop@x.test ; ",
            "stop@x.test\u{200b};\u{200b}",
            "\"stop@x.test\"",
            "'stop@x.test'",
            "\"'stop@x.test'\"",
            "\u{201c}stop@x.test\u{201d}",
            "\u{201e}stop@x.test\u{201c}",
            "\u{2018}stop@x.test\u{2019}",
            "\u{ab}stop@x.test\u{bb}",
            "\"<stop@x.test>\";",
        ] {
            let read = read_address(text).map(|email| email.to_string());
            assert_eq!(read.as_deref(), Ok("stop@x.test"), "{text:?}");
        }
    }

    #[test]
    fn doubtful_addresses_are_refused() {
        for (text, reason) in [
            ("st\u{200b}op@x.test", INVISIBLE),
            ("stop@x\u{200d}.test", INVISIBLE),
            ("stop\u{ad}@x.test", INVISIBLE),
            ("stop@\u{202e}tset.x", INVISIBLE),
            ("sto\u{fe0f}p@x.test", INVISIBLE),
            ("sto\u{fffd}p@x.test", INVISIBLE),
            ("sto\u{e000}p@x.test", INVISIBLE),
            ("sto\u{e0070}p@x.test", INVISIBLE),
            ("st\u{43e}p@x.test", SCRIPTS),
            ("stop@\u{445}x.test", SCRIPTS),
            ("Ann <stop@x.test>", BESIDE),
            ("stop@x.test (Ann)", BESIDE),
            ("Ann stop@x.test", BESIDE),
            (
                "\"Ann\" <stop@x.test>",
                "the email address has a space or a control character in it",
            ),
            ("stop@x.test>", BESIDE),
            ("<stop@x.test", BESIDE),
            ("a@x.test, b@x.test", SEVERAL),
            ("a@x.test;b@x.test", SEVERAL),
            ("a@x.test b@x.test", SEVERAL),
            ("[\"stop@x.test\"]", LOCAL),
            ("[stop@x.test]", LOCAL),
            ("stop(comment)@x.test", LOCAL),
            ("'stop@x.test", LOCAL),
            ("=stop@x.test", LOCAL),
            ("stop,@x.test", LOCAL),
            ("mailto:stop%2Bnews@x.test", LOCAL),
            ("%20stop@x.test", LOCAL),
            ("u003estop@x.test", LOCAL),
            ("|stop@x.test", LOCAL),
            ("-stop@x.test", LOCAL),
            ("#stop@x.test", LOCAL),
            ("\u{2022}stop@x.test", LOCAL),
            ("\u{2015}stop@x.test", LOCAL),
            ("\u{1f4e7}stop@x.test", LOCAL),
            ("\u{300c}stop@x.test", LOCAL),
            ("stop@x.test-", DOMAIN),
            ("_stop@x.test_", DOMAIN),
            ("stop@-x.test", DOMAIN),
            ("stop@[x.test]", DOMAIN),
            ("stop@xn--.test", DOMAIN),
            ("\"stop\"@x.test", QUOTES),
            ("stop@x.test'", DOMAIN),
            ("stop@x.test\"", DOMAIN),
            ("stop@x.test)", DOMAIN),
            ("stop@x.test?subject=1", DOMAIN),
            ("stop@x.test&nbsp;", DOMAIN),
            ("stop@x..test", DOMAIN),
            ("stop@\u{ff58}.test", OTHER_DOMAIN),
            ("stop@x\u{3002}test", OTHER_DOMAIN),
            ("stop", "the email address needs exactly one @"),
            ("stop@y@x.test", "the email address needs exactly one @"),
            (
                "stop\u{ff20}x.test",
                "the email address needs exactly one @",
            ),
            ("\u{200b}", "the email address is empty"),
        ] {
            assert_eq!(
                read_address(text).err().as_deref(),
                Some(reason),
                "{text:?}"
            );
        }
    }

    #[test]
    fn unusual_addresses_are_sent_as_written() {
        for text in [
            "O'Brien+news@X-y.test",
            "\"a,b\"@x.test",
            "\"a@b\"@x.test",
            "zo\u{eb}@b\u{fc}cher.test",
            "zoe\u{308}@bu\u{308}cher.test",
            "a@xn--bcher-kva.test",
            "\u{ff41}da@x.test",
            "a@[192.0.2.1]",
            "a@[IPv6:2001:db8::1]",
            "_a@x.test",
            "a_b/c=d@x_y.test",
            "{a}|b@x.test",
            "\u{937}@\u{3c0}.test",
            "\u{430}\u{43d}\u{43d}\u{430}.lee@x.test",
            "lee\u{5f20}@x.test",
            "\u{915}\u{94d}\u{937}@\u{915}\u{94d}\u{937}.test",
        ] {
            let read = read_address(text).map(|email| email.to_string());
            assert_eq!(read.as_deref(), Ok(text), "{text:?}");
        }
    }
}
