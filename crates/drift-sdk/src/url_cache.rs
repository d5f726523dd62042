//! The URL that was parsed last. Most calls of a program go to one URL, and parsing it costs as much as a seventh of a
//! whole create.

use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::Url;

/// The last text and its URL, shared by all clones of a transport.
#[derive(Clone, Default)]
pub(crate) struct UrlCache(Arc<Mutex<Option<(String, Url)>>>);

impl UrlCache {
    /// The URL of a text: the cached one, if the text is the one that was parsed last.
    pub(crate) fn parsed(&self, text: String) -> Result<Url, <Url as FromStr>::Err> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((cached, url)) = &*last
            && *cached == text
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

    fn parsed(cache: &UrlCache, text: &str) -> Option<String> {
        cache
            .parsed(text.to_owned())
            .ok()
            .map(|url| url.to_string())
    }

    #[test]
    fn each_text_gives_its_own_url() {
        let cache = UrlCache::default();
        for text in [
            "http://a/contacts",
            "http://a/contacts",
            "http://b/",
            "http://a/contacts",
        ] {
            assert_eq!(parsed(&cache, text).as_deref(), Some(text));
        }
        assert_eq!(parsed(&cache, "no URL"), None);
        assert_eq!(parsed(&cache, "http://b/").as_deref(), Some("http://b/"));
    }

    /// Only the cache knows this URL for the text; parsing would give another.
    #[test]
    fn the_last_text_is_not_parsed_again() {
        let planted = Url::parse("http://planted/").expect("a URL");
        let entry = Some(("http://a/".to_owned(), planted));
        let cache = UrlCache(Arc::new(Mutex::new(entry)));
        let planted = Some("http://planted/");
        assert_eq!(parsed(&cache, "http://a/").as_deref(), planted);
        assert_eq!(parsed(&cache, "http://b/").as_deref(), Some("http://b/"));
        assert_eq!(parsed(&cache, "http://a/").as_deref(), Some("http://a/"));
    }

    #[test]
    fn clones_share_what_was_parsed_last() {
        let cache = UrlCache::default();
        assert!(parsed(&cache.clone(), "http://a/").is_some());
        let last = cache.0.lock().expect("no panic while it was held");
        assert!(last.as_ref().is_some_and(|(text, _)| text == "http://a/"));
    }
}
