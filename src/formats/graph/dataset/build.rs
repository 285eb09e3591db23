//! Checked records to a graph.

use std::collections::HashMap;

use crate::error::Result;
use crate::store::{BulkLoader, KeyId, Schema, Snapshot};
use crate::value::{NodeId, Value};

use super::record::{NodeRecord, Property, RelRecord};

/// Makes a graph of records that were checked: ids are unique and every end exists.
pub(super) fn build(
    schema: Schema,
    nodes: &[NodeRecord<'_>],
    rels: &[RelRecord<'_>],
) -> Result<Snapshot> {
    let mut loader = BulkLoader::new();
    let mut by_id: HashMap<&str, NodeId> = HashMap::with_capacity(nodes.len());
    for node in nodes {
        let labels: Vec<_> = node
            .labels
            .iter()
            .map(|label| loader.intern_label(label.text))
            .collect();
        let mut values = Vec::with_capacity(node.properties.len() + 1);
        if let Some(id) = node.id {
            values.push((loader.intern_key("id"), Value::from(id.text)));
        }
        values.extend(properties(&mut loader, &node.properties));
        let created = loader.add_node(&labels, &values)?;
        if let Some(id) = node.id {
            by_id.insert(id.text, created);
        }
    }
    for rel in rels {
        let (Some(start), Some(end), Some(rel_type)) = (rel.start, rel.end, rel.rel_type) else {
            continue;
        };
        let (Some(start), Some(end)) = (by_id.get(start.text), by_id.get(end.text)) else {
            continue;
        };
        let rel_type = loader.intern_type(rel_type.text);
        let values = properties(&mut loader, &rel.properties);
        loader.add_rel(*start, *end, rel_type, &values)?;
    }
    loader.set_schema(schema);
    Ok(loader.finish())
}

fn properties(loader: &mut BulkLoader, properties: &[Property<'_>]) -> Vec<(KeyId, Value)> {
    let value = |property: &Property<'_>| {
        let value = property.value.clone()?;
        Some((loader.intern_key(property.key.text), value))
    };
    properties.iter().filter_map(value).collect()
}
