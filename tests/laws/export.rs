//! A query with its graph and polity's answer as a line of JSON, for other engines to be held
//! against.

use polity::db::{Params, Snapshot};
use polity::value::{NodeId, RelId, Value};
use serde_json::{Value as Json, json};

use crate::trial::World;

/// Returns `{"create": …, "query": …}` with `"columns"` and `"rows"`, or with `"error"`. Nodes and
/// relationships are `{"node": k}` and `{"rel": k}` with their property `k`.
pub(crate) fn line(world: &World, text: &str) -> String {
    let answer = world.database.session().run(text, &Params::default());
    let line = match answer {
        Ok(rows) => {
            let graph = rows.graph();
            let cells = |row: Vec<Value>| row.iter().map(|cell| to_json(cell, graph)).collect();
            let all: Vec<Json> = rows.iter().map(cells).collect();
            let columns: Vec<&str> = rows.columns().iter().map(|name| &**name).collect();
            json!({"create": world.create, "query": text, "columns": columns, "rows": all})
        }
        Err(error) => {
            json!({"create": world.create, "query": text, "error": error.to_string()})
        }
    };
    line.to_string()
}

fn to_json(value: &Value, graph: &Snapshot) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => json!(value),
        Value::Int(value) => json!(value),
        Value::Float(value) => json!({"float": format!("{value:.9e}")}),
        Value::String(value) => json!(&**value),
        Value::List(items) => items.iter().map(|item| to_json(item, graph)).collect(),
        Value::Map(map) => {
            let entries = map.iter();
            let entries = entries.map(|(key, value)| (key.to_string(), to_json(value, graph)));
            json!({"map": entries.collect::<serde_json::Map<_, _>>()})
        }
        Value::Node(id) => node(*id, graph),
        Value::Rel(id) => rel(*id, graph),
        Value::Path(path) => {
            let mut elements = vec![node(path.nodes[0], graph)];
            for (id, end) in path.rels.iter().zip(&path.nodes[1..]) {
                elements.extend([rel(*id, graph), node(*end, graph)]);
            }
            json!({"path": elements})
        }
        Value::Date(value) => temporal(value),
        Value::LocalTime(value) => temporal(value),
        Value::Time(value) => temporal(value),
        Value::LocalDateTime(value) => temporal(value),
        Value::DateTime(value) => temporal(value),
        Value::Duration(value) => temporal(value),
    }
}

fn temporal(value: &impl std::fmt::Display) -> Json {
    json!({"temporal": value.to_string()})
}

fn node(id: NodeId, graph: &Snapshot) -> Json {
    let key = graph.key("k").expect("each graph has the key");
    json!({"node": graph.node_property(id, key).as_int()})
}

fn rel(id: RelId, graph: &Snapshot) -> Json {
    let key = graph.key("k").expect("each graph has the key");
    json!({"rel": graph.rel_property(id, key).as_int()})
}
