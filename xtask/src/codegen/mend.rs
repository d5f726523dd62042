//! Faults of the generator that its options do not cure: each is mended in one place of what it wrote.

use std::path::Path;

use super::language::Language;
use crate::generator::Failure;
use crate::workspace;

/// A text in a file of the client, and what stands there instead.
struct Mend {
    file: &'static str,
    found: &'static str,
    instead: &'static str,
}

/// An untyped whole number would become a double, an id `1.64E12`: with this it stays a `Long`.
const JAVA: &[Mend] = &[Mend {
    file: "src/main/java/drift/contacts/JSON.java",
    found: "        GsonBuilder builder = fireBuilder.createGsonBuilder();\n",
    instead: "        GsonBuilder builder = fireBuilder.createGsonBuilder();\n        \
              builder.setObjectToNumberStrategy(com.google.gson.ToNumberPolicy.LONG_OR_DOUBLE);\n",
}];

/// Faraday writes a list as `id[]=a&id[]=b` unless told otherwise; Drift wants `id=a&id=b`. And nothing here is
/// ever sent in parts, so the gem for that is not needed.
const RUBY: &[Mend] = &[
    Mend {
        file: "lib/drift_contacts/configuration.rb",
        found: "      @params_encoder = nil\n",
        instead: "      @params_encoder = Faraday::FlatParamsEncoder\n",
    },
    Mend {
        file: "lib/drift_contacts/api_client.rb",
        found: "require 'faraday/multipart' if Gem::Version.new(Faraday::VERSION) >= Gem::Version.new('2.0')\n",
        instead: "",
    },
];

/// Mends a client; a text that is not found any more is an error, since the fault may have moved.
pub fn mend(language: Language, folder: &Path) -> Result<(), Failure> {
    let mends = match language {
        Language::Java => JAVA,
        Language::Ruby => RUBY,
        _ => &[],
    };
    for mend in mends {
        let path = folder.join(mend.file);
        let text = workspace::read(&path)?;
        if !text.contains(mend.found) {
            return Err(format!(
                "{} no longer holds {:?}; look at mend.rs",
                mend.file, mend.found
            )
            .into());
        }
        workspace::write(&path, &text.replace(mend.found, mend.instead))?;
    }
    Ok(())
}
