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

/// An untyped whole number would become a double, an id `1.64E12`: with this it stays a `Long`. And OkHttp sends a
/// request again by itself when a kept connection breaks before the answer, a create too, which may then be doubled.
const JAVA: &[Mend] = &[
    Mend {
        file: "src/main/java/drift/contacts/JSON.java",
        found: "        GsonBuilder builder = fireBuilder.createGsonBuilder();\n",
        instead: "        GsonBuilder builder = fireBuilder.createGsonBuilder();\n        \
                  builder.setObjectToNumberStrategy(com.google.gson.ToNumberPolicy.LONG_OR_DOUBLE);\n",
    },
    Mend {
        file: "src/main/java/drift/contacts/ApiClient.java",
        found: "        OkHttpClient.Builder builder = new OkHttpClient.Builder();\n",
        instead: "        OkHttpClient.Builder builder = new OkHttpClient.Builder();\n        \
                  // A create that is sent again by itself may be doubled.\n        \
                  builder.retryOnConnectionFailure(false);\n",
    },
];

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

/// libcurl, too, sends a request again when a kept connection breaks before the answer. What creates something goes
/// over a new connection, where it does not.
const PHP: &[Mend] = &[
    options("lib/Api/ContactsApi.php"),
    sync_call("lib/Api/ContactsApi.php"),
    async_call("lib/Api/ContactsApi.php"),
    options("lib/Api/TimelineApi.php"),
    sync_call("lib/Api/TimelineApi.php"),
    async_call("lib/Api/TimelineApi.php"),
];

const fn options(file: &'static str) -> Mend {
    Mend {
        file,
        found: "function createHttpClientOption()\n    {\n        $options = [];\n",
        instead: "function createHttpClientOption($request)\n    {\n        $options = [];\n        \
                  // A create that libcurl sends again over a kept connection may be doubled.\n        \
                  if ($request->getMethod() === 'POST') {\n            \
                  $options['curl'] = [CURLOPT_FRESH_CONNECT => true];\n        }\n",
    }
}

const fn sync_call(file: &'static str) -> Mend {
    Mend {
        file,
        found: "$options = $this->createHttpClientOption();\n",
        instead: "$options = $this->createHttpClientOption($request);\n",
    }
}

const fn async_call(file: &'static str) -> Mend {
    Mend {
        file,
        found: "->sendAsync($request, $this->createHttpClientOption())\n",
        instead: "->sendAsync($request, $this->createHttpClientOption($request))\n",
    }
}

/// Mends a client; a text that is not found any more is an error, since the fault may have moved.
pub fn mend(language: Language, folder: &Path) -> Result<(), Failure> {
    let mends = match language {
        Language::Java => JAVA,
        Language::Ruby => RUBY,
        Language::Php => PHP,
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
