//! Packs a client in the form in which its language installs packages: a wheel, a gem, a jar or a tarball.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::generate::MARK;
use super::language::Language;
use super::program;
use super::workbench::Workbench;
use crate::generator::Failure;
use crate::util::{archive, folder};

/// Packs the client that stands in `client` into the folder `to`.
pub fn pack(language: Language, version: &str, client: &Path, to: &Path) -> Result<(), Failure> {
    let bench = Workbench::new(&format!("pack-{}", language.name()))?;
    bench.bring(client, "client")?;
    fs::remove_file(bench.path("client").join(MARK))?;
    let built = match language {
        Language::TypescriptAxios | Language::TypescriptFetch => node(&bench)?,
        Language::Python => python(&bench)?,
        Language::Java => java(&bench)?,
        Language::Go => go(&bench, language, version)?,
        Language::Ruby => ruby(&bench)?,
        Language::Php => php(&bench, language, version)?,
    };
    let package = find(language, &built)?;
    fs::create_dir_all(to)?;
    fs::copy(&package, to.join(package.file_name().unwrap_or_default()))?;
    Ok(())
}

/// The language's package in a folder of packages.
pub fn find(language: Language, folder: &Path) -> Result<PathBuf, Failure> {
    let (begin, end) = language.package();
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut found = Vec::new();
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.starts_with(begin) && name.ends_with(end) {
            found.push(folder.join(name));
        }
    }
    match found.as_slice() {
        [package] => Ok(package.clone()),
        _ => {
            let (folder, count) = (folder.display(), found.len());
            Err(format!("{folder} has {count} packages named {begin}…{end}, not one").into())
        }
    }
}

fn node(bench: &Workbench) -> Result<PathBuf, Failure> {
    bench.npm_install("client")?;
    bench.run("client", "npm", "run --silent build")?;
    bench.run("client", "npm", "pack --ignore-scripts --silent")?;
    Ok(bench.path("client"))
}

fn python(bench: &Workbench) -> Result<PathBuf, Failure> {
    bench.run(
        "client",
        "python3",
        "-m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir built .",
    )?;
    Ok(bench.path("client/built"))
}

fn java(bench: &Workbench) -> Result<PathBuf, Failure> {
    bench.maven("client", &["package"])?;
    Ok(bench.path("client/target"))
}

fn go(bench: &Workbench, language: Language, version: &str) -> Result<PathBuf, Failure> {
    bench.run("client", "go", "vet ./...")?;
    tarball(bench, language, version)
}

fn ruby(bench: &Workbench) -> Result<PathBuf, Failure> {
    bench.run("client", "gem", "build --quiet drift_contacts.gemspec")?;
    Ok(bench.path("client"))
}

fn php(bench: &Workbench, language: Language, version: &str) -> Result<PathBuf, Failure> {
    for file in folder::files_below(&bench.path("client/lib"))? {
        program::run(Command::new("php").arg("--syntax-check").arg(file))?;
    }
    tarball(bench, language, version)
}

/// The client as it is, in one folder.
fn tarball(bench: &Workbench, language: Language, version: &str) -> Result<PathBuf, Failure> {
    let (begin, end) = language.package();
    let name = format!("{begin}{version}");
    let built = bench.path("built");
    fs::create_dir(&built)?;
    archive::write(
        &bench.path("client"),
        &name,
        &built.join(format!("{name}{end}")),
    )?;
    Ok(built)
}

#[cfg(test)]
mod tests {
    use super::{Language, find};
    use crate::util::workspace;

    const NAMES: [&str; 7] = [
        "drift-contacts-axios-0.1.0.tgz",
        "drift-contacts-fetch-0.1.0.tgz",
        "drift_contacts-0.1.0-py3-none-any.whl",
        "drift-contacts-0.1.0.jar",
        "drift-contacts-go-0.1.0.tar.gz",
        "drift_contacts-0.1.0.gem",
        "drift-contacts-php-0.1.0.tar.gz",
    ];

    #[test]
    fn each_language_finds_its_own_package() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        for name in NAMES {
            workspace::write(&folder.path().join(name), "").expect("a file can be written");
        }
        for (language, name) in Language::ALL.into_iter().zip(NAMES) {
            let found = find(language, folder.path()).expect(name);
            assert!(found.ends_with(name), "{}", found.display());
        }
    }

    #[test]
    fn no_package_and_two_of_them_are_errors_that_say_so() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let add = |name: &str| {
            workspace::write(&folder.path().join(name), "").expect("a file can be written");
        };
        let error = || {
            let found = find(Language::Ruby, folder.path());
            found
                .err()
                .map(|error| error.to_string())
                .unwrap_or_default()
        };
        assert!(error().contains("0 packages"), "{}", error());
        add("drift_contacts-1.gem");
        assert_eq!(error(), "");
        add("drift_contacts-2.gem");
        assert!(error().contains("2 packages"), "{}", error());
    }
}
