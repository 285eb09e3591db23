//! Warnings: what looks like a mistake but is none.

use thiserror::Error as ThisError;

use super::mentions::{Mention, NameKind};
use crate::error::{Code, Error, ErrorType};
use crate::formats::nearest::nearest;
use crate::store::Snapshot;

/// The most warnings that a statement gets.
const MOST: usize = 20;

/// A name that the graph does not know.
#[derive(Debug, ThisError)]
enum Unknown<'a> {
    #[error("the graph has no label `{0}`")]
    Label(&'a str),
    #[error("the graph has no relationship type `{0}`")]
    RelationshipType(&'a str),
    #[error("the graph has neither label nor relationship type `{0}`")]
    LabelOrType(&'a str),
    #[error("the graph has no property key `{0}`")]
    PropertyKey(&'a str),
    #[error("the graph does not say when things hold, so that all of it holds at any moment")]
    ValidTime,
}

/// Warns of the names that `graph` does not know. An empty graph knows none, so that it has nothing
/// to warn of.
pub(super) fn unknown_names(mentions: &[Mention], graph: &Snapshot) -> Vec<Error> {
    if graph.node_count() == 0 {
        return Vec::new();
    }
    let unknown = mentions
        .iter()
        .filter(|mention| !knows(graph, mention.kind, &mention.name));
    unknown
        .take(MOST)
        .map(|mention| warning(mention, graph))
        .collect()
}

fn knows(graph: &Snapshot, kind: NameKind, name: &str) -> bool {
    let schema = graph.schema();
    let label = || graph.label(name).is_some() || schema.labels.contains_key(name);
    let rel_type = || graph.rel_type(name).is_some() || schema.types.contains_key(name);
    match kind {
        NameKind::Label => label(),
        NameKind::RelationshipType => rel_type(),
        NameKind::LabelOrType => label() || rel_type(),
        NameKind::ValidTime => schema.dataset.time.is_some(),
        NameKind::PropertyKey => graph.key(name).is_some() || schema.properties.contains_key(name),
    }
}

fn warning(mention: &Mention, graph: &Snapshot) -> Error {
    let name = &*mention.name;
    let labels = || graph.label_names().map(|(_, name)| &**name);
    let types = || graph.type_names().map(|(_, name)| &**name);
    let (warning, detail, found) = match mention.kind {
        NameKind::Label => (
            Unknown::Label(name),
            "UnknownLabel",
            nearest(name, labels()),
        ),
        NameKind::RelationshipType => (
            Unknown::RelationshipType(name),
            "UnknownRelationshipType",
            nearest(name, types()),
        ),
        NameKind::LabelOrType => (
            Unknown::LabelOrType(name),
            "UnknownLabel",
            nearest(name, labels().chain(types())),
        ),
        NameKind::ValidTime => (Unknown::ValidTime, "NoValidTime", None),
        NameKind::PropertyKey => (
            Unknown::PropertyKey(name),
            "UnknownPropertyKey",
            nearest(name, graph.key_names().map(|(_, name)| &**name)),
        ),
    };
    let code = Code::compile_time(ErrorType::Warning, detail);
    let error = Error::new(code, warning.to_string()).at(mention.span);
    if mention.kind == NameKind::ValidTime {
        return error.hint("the table [time] in dataset.toml names the keys");
    }
    match found {
        Some(found) => error.hint(format!("did you mean `{found}`?")),
        None => error,
    }
}
