//! Nodes, relationships and paths: labels, and whether they are still there.

use super::labels::Test;
use super::typed;
use crate::error::{Code, Error, ErrorType, Result};
use crate::exec::batch::Batch;
use crate::exec::column::{Cells, Column};
use crate::exec::run::Run;
use crate::semantics::bound::{Expr, LabelTest, Slot};
use crate::store::Snapshot;
use crate::value::{NodeId, Path, RelId, Value};

/// The error of reading what was deleted.
fn gone(what: &str) -> Error {
    let code = Code::runtime(ErrorType::EntityNotFound, "DeletedEntityAccess");
    Error::new(code, format!("this {what} was deleted before"))
        .hint("read what you need of it before `DELETE`")
}

/// Fails for a node that was deleted.
pub(in crate::exec) fn check_node(graph: &Snapshot, node: NodeId) -> Result<()> {
    if graph.has_node(node) {
        Ok(())
    } else {
        Err(gone("node"))
    }
}

/// Fails for a relationship that was deleted.
pub(in crate::exec) fn check_rel(graph: &Snapshot, rel: RelId) -> Result<()> {
    if graph.has_rel(rel) {
        Ok(())
    } else {
        Err(gone("relationship"))
    }
}

impl Run<'_> {
    /// Fails for a node or relationship that this statement has deleted.
    pub(in crate::exec) fn check_there(&self, value: &Value) -> Result<()> {
        if !self.ctx.deletions {
            return Ok(());
        }
        match value {
            Value::Node(node) => check_node(self.graph(), *node),
            Value::Rel(rel) => check_rel(self.graph(), *rel),
            _ => Ok(()),
        }
    }

    pub(super) fn has_labels(
        &mut self,
        operand: &Expr,
        test: &LabelTest,
        batch: &Batch,
    ) -> Result<Column> {
        let column = self.eval(operand, batch)?;
        let graph = self.graph();
        let labels = Test::of_labels(test, graph);
        if let (Column::Node(cells), false) = (&*column, self.ctx.deletions) {
            return Ok(Column::Bool(labeled(cells, &labels, graph)));
        }
        let types = Test::of_types(test, graph);
        let mut states = Vec::with_capacity(batch.len());
        for row in 0..batch.len() {
            let state = match &*column {
                Column::Node(cells) => cells.get(row).map(|id| Value::Node(NodeId(id))),
                Column::Rel(cells) => cells.get(row).map(|id| Value::Rel(RelId(id))),
                other => Some(other.value(row)),
            };
            states.push(match state {
                None | Some(Value::Null) => None,
                Some(Value::Node(node)) => {
                    if self.ctx.deletions {
                        check_node(graph, node)?;
                    }
                    Some(labels.accepts_labels(graph.labels(node)))
                }
                Some(Value::Rel(rel)) => Some(types.accepts_type(graph.rel(rel).rel_type)),
                Some(other) => {
                    let code = Code::runtime(ErrorType::TypeError, "InvalidArgumentType");
                    let message = format!("{} has no labels", other.type_of());
                    return Err(Error::new(code, message));
                }
            });
        }
        Ok(typed::ternary(&states))
    }

    pub(super) fn build_path(&self, slots: &[Slot], batch: &Batch) -> Column {
        let graph = self.graph();
        let mut values = Vec::with_capacity(batch.len());
        for row in 0..batch.len() {
            let elements = slots.iter().map(|slot| batch.value(*slot, row));
            let path = path(graph, elements);
            values.push(path.map_or(Value::Null, |path| Value::Path(path.into())));
        }
        Column::from_values(values)
    }
}

/// Tests nodes; each set of labels once.
fn labeled(cells: &Cells<u32>, test: &Test, graph: &Snapshot) -> Cells<bool> {
    let mut known: Vec<Option<bool>> = Vec::new();
    let mut accepts = |node: NodeId| {
        let set = graph.label_set(node) as usize;
        if let Some(Some(answer)) = known.get(set) {
            return *answer;
        }
        let answer = test.accepts_labels(graph.labels(node));
        // Graphs with very many sets of labels are not worth the memory.
        if set < 1 << 12 {
            known.resize(known.len().max(set + 1), None);
            known[set] = Some(answer);
        }
        answer
    };
    Cells {
        values: cells
            .values
            .iter()
            .map(|&node| accepts(NodeId(node)))
            .collect(),
        valid: cells.valid.clone(),
    }
}

/// Puts a path together from nodes, relationships and lists of relationships; nothing where one of
/// them is null.
pub(in crate::exec) fn path(
    graph: &Snapshot,
    elements: impl Iterator<Item = Value>,
) -> Option<Path> {
    let mut nodes: Vec<NodeId> = Vec::new();
    let mut rels: Vec<RelId> = Vec::new();
    for element in elements {
        match element {
            // After a list of relationships the walk has come to this node already.
            Value::Node(node) => {
                if nodes.len() == rels.len() {
                    nodes.push(node);
                }
            }
            Value::Rel(rel) => rels.push(rel),
            Value::List(items) => {
                for item in items.iter() {
                    let Value::Rel(rel) = item else { return None };
                    let last = *nodes.last()?;
                    let record = graph.rel(*rel);
                    rels.push(*rel);
                    nodes.push(if record.start == last {
                        record.end
                    } else {
                        record.start
                    });
                }
            }
            _ => return None,
        }
    }
    (nodes.len() == rels.len() + 1).then(|| Path {
        nodes: nodes.into(),
        rels: rels.into(),
    })
}
