//! Reads the body of a success: by the contract's types, and where they cannot hold it, leniently. The types stay strict;
//! one value of another type, or one broken contact in a list, hides nothing else.

use drift_sdk::types;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::model::attribute_definition::AttributeDefinition;
use crate::model::contact::Contact;

/// A success of the contract, and what is made of it.
pub(crate) trait Decode: DeserializeOwned {
    /// What is made of it.
    type Value;

    /// Takes what the contract's type holds.
    fn into_value(self) -> Self::Value;

    /// The member by which a success says that it is none, such as `"ok": false`.
    fn denial(&self) -> Option<&'static str> {
        None
    }

    /// Reads a body that the contract's type cannot hold; `Err` is the place that cannot be read at all, such as
    /// `data[0].id`.
    fn read_leniently(body: &Value) -> Result<Self::Value, String>;
}

/// Why a body cannot be read. It holds no value of it.
#[derive(PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// `data[0].id`, or `line 1, column 5` where it is not JSON.
    pub(crate) place: String,
    /// It is no text, or an object without a member.
    pub(crate) is_empty: bool,
    /// It is an object without `data`.
    pub(crate) has_no_data: bool,
    /// It says that what was asked for was not done.
    pub(crate) denies: bool,
}

/// The contacts of a list, and the place of the first that could not be read.
#[derive(Default)]
pub(crate) struct ContactList {
    pub(crate) contacts: Vec<Contact>,
    pub(crate) unreadable: Option<String>,
}

/// What some servers put before their JSON.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads a body.
pub(crate) fn decode<T: Decode>(body: &[u8]) -> Result<T::Value, Unreadable> {
    let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
    if let Ok(strict) = serde_json::from_slice::<T>(body)
        && strict.denial().is_none()
    {
        return Ok(strict.into_value());
    }
    let json = serde_json::from_slice::<Value>(body).map_err(|error| Unreadable {
        place: format!("line {}, column {}", error.line(), error.column()),
        is_empty: body.trim_ascii().is_empty(),
        has_no_data: false,
        denies: false,
    })?;
    let members = json.as_object();
    T::read_leniently(&json).map_err(|place| Unreadable {
        place,
        is_empty: members.is_some_and(Map::is_empty),
        has_no_data: members.is_some_and(|members| !members.contains_key("data")),
        denies: denial(&json).is_some(),
    })
}

/// The members that a type of the contract can hold, in it, and the others: each is tried by itself.
pub(crate) fn fit<T: DeserializeOwned>(
    members: &Map<String, Value>,
) -> Option<(T, Map<String, Value>)> {
    let fits = |name: &String, value: &Value| {
        let alone = Map::from_iter([(name.clone(), value.clone())]);
        T::deserialize(Value::Object(alone)).is_ok()
    };
    let (held, others): (Map<_, _>, Map<_, _>) = members
        .clone()
        .into_iter()
        .partition(|(name, value)| fits(name, value));
    let held = T::deserialize(Value::Object(held)).ok()?;
    Some((held, others))
}

impl Decode for types::ContactResponse {
    type Value = Contact;

    fn into_value(self) -> Contact {
        Contact::new(self.data)
    }

    fn read_leniently(body: &Value) -> Result<Contact, String> {
        let data = member(body, "data")?;
        Contact::read_leniently(data).ok_or_else(|| "data.id".to_owned())
    }
}

impl Decode for types::ContactListResponse {
    type Value = ContactList;

    fn into_value(self) -> ContactList {
        ContactList {
            contacts: self.data.into_iter().map(Contact::new).collect(),
            unreadable: None,
        }
    }

    fn read_leniently(body: &Value) -> Result<ContactList, String> {
        let items = member(body, "data")?.as_array().ok_or("data")?;
        let mut list = ContactList::default();
        for (at, item) in items.iter().enumerate() {
            match Contact::read_leniently(item) {
                Some(contact) => list.contacts.push(contact),
                None => {
                    list.unreadable.get_or_insert(format!("data[{at}].id"));
                }
            }
        }
        Ok(list)
    }
}

impl Decode for types::AttributeDefinitionListResponse {
    type Value = Vec<AttributeDefinition>;

    fn into_value(self) -> Self::Value {
        let definitions = self.data.properties.into_iter();
        definitions.map(AttributeDefinition::new).collect()
    }

    /// A definition without its name or its type says nothing, and is left out.
    fn read_leniently(body: &Value) -> Result<Self::Value, String> {
        let properties = &member(body, "data")?["properties"];
        let items = properties.as_array().ok_or("data.properties")?;
        let readable = items
            .iter()
            .filter_map(Value::as_object)
            .filter_map(|item| {
                let named = |name| item.get(name).and_then(Value::as_str).map(str::to_owned);
                let (name, kind) = (named("name")?, named("type")?);
                Some(AttributeDefinition::read_leniently(name, kind, item))
            });
        let readable: Self::Value = readable.collect();
        if readable.is_empty() && !items.is_empty() {
            return Err("data.properties[0]".to_owned());
        }
        Ok(readable)
    }
}

impl Decode for types::TokenInfo {
    type Value = Self;

    fn into_value(self) -> Self {
        self
    }

    fn read_leniently(body: &Value) -> Result<Self, String> {
        let members = body.as_object().ok_or("the top")?;
        let (mut info, others) = fit::<Self>(members).ok_or("the top")?;
        info.extra.extend(others);
        Ok(info)
    }
}

impl Decode for types::PersonalDataRetrievalResponse {
    /// The administrator that gets the data.
    type Value = Option<String>;

    fn into_value(self) -> Option<String> {
        self.data.sent_to_email.and_then(|email| email.0)
    }

    fn read_leniently(body: &Value) -> Result<Option<String>, String> {
        is_done(body)?;
        Ok(body["data"]["sentToEmail"].as_str().map(str::to_owned))
    }
}

/// Of these only the status matters: what the body says is not handed on.
macro_rules! status_alone {
    ($($response:ty),+) => {
        $(
            impl Decode for $response {
                type Value = ();

                fn into_value(self) {}

                fn denial(&self) -> Option<&'static str> {
                    denial(&serde_json::to_value(self).unwrap_or_default())
                }

                fn read_leniently(body: &Value) -> Result<(), String> {
                    is_done(body)
                }
            }
        )+
    };
}

status_alone!(
    types::OperationResult,
    types::PersonalDataDeletionResponse,
    types::TimelineEventResponse
);

/// A 2xx with any JSON says that it was done, but for one that denies it.
fn is_done(body: &Value) -> Result<(), String> {
    denial(body).map_or(Ok(()), |name| Err(name.to_owned()))
}

/// The member of a body that says that it was not done.
pub(crate) fn denial(body: &Value) -> Option<&'static str> {
    let holds = |name: &&str| body.get(*name).is_some_and(|error| !error.is_null());
    let error = ["error", "errors"].into_iter().find(holds);
    error.or_else(|| (body["ok"] == Value::Bool(false)).then_some("ok"))
}

fn member<'a>(body: &'a Value, name: &str) -> Result<&'a Value, String> {
    body.get(name).ok_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn contact(data: Value) -> Result<Contact, Unreadable> {
        decode::<types::ContactResponse>(json!({ "data": data }).to_string().as_bytes())
    }

    #[test]
    fn an_id_is_all_that_a_contact_needs() {
        for data in [
            json!({"id": 7}),
            json!({"id": 7, "attributes": null}),
            json!({"id": 7, "attributes": "none", "createdAt": "2026-11-23"}),
            json!({"id": 7, "attributes": {"tags": ["lead"], "phone": 15550100, "start_date": "today"}}),
            json!({"id": 7, "createdAt": 1, "attributes": {"socialProfiles": [], "events": 1, "last_active": {}}}),
            json!({"id": -7, "createdAt": 1.5, "attributes": {}}),
        ] {
            let contact = contact(data.clone()).ok().expect("a contact");
            assert_eq!(data["id"], contact.id().get());
            assert_eq!(contact.to_json(), data, "as it was sent");
        }
    }

    #[test]
    fn without_an_id_there_is_no_contact() {
        for id in [
            json!(null),
            json!("7"),
            json!(7.5),
            json!(u64::MAX),
            json!([7]),
        ] {
            let problem = contact(json!({"id": id, "attributes": {}})).expect_err("no contact");
            assert_eq!(problem.place, "data.id");
        }
    }

    #[test]
    fn a_broken_contact_hides_no_other() {
        let body = json!({"data": [
            {"id": 1, "createdAt": 1, "attributes": {"email": "ada@example.test"}},
            "nobody",
            {"createdAt": 1, "attributes": {}},
            {"id": 2, "attributes": {"phone": 5}},
        ]});
        let list = decode::<types::ContactListResponse>(body.to_string().as_bytes());
        let list = list.ok().expect("a list");
        let ids: Vec<i64> = list.contacts.iter().map(|one| one.id().get()).collect();
        assert_eq!(ids, [1, 2]);
        assert_eq!(list.unreadable.as_deref(), Some("data[1].id"));
    }

    #[test]
    fn the_place_is_named_and_no_value() {
        for (body, place, is_empty, has_no_data) in [
            (
                r#"{"data":{"id":"ada@example.test"}}"#,
                "data.id",
                false,
                false,
            ),
            (r#"{"data":["ada@example.test"]}"#, "data.id", false, false),
            (r#"{"other":"ada@example.test"}"#, "data", false, true),
            ("{}", "data", true, true),
            ("[]", "data", false, false),
            ("", "line 1, column 0", true, false),
            ("ada@example.test", "line 1, column 1", false, false),
            (r#"{"data":"#, "line 1, column 8", false, false),
        ] {
            let problem = decode::<types::ContactResponse>(body.as_bytes());
            let expected = Unreadable {
                place: place.to_owned(),
                is_empty,
                has_no_data,
                denies: false,
            };
            assert!(problem.err() == Some(expected), "{body}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_no_matter() {
        let body = "\u{feff}{\"data\":{\"id\":7,\"createdAt\":1,\"attributes\":{}}}";
        let contact = decode::<types::ContactResponse>(body.as_bytes())
            .ok()
            .expect("a contact");
        assert_eq!(contact.id().get(), 7);
    }

    #[test]
    fn other_responses_keep_what_can_be_read() {
        let body = json!({"scope": 5, "authenticated_userid": "orgId:7", "created_at": "x"});
        let info = decode::<types::TokenInfo>(body.to_string().as_bytes())
            .ok()
            .expect("read");
        assert_eq!(serde_json::to_value(&info).expect("JSON"), body);

        let definitions = json!({"data": {"properties": [
            {"name": "plan", "type": "STRING", "displayName": 5}, {"name": "seats"}, 5,
        ]}});
        let text = definitions.to_string();
        let read = decode::<types::AttributeDefinitionListResponse>(text.as_bytes());
        let read = read.ok().expect("read");
        let names: Vec<&str> = read.iter().map(AttributeDefinition::name).collect();
        assert_eq!(names, ["plan"]);
        assert_eq!(read[0].display_name(), None);

        let event = br#"{"data":{"event":5}}"#;
        assert!(decode::<types::TimelineEventResponse>(event).is_ok());
        assert!(decode::<types::OperationResult>(br#""OK""#).is_ok());
        assert!(decode::<types::OperationResult>(b"OK").is_err());
        let failed = decode::<types::TimelineEventResponse>(br#"{"error":{"type":"x"}}"#);
        assert!(failed.is_err());
    }
}
