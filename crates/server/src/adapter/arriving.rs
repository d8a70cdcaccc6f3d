//! A body on its way in: how long we wait for it, and how a refusal in the middle of it reaches whoever still sends.
//!
//! A browser that is sending a large file reads no answer before it is done: were the connection closed at once, she
//! would read "connection lost" and never why. So what remains is let through and dropped, up to the size that the
//! door takes anyway.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};

/// How long a body of at most `limit` bytes may take: 64 kB a second is the slowest line we wait for.
pub(super) fn patience(limit: usize) -> Duration {
    Duration::from_secs(20 + limit as u64 / (64 * 1024))
}

/// A body that can be read on by somebody else when its first reader has given up.
#[derive(Clone)]
pub(super) struct Shared(Arc<Mutex<Body>>);

impl Shared {
    pub(super) fn new(body: Body) -> Self {
        Self(Arc::new(Mutex::new(body)))
    }
}

impl HttpBody for Shared {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let mut body = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Pin::new(&mut *body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).size_hint()
    }
}

/// Drops what still comes, at most `limit` bytes of it.
pub(super) async fn let_finish(mut body: Shared, limit: usize) {
    let dropping = async {
        let mut left = limit;
        while let Some(Ok(frame)) =
            std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await
        {
            left = left.saturating_sub(frame.data_ref().map_or(0, Bytes::len));
            if left == 0 {
                break;
            }
        }
    };
    // Whoever is too slow for that has had her time.
    let _ = tokio::time::timeout(patience(limit), dropping).await;
}
