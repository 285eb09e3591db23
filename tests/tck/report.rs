//! Compares what failed with the list of known failures, and says so.

use std::collections::BTreeMap;
use std::io::{self, Write};

/// What a scenario's run gave, by `path/Feature.feature: [n] name (#example)`.
pub(crate) type Results = BTreeMap<String, Result<(), String>>;

/// What is to be said besides the verdict.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    /// Prints every failing scenario, the known ones too.
    pub(crate) list: bool,
}

/// Writes the report; returns whether all went as the list says.
pub(crate) fn write(
    results: &Results,
    known: &[String],
    absent: impl Fn(&str) -> bool,
    settings: Settings,
    out: &mut dyn Write,
) -> io::Result<bool> {
    let mut as_listed = true;
    for (name, result) in results {
        let listed = known.binary_search(name).is_ok();
        match result {
            Err(reason) if settings.list || !listed => {
                let mark = if listed { "known failure" } else { "FAILED" };
                writeln!(out, "{mark} {name} — {}", reason.replace('\n', " ⏎ "))?;
            }
            Ok(()) if listed => writeln!(out, "PASSED although listed: {name}")?,
            _ => {}
        }
        as_listed &= result.is_err() == listed;
    }
    let gone: Vec<_> = known.iter().filter(|name| absent(name)).collect();
    if !gone.is_empty() {
        writeln!(
            out,
            "note: {} known failures are not in this folder, left aside",
            gone.len()
        )?;
    }
    let passed = results.values().filter(|result| result.is_ok()).count();
    let total = results.len();
    writeln!(
        out,
        "tck: {passed} passed, {} failed of {total} scenarios",
        total - passed
    )?;
    Ok(as_listed)
}
