//! `:path`: how two nodes are connected.

use super::wrong_use;
use crate::db::{Params, Rows, Snapshot};
use crate::error;
use crate::formats::words::clean;
use crate::repl::chain::add_new;
use crate::repl::chains::Chains;
use crate::repl::names::{self, text_property};
use crate::repl::shell::{Failure, Outcome, Shell, count};
use crate::value::{NodeId, Value, literal};

/// Labels of nodes that join almost everything, so that a chain through them says little.
const HUBS: [&str; 2] = ["Topic", "Place"];
/// How long a chain may be.
const LONGEST: usize = 8;
/// How many paths are asked for; parallel relationships make many paths of one chain.
const PATHS: usize = 1_000;
/// How many chains are shown.
const SHOWN: usize = 10;

/// `:path A -> B`
pub(super) fn run(shell: &mut Shell<'_>, argument: &str) -> Result<Outcome, Failure> {
    let (from, to) = ends(argument)?;
    let graph = shell.session.snapshot();
    let start = names::resolve(&graph, &from)?;
    let end = names::resolve(&graph, &to)?;
    if start == end {
        let name = names::name_of(&graph, start);
        let message = format!("`{from}` and `{to}` are both {name}");
        return Err(wrong_use("path", message).into());
    }
    let search = search(shell, &graph, start, end)?;
    for line in answer(&graph, &search) {
        writeln!(shell.streams.results, "{line}")?;
    }
    shell.last = Some(search.rows);
    Ok(Outcome::Done)
}

/// Cuts `A -> B` at the arrow; names in quotes may hold one.
fn ends(argument: &str) -> error::Result<(String, String)> {
    let arrow = names::outside_quotes(argument, "->");
    let halves = arrow.map(|at| {
        let (from, to) = argument.split_at(at);
        let to = to.trim_start_matches("->");
        (names::unquote(from), names::unquote(to))
    });
    match halves {
        Some((from, to)) if !from.is_empty() && !to.is_empty() => Ok((from, to)),
        _ => Err(wrong_use("path", "a path has two ends")),
    }
}

/// What a search found, and how.
struct Search {
    query: String,
    rows: Rows,
    /// The labels that no inner node has.
    without: Vec<&'static str>,
    /// Whether the hubs had to be let in.
    through_hubs: bool,
}

/// Searches without the hubs, and with them if there is nothing else.
fn search(
    shell: &mut Shell<'_>,
    graph: &Snapshot,
    start: NodeId,
    end: NodeId,
) -> error::Result<Search> {
    let known = |label: &&str| graph.label(label).is_some();
    let hubs: Vec<&'static str> = HUBS.into_iter().filter(known).collect();
    let query = cypher(graph, start, end, &hubs);
    let rows = shell.query(&query, &Params::default())?;
    if !rows.is_empty() || hubs.is_empty() {
        let through_hubs = false;
        return Ok(Search {
            query,
            rows,
            without: hubs,
            through_hubs,
        });
    }
    let query = cypher(graph, start, end, &[]);
    let rows = shell.query(&query, &Params::default())?;
    Ok(Search {
        query,
        through_hubs: !rows.is_empty(),
        rows,
        without: hubs,
    })
}

/// The query that a user would write. Conditions on `allShortestPaths` take part in the search.
fn cypher(graph: &Snapshot, start: NodeId, end: NodeId, without: &[&str]) -> String {
    let from = pattern(graph, "a", start);
    let to = pattern(graph, "b", end);
    let condition = without
        .iter()
        .map(|label| format!("n:{label}"))
        .collect::<Vec<_>>()
        .join(" OR ");
    let condition = if condition.is_empty() {
        condition
    } else {
        format!("\nWHERE none(n IN nodes(p)[1..-1] WHERE {condition})")
    };
    format!(
        "MATCH {from}, {to}\nMATCH p = allShortestPaths((a)-[*..{LONGEST}]-(b)){condition}\n\
         RETURN p LIMIT {PATHS};"
    )
}

/// `(a {id: 'china'})`, or by the number of the node where it has no id of its own.
fn pattern(graph: &Snapshot, variable: &str, node: NodeId) -> String {
    let id = graph
        .key("id")
        .map(|key| (key, graph.node_property(node, key)));
    match id {
        Some((key, value @ (Value::String(_) | Value::Int(_))))
            if graph
                .find_nodes(None, key, &value)
                .is_none_or(|nodes| nodes.len() == 1) =>
        {
            format!("({variable} {{id: {}}})", literal::to_literal(&value))
        }
        _ => format!("({variable} WHERE id({variable}) = {})", node.0),
    }
}

/// The chains, what was left out, the sources, and the query.
fn answer(graph: &Snapshot, search: &Search) -> Vec<String> {
    let cells: Vec<Value> = search.rows.iter().flatten().collect();
    let paths = cells.iter().filter_map(|cell| match cell {
        Value::Path(path) => Some(&**path),
        _ => None,
    });
    let found = Chains::of(graph, paths, SHOWN);
    let mut lines: Vec<String> = found.shown.iter().map(ToString::to_string).collect();
    lines.push(remark(&found, search));
    if !found.sources.is_empty() {
        lines.push(String::new());
    }
    for (place, id) in found.sources.iter().enumerate() {
        lines.push(format!("[{}] {}", place + 1, source(graph, id)));
    }
    lines.push(String::new());
    lines.extend(search.query.lines().map(|line| format!("  {line}")));
    lines
}

/// How many chains there are, and what was left out to find them.
fn remark(found: &Chains, search: &Search) -> String {
    let Some(first) = found.shown.first() else {
        let steps = count(LONGEST, "step");
        return format!("no chain of at most {steps} connects them");
    };
    let shown = found.shown.len();
    let steps = count(first.steps.len(), "step");
    let mut remarks = vec![format!(
        "{} of {steps}",
        count(shown + found.hidden, "chain")
    )];
    if found.hidden > 0 {
        remarks.push(format!("the first {shown} are shown"));
    }
    if search.rows.len() >= PATHS {
        remarks.push(format!("the search stopped at {PATHS} paths"));
    }
    let hubs = search
        .without
        .iter()
        .map(|label| label.to_lowercase() + "s");
    let hubs = hubs.collect::<Vec<_>>().join(" and ");
    if search.through_hubs {
        remarks.push(format!("nothing connects them but {hubs}"));
    } else if !hubs.is_empty() && first.steps.len() > 1 {
        remarks.push(format!("chains through {hubs} are left out"));
    }
    remarks.join("; ")
}

/// A source: its id, title, section and address, as far as they are known.
fn source(graph: &Snapshot, id: &str) -> String {
    let value = Value::from(id);
    let nodes = graph
        .key("id")
        .and_then(|key| graph.find_nodes(None, key, &value));
    let Some(&node) = nodes.as_ref().and_then(|nodes| nodes.first()) else {
        return id.to_owned();
    };
    let mut details = vec![id.to_owned()];
    for key in ["title", "section", "date", "url"] {
        let detail = text_property(graph, node, key).map(|detail| clean(&detail));
        add_new(&mut details, detail.into_iter().collect());
    }
    details.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_two_ends() {
        let check = |text: &str| ends(text).ok();
        let pair = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        assert_eq!(check("microsoft -> china"), pair("microsoft", "china"));
        assert_eq!(check("\"Ma Zhaoxu\" -> igf"), pair("Ma Zhaoxu", "igf"));
        assert_eq!(check("a->b"), pair("a", "b"));
        for wrong in ["", "a", "a ->", "-> b", "->", "\"a -> b\""] {
            assert_eq!(check(wrong), None, "{wrong}");
        }
    }
}
