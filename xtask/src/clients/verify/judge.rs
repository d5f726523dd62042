//! Whether what a client gave is what the scenario expects. No sockets, no processes.

use serde_json::{Map, Value};

use super::scenario::{Expect, Refusal};

/// Contacts as they were before the client came, whole, by name.
pub type Seeds = std::collections::BTreeMap<String, Value>;

/// Why a result is not the expected one; nothing when it is.
pub fn fault(expected: &Expect, result: &Value, seeds: &Seeds) -> Option<String> {
    if let Expect::Lost(lost) = expected {
        let failed = result["failed"].is_string();
        return (failed != *lost)
            .then(|| format!("no response came, and the client made of it: {result}"));
    }
    if let Some(failure) = result["failed"].as_str() {
        return Some(format!("the client failed: {failure}"));
    }
    let found = match expected {
        Expect::Contacts(wanted) => contacts(result).and_then(|found| all(wanted, found)),
        Expect::Seeded(name) => match seeds.get(name) {
            Some(seed) => contacts(result).and_then(|found| whole(seed, found)),
            None => Err(format!("no contact {name} was seeded")),
        },
        Expect::Error(refusal) => refused(refusal, &result["error"]),
        Expect::Deleted(deleted) => deletion(*deleted, &result["deleted"]),
        Expect::Lost(_) => Ok(()),
    };
    found.err()
}

/// Why the program that a README shows did not say what it should: in its first run the new contact's id and plan,
/// in its second that the external id is taken, and id and plan again where a contact was made and the response lost,
/// of which there must be one.
pub fn example_fault(first: &str, second: &str, lost: &str, made: u64) -> Option<String> {
    for (run, said) in [("first run", first), ("run without a response", lost)] {
        let created = said
            .trim()
            .strip_suffix(" pro")
            .is_some_and(|id| id.parse::<i64>().is_ok());
        if !created {
            return Some(format!("the {run} said {said:?}, not an id and a plan"));
        }
    }
    if made != 1 {
        return Some(format!("the run without a response made {made} contacts"));
    }
    let refused = second.trim() == "409 CONTACT-6";
    (!refused).then(|| format!("the second run said {second:?}, not 409 CONTACT-6"))
}

/// Why a program of `examples/` did not do what it should: its first run ends well and prints the contact that is
/// there, its second is refused, and there is one contact.
pub fn sample_fault(
    first: &(bool, String),
    second: &(bool, String),
    there: &Value,
    external_id: &str,
) -> Option<String> {
    let [contact] = there.as_array().map_or(&[][..], Vec::as_slice) else {
        return Some(format!(
            "not one contact is there, but {there}; it said {:?}",
            first.1
        ));
    };
    if contact["attributes"]["externalId"] != external_id {
        return Some(format!("another contact is there: {contact}"));
    }
    if !first.0 || !first.1.contains(&format!("\"id\":{}", contact["id"])) {
        return Some(format!("the first run said {:?}", first.1));
    }
    let refused = !second.0 && second.1.contains("409") && second.1.contains("CONTACT-6");
    (!refused).then(|| format!("the second run said {:?}", second.1))
}

fn contacts(result: &Value) -> Result<&Vec<Value>, String> {
    let contacts = result["contacts"].as_array();
    contacts.ok_or_else(|| format!("no contacts came: {result}"))
}

/// Each wanted contact is one of those found, and there are no more.
fn all(wanted: &[Map<String, Value>], found: &[Value]) -> Result<(), String> {
    if wanted.len() != found.len() {
        return Err(format!(
            "{} contacts came, not {}",
            found.len(),
            wanted.len()
        ));
    }
    let mut left: Vec<&Value> = found.iter().collect();
    for attributes in wanted {
        let same = |contact: &&Value| difference(attributes, contact).is_none();
        match left.iter().position(same) {
            Some(position) => drop(left.remove(position)),
            None => return Err(none_like(attributes, &left)),
        }
    }
    Ok(())
}

fn none_like(attributes: &Map<String, Value>, left: &[&Value]) -> String {
    let differences = left
        .iter()
        .filter_map(|contact| difference(attributes, contact));
    differences.collect::<Vec<_>>().join("; ")
}

/// The first attribute that is not as it should be, in the model written as JSON or in its typed fields.
fn difference(wanted: &Map<String, Value>, contact: &Value) -> Option<String> {
    for (name, value) in wanted {
        let found = &contact["attributes"][name];
        if !equal(value, found) {
            return Some(format!("{name} is {found}, not {value}"));
        }
        let typed = contact.get(name);
        if let Some(typed) = typed.filter(|typed| !equal(value, typed)) {
            return Some(format!("the field of {name} reads {typed}, not {value}"));
        }
    }
    ["email", "externalId"]
        .iter()
        .find(|name| contact.get(**name).is_none())
        .map(|name| format!("the driver did not read the field of {name}"))
}

/// The one contact found is the seeded one: id and time to the digit, and every attribute.
fn whole(seed: &Value, found: &[Value]) -> Result<(), String> {
    let [contact] = found else {
        return Err(format!("{} contacts came, not 1", found.len()));
    };
    for name in ["id", "createdAt"] {
        let digits = seed[name].to_string();
        if contact[name] != digits.as_str() {
            return Err(format!("{name} is {}, not {digits}", contact[name]));
        }
    }
    let attributes = seed["attributes"].as_object().cloned().unwrap_or_default();
    match difference(&attributes, contact).or_else(|| addition(&attributes, contact)) {
        Some(difference) => Err(difference),
        None => Ok(()),
    }
}

/// An attribute that the client made up, such as a second spelling of one that is there.
fn addition(wanted: &Map<String, Value>, contact: &Value) -> Option<String> {
    let found = contact["attributes"].as_object()?;
    let mut made_up = found
        .iter()
        .filter(|(name, value)| !value.is_null() && !wanted.contains_key(*name));
    made_up
        .next()
        .map(|(name, _)| format!("{name} was not there"))
}

fn refused(refusal: &Refusal, error: &Value) -> Result<(), String> {
    if error["status"] != refusal.status || error["type"] != refusal.kind.as_str() {
        return Err(format!(
            "the error is {error}, not {} {}",
            refusal.status, refusal.kind
        ));
    }
    match error["message"].as_str() {
        None | Some("") => Err(format!("the error has no message: {error}")),
        Some(_) => Ok(()),
    }
}

fn deletion(wanted: bool, deleted: &Value) -> Result<(), String> {
    if *deleted == wanted {
        return Ok(());
    }
    Err(format!("deleted is {deleted}, not {wanted}"))
}

/// Equal as JSON, where a number is its value however it is written, and null is the same as absent.
fn equal(wanted: &Value, found: &Value) -> bool {
    match (wanted, found) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || one.as_f64() == other.as_f64()
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| equal(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let names = one.keys().chain(other.keys());
            let mut members = names.map(|name| (one.get(name), other.get(name)));
            members.all(|(one, other)| {
                equal(one.unwrap_or(&Value::Null), other.unwrap_or(&Value::Null))
            })
        }
        _ => wanted == found,
    }
}

#[cfg(test)]
mod tests {
    use super::{Seeds, example_fault, fault, sample_fault};
    use crate::clients::verify::scenario::Expect;
    use serde_json::{Value, json};

    fn judged(expected: Value, result: Value) -> Option<String> {
        let expected: Expect = serde_json::from_value(expected).expect("an expectation");
        let seed = json!({ "id": 24100000017_i64, "createdAt": 1735689600123_i64,
            "attributes": { "email": "a@b", "externalId": 7, "events": {}, "vip": true } });
        fault(
            &expected,
            &result,
            &Seeds::from([("seed".to_owned(), seed)]),
        )
    }

    fn contact(attributes: Value) -> Value {
        json!({ "id": "24100000017", "createdAt": "1735689600123", "email": attributes["email"],
            "externalId": attributes["externalId"], "attributes": attributes })
    }

    #[test]
    fn contacts_are_found_in_any_order_with_more_attributes_than_wanted() {
        let wanted = json!({ "contacts": [{ "email": "a@b", "externalId": null }, { "email": "c@d", "n": 1 }] });
        let found = json!({ "contacts": [contact(json!({ "email": "c@d", "n": 1.0, "m": 2 })), contact(json!({ "email": "a@b" }))] });
        assert_eq!(judged(wanted, found), None);
    }

    #[test]
    fn what_differs_is_named() {
        let table = [
            (
                json!({ "contacts": [{ "vip": true }] }),
                json!({ "contacts": [contact(json!({ "vip": "true" }))] }),
                "vip is",
            ),
            (
                json!({ "contacts": [] }),
                json!({ "contacts": [contact(json!({}))] }),
                "1 contacts came, not 0",
            ),
            (
                json!({ "contacts": [] }),
                json!({ "error": { "status": 500 } }),
                "no contacts came",
            ),
            (
                json!({ "contacts": [] }),
                json!({ "failed": "boom" }),
                "boom",
            ),
            (
                json!({ "contacts": [{ "email": "a@b" }] }),
                json!({ "contacts": [{ "attributes": { "email": "a@b" }, "email": null }] }),
                "the field of email",
            ),
            (
                json!({ "contacts": [{}] }),
                json!({ "contacts": [{ "attributes": {} }] }),
                "did not read the field",
            ),
            (
                json!({ "error": { "status": 409, "type": "CONTACT-6" } }),
                json!({ "error": { "status": 409, "type": null, "message": "m" } }),
                "not 409 CONTACT-6",
            ),
            (
                json!({ "error": { "status": 409, "type": "CONTACT-6" } }),
                json!({ "error": { "status": 409, "type": "CONTACT-6" } }),
                "no message",
            ),
            (
                json!({ "deleted": true }),
                json!({ "deleted": null }),
                "deleted is",
            ),
        ];
        for (expected, result, word) in table {
            let fault = judged(expected, result).expect(word);
            assert!(fault.contains(word), "{fault}");
        }
    }

    #[test]
    fn an_example_creates_once_also_where_a_response_is_lost_and_is_refused_then() {
        let (created, refused) = ("24100000017 pro\n", "409 CONTACT-6\n");
        assert_eq!(example_fault(created, refused, created, 1), None);
        for (first, second, lost, made) in [
            (refused, "", created, 1),
            (created, "8 pro", created, 1),
            ("x pro", refused, created, 1),
            (created, refused, refused, 1),
            (created, refused, "", 1),
            (created, refused, created, 0),
            (created, refused, created, 2),
        ] {
            assert!(
                example_fault(first, second, lost, made).is_some(),
                "{first:?} {second:?} {lost:?} {made}"
            );
        }
    }

    #[test]
    fn a_sample_makes_one_contact_says_so_and_is_refused_then() {
        let good = (true, r#"{"data":{"id":7}}"#.to_owned());
        let refused = (false, "409 CONTACT-6".to_owned());
        let there = json!([{ "id": 7, "attributes": { "externalId": "u" } }]);
        assert_eq!(sample_fault(&good, &refused, &there, "u"), None);

        let twice = json!([there[0], there[0]]);
        let silent = (true, String::new());
        let faulty = [
            (&good, &refused, &twice, "u"),
            (&good, &refused, &there, "v"),
            (&silent, &refused, &there, "u"),
            (&good, &good, &there, "u"),
            (&refused, &refused, &there, "u"),
        ];
        for (first, second, there, id) in faulty {
            assert!(
                sample_fault(first, second, there, id).is_some(),
                "{first:?} {second:?} {there} {id}"
            );
        }
    }

    #[test]
    fn a_seeded_contact_comes_back_whole() {
        let wanted = || json!({ "seeded": "seed" });
        let attributes = json!({ "email": "a@b", "externalId": 7, "events": {}, "vip": true });
        let good = contact(attributes.clone());
        assert_eq!(judged(wanted(), json!({ "contacts": [good] })), None);

        let mut rounded = contact(attributes.clone());
        rounded["id"] = "24100000016".into();
        let mut lost = contact(attributes.clone());
        lost["attributes"]
            .as_object_mut()
            .expect("a map")
            .remove("vip");
        let mut more = contact(attributes);
        more["attributes"]["startDate"] = 1.into();
        for (contact, word) in [
            (rounded, "id is"),
            (lost, "vip is"),
            (more, "startDate was not there"),
        ] {
            let fault = judged(wanted(), json!({ "contacts": [contact] })).expect(word);
            assert!(fault.contains(word), "{fault}");
        }
    }
}
