//! OpenAPI Generator: installed in one release by its hash, and run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::contract::Contract;
use super::language::Language;
use super::{program, variant};
use crate::generator::Failure;
use crate::{tool, workspace};

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
    let document = if language.wants_map() {
        variant::with_attribute_maps(&contract.document)
    } else {
        contract.document.clone()
    };
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
