//! The store against a naive model: random changes, everything readable compared.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;

use crate::value::{NodeId, RelId, Value};

use super::{Direction, Hop, KeyId, LabelId, RelRecord, Snapshot, Store, Transaction, TypeId};

const LABELS: u32 = 3;
const TYPES: u32 = 3;
const KEYS: [&str; 3] = ["name", "id", "a"];
const DIRECTIONS: [Direction; 3] = [Direction::Outgoing, Direction::Incoming, Direction::Both];

type Properties = BTreeMap<u32, String>;

/// The graph as maps; values as their debug text.
#[derive(Clone, Debug, Default)]
struct Model {
    nodes: BTreeMap<u32, (BTreeSet<u32>, Properties)>,
    rels: BTreeMap<u32, (u32, u32, u32, Properties)>,
    next: (u32, u32),
}

#[derive(Clone, Debug)]
enum Step {
    CreateNode(Vec<u32>, Vec<(u32, Value)>),
    CreateRel(u32, u32, u32, Vec<(u32, Value)>),
    SetNode(u32, u32, Value),
    SetRel(u32, u32, Value),
    AddLabel(u32, u32),
    RemoveLabel(u32, u32),
    DeleteRel(u32),
    DeleteNode(u32),
    DetachDelete(u32),
    Savepoint,
    RollbackTo,
    Commit,
    Rollback,
    Hold,
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        (0..5i64).prop_map(Value::Int),
        (0..5i32).prop_map(|x| Value::Float(f64::from(x) / 2.0)),
        any::<bool>().prop_map(Value::Bool),
        "[ab]{1,2}".prop_map(|text| Value::String(text.into())),
        (0..3i64).prop_map(|x| Value::List(vec![Value::Int(x)].into())),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let node = || 0..30u32;
    let rel = || 0..60u32;
    let key = || 0..3u32;
    let properties = || prop::collection::vec((0..3u32, value()), 0..4);
    prop_oneof![
        8 => (prop::collection::vec(0..LABELS, 0..3), properties())
            .prop_map(|(labels, properties)| Step::CreateNode(labels, properties)),
        16 => (node(), node(), 0..TYPES, properties())
            .prop_map(|(start, end, rel_type, p)| Step::CreateRel(start, end, rel_type, p)),
        6 => (node(), key(), value()).prop_map(|(n, k, v)| Step::SetNode(n, k, v)),
        4 => (rel(), key(), value()).prop_map(|(r, k, v)| Step::SetRel(r, k, v)),
        3 => (node(), 0..LABELS).prop_map(|(n, l)| Step::AddLabel(n, l)),
        3 => (node(), 0..LABELS).prop_map(|(n, l)| Step::RemoveLabel(n, l)),
        4 => rel().prop_map(Step::DeleteRel),
        2 => node().prop_map(Step::DeleteNode),
        1 => node().prop_map(Step::DetachDelete),
        1 => Just(Step::Savepoint),
        1 => Just(Step::RollbackTo),
        2 => Just(Step::Commit),
        1 => Just(Step::Rollback),
        1 => Just(Step::Hold),
    ]
}

impl Model {
    fn set(properties: &mut Properties, key: u32, value: &Value) {
        match value {
            Value::Null => properties.remove(&key),
            value => properties.insert(key, format!("{value:?}")),
        };
    }

    fn properties(list: &[(u32, Value)]) -> Properties {
        let mut properties = Properties::new();
        list.iter()
            .for_each(|(key, value)| Self::set(&mut properties, *key, value));
        properties
    }

    fn degree(&self, node: u32) -> usize {
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

    /// Makes a change here and there and compares what each says about it.
    fn apply(&mut self, step: &Step, tx: &mut Transaction) {
        match step {
            Step::CreateNode(labels, properties) => {
                let ids: Vec<_> = labels.iter().copied().map(LabelId).collect();
                let node = tx.create_node(&ids, &keyed(properties)).unwrap();
                assert_eq!(node.0, self.next.0);
                let labels = labels.iter().copied().collect();
                self.nodes
                    .insert(node.0, (labels, Self::properties(properties)));
                self.next.0 += 1;
            }
            Step::CreateRel(start, end, rel_type, properties) => {
                let ends = (NodeId(*start), NodeId(*end));
                let made = tx.create_rel(ends.0, ends.1, TypeId(*rel_type), &keyed(properties));
                if self.nodes.contains_key(start) && self.nodes.contains_key(end) {
                    assert_eq!(made.unwrap().0, self.next.1);
                    let rel = (*start, *end, *rel_type, Self::properties(properties));
                    self.rels.insert(self.next.1, rel);
                    self.next.1 += 1;
                } else {
                    assert_eq!(made.unwrap_err().code().detail, "DeletedEntityAccess");
                }
            }
            Step::SetNode(node, key, value) => {
                let set = tx.set_node_property(NodeId(*node), KeyId(*key), value.clone());
                let known = self.nodes.get_mut(node);
                assert_eq!(set.is_ok(), known.is_some());
                known
                    .into_iter()
                    .for_each(|known| Self::set(&mut known.1, *key, value));
            }
            Step::SetRel(rel, key, value) => {
                let set = tx.set_rel_property(RelId(*rel), KeyId(*key), value.clone());
                let known = self.rels.get_mut(rel);
                assert_eq!(set.is_ok(), known.is_some());
                known
                    .into_iter()
                    .for_each(|known| Self::set(&mut known.3, *key, value));
            }
            Step::AddLabel(node, label) => {
                let known = self.nodes.get_mut(node);
                let added = known.is_some_and(|known| known.0.insert(*label));
                assert_eq!(tx.add_label(NodeId(*node), LabelId(*label)), added);
            }
            Step::RemoveLabel(node, label) => {
                let known = self.nodes.get_mut(node);
                let removed = known.is_some_and(|known| known.0.remove(label));
                assert_eq!(tx.remove_label(NodeId(*node), LabelId(*label)), removed);
            }
            Step::DeleteRel(rel) => {
                assert_eq!(tx.delete_rel(RelId(*rel)), self.rels.remove(rel).is_some());
            }
            Step::DeleteNode(node) => match tx.delete_node(NodeId(*node)) {
                Ok(existed) => assert_eq!(existed, self.nodes.remove(node).is_some()),
                Err(error) => {
                    assert!(self.degree(*node) > 0);
                    assert_eq!(error.code().detail, "DeleteConnectedNode");
                }
            },
            Step::DetachDelete(node) => {
                let rels = self.degree(*node);
                self.rels.retain(|_, rel| rel.0 != *node && rel.1 != *node);
                let existed = self.nodes.remove(node).map(|_| rels);
                assert_eq!(tx.detach_delete_node(NodeId(*node)), existed);
            }
            _ => unreachable!("handled by the caller"),
        }
    }

    fn check(&self, graph: &Snapshot) {
        let nodes: Vec<_> = self.nodes.keys().copied().map(NodeId).collect();
        let rels: Vec<_> = self.rels.keys().copied().map(RelId).collect();
        assert_eq!(graph.nodes().collect::<Vec<_>>(), nodes);
        assert_eq!(graph.rels().collect::<Vec<_>>(), rels);
        assert_eq!(
            (graph.node_count(), graph.rel_count()),
            (nodes.len(), rels.len())
        );
        assert_eq!((graph.node_bound(), graph.rel_bound()), self.next);
        for node in (0..40).map(NodeId) {
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
        self.check_statistics(graph);
        self.check_columns(graph);
    }

    fn check_node(&self, graph: &Snapshot, node: NodeId) {
        let none = Default::default();
        let (labels, properties) = self.nodes.get(&node.0).unwrap_or(&none);
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

fn keyed(properties: &[(u32, Value)]) -> Vec<(KeyId, Value)> {
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
fn named() -> Store {
    let store = Store::new(Snapshot::new());
    let mut tx = store.begin();
    (0..LABELS).for_each(|i| assert_eq!(tx.intern_label(&format!("L{i}")), LabelId(i)));
    (0..TYPES).for_each(|i| assert_eq!(tx.intern_type(&format!("T{i}")), TypeId(i)));
    (0..)
        .zip(KEYS)
        .for_each(|(i, key)| assert_eq!(tx.intern_key(key), KeyId(i)));
    assert_eq!(tx.commit().version(), 1);
    store
}

fn run(steps: &[Step]) {
    let store = named();
    let mut committed = Model::default();
    let mut held: Vec<(Arc<Snapshot>, Model)> = Vec::new();
    let mut steps = steps.iter();
    let mut open = true;
    while open {
        let (mut tx, mut model) = (store.begin(), committed.clone());
        let mut savepoint = (tx.savepoint(), model.clone());
        let end = loop {
            let Some(step) = steps.next() else {
                open = false;
                break &Step::Commit;
            };
            match step {
                Step::Commit | Step::Rollback => break step,
                Step::Savepoint => savepoint = (tx.savepoint(), model.clone()),
                Step::RollbackTo => {
                    tx.rollback_to(savepoint.0.clone());
                    model = savepoint.1.clone();
                }
                Step::Hold => held.push((store.snapshot(), committed.clone())),
                change => model.apply(change, &mut tx),
            }
        };
        model.check(tx.view());
        if matches!(end, Step::Commit) {
            let version = tx.commit();
            assert_eq!(version.version(), store.snapshot().version());
            committed = model;
        } else {
            drop(tx);
        }
        committed.check(&store.snapshot());
    }
    for (snapshot, model) in held {
        model.check(&snapshot);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn the_store_agrees_with_a_naive_model(steps in prop::collection::vec(step(), 1..150)) {
        run(&steps);
    }
}

#[test]
fn a_deleted_relationship_keeps_its_record() {
    let store = named();
    let mut tx = store.begin();
    let node = tx.create_node(&[], &[]).unwrap();
    let rel = tx
        .create_rel(node, node, TypeId(1), &[(KeyId(0), Value::Int(1))])
        .unwrap();
    assert!(tx.delete_rel(rel));
    assert!(!tx.has_rel(rel) && !tx.delete_rel(rel));
    assert_eq!(tx.rel(rel).rel_type, TypeId(1));
    assert!(matches!(tx.rel_property(rel, KeyId(0)), Value::Null));
    assert_eq!(tx.delete_node(node).unwrap(), true);
}

#[test]
fn ids_that_were_never_given_out_lead_nowhere() {
    let graph = Snapshot::new();
    let (node, rel) = (NodeId(u32::MAX), RelId(u32::MAX));
    assert_eq!(graph.labels(node), []);
    assert_eq!(graph.hops(node, Direction::Both, None).count(), 0);
    assert_eq!(graph.rel(rel).start, NodeId(u32::MAX));
    assert_eq!(&**graph.label_name(LabelId(7)), "");
    assert!(graph.node_properties(node).is_empty() && graph.rel_properties(rel).is_empty());
}

#[test]
fn writers_take_turns() {
    let store = Store::new(Snapshot::new());
    let tx = store.begin();
    assert!(
        store
            .begin_within(std::time::Duration::from_millis(1))
            .is_none()
    );
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let store = store.clone();
            std::thread::spawn(move || {
                let mut tx = store.begin();
                tx.create_node(&[], &[]).unwrap();
                tx.commit().version()
            })
        })
        .collect();
    drop(tx);
    let versions: BTreeSet<_> = threads
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .collect();
    assert_eq!(versions, BTreeSet::from([1, 2, 3, 4]));
    assert_eq!(store.snapshot().node_count(), 4);
}

#[test]
fn wrong_properties_change_nothing() {
    let store = named();
    let mut tx = store.begin();
    let map = Value::Map(Arc::default());
    let error = tx.create_node(&[], &[(KeyId(0), map.clone())]).unwrap_err();
    assert_eq!(error.code().to_string(), "TypeError.InvalidPropertyType");
    let node = tx.create_node(&[], &[]).unwrap();
    assert!(tx.set_node_property(node, KeyId(0), map.clone()).is_err());
    assert!(
        tx.create_rel(node, node, TypeId(0), &[(KeyId(0), map)])
            .is_err()
    );
    assert!(tx.create_rel(node, node, TypeId(1 << 16), &[]).is_err());
    assert_eq!(
        (
            tx.node_count(),
            tx.rel_count(),
            tx.node_properties(node).len()
        ),
        (1, 0, 0)
    );
}
