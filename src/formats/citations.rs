//! Sources as footnotes: each gets the number under which it is cited first.

use crate::formats::words::clean;
use crate::store::Snapshot;
use crate::value::{NodeId, RelId, Value};

/// The key that names the sources of a relationship or node.
const SOURCE: &str = "source";
/// The keys of a source that are printed, in order.
const DETAILS: [&str; 6] = ["article", "title", "section", "footnote", "date", "url"];

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

    /// Returns a numbered line for each source.
    #[must_use]
    pub fn lines(&self, graph: &Snapshot) -> Vec<String> {
        let numbered = self.ids.iter().enumerate();
        numbered
            .map(|(place, id)| format!("[{}] {}", place + 1, source_line(graph, id)))
            .collect()
    }
}

/// Returns a source in a line: its id, article, title, section, footnote, date and address, as far
/// as they are known. An article that the id begins with is not repeated.
#[must_use]
pub fn source_line(graph: &Snapshot, id: &str) -> String {
    let value = Value::from(id);
    let nodes = graph
        .key("id")
        .and_then(|key| graph.find_nodes(None, key, &value));
    let mut details = vec![clean(id)];
    if let Some(&node) = nodes.as_ref().and_then(|nodes| nodes.first()) {
        for key in DETAILS {
            let detail = text(graph, node, key);
            let said = |detail: &String| match key {
                "article" => id.starts_with(detail.as_str()),
                _ => details.contains(detail),
            };
            let detail = detail.filter(|detail| !said(detail));
            details.extend(detail.map(|detail| match key {
                "footnote" => format!("footnote {detail}"),
                _ => detail,
            }));
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
