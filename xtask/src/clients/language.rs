//! The languages, and the options of the generator for each.

use clap::ValueEnum;
use clap::builder::PossibleValue;

/// A language that a client can be had in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    /// TypeScript over axios.
    TypescriptAxios,
    /// TypeScript over the platform's `fetch`.
    TypescriptFetch,
    /// Python over urllib3 and pydantic.
    Python,
    /// Java over OkHttp and Gson.
    Java,
    /// Go over its standard library.
    Go,
    /// Ruby over Faraday.
    Ruby,
    /// PHP over Guzzle.
    Php,
}

/// Node takes an import of an ES module only with its extension; TypeScript takes it in both kinds of module.
const NODE_EXTENSIONS: (&str, &str) = ("importFileExtension", ".js");

impl Language {
    /// All of them, in the order of the table.
    pub const ALL: [Language; 7] = [
        Language::TypescriptAxios,
        Language::TypescriptFetch,
        Language::Python,
        Language::Java,
        Language::Go,
        Language::Ruby,
        Language::Php,
    ];

    /// The name on the command line and of the folders.
    pub fn name(self) -> &'static str {
        match self {
            Language::TypescriptAxios => "typescript-axios",
            Language::TypescriptFetch => "typescript-fetch",
            Language::Python => "python",
            Language::Java => "java",
            Language::Go => "go",
            Language::Ruby => "ruby",
            Language::Php => "php",
        }
    }

    /// The name for people.
    pub fn title(self) -> &'static str {
        match self {
            Language::TypescriptAxios => "TypeScript (axios)",
            Language::TypescriptFetch => "TypeScript (fetch)",
            Language::Python => "Python",
            Language::Java => "Java (OkHttp)",
            Language::Go => "Go",
            Language::Ruby => "Ruby",
            Language::Php => "PHP",
        }
    }

    /// Whether its generator drops undeclared attributes beside declared ones, so that it is given a contract
    /// in which `attributes` is a plain map.
    pub fn wants_map(self) -> bool {
        matches!(self, Language::Ruby | Language::Php)
    }

    /// The generator's options beside those that all languages share.
    pub fn options(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Language::TypescriptAxios => &[
                ("npmName", "drift-contacts-axios"),
                NODE_EXTENSIONS,
                ("supportsES6", "true"),
                ("stringEnums", "true"),
            ],
            // Without `original` a model is written with camelCase keys beside those of the wire.
            Language::TypescriptFetch => &[
                ("modelPropertyNaming", "original"),
                ("npmName", "drift-contacts-fetch"),
                NODE_EXTENSIONS,
                ("supportsES6", "true"),
                ("stringEnums", "true"),
            ],
            Language::Python => &[("packageName", "drift_contacts")],
            Language::Java => &[
                ("library", "okhttp-gson"),
                ("openApiNullable", "false"),
                ("invokerPackage", "drift.contacts"),
                ("apiPackage", "drift.contacts.api"),
                ("modelPackage", "drift.contacts.model"),
            ],
            Language::Go => &[("packageName", "drift"), ("enumClassPrefix", "true")],
            Language::Ruby => &[
                ("library", "faraday"),
                ("gemName", "drift_contacts"),
                ("moduleName", "DriftContacts"),
            ],
            Language::Php => &[("invokerPackage", "Drift\\Contacts")],
        }
    }

    /// The option that carries the version, where the generator puts it into code.
    pub fn version_option(self) -> &'static str {
        match self {
            Language::TypescriptAxios | Language::TypescriptFetch => "npmVersion",
            Language::Python | Language::Go => "packageVersion",
            Language::Java | Language::Php => "artifactVersion",
            Language::Ruby => "gemVersion",
        }
    }

    /// How the name of its package begins and ends; the version stands between.
    pub fn package(self) -> (&'static str, &'static str) {
        match self {
            Language::TypescriptAxios => ("drift-contacts-axios-", ".tgz"),
            Language::TypescriptFetch => ("drift-contacts-fetch-", ".tgz"),
            Language::Python => ("drift_contacts-", ".whl"),
            Language::Java => ("drift-contacts-", ".jar"),
            Language::Go => ("drift-contacts-go-", ".tar.gz"),
            Language::Ruby => ("drift_contacts-", ".gem"),
            Language::Php => ("drift-contacts-php-", ".tar.gz"),
        }
    }

    /// The folder of what its driver shares with that of another one.
    pub fn shared_driver(self) -> Option<&'static str> {
        match self {
            Language::TypescriptAxios | Language::TypescriptFetch => Some("typescript"),
            _ => None,
        }
    }

    /// The program that its README shows.
    pub fn example(self) -> &'static str {
        match self {
            Language::TypescriptAxios | Language::TypescriptFetch => "example.mts",
            Language::Python => "example.py",
            Language::Java => "src/main/java/Example.java",
            Language::Go => "example/main.go",
            Language::Ruby => "example.rb",
            Language::Php => "example.php",
        }
    }

    /// The method that the operation `createContact` becomes.
    pub fn call(self, operation: &str) -> String {
        match self {
            Language::Python | Language::Ruby => snake_case(operation),
            Language::Go => capitalized(operation),
            _ => operation.to_owned(),
        }
    }

    /// The class, or the service in Go, that holds the operations of the tag `contacts`.
    pub fn class(self, tag: &str) -> String {
        let suffix = if self == Language::Go {
            "APIService"
        } else {
            "Api"
        };
        capitalized(tag) + suffix
    }
}

impl ValueEnum for Language {
    fn value_variants<'a>() -> &'a [Self] {
        &Language::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

fn capitalized(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn calls_and_classes_are_named_as_each_language_does() {
        let table = [
            (Language::Python, "create_contact", "ContactsApi"),
            (Language::Ruby, "create_contact", "ContactsApi"),
            (Language::Java, "createContact", "ContactsApi"),
            (Language::Go, "CreateContact", "ContactsAPIService"),
        ];
        for (language, call, class) in table {
            assert_eq!(language.call("createContact"), call);
            assert_eq!(language.class("contacts"), class);
        }
    }
}
