//! Everything that is made from the texts of the contract and of its overlay alone, in memory.

use super::{CONTRACT, every_type, gateway, httpmock};
use crate::generator::{self, Failure};

/// A file that is made from the contract.
pub struct Artifact {
    /// Where it stands, from the root of the repository.
    pub path: &'static str,
    /// What stands in it.
    pub text: String,
}

/// All of them.
pub fn of(yaml: &str, overlay: &str) -> Result<Vec<Artifact>, Failure> {
    let yaml = yaml.replace("\r\n", "\n");
    let contract = generator::parse(&yaml).map_err(|error| format!("{CONTRACT}: {error}"))?;
    let client = generator::client(&contract).map_err(|error| format!("{CONTRACT}: {error}"))?;
    let made = [
        ("openapi/contacts.json", json(&yaml)?),
        (
            gateway::CONTRACT,
            serde_json::to_string_pretty(&gateway::contract(&contract, overlay)?)? + "\n",
        ),
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
        ("crates/drift-emulator/openapi/contacts.yaml", yaml.clone()),
        ("crates/drift-sdk/openapi/contacts.yaml", yaml),
    ];
    Ok(made
        .into_iter()
        .map(|(path, text)| Artifact { path, text })
        .collect())
}

/// For tools that read no YAML, in the order of the YAML: what people read keeps the order in which it was written.
fn json(yaml: &str) -> Result<String, Failure> {
    let mut json = serde_json::Serializer::pretty(Vec::new());
    serde_saphyr::with_deserializer_from_str(yaml, |reader| {
        serde_transcode::transcode(reader, &mut json).map_err(serde::de::Error::custom)
    })?;
    Ok(String::from_utf8(json.into_inner())? + "\n")
}

/// As insta keeps it, so that the test `generated_code` and `build.rs` without the feature `generate` read it.
fn snapshot(client: &str) -> String {
    format!(
        "---\nsource: crates/drift-sdk/tests/generated_code.rs\nexpression: CODE\n---\n{}\n",
        client.trim_end()
    )
}

#[cfg(test)]
mod tests {
    use super::{Artifact, json, of};
    use crate::generator;

    const YAML: &str = include_str!("../../../openapi/contacts.yaml");
    const OVERLAY: &str = include_str!("../../../openapi/gateway.overlay.yaml");
    const TYPES: &str = "crates/drift-sdk/tests/schema_loop/every_type.rs";

    /// A change of the contract: what is replaced by what, and the artifacts that have nothing to do with it.
    struct Change {
        from: &'static str,
        to: &'static str,
        untouched: &'static [&'static str],
    }

    const MEMBER: &str = "        color:\n          type: string\n          nullable: true\n          description: Its color.\n";

    /// The list of types names them, and nothing that is in them.
    const CHANGES: [Change; 7] = [
        Change {
            from: "        last_active:\n",
            to: "        zodiac: { type: string, nullable: true, description: The sign. }\n        last_active:\n",
            untouched: &[TYPES],
        },
        Change {
            from: MEMBER,
            to: "",
            untouched: &[TYPES],
        },
        Change {
            from: "        color:\n",
            to: "        shade:\n",
            untouched: &[TYPES],
        },
        Change {
            from: "        color:\n          type: string\n",
            to: "        color:\n          type: boolean\n",
            untouched: &[TYPES],
        },
        Change {
            from: "description: Its color.\n",
            to: "description: Its shade.\n",
            untouched: &[TYPES],
        },
        Change {
            from: "operationId: getContact\n",
            to: "operationId: readContact\n",
            untouched: &[TYPES],
        },
        Change {
            from: "    ContactTag:\n",
            to: "    Zodiac:\n      type: object\n      description: A sign.\n      properties:\n        name: { type: string, description: Its name. }\n    ContactTag:\n",
            untouched: &[],
        },
    ];

    fn made(yaml: &str) -> Vec<Artifact> {
        of(yaml, OVERLAY).expect("the contract is whole")
    }

    #[test]
    fn a_change_of_the_contract_reaches_everything_that_is_made_of_it() {
        let before = made(YAML);
        for change in &CHANGES {
            let yaml = YAML.replace(change.from, change.to);
            assert_ne!(yaml, YAML, "the contract has no {:?}", change.from);
            let after = made(&yaml);
            let same = before.iter().zip(&after);
            let same = same.filter(|(before, after)| before.text == after.text);
            let paths: Vec<&str> = same.map(|(before, _)| before.path).collect();
            assert_eq!(
                paths, change.untouched,
                "{:?} to {:?}",
                change.from, change.to
            );
        }
    }

    #[test]
    fn the_json_is_what_the_generator_reads_in_the_order_of_the_yaml() {
        let json = json(YAML).expect("it is YAML");
        let read = generator::parse(YAML).expect("it is YAML");
        assert_eq!(serde_json::from_str(&json).ok(), Some(read));
        assert!(json.find("\"openapi\"") < json.find("\"info\""));
        assert!(json.find("\"paths\"") < json.find("\"components\""));
    }
}
