//! Room 8: what the command line says, and the files that it names.
//!
//! Takes the words of the command line; gives [`Arguments`].

mod arguments;

pub use arguments::{
    AnswerArguments, Arguments, CheckArguments, Command, ErrorStream, ExportArguments,
    ExportFormat, Input,
};
