//! Results as pictures.

use std::io::Write;

use super::shell::Failure;
use crate::db::Rows;
use crate::error::{Code, Error, ErrorType};
use crate::formats::graph::dot::{self, Drawn, Surroundings};
use crate::value::Value;

/// Draws all nodes, relationships and paths of `results` as one picture, as the graph stood after
/// the last of them.
///
/// # Errors
/// If there is nothing to draw; the hint says what to return.
pub(super) fn write(
    results: &[Rows],
    surroundings: Surroundings,
    out: &mut dyn Write,
) -> Result<Drawn, Failure> {
    let cells: Vec<Value> = results.iter().flat_map(Rows::iter).flatten().collect();
    match results.last().map(Rows::graph) {
        Some(graph) if cells.iter().any(has_elements) => {
            Ok(dot::write(graph, &cells, surroundings, out)?)
        }
        _ => Err(nothing_to_draw().into()),
    }
}

/// The error for a result without elements.
pub(super) fn nothing_to_draw() -> Error {
    let code = Code::runtime(ErrorType::ArgumentError, "NothingToDraw");
    let message = "there are no nodes, relationships or paths in the result to draw";
    Error::new(code, message)
        .hint("return elements, not their properties: `MATCH p = (a)-[r]->(b) RETURN p`")
}

fn has_elements(value: &Value) -> bool {
    match value {
        Value::Node(_) | Value::Rel(_) | Value::Path(_) => true,
        Value::List(items) => items.iter().any(has_elements),
        Value::Map(map) => map.values().any(has_elements),
        _ => false,
    }
}
