//! OpenAPI Generator: installed in one release by its hash, and run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::contract::Contract;
use super::variant;
use crate::clients::language::Language;
use crate::clients::program;
use crate::generator::Failure;
use crate::util::{tool, workspace};

/// Only the wheel with this hash is taken; it carries the generator's jar.
const RELEASE: &str = "7.26.0";
const REQUIREMENT: &str = "openapi-generator-cli==7.26.0 \
    --hash=sha256:e6305fbbf91aa41b3b7fcd8bf2124880ab0bb9e32efad95b3dfe71f9313d856c\n";

/// What the generator writes around the code, in place of which the packages have files of ours, or none.
const NOT_WRITTEN: &str = include_str!("packages/openapi-generator-ignore");

/// Writes what the generator makes of the contract into `folder`.
pub fn generate(language: Language, contract: &Contract, folder: &Path) -> Result<(), Failure> {
    let work = tool::folder("openapi-generator-input")?;
    let input = work.join(format!("{}.json", language.name()));
    let document = document(language, contract);
    workspace::write(&input, &serde_json::to_string_pretty(&document)?)?;
    let ignored = folder.join(".openapi-generator-ignore");
    workspace::write(&ignored, NOT_WRITTEN)?;
    program::run(
        Command::new("java")
            .args(["-XX:TieredStopAtLevel=1", "-jar"])
            .arg(jar()?)
            // Our names of the languages are the generator's own.
            .args(["generate", "--generator-name", language.name()])
            .arg("--input-spec")
            .arg(input)
            .arg("--output")
            .arg(folder)
            .args(["--global-property", "apiTests=false,modelTests=false"])
            .arg("--http-user-agent")
            .arg(format!(
                "drift-contacts-{}/{}",
                language.name(),
                contract.version
            ))
            .arg("--additional-properties")
            .arg(properties(language, contract)),
    )?;
    fs::remove_file(ignored)?;
    fs::remove_dir_all(folder.join(".openapi-generator"))?;
    Ok(())
}

/// The contract as the language's generator takes it.
fn document(language: Language, contract: &Contract) -> Value {
    if language.wants_map() {
        variant::with_attribute_maps(&contract.document)
    } else {
        contract.document.clone()
    }
}

fn properties(language: Language, contract: &Contract) -> String {
    let shared = [
        // Objects are open where the contract says so, and closed nowhere else.
        ("disallowAdditionalPropertiesIfNotPresent", "false"),
        ("hideGenerationTimestamp", "true"),
        (language.version_option(), contract.version.as_str()),
    ];
    let all = shared.iter().chain(language.options());
    let pairs: Vec<String> = all.map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join(",")
}

/// The jar, installed when it is not there yet.
fn jar() -> Result<PathBuf, Failure> {
    let home = tool::folder(&format!("openapi-generator-{RELEASE}"))?;
    let jar = home.join("openapi_generator_cli/openapi-generator.jar");
    if !jar.exists() {
        eprintln!("installing OpenAPI Generator {RELEASE}");
        let requirements = home.join("requirements.txt");
        workspace::write(&requirements, REQUIREMENT)?;
        program::run(
            Command::new("python3")
                .args(["-m", "pip", "install", "--quiet", "--no-deps"])
                .args([
                    "--disable-pip-version-check",
                    "--require-hashes",
                    "--target",
                ])
                .arg(&home)
                .arg("--requirement")
                .arg(requirements),
        )?;
    }
    Ok(jar)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Contract, Language, document, properties};
    use crate::generator;

    fn contract(change: impl FnOnce(&mut Value)) -> Contract {
        let yaml = include_str!("../../../../openapi/contacts.yaml");
        let mut document = generator::parse(yaml).expect("the contract is YAML");
        change(&mut document);
        Contract::of(document, None).expect("the contract is whole")
    }

    /// The description of a new attribute is wherever the attribute is: as a property, or in the words of the map.
    #[test]
    fn a_new_attribute_reaches_every_language() {
        for schema in [
            "ContactAttributes",
            "ContactCreateAttributes",
            "ContactUpdateAttributes",
        ] {
            let place = format!("/components/schemas/{schema}");
            let changed = contract(|document| {
                let attributes = document.pointer_mut(&place).expect("it has attributes");
                attributes["properties"]["zodiac"] =
                    json!({ "type": "string", "description": "The sign." });
            });
            for language in Language::ALL {
                let document = document(language, &changed);
                let given = document
                    .pointer(&place)
                    .map(Value::to_string)
                    .unwrap_or_default();
                assert!(
                    given.contains("zodiac"),
                    "{schema} for {}: {given}",
                    language.name()
                );
                assert!(
                    given.contains("The sign."),
                    "{schema} for {}: {given}",
                    language.name()
                );
            }
        }
    }

    #[test]
    fn a_renamed_operation_and_a_new_type_reach_every_language() {
        let changed = contract(|document| {
            document["paths"]["/contacts/{contactId}"]["get"]["operationId"] = json!("readContact");
            document["components"]["schemas"]["Zodiac"] = json!({ "type": "object" });
        });
        for language in Language::ALL {
            let text = document(language, &changed).to_string();
            for name in ["\"readContact\"", "\"Zodiac\""] {
                assert!(text.contains(name), "{name} for {}", language.name());
            }
        }
    }

    #[test]
    fn a_new_version_reaches_every_language() {
        let changed = contract(|document| document["info"]["version"] = json!("7.8.9"));
        for language in Language::ALL {
            let given = properties(language, &changed);
            let option = format!("{}=7.8.9", language.version_option());
            assert!(given.split(',').any(|pair| pair == option), "{given}");
        }
    }
}
