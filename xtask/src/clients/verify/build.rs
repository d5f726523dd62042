//! Installs a client's package in a folder of its own, and builds its driver there, as a user of the language would.
//! Of the client it sees the package and nothing else.

use std::path::Path;
use std::process::Command;

use super::scenario;
use crate::clients::language::Language;
use crate::clients::workbench::Workbench;
use crate::generator::Failure;

const EXAMPLE: &str = "example";
/// The type checker of Python.
const MYPY: &str = "mypy==2.4.1";

/// A client that is installed, with the programs that use it.
pub struct Built {
    language: Language,
    bench: Workbench,
}

/// Installs the package, and builds the programs of `tests/clients` for it.
pub fn build(language: Language, package: &Path) -> Result<Built, Failure> {
    let bench = Workbench::new(&format!("verify-{}", language.name()))?;
    let drivers = [Some(language.name()), language.shared_driver()];
    for driver in drivers.into_iter().flatten() {
        bench.bring(&scenario::folder().join(driver), "driver")?;
    }
    let name = package.file_name().unwrap_or_default().to_string_lossy();
    bench.bring(package, &name)?;
    match language {
        Language::TypescriptAxios | Language::TypescriptFetch => node(&bench, &name),
        Language::Python => python(&bench, &name),
        Language::Java => java(&bench, &name),
        Language::Go => go(&bench, &name),
        Language::Ruby => ruby(&bench, &name),
        Language::Php => bench.unpack(&name, "client"),
    }?;
    Ok(Built { language, bench })
}

impl Built {
    /// The program that reads calls on standard input and prints what each gave.
    pub fn driver(&self) -> Command {
        self.program("driver", "Driver")
    }

    /// The program that the README shows.
    pub fn example(&self) -> Command {
        self.program(EXAMPLE, "Example")
    }

    /// The program that holds the language's decisions to the tables in a folder, where there is one.
    pub fn decisions(&self, tables: &Path) -> Option<Command> {
        let mut program = match self.language {
            Language::Python | Language::TypescriptFetch => self.program("vectors", ""),
            _ => return None,
        };
        program.arg(tables);
        Some(program)
    }

    fn program(&self, name: &str, class: &str) -> Command {
        let bench = &self.bench;
        match self.language {
            // The package's ES module is used by the example, its CommonJS one by the driver.
            Language::TypescriptAxios | Language::TypescriptFetch => {
                let end = if name == EXAMPLE { "mjs" } else { "js" };
                bench.script("node", &format!("driver/dist/{name}.{end}"))
            }
            Language::Python => bench.python(&format!("driver/{name}.py")),
            Language::Java => bench.java("driver", class),
            Language::Go => Command::new(bench.path("bin").join(name)),
            Language::Ruby => bench.ruby(&format!("driver/{name}.rb")),
            Language::Php => bench.script("php", &format!("driver/{name}.php")),
        }
    }
}

/// The driver's manifest names `client.tgz`.
fn node(bench: &Workbench, package: &str) -> Result<(), Failure> {
    bench.bring(&bench.path(package), "client.tgz")?;
    bench.npm_install("driver")?;
    bench.run("driver", "npm", "run --silent build")
}

/// A type checker accepts README's example.
fn python(bench: &Workbench, package: &str) -> Result<(), Failure> {
    bench.pip_install(&format!("./{package} {MYPY}"))?;
    let python = bench.path("venv/bin/python");
    let check = "-m mypy --strict driver/example.py";
    bench.run("", &python.to_string_lossy(), check)
}

fn java(bench: &Workbench, package: &str) -> Result<(), Failure> {
    bench.maven_install(package)?;
    bench.maven("driver", &["package"])
}

fn go(bench: &Workbench, package: &str) -> Result<(), Failure> {
    bench.unpack(package, "client")?;
    bench.run("driver", "go", "vet ./...")?;
    bench.run("driver", "go", "build -o ../bin/driver .")?;
    bench.run("driver", "go", "build -o ../bin/example ./example")
}

/// Into a folder of its own; what the gem needs is a matter of Debian's packages.
fn ruby(bench: &Workbench, package: &str) -> Result<(), Failure> {
    let install = "install --quiet --local --no-document --ignore-dependencies --install-dir gems";
    bench.run("", "gem", &format!("{install} {package}"))
}
