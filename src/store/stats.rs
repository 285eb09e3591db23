//! What the planner wants to know about a version, as plain data.

use std::collections::BTreeMap;
use std::sync::Arc;

use foldhash::fast::RandomState;
use hashbrown::HashMap;

use super::column::Column;
use super::columns::Columns;
use super::snapshot::Snapshot;
use super::values::ColumnKind;
use super::{KeyId, LabelId, TypeId};

/// Counts by names. Those of nodes and relationships are exact, so that a query that only counts
/// can be answered from them.
#[derive(Clone, Debug, Default)]
pub struct Statistics {
    nodes: u64,
    rels: u64,
    labels: BTreeMap<Arc<str>, (LabelId, u64)>,
    types: BTreeMap<Arc<str>, TypeId>,
    between: HashMap<Between, u64, RandomState>,
    node_keys: BTreeMap<Arc<str>, Values>,
    rel_keys: BTreeMap<Arc<str>, Values>,
    /// Label and key of each index; no label stands for any.
    indexes: BTreeMap<(Option<Arc<str>>, Arc<str>), Values>,
}

/// Label of the start, type, label of the end; `None` means any.
type Between = (Option<LabelId>, Option<TypeId>, Option<LabelId>);

/// How many values a property key has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Values {
    /// How many nodes, or relationships, have the key.
    pub count: u64,
    /// At most how many different values there are, where that is known: of an index, and of a key
    /// whose values are texts.
    pub distinct: Option<u64>,
}

impl Statistics {
    /// Returns how many nodes there are.
    #[must_use]
    pub fn node_count(&self) -> u64 {
        self.nodes
    }

    /// Returns how many nodes have the label.
    #[must_use]
    pub fn nodes_with_label(&self, label: &str) -> u64 {
        self.labels.get(label).map_or(0, |(_, count)| *count)
    }

    /// Returns how many relationships of the type lead from a node with the first label to one
    /// with the second; `None` means any.
    #[must_use]
    pub fn rel_count(&self, start: Option<&str>, rel_type: Option<&str>, end: Option<&str>) -> u64 {
        let label = |name: &str| self.labels.get(name).map(|(label, _)| *label);
        let named = |name: &str| self.types.get(name).copied();
        let known = (start.is_none_or(|name| label(name).is_some()))
            && rel_type.is_none_or(|name| named(name).is_some())
            && end.is_none_or(|name| label(name).is_some());
        if !known {
            return 0;
        }
        let (start, end) = (start.and_then(label), end.and_then(label));
        let rel_type = rel_type.and_then(named);
        match (start, rel_type, end) {
            (None, None, None) => self.rels,
            between => self.between.get(&between).copied().unwrap_or(0),
        }
    }

    /// Returns labels with how many nodes have them, in order of names; only those of any node.
    pub fn labels(&self) -> impl Iterator<Item = (&Arc<str>, u64)> {
        let labels = self.labels.iter().map(|(name, (_, count))| (name, *count));
        labels.filter(|(_, count)| *count > 0)
    }

    /// Returns relationship types with how many relationships have them, in order of names; only
    /// those of any relationship.
    pub fn types(&self) -> impl Iterator<Item = (&Arc<str>, u64)> {
        let types = self.types.iter().map(|(name, rel_type)| {
            let count = self.between.get(&(None, Some(*rel_type), None));
            (name, count.copied().unwrap_or(0))
        });
        types.filter(|(_, count)| *count > 0)
    }

    /// Returns how many values a key has at nodes.
    #[must_use]
    pub fn node_key(&self, key: &str) -> Values {
        self.node_keys.get(key).copied().unwrap_or_default()
    }

    /// Returns how many values a key has at relationships.
    #[must_use]
    pub fn rel_key(&self, key: &str) -> Values {
        self.rel_keys.get(key).copied().unwrap_or_default()
    }

    /// Returns how many values there are in the index that finds nodes of the label, or of any, by
    /// this key; nothing if there is none.
    #[must_use]
    pub fn index(&self, label: Option<&str>, key: &str) -> Option<Values> {
        let wanted = |(of, by): &&(Option<Arc<str>>, Arc<str>)| {
            **by == *key && (of.is_none() || of.as_deref() == label)
        };
        self.indexes
            .keys()
            .filter(wanted)
            .max()
            .and_then(|index| self.indexes.get(index))
            .copied()
    }

    pub(super) fn of(graph: &Snapshot) -> Self {
        let labels = graph
            .label_names()
            .map(|(label, name)| (name.clone(), (label, graph.nodes_with_label(label).len())));
        let mut statistics = Self {
            nodes: graph.node_bitmap().len(),
            rels: graph.rel_count() as u64,
            labels: labels.collect(),
            types: graph
                .type_names()
                .map(|(number, name)| (name.clone(), number))
                .collect(),
            between: HashMap::default(),
            node_keys: keys(graph, &graph.node_columns),
            rel_keys: keys(graph, &graph.rel_columns),
            indexes: indexes(graph),
        };
        for ((start, rel_type, end), count) in graph.counts.iter() {
            let rel_type = TypeId(u32::from(rel_type));
            statistics.count(
                graph.nodes.set(start),
                rel_type,
                graph.nodes.set(end),
                count,
            );
        }
        statistics
    }

    /// Counts relationships between nodes with these sets of labels, each set also as any.
    fn count(&mut self, start: &[LabelId], rel_type: TypeId, end: &[LabelId], count: u64) {
        let any_or = |labels: &[LabelId]| -> Vec<_> {
            std::iter::once(None)
                .chain(labels.iter().copied().map(Some))
                .collect()
        };
        let (starts, ends) = (any_or(start), any_or(end));
        for start in starts {
            for end in &ends {
                *self
                    .between
                    .entry((start, Some(rel_type), *end))
                    .or_default() += count;
                *self.between.entry((start, None, *end)).or_default() += count;
            }
        }
    }
}

fn indexes(graph: &Snapshot) -> BTreeMap<(Option<Arc<str>>, Arc<str>), Values> {
    let asked = graph.indexes.iter().map(|(label, key, index)| {
        let (count, distinct) = (index.len(), Some(index.distinct()));
        let label = graph.label_name(label).clone();
        (
            (Some(label), graph.key_name(key).clone()),
            Values { count, distinct },
        )
    });
    let ids = graph.id_key.map(|key| {
        let count = graph.node_column(key).map_or(0, Column::count);
        let distinct = Some(graph.ids.distinct() as u64);
        (
            (None, graph.key_name(key).clone()),
            Values { count, distinct },
        )
    });
    asked.chain(ids).collect()
}

fn keys(graph: &Snapshot, columns: &Columns) -> BTreeMap<Arc<str>, Values> {
    let named = |(key, column): (KeyId, &Column)| {
        let distinct = match column.kind() {
            ColumnKind::Str => Some((column.dictionary().len() as u64).min(column.count())),
            _ => None,
        };
        let count = column.count();
        (graph.key_name(key).clone(), Values { count, distinct })
    };
    columns
        .iter()
        .filter(|(_, column)| column.count() > 0)
        .map(named)
        .collect()
}
