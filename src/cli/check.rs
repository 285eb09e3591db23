//! `polity check`: loads graphs and says all that is wrong with them.

use std::io::{self, Write};
use std::path::Path;

use super::refusal::tally;
use super::store::{check_store, is_store};
use super::{CheckArguments, FINE, Refusal, lost, open};
use crate::formats::graph::GraphFormat;

/// Checks the graphs one after the other; returns the exit status, the worst of all.
pub fn check(arguments: &CheckArguments, out: &mut dyn Write, messages: &mut dyn Write) -> u8 {
    let mut status = FINE;
    for path in &arguments.graphs {
        match check_one(path, arguments.from, out, messages) {
            Ok(one) => status = status.max(one),
            Err(error) => return lost(&error, messages),
        }
    }
    status
}

fn check_one(
    path: &Path,
    from: Option<GraphFormat>,
    out: &mut dyn Write,
    messages: &mut dyn Write,
) -> io::Result<u8> {
    if is_store(path) && path.exists() {
        return check_store(path, out);
    }
    let name = path.display();
    let status = match open(Some(path), from) {
        Ok(opened) => {
            let graph = opened.database.snapshot();
            let (nodes, rels) = (graph.node_count(), graph.rel_count());
            let errors = tally(&opened.warnings);
            write!(out, "{}", opened.warnings)?;
            writeln!(out, "{name}: {nodes} nodes, {rels} relationships, {errors}")?;
            FINE
        }
        Err(refusal) => {
            match &refusal {
                Refusal::Faulty(report) => writeln!(out, "{report}{name}: {}", tally(report))?,
                // Without a place for messages there is nobody to tell.
                Refusal::Missing { .. } | Refusal::Usage(_) | Refusal::Store(_) => {
                    drop(writeln!(messages, "{refusal}"));
                }
            }
            refusal.status()
        }
    };
    out.flush()?;
    Ok(status)
}
