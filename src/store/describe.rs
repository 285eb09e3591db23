//! Nodes and relationships in words, for printing values.

use crate::value::literal::{write, write_name};
use crate::value::{Describe, NodeId, RelId, Value};

use super::KeyId;
use super::snapshot::Snapshot;

impl Describe for Snapshot {
    fn node(&self, node: NodeId, out: &mut String) {
        out.push('(');
        for label in self.labels(node) {
            out.push(':');
            write_name(self.label_name(*label), out);
        }
        let space = !self.labels(node).is_empty();
        self.describe_properties(&self.node_properties(node), space, out);
        out.push(')');
    }

    fn rel(&self, rel: RelId, out: &mut String) {
        out.push_str("[:");
        write_name(self.type_name(self.rel(rel).rel_type), out);
        self.describe_properties(&self.rel_properties(rel), true, out);
        out.push(']');
    }

    fn start(&self, rel: RelId) -> Option<NodeId> {
        (rel.0 < self.rel_bound()).then(|| self.rel(rel).start)
    }
}

impl Snapshot {
    fn describe_properties(&self, properties: &[(KeyId, Value)], space: bool, out: &mut String) {
        if properties.is_empty() {
            return;
        }
        out.push_str(if space { " {" } else { "{" });
        for (place, (key, value)) in properties.iter().enumerate() {
            if place > 0 {
                out.push_str(", ");
            }
            write_name(self.key_name(*key), out);
            out.push_str(": ");
            write(value, self, out);
        }
        out.push('}');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use crate::value::Path;

    #[test]
    fn elements_are_written_as_patterns() {
        let store = Store::new(Snapshot::new());
        let mut tx = store.begin();
        let (label, odd) = (tx.intern_label("State"), tx.intern_label("a b"));
        let (rel_type, key, id) = (
            tx.intern_type("KNOWS"),
            tx.intern_key("name"),
            tx.intern_key("id"),
        );
        let properties = [(key, Value::String("it's".into())), (id, Value::Int(1))];
        let named = tx.create_node(&[label, odd], &properties).unwrap();
        let bare = tx.create_node(&[], &[(id, Value::Int(2))]).unwrap();
        let empty = tx.create_node(&[], &[]).unwrap();
        let rel = tx
            .create_rel(named, bare, rel_type, &[(id, Value::Bool(true))])
            .unwrap();
        let graph = tx.commit().unwrap();
        let check = |value: Value, expected: &str| {
            let mut out = String::new();
            write(&value, &*graph, &mut out);
            assert_eq!(out, expected);
        };
        check(Value::Node(named), r"(:State:`a b` {id: 1, name: 'it\'s'})");
        check(Value::Node(bare), "({id: 2})");
        check(Value::Node(empty), "()");
        check(Value::Rel(rel), "[:KNOWS {id: true}]");
        let path = Path {
            nodes: [bare, named].into(),
            rels: [rel].into(),
        };
        check(
            path.into(),
            r"<({id: 2})<-[:KNOWS {id: true}]-(:State:`a b` {id: 1, name: 'it\'s'})>",
        );
    }
}
