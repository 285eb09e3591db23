//! What `:path` looks for, and the query that finds it.

use crate::db::{self, Snapshot};
use crate::error::{Code, Error, ErrorType, Result};
use crate::formats::nearest::nearest;
use crate::repl::names;
use crate::syntax::shell::{PathRequest, Text};
use crate::value::literal::{to_literal, write_name};
use crate::value::{NodeId, Value};

/// Labels of nodes that join almost everything, so that a chain through them says little.
const HUBS: [&str; 2] = ["Topic", "Place"];
/// How long a chain may be, if nothing is said.
const LONGEST: u64 = 8;
/// How long a chain may be at all.
const LONGEST_EVER: u64 = 30;
/// How many paths are asked for; parallel relationships make many paths of one chain.
pub(super) const PATHS: usize = 1_000;
/// The word for all relationship types with a polarity.
const STANCE: &str = "stance";

/// What is looked for: names are resolved, options checked.
#[derive(Clone, Debug)]
pub(super) struct Route {
    pub(super) start: NodeId,
    pub(super) end: NodeId,
    /// The relationship types to use; all if empty.
    via: Vec<String>,
    /// How many relationships a chain may have.
    pub(super) longest: u64,
    /// The day on which everything must hold.
    day: Option<String>,
    /// The labels that no inner node has.
    pub(super) without: Vec<String>,
    /// Whether the user named those labels.
    pub(super) without_is_asked: bool,
}

impl Route {
    /// Looks up what a request names.
    ///
    /// # Errors
    /// A name that nothing or several things have, a type, label or day that there is not.
    pub(super) fn find(graph: &Snapshot, request: &PathRequest) -> Result<Self> {
        let end_of =
            |text: &Text| names::resolve(graph, &text.node).map_err(|error| error.at(text.span));
        let (start, end) = (end_of(&request.from)?, end_of(&request.to)?);
        if start == end {
            let name = names::name_of(graph, start);
            let (from, to) = (&request.from.node, &request.to.node);
            return Err(invalid(format!("`{from}` and `{to}` are both {name}")).at(request.to.span));
        }
        let mut via = Vec::new();
        for text in &request.via {
            via.extend(types(graph, text)?);
        }
        let asked = request.not_through.iter().map(|text| label(graph, text));
        let asked: Vec<String> = asked.collect::<Result<_>>()?;
        let without_is_asked = !asked.is_empty();
        let hubs = HUBS.into_iter().filter(|hub| graph.label(hub).is_some());
        Ok(Self {
            start,
            end,
            via,
            longest: longest(request)?,
            day: request
                .as_of
                .as_ref()
                .map(|text| day(graph, text))
                .transpose()?,
            without: if without_is_asked {
                asked
            } else {
                hubs.map(str::to_owned).collect()
            },
            without_is_asked,
        })
    }

    /// The query that a user would write. Conditions on `allShortestPaths` take part in the search.
    pub(super) fn query(&self, graph: &Snapshot) -> String {
        let mut conditions = Vec::new();
        if !self.without.is_empty() {
            let labels = self
                .without
                .iter()
                .map(|label| format!("n:{}", name(label)));
            let labels = labels.collect::<Vec<_>>().join(" OR ");
            conditions.push(format!("none(n IN nodes(p)[1..-1] WHERE {labels})"));
        }
        let types: Vec<String> = self.via.iter().map(|name_| name(name_)).collect();
        let types = match types.as_slice() {
            [] => String::new(),
            types => format!(":{}", types.join("|")),
        };
        let conditions = match conditions.as_slice() {
            [] => String::new(),
            conditions => format!("\nWHERE {}", conditions.join("\n  AND ")),
        };
        let moment = match &self.day {
            None => String::new(),
            Some(day) => format!(" AS OF date('{day}')"),
        };
        format!(
            "MATCH {}, {}\nMATCH p = allShortestPaths((a)-[{types}*..{}]-(b)){moment}{conditions}\n\
             RETURN p LIMIT {PATHS};",
            pattern(graph, "a", self.start),
            pattern(graph, "b", self.end),
            self.longest,
        )
    }
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
            format!("({variable} {{id: {}}})", to_literal(&value))
        }
        _ => format!("({variable} WHERE id({variable}) = {})", node.0),
    }
}

/// The relationship types that a text names: one, or all that have a polarity.
fn types(graph: &Snapshot, text: &Text) -> Result<Vec<String>> {
    let wanted = &text.node;
    let known = || graph.type_names().map(|(_, name)| &**name);
    if let Some(name) = known().find(|name| name.eq_ignore_ascii_case(wanted)) {
        return Ok(vec![name.to_owned()]);
    }
    if wanted.eq_ignore_ascii_case(STANCE) {
        let declared = graph.schema().types.iter();
        let stances = declared
            .filter(|(name, schema)| schema.polarity.is_some() && graph.rel_type(name).is_some());
        let stances: Vec<String> = stances.map(|(name, _)| name.clone()).collect();
        if !stances.is_empty() {
            return Ok(stances);
        }
    }
    let error = invalid(format!("there is no relationship type `{wanted}`")).at(text.span);
    Err(with_nearest(error, wanted, known()))
}

/// The label that a text names.
fn label(graph: &Snapshot, text: &Text) -> Result<String> {
    let wanted = &text.node;
    let mut known = graph.label_names().map(|(_, name)| &**name);
    if let Some(name) = known.find(|name| name.eq_ignore_ascii_case(wanted)) {
        return Ok(name.to_owned());
    }
    let error = invalid(format!("there is no label `{wanted}`")).at(text.span);
    let known = graph.label_names().map(|(_, name)| &**name);
    Err(with_nearest(error, wanted, known))
}

fn longest(request: &PathRequest) -> Result<u64> {
    match &request.longest {
        None => Ok(LONGEST),
        Some(number) if (1..=LONGEST_EVER).contains(&number.node) => Ok(number.node),
        Some(number) => {
            let message = format!("a chain has from 1 to {LONGEST_EVER} relationships");
            Err(invalid(message).at(number.span))
        }
    }
}

/// The day that a text names, in a graph that says when things hold.
fn day(graph: &Snapshot, text: &Text) -> Result<String> {
    let day = &text.node;
    let is_day = day.chars().all(|c| c.is_ascii_digit() || c == '-');
    if !is_day || !matches!(db::literal(&format!("date('{day}')")), Ok(Value::Date(_))) {
        let error = invalid(format!("`{day}` is no day")).at(text.span);
        return Err(error.hint("days are written as in 2025-12-17"));
    }
    if graph.schema().dataset.time.is_none() {
        let error = invalid("this graph does not say when things hold").at(text.span);
        return Err(error.hint("the table [time] in dataset.toml names the keys"));
    }
    Ok(day.clone())
}

fn name(text: &str) -> String {
    let mut name = String::new();
    write_name(text, &mut name);
    name
}

fn invalid(message: impl Into<String>) -> Error {
    Error::new(
        Code::runtime(ErrorType::ArgumentError, "InvalidPath"),
        message,
    )
}

fn with_nearest<'a>(error: Error, word: &str, known: impl Iterator<Item = &'a str>) -> Error {
    match nearest(word, known) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint("`:schema` shows what there is"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Database;
    use crate::syntax::shell::{Command, parse};

    fn find(line: &str) -> Result<String> {
        let graph = Database::governance()?.snapshot();
        let Command::Path(request) = parse(line)? else {
            panic!("{line}");
        };
        Ok(Route::find(&graph, &request)?.query(&graph))
    }

    #[track_caller]
    fn check(line: &str, expected: &str) {
        assert_eq!(find(line).unwrap(), expected, "{line}");
    }

    #[test]
    fn the_query_is_what_a_user_would_write() {
        check(
            ":path Microsoft -> 'Volksrepublik China'",
            "MATCH (a {id: 'microsoft'}), (b {id: 'china'})\n\
             MATCH p = allShortestPaths((a)-[*..8]-(b))\n\
             WHERE none(n IN nodes(p)[1..-1] WHERE n:Topic OR n:Place)\n\
             RETURN p LIMIT 1000;",
        );
        check(
            ":path usa -> china via opposes, SIGNED as of 2025-12-17 max 4 not through forum",
            "MATCH (a {id: 'usa'}), (b {id: 'china'})\n\
             MATCH p = allShortestPaths((a)-[:OPPOSES|SIGNED*..4]-(b)) \
             AS OF date('2025-12-17')\n\
             WHERE none(n IN nodes(p)[1..-1] WHERE n:Forum)\n\
             RETURN p LIMIT 1000;",
        );
        let stance = find(":path usa -> china via stance").unwrap();
        assert!(stance.contains("|OPPOSES|"), "{stance}");
        assert!(!stance.contains("MEMBER_OF"), "{stance}");
    }

    #[test]
    fn what_there_is_not_is_an_error_at_its_place() {
        let error = |line: &str| {
            let error = find(line).unwrap_err();
            let span = error.span().unwrap_or_default().range();
            (
                line.get(span).unwrap_or_default().to_owned(),
                error.hints().join("; "),
            )
        };
        let check = |line: &str, place: &str, hint: &str| {
            let (at, hints) = error(line);
            assert_eq!(at, place, "{line}");
            assert!(hints.contains(hint), "{line}: {hints}");
        };
        check(":path microsft -> china", "microsft", "`microsoft`");
        check(":path usa -> 'United States'", "'United States'", "");
        check(":path usa -> china via OPPOSE", "OPPOSE", "`OPPOSES`");
        check(":path usa -> china not through Topics", "Topics", "`Topic`");
        check(
            ":path usa -> china as of 2025-02-30",
            "2025-02-30",
            "2025-12-17",
        );
        check(":path usa -> china as of x'y", "x'y", "2025-12-17");
        check(":path usa -> china max 0", "0", "");
    }
}
