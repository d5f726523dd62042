//! Makes `codegen.rs` in `OUT_DIR`: generated from the contract, or, without the feature `generate`, taken from
//! the snapshot of the same generation.

use std::{env, error::Error, fs, path::PathBuf};

#[cfg(feature = "generate")]
mod generator;

fn main() -> Result<(), Box<dyn Error>> {
    let contract = contract()?;
    println!("cargo::rerun-if-changed={}", contract.display());
    println!("cargo::rustc-env=DRIFT_CONTRACT={}", contract.display());
    let out = PathBuf::from(env::var("OUT_DIR")?).join("codegen.rs");
    fs::write(out, code(&contract)?)?;
    Ok(())
}

/// In the repository the contract stands at the top, and a copy travels in the packed crate.
/// cargo puts `Cargo.toml.orig` into what it packs, so a neighbour's `openapi` folder is never taken for ours.
fn contract() -> Result<PathBuf, Box<dyn Error>> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let source = here.join("../../openapi/contacts.yaml");
    if source.exists() && !here.join("Cargo.toml.orig").exists() {
        return Ok(source);
    }
    Ok(here.join("openapi/contacts.yaml"))
}

#[cfg(feature = "generate")]
fn code(contract: &PathBuf) -> Result<String, Box<dyn Error>> {
    for path in [
        "generator/mod.rs",
        "generator/nullable.rs",
        "generator/post_process_calls.rs",
        "generator/post_process_types.rs",
        "generator/yaml.rs",
    ] {
        println!("cargo::rerun-if-changed={path}");
    }
    let yaml = fs::read_to_string(contract)?;
    let parsed =
        generator::parse(&yaml).map_err(|error| format!("{}: {error}", contract.display()))?;
    generator::client(&parsed)
}

#[cfg(not(feature = "generate"))]
fn code(_: &PathBuf) -> Result<String, Box<dyn Error>> {
    const SNAPSHOT: &str = "tests/snapshots/generated_code__client.snap";
    println!("cargo::rerun-if-changed={SNAPSHOT}");
    let snapshot = fs::read_to_string(SNAPSHOT)?;
    let (_, code) = snapshot
        .split_once("\n---\n")
        .ok_or_else(|| format!("{SNAPSHOT} is no insta snapshot"))?;
    Ok(code.to_owned())
}
