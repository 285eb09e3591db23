//! `:sources`: who says so.

use crate::error::{Code, Error, ErrorType};
use crate::repl::citations::{Citations, lines};
use crate::repl::shell::{Failure, Outcome, Shell};

/// `:sources`
pub(super) fn run(shell: &mut Shell<'_>) -> Result<Outcome, Failure> {
    let Some(rows) = &shell.last else {
        let code = Code::runtime(ErrorType::DataError, "NoResult");
        let error = Error::new(code, "there is no result yet");
        return Err(error
            .hint("run a query that returns nodes, relationships or paths")
            .into());
    };
    let graph = rows.graph();
    let mut cited = Citations::default();
    for value in rows.iter().flatten() {
        cited.add(graph, &value);
    }
    if cited.ids().is_empty() {
        shell.tell("the last result cites no source: return nodes, relationships or paths");
        return Ok(Outcome::Done);
    }
    for line in lines(graph, cited.ids()) {
        writeln!(shell.streams.results, "{line}")?;
    }
    Ok(Outcome::Done)
}
