//! The thread that advances the engine's epoch.

use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use wasmtime::Engine;

/// One tick, the grain of every deadline.
pub(super) const TICK: Duration = Duration::from_millis(10);

/// Owns the thread; dropping it ends and joins the thread.
#[derive(Debug)]
pub(super) struct Ticker {
    stop: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Ticker {
    /// Starts ticking for as long as this object or the engine lives.
    pub(super) fn start(engine: &Engine) -> std::io::Result<Self> {
        let engine = engine.weak();
        let (stop, stopped) = sync_channel(0);
        let thread = std::thread::Builder::new()
            .name("wasm-ticker".to_owned())
            .spawn(move || {
                while stopped.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                    let Some(engine) = engine.upgrade() else {
                        return;
                    };
                    engine.increment_epoch();
                }
            })?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // The thread cannot panic; a join error leaves nothing to mend.
            thread.join().ok();
        }
    }
}
