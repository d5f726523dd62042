//! The calls of Drift's API, grouped as Drift groups them: what each needs, what it returns, and which errors it has.
//!
//! Here is no HTTP, no retry and no look-up: that is the [engine](crate::engine). Nothing here knows
//! [`Client`](crate::Client), which hands these groups out.

/// What all groups of calls have.
macro_rules! group_of_calls {
    ($group:ident) => {
        impl $group {
            pub(crate) fn new(
                connection: std::sync::Arc<crate::engine::connection::Connection>,
                options: std::sync::Arc<crate::options::CallOptions>,
            ) -> Self {
                Self {
                    connection,
                    options,
                }
            }

            /// The same calls with other options than the client's, as [`CallOptions`](crate::CallOptions) shows.
            #[must_use]
            pub fn with_options(mut self, options: crate::options::CallOptions) -> Self {
                self.options = std::sync::Arc::new(options);
                self
            }

            /// Makes one call, or several, and says how the result was got: attempts, the last status and request id,
            /// time. [`Metadata`](crate::Metadata) shows it.
            pub async fn with_metadata<T, Calls: Future<Output = T>>(
                &self,
                calls: impl FnOnce(Self) -> Calls,
            ) -> (T, crate::engine::observe::metadata::Metadata) {
                let (recording, recorded) = self.recorded();
                let result = calls(recorded).await;
                (result, recording.end())
            }

            /// The same calls, whose attempts are recorded.
            pub(crate) fn recorded(&self) -> (crate::engine::observe::metadata::Recording, Self) {
                let (recording, options) =
                    crate::engine::observe::metadata::Recording::begin(&self.options);
                (recording, Self::new(self.connection.clone(), options))
            }
        }
    };
}

pub(crate) mod contacts;
pub(crate) mod contacts_api;
pub(crate) mod emails;
pub(crate) mod json_calls;
pub(crate) mod prepared;
pub(crate) mod privacy;
pub(crate) mod timeline;
pub(crate) mod token_info;
