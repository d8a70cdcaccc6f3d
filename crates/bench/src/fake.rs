//! A server that answers whatever a test tells it to, so that the generator can be tested without Carnet.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::LocalSet;

use crate::wire::Site;

/// A request as the fake server saw it.
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

pub(crate) struct Fake {
    pub(crate) site: Site,
    connections: Arc<AtomicUsize>,
}

impl Fake {
    /// Starts it on a port of its own; it lives as long as the test process.
    pub(crate) async fn start(answer: impl Fn(&Request) -> Vec<u8> + Send + 'static) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        listener.set_nonblocking(true).unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let counter = connections.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            LocalSet::new().block_on(&runtime, async move {
                let listener = TcpListener::from_std(listener).unwrap();
                let answer = Rc::new(answer);
                loop {
                    let (stream, _) = listener.accept().await.unwrap();
                    counter.fetch_add(1, Ordering::SeqCst);
                    tokio::task::spawn_local(serve(stream, answer.clone()));
                }
            });
        });
        let site = Site::parse(&format!("http://127.0.0.1:{port}"), false).unwrap();
        Self { site, connections }
    }

    pub(crate) fn ok(body: &str) -> Vec<u8> {
        format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

async fn serve(mut stream: TcpStream, answer: Rc<impl Fn(&Request) -> Vec<u8>>) {
    let mut inbox = Vec::new();
    loop {
        let head_end = loop {
            if let Some(at) = inbox.windows(4).position(|w| w == b"\r\n\r\n") {
                break at + 4;
            }
            if stream.read_buf(&mut inbox).await.unwrap_or(0) == 0 {
                return;
            }
        };
        let head = String::from_utf8(inbox[..head_end].to_vec()).unwrap();
        let length: usize = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |value| value.trim().parse().unwrap());
        while inbox.len() < head_end + length {
            if stream.read_buf(&mut inbox).await.unwrap_or(0) == 0 {
                return;
            }
        }
        let mut words = head.split(' ');
        let request = Request {
            method: words.next().unwrap().to_owned(),
            path: words.next().unwrap().to_owned(),
            body: inbox[head_end..head_end + length].to_vec(),
            head,
        };
        inbox.drain(..head_end + length);
        let reply = answer(&request);
        if reply.is_empty() || stream.write_all(&reply).await.is_err() {
            return;
        }
        if reply.windows(17).any(|w| w == b"connection: close") {
            return;
        }
    }
}
