//! The person's browser.

use webbrowser::{Browser, BrowserOptions};

/// Opens an address, as `BROWSER` or the desktop says. Whether a page came up is not known, so the address is always shown
/// too. A browser in the terminal runs until it is closed, so nobody waits for it.
pub fn open(address: &str) {
    let address = address.to_owned();
    std::thread::spawn(move || {
        let options = BrowserOptions::default();
        webbrowser::open_browser_with_options(Browser::Default, &address, &options)
    });
}
