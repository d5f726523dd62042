//! A process that is frozen for longer than a server keeps idle connections: a laptop that sleeps, a function in the cloud
//! between two events, a debugger. The next call uses another connection, and no request is lost.
//!
//! The test starts itself a second time, and freezes that process between two creates.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use drift_tests::ada;

use super::one_attempt;
use super::server::{self, Server};

/// Where the second process finds the URL of the server, and how it runs.
const URL: &str = "DRIFT_TEST_OF_A_FROZEN_PROCESS";
const RUNTIME: &str = "DRIFT_TEST_RUNTIME";

/// How long a process must be frozen until a client waits for its connections: more than 250 ms.
const FROZEN: Duration = Duration::from_millis(300);

const IDLE: &str = "idle";
const CREATED: &str = "created twice";

#[test]
fn a_process_that_was_frozen_loses_no_request() {
    if let Ok(url) = std::env::var(URL) {
        return create_twice(&url);
    }
    for runtime in ["blocking", "current_thread", "multi_thread"] {
        let server = Server::http(server::drift);
        let mut child = start(&server.url(), runtime);
        let mut shown = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let mut wait_for = |said: &str| {
            let mut lines = shown.by_ref().map_while(Result::ok);
            assert!(lines.any(|line| line.contains(said)), "{runtime}: {said}");
        };
        wait_for(IDLE);
        signal(&child, "STOP");
        server.end_connections();
        std::thread::sleep(FROZEN);
        let mut stdin = child.stdin.take().expect("it is piped");
        stdin.write_all(b"go on\n").expect("written");
        signal(&child, "CONT");
        wait_for(CREATED);
        assert!(child.wait().expect("its end").success(), "{runtime}");
        assert_eq!(server.requests().len(), 2, "{runtime}");
        assert_eq!(server.connections(), 2, "{runtime}: a dead one was used");
    }
}

/// This test, in a process of its own.
fn start(url: &str, runtime: &str) -> Child {
    let this = "network::frozen_process::a_process_that_was_frozen_loses_no_request";
    Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", this, "--nocapture"])
        .env(URL, url)
        .env(RUNTIME, runtime)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts")
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill")
        .args(["-s", name, &child.id().to_string()])
        .status();
    assert!(sent.expect("kill runs").success());
}

/// Two creates, of which each makes one attempt. Between them the process does nothing but wait to be told to go on.
fn create_twice(url: &str) {
    let mut runtime = match std::env::var(RUNTIME).as_deref() {
        Ok("current_thread") => tokio::runtime::Builder::new_current_thread(),
        Ok("multi_thread") => tokio::runtime::Builder::new_multi_thread(),
        _ => return create_twice_blocking(url),
    };
    let runtime = runtime.enable_all().build().expect("a runtime");
    let client = one_attempt(url).build().expect("a client");
    runtime.block_on(async {
        client.contacts().create(ada()).await.expect("created");
        wait_to_go_on();
        client.contacts().create(ada()).await.expect("created");
    });
    println!("{CREATED}");
}

fn create_twice_blocking(url: &str) {
    let client = drift::blocking::Client::from_builder(one_attempt(url)).expect("a client");
    client.contacts().create(ada()).expect("created");
    wait_to_go_on();
    client.contacts().create(ada()).expect("created");
    println!("{CREATED}");
}

fn wait_to_go_on() {
    println!("{IDLE}");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).expect("a line");
}
