//! The operator's own port: is it alive, is it ready, what does it count. Never reachable from outside.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;

use crate::house::House;

/// The paths of this door.
pub const PATHS: &[&str] = &["/healthz", "/readyz", "/metrics"];

/// The door.
pub fn router(house: Arc<House>) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route(
            "/metrics",
            get(|State(house): State<Arc<House>>| async move { house.metrics.text(house.store.engine()) }),
        )
        .with_state(house)
}

/// Ready when the store answers.
async fn ready(State(house): State<Arc<House>>) -> (StatusCode, String) {
    match house.store.read(|_| Ok(())).await {
        Ok(()) => (StatusCode::OK, "ready\n".to_owned()),
        Err(refusal) => {
            tracing::error!(%refusal, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n".to_owned())
        }
    }
}
