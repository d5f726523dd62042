//! The package around a client: manifest, licence and README, ours and not the generator's.

use std::fs;
use std::path::Path;

use super::contract::{Contract, Operation};
use crate::clients::language::Language;
use crate::generator::Failure;
use crate::util::{folder, workspace};

/// Stands in a folder that a run of ours has written, so that the next may empty it.
pub const MARK: &str = ".drift-codegen";

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
pub fn write(language: Language, contract: &Contract, to: &Path) -> Result<(), Failure> {
    let root = workspace::root();
    let values = values(language, contract)?;
    let templates = root.join(TEMPLATES).join(language.name());
    for template in folder::files_below(&templates)? {
        let text = fill(&workspace::read(&template)?, &values)
            .map_err(|error| format!("{}: {error}", template.display()))?;
        workspace::write(&to.join(template.strip_prefix(&templates)?), &text)?;
    }
    for license in LICENSES {
        let text = workspace::read(&root.join(license))?;
        workspace::write(&to.join(license), &text)?;
    }
    Ok(())
}

/// A name that has no value takes the line of the manifest that needs it away.
type Values = Vec<(&'static str, Option<String>)>;

fn values(language: Language, contract: &Contract) -> Result<Values, Failure> {
    let licenses: Vec<&str> = contract.license.split(" OR ").collect();
    let given = [
        ("version", contract.version.clone()),
        ("license", contract.license.clone()),
        ("licenses", licenses.join(" ")),
        ("licenses:json", format!("\"{}\"", licenses.join("\", \""))),
        ("summary", contract.summary()),
        ("description", contract.description.clone()),
        ("homepage", contract.homepage.clone()),
        ("author", contract.author.clone()),
        ("operations", operations(language, &contract.operations)),
        ("example", example(language)?),
    ];
    let mut values: Values = given.map(|(name, value)| (name, Some(value))).into();
    values.push(("repository", contract.repository.clone()));
    Ok(values)
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

/// Puts the values in; a name that is not known is an error.
fn fill(template: &str, values: &Values) -> Result<String, Failure> {
    let mut text = template.to_owned();
    for (name, value) in values {
        let name = format!("{{{{{name}}}}}");
        text = match value {
            Some(value) => text.replace(&name, value),
            None => without_lines(&text, &name),
        };
    }
    match text.split_once("{{") {
        Some((_, rest)) => {
            let name: String = rest.chars().take_while(|c| *c != '}').collect();
            Err(format!("there is no value for {{{{{name}}}}}").into())
        }
        None => Ok(text),
    }
}

fn without_lines(text: &str, name: &str) -> String {
    let lines = text.split_inclusive('\n');
    lines.filter(|line| !line.contains(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::{MARK, clear, fill};
    use crate::util::workspace;

    #[test]
    fn values_are_filled_in() {
        let values = vec![("version", Some("1.2.3".to_owned()))];
        assert_eq!(
            fill("v{{version}}.", &values).ok().as_deref(),
            Some("v1.2.3.")
        );
    }

    #[test]
    fn a_line_without_its_value_is_left_out() {
        let values = vec![("repository", None)];
        let template = "{\n  \"source\": \"{{repository}}\",\n  \"main\": 1\n}\n";
        assert_eq!(
            fill(template, &values).ok().as_deref(),
            Some("{\n  \"main\": 1\n}\n")
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
