//! `/`: the contacts, newest first, with a search.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use http::HeaderMap;
use serde::Deserialize;

use super::access;
use super::attribute::text;
use super::moment::Moment;
use super::response::{Refusal, Shared, page};
use super::text::Text;
use crate::app::App;
use crate::rules::contact::Contact;
use crate::rules::email::email_key;
use crate::store::{Listing, Page, PageStart, Search};

/// Contacts on one page.
const ROWS: u32 = 50;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
    before: Option<i64>,
    after: Option<i64>,
}

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage {
    /// What is looked for; empty when nothing is.
    search: String,
    /// Whether new contacts come up on this page.
    live: bool,
    /// How many contacts all pages together hold.
    total: u64,
    rows: Vec<Row>,
    /// The ids from which the neighbouring pages are reached.
    newer: Option<i64>,
    older: Option<i64>,
    /// Where the API is, for the first steps.
    host: String,
    /// Whether the first steps can name the token.
    open: bool,
}

struct Row {
    id: i64,
    email: Option<Text>,
    name: Option<Text>,
    external_id: Option<Text>,
    created: Moment,
}

/// `GET /`
pub(super) async fn list(
    State(app): Shared,
    asked: Result<Query<Asked>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let organization = access::organization(&app, &headers)?;
    let Query(asked) = asked.map_err(|_| Refusal::Query)?;
    let listing = asked.listing(&app, organization);
    let live = listing.from == PageStart::Newest;
    let found = app.store.page(&listing).await?;
    let total = app.store.count_listed(&listing).await?;
    let host = headers
        .get(http::header::HOST)
        .and_then(|host| host.to_str().ok());
    page(&ListPage {
        live,
        total,
        host: host.unwrap_or("localhost").to_owned(),
        open: access::open_to_all(&app).is_some(),
        ..ListPage::of(&asked, &found)
    })
}

impl Asked {
    fn search(&self) -> &str {
        self.q.trim()
    }

    fn listing(&self, app: &App, organization: i64) -> Listing {
        let search = Some(self.search()).filter(|text| !text.is_empty());
        Listing {
            organization,
            search: search.map(|text| Search {
                email: email_key(text, &app.settings),
                external_id: text.to_owned(),
            }),
            from: match (self.before, self.after) {
                (Some(id), _) => PageStart::OlderThan(id),
                (None, Some(id)) => PageStart::NewerThan(id),
                (None, None) => PageStart::Newest,
            },
            limit: ROWS,
        }
    }
}

impl ListPage {
    fn of(asked: &Asked, found: &Page) -> Self {
        let edge = |there: bool, contact: Option<&Contact>| {
            contact.filter(|_| there).map(|contact| contact.id)
        };
        ListPage {
            search: asked.search().to_owned(),
            live: false,
            total: 0,
            rows: found.contacts.iter().map(Row::of).collect(),
            newer: edge(found.has_newer, found.contacts.first()),
            older: edge(found.has_older, found.contacts.last()),
            host: String::new(),
            open: false,
        }
    }
}

impl Row {
    fn of(contact: &Contact) -> Self {
        let filled = |name| text(contact, name).filter(|text| !text.is_empty());
        Row {
            id: contact.id,
            email: filled("email").map(|email| Text::code(&email)),
            name: filled("name").map(|name| Text::new(&name)),
            external_id: contact.external_id.as_ref().map(|id| Text::code(&id.text)),
            created: Moment(contact.created_at),
        }
    }
}
