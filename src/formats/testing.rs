//! A graph for unit tests: Iran (0) supports (0) the Hanoi Convention (1), China (2) signed (1) it.

use crate::store::{BulkLoader, Snapshot};
use crate::value::{Date, NodeId, Path, RelId, Value};

pub(super) fn graph() -> Snapshot {
    let mut loader = BulkLoader::new();
    let [actor, state, document] =
        ["Actor", "State", "Document"].map(|name| loader.intern_label(name));
    let [supports, signed] = ["SUPPORTS", "SIGNED"].map(|name| loader.intern_type(name));
    let [id, name, on] = ["id", "name", "on"].map(|name| loader.intern_key(name));
    let mut node = |labels: &[_], slug: &str, words: &str| {
        let properties = [(id, Value::from(slug)), (name, Value::from(words))];
        loader.add_node(labels, &properties).unwrap()
    };
    let iran = node(&[actor, state], "iran", "Iran");
    let convention = node(&[document], "hanoi-convention", "Hanoi Convention");
    let china = node(&[actor, state], "china", "China");
    let day = Date::new(2025, 10, 25).unwrap();
    loader.add_rel(iran, convention, supports, &[]).unwrap();
    let dated = [(on, Value::Date(day))];
    loader.add_rel(china, convention, signed, &dated).unwrap();
    loader.finish()
}

/// From Iran over the convention to China.
pub(super) fn path() -> Value {
    Value::from(Path {
        nodes: [0, 1, 2].map(NodeId).into(),
        rels: [0, 1].map(RelId).into(),
    })
}
