//! `polity diff`: what was added, removed and changed between two graphs.

use std::io::Write;

use super::{DiffArguments, DiffFormat, FAILED, FINE, Refusal, lost, open};
use crate::formats::compare;

/// Compares two graphs; returns the exit status.
///
/// # Errors
/// A graph that cannot be opened.
pub fn diff(
    arguments: &DiffArguments,
    out: &mut dyn Write,
    messages: &mut dyn Write,
) -> Result<u8, Refusal> {
    let before = open(Some(&arguments.before), arguments.from)?.whole()?;
    let after = open(Some(&arguments.after), arguments.from)?.whole()?;
    let (before, after) = (before.database.snapshot(), after.database.snapshot());
    let difference = compare::diff(&before, &after);
    let written = match arguments.format {
        DiffFormat::Text => difference.write_text(&before, &after, out),
        DiffFormat::Json => difference.write_json(&before, &after, out),
    };
    if let Err(error) = written.and_then(|()| out.flush()) {
        return Ok(lost(&error, messages));
    }
    if arguments.exit_code && !difference.is_empty() {
        return Ok(FAILED);
    }
    Ok(FINE)
}
