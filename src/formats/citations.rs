//! Sources as footnotes: each gets the number under which it is cited first.

use crate::formats::words::clean;
use crate::store::Snapshot;
use crate::value::{NodeId, RelId, Value};

/// The key that names the sources of a relationship or node.
const SOURCE: &str = "source";
/// The keys of a source that are printed, in order.
const DETAILS: [&str; 4] = ["title", "section", "date", "url"];

/// Sources that are cited, in the order of their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Citations {
    ids: Vec<String>,
}

impl Citations {
    /// Cites the sources of a relationship; returns their numbers, the first of all is one.
    pub fn cite(&mut self, graph: &Snapshot, rel: RelId) -> Vec<usize> {
        let value = graph
            .key(SOURCE)
            .map_or(Value::Null, |key| graph.rel_property(rel, key));
        let mut ids = Vec::new();
        strings(&value, &mut ids);
        ids.into_iter().map(|id| self.number(id)).collect()
    }

    fn number(&mut self, id: String) -> usize {
        let place = self.ids.iter().position(|known| *known == id);
        place.unwrap_or_else(|| {
            self.ids.push(id);
            self.ids.len() - 1
        }) + 1
    }

    /// Returns whether nothing was cited.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Returns a line for each source: number, id, title, section, date and address, as far as they
    /// are known.
    #[must_use]
    pub fn lines(&self, graph: &Snapshot) -> Vec<String> {
        let numbered = self.ids.iter().enumerate();
        numbered
            .map(|(place, id)| format!("[{}] {}", place + 1, line(graph, id)))
            .collect()
    }
}

/// A source: its id and what the graph knows of it.
fn line(graph: &Snapshot, id: &str) -> String {
    let value = Value::from(id);
    let nodes = graph
        .key("id")
        .and_then(|key| graph.find_nodes(None, key, &value));
    let mut details = vec![clean(id)];
    if let Some(&node) = nodes.as_ref().and_then(|nodes| nodes.first()) {
        for key in DETAILS {
            let detail = text(graph, node, key);
            details.extend(detail.filter(|detail| !details.contains(detail)));
        }
    }
    details.join(" · ")
}

fn text(graph: &Snapshot, node: NodeId, key: &str) -> Option<String> {
    match graph.node_property(node, graph.key(key)?) {
        Value::String(text) => Some(clean(&text)),
        Value::Int(number) => Some(number.to_string()),
        Value::Date(day) => Some(day.to_string()),
        _ => None,
    }
}

fn strings(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::String(text) => out.push(text.to_string()),
        Value::List(items) => items.iter().for_each(|item| strings(item, out)),
        _ => {}
    }
}
