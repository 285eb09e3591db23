//! Ctrl-C: stops the statement that runs, or its output; ends the program where a script is read.

use std::io::{self, Write};
use std::process;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::db::CancelHandle;

/// The exit status after Ctrl-C, as shells have it: 128 and the signal's number.
pub(super) const STATUS: u8 = 130;

/// What a Ctrl-C meets.
#[derive(Default)]
enum State {
    /// A script is read, a graph loaded, a file written: end the program.
    #[default]
    Busy,
    /// A person is asked for input, and the line editor has the keyboard: do nothing.
    Asking,
    /// A person is shown a result: stop writing it.
    Showing,
    /// A statement runs: stop it.
    Running(CancelHandle),
    /// What was to be stopped is still at it: end the program.
    Stopping,
}

/// Knows what a Ctrl-C is to do. Clones share that knowledge.
#[derive(Clone, Default)]
pub(super) struct Interrupt(Arc<Mutex<State>>);

impl Interrupt {
    /// Listens for Ctrl-C from here on.
    pub(super) fn listen() -> Self {
        let interrupt = Self::default();
        let heard = interrupt.clone();
        // Only a second listener is refused; then Ctrl-C does what the first one does.
        drop(ctrlc::set_handler(move || heard.hear()));
        interrupt
    }

    /// Says that a person is asked for input.
    pub(super) fn asking(&self) {
        *self.state() = State::Asking;
    }

    /// Says that a person has been answered, and is shown what comes of it.
    pub(super) fn showing(&self) {
        *self.state() = State::Showing;
    }

    /// Runs a statement, which `cancel` stops; returns what it gives, and whether Ctrl-C was
    /// pressed meanwhile.
    pub(super) fn during<T>(&self, cancel: CancelHandle, run: impl FnOnce() -> T) -> (T, bool) {
        let before = std::mem::replace(&mut *self.state(), State::Running(cancel));
        let result = run();
        let after = std::mem::replace(&mut *self.state(), before);
        (result, matches!(after, State::Stopping))
    }

    /// Whether Ctrl-C has asked to stop what is shown.
    pub(super) fn is_stopping(&self) -> bool {
        matches!(*self.state(), State::Stopping)
    }

    fn hear(&self) {
        let mut state = self.state();
        match &*state {
            State::Asking => {}
            State::Showing => *state = State::Stopping,
            State::Running(cancel) => {
                cancel.cancel();
                *state = State::Stopping;
            }
            State::Busy | State::Stopping => process::exit(i32::from(STATUS)),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A stream that refuses to be written to when Ctrl-C has asked to stop.
pub(super) struct Stoppable<'a> {
    pub(super) inner: &'a mut dyn Write,
    pub(super) interrupt: Interrupt,
}

impl Write for Stoppable<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.interrupt.is_stopping() {
            return Err(io::Error::other("stopped"));
        }
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Database;

    #[test]
    fn output_stops_when_it_is_asked_to() {
        let interrupt = Interrupt::default();
        let mut written = Vec::new();
        let mut stream = Stoppable {
            inner: &mut written,
            interrupt: interrupt.clone(),
        };
        interrupt.showing();
        assert!(stream.write_all(b"a").is_ok());
        interrupt.hear();
        assert!(stream.write_all(b"b").is_err());
        interrupt.asking();
        interrupt.hear();
        assert!(stream.write_all(b"c").is_ok());
        assert_eq!(written, b"ac");
    }

    #[test]
    fn a_statement_that_was_stopped_says_so() {
        let interrupt = Interrupt::default();
        let cancel = Database::new().session().cancel_handle();
        interrupt.showing();
        assert_eq!(interrupt.during(cancel.clone(), || 1), (1, false));
        assert_eq!(interrupt.during(cancel, || interrupt.hear()), ((), true));
        assert!(!interrupt.is_stopping());
    }
}
