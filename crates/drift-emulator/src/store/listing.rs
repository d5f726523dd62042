//! Contacts page by page, for people: all of them, or those that a search finds.

use rusqlite::{named_params, types::Value};

use super::contacts::{COLUMNS, Ledger, contact};
use crate::contact::Contact;

/// Most matches by email, and most by external id, that a search looks at. A search holds up the writes, so
/// what it costs must not grow with the database.
pub(crate) const SEARCH_LIMIT: u32 = 1000;

/// Follows every text in the order of the database.
const LAST: char = char::MAX;

/// What a page of the list shows.
pub(crate) struct Listing {
    pub(crate) organization: i64,
    /// Only contacts whose email or external id begins with this.
    pub(crate) search: Option<Search>,
    pub(crate) from: Place,
    /// Most contacts.
    pub(crate) limit: u32,
}

/// The beginning of an email or of an external id.
pub(crate) struct Search {
    /// In the form in which emails are compared.
    pub(crate) email: String,
    pub(crate) external_id: String,
}

/// Where a page begins; pages go from the newest contact to the oldest.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// With the newest contact.
    Newest,
    /// With the one before this id.
    OlderThan(i64),
    /// So that it ends with the one after this id.
    NewerThan(i64),
}

/// One page, newest contact first.
pub(crate) struct Page {
    pub(crate) contacts: Vec<Contact>,
    pub(crate) has_newer: bool,
    pub(crate) has_older: bool,
}

impl Ledger {
    /// One page of the contacts that are not deleted.
    pub(crate) fn page(&self, listing: &Listing) -> rusqlite::Result<Page> {
        let mut contacts = self.take(listing)?;
        let limit = listing.limit as usize;
        let more = contacts.len() > limit;
        contacts.truncate(limit);
        let (has_newer, has_older) = match listing.from {
            Place::Newest => (false, more),
            Place::OlderThan(_) => (true, more),
            Place::NewerThan(_) => (more, true),
        };
        if let Place::NewerThan(_) = listing.from {
            contacts.reverse();
        }
        Ok(Page {
            contacts,
            has_newer,
            has_older,
        })
    }

    /// One contact more than the page holds, if there is one.
    fn take(&self, listing: &Listing) -> rusqlite::Result<Vec<Contact>> {
        let (beyond, order, from) = match listing.from {
            Place::Newest => ("<=", "DESC", i64::MAX),
            Place::OlderThan(id) => ("<", "DESC", id),
            Place::NewerThan(id) => (">", "ASC", id),
        };
        let limit = listing.limit.saturating_add(1);
        let organization = listing.organization;
        match &listing.search {
            None => self
                .connection
                .prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM contacts
                     WHERE id {beyond} :from AND organization = :organization AND deleted_at IS NULL
                     ORDER BY id {order} LIMIT :limit"
                ))?
                .query_map(
                    named_params! { ":from": from, ":organization": organization, ":limit": limit },
                    contact,
                )?
                .collect(),
            Some(search) => self
                .connection
                .prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM ({}) CROSS JOIN contacts ON id = hit
                     WHERE id {beyond} :from ORDER BY id {order} LIMIT :limit",
                    hits()
                ))?
                .query_map(
                    named_params! {
                        ":from": from,
                        ":organization": organization,
                        ":limit": limit,
                        ":email": search.email,
                        ":email_end": end(&search.email),
                        ":external_id": search.external_id,
                        ":external_id_end": end(&search.external_id),
                    },
                    contact,
                )?
                .collect(),
        }
    }
}

/// The ids of the contacts that a search finds, each once.
fn hits() -> String {
    let by = |column: &str| {
        format!(
            "SELECT hit FROM (
                 SELECT id AS hit FROM contacts
                 WHERE {column} >= :{column} AND {column} < :{column}_end
                     AND organization = :organization AND deleted_at IS NULL
                 LIMIT {SEARCH_LIMIT}
             )"
        )
    };
    format!("{} UNION {}", by("email"), by("external_id"))
}

fn end(beginning: &str) -> Value {
    Value::Text(format!("{beginning}{LAST}"))
}

#[cfg(test)]
mod tests {
    use super::{Listing, Place, Search};
    use crate::contact::ExternalId;
    use crate::store::contacts::{Ledger, NewContact, Rules};
    use crate::store::{Location, schema};

    fn ledger(count: usize) -> Ledger {
        let mut ledger = Ledger::new(schema::open(&Location::Memory).unwrap()).unwrap();
        for n in 0..count {
            let made = ledger.create(NewContact {
                organization: 1 + (n % 2) as i64,
                created_at: 0,
                email: format!("{}{n}@example.test", if n < 4 { "ada" } else { "bob" }),
                external_id: Some(ExternalId {
                    text: format!("a{n}"),
                    number: false,
                }),
                members: n.to_string(),
                definitions: Vec::new(),
                rules: Rules {
                    deleted_frees_identity: true,
                },
            });
            assert!(made.is_ok());
        }
        ledger
    }

    fn page(
        ledger: &Ledger,
        search: Option<&str>,
        from: Place,
    ) -> (Vec<(i64, String)>, bool, bool) {
        let search = search.map(|text| Search {
            email: text.to_owned(),
            external_id: text.to_owned(),
        });
        let listing = Listing {
            organization: 1,
            search,
            from,
            limit: 3,
        };
        let page = ledger.page(&listing).unwrap();
        let rows = page.contacts.into_iter().map(|row| (row.id, row.members));
        (rows.collect(), page.has_newer, page.has_older)
    }

    fn numbers(rows: &[(i64, String)]) -> Vec<&str> {
        rows.iter().map(|(_, number)| number.as_str()).collect()
    }

    #[test]
    fn pages_lead_to_the_oldest_and_back() {
        let ledger = ledger(14);
        let (first, newer, older) = page(&ledger, None, Place::Newest);
        assert_eq!(
            (numbers(&first), newer, older),
            (vec!["12", "10", "8"], false, true)
        );
        let (second, newer, older) = page(&ledger, None, Place::OlderThan(first[2].0));
        assert_eq!(
            (numbers(&second), newer, older),
            (vec!["6", "4", "2"], true, true)
        );
        let (last, newer, older) = page(&ledger, None, Place::OlderThan(second[2].0));
        assert_eq!((numbers(&last), newer, older), (vec!["0"], true, false));
        let (back, newer, older) = page(&ledger, None, Place::NewerThan(second[0].0));
        assert_eq!(
            (numbers(&back), newer, older),
            (vec!["12", "10", "8"], false, true)
        );
        let (middle, newer, older) = page(&ledger, None, Place::NewerThan(last[0].0));
        assert_eq!(
            (numbers(&middle), newer, older),
            (vec!["6", "4", "2"], true, true)
        );
    }

    #[test]
    fn a_search_finds_the_beginning_of_email_or_external_id_in_its_organization() {
        let ledger = ledger(14);
        let table: [(&str, &[&str], bool); 6] = [
            ("ada", &["2", "0"], false),
            ("bob", &["12", "10", "8"], true),
            ("a1", &["12", "10"], false),
            ("a", &["12", "10", "8"], true),
            ("da", &[], false),
            ("%", &[], false),
        ];
        for (text, expected, more) in table {
            let (rows, _, older) = page(&ledger, Some(text), Place::Newest);
            assert_eq!(
                (numbers(&rows), older),
                (expected.to_vec(), more),
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_search_walks_the_indices_and_never_the_table() {
        let ledger = ledger(2);
        let sql = format!("EXPLAIN QUERY PLAN {}", super::hits());
        let mut statement = ledger.connection.prepare(&sql).unwrap();
        let count = statement.parameter_count();
        let values = rusqlite::params_from_iter(vec!["a"; count]);
        let plan: Vec<String> = statement
            .query_map(values, |row| row.get(3))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        for index in ["contacts_by_email", "contacts_by_external_id"] {
            assert!(plan.iter().any(|step| step.contains(index)), "{plan:?}");
        }
        assert!(
            plan.iter().all(|step| !step.contains("SCAN contacts")),
            "{plan:?}"
        );
    }
}
