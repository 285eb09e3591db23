//! Bulk loading against the same graph made one by one.

use proptest::prelude::*;

use crate::store::{
    BulkLoader, BulkValues, Column, ColumnKind, Dictionary, KeyId, LabelId, Snapshot, TypeId,
};
use crate::value::{NodeId, Value};

use super::model::{KEYS, LABELS, Model, TYPES, named};
use super::value;

type Properties = Vec<(u32, Value)>;
type Node = (Vec<u32>, Properties);
type Rel = (u32, u32, u32, Properties);

fn properties() -> impl Strategy<Value = Properties> {
    prop::collection::vec((0..3u32, value()), 0..4)
}

fn nodes() -> impl Strategy<Value = Vec<Node>> {
    let node = (prop::collection::vec(0..LABELS, 0..3), properties());
    prop::collection::vec(node, 1..20)
}

fn rels() -> impl Strategy<Value = Vec<Rel>> {
    prop::collection::vec((0..20u32, 0..20u32, 0..TYPES, properties()), 0..80)
}

/// The values of a key by row, null where there is none.
fn column(rows: &[&Properties], key: u32) -> Vec<Value> {
    let last = |row: &&Properties| row.iter().rfind(|(k, _)| *k == key).map(|(_, v)| v.clone());
    rows.iter()
        .map(|row| last(row).unwrap_or(Value::Null))
        .collect()
}

/// Loads nodes and relationships behind those that are there.
fn load(onto: Snapshot, nodes: &[Node], rels: &[Rel]) -> Snapshot {
    let mut loader = BulkLoader::onto(onto);
    let labels = |node: &Node| node.0.iter().copied().map(LabelId).collect::<Vec<_>>();
    let sets: Vec<_> = nodes
        .iter()
        .map(|node| loader.label_set(&labels(node)))
        .collect();
    let first = loader.add_nodes_by_set(&sets).unwrap();
    let rows: Vec<_> = nodes.iter().map(|node| &node.1).collect();
    for key in 0..3 {
        let values = column(&rows, key);
        loader
            .add_node_column(KeyId(key), first, BulkValues::Values(&values), None)
            .unwrap();
    }
    let starts: Vec<_> = rels.iter().map(|rel| rel.0).collect();
    let ends: Vec<_> = rels.iter().map(|rel| rel.1).collect();
    let types: Vec<_> = rels.iter().map(|rel| TypeId(rel.2)).collect();
    let first = loader.add_rels(&starts, &ends, &types).unwrap();
    let rows: Vec<_> = rels.iter().map(|rel| &rel.3).collect();
    for key in 0..3 {
        let values = column(&rows, key);
        loader
            .add_rel_column(KeyId(key), first, BulkValues::Values(&values), None)
            .unwrap();
    }
    loader.finish()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn bulk_loading_equals_single_inserts(nodes in nodes(), rels in rels(), split in 0..80usize) {
        let count = u32::try_from(nodes.len()).unwrap();
        let rels: Vec<_> =
            rels.into_iter().map(|(s, e, t, p)| (s % count, e % count, t, p)).collect();
        let (store, mut model) = (named(), Model::default());
        let mut tx = store.begin();
        tx.create_index(LabelId(1), KeyId(2));
        model.indexes.insert((1, 2));
        let empty = tx.view().clone();
        for node in &nodes {
            model.create_node(&node.0, &node.1, &mut tx);
        }
        let split = split.min(rels.len());
        for rel in &rels[..split] {
            model.create_rel((rel.0, rel.1, rel.2), &rel.3, &mut tx);
        }
        let half = tx.view().clone();
        for rel in &rels[split..] {
            model.create_rel((rel.0, rel.1, rel.2), &rel.3, &mut tx);
        }
        model.check(tx.view());
        model.check(&load(half, &[], &rels[split..]));
        model.check(&load(empty, &nodes, &rels));
    }

    #[test]
    fn typed_columns_equal_single_values(
        batches in prop::collection::vec((0..7u8, 0..1500u32, any::<u64>()), 1..5),
    ) {
        let mut loader = BulkLoader::new();
        let key = loader.intern_key("k");
        let mut expected = Vec::new();
        for (kind, count, seed) in batches {
            let first = loader.add_nodes(&[], count).unwrap();
            let valid: Vec<_> = (0..count).map(|i| !(u64::from(i) ^ seed).is_multiple_of(5)).collect();
            let flags = (seed % 2 == 0).then_some(&*valid);
            let values = add_batch(&mut loader, (key, first), kind, count, flags);
            for (place, value) in values.into_iter().enumerate() {
                expected.push(if flags.is_none_or(|f| f[place]) { value } else { Value::Null });
            }
        }
        let graph = loader.finish();
        let mut single = Column::default();
        for (row, value) in (0..).zip(&expected) {
            single.set(row, value.clone());
            let read = graph.node_property(NodeId(row), key);
            prop_assert_eq!(format!("{read:?}"), format!("{value:?}"));
        }
        let read = graph.node_column(key);
        prop_assert_eq!(read.map_or(ColumnKind::Mixed, Column::kind), single.kind());
        prop_assert_eq!(read.map_or(0, Column::count), single.count());
    }
}

/// Adds a batch of one kind and returns its values.
fn add_batch(
    loader: &mut BulkLoader,
    (key, first): (KeyId, NodeId),
    kind: u8,
    count: u32,
    valid: Option<&[bool]>,
) -> Vec<Value> {
    let rows = || 0..count;
    let texts: Vec<_> = rows().map(|i| format!("t{}", i % 7)).collect();
    let mut add = |values| loader.add_node_column(key, first, values, valid).unwrap();
    match kind {
        0 => {
            let ints: Vec<_> = rows().map(i64::from).collect();
            add(BulkValues::Ints(&ints));
            ints.into_iter().map(Value::Int).collect()
        }
        1 => {
            let floats: Vec<_> = rows().map(f64::from).collect();
            add(BulkValues::Floats(&floats));
            floats.into_iter().map(Value::Float).collect()
        }
        2 => {
            let bools: Vec<_> = rows().map(|i| i % 3 == 0).collect();
            add(BulkValues::Bools(&bools));
            bools.into_iter().map(Value::Bool).collect()
        }
        3 | 4 => {
            let shown: Vec<_> = texts.iter().map(String::as_str).collect();
            let mut dictionary = Dictionary::default();
            let codes: Vec<_> = shown.iter().map(|text| dictionary.intern(text)).collect();
            add(if kind == 3 {
                BulkValues::Texts(&shown)
            } else {
                BulkValues::Codes(&codes, &dictionary)
            });
            texts
                .iter()
                .map(|text| Value::String(text.as_str().into()))
                .collect()
        }
        5 => {
            let days: Vec<_> = rows().map(|i| i32::try_from(i).unwrap()).collect();
            add(BulkValues::Days(&days));
            let date = |days| crate::value::Date::from_days(i64::from(days)).unwrap();
            days.into_iter()
                .map(|days| Value::Date(date(days)))
                .collect()
        }
        _ => {
            let values: Vec<_> = rows()
                .map(|i| Value::List([Value::Int(i.into())].into()))
                .collect();
            add(BulkValues::Values(&values));
            values
        }
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let mut loader = BulkLoader::new();
    let (key, rel_type) = (loader.intern_key(KEYS[0]), loader.intern_type("T"));
    let first = loader.add_nodes(&[], 2).unwrap();
    let detail = |error: crate::error::Error| error.code().detail;
    let ints = BulkValues::Ints(&[1, 2, 3]);
    let refused = loader.add_node_column(key, first, ints, None).unwrap_err();
    assert_eq!(detail(refused), "DeletedEntityAccess");
    let ints = BulkValues::Ints(&[1, 2]);
    let refused = loader
        .add_node_column(key, first, ints, Some(&[true]))
        .unwrap_err();
    assert_eq!(detail(refused), "UnevenColumns");
    let refused = loader.add_rels(&[0], &[2], &[rel_type]).unwrap_err();
    assert_eq!(detail(refused), "DeletedEntityAccess");
    let refused = loader.add_rels(&[0], &[1], &[TypeId(1 << 16)]).unwrap_err();
    assert_eq!(detail(refused), "GraphFull");
    assert_eq!(loader.finish().rel_count(), 0);
}
