//! The files that pages ask for: styles, scripts, and the viewer of the contract. All are part of the program.

use axum::body::Body;
use axum::extract::Path;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, header};

use super::response::{GUARDS, Refusal};

struct Asset {
    kind: &'static str,
    bytes: &'static [u8],
    /// Kept compressed, as every browser takes it: the viewer would quadruple in size.
    gzipped: bool,
}

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

fn find(name: &str) -> Option<Asset> {
    let plain = |kind, text: &'static str| Asset {
        kind,
        bytes: text.as_bytes(),
        gzipped: false,
    };
    let packed = |kind, bytes| Asset {
        kind,
        bytes,
        gzipped: true,
    };
    Some(match name {
        "style.css" => plain(CSS, include_str!("assets/style.css")),
        "reference.css" => plain(CSS, include_str!("assets/reference.css")),
        "icon.svg" => plain("image/svg+xml", include_str!("assets/icon.svg")),
        "live.js" => plain(SCRIPT, include_str!("assets/live.js")),
        "reference.js" => plain(SCRIPT, include_str!("assets/reference.js")),
        "swagger-ui.css" => packed(CSS, include_bytes!("assets/swagger-ui/swagger-ui.css.gz")),
        "swagger-ui-bundle.js" => packed(
            SCRIPT,
            include_bytes!("assets/swagger-ui/swagger-ui-bundle.js.gz"),
        ),
        "swagger-ui-license.txt" => plain(
            "text/plain; charset=utf-8",
            concat!(
                include_str!("assets/swagger-ui/NOTICE"),
                "\n",
                include_str!("assets/swagger-ui/LICENSE"),
                "\n",
                include_str!("assets/swagger-ui/swagger-ui-bundle.js.LICENSE.txt"),
            ),
        ),
        _ => return None,
    })
}

/// `GET /assets/{name}`
pub(super) async fn asset(Path(name): Path<String>) -> Result<Response, Refusal> {
    let asset = find(&name).ok_or(Refusal::File)?;
    let mut response = Response::new(Body::from(asset.bytes));
    asset.describe(response.headers_mut());
    Ok(response)
}

impl Asset {
    fn describe(&self, headers: &mut HeaderMap) {
        headers.extend(GUARDS);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.kind));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        if self.gzipped {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
    }
}
