//! Contacts page by page, for people: all of them, or those that a search finds.

use rusqlite::named_params;

use super::contacts::{COLUMNS, contact};
use super::ledger::Ledger;
use super::{Store, StoreError};
use crate::rules::contact::Contact;

/// Rows that a search looks at in one go. The database thread does nothing else meanwhile, some milliseconds,
/// so a search through many contacts is cut into slices, with the writes between them.
const SLICE: u32 = 20_000;

/// Follows every text in the order of the database.
const LAST: char = char::MAX;

/// What a page of the list shows.
#[derive(Clone)]
pub(crate) struct Listing {
    pub(crate) organization: i64,
    /// Only contacts whose email or external id begins with this.
    pub(crate) search: Option<Search>,
    pub(crate) from: PageStart,
    /// Most contacts.
    pub(crate) limit: u32,
}

/// The beginning of an email or of an external id.
#[derive(Clone)]
pub(crate) struct Search {
    /// In the form in which emails are compared.
    pub(crate) email: String,
    pub(crate) external_id: String,
}

/// Where a page begins; pages go from the newest contact to the oldest.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum PageStart {
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

impl Store {
    /// One page of the contacts that are not deleted.
    pub(crate) async fn page(&self, listing: &Listing) -> Result<Page, StoreError> {
        let mut found = Vec::new();
        let mut from = Some(listing.from);
        while let Some(start) = from
            && found.len() <= listing.limit as usize
        {
            let slice = Listing {
                from: start,
                ..listing.clone()
            };
            let (contacts, rest) = self.read(move |ledger| ledger.slice(&slice)).await?;
            found.extend(contacts);
            from = rest;
        }
        Ok(page(listing, found))
    }

    /// How many contacts all pages together hold.
    pub(crate) async fn count_listed(&self, listing: &Listing) -> Result<u64, StoreError> {
        let mut count = 0;
        let mut from = Some(PageStart::Newest);
        while let Some(start) = from {
            let slice = Listing {
                from: start,
                ..listing.clone()
            };
            let (found, rest) = self.read(move |ledger| ledger.count_slice(&slice)).await?;
            count += u64::from(found);
            from = rest;
        }
        Ok(count)
    }
}

/// A page of what was found, one contact more than fits if there is one.
fn page(listing: &Listing, mut contacts: Vec<Contact>) -> Page {
    let limit = listing.limit as usize;
    let more = contacts.len() > limit;
    contacts.truncate(limit);
    let (has_newer, has_older) = match listing.from {
        PageStart::Newest => (false, more),
        PageStart::OlderThan(_) => (true, more),
        PageStart::NewerThan(_) => (more, true),
    };
    if let PageStart::NewerThan(_) = listing.from {
        contacts.reverse();
    }
    Page {
        contacts,
        has_newer,
        has_older,
    }
}

impl Ledger {
    /// The contacts of a slice of the rows, and where the next slice begins, if there is one.
    fn slice(&self, listing: &Listing) -> rusqlite::Result<(Vec<Contact>, Option<PageStart>)> {
        let slice = Slice::of(listing.from);
        let sql = format!(
            "SELECT {COLUMNS} {} ORDER BY id {} LIMIT :limit",
            slice.matches(),
            slice.order
        );
        let (email, external_id) = listing.wanted();
        let found = self
            .connection
            .prepare_cached(&sql)?
            .query_map(
                named_params! {
                    ":from": slice.from,
                    ":organization": listing.organization,
                    ":limit": listing.limit.saturating_add(1),
                    ":email": email,
                    ":external_id": external_id,
                    ":last": LAST.to_string(),
                },
                contact,
            )?
            .collect::<rusqlite::Result<_>>()?;
        Ok((found, self.after(&slice, listing.from)?))
    }

    /// How many contacts of a slice are listed, and where the next slice begins, if there is one.
    fn count_slice(&self, listing: &Listing) -> rusqlite::Result<(u32, Option<PageStart>)> {
        let slice = Slice::of(listing.from);
        let (email, external_id) = listing.wanted();
        let count = self
            .connection
            .prepare_cached(&format!("SELECT count(*) {}", slice.matches()))?
            .query_row(
                named_params! {
                    ":from": slice.from,
                    ":organization": listing.organization,
                    ":email": email,
                    ":external_id": external_id,
                    ":last": LAST.to_string(),
                },
                |row| row.get(0),
            )?;
        Ok((count, self.after(&slice, listing.from)?))
    }

    fn after(&self, slice: &Slice, start: PageStart) -> rusqlite::Result<Option<PageStart>> {
        let (edge, rows) = (slice.edge, slice.rows());
        let (last, count): (Option<i64>, u32) = self
            .connection
            .prepare_cached(&format!("SELECT {edge}(id), count(*) FROM ({rows})"))?
            .query_row(named_params! { ":from": slice.from }, |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        let last = last.filter(|_| count == SLICE);
        Ok(last.map(|id| match start {
            PageStart::NewerThan(_) => PageStart::NewerThan(id),
            PageStart::Newest | PageStart::OlderThan(_) => PageStart::OlderThan(id),
        }))
    }
}

impl Listing {
    /// The beginnings that are looked for, if any.
    fn wanted(&self) -> (Option<&str>, Option<&str>) {
        let search = self.search.as_ref();
        (
            search.map(|search| search.email.as_str()),
            search.map(|search| search.external_id.as_str()),
        )
    }
}

/// The rows that are looked at in one go, as SQL.
struct Slice {
    beyond: &'static str,
    order: &'static str,
    edge: &'static str,
    from: i64,
}

impl Slice {
    fn of(start: PageStart) -> Self {
        let (beyond, order, edge, from) = match start {
            PageStart::Newest => ("<=", "DESC", "min", i64::MAX),
            PageStart::OlderThan(id) => ("<", "DESC", "min", id),
            PageStart::NewerThan(id) => (">", "ASC", "max", id),
        };
        Slice {
            beyond,
            order,
            edge,
            from,
        }
    }

    fn rows(&self) -> String {
        let Slice { beyond, order, .. } = self;
        format!("SELECT * FROM contacts WHERE id {beyond} :from ORDER BY id {order} LIMIT {SLICE}")
    }

    /// Those of the rows that are listed.
    fn matches(&self) -> String {
        format!(
            "FROM ({})
             WHERE organization = :organization AND deleted_at IS NULL
                 AND (:email IS NULL OR email >= :email AND email < :email || :last
                     OR external_id >= :external_id AND external_id < :external_id || :last)",
            self.rows()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{Listing, PageStart, Search};
    use crate::rules::external_id::ExternalId;
    use crate::store::contacts::NewContact;
    use crate::store::ledger::{Ledger, StoreRules};
    use crate::store::{Location, schema};

    fn ledger(count: usize) -> Ledger {
        let connection = schema::open(&Location::Memory).unwrap();
        let rules = StoreRules {
            deleted_frees_identity: true,
        };
        let mut ledger = Ledger::new(connection, false, rules).unwrap();
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
            });
            assert!(made.is_ok());
        }
        ledger
    }

    fn page(
        ledger: &Ledger,
        search: Option<&str>,
        from: PageStart,
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
        let page = super::page(&listing, ledger.slice(&listing).unwrap().0);
        let rows = page.contacts.into_iter().map(|row| (row.id, row.members));
        (rows.collect(), page.has_newer, page.has_older)
    }

    fn numbers(rows: &[(i64, String)]) -> Vec<&str> {
        rows.iter().map(|(_, number)| number.as_str()).collect()
    }

    #[test]
    fn pages_lead_to_the_oldest_and_back() {
        let ledger = ledger(14);
        let (first, newer, older) = page(&ledger, None, PageStart::Newest);
        assert_eq!(
            (numbers(&first), newer, older),
            (vec!["12", "10", "8"], false, true)
        );
        let (second, newer, older) = page(&ledger, None, PageStart::OlderThan(first[2].0));
        assert_eq!(
            (numbers(&second), newer, older),
            (vec!["6", "4", "2"], true, true)
        );
        let (last, newer, older) = page(&ledger, None, PageStart::OlderThan(second[2].0));
        assert_eq!((numbers(&last), newer, older), (vec!["0"], true, false));
        let (back, newer, older) = page(&ledger, None, PageStart::NewerThan(second[0].0));
        assert_eq!(
            (numbers(&back), newer, older),
            (vec!["12", "10", "8"], false, true)
        );
        let (middle, newer, older) = page(&ledger, None, PageStart::NewerThan(last[0].0));
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
            let (rows, _, older) = page(&ledger, Some(text), PageStart::Newest);
            assert_eq!(
                (numbers(&rows), older),
                (expected.to_vec(), more),
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_slice_says_where_the_next_one_begins() {
        let mut ledger = ledger(0);
        let fill = "WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id <= 20000)
                    INSERT INTO contacts (id, organization, created_at, version, email, external_id_is_number, attributes)
                    SELECT id, 1, 0, 3, 'e' || id, 0, '' FROM n";
        ledger.connection.execute(fill, []).unwrap();
        let search = Some(Search {
            email: "e1".to_owned(),
            external_id: "e1".to_owned(),
        });
        let mut listing = Listing {
            organization: 1,
            search,
            from: PageStart::Newest,
            limit: 1,
        };
        listing.search.as_mut().unwrap().email = "e2000".to_owned();
        let (found, rest) = ledger.slice(&listing).unwrap();
        assert_eq!(
            found.iter().map(|contact| contact.id).collect::<Vec<_>>(),
            [20001, 20000]
        );
        assert!(rest == Some(PageStart::OlderThan(2)));
        let (found, rest) = ledger
            .slice(&Listing {
                from: PageStart::OlderThan(2),
                ..listing
            })
            .unwrap();
        assert!(found.is_empty() && rest.is_none());
        ledger.reset().unwrap();
    }
}
