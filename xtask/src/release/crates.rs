//! The crates as a registry takes them.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::generator::Failure;
use crate::util::json::elements;
use crate::util::{cargo, tool};

/// Packs every crate that may be published. That they build is for `cargo xtask package` and the tests to say.
pub fn pack(dist: &Path) -> Result<(), Failure> {
    let metadata = cargo::metadata()?;
    let crates = published(&metadata);
    let mut arguments = vec!["package", "--quiet", "--no-verify", "--allow-dirty"];
    for (name, _) in &crates {
        arguments.extend(["--package", name]);
    }
    cargo::run_quietly(&arguments, &[])?;
    let folder = dist.join("crates");
    fs::create_dir(&folder)?;
    for (name, version) in &crates {
        let file = format!("{name}-{version}.crate");
        fs::copy(
            tool::target().join("package").join(&file),
            folder.join(&file),
        )?;
    }
    Ok(())
}

/// The names and versions of what does not say `publish = false`.
fn published(metadata: &Value) -> Vec<(&str, &str)> {
    let packages = elements(&metadata["packages"]).filter(|package| package["publish"].is_null());
    packages
        .filter_map(|package| Some((package["name"].as_str()?, package["version"].as_str()?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::published;
    use serde_json::json;

    #[test]
    fn what_is_not_for_publishing_stays_here() {
        let metadata = json!({ "packages": [
            { "name": "a", "version": "0.1.0", "publish": null },
            { "name": "b", "version": "0.1.0", "publish": [] },
        ] });
        assert_eq!(published(&metadata), [("a", "0.1.0")]);
    }
}
