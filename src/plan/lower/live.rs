//! Which slots each operator has to carry: one walk from the top, with what is read above.

use std::collections::BTreeSet;

use super::subplan;
use crate::plan::physical::{BoundEnds, Inner, Op, Operator, Step, Subplan};
use crate::semantics::bound::{CreatePattern, Expr, ExprKind, SetItem, Slot};

type Slots = BTreeSet<Slot>;

/// Sets `live` of the operator and all below it, given the slots that are read above. Returns the
/// slots that its [`Op::Argument`] leaves must bring.
pub(super) fn mark(operator: &mut Operator, above: &[Slot], subplans: &[Subplan]) -> Vec<Slot> {
    let mut imports = Slots::new();
    visit(
        operator,
        &above.iter().copied().collect(),
        subplans,
        &mut imports,
    );
    imports.into_iter().collect()
}

/// The slots that an expression reads, those that its subqueries import included.
pub(super) fn reads(expr: &Expr, subplans: &[Subplan]) -> Vec<Slot> {
    let mut slots = expr.free_slots();
    expr.visit(&mut |part| {
        if let ExprKind::Subquery(id) = part.kind
            && let Some(subplan) = subplan(subplans, id)
        {
            slots.extend(&subplan.inner.imports);
        }
    });
    slots
}

/// Whether the operator or one below it changes the graph.
pub(super) fn writes(operator: &Operator) -> bool {
    let own = match &operator.op {
        Op::Create { .. }
        | Op::Merge { .. }
        | Op::Set { .. }
        | Op::Delete { .. }
        | Op::Foreach { .. } => true,
        Op::Apply { inner, .. } => writes(&inner.root),
        _ => false,
    };
    own || operator.inputs().into_iter().any(writes)
}

fn visit(operator: &mut Operator, above: &Slots, subplans: &[Subplan], imports: &mut Slots) {
    operator.live = above.iter().copied().collect();
    let mut below = above.clone();
    let mut read = Reader {
        slots: Slots::new(),
        subplans,
    };
    match &mut operator.op {
        Op::SingleRow => return,
        Op::Argument => {
            imports.extend(above);
            return;
        }
        Op::Union {
            branches, sources, ..
        } => {
            for (branch, source) in branches.iter_mut().zip(sources) {
                let needed: Slots = source.iter().copied().collect();
                visit(branch, &needed, subplans, imports);
            }
            return;
        }
        Op::CartesianProduct { left, right } => {
            visit_sides(left, right, (&below, &Slots::new()), subplans, imports);
            return;
        }
        Op::HashJoin { left, right, on } => {
            let on: Slots = on.iter().copied().collect();
            visit_sides(left, right, (&below, &on), subplans, imports);
            return;
        }
        Op::Aggregation {
            keys, aggregates, ..
        } => {
            below.clear();
            read.exprs(keys.iter().map(|(_, expr)| expr));
            read.exprs(aggregates.iter().flat_map(|(_, call)| &call.arguments));
        }
        Op::Projection { items, .. } => {
            items.retain(|(slot, expr)| above.contains(slot) || !is_free_of_effect(expr));
            below.retain(|slot| items.iter().all(|(new, _)| new != slot));
            read.exprs(items.iter().map(|(_, expr)| expr));
        }
        Op::Apply { inner, mode, .. } => {
            if let crate::plan::physical::ApplyMode::Optional(slots) = mode {
                slots.retain(|slot| above.contains(slot));
                below.retain(|slot| !slots.contains(slot));
            }
            narrow(inner, above, subplans);
            read.slots.extend(&inner.imports);
        }
        op => {
            read.other(op);
            let new = produced(op);
            below.retain(|slot| !new.contains(slot));
        }
    }
    below.append(&mut read.slots);
    for input in operator.inputs_mut() {
        visit(input, &below, subplans, imports);
    }
}

/// Each side of a join brings what it binds; the left also what was there before.
fn visit_sides(
    left: &mut Operator,
    right: &mut Operator,
    (above, on): (&Slots, &Slots),
    subplans: &[Subplan],
    imports: &mut Slots,
) {
    let mut own = Slots::new();
    bound_below(right, &mut own);
    let mut right_needs: Slots = above.intersection(&own).copied().collect();
    right_needs.extend(on);
    let mut left_needs: Slots = above.difference(&own).copied().collect();
    left_needs.extend(on);
    visit(left, &left_needs, subplans, imports);
    visit(right, &right_needs, subplans, imports);
}

/// All slots that an operator or one below it binds.
fn bound_below(operator: &Operator, slots: &mut Slots) {
    match &operator.op {
        Op::Projection { items, .. } => slots.extend(items.iter().map(|(slot, _)| *slot)),
        op => slots.extend(produced(op)),
    }
    operator
        .inputs()
        .into_iter()
        .for_each(|input| bound_below(input, slots));
}

/// Marks the plan inside an apply again, now that it is known what is read of it.
fn narrow(inner: &mut Inner, above: &Slots, subplans: &[Subplan]) {
    let mut wanted: Slots = inner.root.live.iter().copied().collect();
    wanted.retain(|slot| above.contains(slot) || *slot == inner.row);
    let mut imports = Slots::new();
    visit(&mut inner.root, &wanted, subplans, &mut imports);
    imports.remove(&inner.row);
    inner.imports = imports.into_iter().collect();
}

/// A renamed variable or a path that nobody reads need not be made.
fn is_free_of_effect(expr: &Expr) -> bool {
    matches!(
        expr.kind,
        ExprKind::Variable(_) | ExprKind::BuildPath(_) | ExprKind::Literal(_)
    )
}

/// Collects what an operator reads.
struct Reader<'a> {
    slots: Slots,
    subplans: &'a [Subplan],
}

impl Reader<'_> {
    fn expr(&mut self, expr: &Expr) {
        self.slots.extend(reads(expr, self.subplans));
    }

    fn exprs<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>) {
        exprs.into_iter().for_each(|expr| self.expr(expr));
    }

    /// What is made reads what was there before, not what the clause itself makes.
    fn create(&mut self, pattern: &CreatePattern) {
        let before = std::mem::take(&mut self.slots);
        self.exprs(
            pattern
                .nodes
                .iter()
                .filter_map(|node| node.properties.as_ref()),
        );
        self.exprs(
            pattern
                .rels
                .iter()
                .filter_map(|rel| rel.properties.as_ref()),
        );
        self.slots
            .extend(pattern.rels.iter().flat_map(|rel| [rel.start, rel.end]));
        self.slots
            .extend(pattern.paths.iter().flat_map(|path| path.elements.iter()));
        for made in made_slots(pattern) {
            self.slots.remove(&made);
        }
        self.slots.extend(before);
    }

    fn set_items(&mut self, items: &[SetItem]) {
        for item in items {
            match item {
                SetItem::Property { base, key, value } => self.exprs([base, key, value]),
                SetItem::AllProperties { slot, value } | SetItem::AddProperties { slot, value } => {
                    self.slots.insert(*slot);
                    self.expr(value);
                }
                SetItem::AddLabels { slot, .. } | SetItem::RemoveLabels { slot, .. } => {
                    self.slots.insert(*slot);
                }
            }
        }
    }

    fn step(&mut self, step: &Step, into: bool, rel_bound: bool) {
        self.slots.insert(step.from);
        self.exprs(&step.moment);
        if into {
            self.slots.insert(step.to);
        }
        if rel_bound {
            self.slots.insert(step.rel);
        }
    }

    fn without(&mut self, exprs: &[Expr], own: &[Slot]) {
        for expr in exprs {
            let slots = reads(expr, self.subplans);
            self.slots
                .extend(slots.into_iter().filter(|slot| !own.contains(slot)));
        }
    }

    #[expect(
        clippy::too_many_lines,
        reason = "dispatches only: an arm for each kind"
    )]
    fn other(&mut self, op: &Op) {
        match op {
            Op::AllNodesScan { moment, .. } | Op::NodeByLabelScan { moment, .. } => {
                self.exprs(moment);
            }
            Op::NodeIndexSeek { value, moment, .. } => {
                self.expr(value);
                self.exprs(moment);
            }
            Op::HoldsAt { nodes, moment, .. } => {
                self.slots.extend(nodes);
                self.expr(moment);
            }
            Op::Expand {
                step,
                into,
                rel_bound,
                different_from,
                ..
            } => {
                self.step(step, *into, *rel_bound);
                self.slots.extend(different_from);
            }
            Op::VarLengthExpand {
                step,
                into,
                rel_bound,
                different_from,
                each,
                predicates,
                ..
            } => {
                self.step(step, *into, *rel_bound);
                self.slots.extend(different_from);
                self.without(predicates, &[*each]);
            }
            Op::ShortestPath {
                step,
                path,
                each_rel,
                rel_predicates,
                each_node,
                node_predicates,
                path_predicates,
                ..
            } => {
                self.step(step, true, false);
                self.without(rel_predicates, &[*each_rel]);
                self.without(node_predicates, &[*each_node]);
                let own: Vec<_> = path.iter().copied().chain([step.rel, *each_rel]).collect();
                self.without(path_predicates, &own);
            }
            Op::PathSearch {
                search,
                bound,
                different_from,
                moment,
                ..
            } => {
                self.exprs(moment);
                self.slots.extend(different_from);
                let mut own = search.own_slots();
                own.extend([search.from(), search.to()]);
                for predicate in search.predicates() {
                    self.without(std::slice::from_ref(predicate), &own);
                }
                let (from, to) = bound_ends(*bound);
                self.slots.extend(from.then_some(search.from()));
                self.slots.extend(to.then_some(search.to()));
            }
            Op::Filter { predicates, .. } => self.exprs(predicates),
            Op::Distinct { slots, .. } => self.slots.extend(slots),
            Op::Sort { keys, .. } => self.exprs(keys.iter().map(|key| &key.expr)),
            Op::Top { keys, limit, .. } => {
                self.exprs(keys.iter().map(|key| &key.expr));
                self.exprs(limit);
            }
            Op::Skip { count, .. } | Op::Limit { count, .. } => self.expr(count),
            Op::Unwind { list, .. } => self.expr(list),
            Op::Create { pattern, .. } => self.create(pattern),
            Op::Merge {
                inner,
                pattern,
                on_create,
                on_match,
                ..
            } => {
                self.slots.extend(&inner.imports);
                self.create(pattern);
                let before = std::mem::take(&mut self.slots);
                self.set_items(on_create);
                self.set_items(on_match);
                let made = produced(op);
                self.slots.retain(|slot| !made.contains(slot));
                self.slots.extend(before);
            }
            Op::Set { items, .. } => self.set_items(items),
            Op::Delete { targets, .. } => self.exprs(targets),
            Op::Foreach {
                list, slot, inner, ..
            } => {
                self.expr(list);
                self.slots
                    .extend(inner.imports.iter().filter(|import| *import != slot));
            }
            Op::ProcedureCall { call, .. } => self.exprs(&call.arguments),
            Op::LoadCsv {
                source,
                field_terminator,
                ..
            } => {
                self.expr(source);
                self.exprs(field_terminator);
            }
            Op::ProduceResults { columns, .. } => {
                self.slots.extend(columns.iter().map(|column| column.slot));
            }
            Op::SingleRow
            | Op::Argument
            | Op::Projection { .. }
            | Op::Aggregation { .. }
            | Op::Union { .. }
            | Op::Apply { .. }
            | Op::CartesianProduct { .. }
            | Op::HashJoin { .. }
            | Op::Eager { .. } => {}
        }
    }
}

/// Whether the left and the right end are bound.
fn bound_ends(bound: BoundEnds) -> (bool, bool) {
    match bound {
        BoundEnds::From => (true, false),
        BoundEnds::To => (false, true),
        BoundEnds::Both => (true, true),
    }
}

/// The slots of what is made.
fn made_slots(pattern: &CreatePattern) -> impl Iterator<Item = Slot> {
    let nodes = pattern.nodes.iter().map(|node| node.slot);
    let rels = pattern.rels.iter().map(|rel| rel.slot);
    let paths = pattern.paths.iter().map(|path| path.slot);
    nodes.chain(rels).chain(paths)
}

/// The slots that an operator binds anew.
fn produced(op: &Op) -> Vec<Slot> {
    match op {
        Op::AllNodesScan { node, .. }
        | Op::NodeByLabelScan { node, .. }
        | Op::NodeIndexSeek { node, .. } => vec![*node],
        Op::Expand {
            step,
            into,
            rel_bound,
            ..
        }
        | Op::VarLengthExpand {
            step,
            into,
            rel_bound,
            ..
        } => {
            let rel = (!rel_bound).then_some(step.rel);
            let to = (!into).then_some(step.to);
            rel.into_iter().chain(to).collect()
        }
        Op::ShortestPath {
            step,
            path,
            each_rel,
            ..
        } => path.iter().copied().chain([step.rel, *each_rel]).collect(),
        Op::PathSearch { search, bound, .. } => {
            let mut slots = search.outputs();
            let (from, to) = bound_ends(*bound);
            slots.extend((!from).then_some(search.from()));
            slots.extend((!to).then_some(search.to()));
            slots
        }
        Op::Unwind { slot, .. } | Op::LoadCsv { slot, .. } => vec![*slot],
        Op::Create { pattern, .. } | Op::Merge { pattern, .. } => made_slots(pattern).collect(),
        Op::ProcedureCall { call, .. } => call.yields.iter().map(|(_, slot)| *slot).collect(),
        _ => Vec::new(),
    }
}
