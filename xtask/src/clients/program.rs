//! Programs of other languages: what each language needs, and running them.

use std::process::{Command, Output};

use super::language::Language;
use crate::generator::Failure;
use crate::util::tool;

/// A program that must be there, and the Debian package that has it.
pub struct Needed {
    program: &'static str,
    arguments: &'static [&'static str],
    package: &'static str,
}

const fn needed(
    program: &'static str,
    arguments: &'static [&'static str],
    package: &'static str,
) -> Needed {
    Needed {
        program,
        arguments,
        package,
    }
}

/// What the generator runs on, whatever the language.
pub const GENERATOR: &[Needed] = &[
    needed("java", &["-version"], "default-jre-headless"),
    needed("python3", &["-m", "pip", "--version"], "python3-pip"),
];

/// For TypeScript and JavaScript.
pub const NODE: &[Needed] = &[
    needed("node", &["--version"], "nodejs"),
    needed("npm", &["--version"], "npm"),
];

/// For Python.
pub const PYTHON: &[Needed] = &[needed(
    "python3",
    &["-c", "import ensurepip, venv"],
    "python3-venv",
)];

/// For Java.
pub const JAVA: &[Needed] = &[
    needed("javac", &["-version"], "default-jdk-headless"),
    needed("mvn", &["--version"], "maven"),
];

/// For Go.
pub const GO: &[Needed] = &[needed("go", &["version"], "golang-go")];

/// For Ruby.
pub const RUBY: &[Needed] = &[needed("ruby", &["--version"], "ruby")];

/// What the client for Ruby depends on.
pub const GEMS: &[Needed] = &[
    needed("ruby", &["-e", "require 'faraday'"], "ruby-faraday"),
    needed("ruby", &["-e", "require 'marcel'"], "ruby-marcel"),
];

/// For PHP, and what the client for it depends on.
pub const PHP: &[Needed] = &[
    needed("php", &["--version"], "php-cli"),
    needed("php", &["-r", "curl_version();"], "php-curl"),
    needed("php", &["-r", "mb_strlen('');"], "php-mbstring"),
    needed(
        "php",
        &["-r", "require 'GuzzleHttp/autoload.php';"],
        "php-guzzlehttp-guzzle",
    ),
];

/// For the example that has no language.
pub const CURL: &[Needed] = &[needed("curl", &["--version"], "curl")];

/// What building a client and its driver takes.
pub fn of(language: Language) -> &'static [&'static [Needed]] {
    match language {
        Language::TypescriptAxios | Language::TypescriptFetch => &[NODE],
        Language::Python => &[PYTHON],
        Language::Java => &[JAVA],
        Language::Go => &[GO],
        Language::Ruby => &[RUBY, GEMS],
        Language::Php => &[PHP],
    }
}

/// Fails with the names of what must be installed.
pub fn require(title: &str, needed: &[&[Needed]]) -> Result<(), Failure> {
    let all = needed.iter().copied().flatten();
    let missing: Vec<&Needed> = all.filter(|needed| !works(needed)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(advice(title, &missing).into())
}

fn works(needed: &Needed) -> bool {
    let output = Command::new(needed.program).args(needed.arguments).output();
    output.is_ok_and(|output| output.status.success())
}

fn advice(title: &str, missing: &[&Needed]) -> String {
    let programs: Vec<String> = missing
        .iter()
        .map(|needed| format!("`{} {}`", needed.program, needed.arguments.join(" ")))
        .collect();
    let packages: Vec<&str> = missing.iter().map(|needed| needed.package).collect();
    format!(
        "{title} needs what is not here: {} failed. On Debian: `apt-get install {}`, or `.ci/install-languages` for \
         all languages at once",
        programs.join(", "),
        packages.join(" ")
    )
}

/// Where all that is needed is listed.
const NEEDED: &str = "see .ci/install-languages";

/// Runs a program to its good end and gives its output; all that it said is in the error.
pub fn run(command: &mut Command) -> Result<Output, Failure> {
    tool::success(command, NEEDED)
}

/// Runs a program, whatever its end.
pub fn output(command: &mut Command) -> Result<Output, Failure> {
    tool::output(command, NEEDED)
}

#[cfg(test)]
mod tests {
    use super::{advice, needed, works};

    #[test]
    fn a_missing_program_is_named_with_the_package_that_has_it() {
        let missing = needed("no-such-program", &["--version"], "some-package");
        assert!(!works(&missing));
        let advice = advice("Go", &[&missing]);
        assert!(advice.contains("Go needs"), "{advice}");
        assert!(advice.contains("`no-such-program --version`"), "{advice}");
        assert!(advice.contains("apt-get install some-package"), "{advice}");
    }
}
