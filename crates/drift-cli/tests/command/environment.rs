//! Environment variables: which are needed, which are refused, and what is never shown of them.

use crate::support::{
    ConnectionCounter, EmulatorProcess, SelfSignedServer, Workspace, account, finished,
    refusing_proxy,
};

#[test]
fn an_empty_variable_is_refused() {
    let workspace = Workspace::new();
    let emulator = EmulatorProcess::start(&workspace, "");
    let (url, token) = (emulator.url.as_str(), "sandbox");
    for (base_url, token, named) in [
        ("", token, "DRIFT_BASE_URL"),
        (" ", token, "DRIFT_BASE_URL"),
        (url, "", "DRIFT_TOKEN"),
    ] {
        let environment = [("DRIFT_BASE_URL", base_url), ("DRIFT_TOKEN", token)];
        let finished = workspace.run_with("contacts get 1", &environment);
        assert_eq!(finished.code, 2, "{}", finished.stderr);
        let expected = format!("{named} is set and empty");
        assert!(finished.stderr.contains(&expected), "{}", finished.stderr);
    }
    let here = [
        ("DRIFT_BASE_URL", url),
        ("DRIFT_TOKEN", token),
        ("DRIFT_PROFILE", ""),
    ];
    assert_eq!(workspace.run_with("token info", &here).code, 0);
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_utf_8_is_refused() {
    use std::os::unix::ffi::OsStrExt;
    let workspace = Workspace::new();
    for name in ["DRIFT_BASE_URL", "DRIFT_TOKEN", "DRIFT_PROFILE"] {
        let mut command = workspace.command();
        command
            .args(["contacts", "get", "1"])
            .env("DRIFT_TOKEN", "t_1")
            .env(name, std::ffi::OsStr::from_bytes(b"x\xff"));
        let finished = finished(&command.output().expect("the binary runs"));
        assert_eq!(finished.code, 2, "{}", finished.stderr);
        let expected = format!("{name} is not UTF-8");
        assert!(finished.stderr.contains(&expected), "{}", finished.stderr);
    }
}

#[test]
fn a_password_in_a_base_url_is_not_shown() {
    let workspace = Workspace::new();
    let url = "https://me:hunter2@gateway.example.test/drift";
    let environment = [("DRIFT_BASE_URL", url), ("DRIFT_TOKEN", "t_1")];
    let configured = workspace.path().join("config/drift");
    std::fs::create_dir_all(&configured).expect("a folder");
    let profile = format!("[profiles.acme]\ntoken_env = \"T\"\nbase_url = \"{url}\"\n");
    std::fs::write(configured.join("config.toml"), profile).expect("a file");
    for (line, code) in [
        ("contacts get 1", 2),
        ("doctor --json", 2),
        ("profiles list", 0),
        ("profiles list --json", 0),
    ] {
        let finished = workspace.run_with(line, &environment);
        assert_eq!(finished.code, code, "{line}: {}", finished.stderr);
        let seen = finished.stdout + &finished.stderr;
        assert!(seen.contains("@gateway.example.test"), "{line}: {seen}");
        assert!(!seen.contains("hunter2"), "{line}: {seen}");
    }
}

#[test]
fn plain_http_never_goes_through_a_proxy() {
    let workspace = Workspace::new();
    let counter = ConnectionCounter::start();
    let emulator = EmulatorProcess::start(&workspace, "");
    let proxies = [
        ("http_proxy", counter.url.as_str()),
        ("https_proxy", &counter.url),
        ("HTTP_PROXY", &counter.url),
        ("HTTPS_PROXY", &counter.url),
        ("ALL_PROXY", &counter.url),
    ];
    assert_eq!(
        workspace
            .run_with("--sandbox contacts create --email a@example.test", &proxies)
            .code,
        0
    );
    let port = emulator.url.rsplit(':').next().expect("a port");
    for host in [
        "http://127.0.0.1",
        "http://localhost",
        "http://LOCALHOST",
        "http://127.1",
        "HTTP://127.0.0.1",
    ] {
        let url = format!("{host}:{port}");
        let environment = [&proxies[..], &account("sandbox", &url)[..]].concat();
        for line in ["token info", "doctor"] {
            let finished = workspace.run_with(line, &environment);
            assert_eq!(finished.code, 0, "{url} {line}: {}", finished.stderr);
        }
    }
    let nobody = account("sandbox", "http://[::1]:9");
    let environment = [&proxies[..], &nobody[..]].concat();
    assert_eq!(workspace.run_with("doctor", &environment).code, 4);
    assert_eq!(counter.connections(), 0);
}

/// Nobody waits for a retry that cannot help.
#[test]
fn a_setting_of_the_environment_that_is_in_the_way_is_named() {
    let workspace = Workspace::new();
    let server = SelfSignedServer::start();
    let proxy = refusing_proxy("407 Proxy Authentication Required");
    let leads = "email\nada@example.test\n";
    std::fs::write(workspace.path().join("leads.csv"), leads).expect("a file");
    for (url, proxy, named) in [
        (server.url.as_str(), "", "SSL_CERT_FILE"),
        ("https://drift.example.test", &proxy, "HTTPS_PROXY"),
    ] {
        let environment = [&account("t_1", url)[..], &[("HTTPS_PROXY", proxy)]].concat();
        for (line, code) in [
            ("contacts create --email ada@example.test", 4),
            ("contacts get 7", 4),
            ("contacts import leads.csv --dry-run", 2),
        ] {
            let finished = workspace.run_with(&format!("{line} --json"), &environment);
            assert_eq!(finished.code, code, "{line}: {}", finished.stderr);
            let error = finished.error();
            assert_eq!(
                (&error["kind"], &error["delivery"]),
                (&"connect".into(), &"not_sent".into())
            );
            assert!(
                finished.stderr.contains(named),
                "{line}: {}",
                finished.stderr
            );
        }
    }
}

/// It would be ignored otherwise, and the request would go past the proxy that somebody has asked for.
#[test]
fn a_proxy_variable_that_cannot_be_read_is_refused() {
    let workspace = Workspace::new();
    for (name, value) in [
        ("HTTPS_PROXY", "::::"),
        ("https_proxy", "http://user:secret@"),
        ("ALL_PROXY", "ftp://proxy.example.test"),
    ] {
        let mut environment = account("t_1", "https://drift.example.test").to_vec();
        environment.push((name, value));
        let finished = workspace.run_with("--timeout 2 contacts get 7", &environment);
        assert_eq!(finished.code, 2, "{}", finished.stderr);
        assert!(finished.stderr.contains(name), "{}", finished.stderr);
        assert!(!finished.stderr.contains("secret"), "{}", finished.stderr);
        assert!(
            !finished.stderr.contains("the token"),
            "{}",
            finished.stderr
        );
    }
}
