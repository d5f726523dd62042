//! A contact as it is stored, and as Drift shows it.

use super::attributes::Attributes;
use super::external_id::ExternalId;
use super::settings::UnsetExternalId;

/// One stored contact.
#[derive(Clone)]
pub(crate) struct Contact {
    pub(crate) id: i64,
    pub(crate) created_at: i64,
    pub(crate) version: i64,
    pub(crate) external_id: Option<ExternalId>,
    /// The caller's attributes as members of a JSON object, without its braces and without `externalId`.
    pub(crate) members: String,
}

impl Contact {
    /// Appends the contact as JSON, keys in the order of Drift's sample.
    pub(crate) fn write_json(&self, out: &mut String, unset: UnsetExternalId) {
        let mut number = NumberText::default();
        out.push_str("{\"id\":");
        out.push_str(number.of(self.id));
        out.push_str(",\"createdAt\":");
        out.push_str(number.of(self.created_at));
        let version = number.of(self.version);
        for key in [
            ",\"attributes\":{\"_END_USER_VERSION\":",
            ",\"_end_user_version\":",
            ",\"_calculated_version\":",
        ] {
            out.push_str(key);
            out.push_str(version);
        }
        out.push_str(",\"socialProfiles\":{}");
        self.write_external_id(out, unset);
        if !self.members.is_empty() {
            out.push(',');
            out.push_str(&self.members);
        }
        out.push_str(",\"events\":{}");
        if self.shows_empty_tags(unset) {
            out.push_str(",\"tags\":[]");
        }
        out.push_str(",\"start_date\":");
        out.push_str(number.of(self.created_at));
        out.push_str("}}");
    }

    /// The two recorded responses without an external id carry empty tags; Drift's sample with one has none.
    fn shows_empty_tags(&self, unset: UnsetExternalId) -> bool {
        unset == UnsetExternalId::Absent && self.external_id.is_none() && !self.has_tags()
    }

    /// Whether the caller wrote tags. The text is parsed only where it may hold the key.
    fn has_tags(&self) -> bool {
        self.members.contains("\"tags\":")
            && Attributes::from_object(&format!("{{{}}}", self.members))
                .is_ok_and(|attributes| attributes.get("tags").is_some())
    }

    fn write_external_id(&self, out: &mut String, unset: UnsetExternalId) {
        match &self.external_id {
            Some(id) => {
                for key in [",\"externalId\":", ",\"external_id\":"] {
                    out.push_str(key);
                    id.write_json(out);
                }
            }
            None if unset == UnsetExternalId::Null => {
                out.push_str(",\"externalId\":null,\"external_id\":null")
            }
            None => {}
        }
    }
}

/// Writes whole numbers without asking the allocator.
#[derive(Default)]
struct NumberText([u8; 20]);

impl NumberText {
    fn of(&mut self, value: i64) -> &str {
        let mut at = self.0.len();
        let mut rest = value.unsigned_abs();
        loop {
            at -= 1;
            self.0[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if value < 0 {
            at -= 1;
            self.0[at] = b'-';
        }
        std::str::from_utf8(&self.0[at..]).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{Contact, NumberText};
    use crate::rules::external_id::ExternalId;
    use crate::rules::settings::UnsetExternalId;

    fn contact(external_id: Option<ExternalId>) -> Contact {
        let members = r#""email":"ada@example.test","plan":"pro""#.to_owned();
        Contact {
            id: 7,
            created_at: 9,
            version: 4,
            external_id,
            members,
        }
    }

    fn json(contact: &Contact, unset: UnsetExternalId) -> String {
        let mut out = String::new();
        contact.write_json(&mut out, unset);
        out
    }

    #[test]
    fn keys_stand_in_the_order_of_the_sample() {
        let id = ExternalId {
            text: "u".to_owned(),
            number: false,
        };
        assert_eq!(
            json(&contact(Some(id)), UnsetExternalId::Null),
            "{\"id\":7,\"createdAt\":9,\"attributes\":{\"_END_USER_VERSION\":4,\"_end_user_version\":4,\
             \"_calculated_version\":4,\"socialProfiles\":{},\"externalId\":\"u\",\"external_id\":\"u\",\
             \"email\":\"ada@example.test\",\"plan\":\"pro\",\"events\":{},\"start_date\":9}}"
        );
    }

    #[test]
    fn an_unset_external_id_is_null_or_absent() {
        assert!(
            json(&contact(None), UnsetExternalId::Null)
                .contains("\"externalId\":null,\"external_id\":null,\"email\"")
        );
        let recorded = json(&contact(None), UnsetExternalId::Absent);
        assert!(!recorded.contains("external"), "{recorded}");
    }

    #[test]
    fn empty_tags_are_shown_as_recorded() {
        let id = || {
            Some(ExternalId {
                text: "u".to_owned(),
                number: false,
            })
        };
        let (email, own_tags) = (r#""email":"a@b""#, r#""email":"a@b","tags":[{"name":"x"}]"#);
        let quoted = r#""email":"a@b","note":"\"tags\":1","my":{"tags":2}"#;
        let table = [
            (None, email, UnsetExternalId::Absent, true),
            (None, email, UnsetExternalId::Null, false),
            (id(), email, UnsetExternalId::Absent, false),
            (None, own_tags, UnsetExternalId::Absent, false),
            (None, quoted, UnsetExternalId::Absent, true),
        ];
        for (external_id, members, unset, expected) in table {
            let contact = Contact {
                members: members.to_owned(),
                ..contact(external_id)
            };
            let shown = json(&contact, unset);
            assert_eq!(
                shown.contains(r#""events":{},"tags":[],"start_date""#),
                expected,
                "{shown}"
            );
        }
    }

    #[test]
    fn an_external_id_that_was_a_number_stays_one() {
        let id = ExternalId {
            text: "12345".to_owned(),
            number: true,
        };
        assert!(json(&contact(Some(id)), UnsetExternalId::Null).contains("\"externalId\":12345,"));
    }

    #[test]
    fn numbers_are_written_in_full() {
        for value in [0, 7, -1, 24_100_000_017, i64::MAX, i64::MIN] {
            assert_eq!(NumberText::default().of(value), value.to_string());
        }
    }
}
