//! `drift doctor`: what works, what fails, and why.

use std::error::Error as _;
use std::time::{Duration, Instant, SystemTime};

use drift::{Client, ErrorKind, NextAction, TokenInfo};
use serde_json::{Value, json};

use crate::arguments::GlobalArgs;
use crate::failure::{Exit, Failure, deepest_cause};
use crate::output::{Screen, counted, token_rows};
use crate::session::{Connection, connected};

/// What a token must hold for each job, as the contract's `x-required-scopes` say.
const JOBS: [(&str, &str); 6] = [
    ("get and find contacts", "contact_read"),
    ("create, change and delete contacts", "contact_write"),
    ("unsubscribe emails", "contact_write"),
    ("list attribute definitions", "all_contact_read"),
    ("retrieve personal data", "gdpr_read"),
    ("delete personal data", "gdpr_write"),
];

/// Signed identities and stamps of time go wrong beyond this, in seconds.
const CLOCK_TOLERANCE: i64 = 30;

/// One line of the report.
struct Check {
    name: &'static str,
    state: State,
    finding: String,
    next: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Good,
    Warning,
    Bad(Exit),
}

impl State {
    /// How the report marks it.
    fn mark(self) -> &'static str {
        match self {
            State::Good => "ok",
            State::Warning => "WARN",
            State::Bad(_) => "FAIL",
        }
    }
}

impl Check {
    fn new(name: &'static str, state: State, finding: impl Into<String>) -> Self {
        Self {
            name,
            state,
            finding: finding.into(),
            next: None,
        }
    }

    fn next(mut self, action: impl Into<String>) -> Self {
        self.next = Some(action.into());
        self
    }

    fn to_json(&self) -> Value {
        let state = match self.state {
            State::Good => "good",
            State::Warning => "warning",
            State::Bad(_) => "bad",
        };
        json!({ "check": self.name, "state": state, "finding": self.finding, "next": self.next })
    }
}

/// Makes all checks. The first bad one decides about the exit code.
pub async fn run(global: &GlobalArgs, screen: &mut Screen) -> Result<(), Failure> {
    let checks = connected(global, async |connection| Ok(examine(connection).await)).await?;
    report(&checks, screen);
    let bad = checks.iter().find_map(|check| match check.state {
        State::Bad(exit) => Some((exit, check)),
        State::Good | State::Warning => None,
    });
    let Some((exit, check)) = bad else {
        return Ok(());
    };
    screen.finish()?;
    let failure = Failure::new(
        exit,
        "doctor",
        format!("the check of {} failed", check.name),
    );
    Err(match &check.next {
        Some(next) => failure.next(next),
        None => failure,
    })
}

async fn examine(connection: &Connection) -> Vec<Check> {
    let mut checks = vec![Check::new(
        "token",
        State::Good,
        format!("from {}", connection.token_from),
    )];
    let (reachable, clock) = check_network(&connection.client).await;
    let reached = reachable.state == State::Good;
    checks.push(reachable);
    checks.extend(clock);
    if !reached {
        return checks;
    }
    match connection.client.token_info().await {
        Ok(info) => {
            checks.push(Check::new("token info", State::Good, describe(&info)));
            checks.extend(JOBS.map(|(job, scope)| scope_check(&info, job, scope)));
        }
        Err(error) => checks.extend(check_by_look_up(&connection.client, &error).await),
    }
    checks
}

/// Sends one plain request without the token. Any response shows that the server is reachable, and its date how far our
/// clock is off.
async fn check_network(client: &Client) -> (Check, Option<Check>) {
    let base_url = client.base_url();
    let began = Instant::now();
    match client.check_connection().await {
        Ok(date) => {
            let finding = format!("{base_url} responds in {} ms", began.elapsed().as_millis());
            let clock = date.map(|date| clock_check(ahead_of(date)));
            (Check::new("network", State::Good, finding), clock)
        }
        Err(error) => (unreachable(base_url, &error), None),
    }
}

/// Why the server cannot be reached, and who can change it.
fn unreachable(base_url: &str, error: &drift::Error) -> Check {
    let mut finding = format!("{base_url} does not respond: {error}");
    if let Some(cause) = error.source() {
        finding.push_str(&format!(" ({})", deepest_cause(cause)));
    }
    let next = match error.next_action() {
        action @ (NextAction::CheckCertificates | NextAction::CheckProxy) => action.to_string(),
        _ => "check the base URL, the network, and HTTPS_PROXY".to_owned(),
    };
    Check::new("network", State::Bad(Exit::Other), finding).next(next)
}

/// How far this machine's clock is ahead of another's, in seconds.
fn ahead_of(theirs: SystemTime) -> i64 {
    let seconds = |off: Duration| i64::try_from(off.as_secs()).unwrap_or(i64::MAX);
    match SystemTime::now().duration_since(theirs) {
        Ok(ahead) => seconds(ahead),
        Err(behind) => -seconds(behind.duration()),
    }
}

/// `off` is how far this machine's clock is ahead, in seconds.
fn clock_check(off: i64) -> Check {
    let way = if off < 0 { "behind" } else { "ahead" };
    let finding = match off.abs() {
        0..=1 => "exact to the second".to_owned(),
        seconds => format!("{seconds} s {way}"),
    };
    if off.abs() <= CLOCK_TOLERANCE {
        return Check::new("clock", State::Good, finding);
    }
    Check::new("clock", State::Warning, finding)
        .next("set the clock: signed identities expire too early or too late")
}

fn describe(info: &TokenInfo) -> String {
    let facts: Vec<String> = token_rows(info)
        .into_iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    facts.join("; ")
}

fn scope_check(info: &TokenInfo, job: &'static str, scope: &str) -> Check {
    if info.scopes().contains(&scope) {
        return Check::new(job, State::Good, "allowed");
    }
    Check::new(
        job,
        State::Warning,
        format!("would be refused: the token lacks the scope {scope}"),
    )
    .next("add the scope to the app on dev.drift.com, then create a new token")
}

/// Checks by a look-up whether a token works that Drift does not describe.
async fn check_by_look_up(client: &Client, error: &drift::Error) -> Vec<Check> {
    let no_info = Check::new(
        "token info",
        State::Warning,
        format!("not available: {error}"),
    );
    let looked_up = client
        .contacts()
        .find_by_email("nobody@example.invalid")
        .await;
    let check = match looked_up {
        Ok(_) => Check::new(JOBS[0].0, State::Good, "allowed"),
        Err(error) if error.kind() == ErrorKind::Unauthorized => {
            Check::new("token info", State::Bad(Exit::Refused), error.to_string())
                .next("ask your Drift administrator for a new token")
        }
        Err(error) if error.kind() == ErrorKind::NotDrift => {
            let finding = format!("{} is not Drift: {error}", client.base_url());
            Check::new("token info", State::Bad(Exit::Other), finding)
                .next(error.next_action().to_string())
        }
        Err(error) => {
            let failure = Failure::of_reading(&error);
            Check::new(JOBS[0].0, State::Bad(failure.exit()), error.to_string())
                .next(failure.advice().join("; "))
        }
    };
    if check.name == "token info" {
        vec![check]
    } else {
        vec![no_info, check]
    }
}

fn report(checks: &[Check], screen: &mut Screen) {
    if screen.is_json() {
        screen.value(&checks.iter().map(Check::to_json).collect::<Value>());
        return;
    }
    let rows: Vec<(String, String)> = checks
        .iter()
        .map(|check| {
            let mark = check.state.mark();
            (format!("{mark:<4} {}", check.name), check.finding.clone())
        })
        .collect();
    screen.rows(&rows);
    let mut advice: Vec<&str> = checks
        .iter()
        .filter(|check| check.state == State::Warning)
        .filter_map(|check| check.next.as_deref())
        .collect();
    advice.dedup();
    for next in advice {
        screen.next_step(&format!("next: {next}"));
    }
    screen.line(&summary(checks));
}

/// One line: how many checks were made, and how they ended.
fn summary(checks: &[Check]) -> String {
    let count = |mark: &str| {
        let ended = checks.iter().filter(|check| check.state.mark() == mark);
        ended.count() as u64
    };
    let mut parts = vec![format!("{} passed", count("ok"))];
    if count("WARN") > 0 {
        parts.push(counted(count("WARN"), "warning"));
    }
    if count("FAIL") > 0 {
        parts.push(format!("{} failed", count("FAIL")));
    }
    format!(
        "{}: {}",
        counted(checks.len() as u64, "check"),
        parts.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_judged_by_how_far_it_is_off() {
        for (off, finding, state) in [
            (0, "exact to the second", State::Good),
            (-1, "exact to the second", State::Good),
            (30, "30 s ahead", State::Good),
            (31, "31 s ahead", State::Warning),
            (-3600, "3600 s behind", State::Warning),
        ] {
            let check = clock_check(off);
            assert!(check.finding == finding && check.state == state, "{off}");
        }
    }

    #[test]
    fn the_summary_counts_each_state() {
        let check = |state| Check::new("x", state, "");
        let (good, warning, bad) = (State::Good, State::Warning, State::Bad(Exit::Other));
        for (states, line) in [
            (&[good, good][..], "2 checks: 2 passed"),
            (&[good, warning], "2 checks: 1 passed, 1 warning"),
            (&[good, warning, warning], "3 checks: 1 passed, 2 warnings"),
            (&[bad], "1 check: 0 passed, 1 failed"),
            (
                &[good, warning, bad],
                "3 checks: 1 passed, 1 warning, 1 failed",
            ),
        ] {
            let checks: Vec<Check> = states.iter().map(|state| check(*state)).collect();
            assert_eq!(summary(&checks), line);
        }
    }

    #[test]
    fn the_scopes_are_those_of_the_contract() {
        for scope in [
            "contact_read",
            "contact_write",
            "all_contact_read",
            "gdpr_read",
            "gdpr_write",
        ] {
            assert!(JOBS.iter().any(|(_, needed)| *needed == scope), "{scope}");
        }
        for line in drift::sdk::CONTRACT
            .lines()
            .filter_map(|line| line.trim().strip_prefix("x-required-scopes: ["))
        {
            for scope in line
                .trim_end_matches(']')
                .split(", ")
                .filter(|scope| !scope.is_empty())
            {
                assert!(
                    JOBS.iter().any(|(_, needed)| *needed == scope),
                    "{scope} is in the contract"
                );
            }
        }
        assert!(drift::sdk::CONTRACT.contains("x-required-scopes: [contact_write]"));
    }
}
