//! `/contacts/details/{id}`: one contact.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::HeaderMap;

use super::access;
use super::attribute::{Attribute, Value, rows, text};
use super::external_id::{Strength, strength};
use super::moment::Moment;
use super::response::{Refusal, Shared, page};
use super::text::Text;
use crate::app::App;
use crate::http::request::contact_id;
use crate::rules::contact::Contact;
use crate::rules::definitions::AttributeDefinition;
use crate::rules::email::email_key;
use crate::rules::settings::{EventCase, Settings};
use crate::store::{Ledger, TimelineEvent};

/// Most events that the page shows; of more, the newest.
const EVENTS: usize = 200;
/// Most contacts with the same email that are counted.
const TWINS: u32 = 100;

#[derive(Template)]
#[template(path = "contact.html")]
struct ContactPage {
    id: i64,
    title: Text,
    /// The email as a search takes it.
    email: Option<String>,
    email_shown: Option<Text>,
    external_id: Option<Text>,
    strength: Strength,
    created: Moment,
    version: i64,
    unsubscribed: bool,
    /// How many other contacts have the email.
    twins: usize,
    attributes: Vec<Attribute>,
    events: Vec<Event>,
    /// Whether a setting changes the text of events.
    in_lower_case: bool,
    /// Earlier events that are not shown.
    earlier: usize,
}

struct Event {
    at: Moment,
    text: Text,
    /// A JSON object that holds something.
    attributes: Option<Text>,
}

/// What the database knows about a contact.
struct Record {
    contact: Contact,
    email: Option<String>,
    definitions: Vec<AttributeDefinition>,
    events: Vec<TimelineEvent>,
    unsubscribed: bool,
    twins: usize,
}

/// `GET /contacts/details/{id}`
pub(super) async fn details(
    State(app): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let organization = access::organization(&app, &headers)?;
    let id = contact_id(&id).map_err(|_| Refusal::Contact)?;
    let record = find(&app, organization, id).await?;
    page(&ContactPage {
        in_lower_case: app.settings.timeline_event_case == EventCase::Lower,
        ..ContactPage::of(record.ok_or(Refusal::Contact)?)
    })
}

async fn find(app: &App, organization: i64, id: i64) -> Result<Option<Record>, Refusal> {
    let settings = app.settings.clone();
    let deleted = settings.deleted_readable;
    let read = move |ledger: &mut Ledger| {
        ledger
            .get(organization, id, deleted)?
            .map(|contact| Record::read(ledger, organization, contact, &settings))
            .transpose()
    };
    Ok(app.store.read(read).await?)
}

impl Record {
    fn read(
        ledger: &mut Ledger,
        organization: i64,
        contact: Contact,
        settings: &Settings,
    ) -> rusqlite::Result<Self> {
        let email = text(&contact, "email");
        let (mut unsubscribed, mut twins) = (false, 0);
        if let Some(email) = &email {
            let key = email_key(email, settings);
            unsubscribed = ledger.is_unsubscribed(organization, &key)?;
            let found = ledger.find_by_email(organization, &key, TWINS)?;
            twins = found.iter().filter(|other| other.id != contact.id).count();
        }
        Ok(Record {
            email,
            definitions: ledger.definitions(organization)?,
            events: ledger.events(organization, contact.id)?,
            unsubscribed,
            twins,
            contact,
        })
    }
}

impl ContactPage {
    fn of(record: Record) -> Self {
        let contact = record.contact;
        let name = text(&contact, "name").filter(|name| !name.trim().is_empty());
        let number = format!("Contact {}", contact.id);
        let email_as_title = record.email.as_deref().map(Text::code);
        let title = name.as_deref().map(Text::new).or(email_as_title);
        let external_id = contact.external_id.as_ref().map(|id| id.text.as_str());
        ContactPage {
            id: contact.id,
            title: title.unwrap_or_else(|| Text::new(&number)),
            email_shown: record.email.as_deref().map(Text::code),
            strength: strength(external_id, record.email.as_deref()),
            email: record.email,
            external_id: external_id.map(Text::code),
            created: Moment(contact.created_at),
            version: contact.version,
            unsubscribed: record.unsubscribed,
            twins: record.twins,
            attributes: rows(&contact, &record.definitions),
            in_lower_case: false,
            earlier: record.events.len().saturating_sub(EVENTS),
            events: record
                .events
                .iter()
                .rev()
                .take(EVENTS)
                .map(Event::of)
                .collect(),
        }
    }
}

impl Event {
    fn of(event: &TimelineEvent) -> Self {
        let attributes = event.attributes.trim();
        Event {
            at: Moment(event.created_at),
            text: Text::new(&event.event),
            attributes: (attributes != "{}" && !attributes.is_empty())
                .then(|| Text::code(attributes)),
        }
    }
}
