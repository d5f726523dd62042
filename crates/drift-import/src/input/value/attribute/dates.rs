//! Days and moments in the forms that exports use: formats that the caller names, and local times of a zone.

use drift::AttributeKind;
use jiff::civil;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::error::Error;
use crate::input::value::attribute::cell::{day_value, millis};

const NO_ZONE: &str = "a local time without a time zone; name the zone";
const AMBIGUOUS: &str =
    "a local time that the time zone has twice or not at all, when its clocks change";
const NOT_IN_FORMAT: &str =
    "not in the format of dates that is named, and not as ISO 8601 writes it";

/// How days and moments are read beside the usual forms.
#[derive(Clone, Default)]
pub(crate) struct DateRules {
    formats: Vec<String>,
    zone: Option<TimeZone>,
}

impl DateRules {
    /// The rules for formats of `strptime`, and the name of a zone.
    pub(crate) fn new(formats: &[String], zone: Option<&str>) -> Result<Self, Error> {
        let wrong = |place: &str, problem: &str| Error::Input {
            place: place.to_owned(),
            problem: problem.to_owned(),
        };
        for format in formats {
            let moment = jiff::Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC);
            let is_known = jiff::fmt::strtime::format(format, &moment).is_ok();
            if !format.contains('%') || !is_known {
                let place = format!("the format of dates {format:?}");
                return Err(wrong(
                    &place,
                    "not a format such as %d.%m.%Y or %m/%d/%Y %H:%M",
                ));
            }
        }
        let zone = zone.map(|name| {
            let unknown = "not a time zone such as Europe/Berlin or UTC";
            TimeZone::get(name).map_err(|_| wrong(&format!("the time zone {name:?}"), unknown))
        });
        Ok(Self {
            formats: formats.to_vec(),
            zone: zone.transpose()?,
        })
    }

    /// The value of a cell for an attribute of days or moments, where one of the rules is about it.
    pub(crate) fn read(
        &self,
        kind: &AttributeKind,
        text: &str,
    ) -> Option<Result<Value, &'static str>> {
        if self.formats.is_empty() && self.zone.is_none() {
            return None;
        }
        match kind {
            AttributeKind::Date => self.day(text),
            AttributeKind::Datetime => self.moment(text),
            _ => None,
        }
    }

    fn parsed(&self, text: &str) -> Option<BrokenDownTime> {
        let mut formats = self.formats.iter();
        formats.find_map(|format| BrokenDownTime::parse(format, text).ok())
    }

    fn day(&self, text: &str) -> Option<Result<Value, &'static str>> {
        let parsed = self.parsed(text)?;
        Some(
            parsed
                .to_date()
                .map_err(|_| NOT_IN_FORMAT)
                .and_then(day_value),
        )
    }

    fn moment(&self, text: &str) -> Option<Result<Value, &'static str>> {
        if let Some(parsed) = self.parsed(text) {
            if parsed.offset().is_some() {
                let moment = parsed.to_timestamp().map_err(|_| NOT_IN_FORMAT);
                return Some(moment.and_then(|moment| millis(moment.as_millisecond())));
            }
            let local = parsed.to_datetime();
            let local = local.or_else(|_| parsed.to_date().map(civil::DateTime::from));
            return Some(
                local
                    .map_err(|_| NOT_IN_FORMAT)
                    .and_then(|local| self.in_zone(local)),
            );
        }
        // Numbers, and moments that name their own offset, are read as ever.
        if text.parse::<i64>().is_ok() || text.parse::<jiff::Timestamp>().is_ok() {
            return None;
        }
        let local = text.parse::<civil::DateTime>().ok()?;
        Some(self.in_zone(local))
    }

    fn in_zone(&self, local: civil::DateTime) -> Result<Value, &'static str> {
        let zone = self.zone.as_ref().ok_or(NO_ZONE)?;
        let moment = zone.to_ambiguous_timestamp(local).unambiguous();
        millis(moment.map_err(|_| AMBIGUOUS)?.as_millisecond())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn forms_of_exports_are_read_where_they_are_named() {
        let rules = |formats: &[&str], zone| {
            let formats: Vec<String> = formats.iter().map(|format| (*format).to_owned()).collect();
            DateRules::new(&formats, zone).expect("rules")
        };
        let german = rules(&["%d.%m.%Y %H:%M", "%d.%m.%Y"], Some("Europe/Berlin"));
        let american = rules(&["%m/%d/%Y %I:%M %p"], None);
        let offset = rules(&["%Y/%m/%d %H:%M %z"], None);
        let zone = rules(&[], Some("UTC"));
        use AttributeKind::{Date, Datetime};
        let noon = json!(1_785_582_000_000_i64);
        for (rules, kind, text, expected) in [
            (&german, Date, "01.08.2026", Some(Ok(json!("2026-08-01")))),
            (
                &german,
                Datetime,
                "01.08.2026 13:00",
                Some(Ok(noon.clone())),
            ),
            (
                &german,
                Datetime,
                "01.08.2026",
                Some(Ok(json!(1_785_535_200_000_i64))),
            ),
            (&german, Datetime, "29.03.2026 02:30", Some(Err(AMBIGUOUS))),
            (&german, Datetime, "25.10.2026 02:30", Some(Err(AMBIGUOUS))),
            (&german, Datetime, "2026-08-01T11:00:00Z", None),
            (&german, Datetime, "1785582000000", None),
            (&german, AttributeKind::String, "01.08.2026", None),
            (&german, Date, "2026-08-01", None),
            (&german, Date, "08/01/2026", None),
            (
                &american,
                Datetime,
                "08/01/2026 01:00 PM",
                Some(Err(NO_ZONE)),
            ),
            (
                &offset,
                Datetime,
                "2026/08/01 13:00 +0200",
                Some(Ok(noon.clone())),
            ),
            (
                &zone,
                Datetime,
                "2026-08-01 11:00:00",
                Some(Ok(noon.clone())),
            ),
            (&zone, Datetime, "2026-08-01T13:00:00+02:00", None),
            (&DateRules::default(), Datetime, "2026-08-01 11:00:00", None),
        ] {
            assert_eq!(rules.read(&kind, text), expected, "{kind} {text}");
        }
    }

    #[test]
    fn rules_that_mean_nothing_are_refused() {
        for (format, zone) in [
            (Some("DD.MM.YYYY"), None),
            (Some("%!"), None),
            (None, Some("Atlantis")),
        ] {
            let formats: Vec<String> = format.iter().map(|format| (*format).to_owned()).collect();
            assert!(
                DateRules::new(&formats, zone).is_err(),
                "{format:?} {zone:?}"
            );
        }
    }
}
