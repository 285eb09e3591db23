//! `:path`: how two nodes are connected.

use super::route::{PATHS, Route};
use crate::db::{Params, Rows, Snapshot};
use crate::error::Result;
use crate::repl::chains::Chains;
use crate::repl::citations;
use crate::repl::names;
use crate::repl::shell::{Failure, Outcome, Shell, Unclear, count};
use crate::syntax::shell::PathRequest;
use crate::value::Value;

/// How many chains are shown, if nothing is said.
const SHOWN: usize = 10;

/// `:path A -> B …`
pub(super) fn run(shell: &mut Shell<'_>, request: &PathRequest) -> Result<Outcome, Failure> {
    let graph = shell.session.snapshot();
    let route = Route::find(&graph, request).inspect_err(|_| {
        shell.unclear = unclear(&graph, request);
    })?;
    let search = search(shell, &graph, route)?;
    let top = request
        .top
        .as_ref()
        .map(|number| usize::try_from(number.node));
    let shown = top.and_then(std::result::Result::ok).unwrap_or(SHOWN);
    for line in answer(&graph, &search, shown) {
        writeln!(shell.streams.results, "{line}")?;
    }
    shell.last = Some(search.rows);
    Ok(Outcome::Done)
}

/// The first end that means several things.
fn unclear(graph: &Snapshot, request: &PathRequest) -> Option<Unclear> {
    [&request.from, &request.to].into_iter().find_map(|end| {
        let choices = names::choices(graph, &end.node);
        let span = end.span;
        (choices.len() > 1).then_some(Unclear { span, choices })
    })
}

/// What a search found, and how.
struct Search {
    query: String,
    rows: Rows,
    route: Route,
    /// The labels that had to be let in to find anything.
    let_in: Vec<String>,
}

/// Searches without the hubs, and with them if there is nothing else and they were not asked to be
/// left out.
fn search(shell: &mut Shell<'_>, graph: &Snapshot, mut route: Route) -> Result<Search> {
    let mut query = route.query(graph);
    let mut rows = shell.query(&query, &Params::default())?;
    let mut let_in = Vec::new();
    if rows.is_empty() && !route.without.is_empty() && !route.without_is_asked {
        let_in = std::mem::take(&mut route.without);
        query = route.query(graph);
        rows = shell.query(&query, &Params::default())?;
    }
    Ok(Search {
        query,
        rows,
        route,
        let_in,
    })
}

/// The chains, what was left out, the sources, and the query.
fn answer(graph: &Snapshot, search: &Search, limit: usize) -> Vec<String> {
    let cells: Vec<Value> = search.rows.iter().flatten().collect();
    let paths = cells.iter().filter_map(|cell| match cell {
        Value::Path(path) => Some(&**path),
        _ => None,
    });
    let found = Chains::of(graph, paths, limit);
    let mut lines: Vec<String> = found.shown.iter().map(ToString::to_string).collect();
    lines.push(remark(&found, search));
    if !found.sources.is_empty() {
        lines.push(String::new());
    }
    lines.extend(citations::lines(graph, &found.sources));
    lines.push(String::new());
    lines.extend(search.query.lines().map(|line| format!("  {line}")));
    lines
}

/// How many chains there are, and what was left out to find them.
fn remark(found: &Chains, search: &Search) -> String {
    let Some(first) = found.shown.first() else {
        let steps = count(search.route.longest, "step");
        return format!("no chain of at most {steps} connects them");
    };
    let shown = found.shown.len();
    let steps = count(first.steps.len(), "step");
    let mut remarks = vec![format!(
        "{} of {steps}",
        count(shown + found.hidden, "chain")
    )];
    if found.hidden > 0 {
        remarks.push(format!("{shown} of them shown"));
    }
    if search.rows.len() >= PATHS {
        remarks.push(format!("the search stopped at {PATHS} paths"));
    }
    let plural = |labels: &[String]| {
        let words = labels.iter().map(|label| label.to_lowercase() + "s");
        words.collect::<Vec<_>>().join(" and ")
    };
    if !search.let_in.is_empty() {
        remarks.push(format!(
            "nothing connects them but {}",
            plural(&search.let_in)
        ));
    }
    if !search.route.without.is_empty() && first.steps.len() > 1 {
        let left_out = plural(&search.route.without);
        remarks.push(format!("chains through {left_out} are left out"));
    }
    remarks.join("; ")
}
