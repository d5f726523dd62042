//! A point in time for people: the day and time in UTC.

use std::fmt;

const SECOND: i64 = 1000;
const DAY: i64 = 24 * 60 * 60 * SECOND;

/// Milliseconds since 1970, shown as `2025-01-01 00:00:00 UTC`.
#[derive(Clone, Copy)]
pub(super) struct Moment(pub(super) i64);

/// Digits and dashes only.
impl askama::filters::HtmlSafe for Moment {}

impl Moment {
    /// The form of HTML's `datetime`.
    pub(super) fn machine(self) -> String {
        let (date, time) = self.parts();
        format!("{date}T{time}Z")
    }

    fn parts(self) -> (String, String) {
        let (year, month, day) = civil(self.0.div_euclid(DAY));
        let seconds = self.0.rem_euclid(DAY) / SECOND;
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        (
            format!("{year:04}-{month:02}-{day:02}"),
            format!("{hours:02}:{minutes:02}:{:02}", seconds % 60),
        )
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (date, time) = self.parts();
        write!(
            out,
            "<time datetime=\"{}\">{date} {time} UTC</time>",
            self.machine()
        )
    }
}

/// The day of the Gregorian calendar, so many days after 1970-01-01. Counts in eras of 400 years that begin in
/// March, so that the leap day is the last of its year:
/// <https://howardhinnant.github.io/date_algorithms.html#civil_from_days>.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 {
        march_month + 3
    } else {
        march_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::Moment;

    #[test]
    fn milliseconds_become_a_day_and_a_time() {
        let table = [
            (0, "1970-01-01T00:00:00Z"),
            (1_735_689_600_123, "2025-01-01T00:00:00Z"),
            (1_709_208_000_000, "2024-02-29T12:00:00Z"),
            (951_868_799_999, "2000-02-29T23:59:59Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59Z"),
            (i64::MAX, "292278994-08-17T07:12:55Z"),
            (i64::MIN, "-292275055-05-16T16:47:04Z"),
        ];
        for (milliseconds, expected) in table {
            assert_eq!(Moment(milliseconds).machine(), expected, "{milliseconds}");
        }
    }
}
