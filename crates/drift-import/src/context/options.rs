//! The options of an import, and the fingerprint by which a changed option is detected.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use drift::{ExternalId, IdKey};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::input::hash::{hex, short_hash};
use crate::input::source::opening::InputOptions;
use crate::input::suppression::Suppression;
use crate::input::value::attribute::dates::DateRules;
use crate::input::value::attribute::own_attribute::check_own;
use crate::input::value::column_checks::check_name;
use crate::input::value::mapping::Unmapped;
use crate::input::value::reading::RowRules;
use crate::input::value::stamp::check_stamp;

/// What to do with a row whose contact exists already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OnDuplicate {
    /// Leave the contact as it is; the row's outcome is `existed`. The default.
    #[default]
    Skip,
    /// Give the contact the row's attributes; the row's outcome is `updated`.
    Update,
    /// Give the contact only the row's attributes that it lacks or that are empty in it; the row's outcome is `updated`, or
    /// `existed` where there is none. What the plan found in the contact decides.
    Fill,
    /// Refuse the row.
    Fail,
}

/// What to do with a row whose external id is new and whose email is not: Drift would make a second contact, and
/// cannot merge the two later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondContact {
    /// Refuse the row. The default.
    #[default]
    Refuse,
    /// Make the second contact.
    Create,
    /// Use the contact that has the email, as [`OnDuplicate`] says.
    Existing,
}

/// The options of an import.
#[derive(Clone)]
#[non_exhaustive]
pub struct Options {
    /// What is known of the file. All is detected unless set.
    pub input: InputOptions,
    /// Columns and their attributes; `-` for the attribute leaves a column out. By name unless set.
    pub map: Vec<(String, String)>,
    /// What to do with columns that cannot be mapped to an attribute. They are refused unless set.
    pub unmapped: Unmapped,
    /// What to do with a contact that exists. It is skipped unless set.
    pub on_duplicate: OnDuplicate,
    /// What to do where a second contact for an email would be made. The row is refused unless set.
    pub second_contact: SecondContact,
    /// A column with your own ids and the key to derive external ids from them with. None unless set.
    pub derive: Option<(String, IdKey)>,
    /// Whether external ids that strangers can guess are accepted. Right only where signed identities are required.
    pub allow_guessable: bool,
    /// Ids that look like placeholders, such as `0`, and are ids.
    pub allow_placeholders: Vec<String>,
    /// Whether errors of spreadsheets and numbers that they shortened are sent, with a warning, where they stand in no
    /// column of identities. Such rows are refused unless set.
    pub warn_only: bool,
    /// Cells that stand for an empty one, such as `NULL`, in every column.
    pub null_markers: Vec<String>,
    /// Custom attributes and their values for rows that have none of their own.
    pub defaults: Vec<(String, Value)>,
    /// Formats of days and moments, as `strptime` has them, such as `%d.%m.%Y`, for attributes of these types. Beside
    /// ISO 8601 and milliseconds none is read unless set.
    pub date_formats: Vec<String>,
    /// The zone of moments without one, such as `Europe/Berlin`. They are refused unless set.
    pub time_zone: Option<String>,
    /// Addresses that must not be imported.
    pub suppress: Option<Suppression>,
    /// A custom attribute to write a stamp of this import and row into, which proves after a lost response or a crash
    /// that this import made the contact. None unless set, since it shows in Drift.
    pub stamp: Option<String>,
    /// Whether to plan from the file alone, without look-ups.
    pub offline: bool,
    /// How many rows of one run may be refused by Drift or end unknown: with the last of them the run stops, and the next
    /// one continues. Never more rows are in flight than may still fail, so a small number makes it slower. No bound unless set.
    pub max_errors: Option<u64>,
    /// How many rows are sent in one run, to try a few; the next run continues. All unless set.
    pub limit: Option<u64>,
    /// The most requests in a second, look-ups included. As many as Drift takes unless set.
    pub rate: Option<u32>,
    /// The most requests in flight at a time; 16 unless set.
    pub concurrency: usize,
    /// Whether to make a new plan although there is one for other options.
    pub replan: bool,
    /// The journal; beside the file, named after it, unless set.
    pub journal: Option<PathBuf>,
    /// The folder of the result files; the journal's unless set.
    pub results: Option<PathBuf>,
    /// The waits before the look-ups after a lost response; 200, 1,300 and 3,500 ms unless set.
    pub look_up_after: Vec<Duration>,
    /// How long a dead network is waited for, or a rate limit for which Drift names no wait; 60 s unless set. It holds for
    /// the plan and for the commit. A wait that Drift asks for is obeyed as often as needed, unless it is longer than this.
    pub patience: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            input: InputOptions::default(),
            map: Vec::new(),
            unmapped: Unmapped::default(),
            on_duplicate: OnDuplicate::default(),
            second_contact: SecondContact::default(),
            derive: None,
            allow_guessable: false,
            allow_placeholders: Vec::new(),
            warn_only: false,
            null_markers: Vec::new(),
            defaults: Vec::new(),
            date_formats: Vec::new(),
            time_zone: None,
            limit: None,
            rate: None,
            suppress: None,
            stamp: None,
            offline: false,
            max_errors: None,
            concurrency: 16,
            replan: false,
            journal: None,
            results: None,
            look_up_after: [200, 1_300, 3_500].map(Duration::from_millis).to_vec(),
            patience: Duration::from_secs(60),
        }
    }
}

impl Options {
    /// Whether the options are right by themselves, before any file is read.
    ///
    /// # Errors
    ///
    /// [`Error::Input`] when the attribute of the stamp is one that Drift or the result files use, when a default is for no
    /// custom attribute, or a format of dates or a time zone is none.
    pub fn check(&self) -> Result<(), Error> {
        self.stamp.as_deref().map_or(Ok(()), check_stamp)?;
        for (name, value) in &self.defaults {
            let checked = check_name(name).and_then(|()| Ok(check_own(name, value)?));
            checked.map_err(|problem| Error::Input {
                place: format!("the default of {name:?}"),
                problem,
            })?;
        }
        self.date_rules().map(drop)
    }

    /// How days and moments are read.
    pub(crate) fn date_rules(&self) -> Result<DateRules, Error> {
        DateRules::new(&self.date_formats, self.time_zone.as_deref())
    }

    /// Where external ids come from, and what of a row is accepted.
    pub(crate) fn row_rules(&self) -> RowRules<'_> {
        RowRules {
            derive: self.derive.as_ref(),
            allow_guessable: self.allow_guessable,
            allow_placeholders: &self.allow_placeholders,
            warn_only: self.warn_only,
            null_markers: &self.null_markers,
            defaults: &self.defaults,
            dates: None,
        }
    }

    /// A hash of everything that decides what happens to a row, but for the account. No secret can be read from it.
    pub(crate) fn fingerprint(&self) -> String {
        let facts: Vec<Value> = self.facts().into_iter().map(|(_, value)| value).collect();
        hex(&Sha256::digest(Value::from(facts).to_string().as_bytes()))
    }

    /// A mark of each of them, by which a changed one can be named.
    pub(crate) fn marks(&self) -> BTreeMap<String, String> {
        let mark = |value: Value| hex(&short_hash(&value.to_string()));
        let facts = self.facts().into_iter();
        facts
            .map(|(name, value)| (name.to_owned(), mark(value)))
            .collect()
    }

    /// What decides the plan, under the names of the command's options. Those that journals of earlier versions do not know
    /// are left out where they are not given, so that the fingerprint stays the same.
    fn facts(&self) -> Vec<(&'static str, Value)> {
        let derive = self.derive.as_ref().map(|(column, key)| {
            // A derived id identifies the key without revealing it.
            let probe = ExternalId::derive(key, "fingerprint of the key");
            (column, key.id(), probe.map(|id| id.to_string()).ok())
        });
        let input = &self.input;
        let suppress = self.suppress.as_ref().map(Suppression::fingerprint);
        let facts = [
            ("format", json!(format!("{:?}", input.format))),
            ("delimiter or quote", json!([input.delimiter, input.quote])),
            ("encoding", json!(input.encoding)),
            ("map", json!(self.map)),
            ("unmapped", json!(self.unmapped)),
            ("on-duplicate", json!(self.on_duplicate)),
            ("second-contact", json!(self.second_contact)),
            ("derive-id-from", json!(derive)),
            ("allow-guessable-ids", json!(self.allow_guessable)),
            ("suppress", json!(suppress)),
            ("stamp", json!(self.stamp)),
            ("offline", json!(self.offline)),
        ];
        let added = [
            ("quote none", json!(input.no_quotes)),
            ("escape", json!(input.escape)),
            ("skip-lines", json!(input.skip_lines)),
            ("no-header", json!(input.no_header)),
            ("allow-placeholder", json!(self.allow_placeholders)),
            ("warn-only", json!(self.warn_only)),
            ("sheet", json!(input.sheet)),
            ("nested", json!(input.nested)),
            ("null-marker", json!(self.null_markers)),
            ("set", json!(self.defaults)),
            ("date-format", json!(self.date_formats)),
            ("time-zone", json!(self.time_zone)),
        ];
        let given = |(_, value): &(&str, Value)| {
            !matches!(value, Value::Null | Value::Bool(false)) && *value != json!([])
        };
        facts
            .into_iter()
            .chain(
                added
                    .into_iter()
                    .filter(given)
                    .map(|(name, value)| (name, json!([name, value]))),
            )
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_changes_only_with_options_that_decide() {
        let plain = Options::default();
        let with = |change: fn(&mut Options)| {
            let mut options = Options::default();
            change(&mut options);
            options.fingerprint() != plain.fingerprint()
        };
        assert!(with(|options| options.on_duplicate = OnDuplicate::Update));
        assert!(with(|options| options.stamp = Some("import".to_owned())));
        assert!(with(|options| options
            .map
            .push(("a".to_owned(), "b".to_owned()))));
        assert!(!with(|options| options.concurrency = 3));
        assert!(!with(|options| options.max_errors = Some(3)));
    }

    #[test]
    fn a_changed_option_has_another_mark_and_no_other_has() {
        let plain = Options::default().marks();
        let changed = Options {
            offline: true,
            ..Options::default()
        };
        let changed = changed.marks();
        let names = plain
            .keys()
            .filter(|name| plain.get(*name) != changed.get(*name));
        assert_eq!(names.collect::<Vec<_>>(), ["offline"]);
    }

    #[test]
    fn fingerprints_are_those_of_earlier_versions() {
        let expected = "fa1b22ad36405e2c37b7eaab44e97e8f898fad7702d380fa99531e2e6fae7cb6";
        assert_eq!(Options::default().fingerprint(), expected);
    }

    #[test]
    fn another_key_gives_another_fingerprint() {
        let keyed = |secret: &[u8]| {
            let key = IdKey::new("a", secret).expect("a key");
            Options {
                derive: Some(("id".to_owned(), key)),
                ..Options::default()
            }
            .fingerprint()
        };
        assert_ne!(keyed(b"sixteen bytes ok"), keyed(b"other sixteen by"));
    }
}
