//! The random value that a login sends along, and that comes back with the consent: by it a consent that somebody else
//! has begun is told from our own.

use drift::ExternalId;
use subtle::ConstantTimeEq;

/// The random value of one login.
#[derive(Clone)]
pub struct State(String);

impl State {
    /// A new one, of 128 random bits.
    pub fn random() -> Self {
        Self(ExternalId::random().to_string())
    }

    /// As it stands in the address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is this one. How long that takes says nothing about how much of it is right.
    pub fn is(&self, text: &str) -> bool {
        self.0.as_bytes().ct_eq(text.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::State;

    #[test]
    fn no_other_value_is_taken_for_it() {
        let state = State::random();
        assert!(state.is(&state.clone().0));
        for other in [
            "",
            &state.0[1..],
            &format!("{}x", state.0),
            State::random().as_str(),
        ] {
            assert!(!state.is(other), "{other}");
        }
    }
}
