//! Asks the engine, and compares.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use polity::db::{Database, Params};
use polity::store::schema::{Dataset, TimeKeys};
use polity::store::{BulkLoader, Schema};
use polity::value::Value;

use crate::graph::Graph;
use crate::matching::{Bound, Env, Expected, Oracle};
use crate::pattern::Query;

/// How a trial went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Both agree on some rows.
    Rows,
    /// Both agree that there are none.
    Empty,
    /// There is too much to look at.
    TooLarge,
}

type Row = Vec<String>;

/// Compares the answers to a query; returns both where they differ.
pub(crate) fn check(graph: &Graph, query: &Query) -> Result<Outcome, String> {
    let Ok(expected) = Oracle::new(graph, query).answer() else {
        return Ok(Outcome::TooLarge);
    };
    let engine = match ask(graph, query) {
        // A search for walks may go on for ever where there are no more of them; a limit ends it.
        Err(error) if expected.known_up_to.is_some() && is_limit(&error) => {
            return Ok(Outcome::TooLarge);
        }
        engine => engine?,
    };
    match compare(query, &expected, &engine) {
        Some(difference) => Err(format!(
            "{difference}\nengine:\n{}oracle:\n{}",
            show(&engine),
            show(&rows(query, expected.groups.iter().flatten()))
        )),
        None if engine.is_empty() => Ok(Outcome::Empty),
        None => Ok(Outcome::Rows),
    }
}

fn show(rows: &[Row]) -> String {
    let mut rows: Vec<_> = rows
        .iter()
        .map(|row| format!("  {}\n", row.join(", ")))
        .collect();
    rows.sort();
    rows.truncate(30);
    rows.concat()
}

/// Returns what is wrong with the engine's rows.
fn compare(query: &Query, expected: &Expected, engine: &[Row]) -> Option<String> {
    if query.returned.is_empty() {
        let counts = expected
            .groups
            .iter()
            .map(|group| group.len().min(expected.most));
        let row = vec![format!("{}", counts.sum::<usize>())];
        return (engine != [row.clone()]).then(|| format!("the count should be {row:?}"));
    }
    if let Some(known) = expected.known_up_to {
        // Their paths have names: lengths show in the rows.
        let engine: Vec<Row> = engine
            .iter()
            .filter(|row| path_length(query, row).is_none_or(|length| length <= known))
            .cloned()
            .collect();
        return compare_known(query, expected, &engine);
    }
    compare_known(query, expected, engine)
}

fn compare_known(query: &Query, expected: &Expected, engine: &[Row]) -> Option<String> {
    let all = bag(&rows(query, expected.groups.iter().flatten()));
    let mut rest = all;
    for row in engine {
        match rest.get_mut(row) {
            Some(count) if *count > 0 => *count -= 1,
            _ => return Some(format!("this row is one too many: {}", row.join(", "))),
        }
    }
    let total: usize = expected
        .groups
        .iter()
        .map(|group| group.len().min(expected.most))
        .sum();
    let wanted = query.limit.map_or(total, |limit| limit.min(total));
    if engine.len() != wanted {
        return Some(format!(
            "there should be {wanted} rows, there are {}",
            engine.len()
        ));
    }
    if expected.most == usize::MAX {
        return None;
    }
    // How many of which length each group gives.
    for group in &expected.groups {
        let candidates = rows(query, group.iter());
        let found: Vec<_> = engine
            .iter()
            .filter(|row| candidates.contains(row))
            .cloned()
            .collect();
        let wanted = group.len().min(expected.most);
        if found.len() != wanted {
            return Some(format!(
                "a pair should have {wanted} rows, it has {}",
                found.len()
            ));
        }
        let lengths = |rows: &[Row]| {
            let mut all: Vec<_> = rows.iter().map(|row| path_length(query, row)).collect();
            all.sort_unstable();
            all.truncate(wanted);
            all
        };
        if expected.shortest && lengths(&found) != lengths(&candidates) {
            return Some("a pair has paths that are too long".to_owned());
        }
    }
    None
}

/// The length of the path that the query names.
fn path_length(query: &Query, row: &Row) -> Option<usize> {
    let name = query.paths[0].name.as_ref()?;
    let place = query
        .returned
        .iter()
        .position(|returned| returned == name)?;
    Some(row[place].matches('[').count())
}

fn bag(rows: &[Row]) -> BTreeMap<Row, usize> {
    let mut bag = BTreeMap::new();
    for row in rows {
        *bag.entry(row.clone()).or_default() += 1;
    }
    bag
}

fn rows<'e>(query: &Query, envs: impl Iterator<Item = &'e Env>) -> Vec<Row> {
    envs.map(|env| query.returned.iter().map(|name| text(&env[name])).collect())
        .collect()
}

fn text(bound: &Bound) -> String {
    match bound {
        Bound::Null => "null".to_owned(),
        Bound::Node(id) => format!("({id})"),
        Bound::Rel(id) => format!("[{id}]"),
        Bound::List(items) => {
            let items: Vec<_> = items.iter().map(text).collect();
            format!("{{{}}}", items.join(", "))
        }
        Bound::Path(walk) => path_text(&walk.nodes, &walk.rels),
    }
}

fn path_text(nodes: &[usize], rels: &[usize]) -> String {
    let mut text = format!("({})", nodes[0]);
    for (rel, node) in rels.iter().zip(&nodes[1..]) {
        text += &format!("[{rel}]({node})");
    }
    text
}

/// Whether a search was ended by a limit.
fn is_limit(error: &str) -> bool {
    error.contains("TimedOut") || error.contains("WalkTooLong")
}

/// Returns the engine's rows.
fn ask(graph: &Graph, query: &Query) -> Result<Vec<Row>, String> {
    let mut loader = BulkLoader::new();
    loader.set_schema(with_time());
    let database = Database::from_snapshot(loader.finish());
    let mut session = database.session();
    session.set_timeout(Some(Duration::from_secs(5)));
    let mut params = Params::default();
    session
        .run(&graph.create(), &params)
        .map_err(|error| error.to_string())?;
    let numbers = Numbers::new(&database)?;
    params.insert("k", Value::Int(2));
    let run = || session.run(&query.text(), &params);
    let rows = catch_unwind(AssertUnwindSafe(run)).map_err(|_| "it panics".to_owned())?;
    let rows = rows.map_err(|error| format!("it fails: {error}"))?;
    let row = |row: Vec<Value>| row.iter().map(|value| numbers.text(value)).collect();
    Ok(rows.iter().map(row).collect())
}

/// The declarations of a data set with keys of valid time.
fn with_time() -> Schema {
    let key = |name: &str| Some(name.to_owned());
    let time = TimeKeys {
        from: key("from"),
        until: key("until"),
        on: None,
        text: None,
    };
    Schema {
        dataset: Dataset {
            time: Some(time),
            ..Dataset::default()
        },
        ..Schema::default()
    }
}

/// The numbers by which the test knows the elements.
struct Numbers {
    nodes: BTreeMap<u32, usize>,
    rels: BTreeMap<u32, usize>,
}

impl Numbers {
    fn new(database: &Database) -> Result<Self, String> {
        let ask = |text: &str| {
            let rows = database.session().run(text, &Params::default());
            rows.map_err(|error| error.to_string())
        };
        let number = |value: &Value| match value {
            Value::Int(number) => usize::try_from(*number).ok(),
            _ => None,
        };
        let mut numbers = Self {
            nodes: BTreeMap::new(),
            rels: BTreeMap::new(),
        };
        for text in [
            "MATCH (n) RETURN n, n.id",
            "MATCH ()-[r]->() RETURN r, r.id",
        ] {
            for row in ask(text)?.iter() {
                match (&row[0], number(&row[1])) {
                    (Value::Node(node), Some(id)) => numbers.nodes.insert(node.0, id),
                    (Value::Rel(rel), Some(id)) => numbers.rels.insert(rel.0, id),
                    other => return Err(format!("{other:?} has no number")),
                };
            }
        }
        Ok(numbers)
    }

    fn text(&self, value: &Value) -> String {
        match value {
            Value::Null => "null".to_owned(),
            Value::Int(number) => number.to_string(),
            Value::Node(node) => format!("({})", self.nodes[&node.0]),
            Value::Rel(rel) => format!("[{}]", self.rels[&rel.0]),
            Value::List(items) => {
                let items: Vec<_> = items.iter().map(|item| self.text(item)).collect();
                format!("{{{}}}", items.join(", "))
            }
            Value::Path(path) => {
                let nodes: Vec<_> = path.nodes.iter().map(|node| self.nodes[&node.0]).collect();
                let rels: Vec<_> = path.rels.iter().map(|rel| self.rels[&rel.0]).collect();
                path_text(&nodes, &rels)
            }
            other => format!("{other:?}"),
        }
    }
}
