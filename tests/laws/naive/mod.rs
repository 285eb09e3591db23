//! A slow and obvious evaluator of the read language: row by row over the syntax tree, rows as
//! maps from names to values. It has no plan, no bound tree and no order of evaluation to choose.

mod expression;
mod matching;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

use polity::functions::Clock;
use polity::store::Snapshot;
use polity::syntax::ast::{
    Clause, Expr, Projection, Query, SingleQuery, SubqueryImports, UnionKind,
};
use polity::value::temporal::parse_date;
use polity::value::{Date, Value, equivalent, order};

/// What each variable holds.
pub(crate) type Row = BTreeMap<Arc<str>, Value>;

/// Why there is no answer.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// The query fails.
    Error(String),
    /// Too slow to be worth it.
    TooLarge,
}

impl<E: std::fmt::Display> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Error(error.to_string())
    }
}

pub(crate) type Outcome<T> = Result<T, Failure>;

/// How many steps a query may take.
const MOST_STEPS: usize = 20_000;

/// The evaluator.
pub(crate) struct Naive<'a> {
    graph: &'a Snapshot,
    clock: Clock,
    steps: Cell<usize>,
    /// The moment of clauses that have none of their own.
    moment: Cell<Option<Date>>,
}

/// What an expression sees: a row and, beside aggregate functions, the rows of its group.
#[derive(Clone, Copy)]
struct Scope<'a> {
    row: &'a Row,
    group: Option<&'a [Row]>,
}

/// A row of a projection, and what it was made from.
struct Made {
    columns: Row,
    source: Row,
    group: Option<Vec<Row>>,
}

impl<'a> Naive<'a> {
    pub(crate) fn new(graph: &'a Snapshot) -> Self {
        Self {
            graph,
            clock: Clock::new(),
            steps: Cell::new(0),
            moment: Cell::new(None),
        }
    }

    /// Returns the rows of a query.
    pub(crate) fn query(&self, query: &Query, outer: &Row) -> Outcome<Vec<Row>> {
        let mut rows = self.single(&query.parts[0], outer)?;
        for (part, union) in query.parts[1..].iter().zip(&query.unions) {
            rows.extend(self.single(part, outer)?);
            if union.node == UnionKind::Distinct {
                rows = distinct(rows, |row| row.values().cloned().collect());
            }
        }
        Ok(rows)
    }

    fn single(&self, query: &SingleQuery, outer: &Row) -> Outcome<Vec<Row>> {
        let mut rows = vec![outer.clone()];
        for clause in &query.clauses {
            rows = self.clause(&clause.node, rows)?;
        }
        Ok(rows)
    }

    fn step(&self) -> Outcome<()> {
        self.steps.set(self.steps.get() + 1);
        if self.steps.get() > MOST_STEPS {
            return Err(Failure::TooLarge);
        }
        Ok(())
    }

    fn clause(&self, clause: &Clause, rows: Vec<Row>) -> Outcome<Vec<Row>> {
        let mut out = Vec::new();
        match clause {
            Clause::With(projection, predicate) => {
                let rows = self.project(projection, rows)?;
                return match predicate {
                    Some(predicate) => self.filter(predicate, rows),
                    None => Ok(rows),
                };
            }
            Clause::Return(projection) => return self.project(projection, rows),
            Clause::Match(clause) => {
                for row in rows {
                    let predicate = clause.predicate.as_ref();
                    let outer = self.moment.get();
                    if let Some(moment) = &clause.as_of {
                        self.moment.set(Some(day(&self.value(moment, &row)?)?));
                    }
                    let found = self.matches(&clause.pattern, predicate, &row);
                    self.moment.set(outer);
                    let mut found = found?;
                    if found.is_empty() && clause.optional {
                        let names = matching::variables(&clause.pattern).into_iter();
                        let nulls = names.map(|name| (name, Value::Null));
                        found.push(nulls.chain(row).collect());
                    }
                    out.extend(found);
                }
            }
            Clause::Unwind { list, variable } => {
                for row in rows {
                    let items = match self.value(list, &row)? {
                        Value::Null => Vec::new(),
                        Value::List(items) => items.to_vec(),
                        single => vec![single],
                    };
                    for item in items {
                        self.step()?;
                        out.push(with(&row, &variable.node, item));
                    }
                }
            }
            Clause::CallSubquery {
                optional: false,
                imports: Some(imports),
                query,
            } => {
                for row in rows {
                    let imported = imported(imports, &row);
                    for found in self.query(query, &imported)? {
                        self.step()?;
                        out.push(row.clone().into_iter().chain(found).collect());
                    }
                }
            }
            other => return Err(format!("not evaluated here: {other:?}").into()),
        }
        Ok(out)
    }

    fn filter(&self, predicate: &Expr, rows: Vec<Row>) -> Outcome<Vec<Row>> {
        let mut kept = Vec::new();
        for row in rows {
            if self.truth(predicate, Scope::of(&row))? == Some(true) {
                kept.push(row);
            }
        }
        Ok(kept)
    }

    fn project(&self, projection: &Projection, rows: Vec<Row>) -> Outcome<Vec<Row>> {
        let mut made = Vec::new();
        for (source, group) in self.groups(projection, rows)? {
            self.step()?;
            let scope = Scope {
                row: &source,
                group: group.as_deref(),
            };
            let mut columns = match projection.star {
                Some(_) => source.clone(),
                None => Row::new(),
            };
            for item in &projection.items {
                let name = item.alias.as_ref().map_or(&item.text, |alias| &alias.node);
                columns.insert(Arc::clone(name), self.eval(&item.expr, scope)?);
            }
            made.push(Made {
                columns,
                source,
                group,
            });
        }
        if projection.distinct {
            made = distinct(made, |made| made.columns.values().cloned().collect());
        }
        let made = self.sort(projection, made)?;
        let page = |expr: &Option<Expr>| match expr {
            Some(expr) => self.value(expr, &Row::new()).map(|value| value.as_int()),
            None => Ok(None),
        };
        let skip = page(&projection.skip)?.map_or(0, |rows| rows.try_into().unwrap_or(0));
        let limit = page(&projection.limit)?.map_or(usize::MAX, |rows| rows.try_into().unwrap());
        let rows = made.into_iter().map(|made| made.columns);
        Ok(rows.skip(skip).take(limit).collect())
    }

    /// Returns what each row of the projection is made from: a row, or the rows of a group.
    fn groups(
        &self,
        projection: &Projection,
        rows: Vec<Row>,
    ) -> Outcome<Vec<(Row, Option<Vec<Row>>)>> {
        let (aggregates, keys): (Vec<_>, Vec<_>) = projection
            .items
            .iter()
            .partition(|item| expression::aggregates(&item.expr));
        if aggregates.is_empty() {
            return Ok(rows.into_iter().map(|row| (row, None)).collect());
        }
        if keys.is_empty() {
            let first = rows.first().cloned().unwrap_or_default();
            return Ok(vec![(first, Some(rows))]);
        }
        let mut groups: Vec<(Vec<Value>, Vec<Row>)> = Vec::new();
        for row in rows {
            let values = keys.iter().map(|item| self.value(&item.expr, &row));
            let key = values.collect::<Outcome<Vec<_>>>()?;
            match groups.iter_mut().find(|(known, _)| same(known, &key)) {
                Some((_, group)) => group.push(row),
                None => groups.push((key, vec![row])),
            }
        }
        let groups = groups.into_iter();
        Ok(groups
            .map(|(_, group)| (group[0].clone(), Some(group)))
            .collect())
    }

    /// A sort key sees the new columns and, behind them, what they were made from.
    fn sort(&self, projection: &Projection, made: Vec<Made>) -> Outcome<Vec<Made>> {
        let mut keyed = Vec::new();
        for made in made {
            let mut row = made.source.clone();
            row.extend(made.columns.clone());
            let scope = Scope {
                row: &row,
                group: made.group.as_deref(),
            };
            let keys = projection.order_by.iter();
            let keys = keys.map(|item| self.eval(&item.expr, scope));
            keyed.push((keys.collect::<Outcome<Vec<_>>>()?, made));
        }
        keyed.sort_by(|(one, _), (two, _)| {
            let pairs = projection.order_by.iter().zip(one.iter().zip(two));
            let mut compared = pairs.map(|(item, (a, b))| {
                if item.descending {
                    order(b, a)
                } else {
                    order(a, b)
                }
            });
            compared
                .find(|ordering| ordering.is_ne())
                .unwrap_or(std::cmp::Ordering::Equal)
        });
        Ok(keyed.into_iter().map(|(_, made)| made).collect())
    }
}

impl<'a> Scope<'a> {
    fn of(row: &'a Row) -> Self {
        Self { row, group: None }
    }
}

fn imported(imports: &SubqueryImports, row: &Row) -> Row {
    match imports {
        SubqueryImports::All => row.clone(),
        SubqueryImports::Names(names) => names
            .iter()
            .map(|name| (Arc::clone(&name.node), row[&name.node].clone()))
            .collect(),
    }
}

/// Returns the row with one more variable.
fn with(row: &Row, name: &Arc<str>, value: Value) -> Row {
    let mut row = row.clone();
    row.insert(Arc::clone(name), value);
    row
}

fn same(one: &[Value], two: &[Value]) -> bool {
    one.iter().zip(two).all(|(a, b)| equivalent(a, b))
}

/// Keeps the first of those that look the same.
fn distinct<T>(items: Vec<T>, values: impl Fn(&T) -> Vec<Value>) -> Vec<T> {
    let mut seen: Vec<Vec<Value>> = Vec::new();
    let mut kept = Vec::new();
    for item in items {
        let values = values(&item);
        if !seen.iter().any(|known| same(known, &values)) {
            seen.push(values);
            kept.push(item);
        }
    }
    kept
}

/// The day that a text means.
fn day(moment: &Value) -> Outcome<Date> {
    match moment {
        Value::String(text) => Ok(parse_date(text)?),
        _ => Err("only texts are moments here".into()),
    }
}
