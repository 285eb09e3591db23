//! The graph as naive maps, and everything readable compared with it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use crate::store::{Direction, Hop, KeyId, LabelId, RelRecord, Snapshot, Store, TypeId};
use crate::value::{NodeId, RelId, Value, equal, greater};

pub(super) const LABELS: u32 = 3;
pub(super) const TYPES: u32 = 3;
pub(super) const KEYS: [&str; 3] = ["name", "id", "a"];
const DIRECTIONS: [Direction; 3] = [Direction::Outgoing, Direction::Incoming, Direction::Both];

pub(super) type Properties = BTreeMap<u32, String>;

/// The graph as maps; values as their debug text.
#[derive(Clone, Debug, Default)]
pub(super) struct Model {
    pub(super) nodes: BTreeMap<u32, (BTreeSet<u32>, Properties)>,
    pub(super) rels: BTreeMap<u32, (u32, u32, u32, Properties)>,
    pub(super) next: (u32, u32),
    pub(super) indexes: BTreeSet<(u32, u32)>,
}

impl Model {
    pub(super) fn set(properties: &mut Properties, key: u32, value: &Value) {
        match value {
            Value::Null => properties.remove(&key),
            value => properties.insert(key, format!("{value:?}")),
        };
    }

    pub(super) fn properties(list: &[(u32, Value)]) -> Properties {
        let mut properties = Properties::new();
        for (key, value) in list {
            Self::set(&mut properties, *key, value);
        }
        properties
    }

    pub(super) fn degree(&self, node: u32) -> usize {
        self.rels
            .values()
            .filter(|rel| rel.0 == node || rel.1 == node)
            .count()
    }

    fn hops(&self, node: u32, direction: Direction, types: Option<&[TypeId]>) -> Vec<Hop> {
        let wanted = |t: u32| types.is_none_or(|types| types.contains(&TypeId(t)));
        let mut hops = Vec::new();
        for (&rel, &(start, end, rel_type, _)) in &self.rels {
            let loops = direction == Direction::Both && start == end;
            if wanted(rel_type) && start == node && direction != Direction::Incoming {
                hops.push((0, rel_type, end, rel));
            }
            if wanted(rel_type) && end == node && direction != Direction::Outgoing && !loops {
                hops.push((1, rel_type, start, rel));
            }
        }
        hops.sort_unstable();
        let hop = |(_, rel_type, node, rel)| Hop {
            rel: RelId(rel),
            node: NodeId(node),
            rel_type: TypeId(rel_type),
        };
        hops.into_iter().map(hop).collect()
    }

    pub(super) fn set_known(known: Option<&mut Properties>, key: u32, value: &Value) {
        if let Some(properties) = known {
            Self::set(properties, key, value);
        }
    }

    pub(super) fn check(&self, graph: &Snapshot) {
        let nodes: Vec<_> = self.nodes.keys().copied().map(NodeId).collect();
        let rels: Vec<_> = self.rels.keys().copied().map(RelId).collect();
        assert_eq!(graph.nodes().collect::<Vec<_>>(), nodes);
        assert_eq!(graph.rels().collect::<Vec<_>>(), rels);
        assert_eq!(
            (graph.node_count(), graph.rel_count()),
            (nodes.len(), rels.len())
        );
        assert_eq!((graph.node_bound(), graph.rel_bound()), self.next);
        for node in (0..24).map(NodeId) {
            self.check_node(graph, node);
        }
        for (rel, (start, end, rel_type, properties)) in &self.rels {
            let (start, end) = (NodeId(*start), NodeId(*end));
            let record = RelRecord {
                start,
                end,
                rel_type: TypeId(*rel_type),
            };
            assert_eq!(graph.rel(RelId(*rel)), record);
            assert_eq!(&shown(graph.rel_properties(RelId(*rel))), properties);
        }
        for label in 0..LABELS {
            let with = self
                .nodes
                .iter()
                .filter(|(_, node)| node.0.contains(&label));
            let with: Vec<_> = with.map(|(node, _)| *node).collect();
            let bitmap = graph.nodes_with_label(LabelId(label));
            assert_eq!(bitmap.iter().collect::<Vec<_>>(), with);
        }
        self.check_ids(graph);
        self.check_indexes(graph);
        self.check_statistics(graph);
        self.check_columns(graph);
    }

    fn check_node(&self, graph: &Snapshot, node: NodeId) {
        let missing = Default::default();
        let (labels, properties) = self.nodes.get(&node.0).unwrap_or(&missing);
        assert_eq!(graph.has_node(node), self.nodes.contains_key(&node.0));
        let found: Vec<_> = graph.labels(node).iter().map(|label| label.0).collect();
        assert_eq!(found, labels.iter().copied().collect::<Vec<_>>());
        assert_eq!(&shown(graph.node_properties(node)), properties);
        let two = [TypeId(2), TypeId(0), TypeId(2)];
        for types in [None, Some(&[][..]), Some(&[TypeId(1)][..]), Some(&two[..])] {
            for direction in DIRECTIONS {
                let hops = self.hops(node.0, direction, types);
                assert_eq!(graph.degree(node, direction, types), hops.len());
                assert_eq!(graph.hops(node, direction, types).collect::<Vec<_>>(), hops);
                if let (Some([only]), false) = (types, direction == Direction::Both) {
                    let pairs: Vec<_> = hops.iter().map(|hop| (hop.node.0, hop.rel.0)).collect();
                    assert_eq!(graph.run(node, direction, *only), pairs);
                }
            }
        }
    }

    fn check_ids(&self, graph: &Snapshot) {
        let key = graph.key("id").unwrap();
        let texts = ["a", "b", "aa", "ab", "ba", "bb", "c"].map(|t| Value::String(t.into()));
        for value in (0..6).map(Value::Int).chain(texts) {
            let mut same = vec![format!("{value:?}")];
            if let Value::Int(number) = value {
                same.push(format!(
                    "{:?}",
                    Value::Float(f64::from(i32::try_from(number).unwrap()))
                ));
            }
            let has = |p: &Properties| p.get(&key.0).is_some_and(|id| same.contains(id));
            for label in [None, Some(1)] {
                let found = self.nodes.iter().filter(|(_, (labels, properties))| {
                    label.is_none_or(|label| labels.contains(&label)) && has(properties)
                });
                let found: Vec<_> = found.map(|(node, _)| NodeId(*node)).collect();
                assert_eq!(
                    graph.find_nodes(label.map(LabelId), key, &value),
                    Some(found)
                );
            }
        }
        assert_eq!(graph.find_nodes(None, key, &Value::Bool(true)), None);
    }

    /// What nodes have is compared elsewhere, so here they are asked one by one.
    fn check_indexes(&self, graph: &Snapshot) {
        let indexes = graph.indexes().map(|(label, key)| (label.0, key.0));
        assert_eq!(indexes.collect::<BTreeSet<_>>(), self.indexes);
        for (label, key) in graph.indexes() {
            let nodes: Vec<_> = graph
                .nodes()
                .filter(|n| graph.has_label(*n, label))
                .collect();
            let values: Vec<_> = nodes
                .iter()
                .map(|n| (*n, graph.node_property(*n, key)))
                .collect();
            for (_, wanted) in &values {
                let same = values
                    .iter()
                    .filter(|(_, value)| equal(value, wanted) == Some(true));
                let same: Vec<_> = same.map(|(node, _)| *node).collect();
                let found = graph.find_nodes(Some(label), key, wanted);
                assert!(found == Some(same) || matches!(wanted, Value::Null));
                let above = values
                    .iter()
                    .filter(|(_, value)| greater(value, wanted) == Some(true));
                let above: BTreeSet<_> = above.map(|(node, _)| *node).collect();
                let bounds = (Bound::Excluded(wanted), Bound::Unbounded);
                let found = graph
                    .find_nodes_between(label, key, bounds.0, bounds.1)
                    .unwrap();
                assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), above);
            }
            let count = values
                .iter()
                .filter(|(_, value)| !matches!(value, Value::Null))
                .count();
            let (label, key) = (graph.label_name(label), graph.key_name(key));
            let told = graph.statistics().index(Some(&**label), key).unwrap();
            assert_eq!(told.count, count as u64);
        }
    }

    fn check_statistics(&self, graph: &Snapshot) {
        let statistics = graph.statistics();
        assert_eq!(statistics.node_count(), self.nodes.len() as u64);
        let has = |node: &u32, label: Option<&u32>| {
            label.is_none_or(|label| self.nodes[node].0.contains(label))
        };
        for (start, end) in [
            (None, None),
            (Some(0), None),
            (None, Some(1)),
            (Some(2), Some(1)),
        ] {
            for rel_type in [None, Some(0), Some(2)] {
                let count = self.rels.values().filter(|rel| {
                    has(&rel.0, start.as_ref())
                        && has(&rel.1, end.as_ref())
                        && rel_type.is_none_or(|t| t == rel.2)
                });
                let label = |label: Option<u32>| label.map(|label| format!("L{label}"));
                let (start, end) = (label(start), label(end));
                let rel_type = rel_type.map(|t| format!("T{t}"));
                let told =
                    statistics.rel_count(start.as_deref(), rel_type.as_deref(), end.as_deref());
                assert_eq!(told, count.count() as u64);
            }
        }
    }

    fn check_columns(&self, graph: &Snapshot) {
        for (key, name) in (0..).zip(KEYS) {
            let values = self
                .nodes
                .iter()
                .filter_map(|(node, (_, p))| Some((*node, p.get(&key)?)));
            let values: Vec<_> = values.map(|(node, value)| (node, value.clone())).collect();
            let Some(column) = graph.node_column(graph.key(name).unwrap()) else {
                assert_eq!(values, []);
                continue;
            };
            let read = column
                .iter()
                .map(|(row, value)| (row, format!("{value:?}")));
            assert_eq!(read.collect::<Vec<_>>(), values);
            assert_eq!(column.count(), values.len() as u64);
            let (mut out, mut valid) = (Vec::new(), Vec::new());
            let all = values.iter().all(|(_, value)| value.starts_with("Int"));
            assert_eq!(column.gather_i64(&[3, 0, 7], &mut out, &mut valid), all);
            for (i, row) in [3, 0, 7].into_iter().enumerate().filter(|_| all) {
                let value = if valid[i] {
                    Value::Int(out[i])
                } else {
                    Value::Null
                };
                assert_eq!(format!("{value:?}"), format!("{:?}", column.get(row)));
            }
        }
    }
}

pub(super) fn keyed(properties: &[(u32, Value)]) -> Vec<(KeyId, Value)> {
    properties
        .iter()
        .map(|(key, value)| (KeyId(*key), value.clone()))
        .collect()
}

fn shown(properties: Vec<(KeyId, Value)>) -> Properties {
    properties
        .into_iter()
        .map(|(key, value)| (key.0, format!("{value:?}")))
        .collect()
}

/// A store that knows the names, so that numbers agree with the model's.
pub(super) fn named() -> Store {
    let store = Store::new(Snapshot::new());
    let mut tx = store.begin();
    for i in 0..LABELS {
        assert_eq!(tx.intern_label(&format!("L{i}")), LabelId(i));
    }
    for i in 0..TYPES {
        assert_eq!(tx.intern_type(&format!("T{i}")), TypeId(i));
    }
    for (i, key) in (0..).zip(KEYS) {
        assert_eq!(tx.intern_key(key), KeyId(i));
    }
    assert_eq!(tx.commit().unwrap().version(), 1);
    store
}
