//! `Create`. Eager.

use std::sync::Arc;

use super::eager::{Stored, drain};
use super::write::{Properties, mismatch};
use super::{Operate, Source};
use crate::error::{Code, Error, ErrorType, Result};
use crate::exec::batch::Batch;
use crate::exec::column::{Column, value_bytes};
use crate::exec::eval::{path, used_by_all};
use crate::exec::run::Run;
use crate::semantics::bound::{CreatePattern, CreateRel, Slot};
use crate::store::{KeyId, LabelId, TypeId};
use crate::value::{NodeId, Value};

/// Makes nodes and relationships for each row.
pub(super) struct Create<'p> {
    input: Source<'p>,
    pattern: &'p CreatePattern,
    live: &'p [Slot],
    stored: Stored,
}

impl<'p> Create<'p> {
    pub(super) fn new(input: Source<'p>, pattern: &'p CreatePattern, live: &'p [Slot]) -> Self {
        Self {
            input,
            pattern,
            live,
            stored: Stored::default(),
        }
    }
}

impl Operate for Create<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        if !self.stored.is_ready() {
            let batches = drain(&mut self.input, run)?;
            run.forget();
            let mut out = Vec::with_capacity(batches.len());
            for batch in &batches {
                out.push(create(self.pattern, batch, run)?.keep(self.live));
            }
            self.stored.fill(out);
        }
        Ok(self.stored.next(run))
    }
}

/// Makes the pattern for each row of a batch; returns the batch with the new columns.
pub(super) fn create(pattern: &CreatePattern, batch: &Batch, run: &mut Run<'_>) -> Result<Batch> {
    let mut new: Vec<Slot> = pattern.nodes.iter().map(|node| node.slot).collect();
    new.extend(pattern.rels.iter().map(|rel| rel.slot));
    let node_maps = pattern.nodes.iter().map(|node| &node.properties);
    let rel_maps = pattern.rels.iter().map(|rel| &rel.properties);
    let used = used_by_all(node_maps.chain(rel_maps).flatten(), run.plan);
    // A property that reads what the same pattern makes needs its row alone.
    if batch.len() > 1 && used.iter().any(|slot| new.contains(slot)) {
        let rows = (0..batch.len())
            .map(|row| create_rows(pattern, &batch.slice(row, 1), run))
            .collect::<Result<Vec<_>>>()?;
        return Batch::concat(&rows, &|| run.ctx.pulse());
    }
    create_rows(pattern, batch, run)
}

/// What is the same in all rows.
struct Template {
    /// The labels and properties of each node.
    nodes: Vec<(Vec<LabelId>, Properties)>,
    /// The type and properties of each relationship.
    rels: Vec<(TypeId, Properties)>,
}

fn create_rows(pattern: &CreatePattern, batch: &Batch, run: &mut Run<'_>) -> Result<Batch> {
    let mut out = batch.clone();
    if batch.len() == 1 {
        create_one(pattern, &mut out, run)?;
        add_paths(pattern, &mut out, run);
        return Ok(out);
    }
    let mut template = Template {
        nodes: Vec::new(),
        rels: Vec::new(),
    };
    for node in &pattern.nodes {
        let properties = Properties::eval(node.properties.as_ref(), batch, run)?;
        template
            .nodes
            .push((labels(&node.labels, run)?, properties));
    }
    for rel in &pattern.rels {
        let properties = Properties::eval(rel.properties.as_ref(), batch, run)?;
        let rel_type = run.ctx.writer()?.intern_type(&rel.rel_type);
        template.rels.push((rel_type, properties));
    }
    let mut nodes = vec![Vec::with_capacity(batch.len()); pattern.nodes.len()];
    let mut rels = vec![Vec::with_capacity(batch.len()); pattern.rels.len()];
    for row in 0..batch.len() {
        run.step()?;
        for ((labels, properties), ids) in template.nodes.iter().zip(&mut nodes) {
            ids.push(create_node(labels, properties, row, run)?.0);
        }
        for (place, (rel_type, properties)) in template.rels.iter().enumerate() {
            let rel = &pattern.rels[place];
            let end = |slot: Slot| {
                let fresh = pattern.nodes.iter().position(|node| node.slot == slot);
                match fresh {
                    Some(node) => Value::Node(NodeId(nodes[node][row])),
                    None => batch.value(slot, row),
                }
            };
            let ends = (end(rel.start), end(rel.end));
            rels[place].push(create_rel(rel, *rel_type, ends, (properties, row), run)?);
        }
    }
    for (node, ids) in pattern.nodes.iter().zip(nodes) {
        out.set(node.slot, Arc::new(Column::nodes(ids)));
    }
    for (rel, ids) in pattern.rels.iter().zip(rels) {
        out.set(rel.slot, Arc::new(Column::rels(ids)));
    }
    add_paths(pattern, &mut out, run);
    Ok(out)
}

/// Makes the pattern for a single row, element by element.
fn create_one(pattern: &CreatePattern, row: &mut Batch, run: &mut Run<'_>) -> Result<()> {
    for node in &pattern.nodes {
        let properties = Properties::eval(node.properties.as_ref(), row, run)?;
        let labels = labels(&node.labels, run)?;
        let id = create_node(&labels, &properties, 0, run)?;
        row.set(node.slot, Arc::new(Column::nodes(vec![id.0])));
    }
    for rel in &pattern.rels {
        let properties = Properties::eval(rel.properties.as_ref(), row, run)?;
        let rel_type = run.ctx.writer()?.intern_type(&rel.rel_type);
        let ends = (row.value(rel.start, 0), row.value(rel.end, 0));
        let id = create_rel(rel, rel_type, ends, (&properties, 0), run)?;
        row.set(rel.slot, Arc::new(Column::rels(vec![id])));
    }
    Ok(())
}

fn labels(names: &[Arc<str>], run: &mut Run<'_>) -> Result<Vec<LabelId>> {
    let writer = run.ctx.writer()?;
    let mut labels: Vec<LabelId> = Vec::with_capacity(names.len());
    for name in names {
        let label = writer.intern_label(name);
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    Ok(labels)
}

fn create_node(
    labels: &[LabelId],
    properties: &Properties,
    row: usize,
    run: &mut Run<'_>,
) -> Result<NodeId> {
    let cells = properties.row(row, run)?;
    run.ctx.write(element_bytes(&cells))?;
    let node = run.ctx.writer()?.create_node(labels, &cells);
    let node = node.map_err(|error| properties.at(error))?;
    let counters = &mut run.ctx.counters;
    counters.nodes_created += 1;
    counters.labels_added += labels.len() as u64;
    counters.properties_set += cells.len() as u64;
    Ok(node)
}

fn create_rel(
    rel: &CreateRel,
    rel_type: TypeId,
    (start, end): (Value, Value),
    (properties, row): (&Properties, usize),
    run: &mut Run<'_>,
) -> Result<u32> {
    let cells = properties.row(row, run)?;
    run.ctx.write(element_bytes(&cells))?;
    let node = |value: &Value| match value {
        Value::Node(node) => Ok(*node),
        Value::Null => {
            let code = Code::runtime(ErrorType::EntityNotFound, "MissingNode");
            let message = "a relationship needs a node at both ends, and one of them is null";
            Err(Error::new(code, message).at(rel.span))
        }
        other => Err(mismatch("a node", other).at(rel.span)),
    };
    let (start_node, end_node) = (node(&start)?, node(&end)?);
    run.check_there(&start)
        .and_then(|()| run.check_there(&end))
        .map_err(|error| error.at(rel.span))?;
    let id = run
        .ctx
        .writer()?
        .create_rel(start_node, end_node, rel_type, &cells)
        .map_err(|error| properties.at(error).at(rel.span))?;
    let counters = &mut run.ctx.counters;
    counters.rels_created += 1;
    counters.properties_set += cells.len() as u64;
    Ok(id.0)
}

/// Returns about how many bytes a new node or relationship adds to the graph.
fn element_bytes(cells: &[(KeyId, Value)]) -> usize {
    const BARE: usize = 48;
    BARE + cells
        .iter()
        .map(|(_, value)| value_bytes(value))
        .sum::<usize>()
}

fn add_paths(pattern: &CreatePattern, batch: &mut Batch, run: &Run<'_>) {
    for named in &pattern.paths {
        let paths = (0..batch.len()).map(|row| {
            let elements = named.elements.iter().map(|slot| batch.value(*slot, row));
            path(run.graph(), elements).map_or(Value::Null, |path| Value::Path(Arc::new(path)))
        });
        let column = Column::from_values(paths.collect());
        batch.set(named.slot, Arc::new(column));
    }
}
