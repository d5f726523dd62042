//! The rows: what goes wrong.

use std::collections::BTreeMap;

use drift_emulator::{Effect, Fault};
use drift_tests::relay::{Part, Withheld};

/// What goes wrong, and how often.
#[derive(Clone)]
pub struct Row {
    pub name: &'static str,
    pub wrong: Wrong,
    /// Whether it ends a call that meets it: sent again, the request would be refused again.
    pub ends_call: bool,
}

impl Row {
    /// Whether Drift asks for fewer requests, and for a time without any.
    pub fn asks_for_a_pause(&self) -> bool {
        matches!(&self.wrong, Wrong::Server(Effect::Status { status: 429, headers, .. }) if !headers.is_empty())
    }
}

/// What goes wrong.
#[derive(Clone)]
pub enum Wrong {
    /// Nobody listens.
    Unreachable,
    /// The server misbehaves.
    Server(Effect),
    /// The network withholds the request, or the response to one that was executed, past the time limit.
    Stall(Part),
    /// The network withholds the first request past the time limit, and delivers it late.
    Late(Late),
}

/// When a late request arrives.
#[derive(Clone, Copy, PartialEq)]
pub enum Late {
    BeforeTheNext,
    AfterTheCall,
}

/// How often it goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Often {
    Once,
    EachTime,
}

impl Row {
    pub fn happens(&self, often: Often) -> bool {
        match self.wrong {
            Wrong::Unreachable => often == Often::EachTime,
            Wrong::Server(_) | Wrong::Stall(_) => true,
            Wrong::Late(_) => often == Often::Once,
        }
    }

    /// What the network withholds from the calls of one operation.
    pub fn withheld(&self, often: Often, method: &'static str) -> Option<Withheld> {
        let part = match self.wrong {
            Wrong::Stall(part) => part,
            Wrong::Late(_) => Part::Request,
            Wrong::Unreachable | Wrong::Server(_) => return None,
        };
        let times = match often {
            Often::Once => 1,
            Often::EachTime => usize::MAX,
        };
        Some(Withheld {
            method,
            times,
            part,
        })
    }
}

/// The fault as a rule of the emulator, for the calls of one operation.
pub fn rule(effect: &Effect, often: Often, (method, path): (&str, &str)) -> Fault {
    let mut fault = Fault::new(effect.clone());
    // Connections have no method.
    if *effect != Effect::Refuse {
        fault = fault.method(method).path(path);
    }
    match often {
        Often::Once => fault.times(1),
        Often::EachTime => fault,
    }
}

/// All rows. `elsewhere` is where the redirect points.
pub fn rows(elsewhere: &str) -> Vec<Row> {
    let mut rows = vec![
        Row {
            name: "no connection: nobody listens",
            wrong: Wrong::Unreachable,
            ends_call: false,
        },
        row("reset at a connection's first call", Effect::Refuse),
        row("reset before the request was read", disconnect(true, false)),
        row(
            "closed before the request was read",
            disconnect(false, false),
        ),
        row("reset after commit", disconnect(true, true)),
        row("closed after commit", disconnect(false, true)),
        row("half a body", Effect::HalfBody),
        row("delivered twice", Effect::Twice),
        stall("stall before commit", Part::Request),
        stall("stall after commit", Part::Response),
        late("late: arrives before the next request", Late::BeforeTheNext),
        late("late: arrives after the call", Late::AfterTheCall),
        row("429", status(429, false, None, None)),
        row(
            "429, `Retry-After` in seconds",
            status(429, false, Some("0"), None),
        ),
        row(
            "429, `Retry-After` as a date",
            status(429, false, Some("Mon, 23 Nov 2020 10:00:00 GMT"), None),
        ),
        row(
            "503 that limits the rate",
            status(503, false, None, Some(RATE_LIMIT)),
        ),
    ];
    rows.extend(FAILURES.iter().flat_map(|(code, before, after)| {
        [
            row(before, status(*code, false, None, None)),
            row(after, status(*code, true, None, None)),
        ]
    }));
    rows.extend(FOREIGN.iter().map(|(name, code, commit, body)| {
        let retried = matches!(code, 200..=299 | 408 | 410 | 421 | 425 | 500..=599);
        Row {
            ends_call: !commit && !retried,
            ..row(name, status(*code, *commit, None, Some(body)))
        }
    }));
    rows.push(Row {
        ends_call: true,
        ..row(
            "429, `Retry-After` of 2^64 s",
            status(429, false, Some("18446744073709551616"), None),
        )
    });
    rows.extend([
        row(
            "garbage with 200, before commit",
            Effect::Garbage { commit: false },
        ),
        row(
            "garbage with 200, after commit",
            Effect::Garbage { commit: true },
        ),
        row(
            "wrong content type",
            Effect::ContentType {
                value: "text/html".to_owned(),
            },
        ),
        row(
            "a response of 100 MB",
            Effect::Endless {
                bytes: Some(100_000_000),
                commit: true,
            },
        ),
        row(
            "redirect to another host",
            Effect::Redirect {
                location: elsewhere.to_owned(),
                status: 307,
            },
        ),
    ]);
    rows
}

const RATE_LIMIT: &str = r#"{"error":{"type":"rate_limit","message":"slower"}}"#;

const MESSAGE: &str = r#"{"message":"Unauthorized"}"#;
const PAGE: &str = "<html><body>No</body></html>";

/// Responses that are not in Drift's words: whose status is it, after commit or before, and what comes with it.
const FOREIGN: [(&str, u16, bool, &str); 23] = [
    ("401 with an empty body", 401, false, ""),
    ("401 in a gateway's words", 401, false, MESSAGE),
    ("400 page before commit", 400, false, PAGE),
    ("400 page after commit", 400, true, PAGE),
    ("403 page before commit", 403, false, PAGE),
    ("403 page after commit", 403, true, PAGE),
    ("422 page before commit", 422, false, PAGE),
    ("422 page after commit", 422, true, PAGE),
    ("404 page", 404, false, PAGE),
    ("405 with an empty body", 405, false, ""),
    ("407 page", 407, false, PAGE),
    ("413 page", 413, false, PAGE),
    ("414 page", 414, false, PAGE),
    ("431 page", 431, false, PAGE),
    ("421 with an empty body", 421, false, ""),
    ("425 with an empty body", 425, false, ""),
    ("408 before commit", 408, false, ""),
    ("408 after commit", 408, true, ""),
    ("410 page before commit", 410, false, PAGE),
    ("410 page after commit", 410, true, PAGE),
    ("511 page", 511, false, PAGE),
    ("200 page before commit", 200, false, PAGE),
    ("202 without a body, after commit", 202, true, ""),
];

const FAILURES: [(u16, &str, &str); 4] = [
    (500, "500 before commit", "500 after commit"),
    (502, "502 before commit", "502 after commit"),
    (503, "503 before commit", "503 after commit"),
    (504, "504 before commit", "504 after commit"),
];

fn row(name: &'static str, effect: Effect) -> Row {
    Row {
        name,
        wrong: Wrong::Server(effect),
        ends_call: false,
    }
}

fn late(name: &'static str, late: Late) -> Row {
    Row {
        name,
        wrong: Wrong::Late(late),
        ends_call: false,
    }
}

fn disconnect(reset: bool, commit: bool) -> Effect {
    Effect::Disconnect { reset, commit }
}

fn stall(name: &'static str, part: Part) -> Row {
    Row {
        name,
        wrong: Wrong::Stall(part),
        ends_call: false,
    }
}

fn status(status: u16, commit: bool, retry_after: Option<&str>, body: Option<&str>) -> Effect {
    let header = retry_after.map(|value| ("Retry-After".to_owned(), value.to_owned()));
    Effect::Status {
        status,
        headers: header.into_iter().collect::<BTreeMap<_, _>>(),
        body: body.map(str::to_owned),
        commit,
    }
}
