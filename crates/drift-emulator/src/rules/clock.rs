//! The emulator's clock: the machine's, or one that a test sets.

use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

/// The source of the emulator's time.
///
/// In JSON `"system"`, `{"fixed": 1735689600000}` or `{"offset": -3600000}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// A clock that stands still at this time, in milliseconds since 1970.
    Fixed(i64),
    /// The machine's clock, moved by this many milliseconds.
    Offset(i64),
}

impl Clock {
    fn now(self) -> i64 {
        match self {
            Clock::System => system_millis(),
            Clock::Fixed(at) => at,
            Clock::Offset(by) => system_millis().saturating_add(by),
        }
    }
}

/// A [`Clock`] that can be exchanged while the emulator runs.
#[derive(Default)]
pub(crate) struct SharedClock(Mutex<Clock>);

impl SharedClock {
    /// Now, in milliseconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        self.get().now()
    }

    pub(crate) fn get(&self) -> Clock {
        *self.0.lock().unwrap_or_else(|broken| broken.into_inner())
    }

    pub(crate) fn set(&self, clock: Clock) {
        *self.0.lock().unwrap_or_else(|broken| broken.into_inner()) = clock;
    }
}

fn system_millis() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |elapsed| {
        i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
    })
}

/// The last second that an HTTP date can name, in seconds since 1970: the end of the year 9999.
const LAST_HTTP_SECOND: u64 = 253_402_300_799;

/// A time as HTTP writes it, such as `Sun, 06 Nov 1994 08:49:37 GMT`; part of a second is rounded up. Times before
/// 1970 and after 9999 become the first and the last one that the format can name.
pub(crate) fn http_date(ms: i64) -> String {
    let whole = u64::try_from(ms)
        .unwrap_or(0)
        .div_ceil(1000)
        .min(LAST_HTTP_SECOND);
    httpdate::fmt_http_date(UNIX_EPOCH + std::time::Duration::from_secs(whole))
}

#[cfg(test)]
mod tests {
    use super::http_date;

    #[test]
    fn times_that_no_http_date_can_name_become_the_nearest_one() {
        let table = [
            (i64::MIN, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (-1, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (253_402_300_799_000, "Fri, 31 Dec 9999 23:59:59 GMT"),
            (253_402_300_799_001, "Fri, 31 Dec 9999 23:59:59 GMT"),
            (i64::MAX, "Fri, 31 Dec 9999 23:59:59 GMT"),
        ];
        for (ms, expected) in table {
            assert_eq!(http_date(ms), expected, "{ms}");
        }
    }

    #[test]
    fn part_of_a_second_is_rounded_up() {
        assert_eq!(http_date(784_111_777_000), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(http_date(784_111_777_001), "Sun, 06 Nov 1994 08:49:38 GMT");
    }
}
