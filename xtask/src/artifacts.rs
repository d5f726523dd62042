//! Everything that is made from the contract's text alone, in memory.

use crate::generator::{self, Failure};
use crate::ordered::Node;
use crate::samples::Sample;
use crate::workspace::CONTRACT;
use crate::{every_type, httpmock, reference};

/// A file that is made from the contract.
pub struct Artifact {
    /// Where it stands, from the root of the repository.
    pub path: &'static str,
    /// What stands in it.
    pub text: String,
}

/// All of them. The samples are shown on the reference page.
pub fn of(yaml: &str, samples: &[Sample]) -> Result<Vec<Artifact>, Failure> {
    let yaml = yaml.replace("\r\n", "\n");
    let contract = generator::parse(&yaml).map_err(|error| format!("{CONTRACT}: {error}"))?;
    let ordered: Node = serde_saphyr::from_str(&yaml)?;
    let client = generator::client(&contract).map_err(|error| format!("{CONTRACT}: {error}"))?;
    let made = [
        ("openapi/contacts.json", json(&ordered)?),
        (
            "crates/drift-sdk/tests/snapshots/generated_code__client.snap",
            snapshot(&client),
        ),
        (
            "crates/drift-sdk/tests/schema_loop/every_type.rs",
            every_type::of(&client)?,
        ),
        (
            "crates/drift-sdk-httpmock/src/generated.rs",
            httpmock::of(&contract, &yaml)?,
        ),
        ("docs/api.html", reference::page(&ordered, samples)?),
        ("crates/drift-emulator/openapi/contacts.yaml", yaml.clone()),
        ("crates/drift-sdk/openapi/contacts.yaml", yaml),
    ];
    Ok(made
        .into_iter()
        .map(|(path, text)| Artifact { path, text })
        .collect())
}

/// For tools that read no YAML, in the order of the YAML.
fn json(contract: &Node) -> Result<String, Failure> {
    Ok(serde_json::to_string_pretty(contract)? + "\n")
}

/// As insta keeps it, so that the test `generated_code` and `build.rs` without the feature `generate` read it.
fn snapshot(client: &str) -> String {
    format!(
        "---\nsource: crates/drift-sdk/tests/generated_code.rs\nexpression: CODE\n---\n{}\n",
        client.trim_end()
    )
}
