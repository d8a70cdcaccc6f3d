//! Forms with files.

use axum::body::Body;
use axum::extract::{FromRequest, Multipart};
use axum::http::{Request, header};
use kernel::{Answer, Refusal, RefusalKind};

use super::asked::SentFile;

/// Most parts a form may have: a dozen fields and twenty photographs.
const MOST_PARTS: usize = 64;

/// Fields and files of a multipart form of at most `limit` bytes in all.
pub(super) async fn read(
    content_type: &str,
    body: Body,
    limit: usize,
) -> Answer<(Vec<(String, String)>, Vec<SentFile>)> {
    let request = Request::builder()
        .header(header::CONTENT_TYPE, content_type)
        .body(body)
        .map_err(|_| broken("The form's media type cannot be read."))?;
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| broken("This is not a form."))?;
    let (mut fields, mut files, mut total) = (Vec::new(), Vec::new(), 0);
    while let Some(mut part) = form.next_field().await.map_err(|_| broken("The form stops in the middle."))? {
        let field = part.name().unwrap_or_default().to_owned();
        let name = part.file_name().map(str::to_owned);
        let content_type = part.content_type().map(str::to_owned);
        let mut bytes = Vec::new();
        while let Some(chunk) = part.chunk().await.map_err(|_| broken("The form stops in the middle."))? {
            total += chunk.len();
            if total > limit {
                let said = format!("All files together may have {} MB.", limit / (1024 * 1024));
                return Err(Refusal::new(RefusalKind::TooLarge, "too-large", said));
            }
            bytes.extend_from_slice(&chunk);
        }
        if fields.len() + files.len() >= MOST_PARTS {
            return Err(broken("The form has too many parts."));
        }
        match name {
            // A file field that was left empty is sent with an empty name.
            Some(name) if name.is_empty() && bytes.is_empty() => {}
            Some(name) => files.push(SentFile { field, name, content_type, bytes: bytes.into() }),
            None => fields.push((field, String::from_utf8_lossy(&bytes).into_owned())),
        }
    }
    Ok((fields, files))
}

fn broken(why: &'static str) -> Refusal {
    Refusal::new(RefusalKind::Invalid, "form-broken", why)
}
