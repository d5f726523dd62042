//! Several commands that run at the same time.

use std::process::Stdio;

use crate::support::Workspace;

#[test]
fn one_of_several_equal_creates_succeeds() {
    let workspace = Workspace::new();
    let running: Vec<_> = (0..6)
        .map(|_| {
            let mut command = workspace.command();
            command.args([
                "--sandbox",
                "contacts",
                "create",
                "--email",
                "ada@example.test",
            ]);
            command
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("the binary runs")
        })
        .collect();
    let mut codes: Vec<_> = running
        .into_iter()
        .map(|mut child| child.wait().expect("it ends").code())
        .collect();
    codes.sort();
    assert_eq!(
        codes,
        [Some(0), Some(1), Some(1), Some(1), Some(1), Some(1)]
    );
}

#[test]
fn different_creates_in_the_sandbox_all_succeed() {
    let workspace = Workspace::new();
    let mut running = Vec::new();
    for number in 0..8 {
        let mut command = workspace.command();
        command.args([
            "--sandbox",
            "contacts",
            "create",
            "--email",
            &format!("p{number}@example.test"),
        ]);
        running.push(
            command
                .stdout(Stdio::null())
                .spawn()
                .expect("the binary runs"),
        );
    }
    for child in running {
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success());
    }
    for number in 0..8 {
        assert_eq!(
            workspace
                .run(&format!(
                    "--sandbox contacts find --email p{number}@example.test"
                ))
                .code,
            0
        );
    }
}
