//! The listener: connections, their limits and their orderly end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{Error, Service};

/// How long to wait after the system refused a connection, for lack of file handles for example.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// What connections may use up.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at once; more wait in the system's queue.
    pub connections: usize,
    /// Time for the head of a request.
    pub header_time: Duration,
    /// Time for requests under way to end when the service stops.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1024,
            header_time: Duration::from_secs(10),
            drain: Duration::from_secs(5),
        }
    }
}

/// A bound listener that does not serve yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    limits: Limits,
}

impl Server {
    /// Binds; port 0 lets the system choose one.
    ///
    /// # Errors
    /// [`Error::Listen`].
    pub async fn bind(address: SocketAddr, limits: Limits) -> Result<Self, Error> {
        let refuse = |source| Error::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(refuse)?;
        let address = listener.local_addr().map_err(refuse)?;
        Ok(Self {
            listener,
            address,
            limits,
        })
    }

    /// The bound address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is cancelled, then lets requests under way end and returns. Must run to
    /// its end, not be dropped.
    pub async fn serve(self, service: Service, stop: CancellationToken) {
        let slots = Arc::new(Semaphore::new(self.limits.connections));
        let graceful = GracefulShutdown::new();
        let mut connections = JoinSet::new();
        while let Some(stream) = self.next(&slots, &mut connections, &stop).await {
            let (stream, slot) = stream;
            let conversation = converse(
                stream,
                service.clone(),
                self.limits.header_time,
                graceful.watcher(),
            );
            connections.spawn(async move {
                conversation.await;
                drop(slot);
            });
        }
        drop(self.listener);
        if tokio::time::timeout(self.limits.drain, graceful.shutdown())
            .await
            .is_err()
        {
            tracing::warn!(
                connections = connections.len(),
                "requests cut off at the end"
            );
        }
        connections.shutdown().await;
    }

    /// The next connection with its slot, or nothing when it is time to stop.
    async fn next(
        &self,
        slots: &Arc<Semaphore>,
        connections: &mut JoinSet<()>,
        stop: &CancellationToken,
    ) -> Option<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
        let accept = async {
            let slot = Arc::clone(slots).acquire_owned().await.ok()?;
            loop {
                match self.listener.accept().await {
                    Ok((stream, _)) => return Some((stream, slot)),
                    Err(error) => {
                        tracing::warn!(error = %error, "a connection could not be accepted");
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                    }
                }
            }
        };
        tokio::pin!(accept);
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return None,
                Some(_) = connections.join_next() => {}
                accepted = &mut accept => return accepted,
            }
        }
    }
}

/// Answers the requests of one connection until either side has enough.
async fn converse(stream: TcpStream, service: Service, header_time: Duration, end: Watcher) {
    // Small answers must not wait for more; a socket that refuses the option still works.
    let _ = stream.set_nodelay(true);
    let handler = service_fn(move |request: hyper::Request<Incoming>| {
        let service = service.clone();
        async move { Ok::<_, Infallible>(service.answer(request.map(Body::new)).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(header_time)
        .serve_connection(TokioIo::new(stream), handler);
    // A peer that hangs up or talks nonsense is its own fault and not news.
    let _ = end.watch(connection).await;
}
