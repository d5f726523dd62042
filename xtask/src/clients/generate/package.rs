//! The package around a client: manifest, licence and README, ours and not the generator's.

use std::fs;
use std::path::{Path, PathBuf};

use super::contract::{Contract, Operation};
use crate::clients::language::Language;
use crate::generator::Failure;
use crate::util::workspace;

/// Stands in a folder that a run of ours has written, so that the next may empty it.
const MARK: &str = ".drift-codegen";

/// The texts with `{{…}}` in them, a folder for each language.
const TEMPLATES: &str = "xtask/src/clients/generate/packages";

/// The small program that each README shows, and that the verification runs.
const DRIVERS: &str = "tests/clients";

const LICENSES: [&str; 2] = ["LICENSE-APACHE", "LICENSE-MIT"];

/// Empties a folder of an earlier run. Any other folder that holds something is left alone, and an error.
pub fn clear(folder: &Path) -> Result<(), Failure> {
    let used = folder.exists() && fs::read_dir(folder)?.next().is_some();
    if used && !folder.join(MARK).exists() {
        let folder = folder.display();
        return Err(format!(
            "{folder} holds files that are not of this command; give another --out"
        )
        .into());
    }
    if used {
        fs::remove_dir_all(folder)?;
    }
    workspace::write(
        &folder.join(MARK),
        "Written by `cargo xtask codegen`, which also empties this folder.\n",
    )
}

/// Writes the files around the code.
pub fn write(language: Language, contract: &Contract, folder: &Path) -> Result<(), Failure> {
    let root = workspace::root();
    let values = values(language, contract)?;
    let templates = root.join(TEMPLATES).join(language.name());
    for file in files(&templates)? {
        let text = fill(&workspace::read(&templates.join(&file))?, &values)
            .map_err(|error| format!("{}: {error}", file.display()))?;
        workspace::write(&folder.join(&file), &text)?;
    }
    for license in LICENSES {
        let text = workspace::read(&root.join(license))?;
        workspace::write(&folder.join(license), &text)?;
    }
    Ok(())
}

/// The files directly in a folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        names.push(PathBuf::from(entry?.file_name()));
    }
    names.sort();
    Ok(names)
}

type Values = Vec<(&'static str, String)>;

fn values(language: Language, contract: &Contract) -> Result<Values, Failure> {
    let licenses: Vec<&str> = contract.license.split(" OR ").collect();
    Ok(vec![
        ("version", contract.version.clone()),
        ("license", contract.license.clone()),
        ("licenses", licenses.join(" ")),
        ("licenses:json", format!("\"{}\"", licenses.join("\", \""))),
        ("summary", contract.summary()),
        ("description", contract.description.clone()),
        ("homepage", contract.homepage.clone()),
        ("operations", operations(language, &contract.operations)),
        ("example", example(language)?),
    ])
}

fn example(language: Language) -> Result<String, Failure> {
    let path = workspace::root()
        .join(DRIVERS)
        .join(language.name())
        .join(language.example());
    Ok(workspace::read(&path)?.trim_end().to_owned())
}

fn operations(language: Language, operations: &[Operation]) -> String {
    let mut lines = vec![
        "| Call | Of | HTTP | What it does |".to_owned(),
        "| --- | --- | --- | --- |".to_owned(),
    ];
    for operation in operations {
        lines.push(format!(
            "| `{}` | `{}` | `{} {}` | {} |",
            language.call(&operation.id),
            language.class(&operation.tag),
            operation.method,
            operation.path,
            operation.summary
        ));
    }
    lines.join("\n")
}

/// Puts the values in; a name that has none is an error.
fn fill(template: &str, values: &Values) -> Result<String, Failure> {
    let mut text = template.to_owned();
    for (name, value) in values {
        text = text.replace(&format!("{{{{{name}}}}}"), value);
    }
    match text.split_once("{{") {
        Some((_, rest)) => {
            let name: String = rest.chars().take_while(|c| *c != '}').collect();
            Err(format!("there is no value for {{{{{name}}}}}").into())
        }
        None => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::{MARK, clear, fill};
    use crate::util::workspace;

    #[test]
    fn values_are_filled_in() {
        let values = vec![("version", "1.2.3".to_owned())];
        assert_eq!(
            fill("v{{version}}.", &values).ok().as_deref(),
            Some("v1.2.3.")
        );
    }

    #[test]
    fn a_value_that_is_missing_is_an_error_that_names_it() {
        let error = fill("{{nothing}}", &Vec::new()).expect_err("there is none");
        assert!(error.to_string().contains("{{nothing}}"), "{error}");
    }

    #[test]
    fn only_a_folder_of_our_own_is_emptied() {
        let folder = std::env::temp_dir().join(format!("drift-codegen-{}", std::process::id()));
        workspace::write(&folder.join("theirs"), "").expect("it is written");
        assert!(clear(&folder).is_err());
        assert!(folder.join("theirs").exists());

        workspace::write(&folder.join(MARK), "").expect("it is written");
        clear(&folder).expect("it is ours");
        assert!(!folder.join("theirs").exists());
        std::fs::remove_dir_all(&folder).expect("it is removed");
    }
}
