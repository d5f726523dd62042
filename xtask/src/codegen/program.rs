//! Programs of other languages: what each language needs, and running them.

use std::io::ErrorKind;
use std::process::{Command, Output};

use super::language::Language;
use crate::generator::Failure;

/// A program that must be there, and the Debian package that has it.
struct Needed {
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
const GENERATOR: &[Needed] = &[
    needed("java", &["-version"], "default-jre-headless"),
    needed("python3", &["-m", "pip", "--version"], "python3-pip"),
];

const NODE: &[Needed] = &[
    needed("node", &["--version"], "nodejs"),
    needed("npm", &["--version"], "npm"),
];

const RUBY: &[Needed] = &[
    needed("ruby", &["--version"], "ruby"),
    needed("ruby", &["-e", "require 'faraday'"], "ruby-faraday"),
    needed("ruby", &["-e", "require 'marcel'"], "ruby-marcel"),
];

const PHP: &[Needed] = &[
    needed("php", &["--version"], "php-cli"),
    needed("php", &["-r", "curl_version();"], "php-curl"),
    needed("php", &["-r", "mb_strlen('');"], "php-mbstring"),
    needed(
        "php",
        &["-r", "require 'GuzzleHttp/autoload.php';"],
        "php-guzzlehttp-guzzle",
    ),
];

/// Fails with the names of what must be installed for the language; for its verification too when that is asked.
pub fn require(language: Language, verified: bool) -> Result<(), Failure> {
    let own: &[Needed] = match language {
        _ if !verified => &[],
        Language::TypescriptAxios | Language::TypescriptFetch => NODE,
        Language::Python => &[needed("python3", &["-m", "venv", "--help"], "python3-venv")],
        Language::Java => &[
            needed("javac", &["-version"], "default-jdk-headless"),
            needed("mvn", &["--version"], "maven"),
        ],
        Language::Go => &[needed("go", &["version"], "golang-go")],
        Language::Ruby => RUBY,
        Language::Php => PHP,
    };
    let missing: Vec<&Needed> = GENERATOR
        .iter()
        .chain(own)
        .filter(|needed| !works(needed))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(advice(language, &missing).into())
}

fn works(needed: &Needed) -> bool {
    let output = Command::new(needed.program).args(needed.arguments).output();
    output.is_ok_and(|output| output.status.success())
}

fn advice(language: Language, missing: &[&Needed]) -> String {
    let programs: Vec<String> = missing
        .iter()
        .map(|needed| format!("`{} {}`", needed.program, needed.arguments.join(" ")))
        .collect();
    let packages: Vec<&str> = missing.iter().map(|needed| needed.package).collect();
    format!(
        "{} needs what is not here: {} failed. On Debian: `apt-get install {}`, or `.ci/install-languages` for \
         all languages at once",
        language.title(),
        programs.join(", "),
        packages.join(" ")
    )
}

/// Runs a program to its good end and gives its output; all that it said is in the error.
pub fn run(command: &mut Command) -> Result<Output, Failure> {
    let output = output(command)?;
    if output.status.success() {
        return Ok(output);
    }
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    Err(format!(
        "{} failed ({})\n{said}{complained}",
        line(command),
        output.status
    )
    .into())
}

/// Runs a program, whatever its end.
pub fn output(command: &mut Command) -> Result<Output, Failure> {
    command.output().map_err(|error| {
        let program = command.get_program().to_string_lossy().into_owned();
        match error.kind() {
            ErrorKind::NotFound => format!("there is no program `{program}`").into(),
            _ => format!("{program}: {error}").into(),
        }
    })
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::{Language, advice, needed, works};

    #[test]
    fn a_missing_program_is_named_with_the_package_that_has_it() {
        let missing = needed("no-such-program", &["--version"], "some-package");
        assert!(!works(&missing));
        let advice = advice(Language::Go, &[&missing]);
        assert!(advice.contains("Go needs"), "{advice}");
        assert!(advice.contains("`no-such-program --version`"), "{advice}");
        assert!(advice.contains("apt-get install some-package"), "{advice}");
    }
}
