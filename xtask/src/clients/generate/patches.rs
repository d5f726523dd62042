//! Faults of the generator that its options do not cure: each is patched in one place of what it wrote.

use std::path::Path;

use crate::clients::language::Language;
use crate::generator::Failure;
use crate::util::workspace;

/// A text in a file of the client, and what stands there instead.
struct Patch {
    file: &'static str,
    found: &'static str,
    instead: &'static str,
}

/// An untyped whole number would become a double, an id `1.64E12`: with this it stays a `Long`. And OkHttp sends a
/// request again by itself when a kept connection breaks before the response, a create too, which may then be doubled.
const JAVA: &[Patch] = &[
    Patch {
        file: "src/main/java/drift/contacts/JSON.java",
        found: "        GsonBuilder builder = fireBuilder.createGsonBuilder();\n",
        instead: "        GsonBuilder builder = fireBuilder.createGsonBuilder();\n        \
                  builder.setObjectToNumberStrategy(com.google.gson.ToNumberPolicy.LONG_OR_DOUBLE);\n",
    },
    Patch {
        file: "src/main/java/drift/contacts/ApiClient.java",
        found: "        OkHttpClient.Builder builder = new OkHttpClient.Builder();\n",
        instead: "        OkHttpClient.Builder builder = new OkHttpClient.Builder();\n        \
                  // A create that is sent again by itself may be doubled.\n        \
                  builder.retryOnConnectionFailure(false);\n",
    },
];

/// Faraday writes a list as `id[]=a&id[]=b` unless set otherwise; Drift wants `id=a&id=b`. And nothing here is
/// ever sent in parts, so the gem for that is not needed.
const RUBY: &[Patch] = &[
    Patch {
        file: "lib/drift_contacts/configuration.rb",
        found: "      @params_encoder = nil\n",
        instead: "      @params_encoder = Faraday::FlatParamsEncoder\n",
    },
    Patch {
        file: "lib/drift_contacts/api_client.rb",
        found: "require 'faraday/multipart' if Gem::Version.new(Faraday::VERSION) >= Gem::Version.new('2.0')\n",
        instead: "",
    },
];

/// libcurl, too, sends a request again when a kept connection breaks before the response. What creates something goes
/// over a new connection, where it does not.
const PHP: &[Patch] = &[
    options("lib/Api/ContactsApi.php"),
    sync_call("lib/Api/ContactsApi.php"),
    async_call("lib/Api/ContactsApi.php"),
    options("lib/Api/TimelineApi.php"),
    sync_call("lib/Api/TimelineApi.php"),
    async_call("lib/Api/TimelineApi.php"),
];

const fn options(file: &'static str) -> Patch {
    Patch {
        file,
        found: "function createHttpClientOption()\n    {\n        $options = [];\n",
        instead: "function createHttpClientOption($request)\n    {\n        $options = [];\n        \
                  // A create that libcurl sends again over a kept connection may be doubled.\n        \
                  if ($request->getMethod() === 'POST') {\n            \
                  $options['curl'] = [CURLOPT_FRESH_CONNECT => true];\n        }\n",
    }
}

const fn sync_call(file: &'static str) -> Patch {
    Patch {
        file,
        found: "$options = $this->createHttpClientOption();\n",
        instead: "$options = $this->createHttpClientOption($request);\n",
    }
}

const fn async_call(file: &'static str) -> Patch {
    Patch {
        file,
        found: "->sendAsync($request, $this->createHttpClientOption())\n",
        instead: "->sendAsync($request, $this->createHttpClientOption($request))\n",
    }
}

/// Patches a client; a text that is not found any more is an error, since the fault may have moved.
pub fn apply(language: Language, folder: &Path) -> Result<(), Failure> {
    let patches = match language {
        Language::Java => JAVA,
        Language::Ruby => RUBY,
        Language::Php => PHP,
        _ => &[],
    };
    for patch in patches {
        let path = folder.join(patch.file);
        let text = workspace::read(&path)?;
        if !text.contains(patch.found) {
            return Err(format!(
                "{} no longer holds {:?}; look at patches.rs",
                patch.file, patch.found
            )
            .into());
        }
        workspace::write(&path, &text.replace(patch.found, patch.instead))?;
    }
    if language == Language::Python {
        name_arguments_as_fields(&folder.join("drift_contacts/models"))?;
    }
    Ok(())
}

/// To a type checker `alias` is the name of an argument, so that `external_id=` would be an error; two aliases are not, and
/// mean the same when the program runs.
fn name_arguments_as_fields(models: &Path) -> Result<(), Failure> {
    let mut is_found = false;
    for entry in std::fs::read_dir(models)? {
        let path = entry?.path();
        let text = workspace::read(&path)?;
        let patched = text.lines().map(|line| match line.split_once(", alias=") {
            Some((field, name)) if line.contains(" = Field(") => {
                is_found = true;
                let name = name.trim_end_matches(')');
                format!("{field}, validation_alias={name}, serialization_alias={name})\n")
            }
            _ => format!("{line}\n"),
        });
        let patched: String = patched.collect();
        if patched != text {
            workspace::write(&path, &patched)?;
        }
    }
    match is_found {
        true => Ok(()),
        false => Err("the models of Python have no alias any more; look at patches.rs".into()),
    }
}
