//! `drift contacts export`.

use crate::support::{ImportWorkspace, leads};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn contacts_are_exported_by_a_list() {
    let workspace = ImportWorkspace::new().await;
    workspace.file("leads.csv", &leads(3));
    workspace.run("contacts import leads.csv");
    workspace.file("emails.txt", "lead2@example.test\nlead0@example.test\n");
    let finished = workspace.run("contacts export --emails emails.txt --out out.csv");
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    let text = workspace.text("out.csv");
    assert_eq!(text.lines().count(), 3);
    let ids: String = text
        .lines()
        .skip(1)
        .map(|line| format!("{}\n", line.split(',').next().unwrap_or_default()))
        .collect();
    workspace.file("ids.txt", &format!("{ids}17\n"));
    let finished = workspace.run("contacts export --ids ids.txt --format jsonl");
    assert_eq!(
        (finished.code, finished.stdout.lines().count()),
        (1, 2),
        "{}",
        finished.stderr
    );
    assert!(finished.stderr.contains("lines 3"), "{}", finished.stderr);
}
