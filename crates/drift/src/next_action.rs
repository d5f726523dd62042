//! What to do about an error, in the words that people are shown.

use std::fmt;
use std::time::Duration;

/// What to do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NextAction {
    /// Change what is sent.
    FixInput,
    /// Call again after this time.
    Wait(Duration),
    /// Look the contact up: by the ticket if there is one. After a duplicate too, since this call may have made it.
    LookUp,
    /// Check in Drift whether it was done. It may have been, and a second call would do it twice.
    CheckInDrift,
    /// Ask somebody who administers Drift for a token or a scope.
    AskAdmin,
    /// Log in again, for tokens that can be renewed: `drift login`, or the way of your program.
    LogIn,
    /// Check the base URL, and what is on the way to Drift: proxies, filters, a network that asks to sign in.
    CheckBaseUrl,
    /// Change which certificates are trusted (`SSL_CERT_FILE`,
    /// [`root_certificates`](crate::ClientBuilder::root_certificates)), or the certificate that the client presents.
    CheckCertificates,
    /// Change the settings of the proxy: `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`.
    CheckProxy,
    /// Report it, with the request id.
    Report,
}

impl fmt::Display for NextAction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FixInput => formatter.write_str("fix the input"),
            Self::Wait(time) => write!(formatter, "try again in {}", rounded(*time)),
            Self::LookUp => formatter.write_str("look the contact up before creating it again"),
            Self::CheckInDrift => {
                formatter.write_str("check in Drift whether it was done before you call again")
            }
            Self::AskAdmin => formatter.write_str(
                "check the token; an administrator of Drift can give another one, or a scope",
            ),
            Self::LogIn => formatter.write_str("log in again"),
            Self::CheckBaseUrl => formatter.write_str(
                "check the base URL, and proxies on the way: what responds there is not Drift",
            ),
            Self::CheckCertificates => formatter
                .write_str("check the certificates: SSL_CERT_FILE names the file of trusted ones"),
            Self::CheckProxy => {
                formatter.write_str("check the proxy: HTTPS_PROXY, ALL_PROXY and NO_PROXY")
            }
            Self::Report => formatter.write_str("report it, with the request id"),
        }
    }
}

/// A wait in words that people use, rounded up: `250 ms`, `90 s`, `3 min`, `5 h`, `365 days`.
fn rounded(wait: Duration) -> String {
    let millis = wait.as_millis();
    let seconds = millis.div_ceil(1_000);
    match seconds {
        _ if millis < 1_000 => format!("{millis} ms"),
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds.div_ceil(60)),
        7_200..172_800 => format!("{} h", seconds.div_ceil(3_600)),
        _ => format!("{} days", seconds.div_ceil(86_400)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_shown_in_units_of_people() {
        for (millis, shown) in [
            (0, "0 ms"),
            (250, "250 ms"),
            (999, "999 ms"),
            (1_000, "1 s"),
            (1_001, "2 s"),
            (119_000, "119 s"),
            (120_000, "2 min"),
            (7_199_000, "120 min"),
            (7_200_000, "2 h"),
            (172_799_000, "48 h"),
            (172_800_000, "2 days"),
            (31_536_000_000, "365 days"),
            (u64::MAX, "213503982335 days"),
        ] {
            assert_eq!(rounded(Duration::from_millis(millis)), shown, "{millis}");
        }
        assert!(rounded(Duration::MAX).ends_with(" days"));
    }
}
