//! Everything that is made from the contract's text alone, in memory.

use serde_json::Value;

use crate::generator::{self, Failure};
use crate::workspace::CONTRACT;
use crate::{every_type, httpmock};

/// A file that is made from the contract.
pub struct Artifact {
    /// Where it stands, from the root of the repository.
    pub path: &'static str,
    /// What stands in it.
    pub text: String,
}

/// All of them.
pub fn of(yaml: &str) -> Result<Vec<Artifact>, Failure> {
    let yaml = yaml.replace("\r\n", "\n");
    let contract = generator::parse(&yaml).map_err(|error| format!("{CONTRACT}: {error}"))?;
    let client = generator::client(&contract).map_err(|error| format!("{CONTRACT}: {error}"))?;
    Ok(vec![
        Artifact {
            path: "openapi/contacts.json",
            text: json(&contract)?,
        },
        Artifact {
            path: "crates/drift-sdk/tests/snapshots/generated_code__client.snap",
            text: snapshot(&client),
        },
        Artifact {
            path: "crates/drift-sdk/tests/schema_loop/every_type.rs",
            text: every_type::of(&client)?,
        },
        Artifact {
            path: "crates/drift-sdk-httpmock/src/generated.rs",
            text: httpmock::of(&contract)?,
        },
        Artifact {
            path: "crates/drift-sdk/openapi/contacts.yaml",
            text: yaml,
        },
    ])
}

/// For tools that read no YAML. Keys come sorted.
fn json(contract: &Value) -> Result<String, Failure> {
    Ok(serde_json::to_string_pretty(contract)? + "\n")
}

/// As insta keeps it, so that the test `generated_code` and `build.rs` without the feature `generate` read it.
fn snapshot(client: &str) -> String {
    format!(
        "---\nsource: crates/drift-sdk/tests/generated_code.rs\nexpression: CODE\n---\n{}\n",
        client.trim_end()
    )
}
