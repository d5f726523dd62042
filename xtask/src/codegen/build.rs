//! Builds a client and its driver in a folder of their own, as a user of the language would.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::language::Language;
use super::{program, scenario};
use crate::generator::Failure;
use crate::tool;

/// A client that is built, with the programs that use it.
pub struct Built {
    language: Language,
    folder: PathBuf,
}

/// Builds the client that stands in `client`, and the programs of `tests/clients` for it.
pub fn build(language: Language, client: &Path) -> Result<Built, Failure> {
    let folder = tool::folder(&format!("verify-{}", language.name()))?;
    fs::remove_dir_all(&folder)?;
    copy(client, &folder.join("package"))?;
    copy(
        &scenario::folder().join(language.name()),
        &folder.join("driver"),
    )?;
    let built = Built { language, folder };
    match language {
        Language::TypescriptAxios | Language::TypescriptFetch => built.node(),
        Language::Python => built.python(),
        Language::Java => built.java(),
        Language::Go => built.go(),
        Language::Ruby => built.ruby(),
        Language::Php => built.php(),
    }?;
    Ok(built)
}

impl Built {
    /// The program that reads calls on standard input and prints what each gave.
    pub fn driver(&self) -> Command {
        self.program("driver", "Driver")
    }

    /// The program that the README shows.
    pub fn example(&self) -> Command {
        self.program("example", "Example")
    }

    fn program(&self, name: &str, class: &str) -> Command {
        let driver = self.folder.join("driver");
        match self.language {
            Language::TypescriptAxios | Language::TypescriptFetch => {
                command("node", [driver.join(format!("dist/{name}.js"))])
            }
            Language::Python => command(
                self.folder.join("venv/bin/python"),
                [driver.join(format!("{name}.py"))],
            ),
            Language::Java => command(
                "java",
                [
                    "-XX:TieredStopAtLevel=1".as_ref(),
                    "-cp".as_ref(),
                    self.class_path().as_os_str(),
                    class.as_ref(),
                ],
            ),
            Language::Go => Command::new(self.folder.join("bin").join(name)),
            Language::Ruby => self.ruby_with(&[driver.join(format!("{name}.rb")).as_ref()]),
            Language::Php => command("php", [driver.join(format!("{name}.php"))]),
        }
    }

    fn at(&self, folder: &str, program: &str, arguments: &[&str]) -> Result<(), Failure> {
        let mut command = command(program, arguments);
        command.current_dir(self.folder.join(folder));
        program::run(&mut command).map(drop)
    }

    /// Packs the package, and installs the pack beside the driver.
    fn node(&self) -> Result<(), Failure> {
        const INSTALL: &[&str] = &[
            "install",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--loglevel=error",
        ];
        self.at("package", "npm", INSTALL)?;
        self.at("package", "npm", &["run", "--silent", "build"])?;
        self.at("package", "npm", &["pack", "--ignore-scripts", "--silent"])?;
        let pack = the_file(&self.folder.join("package"), "tgz")?;
        fs::rename(pack, self.folder.join("client.tgz"))?;
        self.at("driver", "npm", INSTALL)?;
        self.at("driver", "npm", &["run", "--silent", "build"])
    }

    fn python(&self) -> Result<(), Failure> {
        self.at("", "python3", &["-m", "venv", "venv"])?;
        self.at(
            "",
            "venv/bin/python",
            &[
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "./package",
            ],
        )
    }

    /// One build of both; the driver's own list of modules names the client.
    fn java(&self) -> Result<(), Failure> {
        let repository = tool::folder("maven")?;
        let repository = format!("-Dmaven.repo.local={}", repository.display());
        self.at(
            "driver",
            "mvn",
            &[
                "--quiet",
                "--batch-mode",
                "--no-transfer-progress",
                &repository,
                "package",
            ],
        )
    }

    fn class_path(&self) -> PathBuf {
        let modules = self.folder.join("driver/programs/target");
        let (classes, libraries) = (modules.join("classes"), modules.join("lib/*"));
        PathBuf::from(format!("{}:{}", classes.display(), libraries.display()))
    }

    fn go(&self) -> Result<(), Failure> {
        self.at("package", "go", &["vet", "./..."])?;
        self.at("driver", "go", &["vet", "./..."])?;
        fs::create_dir_all(self.folder.join("bin"))?;
        self.at("driver", "go", &["build", "-o", "../bin/driver", "."])?;
        self.at(
            "driver",
            "go",
            &["build", "-o", "../bin/example", "./example"],
        )
    }

    /// Builds the gem, and installs it into a folder of its own.
    fn ruby(&self) -> Result<(), Failure> {
        self.at(
            "package",
            "gem",
            &[
                "build",
                "--quiet",
                "--output",
                "client.gem",
                "drift_contacts.gemspec",
            ],
        )?;
        self.at(
            "package",
            "gem",
            &[
                "install",
                "--quiet",
                "--local",
                "--no-document",
                "--ignore-dependencies",
                "--install-dir",
                "../gems",
                "client.gem",
            ],
        )
    }

    fn ruby_with(&self, arguments: &[&OsStr]) -> Command {
        let mut ruby = command("ruby", arguments);
        ruby.env(
            "GEM_PATH",
            format!("{}:{}", self.folder.join("gems").display(), DEBIAN_GEMS),
        );
        ruby
    }

    fn php(&self) -> Result<(), Failure> {
        let files = files_below(&self.folder)?;
        for file in files
            .iter()
            .filter(|file| file.extension() == Some(OsStr::new("php")))
        {
            program::run(&mut command(
                "php",
                [OsStr::new("--syntax-check"), file.as_ref()],
            ))?;
        }
        Ok(())
    }
}

/// Where Debian's packages put gems.
const DEBIAN_GEMS: &str = "/usr/share/rubygems-integration/all";

fn command<S: AsRef<OsStr>>(
    program: impl AsRef<OsStr>,
    arguments: impl IntoIterator<Item = S>,
) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

/// The one file with this extension.
fn the_file(folder: &Path, extension: &str) -> Result<PathBuf, Failure> {
    let mut files = files_below(folder)?.into_iter();
    let found = files.find(|file| {
        file.parent() == Some(folder) && file.extension() == Some(OsStr::new(extension))
    });
    found.ok_or_else(|| format!("there is no .{extension} in {}", folder.display()).into())
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    for file in files_below(from)? {
        let target = to.join(file.strip_prefix(from)?);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(&file, &target)?;
    }
    Ok(())
}
