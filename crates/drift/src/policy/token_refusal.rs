//! Whether a refusal is about the token, so that another token may be let through.

/// `error.type` of a request whose token is wrong, has expired, or may not do it.
/// Source: <https://devdocs.drift.com/docs/data-and-errors>.
const AUTHENTICATION: &str = "authentication_error";

/// The code of a contact that the token may not see, or that is not there.
/// Source: <https://devdocs.drift.com/docs/contact-errors>.
const NOT_TO_BE_SEEN: &str = "CONTACT-2";

/// Whether a request was refused for its token: a 401 that is not about a contact, whoever says it, or a 403 of Drift's
/// type for it. Either was decided before the request was executed.
pub(crate) fn is_about_the_token(
    status: Option<u16>,
    code: Option<&str>,
    error_type: Option<&str>,
) -> bool {
    match status {
        Some(401) => code != Some(NOT_TO_BE_SEEN),
        Some(403) => error_type == Some(AUTHENTICATION),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_about_the_token_or_about_something_else() {
        let of_type = Some(AUTHENTICATION);
        for (status, code, error_type, expected) in [
            (Some(401), None, of_type, true),
            (Some(401), None, None, true),
            (Some(401), Some("CONTACT-2"), None, false),
            (Some(401), Some("CONTACT-2"), of_type, false),
            (Some(401), Some("CONTACT-1"), None, true),
            (Some(403), None, of_type, true),
            (Some(403), None, None, false),
            (Some(403), None, Some("validation_error"), false),
            (Some(404), None, of_type, false),
            (Some(500), None, of_type, false),
            (Some(200), None, of_type, false),
            (None, None, None, false),
        ] {
            let is = is_about_the_token(status, code, error_type);
            assert_eq!(is, expected, "{status:?} {code:?} {error_type:?}");
        }
    }
}
