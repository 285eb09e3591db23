//! The rows of `SHOW`: procedures that are named by the statement's first words, so that they can
//! be bound and run like any other, but no list of procedures names them.

use std::sync::Arc;

use super::{Context, Field, Procedure, aggregates, functions};
use crate::error::Result;
use crate::store::{Demand, Snapshot};
use crate::value::{Type, Value};

/// A row before it is one.
type Row = Vec<Value>;

/// Returns the procedures behind `SHOW`, but for that of `SHOW PROCEDURES`.
pub(super) fn shows() -> Vec<Procedure> {
    let count = ("count", Type::Integer);
    vec![
        show("SHOW LABELS", &[NAME, count], |context| {
            let statistics = context.graph.statistics();
            counted(statistics.labels())
        }),
        show("SHOW TYPES", &[NAME, count], |context| {
            let statistics = context.graph.statistics();
            counted(statistics.types())
        }),
        show(
            "SHOW KEYS",
            &[
                NAME,
                ("nodes", Type::Integer),
                ("relationships", Type::Integer),
            ],
            |context| keys(context.graph),
        ),
        show(
            "SHOW FUNCTIONS",
            &[NAME, ("category", Type::String), SIGNATURE, DESCRIPTION],
            |_| all_functions(),
        ),
        show(
            "SHOW INDEXES",
            &[NAME, TYPE, LABELS, KEYS, OWNER],
            |context| indexes(context.graph),
        ),
        show(
            "SHOW CONSTRAINTS",
            &[NAME, TYPE, LABELS, KEYS, ("propertyType", Type::String)],
            |context| constraints(context.graph),
        ),
    ]
}

/// Returns the procedure behind `SHOW PROCEDURES`.
pub(super) fn show_procedures<'a>(all: impl Iterator<Item = &'a Arc<Procedure>>) -> Procedure {
    let rows: Vec<Row> = all
        .map(|procedure| {
            vec![
                Value::String(Arc::clone(&procedure.name)),
                procedure.describe().into(),
                Value::String(Arc::clone(&procedure.help)),
            ]
        })
        .collect();
    show(
        "SHOW PROCEDURES",
        &[NAME, SIGNATURE, DESCRIPTION],
        move |_| rows.clone(),
    )
}

const NAME: (&str, Type) = ("name", Type::String);
const TYPE: (&str, Type) = ("type", Type::String);
const SIGNATURE: (&str, Type) = ("signature", Type::String);
const DESCRIPTION: (&str, Type) = ("description", Type::String);
const LABELS: (&str, Type) = ("labelsOrTypes", Type::List);
const KEYS: (&str, Type) = ("properties", Type::List);
const OWNER: (&str, Type) = ("owningConstraint", Type::String);

/// A procedure whose rows are sorted by their first column.
fn show(
    name: &str,
    columns: &[(&str, Type)],
    list: impl Fn(&Context<'_>) -> Vec<Row> + Send + Sync + 'static,
) -> Procedure {
    let body = move |context: &Context<'_>, _: &[Value]| -> Result<Vec<Row>> {
        let mut rows = list(context);
        rows.sort_by(|a, b| {
            a.first()
                .map(Value::as_str)
                .cmp(&b.first().map(Value::as_str))
        });
        Ok(rows)
    };
    let outputs = columns.iter().map(|(name, kind)| Field::new(name, *kind));
    Procedure {
        name: name.into(),
        inputs: Vec::new(),
        outputs: outputs.collect(),
        help: "".into(),
        at_moment: false,
        body: Arc::new(body),
    }
}

fn counted<'a>(names: impl Iterator<Item = (&'a Arc<str>, u64)>) -> Vec<Row> {
    names
        .map(|(name, count)| vec![Value::String(Arc::clone(name)), number(count)])
        .collect()
}

fn number(count: u64) -> Value {
    Value::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

/// The keys of any property that there is.
fn keys(graph: &Snapshot) -> Vec<Row> {
    let statistics = graph.statistics();
    let counts = graph.key_names().map(|(_, name)| {
        let nodes = statistics.node_key(name).count;
        (name, nodes, statistics.rel_key(name).count)
    });
    counts
        .filter(|(_, nodes, rels)| nodes + rels > 0)
        .map(|(name, nodes, rels)| {
            vec![Value::String(Arc::clone(name)), number(nodes), number(rels)]
        })
        .collect()
}

fn all_functions() -> Vec<Row> {
    let row = |name: &str, category: &str, signature: String, help: &str| -> Row {
        vec![name.into(), category.into(), signature.into(), help.into()]
    };
    let scalar = functions().map(|function| {
        let signature = function.signature.describe(function.name);
        row(function.name, function.category, signature, function.help)
    });
    let aggregate = aggregates().map(|aggregate| {
        let signature = aggregate.signature.describe(aggregate.name);
        row(
            aggregate.name,
            aggregate.category,
            signature,
            aggregate.help,
        )
    });
    scalar.chain(aggregate).collect()
}

fn indexes(graph: &Snapshot) -> Vec<Row> {
    graph
        .named_indexes()
        .map(|(name, (label, key))| {
            let owner = graph.owner_of(label, key);
            vec![
                Value::String(Arc::clone(name)),
                "RANGE".into(),
                Value::list([Value::String(Arc::clone(graph.label_name(label)))]),
                Value::list([Value::String(Arc::clone(graph.key_name(key)))]),
                owner.map_or(Value::Null, |name| Value::String(Arc::clone(name))),
            ]
        })
        .collect()
}

fn constraints(graph: &Snapshot) -> Vec<Row> {
    graph
        .constraints()
        .map(|(name, constraint)| {
            let (kind, wanted) = match &constraint.demand {
                Demand::Unique => ("UNIQUENESS", Value::Null),
                Demand::NotNull => ("NODE_PROPERTY_EXISTENCE", Value::Null),
                Demand::Type(wanted) => ("NODE_PROPERTY_TYPE", wanted.to_string().into()),
            };
            let (label, key) = (constraint.label, constraint.key);
            vec![
                Value::String(Arc::clone(name)),
                kind.into(),
                Value::list([Value::String(Arc::clone(graph.label_name(label)))]),
                Value::list([Value::String(Arc::clone(graph.key_name(key)))]),
                wanted,
            ]
        })
        .collect()
}
