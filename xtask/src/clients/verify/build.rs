//! Builds a client and its driver in a folder of their own, as a user of the language would.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::scenario;
use super::workbench::Workbench;
use crate::clients::language::Language;
use crate::clients::program;
use crate::generator::Failure;
use crate::util::folder;

/// A client that is built, with the programs that use it.
pub struct Built {
    language: Language,
    bench: Workbench,
}

/// Builds the client that stands in `client`, and the programs of `tests/clients` for it.
pub fn build(language: Language, client: &Path) -> Result<Built, Failure> {
    let bench = Workbench::new(language.name())?;
    bench.bring(client, "package")?;
    let drivers = [Some(language.name()), language.shared_driver()];
    for driver in drivers.into_iter().flatten() {
        bench.bring(&scenario::folder().join(driver), "driver")?;
    }
    match language {
        Language::TypescriptAxios | Language::TypescriptFetch => node(&bench),
        Language::Python => bench.pip_install("./package"),
        // One build of both: the driver's list of modules names the client.
        Language::Java => bench.maven("driver"),
        Language::Go => go(&bench),
        Language::Ruby => ruby(&bench),
        Language::Php => php(&bench),
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
        self.program("example", "Example")
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
            Language::TypescriptAxios | Language::TypescriptFetch => {
                bench.script("node", &format!("driver/dist/{name}.js"))
            }
            Language::Python => bench.python(&format!("driver/{name}.py")),
            Language::Java => bench.java("driver/programs", class),
            Language::Go => Command::new(bench.path("bin").join(name)),
            Language::Ruby => bench.ruby(&format!("driver/{name}.rb")),
            Language::Php => bench.script("php", &format!("driver/{name}.php")),
        }
    }
}

/// Packs the package, and installs the pack beside the driver.
fn node(bench: &Workbench) -> Result<(), Failure> {
    bench.npm_install("package")?;
    bench.run("package", "npm", "run --silent build")?;
    bench.run("package", "npm", "pack --ignore-scripts --silent")?;
    let files = fs::read_dir(bench.path("package"))?;
    let mut paths = files.filter_map(|file| Some(file.ok()?.path()));
    let pack = paths
        .find(|path| path.extension() == Some(OsStr::new("tgz")))
        .ok_or("npm packed nothing")?;
    fs::rename(pack, bench.path("client.tgz"))?;
    bench.npm_install("driver")?;
    bench.run("driver", "npm", "run --silent build")
}

fn go(bench: &Workbench) -> Result<(), Failure> {
    bench.run("package", "go", "vet ./...")?;
    bench.run("driver", "go", "vet ./...")?;
    bench.run("driver", "go", "build -o ../bin/driver .")?;
    bench.run("driver", "go", "build -o ../bin/example ./example")
}

/// Builds the gem, and installs it into a folder of its own; what it needs is a matter of Debian's packages.
fn ruby(bench: &Workbench) -> Result<(), Failure> {
    bench.run(
        "package",
        "gem",
        "build --quiet --output client.gem drift_contacts.gemspec",
    )?;
    let install = "install --quiet --local --no-document --ignore-dependencies --install-dir ../gems client.gem";
    bench.run("package", "gem", install)
}

fn php(bench: &Workbench) -> Result<(), Failure> {
    for file in folder::files_below(&bench.path("package/lib"))? {
        program::run(Command::new("php").arg("--syntax-check").arg(file))?;
    }
    Ok(())
}
