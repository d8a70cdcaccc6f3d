//! Connections: who may hold how many, and how long a request may take to arrive.
//!
//! HTTP/1.1 only. TLS and HTTP/2 are spoken by the proxy in front; one protocol and one parser here means that there is
//! nothing to translate, and so nothing to smuggle between two readings of one request.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tower::Service;

use crate::adapter::rates::subscriber;

/// How connections are held.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    /// How long a request's head may take to arrive, and how long a connection may idle between two requests.
    pub(super) head: Duration,
    /// Connections open at once.
    pub(super) most: usize,
    /// Connections open at once from one network; `None` behind a proxy, where all come from one.
    pub(super) most_each: Option<u32>,
}

/// Largest head of a request: a path, a cookie, an access token with many scopes.
const HEAD_BYTES: usize = 32 * 1024;

/// How many connections each network holds. As large as the number of open connections, never larger.
type Held = Arc<Mutex<HashMap<u128, u32>>>;

/// A place in [`Held`], given back when the connection ends.
struct Place {
    held: Held,
    network: u128,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = self.held.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(count) = held.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.network);
            }
        }
    }
}

/// A place for one more connection of this network, unless it has its share.
fn place(held: &Held, peer: SocketAddr, most: Option<u32>) -> Option<Place> {
    let most = if peer.ip().to_canonical().is_loopback() { u32::MAX } else { most.unwrap_or(u32::MAX) };
    let network = subscriber(peer.ip());
    let mut counts = held.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let count = counts.entry(network).or_default();
    if *count >= most {
        return None;
    }
    *count += 1;
    Some(Place { held: held.clone(), network })
}

/// Serves until told to stop; connections under way finish first.
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    terms: Terms,
    mut stopped: watch::Receiver<bool>,
) {
    let (open, held) = (Arc::new(Semaphore::new(terms.most)), Held::default());
    let graceful = GracefulShutdown::new();
    loop {
        // Waiting for a free place leaves newcomers to the system's queue: nobody who is in is hurt.
        let arriving = async {
            let permit = open.clone().acquire_owned().await;
            (permit, listener.accept().await)
        };
        let (permit, accepted) = tokio::select! {
            arrived = arriving => arrived,
            // An error means that the sender is gone, which is an end too.
            () = async { drop(stopped.wait_for(|stop| *stop).await) } => break,
        };
        let (socket, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Mostly: too many open files. Trying again at once would only burn the processor.
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let Some(place) = place(&held, peer, terms.most_each) else { continue };
        let connection = graceful.watch(connection(socket, peer, router.clone(), &terms));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::trace!(%error, "a connection ended early");
            }
            drop((permit, place));
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

/// One connection, speaking HTTP/1.1.
fn connection(
    socket: TcpStream,
    peer: SocketAddr,
    router: Router,
    terms: &Terms,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + use<> {
    // Small answers must not wait for more to send (Nagle's algorithm).
    let _ = socket.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().call(request)
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(terms.head)
        .max_header_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(socket), service)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_holds_its_share_and_gives_it_back() {
        let held = Held::default();
        let peer = |text: &str| text.parse::<SocketAddr>().unwrap();
        let (one, other) = (peer("192.0.2.1:1"), peer("192.0.2.2:1"));
        let first = place(&held, one, Some(1));
        assert!(first.is_some());
        assert!(place(&held, one, Some(1)).is_none());
        assert!(place(&held, other, Some(1)).is_some());
        drop(first);
        assert!(place(&held, one, Some(1)).is_some());
        assert!(held.lock().unwrap().is_empty(), "what is given back is forgotten");
        let here = [0; 9].map(|_| place(&held, peer("[::1]:1"), Some(1)));
        assert!(here.iter().all(Option::is_some));
    }
}
