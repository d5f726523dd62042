//! The URL that was parsed last. Most calls of a program go to one and the same, and parsing it costs as much as a
//! seventh of a whole create.

use std::sync::{Arc, Mutex, PoisonError};

use reqwest::Url;

/// Shared by all clones of a transport.
#[derive(Clone, Default)]
pub(crate) struct Address(Arc<Mutex<Option<(String, Url)>>>);

impl Address {
    pub(crate) fn parsed(&self, text: String) -> Result<Url, <Url as std::str::FromStr>::Err> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, url)) = &*last
            && *known == text
        {
            return Ok(url.clone());
        }
        let url = Url::parse(&text)?;
        *last = Some((text, url.clone()));
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_gives_its_own_url() {
        let address = Address::default();
        for text in [
            "http://a/contacts",
            "http://a/contacts",
            "http://b/",
            "http://a/contacts",
        ] {
            let url = address.parsed(text.to_owned()).map(|url| url.to_string());
            assert_eq!(url.as_deref(), Ok(text));
        }
        assert!(address.parsed("no URL".to_owned()).is_err());
        assert!(address.parsed("http://b/".to_owned()).is_ok());
    }
}
