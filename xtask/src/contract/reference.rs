//! `cargo xtask reference`: the API reference as one page, drawn by Redoc, with the hand-written programs of `examples/`
//! beside the call that they make.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{CONTRACT, redocly};
use crate::generator::{self, Failure};
use crate::util::{folder, tool, workspace};

/// What the programs call.
const CREATE: &str = "/paths/~1contacts/post";

/// The language as Redoc names it, the label of the sample, and the program.
const SAMPLES: [(&str, &str, &str); 6] = [
    ("Shell", "curl", "examples/curl.sh"),
    ("HTTP", "Raw HTTP", "examples/http/create_contact.http"),
    ("JavaScript", "axios", "examples/axios/create_contact.js"),
    ("Java", "OkHttp", "examples/okhttp/CreateContact.java"),
    ("Python", "requests", "examples/requests/create_contact.py"),
    ("Ruby", "net/http", "examples/net_http.rb"),
];

/// Builds the page and prints where it is.
pub fn run() -> Result<(), Failure> {
    let folder = folder::emptied(tool::target().join("reference"))?;
    println!("{}", build(&folder)?.display());
    Ok(())
}

/// Writes `api.html` into the folder.
pub fn build(folder: &Path) -> Result<PathBuf, Failure> {
    let root = workspace::root();
    let contract = generator::parse(&workspace::read(&root.join(CONTRACT))?)?;
    let input = tool::folder("reference")?.join("contacts.json");
    fs::write(&input, with_samples(contract, &root)?.to_string())?;
    let page = folder.join("api.html");
    redocly::build_page(&input, &page)?;
    Ok(page)
}

fn with_samples(mut contract: Value, root: &Path) -> Result<Value, Failure> {
    let mut samples = Vec::new();
    for (language, label, path) in SAMPLES {
        let source = workspace::read(&root.join(path))?;
        samples.push(json!({ "lang": language, "label": label, "source": source }));
    }
    let create = contract
        .pointer_mut(CREATE)
        .ok_or_else(|| format!("{CONTRACT} has nothing at {CREATE}"))?;
    create["x-codeSamples"] = samples.into();
    Ok(contract)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{CREATE, SAMPLES, with_samples};
    use crate::util::workspace;

    #[test]
    fn every_program_stands_beside_the_create() {
        let contract = json!({ "paths": { "/contacts": { "post": {} } } });
        let contract = with_samples(contract, &workspace::root()).expect("the programs are there");
        let samples = &contract.pointer(CREATE).expect("it stays")["x-codeSamples"];
        assert_eq!(samples.as_array().map(Vec::len), Some(SAMPLES.len()));
        assert!(samples[0]["source"].to_string().contains("curl"));
    }

    #[test]
    fn a_contract_without_the_create_is_an_error() {
        let error = with_samples(json!({}), &workspace::root()).expect_err("no create");
        assert!(error.to_string().contains(CREATE), "{error}");
    }
}
