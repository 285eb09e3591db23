//! The store against a naive model: random changes, everything readable compared.

mod bulk;
mod model;
mod valid_time;
mod view;

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;

use crate::value::{Date, NodeId, RelId, Value};

use super::{Direction, KeyId, LabelId, NewRel, Snapshot, Store, Transaction, TypeId};
use model::{LABELS, Model, TYPES, keyed, named};

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
    CreateIndex(u32, u32),
    DropIndex(u32, u32),
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
        (0..2i64).prop_map(|x| Value::Date(Date::from_days(x).unwrap())),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let node = || 0..16u32;
    let rel = || 0..40u32;
    let key = || 0..3u32;
    let properties = || prop::collection::vec((0..3u32, value()), 0..4);
    prop_oneof![
        8 => (prop::collection::vec(0..LABELS, 0..3), properties())
            .prop_map(|(labels, properties)| Step::CreateNode(labels, properties)),
        16 => (node(), node(), 0..TYPES, properties())
            .prop_map(|(start, end, rel_type, p)| Step::CreateRel(start, end, rel_type, p)),
        6 => (node(), key(), value()).prop_map(|(n, k, v)| Step::SetNode(n, k, v)),
        4 => (rel(), key(), value()).prop_map(|(r, k, v)| Step::SetRel(r, k, v)),
        6 => (node(), 0..LABELS).prop_map(|(n, l)| Step::AddLabel(n, l)),
        6 => (node(), 0..LABELS).prop_map(|(n, l)| Step::RemoveLabel(n, l)),
        4 => rel().prop_map(Step::DeleteRel),
        2 => node().prop_map(Step::DeleteNode),
        1 => node().prop_map(Step::DetachDelete),
        3 => (0..LABELS, key()).prop_map(|(l, k)| Step::CreateIndex(l, k)),
        1 => (0..LABELS, key()).prop_map(|(l, k)| Step::DropIndex(l, k)),
        1 => Just(Step::Savepoint),
        1 => Just(Step::RollbackTo),
        2 => Just(Step::Commit),
        1 => Just(Step::Rollback),
        1 => Just(Step::Hold),
    ]
}

impl Model {
    fn create_node(&mut self, labels: &[u32], properties: &[(u32, Value)], tx: &mut Transaction) {
        let ids: Vec<_> = labels.iter().copied().map(LabelId).collect();
        let node = tx.create_node(&ids, &keyed(properties)).unwrap();
        assert_eq!(node.0, self.next.0);
        let labels = labels.iter().copied().collect();
        self.nodes
            .insert(node.0, (labels, Self::properties(properties)));
        self.next.0 += 1;
    }

    fn create_rel(
        &mut self,
        (start, end, rel_type): (u32, u32, u32),
        properties: &[(u32, Value)],
        tx: &mut Transaction,
    ) {
        let ends = (NodeId(start), NodeId(end));
        let made = tx.create_rel(ends.0, ends.1, TypeId(rel_type), &keyed(properties));
        if self.nodes.contains_key(&start) && self.nodes.contains_key(&end) {
            assert_eq!(made.unwrap().0, self.next.1);
            let rel = (start, end, rel_type, Self::properties(properties));
            self.rels.insert(self.next.1, rel);
            self.next.1 += 1;
        } else {
            assert_eq!(made.unwrap_err().code().detail, "DeletedEntityAccess");
        }
    }

    /// Makes a change here and there and compares what each says about it.
    fn apply(&mut self, step: &Step, tx: &mut Transaction) {
        match step {
            Step::CreateNode(labels, properties) => self.create_node(labels, properties, tx),
            Step::CreateRel(start, end, rel_type, properties) => {
                self.create_rel((*start, *end, *rel_type), properties, tx);
            }
            Step::SetNode(node, key, value) => {
                let set = tx.set_node_property(NodeId(*node), KeyId(*key), value.clone());
                let known = self.nodes.get_mut(node).map(|known| &mut known.1);
                assert_eq!(set.is_ok(), known.is_some());
                Self::set_known(known, *key, value);
            }
            Step::SetRel(rel, key, value) => {
                let set = tx.set_rel_property(RelId(*rel), KeyId(*key), value.clone());
                let known = self.rels.get_mut(rel).map(|known| &mut known.3);
                assert_eq!(set.is_ok(), known.is_some());
                Self::set_known(known, *key, value);
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
            Step::CreateIndex(label, key) => {
                let new = self.indexes.insert((*label, *key));
                assert_eq!(tx.create_index(LabelId(*label), KeyId(*key)), new);
            }
            Step::DropIndex(label, key) => {
                let known = self.indexes.remove(&(*label, *key));
                assert_eq!(tx.drop_index(LabelId(*label), KeyId(*key)), known);
            }
            _ => unreachable!("handled by the caller"),
        }
    }
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
                Step::Hold => {
                    model.check(tx.view());
                    held.push((store.snapshot(), committed.clone()));
                }
                change => model.apply(change, &mut tx),
            }
        };
        model.check(tx.view());
        if matches!(end, Step::Commit) {
            let version = tx.commit().unwrap();
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
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

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
    assert!(tx.delete_node(node).unwrap());
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
                tx.commit().unwrap().version()
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

fn compare(many: &Snapshot, single: &Snapshot) {
    assert_eq!(
        many.rels().collect::<Vec<_>>(),
        single.rels().collect::<Vec<_>>()
    );
    for node in many.nodes() {
        let hops = many.hops(node, Direction::Both, None).collect::<Vec<_>>();
        assert_eq!(
            hops,
            single.hops(node, Direction::Both, None).collect::<Vec<_>>()
        );
    }
    let count = |graph: &Snapshot| graph.statistics().rel_count(Some("L0"), Some("T1"), None);
    assert_eq!(count(many), count(single));
}

/// Enough relationships at once that they are sorted and merged, against one by one.
#[test]
fn many_relationships_at_once() {
    let (store, one_by_one) = (named(), named());
    let (mut tx, mut single) = (store.begin(), one_by_one.begin());
    for _ in 0..600 {
        tx.create_node(&[LabelId(0)], &[]).unwrap();
        single.create_node(&[LabelId(0)], &[]).unwrap();
    }
    let properties = [(KeyId(0), Value::Int(1))];
    let made = (0..900u32).map(|i| NewRel {
        start: NodeId(if i % 2 == 0 { 7 } else { i % 600 }),
        end: NodeId(i * 7919 % 600),
        rel_type: TypeId(i % 3),
        properties: if i % 5 == 0 { &properties } else { &[] },
    });
    let made: Vec<_> = made.collect();
    assert_eq!(tx.create_rels(&made[..500]).unwrap(), RelId(0));
    assert_eq!(tx.create_rels(&made[500..]).unwrap(), RelId(500));
    for rel in &made {
        single
            .create_rel(rel.start, rel.end, rel.rel_type, rel.properties)
            .unwrap();
    }
    compare(&tx, &single);
    let gone: Vec<_> = (0..900)
        .filter(|i| i % 3 != 1 || *i > 700)
        .map(RelId)
        .collect();
    assert_eq!(
        tx.delete_rels(&[&gone[..], &gone[..2], &[RelId(9999)]].concat()),
        gone.len()
    );
    for rel in &gone {
        assert!(single.delete_rel(*rel));
        assert!(matches!(tx.rel_property(*rel, KeyId(0)), Value::Null));
    }
    compare(&tx, &single);
    let degree = single.degree(NodeId(7), Direction::Both, None);
    assert_eq!(tx.detach_delete_node(NodeId(7)), Some(degree));
    single.detach_delete_node(NodeId(7));
    compare(&tx, &single);
    let before = tx.rel_count();
    let bad = [
        made[1],
        NewRel {
            end: NodeId(7),
            ..made[1]
        },
    ];
    assert!(tx.create_rels(&bad).is_err());
    assert_eq!(tx.rel_count(), before);
}
