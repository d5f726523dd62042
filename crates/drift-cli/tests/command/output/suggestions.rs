//! Words that are no command, and values without their option: the error names the command line that was meant.

use crate::support::Workspace;

#[test]
fn the_command_that_was_meant_is_named() {
    let workspace = Workspace::new();
    for (line, tip) in [
        ("init", "drift login"),
        ("create --email ada@example.test", "drift contacts create"),
        ("contacts list", "drift contacts find"),
        ("--json contacts remove 7", "drift contacts delete"),
        (
            "ada@example.test",
            "drift contacts find --email ada@example.test",
        ),
        (
            "contacts ada@example.test",
            "drift contacts find --email ada@example.test",
        ),
        ("contacts find ada@example.test", "--email ada@example.test"),
        (
            "contacts create ada@example.test",
            "--email ada@example.test",
        ),
        (
            "contacts get ada@example.test",
            "drift contacts find --email ada@example.test",
        ),
        (
            "contacts update --email ada@example.test",
            "find the id: drift contacts find --email",
        ),
        (
            "contacts delete",
            "find the id: drift contacts find --email",
        ),
        (
            "contacts export --all",
            "name them in a file: --emails FILE",
        ),
    ] {
        let finished = workspace.run(line);
        assert_eq!(finished.code, 2, "{line}: {}", finished.stderr);
        assert!(finished.stderr.contains(tip), "{line}: {}", finished.stderr);
        assert!(
            !finished.stderr.contains("identity"),
            "{line}: {}",
            finished.stderr
        );
    }
    let stranger = workspace.run("xyzzy");
    assert!(!stranger.stderr.contains("tip:"), "{}", stranger.stderr);
}
