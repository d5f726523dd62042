//! The fault matrix through the gateway: every fault × once or always × every goal × whether the contact existed × with a
//! key or without. What the caller is told is held against what the emulator has.

use std::time::Duration;

use drift_emulator::{Effect, Emulator, Fault};
use drift_gateway::Builder;
use serde_json::json;

use crate::support::{Response, Scene, client_of, status};

/// The goals of a create.
const GOALS: [&str; 3] = ["create", "ensure", "upsert"];

fn faults() -> Vec<Effect> {
    let disconnect = |reset, commit| Effect::Disconnect { reset, commit };
    let redirect = Effect::Redirect {
        location: "https://elsewhere.example/".to_owned(),
        status: 307,
    };
    let page = |commit| Effect::Status {
        status: 403,
        headers: [("content-type".to_owned(), "text/html".to_owned())].into(),
        body: Some("<html>blocked</html>".to_owned()),
        commit,
    };
    let mut faults = vec![
        Effect::HalfBody,
        Effect::Twice,
        redirect,
        page(false),
        page(true),
    ];
    for commit in [false, true] {
        faults.push(disconnect(false, commit));
        faults.push(disconnect(true, commit));
        faults.push(Effect::Garbage { commit });
        faults.extend([408, 500, 502, 504].map(|code| status(code, commit)));
    }
    faults.extend([400, 401, 403, 413, 422, 429, 503].map(|code| status(code, false)));
    faults
}

/// One cell.
struct Cell<'a> {
    effect: &'a Effect,
    is_always: bool,
    goal: &'static str,
    existed: bool,
    key: Option<String>,
    email: String,
}

impl Cell<'_> {
    fn name(&self) -> String {
        let often = if self.is_always { "always" } else { "once" };
        let keyed = if self.key.is_some() {
            "keyed"
        } else {
            "unkeyed"
        };
        format!(
            "{:?} {often}, {} {keyed}, existed: {}",
            self.effect, self.goal, self.existed
        )
    }

    async fn play(&self, scene: &Scene) {
        scene.emulator.faults().clear();
        if self.existed {
            self.create_before(scene).await;
        }
        let fault = Fault::new(self.effect.clone())
            .method("POST")
            .path("/contacts");
        scene.fault(if self.is_always { fault } else { fault.nth(1) });
        let first = self.ask(scene).await;
        self.check(scene, &first).await;
        scene.emulator.faults().clear();
        if self.key.is_some() {
            self.ask_again(scene, &first).await;
        }
    }

    /// Somebody else creates the contact, past the gateway and its pauses.
    async fn create_before(&self, scene: &Scene) {
        let new = drift::NewContact::new(&self.email).expect("an address");
        let created = client_of(&scene.emulator).contacts().create(new).await;
        created.expect("created");
    }

    /// The caller's own retry is safe, and ends.
    async fn ask_again(&self, scene: &Scene, first: &Response) {
        let is_final = |response: &Response| matches!(response.status, 200 | 400 | 409 | 422);
        let mut second = self.ask(scene).await;
        // A pause that Drift asked for may go on for a while.
        while !is_final(&second) {
            self.check(scene, &second).await;
            second = self.ask(scene).await;
        }
        self.check(scene, &second).await;
        if is_final(first) {
            assert!(
                second.is_replayed() && second.json == first.json,
                "{}: {} {}, then {} {}",
                self.name(),
                first.status,
                first.json,
                second.status,
                second.json
            );
        }
        let third = self.ask(scene).await;
        assert!(
            third.is_replayed() && third.json == second.json,
            "{}",
            self.name()
        );
        assert_eq!(
            (third.status, third.outcome()),
            (second.status, second.outcome())
        );
    }

    async fn ask(&self, scene: &Scene) -> Response {
        let mut headers = vec![("drift-goal", self.goal)];
        if let Some(key) = &self.key {
            headers.push(("idempotency-key", key));
        }
        scene
            .create(json!({"email": self.email, "plan": "pro"}), &headers)
            .await
    }

    /// What the caller was told is so.
    async fn check(&self, scene: &Scene, response: &Response) {
        let count = scene
            .emulator
            .state()
            .count_by_email(&self.email)
            .await
            .expect("a count");
        let before = u64::from(self.existed);
        let is_true = match (response.status, response.outcome()) {
            (200, Some("created" | "recovered")) => !self.existed && count == 1,
            (200, Some("existed" | "updated")) => count == 1,
            (409, None) => self.goal == "create" && count == 1,
            (504, None) => count <= 1,
            (_, None) => count == before,
            _ => false,
        };
        let (status, outcome) = (response.status, response.outcome());
        assert!(
            is_true,
            "{}: {status} {outcome:?}, {count} contacts: {}",
            self.name(),
            response.json
        );
        assert!(response.json["data"].is_object() || response.error_type().is_some());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_leaves_one_contact_and_a_true_response() {
    let mut rows = tokio::task::JoinSet::new();
    for effect in faults() {
        for is_always in [false, true] {
            let effect = effect.clone();
            rows.spawn(async move { play_row(&effect, is_always).await });
        }
    }
    let mut cells = 0;
    while let Some(played) = rows.join_next().await {
        cells += played.expect("every cell is true");
    }
    assert_eq!(cells, faults().len() * 2 * GOALS.len() * 4);
}

/// All cells with this fault.
async fn play_row(effect: &Effect, is_always: bool) -> usize {
    let emulator = Emulator::start().await.expect("an emulator");
    let short = |builder: Builder| builder.total_timeout(Duration::from_secs(4));
    let scene = Scene::before(emulator, true, short).await;
    let mut number = 0;
    for goal in GOALS {
        for existed in [false, true] {
            for is_keyed in [false, true] {
                number += 1;
                let cell = Cell {
                    effect,
                    is_always,
                    goal,
                    existed,
                    key: is_keyed.then(|| format!("k{number}")),
                    email: format!("ada{number}@example.test"),
                };
                cell.play(&scene).await;
            }
        }
    }
    number
}
