//! What `Expand` and `VarLengthExpand` share: one step of a pattern on the graph.

use crate::error::{Code, Error, ErrorType, Result};
use crate::exec::batch::Batch;
use crate::exec::column::Column;
use crate::exec::eval::type_ids;
use crate::plan::physical::Step;
use crate::semantics::bound::{self, Slot};
use crate::store::{Direction, Snapshot, TypeId};
use crate::value::{NodeId, RelId, Value};

/// A step with the types as the graph numbers them.
#[derive(Clone, Debug)]
pub(super) struct Walk {
    pub(super) direction: Direction,
    /// `None` for any.
    pub(super) types: Option<Vec<TypeId>>,
}

impl Walk {
    pub(super) fn new(step: &Step, graph: &Snapshot) -> Self {
        Self {
            direction: match step.direction {
                bound::Direction::Outgoing => Direction::Outgoing,
                bound::Direction::Incoming => Direction::Incoming,
                bound::Direction::Both => Direction::Both,
            },
            types: type_ids(step.types.as_ref(), graph),
        }
    }

    /// Returns the runs of (neighbor, relationship) that a step may take from a node, by number.
    /// In both directions the incoming runs come second, and there the relationships from the node
    /// to itself, which the outgoing ones had already, are to be left out.
    pub(super) fn run<'a>(
        &self,
        graph: &'a Snapshot,
        node: NodeId,
        number: usize,
    ) -> Option<Run<'a>> {
        let per_side = self.types.as_ref().map_or(1, Vec::len);
        let (side, place) = (number.checked_div(per_side)?, number.checked_rem(per_side)?);
        let (direction, again) = match (self.direction, side) {
            (Direction::Outgoing | Direction::Incoming, 0) => (self.direction, false),
            (Direction::Both, 0) => (Direction::Outgoing, false),
            (Direction::Both, 1) => (Direction::Incoming, true),
            _ => return None,
        };
        let pairs = match &self.types {
            None => graph.neighbors_slice(node, direction).0,
            Some(types) => graph.run(node, direction, *types.get(place)?),
        };
        Some(Run { pairs, again })
    }

    /// Returns about how many hops there are from a node.
    pub(super) fn steps(&self, graph: &Snapshot, node: NodeId) -> usize {
        let runs = (0..).map_while(|number| self.run(graph, node, number));
        runs.map(|run| run.pairs.len()).sum::<usize>() + 1
    }

    /// Returns where a relationship leads from a node, if a step may take it.
    pub(super) fn other_end(&self, graph: &Snapshot, from: NodeId, rel: RelId) -> Option<NodeId> {
        if !graph.has_rel(rel) {
            return None;
        }
        let record = graph.rel(rel);
        if let Some(types) = &self.types
            && !types.contains(&record.rel_type)
        {
            return None;
        }
        let out = (record.start == from).then_some(record.end);
        let back = (record.end == from).then_some(record.start);
        match self.direction {
            Direction::Outgoing => out,
            Direction::Incoming => back,
            Direction::Both => out.or(back),
        }
    }

    /// Calls `found` with the relationships of a step from one node to another, in order.
    pub(super) fn between(&self, graph: &Snapshot, from: NodeId, to: NodeId, found: &mut Vec<u32>) {
        match self.direction {
            Direction::Outgoing => self.outgoing(graph, from, to, found),
            Direction::Incoming => self.outgoing(graph, to, from, found),
            Direction::Both => {
                self.outgoing(graph, from, to, found);
                if from != to {
                    self.outgoing(graph, to, from, found);
                }
            }
        }
    }

    /// The relationships from `start` to `end`. Runs of a type are sorted by neighbor.
    fn outgoing(&self, graph: &Snapshot, start: NodeId, end: NodeId, found: &mut Vec<u32>) {
        let Some(types) = &self.types else {
            let out = graph.neighbors_slice(start, Direction::Outgoing).0;
            let back = graph.neighbors_slice(end, Direction::Incoming).0;
            let (pairs, wanted) = if out.len() <= back.len() {
                (out, end.0)
            } else {
                (back, start.0)
            };
            found.extend(
                pairs
                    .iter()
                    .filter(|(neighbor, _)| *neighbor == wanted)
                    .map(|(_, rel)| *rel),
            );
            return;
        };
        for &rel_type in types {
            let pairs = graph.run(start, Direction::Outgoing, rel_type);
            let first = pairs.partition_point(|(neighbor, _)| *neighbor < end.0);
            found.extend(
                pairs[first..]
                    .iter()
                    .take_while(|(neighbor, _)| *neighbor == end.0)
                    .map(|(_, rel)| *rel),
            );
        }
    }
}

/// The direction seen from the other end.
pub(super) fn reversed(direction: Direction) -> Direction {
    match direction {
        Direction::Outgoing => Direction::Incoming,
        Direction::Incoming => Direction::Outgoing,
        Direction::Both => Direction::Both,
    }
}

/// Part of what a node is joined with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run<'a> {
    pub(super) pairs: &'a [(u32, u32)],
    /// Whether relationships from the node to itself came before.
    pub(super) again: bool,
}

/// Returns a cell as the node that a pattern starts from or leads to; nothing for null.
pub(super) fn end_node(batch: &Batch, slot: Slot, row: usize) -> Result<Option<NodeId>> {
    let Some(column) = batch.column(slot) else {
        return Ok(None);
    };
    if let Column::Node(cells) = &**column {
        return Ok(cells.get(row).map(NodeId));
    }
    match &*column.cell(row) {
        Value::Node(node) => Ok(Some(*node)),
        Value::Null => Ok(None),
        other => Err(mismatch("a node", other)),
    }
}

/// Returns the relationships of a cell, which holds one or a list of them; nothing for null.
pub(super) fn rels_of(batch: &Batch, slot: Slot, row: usize) -> Result<Option<Vec<u32>>> {
    let Some(column) = batch.column(slot) else {
        return Ok(None);
    };
    if let Column::Rel(cells) = &**column {
        return Ok(cells.get(row).map(|rel| vec![rel]));
    }
    match &*column.cell(row) {
        Value::Rel(rel) => Ok(Some(vec![rel.0])),
        Value::Null => Ok(None),
        Value::List(items) => items
            .iter()
            .map(|item| match item {
                Value::Rel(rel) => Ok(rel.0),
                other => Err(mismatch("a relationship", other)),
            })
            .collect::<Result<_>>()
            .map(Some),
        other => Err(mismatch("a relationship", other)),
    }
}

fn mismatch(expected: &str, found: &Value) -> Error {
    let code = Code::runtime(ErrorType::TypeError, "InvalidArgumentType");
    let message = format!("the pattern needs {expected}, got {}", found.type_of());
    Error::new(code, message)
}

/// Collects the relationships that a row's pattern has used already.
pub(super) fn used_rels(
    batch: &Batch,
    slots: &[Slot],
    row: usize,
    used: &mut Vec<u32>,
) -> Result<()> {
    used.clear();
    for &slot in slots {
        match batch.column(slot).map(|column| &**column) {
            Some(Column::Rel(cells)) => used.extend(cells.get(row)),
            _ => used.extend(rels_of(batch, slot, row)?.into_iter().flatten()),
        }
    }
    Ok(())
}
