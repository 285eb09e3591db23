//! Ctrl-C: stops the statement that runs, and ends the program where none does.

use std::process;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::db::CancelHandle;

/// The exit status after Ctrl-C, as shells have it: 128 and the signal's number.
pub(super) const STATUS: u8 = 130;

/// What a Ctrl-C meets.
#[derive(Default)]
enum State {
    /// The program reads, loads or writes: end it.
    #[default]
    Busy,
    /// A person is asked for input, and the line editor has the keyboard: do nothing.
    Asking,
    /// A statement runs: stop it.
    Running(CancelHandle),
    /// The statement was told to stop: a second Ctrl-C ends the program.
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

    /// Says that no statement runs and nobody is asked.
    pub(super) fn busy(&self) {
        *self.state() = State::Busy;
    }

    /// Says that a statement runs, which `cancel` stops.
    pub(super) fn running(&self, cancel: CancelHandle) {
        *self.state() = State::Running(cancel);
    }

    /// Says that the statement has ended; returns whether Ctrl-C was pressed while it ran.
    pub(super) fn finished(&self) -> bool {
        let mut state = self.state();
        let stopped = matches!(*state, State::Stopping);
        *state = State::Busy;
        stopped
    }

    fn hear(&self) {
        let mut state = self.state();
        match &*state {
            State::Asking => {}
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
