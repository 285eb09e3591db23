//! Room 9: what the command line says, and the files that it names.
//!
//! Takes the words of the command line; gives [`Arguments`], opens the graph that they name
//! ([`open`]), and does what is no conversation: [`check`], [`import`], [`diff`], and to [`export`] a
//! graph. Errors that keep a call from starting are a [`Refusal`].

mod arguments;
mod check;
mod diff;
mod export;
mod files;
mod graph;
mod import;
mod parameters;
mod progress;
mod refusal;
mod script;
mod single;
mod store;
mod tables;

use std::io::{self, Write};

pub use arguments::{
    AnswerArguments, Arguments, CheckArguments, Command, DiffArguments, DiffFormat,
    DurabilityArgument, ErrorStream, ExportArguments, IdTypeArgument, ImportArguments, Input,
    LogArguments, Prefer,
};
pub use check::check;
pub use diff::diff;
pub use export::{export, part, save};
pub use files::open_script;
pub use graph::{Opened, Opening, open, open_with};
pub use import::import;
pub use parameters::parameters;
pub use progress::Bar;
pub use refusal::Refusal;

/// The exit status when everything went well.
pub const FINE: u8 = 0;
/// The exit status after an error in a query or in data.
pub const FAILED: u8 = 1;
/// The exit status after wrong usage.
pub const WRONG_USE: u8 = 2;
/// The exit status after Ctrl-C, as shells have it: 128 and the signal's number.
const INTERRUPTED: i32 = 130;

/// The exit status when the output cannot be written: whoever closes a pipe has seen enough.
fn lost(error: &io::Error, messages: &mut dyn Write) -> u8 {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return FINE;
    }
    // Without a place for messages there is nobody to tell.
    drop(writeln!(messages, "error: {error}"));
    FAILED
}
