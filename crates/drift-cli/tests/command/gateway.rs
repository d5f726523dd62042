//! `drift gateway`: its first line, how it ends, its keys, deliveries and backups.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use drift::{CallOptions, Client, NewContact};
use serde_json::{Value, json};

use crate::support::{EmulatorProcess, Workspace, account};

/// `drift gateway` on a free port; it ends when this is dropped.
pub struct GatewayProcess {
    child: Child,
    url: String,
}

impl GatewayProcess {
    pub fn start(workspace: &Workspace, line: &str, environment: &[(&str, &str)]) -> Self {
        let mut command = workspace.command();
        command.args(line.split_whitespace()).args(["--port", "0"]);
        command.envs(environment.iter().copied());
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the binary runs");
        let mut url = String::new();
        let out = child.stdout.as_mut().expect("it is piped");
        BufReader::new(out)
            .read_line(&mut url)
            .expect("a first line");
        Self {
            child,
            url: url.trim_end().to_owned(),
        }
    }

    /// A client whose calls go through the gateway, with these headers.
    pub fn client(&self, token: &str, headers: &[(&str, &str)]) -> Client {
        let options = headers
            .iter()
            .fold(CallOptions::default(), |options, (name, value)| {
                options.header(name, value).expect("a header")
            });
        let builder = Client::builder(token).base_url(&self.url).options(options);
        builder.build().expect("a client")
    }

    #[cfg(unix)]
    fn terminate(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        let sent = std::process::Command::new("kill")
            .args(["-s", "TERM", &id])
            .status();
        assert!(sent.expect("kill runs").success());
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for GatewayProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ada() -> NewContact {
    NewContact::new("ada@example.test").expect("an address")
}

#[cfg(unix)]
#[tokio::test]
async fn callers_use_their_own_token_and_a_signal_ends_it() {
    let workspace = Workspace::new();
    let emulator = EmulatorProcess::start(&workspace, "");
    let environment = [("DRIFT_BASE_URL", emulator.url.as_str())];
    let gateway = GatewayProcess::start(&workspace, "gateway", &environment);
    assert!(
        gateway.url.starts_with("http://127.0.0.1:"),
        "{}",
        gateway.url
    );
    let created = gateway
        .client("sandbox", &[])
        .contacts()
        .create(ada())
        .await;
    assert!(created.is_ok());
    let refused = gateway.client("wrong", &[]).contacts().create(ada()).await;
    assert_eq!(refused.map_err(|error| error.status()), Err(Some(401)));
    assert_eq!(gateway.terminate(), Some(0));
}

#[tokio::test]
async fn it_holds_the_token_and_callers_present_a_key() {
    let workspace = Workspace::new();
    let emulator = EmulatorProcess::start(&workspace, "");
    let environment = account("sandbox", emulator.url.as_str());
    let without_key = workspace.run_with("gateway --port 0", &environment);
    assert_eq!(without_key.code, 2);
    assert!(
        without_key.stderr.contains("drift gateway keys add"),
        "{}",
        without_key.stderr
    );

    let key = workspace
        .run("gateway keys add shop")
        .stdout
        .trim()
        .to_owned();
    assert_eq!(workspace.run("gateway keys add shop").code, 2);
    assert_eq!(workspace.run("gateway keys list").stdout, "shop\n");
    let gateway = GatewayProcess::start(&workspace, "gateway", &environment);
    let accept = [("Idempotency-Key", "k1"), ("Prefer", "respond-async")];
    // The library takes a 202 without a contact for one that it must look for.
    let _accepted = gateway.client(&key, &accept).contacts().create(ada()).await;
    let refused = gateway.client("sandbox", &[]).token_info().await;
    assert_eq!(refused.map_err(|error| error.status()), Err(Some(401)));

    let backup = workspace.run("gateway backup copy.db");
    assert_eq!(backup.code, 0, "{}", backup.stderr);
    assert!(workspace.path().join("copy.db").exists());
    assert_eq!(workspace.run("gateway backup copy.db").code, 2);
    assert_eq!(workspace.run("gateway keys remove shop").code, 0);
    assert_eq!(workspace.run("gateway keys remove shop").code, 1);
}

#[tokio::test]
async fn the_default_profile_holds_the_credentials_unless_callers_are_to_send_theirs() {
    let workspace = Workspace::new();
    let emulator = EmulatorProcess::start(&workspace, "");
    let add = format!(
        "--base-url {} profiles add acme --token-env ACME",
        emulator.url
    );
    assert_eq!(workspace.run(&add).code, 0);
    let environment = [("ACME", "sandbox")];
    let without_key = workspace.run_with("gateway --port 0", &environment);
    assert_eq!(without_key.code, 2);
    for advice in ["drift gateway keys add", "--caller-tokens", "ACME"] {
        let printed = &without_key.stderr;
        assert!(printed.contains(advice), "{advice} in {printed}");
    }
    let key = workspace.run("gateway keys add shop").stdout;
    let keyed = [("Idempotency-Key", "k1")];
    let gateway = GatewayProcess::start(&workspace, "gateway", &environment);
    let client = gateway.client(key.trim(), &keyed);
    assert!(client.contacts().create(ada()).await.is_ok());
    let refused = gateway.client("sandbox", &[]).token_info().await;
    assert_eq!(refused.map_err(|error| error.status()), Err(Some(401)));
    drop(gateway);

    let line = format!("--base-url {} gateway --caller-tokens", emulator.url);
    let gateway = GatewayProcess::start(&workspace, &line, &environment);
    let described = gateway.client("sandbox", &[]).token_info().await;
    assert!(described.is_ok());
    let both = workspace.run("--profile acme gateway --caller-tokens");
    assert_eq!(both.code, 2);
}

#[tokio::test]
async fn what_drift_refused_is_listed_sent_again_and_dropped() {
    let workspace = Workspace::new();
    let gateway = GatewayProcess::start(&workspace, "--sandbox gateway", &[]);
    gateway
        .client("sandbox", &[])
        .contacts()
        .create(ada())
        .await
        .expect("created");
    let accept = [("Idempotency-Key", "k1"), ("Prefer", "respond-async")];
    let _accepted = gateway
        .client("sandbox", &accept)
        .contacts()
        .create(ada())
        .await;

    let failed = until(&workspace, "--failed", "failed").await;
    assert_eq!(
        (&failed["key"], &failed["reason"]),
        (&json!("k1"), &json!("409 CONTACT-6"))
    );
    let deliveries = |line: &str| workspace.run(&format!("--sandbox gateway deliveries {line}"));
    assert_eq!(deliveries("retry nothing").code, 1);
    assert_eq!(deliveries("retry k1").code, 0);
    until(&workspace, "", "delivered").await;
    assert!(deliveries("").stdout.contains("k1"));
    assert_eq!(deliveries("drop k1").code, 0);
    assert_eq!(deliveries("--json").json(), json!([]));
}

/// Lists until the first delivery is in this state. Sent again, it is looked up first, and the contact is there.
async fn until(workspace: &Workspace, option: &str, state: &str) -> Value {
    loop {
        let listed = workspace.run(&format!("--sandbox gateway deliveries {option} --json"));
        assert_eq!(listed.code, 0, "{}", listed.stderr);
        let first = listed.json()[0].clone();
        if first["state"] == state {
            return first;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}
