//! Functions about nodes, relationships and paths.

use super::super::error::FunctionError;
use super::super::signature::{Argument, NODE, PATH, RELATIONSHIP, Signature, argument};
use super::super::{Context, Function};
use super::{at, count, misfit};
use crate::error::Result;
use crate::store::Snapshot;
use crate::value::{NodeId, Path, RelId, Type, Value};

const CATEGORY: &str = "entity";

const ENTITY: Argument = argument("entity", &[Type::Node, Type::Relationship]);
const HOLDER: Argument = argument("entity", &[Type::Node, Type::Relationship, Type::Map]);

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "id",
        CATEGORY,
        Signature::of(&[ENTITY], Type::Integer),
        "Returns the internal id of a node or relationship.",
        |_, values| Ok(i64::from(internal_id("id", at(values, 0))?).into()),
    ),
    Function::new(
        "elementId",
        CATEGORY,
        Signature::of(&[ENTITY], Type::String),
        "Returns the internal id of a node or relationship as a string.",
        |_, values| Ok(internal_id("elementId", at(values, 0))?.to_string().into()),
    ),
    Function::new(
        "labels",
        CATEGORY,
        Signature::of(&[argument("node", NODE)], Type::List),
        "Returns the labels of a node.",
        labels,
    ),
    Function::new(
        "type",
        CATEGORY,
        Signature::of(&[argument("relationship", RELATIONSHIP)], Type::String),
        "Returns the type of a relationship.",
        |context, values| {
            let record = context.graph.rel(rel("type", values)?);
            Ok(context.graph.type_name(record.rel_type).clone().into())
        },
    ),
    Function::new(
        "startNode",
        CATEGORY,
        Signature::of(&[argument("relationship", RELATIONSHIP)], Type::Node),
        "Returns the node that a relationship starts from.",
        |context, values| Ok(context.graph.rel(rel("startNode", values)?).start.into()),
    ),
    Function::new(
        "endNode",
        CATEGORY,
        Signature::of(&[argument("relationship", RELATIONSHIP)], Type::Node),
        "Returns the node that a relationship leads to.",
        |context, values| Ok(context.graph.rel(rel("endNode", values)?).end.into()),
    ),
    Function::new(
        "keys",
        CATEGORY,
        Signature::of(&[HOLDER], Type::List),
        "Returns the property keys of a node or relationship, or the keys of a map.",
        keys,
    ),
    Function::new(
        "properties",
        CATEGORY,
        Signature::of(&[HOLDER], Type::Map),
        "Returns the properties of a node or relationship as a map; a map as it is.",
        properties,
    ),
    Function::new(
        "nodes",
        CATEGORY,
        Signature::of(&[argument("path", PATH)], Type::List),
        "Returns the nodes of a path in order.",
        |_, values| {
            Ok(Value::list(
                path("nodes", values)?
                    .nodes
                    .iter()
                    .copied()
                    .map(Value::Node),
            ))
        },
    ),
    Function::new(
        "relationships",
        CATEGORY,
        Signature::of(&[argument("path", PATH)], Type::List),
        "Returns the relationships of a path in order.",
        |_, values| {
            Ok(Value::list(
                path("relationships", values)?
                    .rels
                    .iter()
                    .copied()
                    .map(Value::Rel),
            ))
        },
    ),
    Function::new(
        "length",
        CATEGORY,
        Signature::of(&[argument("path", PATH)], Type::Integer),
        "Returns how many relationships a path has.",
        |_, values| Ok(count(path("length", values)?.rels.len())),
    ),
];

fn internal_id(function: &'static str, value: &Value) -> Result<u32, FunctionError> {
    match value {
        Value::Node(NodeId(id)) | Value::Rel(RelId(id)) => Ok(*id),
        other => Err(misfit(function, "NODE or RELATIONSHIP", other)),
    }
}

fn rel(function: &'static str, values: &[Value]) -> Result<RelId, FunctionError> {
    let value = at(values, 0);
    value
        .as_rel()
        .ok_or_else(|| misfit(function, "RELATIONSHIP", value))
}

fn path<'a>(function: &'static str, values: &'a [Value]) -> Result<&'a Path, FunctionError> {
    let value = at(values, 0);
    value
        .as_path()
        .ok_or_else(|| misfit(function, "PATH", value))
}

fn labels(context: &Context<'_>, values: &[Value]) -> Result<Value> {
    let Value::Node(node) = at(values, 0) else {
        return Err(misfit("labels", "NODE", at(values, 0)).into());
    };
    let graph = context.graph;
    check_node(graph, *node)?;
    let names = graph
        .labels(*node)
        .iter()
        .map(|label| graph.label_name(*label).clone());
    Ok(Value::list(names.map(Value::String)))
}

fn keys(context: &Context<'_>, values: &[Value]) -> Result<Value> {
    let value = at(values, 0);
    if let Value::Map(map) = value {
        return Ok(Value::list(map.keys().cloned().map(Value::String)));
    }
    let properties = properties_of("keys", context.graph, value)?;
    Ok(Value::list(
        properties.into_iter().map(|(key, _)| Value::String(key)),
    ))
}

fn properties(context: &Context<'_>, values: &[Value]) -> Result<Value> {
    let value = at(values, 0);
    if matches!(value, Value::Map(_)) {
        return Ok(value.clone());
    }
    Ok(Value::map(properties_of(
        "properties",
        context.graph,
        value,
    )?))
}

type Entry = (std::sync::Arc<str>, Value);

fn properties_of(
    function: &'static str,
    graph: &Snapshot,
    value: &Value,
) -> Result<Vec<Entry>, FunctionError> {
    let entries = match value {
        Value::Node(node) => {
            check_node(graph, *node)?;
            graph.node_properties(*node)
        }
        Value::Rel(rel) if graph.has_rel(*rel) => graph.rel_properties(*rel),
        Value::Rel(_) => {
            return Err(FunctionError::Deleted {
                what: "relationship",
            });
        }
        other => return Err(misfit(function, "NODE, RELATIONSHIP or MAP", other)),
    };
    Ok(entries
        .into_iter()
        .map(|(key, value)| (graph.key_name(key).clone(), value))
        .collect())
}

fn check_node(graph: &Snapshot, node: NodeId) -> Result<(), FunctionError> {
    if graph.has_node(node) {
        Ok(())
    } else {
        Err(FunctionError::Deleted { what: "node" })
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{Clock, Context, Memory, function, operators};
    use super::*;
    use crate::store::Store;
    use crate::value::literal::to_literal;

    /// `(:A:B {name: 'a', num: 1})-[:T {since: 2}]->()`
    fn graph() -> Snapshot {
        let store = Store::new(Snapshot::new());
        let mut change = store.begin();
        let labels = [change.intern_label("A"), change.intern_label("B")];
        let [name, num, since] = ["name", "num", "since"].map(|key| change.intern_key(key));
        let rel_type = change.intern_type("T");
        let a = change
            .create_node(&labels, &[(num, 1.into()), (name, "a".into())])
            .unwrap();
        let b = change.create_node(&[], &[]).unwrap();
        change
            .create_rel(a, b, rel_type, &[(since, 2.into())])
            .unwrap();
        Snapshot::clone(&change.commit().unwrap())
    }

    fn check(name: &str, value: impl Into<Value>, expected: &str) {
        let (graph, now) = (graph(), Clock::new());
        let context = Context {
            graph: &graph,
            now: &now,
            memory: Memory::UNLIMITED,
            watch: &crate::functions::Unwatched,
            formulas: &crate::functions::NoFormulas,
        };
        let found = match function(name).unwrap().call(&context, &[value.into()]) {
            Ok(value) => to_literal(&value),
            Err(error) => error.code().to_string(),
        };
        assert_eq!(found, expected, "{name}");
    }

    const MISFIT: &str = "TypeError.InvalidArgumentValue";
    const DELETED: &str = "EntityNotFound.DeletedEntityAccess";

    #[test]
    fn parts_of_entities() {
        check("id", NodeId(1), "1");
        check("elementId", RelId(0), "'0'");
        check("labels", NodeId(0), "['A', 'B']");
        check("labels", NodeId(1), "[]");
        check("labels", 1, MISFIT);
        check("labels", NodeId(7), DELETED);
        check("labels", Value::Null, "null");
        check("type", RelId(0), "'T'");
        check("type", NodeId(0), MISFIT);
        check("startNode", RelId(0), "(0)");
        check("endNode", RelId(0), "(1)");
        check("keys", NodeId(0), "['name', 'num']");
        check(
            "keys",
            Value::map([("b", Value::Null), ("a", 1.into())]),
            "['a', 'b']",
        );
        check("properties", NodeId(0), "{name: 'a', num: 1}");
        check("properties", RelId(0), "{since: 2}");
        check("properties", RelId(9), DELETED);
        check("properties", 1, MISFIT);
    }

    #[test]
    fn parts_of_paths() {
        let path = || Path {
            nodes: [NodeId(0), NodeId(1)].into(),
            rels: [RelId(0)].into(),
        };
        check("nodes", path(), "[(0), (1)]");
        check("relationships", path(), "[[0]]");
        check("length", path(), "1");
        check("length", RelId(0), MISFIT);
    }

    #[test]
    fn properties_are_read_by_operators() {
        let (graph, now) = (graph(), Clock::new());
        let context = Context {
            graph: &graph,
            now: &now,
            memory: Memory::UNLIMITED,
            watch: &crate::functions::Unwatched,
            formulas: &crate::functions::NoFormulas,
        };
        let check = |value: Value, key: &str, expected: &str| {
            let found = |result: Result<Value>| match result {
                Ok(value) => to_literal(&value),
                Err(error) => error.code().to_string(),
            };
            assert_eq!(found(operators::property(&context, &value, key)), expected);
            assert_eq!(
                found(operators::index(&context, &value, &key.into())),
                expected
            );
        };
        check(NodeId(0).into(), "name", "'a'");
        check(NodeId(0).into(), "nothing", "null");
        check(RelId(0).into(), "since", "2");
        check(NodeId(5).into(), "name", DELETED);
        check(Value::map([("name", Value::from(3))]), "name", "3");
        check(crate::value::Date::new(2015, 7, 21).into(), "year", "2015");
        check(Value::Null, "name", "null");
        check(true.into(), "name", "TypeError.InvalidArgumentType");
        let by_number = operators::index(&context, &NodeId(0).into(), &1.into()).unwrap_err();
        assert_eq!(by_number.code().detail, "PropertyAccessByNonString");
    }
}
