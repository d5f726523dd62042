//! The defaults: where each is set, and where it is told.

/// A default.
pub struct Default {
    /// The file that sets it.
    pub file: &'static str,
    /// How it is set there, in one place; `{}` stands for a number.
    pub code: &'static str,
    /// Files that tell it, and in which words: `{}` for the same numbers, `{s}` for them in seconds.
    pub told: &'static [(&'static str, &'static str)],
}

const README: &str = "README.md";
const HTTP_CLIENT: &str = "crates/drift/src/engine/http/client.rs";
const CLIENT: &str = "crates/drift/src/client.rs";
const ERROR: &str = "crates/drift/src/error.rs";
const OPTIONS: &str = "crates/drift/src/options.rs";
const RETRY: &str = "crates/drift/src/retry.rs";
const TRANSPORT: &str = "crates/drift-sdk/src/transport.rs";
const RECORDS: &str = "crates/drift-import/src/csv_records.rs";
const IMPORT: &str = "crates/drift-import/src/options.rs";
const GLOBAL_ARGUMENTS: &str = "crates/drift-cli/src/args.rs";
const IMPORT_ARGUMENTS: &str = "crates/drift-cli/src/contacts/import_args.rs";

/// All of them.
pub const DEFAULTS: [Default; 14] = [
    Default {
        file: HTTP_CLIENT,
        code: "const CONNECT_TIMEOUT: Duration = Duration::from_millis({})",
        told: &[
            (README, "{} ms to connect"),
            (CLIENT, "making a connection; {} ms unless set"),
            (ERROR, "{} ms for the connect"),
        ],
    },
    Default {
        file: OPTIONS,
        code: "attempt_timeout: Duration::from_millis({})",
        told: &[
            (README, "{} ms for an attempt"),
            (CLIENT, "for one attempt; {} ms unless set"),
            (ERROR, "{} ms for an attempt"),
            (OPTIONS, "{} ms for an attempt"),
            (OPTIONS, "last byte of the answer; {} ms unless set"),
        ],
    },
    Default {
        file: OPTIONS,
        code: "total_timeout: Duration::from_millis({})",
        told: &[
            (README, "{} ms for a call"),
            (CLIENT, "look-ups; {} ms unless set"),
            (ERROR, "{} ms for a call"),
            (OPTIONS, "{} ms for a call"),
            (OPTIONS, "look-ups included; {} ms unless set"),
            (GLOBAL_ARGUMENTS, "repeats included [default: {s}]"),
        ],
    },
    Default {
        file: OPTIONS,
        code: "waits: [{}, {}, {}].map(Duration::from_millis)",
        told: &[(OPTIONS, "3 look-ups, after {} ms, {} ms and {} ms")],
    },
    Default {
        file: RETRY,
        code: "max_attempts: {},\n            initial_backoff",
        told: &[
            (README, "{} attempts, with random waits"),
            (RETRY, "{} attempts; waits"),
            (RETRY, "the first included; {} unless set"),
        ],
    },
    Default {
        file: RETRY,
        code: "initial_backoff: Duration::from_millis({})",
        told: &[
            (README, "random waits of up to {} ms"),
            (RETRY, "waits of up to {} ms"),
            (RETRY, "before the first repeat; {} ms unless set"),
        ],
    },
    Default {
        file: RETRY,
        code: "max_backoff: Duration::from_millis({})",
        told: &[
            (README, "doubling to {} ms;"),
            (RETRY, "doubling to {} ms at most"),
            (RETRY, "before any repeat; {} ms unless set"),
        ],
    },
    Default {
        file: RETRY,
        code: "max_retry_after: Duration::from_millis({})",
        told: &[
            (README, "a `Retry-After` of up to {} ms is obeyed"),
            (RETRY, "a `Retry-After` of up to {} ms is obeyed"),
            (RETRY, "that is obeyed; {} ms unless set"),
        ],
    },
    Default {
        file: RETRY,
        code: "const MOST: i64 = {} * COST;",
        told: &[
            (RETRY, "saved up: {} repeats"),
            (RETRY, "not made worse: {} at first"),
            (RETRY, "never above {}."),
        ],
    },
    Default {
        file: TRANSPORT,
        code: "DEFAULT_BODY_LIMIT: usize = {} * 1024 * 1024;",
        told: &[
            (README, "answers of up to {} MiB are read"),
            ("crates/drift-sdk/README.md", "read up to {} MiB"),
            (TRANSPORT, "unless set otherwise: {} MiB"),
            (TRANSPORT, "bytes of an answer; {} MiB unless set"),
        ],
    },
    Default {
        file: RECORDS,
        code: "const RECORD_LIMIT: usize = {} << 20;",
        told: &[(RECORDS, "a record is larger than {} MiB")],
    },
    Default {
        file: IMPORT,
        code: "concurrency: {},",
        told: &[
            (IMPORT, "under way at a time; {} unless set"),
            (IMPORT_ARGUMENTS, "\"N\", default_value_t = {}"),
        ],
    },
    Default {
        file: IMPORT,
        code: "look_up_after: [{}, {}, {}].map(Duration::from_millis)",
        told: &[
            (IMPORT, "after a lost answer; {}, {} and {} ms unless set"),
            (IMPORT_ARGUMENTS, "default_value = \"{},{},{}\""),
        ],
    },
    Default {
        file: IMPORT,
        code: "patience: Duration::from_secs({})",
        told: &[
            (IMPORT, "dead network is waited for; {} s unless set"),
            (IMPORT_ARGUMENTS, "\"SECONDS\", default_value_t = {}"),
        ],
    },
];
