//! Reads the body of a success: by the contract's types, and where they cannot hold it, leniently. The types stay strict;
//! one value of another type, or one broken contact in a list, hides nothing else. `objection` is what speaks against a
//! success. Nothing here knows a socket or a retry.

pub(crate) mod objection;

use drift_sdk::types;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::model::attribute_definition::AttributeDefinition;
use crate::model::contact::Contact;
use crate::model::decoding::objection::{
    Objection, denial, denial_in, has_data, is_done, is_short_yes,
};

/// A success of the contract, and what is made of it.
pub(crate) trait Decode: DeserializeOwned {
    /// What is made of it.
    type Value;

    /// Takes what the contract's type holds.
    fn into_value(self) -> Self::Value;

    /// Why a body that the contract's type holds is no success all the same.
    fn objection(&self) -> Option<Objection> {
        None
    }

    /// The same of a body that the contract's type cannot hold.
    fn objection_to(body: &Value) -> Option<Objection> {
        denial(body).map(Objection::Denied)
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
    /// It is an object with `data`, as most of Drift's successes are, or without.
    pub(crate) has_data: Option<bool>,
    /// It is no success, though its status says so.
    pub(crate) objection: Option<Objection>,
}

/// The contacts of a list, and what in it is not as the contract says.
#[derive(Default)]
pub(crate) struct ContactList {
    pub(crate) contacts: Vec<Contact>,
    /// The place of the first contact that could not be read.
    pub(crate) unreadable: Option<String>,
    /// The place of the first value of another type, in a contact that could be read.
    pub(crate) odd: Option<String>,
}

/// What some servers put before their JSON.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads a body.
pub(crate) fn decode<T: Decode>(body: &[u8]) -> Result<T::Value, Unreadable> {
    let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
    if let Ok(strict) = serde_json::from_slice::<T>(body)
        && strict.objection().is_none()
    {
        return Ok(strict.into_value());
    }
    let json = serde_json::from_slice::<Value>(body).map_err(|error| Unreadable {
        place: format!("line {}, column {}", error.line(), error.column()),
        is_empty: body.trim_ascii().is_empty(),
        has_data: None,
        objection: T::objection_to(&Value::Null),
    })?;
    let members = json.as_object();
    T::read_leniently(&json).map_err(|place| Unreadable {
        place,
        is_empty: members.is_some_and(Map::is_empty),
        has_data: members.map(|members| members.contains_key("data")),
        objection: T::objection_to(&json),
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

    fn objection(&self) -> Option<Objection> {
        denial_in(&self.extra).map(Objection::Denied)
    }

    fn read_leniently(body: &Value) -> Result<Contact, String> {
        is_done(body)?;
        let data = member(body, "data")?;
        Contact::read_leniently(data).ok_or_else(|| "data.id".to_owned())
    }
}

impl Decode for types::ContactListResponse {
    type Value = ContactList;

    fn into_value(self) -> ContactList {
        ContactList {
            contacts: self.data.into_iter().map(Contact::new).collect(),
            ..ContactList::default()
        }
    }

    fn objection(&self) -> Option<Objection> {
        denial_in(&self.extra).map(Objection::Denied)
    }

    fn read_leniently(body: &Value) -> Result<ContactList, String> {
        is_done(body)?;
        let items = member(body, "data")?.as_array().ok_or("data")?;
        let mut list = ContactList::default();
        for (at, item) in items.iter().enumerate() {
            let Some(contact) = Contact::read_leniently(item) else {
                let place = match item.is_object() {
                    true => format!("data[{at}].id"),
                    false => format!("data[{at}]"),
                };
                list.unreadable.get_or_insert(place);
                continue;
            };
            if list.odd.is_none() {
                let odd = Contact::odd_attribute(item);
                list.odd = odd.map(|name| format!("data[{at}].{name}"));
            }
            list.contacts.push(contact);
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

    /// All members are optional, so any object would do: one of another server, and one that says that it failed.
    fn objection(&self) -> Option<Objection> {
        Self::objection_to(&serde_json::to_value(self).unwrap_or_default())
    }

    fn objection_to(body: &Value) -> Option<Objection> {
        let names = [
            "authenticated_userid",
            "scope",
            "credential_id",
            "access_token",
        ];
        let is_described = names.iter().any(|name| !body[*name].is_null());
        let denied = denial(body).map(Objection::Denied);
        denied.or((!is_described).then_some(Objection::NotDrifts))
    }

    fn read_leniently(body: &Value) -> Result<Self, String> {
        is_shaped::<Self>(body)?;
        let members = body.as_object().ok_or("the top")?;
        let (mut info, others) = fit::<Self>(members).ok_or("the top")?;
        info.extra.extend(others);
        Ok(info)
    }
}

/// Of these only the status matters, and that the body is Drift's: what it says is not handed on. A network that asks to
/// sign in responds to everything with a success of its own, which must not count as a contact that was deleted.
macro_rules! status_and_shape {
    ($($response:ty: $has_shape:expr, $value:ty, $of:expr;)+) => {
        $(
            impl Decode for $response {
                type Value = $value;

                fn into_value(self) -> $value {
                    $of(&serde_json::to_value(self).unwrap_or_default())
                }

                fn objection(&self) -> Option<Objection> {
                    Self::objection_to(&serde_json::to_value(self).unwrap_or_default())
                }

                fn objection_to(body: &Value) -> Option<Objection> {
                    // Where a success has no body, an empty object stands for it.
                    let is_empty = body.as_object().is_some_and(Map::is_empty);
                    let is_drifts = is_empty || $has_shape(body);
                    let denied = denial(body).map(Objection::Denied);
                    denied.or((!is_drifts).then_some(Objection::NotDrifts))
                }

                fn read_leniently(body: &Value) -> Result<$value, String> {
                    is_shaped::<Self>(body)?;
                    Ok($of(body))
                }
            }
        )+
    };
}

status_and_shape! {
    types::OperationResult: is_short_yes, (), nothing;
    types::PersonalDataDeletionResponse: has_data, (), nothing;
    types::TimelineEventResponse: has_data, (), nothing;
    // The administrator that gets the data.
    types::PersonalDataRetrievalResponse: has_data, Option<String>, administrator;
}

fn nothing(_: &Value) {}

fn administrator(body: &Value) -> Option<String> {
    body["data"]["sentToEmail"].as_str().map(str::to_owned)
}

/// `Err` is the place that shows that a success is none.
fn is_shaped<T: Decode>(body: &Value) -> Result<(), String> {
    match T::objection_to(body) {
        None => Ok(()),
        Some(Objection::Denied(name)) => Err(name.to_owned()),
        Some(Objection::NotDrifts) => Err("the top".to_owned()),
    }
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
        assert_eq!(list.unreadable.as_deref(), Some("data[1]"));
    }

    #[test]
    fn the_place_is_named_and_no_value() {
        for (body, place, is_empty, has_data) in [
            (
                r#"{"data":{"id":"ada@example.test"}}"#,
                "data.id",
                false,
                Some(true),
            ),
            (
                r#"{"data":["ada@example.test"]}"#,
                "data.id",
                false,
                Some(true),
            ),
            (
                r#"{"other":"ada@example.test"}"#,
                "data",
                false,
                Some(false),
            ),
            ("{}", "data", true, Some(false)),
            ("[]", "data", false, None),
            ("", "line 1, column 0", true, None),
            ("ada@example.test", "line 1, column 1", false, None),
            (r#"{"data":"#, "line 1, column 8", false, None),
        ] {
            let problem = decode::<types::ContactResponse>(body.as_bytes());
            let expected = Unreadable {
                place: place.to_owned(),
                is_empty,
                has_data,
                objection: None,
            };
            assert!(problem.err() == Some(expected), "{body}");
        }
    }

    #[test]
    fn the_first_odd_value_of_a_list_is_named() {
        for (item, place) in [
            (
                json!({"id": 1, "attributes": {"phone": 5}}),
                Some("data[1].attributes.phone"),
            ),
            (
                json!({"id": 1, "attributes": []}),
                Some("data[1].attributes"),
            ),
            (
                json!({"id": 1, "createdAt": 1, "attributes": {"plan": 5}}),
                None,
            ),
        ] {
            let odd = json!({"id": 7, "createdAt": "now", "attributes": {}});
            let fine = json!({"id": 8, "createdAt": 1, "attributes": {}});
            let body = json!({"data": [fine, item, odd]}).to_string();
            let list = decode::<types::ContactListResponse>(body.as_bytes())
                .ok()
                .expect("a list");
            let place = place.unwrap_or("data[2].createdAt");
            assert_eq!(list.odd.as_deref(), Some(place), "{item}");
        }
    }

    #[test]
    fn a_success_without_its_shape_is_none() {
        use Objection::{Denied, NotDrifts};
        fn objection<T: Decode>(body: &str) -> Option<Objection> {
            let decoded = decode::<T>(body.as_bytes()).err();
            decoded.map(|unreadable| unreadable.objection.expect("an objection"))
        }
        for (body, short_yes, data, token) in [
            (
                r#"{"result":"OK","ok":true}"#,
                None,
                Some(NotDrifts),
                Some(NotDrifts),
            ),
            (r#"{"result":"ok"}"#, None, Some(NotDrifts), Some(NotDrifts)),
            ("{}", None, None, Some(NotDrifts)),
            (
                r#"{"data":{"event":5}}"#,
                Some(NotDrifts),
                None,
                Some(NotDrifts),
            ),
            (
                r#"{"scope":"contact_read"}"#,
                Some(NotDrifts),
                Some(NotDrifts),
                None,
            ),
            (r#"{"scope":5}"#, Some(NotDrifts), Some(NotDrifts), None),
            (
                r#"{"login":"https://wifi.example.test"}"#,
                Some(NotDrifts),
                Some(NotDrifts),
                Some(NotDrifts),
            ),
            ("[]", Some(NotDrifts), Some(NotDrifts), Some(NotDrifts)),
            (r#""OK""#, Some(NotDrifts), Some(NotDrifts), Some(NotDrifts)),
            ("OK", Some(NotDrifts), Some(NotDrifts), Some(NotDrifts)),
            (
                r#"{"ok":false}"#,
                Some(Denied("ok")),
                Some(Denied("ok")),
                Some(Denied("ok")),
            ),
            (
                r#"{"error":{"type":"x"}}"#,
                Some(Denied("error")),
                Some(Denied("error")),
                Some(Denied("error")),
            ),
        ] {
            let objections = (
                objection::<types::OperationResult>(body),
                objection::<types::TimelineEventResponse>(body),
                objection::<types::PersonalDataRetrievalResponse>(body),
                objection::<types::TokenInfo>(body),
            );
            assert!(objections == (short_yes, data, data, token), "{body}");
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
    }
}
