//! One query on one graph: what the engine says, what the naive evaluator says, whether they
//! agree, and the smallest query that still shows where they don't.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use polity::db::{Database, Params, Snapshot};
use polity::syntax::ast::{Clause, ExprKind, Projection, Query, Statement};
use polity::syntax::{parse, print};
use polity::value::Value;

use crate::graph;
use crate::naive::{Failure, Naive, Row};

/// Rows, each as text, in order.
pub(crate) type Answer = Result<Vec<Vec<String>>, String>;

/// A graph and the statement that made it.
pub(crate) struct World {
    pub(crate) create: String,
    pub(crate) database: Database,
}

impl World {
    pub(crate) fn new(create: String) -> Self {
        let database = graph::database(&create);
        Self { create, database }
    }

    pub(crate) fn graph(&self) -> Arc<Snapshot> {
        self.database.snapshot()
    }

    /// Returns the engine's answer, with these rules of the optimizer left out.
    pub(crate) fn engine(&self, text: &str, rules_off: &[&str]) -> Answer {
        ask(&self.database, text, rules_off)
    }

    /// Returns the engine's answer with lists shown as where `shape` is asked.
    pub(crate) fn engine_like(&self, shape: &str, text: &str) -> Answer {
        ask_shown(&self.database, text, &[], has_bags(shape))
    }

    /// Returns the naive answer; `None` if it takes too long.
    pub(crate) fn naive(&self, text: &str) -> Option<Answer> {
        let query = match parse(text) {
            Ok(Statement::Query(query)) => query,
            Ok(_) => return Some(Err("not a query".to_owned())),
            Err(error) => return Some(Err(error.to_string())),
        };
        let graph = self.graph();
        match Naive::new(&graph).query(&query, &Row::new()) {
            Ok(rows) => {
                let bags = has_bags(text);
                Some(Ok(rows
                    .into_iter()
                    .map(|row| show_row(row, bags))
                    .collect()))
            }
            Err(Failure::TooLarge) => None,
            Err(Failure::Error(error)) => Some(Err(error)),
        }
    }

    /// Returns what is wrong, ready to be pasted, if engine and evaluator disagree.
    pub(crate) fn disagreement(&self, text: &str) -> Option<String> {
        let (engine, naive) = (self.engine(text, &[]), self.naive(text)?);
        if agree(text, &engine, &naive) {
            return None;
        }
        Some(format!(
            "{};\n{text};\nengine: {}\nnaive:  {}\n",
            self.create,
            report(&engine),
            report(&naive)
        ))
    }

    /// Leaves out parts of the query as long as `wrong` still finds something.
    pub(crate) fn shrink(&self, text: &str, wrong: &dyn Fn(&str) -> Option<String>) -> String {
        let mut text = text.to_owned();
        let mut report = wrong(&text).unwrap_or_default();
        while let Some((smaller, found)) = smaller(&text).into_iter().find_map(|text| {
            let is_query = text
                .lines()
                .last()
                .is_some_and(|line| line.starts_with("RETURN"))
                && !matches!(self.engine(&text, &[]), Err(e) if e.contains("Syntax"));
            let found = is_query.then(|| wrong(&text)).flatten();
            found.map(|found| (text, found))
        }) {
            (text, report) = (smaller, found);
        }
        report
    }
}

/// Runs a query.
pub(crate) fn ask(database: &Database, text: &str, rules_off: &[&str]) -> Answer {
    ask_shown(database, text, rules_off, has_bags(text))
}

fn ask_shown(database: &Database, text: &str, rules_off: &[&str], bags: bool) -> Answer {
    let mut session = database.session();
    session.set_timeout(Some(Duration::from_secs(20)));
    session.set_rules_off(rules_off.iter().copied());
    let run = || session.run(text, &Params::default());
    let rows = catch_unwind(AssertUnwindSafe(run)).map_err(|_| "it panics".to_owned())?;
    let rows = rows.map_err(|error| error.to_string())?;
    let columns = rows.columns().to_vec();
    let rows = rows.iter().map(|row| {
        let row = columns.iter().cloned().zip(row).collect();
        show_row(row, bags)
    });
    Ok(rows.collect())
}

/// Whether the two agree: as bags, and in the order of the columns that the result is sorted by.
pub(crate) fn agree(text: &str, one: &Answer, two: &Answer) -> bool {
    let (Ok(one), Ok(two)) = (one, two) else {
        return one.is_err() && two.is_err();
    };
    let bag = |rows: &[Vec<String>]| {
        let mut rows = rows.to_vec();
        rows.sort();
        rows
    };
    let keys = sorted_by(text);
    let order = |rows: &[Vec<String>]| -> Vec<Vec<String>> {
        let key = |row: &Vec<String>| {
            let cells = keys.iter().map(|key| format!("{key}: "));
            let cell = |key: String| row.iter().find(|cell| cell.starts_with(&key)).cloned();
            cells.filter_map(cell).collect()
        };
        rows.iter().map(key).collect()
    };
    bag(one) == bag(two) && order(one) == order(two)
}

/// Returns the columns that lead the result's `ORDER BY`.
fn sorted_by(text: &str) -> Vec<Arc<str>> {
    let Ok(Statement::Query(query)) = parse(text) else {
        return Vec::new();
    };
    let last = query.parts.last().and_then(|part| part.clauses.last());
    match last.map(|clause| &clause.node) {
        Some(Clause::Return(projection)) if query.unions.is_empty() => {
            let keys = projection.order_by.iter();
            let keys = keys.map_while(|key| match &key.expr.node {
                ExprKind::Variable(name) => Some(Arc::clone(name)),
                _ => None,
            });
            keys.collect()
        }
        _ => Vec::new(),
    }
}

/// Whether lists may come in any order.
fn has_bags(text: &str) -> bool {
    text.contains("collect(") || text.contains("[(")
}

fn show_row(row: Row, bags: bool) -> Vec<String> {
    let cells = row.into_iter();
    cells
        .map(|(name, value)| format!("{name}: {}", show(&value, bags)))
        .collect()
}

fn show(value: &Value, bags: bool) -> String {
    match value {
        Value::Float(number) => format!("{number:.9e}"),
        Value::List(items) => {
            let mut items: Vec<_> = items.iter().map(|item| show(item, bags)).collect();
            if bags {
                items.sort();
            }
            format!("[{}]", items.join(", "))
        }
        Value::Map(map) => {
            let entries = map.iter();
            let entries = entries.map(|(key, value)| format!("{key}: {}", show(value, bags)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        other => format!("{other:?}"),
    }
}

pub(crate) fn report(answer: &Answer) -> String {
    match answer {
        Err(error) => format!("error: {error}"),
        Ok(rows) => {
            let rows: Vec<_> = rows.iter().map(|row| row.join(", ")).collect();
            let rows: Vec<_> = rows
                .iter()
                .take(20)
                .map(|row| format!("  {row}\n"))
                .collect();
            format!("rows:\n{}", rows.concat())
        }
    }
}

/// Returns queries that lack a part of this one.
fn smaller(text: &str) -> Vec<String> {
    let Ok(Statement::Query(query)) = parse(text) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    let mut keep = |query: Query| out.push(print::statement(&Statement::Query(query)));
    if query.parts.len() > 1 {
        for part in &query.parts {
            keep(Query {
                parts: vec![part.clone()],
                unions: Vec::new(),
            });
        }
    }
    for (part, single) in query.parts.iter().enumerate() {
        for place in 0..single.clauses.len() {
            let mut fewer = query.clone();
            fewer.parts[part].clauses.remove(place);
            if !fewer.parts[part].clauses.is_empty() {
                keep(fewer);
            }
            for clause in smaller_clauses(&single.clauses[place].node) {
                let mut other = query.clone();
                other.parts[part].clauses[place].node = clause;
                keep(other);
            }
        }
    }
    out
}

fn smaller_clauses(clause: &Clause) -> Vec<Clause> {
    let mut out = Vec::new();
    match clause {
        Clause::Match(whole) => {
            if whole.predicate.is_some() {
                let mut clause = whole.clone();
                clause.predicate = None;
                out.push(Clause::Match(clause));
            }
            if let Some(ExprKind::And(parts) | ExprKind::Or(parts)) =
                whole.predicate.as_ref().map(|predicate| &predicate.node)
            {
                for part in parts {
                    let mut clause = whole.clone();
                    clause.predicate = Some(part.clone());
                    out.push(Clause::Match(clause));
                }
            }
            for place in 0..whole.pattern.paths.len() {
                let mut clause = whole.clone();
                clause.pattern.paths.remove(place);
                if !clause.pattern.paths.is_empty() {
                    out.push(Clause::Match(clause));
                }
            }
        }
        Clause::With(whole, predicate) => {
            if predicate.is_some() {
                out.push(Clause::With(whole.clone(), None));
            }
            let fewer = smaller_projections(whole).into_iter();
            out.extend(fewer.map(|whole| Clause::With(whole, predicate.clone())));
        }
        Clause::Return(whole) => {
            out.extend(smaller_projections(whole).into_iter().map(Clause::Return));
        }
        _ => {}
    }
    out
}

fn smaller_projections(whole: &Projection) -> Vec<Projection> {
    let mut out = Vec::new();
    for place in 0..whole.items.len() {
        let mut fewer = whole.clone();
        fewer.items.remove(place);
        if !fewer.items.is_empty() {
            out.push(fewer);
        }
    }
    if whole.distinct {
        out.push(Projection {
            distinct: false,
            ..whole.clone()
        });
    }
    if whole.limit.is_some() || whole.skip.is_some() {
        out.push(Projection {
            limit: None,
            skip: None,
            ..whole.clone()
        });
    } else if !whole.order_by.is_empty() {
        out.push(Projection {
            order_by: Vec::new(),
            ..whole.clone()
        });
    }
    out
}
