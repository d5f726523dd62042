//! What will happen to a row, decided from what is known of it: pure, without a file and without Drift.

use drift::ContactId;

use crate::context::options::{OnDuplicate, SecondContact};
use crate::plan::filling::Filling;

/// What will happen to a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A contact is created.
    Create,
    /// The contact exists and is given the row's attributes.
    Update(ContactId),
    /// The contact exists and stays as it is. Without an id where several contacts have the email.
    Skip(Option<ContactId>),
    /// Nothing is sent.
    Refuse,
}

/// A verdict with its reason, which names no value of the row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What will happen.
    pub verdict: Verdict,
    /// Why; empty where nothing needs to be said.
    pub reason: String,
    /// Attributes of the row that an update does not write, since the contact has values for them.
    pub kept: Vec<String>,
}

/// What Drift was found to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// It was not looked up.
    NotAsked,
    /// No contact.
    Nobody,
    /// One contact.
    One(ContactId),
    /// So many contacts.
    Several(usize),
}

/// What is known of a row.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Whether it has an external id.
    pub has_external_id: bool,
    /// Whether its address is on the do-not-contact list.
    pub suppressed: bool,
    /// Whether its external id belongs to a run of sequence numbers in the file.
    pub in_sequence: bool,
    /// Whether its external id is derived from an id of one's own that a row with another email has too.
    pub shares_own_id: bool,
    /// The first line with the same external id.
    pub line_with_id: Option<u64>,
    /// The first line with the same email.
    pub line_with_email: Option<u64>,
    /// The contacts that have the external id.
    pub by_id: Found,
    /// Whether a contact that has the external id has another email.
    pub other_email: bool,
    /// The contacts that have the email.
    pub by_email: Found,
    /// How the row compares to the contact that was found; known for [`OnDuplicate::Fill`] only.
    pub filling: Filling,
}

/// The options that decide.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rules {
    /// What to do with a contact that exists.
    pub on_duplicate: OnDuplicate,
    /// What to do where a second contact for an email would be made.
    pub second_contact: SecondContact,
}

/// Decides what will happen to a row.
pub fn decide(facts: &Facts, rules: Rules) -> Decision {
    if facts.suppressed {
        return refuse("the address is on the do-not-contact list");
    }
    if facts.in_sequence {
        return refuse(
            "the external ids of this file are sequence numbers, so strangers can guess this one",
        );
    }
    if facts.shares_own_id {
        return refuse(
            "rows with other emails have the same id of your own, so it identifies none of them",
        );
    }
    if let Some(line) = facts.line_with_id {
        return refuse(format!("the same external id as line {line}"));
    }
    match facts.by_id {
        Found::One(contact) => known_by_id(contact, facts, rules),
        Found::Several(count) => refuse(format!(
            "{count} contacts have this external id, which Drift's rules exclude"
        )),
        Found::Nobody | Found::NotAsked if facts.has_external_id => new_id(facts, rules),
        Found::Nobody | Found::NotAsked => email_alone(facts, rules),
    }
}

fn known_by_id(contact: ContactId, facts: &Facts, rules: Rules) -> Decision {
    let reason = if facts.other_email {
        "a contact has this external id, and another email"
    } else {
        "a contact has this external id"
    };
    exists(contact, reason, "external id", facts, rules)
}

/// The external id is new, so Drift would not look at the email.
fn new_id(facts: &Facts, rules: Rules) -> Decision {
    if let Some(line) = facts.line_with_email {
        let reason = format!("a second contact for the email of line {line}");
        return second(None, reason, facts, rules);
    }
    match facts.by_email {
        Found::One(contact) => {
            let reason = "a second contact for an email that Drift has";
            second(Some(contact), reason.to_owned(), facts, rules)
        }
        Found::Several(count) => {
            let reason = format!("one more contact for an email that {count} contacts have");
            second(None, reason, facts, rules)
        }
        Found::Nobody => create(""),
        Found::NotAsked => {
            create("not looked up: the external id and the email may be known to Drift")
        }
    }
}

fn second(contact: Option<ContactId>, reason: String, facts: &Facts, rules: Rules) -> Decision {
    match (rules.second_contact, contact) {
        (SecondContact::Create, _) => create(format!("makes {reason}")),
        (SecondContact::Existing, Some(contact)) => exists(
            contact,
            "a contact has this email, under another external id or none",
            "email",
            facts,
            rules,
        ),
        (SecondContact::Refuse | SecondContact::Existing, _) => {
            refuse(format!("would make {reason}"))
        }
    }
}

fn email_alone(facts: &Facts, rules: Rules) -> Decision {
    if let Some(line) = facts.line_with_email {
        return refuse(format!("the same email as line {line}"));
    }
    match (facts.by_email, rules.on_duplicate) {
        (Found::Nobody, _) => create(""),
        (Found::NotAsked, _) => create("not looked up: the email may be known to Drift"),
        (Found::One(contact), _) => {
            exists(contact, "a contact has this email", "email", facts, rules)
        }
        (Found::Several(count), OnDuplicate::Skip) => decision(
            Verdict::Skip(None),
            format!("{count} contacts have this email"),
        ),
        (Found::Several(count), OnDuplicate::Update | OnDuplicate::Fill) => refuse(format!(
            "{count} contacts have this email, and which of them to update is unknown"
        )),
        (Found::Several(count), OnDuplicate::Fail) => {
            refuse(format!("refused by email: {count} contacts have it"))
        }
    }
}

fn exists(contact: ContactId, reason: &str, by: &str, facts: &Facts, rules: Rules) -> Decision {
    match rules.on_duplicate {
        OnDuplicate::Skip => decision(Verdict::Skip(Some(contact)), reason),
        OnDuplicate::Update => decision(Verdict::Update(contact), reason),
        OnDuplicate::Fill => fill(contact, reason, &facts.filling),
        OnDuplicate::Fail => refuse(format!("refused by {by}: {reason}")),
    }
}

/// An update that writes only what the contact lacks or has empty.
fn fill(contact: ContactId, reason: &str, filling: &Filling) -> Decision {
    if !filling.fills {
        let reason = format!("{reason}; it has a value for every attribute of the row");
        return decision(Verdict::Skip(Some(contact)), reason);
    }
    let keeps = match filling.kept.as_slice() {
        [] => String::new(),
        kept => format!("; it keeps its {}", kept.join(", ")),
    };
    Decision {
        kept: filling.kept.clone(),
        ..decision(Verdict::Update(contact), format!("{reason}{keeps}"))
    }
}

fn create(reason: impl Into<String>) -> Decision {
    decision(Verdict::Create, reason)
}

pub(crate) fn refuse(reason: impl Into<String>) -> Decision {
    decision(Verdict::Refuse, reason)
}

pub(crate) fn decision(verdict: Verdict, reason: impl Into<String>) -> Decision {
    Decision {
        verdict,
        reason: reason.into(),
        kept: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Found::{Nobody, NotAsked, One, Several};
    use OnDuplicate::{Fail, Skip, Update};

    const ADA: ContactId = ContactId::new(7);

    fn facts(has_external_id: bool, by_id: Found, by_email: Found) -> Facts {
        Facts {
            has_external_id,
            suppressed: false,
            in_sequence: false,
            shares_own_id: false,
            line_with_id: None,
            line_with_email: None,
            by_id,
            other_email: false,
            by_email,
            filling: Filling::default(),
        }
    }

    #[test]
    fn an_update_that_fills_writes_only_what_the_contact_lacks() {
        let rules = Rules {
            on_duplicate: OnDuplicate::Fill,
            ..Rules::default()
        };
        let (skip, update) = (Verdict::Skip(Some(ADA)), Verdict::Update(ADA));
        let table = [
            (&["name"][..], true, update.clone(), "it keeps its name"),
            (&["name", "plan"], true, update.clone(), "its name, plan"),
            (&[], true, update, "a contact has this email"),
            (&["name"], false, skip.clone(), "every attribute"),
            (&[], false, skip, "every attribute"),
        ];
        for (kept, fills, verdict, words) in table {
            let kept: Vec<String> = kept.iter().map(|name| (*name).to_owned()).collect();
            let facts = Facts {
                filling: Filling {
                    kept: kept.clone(),
                    fills,
                },
                ..facts(false, NotAsked, One(ADA))
            };
            let decision = decide(&facts, rules);
            assert!(decision.reason.contains(words), "{}", decision.reason);
            let is_update = verdict == Verdict::Update(ADA);
            assert_eq!(decision.verdict, verdict);
            assert_eq!(decision.kept, if is_update { kept } else { Vec::new() });
        }
        for (found, verdict) in [(Several(2), Verdict::Refuse), (Nobody, Verdict::Create)] {
            let decision = decide(&facts(false, NotAsked, found), rules);
            assert_eq!(decision.verdict, verdict);
        }
    }

    #[test]
    fn contacts_that_exist_decide() {
        let skip = Verdict::Skip(Some(ADA));
        let update = Verdict::Update(ADA);
        let table = [
            (false, NotAsked, Nobody, Skip, Verdict::Create),
            (false, NotAsked, NotAsked, Skip, Verdict::Create),
            (false, NotAsked, One(ADA), Skip, skip.clone()),
            (false, NotAsked, One(ADA), Update, update.clone()),
            (false, NotAsked, One(ADA), Fail, Verdict::Refuse),
            (false, NotAsked, Several(2), Skip, Verdict::Skip(None)),
            (false, NotAsked, Several(2), Update, Verdict::Refuse),
            (false, NotAsked, Several(2), Fail, Verdict::Refuse),
            (true, Nobody, Nobody, Skip, Verdict::Create),
            (true, NotAsked, NotAsked, Skip, Verdict::Create),
            (true, One(ADA), One(ADA), Skip, skip),
            (true, One(ADA), One(ADA), Update, update),
            (true, One(ADA), NotAsked, Fail, Verdict::Refuse),
            (true, Nobody, One(ADA), Update, Verdict::Refuse),
            (true, Nobody, Several(2), Skip, Verdict::Refuse),
            (true, Several(2), Several(2), Skip, Verdict::Refuse),
        ];
        for (has_id, by_id, by_email, on_duplicate, expected) in table {
            let rules = Rules {
                on_duplicate,
                ..Rules::default()
            };
            let decision = decide(&facts(has_id, by_id, by_email), rules);
            assert_eq!(
                decision.verdict, expected,
                "{has_id} {by_id:?} {by_email:?} {on_duplicate:?}"
            );
        }
    }

    #[test]
    fn a_second_contact_is_made_only_where_it_is_wanted() {
        for (second_contact, expected) in [
            (SecondContact::Refuse, Verdict::Refuse),
            (SecondContact::Create, Verdict::Create),
            (SecondContact::Existing, Verdict::Skip(Some(ADA))),
        ] {
            let rules = Rules {
                second_contact,
                ..Rules::default()
            };
            assert_eq!(
                decide(&facts(true, Nobody, One(ADA)), rules).verdict,
                expected
            );
        }
    }

    #[test]
    fn the_file_decides_before_drift() {
        let plain = facts(true, Nobody, Nobody);
        for (changed, words) in [
            (
                Facts {
                    suppressed: true,
                    ..plain.clone()
                },
                "do-not-contact",
            ),
            (
                Facts {
                    in_sequence: true,
                    ..plain.clone()
                },
                "sequence numbers",
            ),
            (
                Facts {
                    shares_own_id: true,
                    ..plain.clone()
                },
                "identifies none of them",
            ),
            (
                Facts {
                    line_with_id: Some(3),
                    ..plain.clone()
                },
                "external id as line 3",
            ),
            (
                Facts {
                    line_with_email: Some(4),
                    ..plain.clone()
                },
                "email of line 4",
            ),
            (
                Facts {
                    line_with_email: Some(4),
                    ..facts(false, NotAsked, Nobody)
                },
                "same email as line 4",
            ),
        ] {
            let decision = decide(&changed, Rules::default());
            assert_eq!(decision.verdict, Verdict::Refuse);
            assert!(decision.reason.contains(words), "{}", decision.reason);
        }
    }
}
