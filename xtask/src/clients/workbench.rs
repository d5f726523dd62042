//! A folder that something of another language is built in, with that language's own tools.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::clients::program;
use crate::generator::Failure;
use crate::util::{folder, tool};

/// Maven's repository.
const MAVEN: &str = "maven";

/// Takes the dependencies from the description in the jar; older releases of it do not.
const INSTALL_FILE: &str = "org.apache.maven.plugins:maven-install-plugin:3.1.4:install-file";

/// The date of files in wheels and gems, so that the same content gives the same package: 1980-01-01.
const DATE: &str = "315532800";

/// Where Debian's packages put gems.
const DEBIAN_GEMS: &str = "/usr/share/rubygems-integration/all";

/// An empty folder below the target folder, and what is done in it.
pub struct Workbench {
    folder: PathBuf,
}

impl Workbench {
    /// Makes it, or empties it.
    pub fn new(name: &str) -> Result<Workbench, Failure> {
        let folder = folder::emptied(tool::folder(name)?)?;
        Ok(Workbench { folder })
    }

    /// A path in it.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// Copies a folder, or a file, to a place in it.
    pub fn bring(&self, from: &Path, to: &str) -> Result<(), Failure> {
        folder::copy(from, &self.path(to))
    }

    /// Runs a program in one of its folders. The arguments stand with spaces between them, and have none in them.
    pub fn run(&self, folder: &str, program: &str, arguments: &str) -> Result<(), Failure> {
        let mut command = Command::new(program);
        command.args(arguments.split_whitespace());
        self.run_command(folder, &mut command)
    }

    fn run_command(&self, folder: &str, command: &mut Command) -> Result<(), Failure> {
        command
            .current_dir(self.path(folder))
            .env("SOURCE_DATE_EPOCH", DATE)
            .env("npm_config_cache", tool::folder("npm-cache")?)
            .env("PIP_CACHE_DIR", tool::folder("pip-cache")?)
            .env("GOCACHE", tool::folder("go-cache")?);
        program::run(command).map(drop)
    }

    /// Installs what a `package.json` names.
    pub fn npm_install(&self, folder: &str) -> Result<(), Failure> {
        self.run(
            folder,
            "npm",
            "install --no-audit --no-fund --ignore-scripts --loglevel=error",
        )
    }

    /// Runs Maven, its repository kept below the target folder.
    pub fn maven(&self, folder: &str, arguments: &[&str]) -> Result<(), Failure> {
        let mut repository = std::ffi::OsString::from("-Dmaven.repo.local=");
        repository.push(tool::folder(MAVEN)?);
        let mut maven = Command::new("mvn");
        maven
            .args(["--quiet", "--batch-mode", "--no-transfer-progress"])
            .args(arguments)
            .arg(repository);
        self.run_command(folder, &mut maven)
    }

    /// Puts a jar into Maven's repository, in place of any version of it that is there.
    pub fn maven_install(&self, jar: &str) -> Result<(), Failure> {
        folder::emptied(tool::folder(MAVEN)?.join("drift/drift-contacts"))?;
        let file = format!("-Dfile={jar}");
        self.maven("", &[INSTALL_FILE, &file])
    }

    /// Unpacks a tarball into a new folder, without the folder that all of it is in.
    pub fn unpack(&self, tarball: &str, to: &str) -> Result<(), Failure> {
        std::fs::create_dir(self.path(to))?;
        let arguments = format!("-xzf {tarball} --directory {to} --strip-components 1");
        self.run("", "tar", &arguments)
    }

    /// Makes a virtual environment `venv`, and installs into it what pip's arguments name.
    pub fn pip_install(&self, what: &str) -> Result<(), Failure> {
        self.run("", "python3", "-m venv venv")?;
        let pip = format!("-m pip install --quiet --disable-pip-version-check {what}");
        self.run("", &self.path("venv/bin/python").to_string_lossy(), &pip)
    }

    /// A script for the virtual environment.
    pub fn python(&self, script: &str) -> Command {
        command(self.path("venv/bin/python"), [self.path(script)])
    }

    /// A class of a Maven module that was built, with the libraries that stand beside it.
    pub fn java(&self, module: &str, class: &str) -> Command {
        let target = self.path(module).join("target");
        let mut class_path = target.join("classes").into_os_string();
        class_path.push(":");
        class_path.push(target.join("lib/*"));
        let mut java = command("java", ["-XX:TieredStopAtLevel=1", "-cp"]);
        java.arg(class_path).arg(class);
        java
    }

    /// A script for Ruby, which also finds the gems of the folder `gems`.
    pub fn ruby(&self, script: &str) -> Command {
        let mut gems = self.path("gems").into_os_string();
        gems.push(":");
        gems.push(DEBIAN_GEMS);
        let mut ruby = command("ruby", [self.path(script)]);
        ruby.env("GEM_PATH", gems);
        ruby
    }

    /// A script for another interpreter.
    pub fn script(&self, interpreter: &str, script: &str) -> Command {
        command(interpreter, [self.path(script)])
    }
}

fn command<S: AsRef<OsStr>>(
    program: impl AsRef<OsStr>,
    arguments: impl IntoIterator<Item = S>,
) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    command
}
