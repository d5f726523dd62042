//! The typed mocks: what the generator makes, with three of its faults fixed.

use serde_json::Value;

use crate::generator::{self, Failure};

/// The text of `generated.rs` of the crate `drift-sdk-httpmock`.
pub fn of(contract: &Value, yaml: &str) -> Result<String, Failure> {
    let code = generator::httpmock(contract)?;
    let code = with_numbers_in_paths(&with_repeated_parameters(&code), contract);
    let code = with_forms(&code, contract);
    let fingerprint = fingerprint(yaml);
    Ok(format!(
        "//! Typed mocks, written by `cargo xtask generate`.\n\n\
         /// FNV-1a of the contract that these mocks were made from.\n\
         pub const FINGERPRINT: u64 = {fingerprint:#018x};\n\n{code}"
    ))
}

/// The mocks are checked in and the client is made at build time: by this their test knows whether both are of one
/// contract.
fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

/// A list in a query is one parameter for each element; the generator asks a list for its text, which it has not.
fn with_repeated_parameters(code: &str) -> String {
    let mut list = false;
    let mut lines = Vec::new();
    for line in code.lines() {
        if line.contains("fn ") {
            list = false;
        }
        list |= line.trim_start().starts_with("T: Into<Option<") && line.contains("::vec::Vec<");
        lines.push(if list {
            repeated(line)
        } else {
            line.to_owned()
        });
    }
    lines.join("\n") + "\n"
}

fn repeated(line: &str) -> String {
    line.replace(
        "Self(self.0.query_param(",
        "Self(value.iter().fold(self.0, |when, value| when.query_param(",
    )
    .replace(", value.to_string()))", ", value.to_string())))")
}

/// A form is matched by its members; the generator expects JSON of it.
fn with_forms(code: &str, contract: &Value) -> String {
    let mut code = code.to_owned();
    for name in form_types(contract) {
        let matcher = format!("value: &types::{name}) -> Self {{\n            Self(self.0.");
        code = code.replace(
            &format!("{matcher}json_body_obj(value))"),
            &format!("{matcher}and(crate::form(value)))"),
        );
    }
    code
}

/// The types that are sent as forms.
fn form_types(contract: &Value) -> impl Iterator<Item = &str> {
    let paths = contract["paths"].as_object().into_iter().flatten();
    let operations = paths.flat_map(|(_, item)| item.as_object().into_iter().flatten());
    operations.filter_map(|(_, operation)| {
        let media = &operation["requestBody"]["content"]["application/x-www-form-urlencoded"];
        media["schema"]["$ref"].as_str()?.rsplit('/').next()
    })
}

/// `/contacts/{contactId}` must not take `/contacts/attributes`, so a parameter that is a number takes digits only.
fn with_numbers_in_paths(code: &str, contract: &Value) -> String {
    let mut code = code.to_owned();
    for path in number_paths(contract) {
        let any = pattern(path, "[^/]*");
        code = code.replace(&any, &pattern(path, "[0-9]+"));
    }
    code
}

/// The paths whose parameters are all integers.
fn number_paths(contract: &Value) -> impl Iterator<Item = &str> {
    let paths = contract["paths"].as_object().into_iter().flatten();
    paths
        .filter(|(path, item)| path.contains('{') && all_integers(contract, item))
        .map(|(path, _)| path.as_str())
}

fn all_integers(contract: &Value, item: &Value) -> bool {
    let parameters = item["parameters"].as_array().map_or(&[][..], Vec::as_slice);
    parameters.iter().all(|parameter| {
        let target = parameter["$ref"]
            .as_str()
            .and_then(|reference| contract.pointer(reference.strip_prefix('#')?));
        target.unwrap_or(parameter)["schema"]["type"] == "integer"
    })
}

fn pattern(path: &str, parameter: &str) -> String {
    let segments = path.split('/').map(|segment| {
        if segment.starts_with('{') {
            parameter
        } else {
            segment
        }
    });
    format!("\"^{}$\"", segments.collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::{with_forms, with_numbers_in_paths, with_repeated_parameters};
    use serde_json::json;

    #[test]
    fn a_list_becomes_one_parameter_for_each_element() {
        let code = "fn id() {\nT: Into<Option<&'a ::std::vec::Vec<String>>>,\nSelf(self.0.query_param(\"id\", value.to_string()))\n}\nfn email() {\nSelf(self.0.query_param(\"email\", value.to_string()))\n";
        let fixed = with_repeated_parameters(code);
        assert!(fixed.contains("Self(value.iter().fold(self.0, |when, value| when.query_param(\"id\", value.to_string())))"));
        assert!(fixed.contains("Self(self.0.query_param(\"email\", value.to_string()))"));
    }

    #[test]
    fn only_a_form_is_matched_by_its_members() {
        let form = json!({ "schema": { "$ref": "#/components/schemas/A" } });
        let content = json!({ "application/x-www-form-urlencoded": form });
        let operation = json!({ "requestBody": { "content": content } });
        let contract = json!({ "paths": { "/a": { "post": operation } } });
        let method = |name: &str, matcher: &str| {
            format!("value: &types::{name}) -> Self {{\n            Self(self.0.{matcher}(value))")
        };
        let code = method("A", "json_body_obj") + &method("B", "json_body_obj");
        let fixed = with_forms(&code, &contract);
        assert!(
            fixed.contains("Self(self.0.and(crate::form(value)))"),
            "{fixed}"
        );
        assert!(fixed.ends_with(&method("B", "json_body_obj")), "{fixed}");
    }

    #[test]
    fn only_a_path_with_numbers_takes_digits_only() {
        let contract = json!({ "paths": {
            "/n/{id}": { "parameters": [{ "schema": { "type": "integer" } }] },
            "/s/{id}": { "parameters": [{ "schema": { "type": "string" } }] },
        } });
        let fixed = with_numbers_in_paths(r#""^/n/[^/]*$" "^/s/[^/]*$""#, &contract);
        assert_eq!(fixed, r#""^/n/[0-9]+$" "^/s/[^/]*$""#);
    }
}
