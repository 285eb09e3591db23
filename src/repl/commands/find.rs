//! `:find`.

use crate::formats::words::clean;
use crate::repl::names;
use crate::repl::shell::{Failure, Outcome, Shell};
use crate::syntax::shell::Text;
use crate::value::Value;

/// How many nodes `:find` shows at most.
const LIMIT: usize = 20;

/// `:find TEXT`
pub(super) fn run(shell: &mut Shell<'_>, text: &Text) -> Result<Outcome, Failure> {
    let graph = shell.session.snapshot();
    let hits = graph.search_names(&text.node, LIMIT);
    if hits.is_empty() {
        return Err(names::unknown(&text.node).at(text.span).into());
    }
    let table = hits
        .into_iter()
        .map(|hit| {
            let name = names::name_of(&graph, hit.node);
            let id = names::text_property(&graph, hit.node, "id").unwrap_or_default();
            let found = if *hit.name == *name || *hit.name == *id {
                String::new()
            } else {
                clean(&hit.name)
            };
            [names::describe(&graph, hit.node), clean(&id), found]
                .map(Value::from)
                .to_vec()
        })
        .collect();
    shell.table(&["node", "id", "found as"], table)?;
    Ok(Outcome::Done)
}
