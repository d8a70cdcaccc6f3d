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
        .route("/metrics", get(metrics))
        .with_state(house)
}

/// Ready when the store answers. A transparency log that waits for a decision keeps nobody from her space: the node goes
/// on serving, and says it.
async fn ready(State(house): State<Arc<House>>) -> (StatusCode, String) {
    match house.store.read(|tx| Ok(tx.log_is_held()?)).await {
        Ok(false) => (StatusCode::OK, "ready\n".to_owned()),
        Ok(true) => {
            let held =
                "the transparency log waits for a decision: carnet log continue, or carnet log restart";
            (StatusCode::OK, format!("ready\n{held}\n"))
        }
        Err(refusal) => {
            tracing::error!(%refusal, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n".to_owned())
        }
    }
}

/// What is counted in this process, and what the store says of itself.
async fn metrics(State(house): State<Arc<House>>) -> String {
    let mut said = house.metrics.text(house.store.engine());
    // A store that does not answer is told by `/readyz`; the counters are told all the same.
    if let Ok(held) = house.store.read(|tx| Ok(tx.log_is_held()?)).await {
        let held = u8::from(held);
        said.push_str(&format!("# TYPE carnet_log_held gauge\ncarnet_log_held {held}\n"));
    }
    said
}
