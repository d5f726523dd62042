//! Look-ups that stay behind creates, as an index does that is filled later.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::contact::Contact;
use super::settings::LookupLag;

/// The contacts that look-ups do not show yet.
#[derive(Default)]
pub(crate) struct Lag {
    /// By id, how many look-ups still leave the contact out.
    waiting: Mutex<HashMap<i64, u32>>,
}

impl Lag {
    /// Notes a contact that was created just now.
    pub(crate) fn created(&self, lag: Option<LookupLag>, id: i64) {
        if let Some(LookupLag::Calls(calls)) = lag
            && calls > 0
        {
            self.waiting
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(id, calls);
        }
    }

    /// Removes from what a look-up found the contacts that it does not see yet.
    pub(crate) fn hide(&self, lag: Option<LookupLag>, now: i64, found: &mut Vec<Contact>) {
        match lag {
            None => {}
            Some(LookupLag::Ms(ms)) => {
                found.retain(|contact| contact.created_at.saturating_add(ms) <= now)
            }
            Some(LookupLag::Calls(_)) => {
                let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
                found.retain(|contact| !is_still_hidden(&mut waiting, contact.id));
            }
        }
    }

    pub(crate) fn forget(&self) {
        self.waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

fn is_still_hidden(waiting: &mut HashMap<i64, u32>, id: i64) -> bool {
    let Some(calls) = waiting.get_mut(&id) else {
        return false;
    };
    *calls -= 1;
    if *calls == 0 {
        waiting.remove(&id);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::Lag;
    use crate::rules::contact::Contact;
    use crate::rules::settings::LookupLag;

    fn seen(lag: &Lag, setting: LookupLag, now: i64) -> bool {
        let mut found = vec![Contact {
            id: 1,
            created_at: 100,
            version: 3,
            external_id: None,
            members: String::new(),
        }];
        lag.hide(Some(setting), now, &mut found);
        !found.is_empty()
    }

    #[test]
    fn a_contact_is_found_after_its_look_ups_or_its_time() {
        let lag = Lag::default();
        let calls = LookupLag::Calls(2);
        lag.created(Some(calls), 1);
        assert_eq!(
            [0, 0, 0].map(|now| seen(&lag, calls, now)),
            [false, false, true]
        );
        assert_eq!(
            [100, 149, 150].map(|now| seen(&lag, LookupLag::Ms(50), now)),
            [false, false, true]
        );
    }
}
