//! A derived `Debug` prints every field. In `drift` and above, free text may be a person's data or a token, so a type
//! that derives `Debug` holds none: neither text, nor bytes, nor JSON, nor a type generated from the contract. Our own
//! types may stand in it, since they are held to the same rule or hide what they hold by hand.

use syn::spanned::Spanned;
use syn::{Attribute, Fields, Item, Variant};

use super::rust::{each_item, line, parsed};
use super::source::Source;
use crate::util::finding::Finding;

mod free_text;
mod harmless;

use free_text::{free_text, last};
use harmless::HARMLESS;

const TABLE: &str = "xtask/src/tidy/debug/harmless.rs";

const FOLDERS: [&str; 3] = [
    "crates/drift/src/",
    "crates/drift-import/src/",
    "crates/drift-cli/src/",
];

/// Derived `Debug`s that would show what nobody asked to see, and exceptions that nobody needs any more.
pub fn check(sources: &[Source]) -> Vec<Finding> {
    let judged = sources
        .iter()
        .filter(|source| FOLDERS.iter().any(|folder| source.is_rust_in(folder)));
    let shown: Vec<Shown> = judged.flat_map(shown).collect();
    let mut found = unneeded(&shown);
    found.extend(shown.iter().filter_map(fault));
    found
}

/// A type that derives `Debug` and holds free text.
struct Shown {
    path: String,
    name: String,
    line: usize,
    text: String,
}

fn shown(source: &Source) -> Vec<Shown> {
    let mut found = Vec::new();
    if let Some(file) = parsed(source) {
        each_item(&file, &mut |item| {
            found.extend(shown_by(item, &source.path))
        });
    }
    found
}

fn shown_by(item: &Item, path: &str) -> Option<Shown> {
    let (name, attributes, fields) = parts(item)?;
    if !derives_debug(attributes) {
        return None;
    }
    let mut fields = fields.into_iter().flat_map(Fields::iter);
    let (line, text) =
        fields.find_map(|field| Some((line(field.span()), free_text(&field.ty)?)))?;
    Some(Shown {
        path: path.to_owned(),
        name,
        line,
        text,
    })
}

impl Shown {
    fn is(&self, (folder, name, _): &(&str, &str, &str)) -> bool {
        self.path.starts_with(folder) && self.name == *name
    }
}

fn fault(shown: &Shown) -> Option<Finding> {
    if HARMLESS.iter().any(|harmless| shown.is(harmless)) {
        return None;
    }
    let message = format!(
        "`{}` derives Debug and holds `{}`, which may be personal data or a token: leave its Debug out, or write it \
         by hand without the value",
        shown.name, shown.text
    );
    Some(Finding::in_file(&shown.path, shown.line, message))
}

/// An exception that stays behind would one day allow what nobody has looked at.
fn unneeded(shown: &[Shown]) -> Vec<Finding> {
    let unneeded = HARMLESS
        .iter()
        .filter(|harmless| !shown.iter().any(|shown| shown.is(harmless)));
    unneeded
        .map(|(folder, name, _)| {
            let message = format!("`{name}` needs no exception; remove it from {TABLE}");
            Finding::new(*folder, message)
        })
        .collect()
}

/// The name, attributes and fields of a struct or an enum.
fn parts(item: &Item) -> Option<(String, &[Attribute], Vec<&Fields>)> {
    match item {
        Item::Struct(item) => Some((item.ident.to_string(), &item.attrs, vec![&item.fields])),
        Item::Enum(item) => {
            let fields = item.variants.iter().map(|Variant { fields, .. }| fields);
            Some((item.ident.to_string(), &item.attrs, fields.collect()))
        }
        _ => None,
    }
}

fn derives_debug(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let mut found = false;
        if attribute.path().is_ident("derive") {
            // What is no list of traits is the compiler's to refuse.
            let _ = attribute.parse_nested_meta(|derived| {
                found |= last(&derived.path) == "Debug";
                Ok(())
            });
        }
        found
    })
}

#[cfg(test)]
mod tests {
    use super::{HARMLESS, check};
    use crate::tidy::source::of;

    /// The lines that are found in this file.
    fn lines_of(path: &str, text: &str) -> Vec<String> {
        let found = check(&[of(path, text)]);
        let derived = found
            .into_iter()
            .filter(|found| found.message.contains("derives"));
        derived
            .map(|found| found.place.replace(&format!("{path}:"), ""))
            .collect()
    }

    fn lines(text: &str) -> Vec<String> {
        lines_of("crates/drift/src/a.rs", text)
    }

    #[test]
    fn a_derived_debug_holds_no_free_text() {
        for broken in [
            "#[derive(Debug)]\nstruct Token(String);",
            "#[derive(Clone, Debug, PartialEq)]\npub struct A { id: i64, key: [u8; 32] }",
            "#[derive(std::fmt::Debug)]\nenum A { None, Some { email: Option<Box<str>> } }",
            "#[derive(Debug)]\nstruct A { attributes: BTreeMap<u8, serde_json::Value> }",
            "#[derive(Debug)]\nstruct A<'a>(&'a str);",
            "#[derive(Debug)]\nstruct A(drift_sdk::types::Contact);",
            "#[derive(Debug)]\nstruct A { beginning: Vec<u8> }",
            "#[derive(Debug)]\nstruct A(csv::ByteRecord);",
            "fn a() {\n#[derive(Debug)]\nstruct B(Vec<String>); }",
            "mod b {\n#[derive(Debug)]\nstruct C(Arc<Mutex<String>>); }",
        ] {
            assert_eq!(lines(broken).len(), 1, "{broken}");
        }
    }

    #[test]
    fn what_hides_or_holds_none_is_fine() {
        for good in [
            "#[derive(Debug)]\nstruct A { id: i64, contact: Contact, email: Option<Email> }",
            "#[derive(Clone)]\nstruct A(String);",
            "struct A(String);\nimpl std::fmt::Debug for A {}",
            "#[derive(Debug)]\nstruct A { delimiter: u8, waits: Vec<u64> }",
            "#[derive(Debug)]\nstruct A { rule: &'static str, places: &'static [&'static str] }",
            "#[cfg(test)]\nmod tests {\n#[derive(Debug)]\nstruct A(String); }",
        ] {
            assert!(lines(good).is_empty(), "{good}");
        }
    }

    #[test]
    fn the_line_is_the_fields() {
        assert_eq!(
            lines("#[derive(Debug)]\nstruct A {\n    b: u32,\n    c: String,\n}"),
            ["4"]
        );
    }

    #[test]
    fn tools_may_print_what_they_hold() {
        let text = "#[derive(Debug)]\nstruct A(String);";
        assert!(lines_of("xtask/src/a.rs", text).is_empty());
    }

    #[test]
    fn an_exception_is_for_one_crate_and_goes_with_its_type() {
        let text = "#[derive(Debug)]\nenum Error { Input(String) }";
        let (folder, name, _) = HARMLESS
            .iter()
            .find(|row| row.1 == "Error")
            .expect("it has one");
        let path = format!("{folder}error.rs");
        assert!(lines_of(&path, text).is_empty());
        assert_eq!(lines(text).len(), 1);
        let found = check(&[of(&path, "enum Error {}")]);
        assert!(
            found
                .iter()
                .any(|found| found.place.starts_with(folder) && found.message.contains(name)),
            "{found:?}"
        );
    }
}
