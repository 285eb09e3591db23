//! From what people call things to nodes, and back.

use crate::db::{NameHit, Snapshot};
use crate::error::{Code, Error, ErrorType, Result};
use crate::formats::words::{Words, clean};
use crate::value::{NodeId, Value};

/// A node's names, as completion offers them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) id: Option<String>,
    pub(super) name: String,
}

/// How many candidates an error lists.
const CANDIDATES: usize = 5;
/// How many names completion offers.
const COMPLETIONS: usize = 50;

/// How well a whole name fits.
const WHOLE: f64 = 1.0;
/// How well the beginning of a name, or of words in it, fits at least.
const BEGUN: f64 = 0.6;

/// Returns the one node that `text` means: by its id, its whole name, or as the only one whose
/// name begins so.
///
/// # Errors
/// Nothing has that name, or several nodes do; the hints list who could be meant.
pub(super) fn resolve(graph: &Snapshot, text: &str) -> Result<NodeId> {
    let hits = graph.search_names(text, 4 * CANDIDATES);
    let fitting = |score: f64| -> Vec<NodeId> {
        let hits = hits.iter().filter(|hit| hit.score >= score);
        hits.map(|hit| hit.node).collect()
    };
    let has_id = |node: &NodeId| text_property(graph, *node, "id").as_deref() == Some(text);
    let (whole, begun) = (fitting(WHOLE), fitting(BEGUN));
    if let Some(node) = whole.iter().copied().find(has_id) {
        return Ok(node);
    }
    match (whole.as_slice(), begun.as_slice()) {
        ([one], _) | ([], [one]) => Ok(*one),
        ([], []) if hits.is_empty() => Err(unknown(text)),
        ([], []) => {
            let error = Error::new(code("UnknownName"), format!("nothing is called `{text}`"));
            // A wrong letter in a short name is more likely meant than one in a word of a long one.
            let mut near: Vec<_> = hits.iter().collect();
            near.sort_by_key(|hit| hit.name.len().abs_diff(text.len()));
            let nodes: Vec<NodeId> = near.into_iter().map(|hit| hit.node).collect();
            Err(candidates(error, graph, &nodes))
        }
        ([], several) | (several, _) => {
            let message = format!("`{text}` may mean several nodes");
            let error = Error::new(code("AmbiguousName"), message);
            Err(candidates(error, graph, several))
        }
    }
}

/// Returns the names of the nodes that `text` may mean, if there are several and each has an id to
/// tell it by: (how it is shown, its id).
pub(super) fn choices(graph: &Snapshot, text: &str) -> Vec<(String, String)> {
    if resolve(graph, text).is_ok() {
        return Vec::new();
    }
    let hits = graph.search_names(text, 4 * CANDIDATES);
    let fitting = |score: f64| -> Vec<NodeId> {
        let hits = hits.iter().filter(|hit| hit.score >= score);
        hits.map(|hit| hit.node).collect()
    };
    let whole = fitting(WHOLE);
    let several = if whole.is_empty() {
        fitting(BEGUN)
    } else {
        whole
    };
    let named = several.iter().take(CANDIDATES).filter_map(|&node| {
        let id = text_property(graph, node, "id")?;
        Some((describe(graph, node), id))
    });
    named.collect()
}

/// The error for a name that is like no other.
pub(super) fn unknown(text: &str) -> Error {
    Error::new(
        code("UnknownName"),
        format!("nothing is called `{text}`, or nearly so"),
    )
    .hint("`:schema` shows what there is; names are the properties name, aliases and id")
}

/// Adds a hint for each node that could be meant.
fn candidates(error: Error, graph: &Snapshot, nodes: &[NodeId]) -> Error {
    nodes.iter().take(CANDIDATES).fold(error, |error, &node| {
        let shown = describe(graph, node);
        match text_property(graph, node, "id") {
            Some(id) => error.hint(format!("did you mean {shown}, id `{id}`?")),
            None => error.hint(format!("did you mean {shown}?")),
        }
    })
}

fn code(detail: &'static str) -> Code {
    Code::runtime(ErrorType::ArgumentError, detail)
}

/// Returns the name that a node is shown by, or what else there is to see of it.
pub(super) fn name_of(graph: &Snapshot, node: NodeId) -> String {
    match Words::new(graph).name(node) {
        Some(name) => clean(&name),
        None => describe(graph, node),
    }
}

/// Returns name and kind of a node, as tables show it.
pub(super) fn describe(graph: &Snapshot, node: NodeId) -> String {
    let mut text = String::new();
    Words::new(graph).node(node, &mut text);
    text
}

/// Returns a property that is text or a whole number.
pub(super) fn text_property(graph: &Snapshot, node: NodeId, key: &str) -> Option<String> {
    match graph.node_property(node, graph.key(key)?) {
        Value::String(text) => Some(text.to_string()),
        Value::Int(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Returns nodes whose name or id begins with `begun`, whatever the case.
pub(super) fn beginning_with(graph: &Snapshot, begun: &str) -> Vec<Name> {
    let folded = begun.to_lowercase();
    let begins = |text: &str| text.to_lowercase().starts_with(&folded);
    let name = |hit: NameHit| Name {
        id: text_property(graph, hit.node, "id"),
        name: name_of(graph, hit.node),
    };
    let hits = graph.search_names(begun, COMPLETIONS).into_iter().map(name);
    hits.filter(|name| begins(&name.name) || name.id.as_deref().is_some_and(begins))
        .collect()
}
