//! What can happen, and what to do about each.

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// What was to be sent, or how, is wrong: found before anything was sent.
    ///
    /// # Troubleshooting
    ///
    /// The sentence names the input: an address without `@`, a guessable external id, a base URL that is `http://`
    /// to another machine, an empty token.
    Input,
    /// No connection could be made, or the server closed it before it took the request: the name is unknown, nothing
    /// listens, TLS failed, or a proxy refused. Nothing was sent.
    ///
    /// # Troubleshooting
    ///
    /// The sentence says which. `next_action()` is [`CheckCertificates`](crate::NextAction::CheckCertificates) or
    /// [`CheckProxy`](crate::NextAction::CheckProxy) where a setting must change first; such a call is not retried. Else check
    /// the base URL, the network, and a proxy in the environment (`HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`). `source()` is
    /// the cause.
    Connect,
    /// A time limit ran out: 5,000 ms for the connect, 15,000 ms for an attempt and 60,000 ms for a call, unless set
    /// otherwise; or the server's own, before it had the whole request (408).
    ///
    /// # Troubleshooting
    ///
    /// `delivery()` says whether the request may have been executed. A create has been looked up by then.
    Timeout,
    /// The connection broke before the whole response had come.
    ///
    /// # Troubleshooting
    ///
    /// Usually a server that restarts, or a proxy with a shorter time limit than ours.
    Interrupted,
    /// A contact has this email, and no external id was sent (409).
    ///
    /// It proves that a contact exists, not who made it: where the network delivered the request twice, this call did.
    /// With a [stamp](crate::CallOptions::stamp) the call finds out, and does not end so.
    ///
    /// # Troubleshooting
    ///
    /// Look at that contact first: [`ensure`](crate::Contacts::ensure) gets it. Drift cannot merge two contacts later.
    DuplicateEmail,
    /// A contact has this external id (409).
    ///
    /// It proves that a contact exists, not who made it: where the network delivered the request twice, this call did.
    /// With a [random](crate::ExternalId::random) id or a stamp the call finds out, and does not end so.
    ///
    /// # Troubleshooting
    ///
    /// Look at that contact first: [`ensure`](crate::Contacts::ensure) gets it. Under another id there would be two.
    DuplicateExternalId,
    /// The server refused the request as it stands (400, and any 4xx not named here), or it is too large for it
    /// (413, 414, 431).
    ///
    /// # Troubleshooting
    ///
    /// `code()` is Drift's: `CONTACT-4` a malformed payload, `CONTACT-7` no email, `CONTACT-8` no attributes,
    /// `CONTACT-10` an unknown query parameter. `server_message()` is its sentence.
    InvalidRequest,
    /// The token is wrong or expired (401). A gateway in front of Drift says so too.
    ///
    /// # Troubleshooting
    ///
    /// Make a new token in the app on dev.drift.com. `client.token_info()` describes one that still works. Where the token
    /// comes from [credentials](crate::credentials), another one was tried.
    Unauthorized,
    /// No access token could be had from the [credentials](crate::credentials) of the client. Nothing was sent.
    ///
    /// # Troubleshooting
    ///
    /// `source()` is the cause: a file that cannot be read, or what a closure failed with.
    Credentials,
    /// The access token cannot be renewed any more: its refresh token was revoked, has expired, or was replaced by one that
    /// never arrived. Nothing was sent.
    ///
    /// # Troubleshooting
    ///
    /// Log in again: `drift login` where the command keeps the tokens, else the way of your program. A client whose tokens
    /// are in a file then continues by itself.
    LoginRequired,
    /// The token has been replaced by one of another organization, or of one that is not known. Nothing was sent with it,
    /// so that what was begun for one organization does not continue in another.
    ///
    /// # Troubleshooting
    ///
    /// Give each organization a client of its own ([`with_token`](crate::Client::with_token)), and make a new client where
    /// the change is meant.
    OtherOrganization,
    /// The token may not do this (403). With `delivery()` unknown a page said so, which may be a filter's on the way to
    /// Drift; some respond like this after the work was done.
    ///
    /// # Troubleshooting
    ///
    /// Add the scope to the app, then make a new token: scopes are fixed when a token is granted. Documented for bad
    /// tokens too. Where a page said so, `next_action()` is [`CheckNetwork`](crate::NextAction::CheckNetwork): the token is not the
    /// reason.
    Forbidden,
    /// No such contact, or the token may not see it (404).
    ///
    /// # Troubleshooting
    ///
    /// Is the id Drift's own (`data.id`), and of this organization? A deleted contact may read like this too. A 404
    /// that is not Drift's is [`NotDrift`](Self::NotDrift).
    NotFound,
    /// Too many calls (429), and no attempt or time is left to wait. Nothing was changed, unless the network delivered the
    /// request twice and this is the response to the second one, which nothing can show.
    ///
    /// # Troubleshooting
    ///
    /// Wait for `retry_after()`, and make fewer calls at a time.
    RateLimited,
    /// The server failed (5xx).
    ///
    /// # Troubleshooting
    ///
    /// `delivery()` is unknown: a create has been looked up by then. Report it with `request_id()` if it stays.
    Server,
    /// The server redirected to another URL (3xx). The redirect is not followed, so that the token goes nowhere else.
    ///
    /// # Troubleshooting
    ///
    /// Check the base URL; a captive portal or a login page responds like this.
    Redirected,
    /// The response is a success that cannot be read. Values of another type than documented are no reason: a contact is
    /// read wherever its `id` is there.
    ///
    /// # Troubleshooting
    ///
    /// The sentence names the place, such as `data[0].id`. The request was executed.
    UnreadableResponse,
    /// The response does not come from Drift, but from another server or a proxy: a page, or a 404, 405, 411, 415, 417 or
    /// 501 without Drift's error in it; a 407, 421 or 511. So is a 404 without a code of Drift's where no contact was
    /// asked for: the endpoint does not exist.
    ///
    /// # Troubleshooting
    ///
    /// Check the base URL: `https://driftapi.com`, with no `/v1` behind it. If it is right, the response is a
    /// proxy's, or that of a network that asks to sign in first (a captive portal).
    NotDrift,
    /// Several contacts match, and none is proved to be the one that is meant.
    ///
    /// # Troubleshooting
    ///
    /// `candidates()` lists their ids. Use external ids to tell them apart.
    Ambiguous,
    /// A create may have been executed, and no look-up could show whether it was.
    ///
    /// # Troubleshooting
    ///
    /// Keep `ticket()`, and give it to [`resolve`](crate::Contacts::resolve) later. Do not create again before that. Where
    /// look-ups failed, the sentence says why, and `next_action()` what to change first: the token, the base URL.
    Unresolved,
}

impl ErrorKind {
    /// What happened, in one sentence.
    pub(super) fn sentence(self) -> &'static str {
        match self {
            Self::Input => "the input is not valid",
            Self::Connect => "no connection to Drift could be made",
            Self::Timeout => "Drift did not respond in time",
            Self::Interrupted => "the connection broke before the response was complete",
            Self::DuplicateEmail => "a contact with this email already exists",
            Self::DuplicateExternalId => "a contact with this external id already exists",
            Self::InvalidRequest => "Drift refused the request",
            Self::Unauthorized => "the access token is wrong or has expired",
            Self::Credentials => "no access token is available",
            Self::LoginRequired => {
                "the access token cannot be renewed any more, since its refresh token is not valid"
            }
            Self::OtherOrganization => "the new access token belongs to another organization",
            Self::Forbidden => "the access token may not do this",
            Self::NotFound => "there is no such contact, or the token may not see it",
            Self::RateLimited => "Drift's rate limit is reached",
            Self::Server => "Drift failed",
            Self::Redirected => "the server redirected to another URL, which is not followed",
            Self::UnreadableResponse => "the response does not match Drift's contract",
            Self::NotDrift => "the response does not come from Drift",
            Self::Ambiguous => "several contacts match",
            Self::Unresolved => "it is unknown whether the contact was created",
        }
    }
}
