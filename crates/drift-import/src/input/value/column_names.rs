//! Names of columns and attributes compared: exactly, without letter case and punctuation, and nearly.

use drift::AttributeKind;

use crate::input::value::mapping::{Definition, Target};
use crate::input::value::suggestions::suggested;

/// The target that the caller names.
pub(crate) fn named(attribute: &str, definitions: &[Definition]) -> Target {
    match attribute {
        "-" => Target::Nothing,
        "email" => Target::Email,
        "name" => Target::Name,
        "phone" => Target::Phone,
        "externalId" | "external_id" => Target::ExternalId,
        _ => {
            let kind = definitions
                .iter()
                .find(|definition| definition.name == attribute)
                .map_or(AttributeKind::Other(String::new()), |definition| {
                    definition.kind()
                });
            Target::Attribute(attribute.to_owned(), kind)
        }
    }
}

/// The target that has the column's name, letter case, spaces and punctuation aside.
pub(crate) fn by_name(header: &str, definitions: &[Definition]) -> Option<Target> {
    let wanted = normalized(header);
    match wanted.as_str() {
        "" => return None,
        "email" => return Some(Target::Email),
        "name" => return Some(Target::Name),
        "phone" => return Some(Target::Phone),
        "externalid" => return Some(Target::ExternalId),
        _ => {}
    }
    let label = |definition: &Definition| definition.label.as_deref().map(normalized);
    definitions
        .iter()
        .find(|definition| definition.name == header)
        .or_else(|| {
            definitions
                .iter()
                .find(|definition| !definition.found && normalized(&definition.name) == wanted)
        })
        .or_else(|| {
            definitions
                .iter()
                .find(|definition| label(definition).as_deref() == Some(&wanted))
        })
        .map(|definition| named(&definition.name, definitions))
}

/// Letters and digits only, in lower case.
pub(crate) fn normalized(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The attribute that was probably meant.
pub(crate) fn suggest(header: &str, definitions: &[Definition]) -> Option<String> {
    let wanted = normalized(header);
    if let Some(attribute) = suggested(&wanted) {
        return Some(attribute.to_owned());
    }
    let own = ["email", "name", "phone", "externalId"].into_iter();
    own.chain(
        definitions
            .iter()
            .map(|definition| definition.name.as_str()),
    )
    .map(|attribute| (distance(&wanted, &normalized(attribute)), attribute))
    .filter(|(distance, attribute)| *distance <= 1 + attribute.len() / 5)
    .min_by_key(|(distance, _)| *distance)
    .map(|(_, attribute)| attribute.to_owned())
}

/// The fewest letters to insert, remove or replace (Levenshtein).
pub(crate) fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[to.len()]
}
