//! Listeners: the public port, the admin port, and an orderly end.

mod connections;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::RawPathParams;
use axum::http::{Request, Response, StatusCode};
use axum::routing::{MethodFilter, on};
use kernel::Fault;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::adapter;
use crate::config::Config;
use crate::doors::{Method, admin};
use crate::house::House;
use crate::worker;

/// A running server: its real addresses, and the way to end it.
#[derive(Debug)]
pub struct Running {
    /// Address of the web and FHIR doors.
    pub address: SocketAddr,
    /// Address of the admin door.
    pub admin: SocketAddr,
    stop: watch::Sender<bool>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Running {
    /// Stops taking requests, lets those under way finish, and returns when all is quiet.
    pub async fn stop(self) {
        // Nobody listening means everything has ended already.
        let _ = self.stop.send(true);
        for task in self.tasks {
            let _ = task.await;
        }
    }
}

/// Binds both ports and starts answering.
///
/// # Errors
/// A port that is taken or may not be opened.
pub async fn start(house: Arc<House>) -> Result<Running, Fault> {
    let listener = bind(house.config.listen).await?;
    let admin_listener = bind(house.config.admin_listen).await?;
    start_on(house, listener, admin_listener)
}

/// Starts answering on listeners that are bound already.
///
/// # Errors
/// Listeners without an address.
pub fn start_on(
    house: Arc<House>,
    listener: TcpListener,
    admin_listener: TcpListener,
) -> Result<Running, Fault> {
    let (address, admin) = (listener.local_addr()?, admin_listener.local_addr()?);
    let (stop, stopped) = watch::channel(false);
    let terms = terms(&house.config);
    let (pages, operation) = (public(house.clone()), admin::router(house.clone()));
    let mut tasks = vec![
        tokio::spawn(connections::serve(listener, pages, terms.clone(), stopped.clone())),
        tokio::spawn(connections::serve(admin_listener, operation, terms, stopped.clone())),
    ];
    if house.config.worker {
        tasks.push(tokio::spawn(worker::run(house, stopped)));
    }
    Ok(Running { address, admin, stop, tasks })
}

async fn bind(address: SocketAddr) -> Result<TcpListener, Fault> {
    TcpListener::bind(address).await.map_err(|e| Fault::Io(format!("{address}: {e}")))
}

/// How connections are held, as the operator decided. Behind a proxy of hers all come from one network.
fn terms(config: &Config) -> connections::Terms {
    connections::Terms {
        head: Duration::from_secs(config.header_seconds),
        most: config.connections,
        most_each: config.client_address_header.is_none().then_some(config.connections_per_network),
    }
}

/// The public doors as one router, made from the tables. Tests ask it without a socket.
pub fn public(house: Arc<House>) -> Router {
    let mut router = Router::new();
    for (index, route) in house.routes.iter().enumerate() {
        let filter = match route.method {
            Method::Get => MethodFilter::GET,
            Method::Post => MethodFilter::POST,
            Method::Patch => MethodFilter::PATCH,
            Method::Delete => MethodFilter::DELETE,
        };
        let house = house.clone();
        let handler = move |params: RawPathParams, request: Request<Body>| {
            adapter::answer(house.clone(), index, params, request)
        };
        router = router.route(route.path, on(filter, handler));
    }
    let (nowhere, wrong_method, panicked) = (house.clone(), house.clone(), house);
    router
        .fallback(move |request: Request<Body>| {
            let house = nowhere.clone();
            async move { adapter::nowhere(&house, &request, StatusCode::NOT_FOUND) }
        })
        .method_not_allowed_fallback(move |request: Request<Body>| {
            let house = wrong_method.clone();
            async move { adapter::nowhere(&house, &request, StatusCode::METHOD_NOT_ALLOWED) }
        })
        .layer(CatchPanicLayer::custom(move |_| -> Response<Body> { adapter::panicked(&panicked, "/") }))
        .layer(CompressionLayer::new())
}

/// Serves until SIGINT or SIGTERM.
///
/// # Errors
/// As [`start`].
pub async fn until_told(house: Arc<House>) -> Result<(), Fault> {
    let running = start(house.clone()).await?;
    tracing::info!(
        address = %running.address,
        admin = %running.admin,
        engine = house.store.engine(),
        origin = %house.config.origin,
        "ready"
    );
    told_to_stop().await?;
    tracing::info!("stopping: requests under way may finish");
    running.stop().await;
    Ok(())
}

/// Waits for SIGINT or SIGTERM.
///
/// # Errors
/// When the system refuses to tell us.
pub async fn told_to_stop() -> Result<(), Fault> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}
