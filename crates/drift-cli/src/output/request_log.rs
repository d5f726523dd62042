//! What `--verbose` adds: a line on standard error for each call and for each attempt that failed; and the warnings of a
//! gateway. They come from spans and events, which hold nothing personal and no token.

use std::fmt::{Debug, Write};
use std::time::Instant;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

use super::screen::{note, write_error};

/// Begins to write the lines, for the rest of the process.
pub fn start(json: bool) {
    let log = RequestLog { json }.with_filter(LevelFilter::DEBUG);
    // It is set once, at the start, so nothing can be there already.
    let _ = tracing_subscriber::registry().with(log).try_init();
}

/// Begins to write the warnings of a gateway, unless `start` has begun to write all.
pub fn start_warnings() {
    let log = RequestLog { json: false }.with_filter(filter_fn(is_warning_of_gateway));
    let _verbose = tracing_subscriber::registry().with(log).try_init();
}

fn is_warning_of_gateway(metadata: &tracing::Metadata<'_>) -> bool {
    is_of_gateway(metadata) && *metadata.level() <= tracing::Level::WARN
}

struct RequestLog {
    json: bool,
}

impl RequestLog {
    fn write(&self, line: &str) {
        write_error(&note(self.json, "request", line));
    }
}

/// A call that runs.
struct Running {
    began: Instant,
    fields: Fields,
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for RequestLog {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id).filter(|_| is_ours(attributes.metadata())) else {
            return;
        };
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let began = Instant::now();
        span.extensions_mut().insert(Running { began, fields });
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(running) = span.extensions_mut().get_mut::<Running>()
        {
            values.record(&mut running.fields);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        if let Some(span) = context.span(&id)
            && let Some(running) = span.extensions().get::<Running>()
        {
            let millis = running.began.elapsed().as_millis();
            self.write(&format!("{} ({millis} ms)", running.fields.0));
        }
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if !is_ours(event.metadata()) && !is_of_gateway(event.metadata()) {
            return;
        }
        let mut fields = Fields::default();
        event.record(&mut fields);
        self.write(&fields.0);
    }
}

fn is_of_gateway(metadata: &tracing::Metadata<'_>) -> bool {
    metadata.target().starts_with("drift_gateway")
}

fn is_ours(metadata: &tracing::Metadata<'_>) -> bool {
    metadata.target() == "drift" || metadata.target().starts_with("drift::")
}

/// Fields as `name=value`; those that explain themselves are the value alone.
#[derive(Default)]
struct Fields(String);

impl Fields {
    fn add(&mut self, field: &Field, value: &str) {
        let name = match field.name() {
            "otel.kind" | "log.target" | "log.module_path" | "log.file" | "log.line" => return,
            "message" | "otel.name" | "operation" | "server.address" => String::new(),
            "http.request.method" | "http.response.status_code" | "error.type" => String::new(),
            "http.request.resend_count" => "retries=".to_owned(),
            name => format!("{name}="),
        };
        let gap = if self.0.is_empty() { "" } else { " " };
        // Writing into a String cannot fail.
        let _ = write!(self.0, "{gap}{name}{value}");
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.add(field, &format!("{value:?}"));
    }
}
