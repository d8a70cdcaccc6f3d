//! Closures on their way to an engine's threads, and answers on their way back.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use kernel::{Answer, Fault, Refusal};

use crate::acts::Act;
use crate::keys::SpaceKey;
use crate::tx::Tx;

/// Notes left over by a transaction that is not theirs to be written in.
pub(crate) type Notes = Vec<(SpaceKey, Act)>;

/// A closure without its type: run it once inside a transaction, then answer its caller.
pub(crate) trait Work: Send {
    /// Runs the closure; true when it wants to be committed. A panic counts as a fault of ours.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// Turns the answer into a fault: what was to be durable is not.
    fn fail(&mut self, fault: Fault);
    /// Hands the answer to the caller.
    fn answer(self: Box<Self>);
}

/// A closure with its answer.
pub(crate) struct Task<T, F> {
    closure: Option<F>,
    answer: Option<Answer<T>>,
    caller: oneshot::Sender<Answer<T>>,
}

/// The answer to come: a future, or [`Pending::wait`] where there is no async runtime.
#[derive(Debug)]
#[must_use = "nothing is known to be durable until the answer has come"]
pub struct Pending<T>(oneshot::Receiver<Answer<T>>);

/// Packs a closure for an engine; the other half is what its caller waits for.
pub(crate) fn task<T, F>(closure: F) -> (Box<dyn Work>, Pending<T>)
where
    T: Send + 'static,
    F: FnOnce(&mut Tx<'_>) -> Answer<T> + Send + 'static,
{
    let (caller, receiver) = oneshot::channel();
    (Box::new(Task { closure: Some(closure), answer: None, caller }), Pending(receiver))
}

impl<T, F> Work for Task<T, F>
where
    T: Send,
    F: FnOnce(&mut Tx<'_>) -> Answer<T> + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let Some(closure) = self.closure.take() else { return false };
        let answer = catch_unwind(AssertUnwindSafe(|| closure(tx))).unwrap_or_else(|panic| {
            let said = panic
                .downcast_ref::<&str>()
                .map(ToString::to_string)
                .or_else(|| panic.downcast_ref::<String>().cloned())
                .unwrap_or_default();
            Err(Fault::Internal(format!("panic in a transaction: {said}")).into())
        });
        let good = answer.is_ok();
        self.answer = Some(answer);
        good
    }

    fn fail(&mut self, fault: Fault) {
        self.answer = Some(Err(fault.into()));
    }

    fn answer(self: Box<Self>) {
        let answer = self.answer.unwrap_or_else(|| Err(stopped()));
        // The caller may have gone away; what was done stays done.
        let _ = self.caller.send(answer);
    }
}

impl<T> Pending<T> {
    /// Blocks until the answer has come.
    pub fn wait(self) -> Answer<T> {
        self.0.recv().unwrap_or_else(|_| Err(stopped()))
    }
}

impl<T> Future for Pending<T> {
    type Output = Answer<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map(|answer| answer.unwrap_or_else(|_| Err(stopped())))
    }
}

fn stopped() -> Refusal {
    Fault::Internal("the store has stopped".to_owned()).into()
}

/// The same fault for another caller of the same batch.
pub(crate) fn again(fault: &Fault) -> Fault {
    match fault {
        Fault::Database(s) => Fault::Database(s.clone()),
        Fault::Busy(s) => Fault::Busy(s.clone()),
        Fault::DiskFull(s) => Fault::DiskFull(s.clone()),
        Fault::Damaged(s) => Fault::Damaged(s.clone()),
        Fault::Keys(s) => Fault::Keys(s.clone()),
        Fault::Io(s) => Fault::Io(s.clone()),
        Fault::Configuration(s) => Fault::Configuration(s.clone()),
        Fault::Internal(s) => Fault::Internal(s.clone()),
    }
}
