//! How long an access token is used: what the response that granted it says, and how long before that it is renewed.

use std::time::Duration;

/// From here on a number cannot be seconds: more than a day, where Drift's tokens are valid for two hours.
const SURELY_MILLISECONDS: i64 = 100_000;

/// A token is renewed so long before it expires, ...
const EARLY: Duration = Duration::from_secs(60);
/// ... but not earlier than in the last tenth of its life.
const EARLY_SHARE: u32 = 10;

/// The life of a token out of `expires_in`, whose unit is not certain: RFC 6749 says seconds, Drift's page on token
/// information milliseconds. What is no life at all is `None`: the token is used until it is refused.
///
/// A life that is read too short costs renewals, and one that is read too long a refused request; neither loses anything.
pub(crate) fn life(expires_in: Option<i64>) -> Option<Duration> {
    let number = expires_in.filter(|number| *number > 0)?;
    let unsigned = u64::try_from(number).ok()?;
    Some(match number < SURELY_MILLISECONDS {
        true => Duration::from_secs(unsigned),
        false => Duration::from_millis(unsigned),
    })
}

/// How long before the end of its life a token is renewed.
pub(crate) fn margin(life: Duration) -> Duration {
    EARLY.min(life / EARLY_SHARE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_is_read_in_either_unit_or_not_at_all() {
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        for (expires_in, expected) in [
            (None, None),
            (Some(0), None),
            (Some(-1), None),
            (Some(i64::MIN), None),
            (Some(2), seconds(2)),
            (Some(7_200), seconds(7_200)),
            (Some(99_999), seconds(99_999)),
            (Some(100_000), seconds(100)),
            (Some(7_200_000), seconds(7_200)),
            (Some(i64::MAX), Some(Duration::from_millis(i64::MAX as u64))),
        ] {
            assert_eq!(life(expires_in), expected, "{expires_in:?}");
        }
    }

    #[test]
    fn a_token_is_renewed_a_minute_early_or_in_the_last_tenth_of_its_life() {
        for (life, expected) in [(7_200_000, 60_000), (600_000, 60_000), (2_000, 200), (0, 0)] {
            let margin = margin(Duration::from_millis(life));
            assert_eq!(margin, Duration::from_millis(expected), "{life}");
        }
    }
}
