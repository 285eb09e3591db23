//! From the logical to the physical plan: which operators do it, and which slots they carry.

mod live;
mod pattern;

use super::cost;
use super::logical::{ApplyKind, LogicalPlan, LogicalQuery};
use super::physical::{ApplyMode, Inner, Op, Operator, PhysicalPlan, Subplan};
use crate::semantics::bound::{
    Expr, ExprKind, Pattern, Slot, SlotInfo, SortKey, SubqueryId, SubqueryKind, VariableKind,
};
use crate::semantics::path::WholePath;
use crate::store::Statistics;

/// Rows that a list is expected to have.
const LIST_ROWS: f64 = 10.0;
/// The part of rows that is expected to be left by grouping.
const GROUPS: f64 = 0.1;

/// Lowers a logical plan, given what the store counts.
#[must_use]
pub fn lower(query: LogicalQuery, statistics: &Statistics) -> PhysicalPlan {
    let LogicalQuery {
        root,
        subqueries,
        slots,
        columns,
        writes,
    } = query;
    let mut lowering = Lowering {
        statistics,
        slots,
        subplans: Vec::new(),
    };
    for (kind, plan) in subqueries {
        let wanted = match kind {
            SubqueryKind::Collect(slot) => vec![slot],
            SubqueryKind::Exists | SubqueryKind::Count => Vec::new(),
        };
        let inner = lowering.inner(plan, &wanted);
        lowering.subplans.push(Subplan { kind, inner });
    }
    let mut root = lowering.operator(root);
    live::mark(&mut root, &[], &lowering.subplans);
    PhysicalPlan {
        root,
        subplans: lowering.subplans,
        slots: lowering.slots,
        columns,
        writes,
    }
}

struct Lowering<'a> {
    statistics: &'a Statistics,
    slots: Vec<SlotInfo>,
    subplans: Vec<Subplan>,
}

impl Lowering<'_> {
    fn new_slot(&mut self, kind: VariableKind) -> Slot {
        let slot = Slot(u32::try_from(self.slots.len()).expect("a plan has fewer than 2^32 slots"));
        self.slots.push(SlotInfo {
            name: format!("anon_{}", slot.0).into(),
            kind,
        });
        slot
    }

    /// A plan that runs for driving rows; `wanted` is what is read of its rows.
    fn inner(&mut self, plan: LogicalPlan, wanted: &[Slot]) -> Inner {
        let one_by_one = !is_row_wise(&plan);
        let root = self.operator(plan);
        self.finish_inner(root, wanted, one_by_one)
    }

    fn finish_inner(&mut self, root: Operator, wanted: &[Slot], one_by_one: bool) -> Inner {
        let row = self.new_slot(VariableKind::Value);
        let mut root = Box::new(root);
        let mut live = wanted.to_vec();
        if !one_by_one {
            live.push(row);
        }
        let mut imports = live::mark(&mut root, &live, &self.subplans);
        imports.retain(|slot| *slot != row);
        Inner {
            root,
            imports,
            row,
            one_by_one,
        }
    }

    #[expect(
        clippy::too_many_lines,
        reason = "dispatches only: an arm for each kind"
    )]
    fn operator(&mut self, plan: LogicalPlan) -> Operator {
        match plan {
            LogicalPlan::Unit => with_rows(Op::SingleRow, 1.0),
            LogicalPlan::Argument => with_rows(Op::Argument, 1.0),
            LogicalPlan::Match {
                input,
                pattern,
                optional,
            } => {
                let input = self.operator(*input);
                if optional {
                    self.optional_match(input, pattern)
                } else {
                    self.solve(input, pattern)
                }
            }
            LogicalPlan::Unwind { input, list, slot } => {
                let input = self.boxed(*input);
                let rows = input.rows * LIST_ROWS;
                with_rows(Op::Unwind { input, list, slot }, rows)
            }
            LogicalPlan::Filter { input, predicates } => filter(self.operator(*input), predicates),
            LogicalPlan::Project { input, items } => {
                let input = self.boxed(*input);
                let rows = input.rows;
                with_rows(Op::Projection { input, items }, rows)
            }
            LogicalPlan::Aggregate {
                input,
                keys,
                aggregates,
            } => {
                let input = self.boxed(*input);
                let rows = if keys.is_empty() {
                    1.0
                } else {
                    (input.rows * GROUPS).max(1.0)
                };
                with_rows(
                    Op::Aggregation {
                        input,
                        keys,
                        aggregates,
                    },
                    rows,
                )
            }
            LogicalPlan::Distinct { input, slots } => {
                let input = self.boxed(*input);
                let rows = input.rows;
                with_rows(Op::Distinct { input, slots }, rows)
            }
            LogicalPlan::Sort { input, keys } => {
                let input = self.boxed(*input);
                let rows = input.rows;
                with_rows(Op::Sort { input, keys }, rows)
            }
            LogicalPlan::Page { input, skip, limit } => self.page(*input, skip, limit),
            LogicalPlan::Union { branches, columns } => self.union(branches, columns),
            LogicalPlan::Apply { input, inner, kind } => self.apply(*input, *inner, kind),
            LogicalPlan::Call { input, call } => {
                let input = self.boxed(*input);
                let rows = if call.void {
                    input.rows
                } else {
                    input.rows * LIST_ROWS
                };
                with_rows(Op::ProcedureCall { input, call }, rows)
            }
            LogicalPlan::LoadCsv {
                input,
                source,
                with_headers,
                field_terminator,
                slot,
            } => {
                let input = self.boxed(*input);
                let rows = input.rows * 1000.0;
                let op = Op::LoadCsv {
                    input,
                    source,
                    with_headers,
                    field_terminator,
                    slot,
                };
                with_rows(op, rows)
            }
            LogicalPlan::Results { input, columns } => {
                let input = self.boxed(*input);
                let rows = input.rows;
                with_rows(Op::ProduceResults { input, columns }, rows)
            }
            update => self.update(update),
        }
    }

    #[expect(
        clippy::too_many_lines,
        reason = "dispatches only: an arm for each kind"
    )]
    fn update(&mut self, plan: LogicalPlan) -> Operator {
        match plan {
            LogicalPlan::Create { input, pattern } => {
                let input = self.boxed(*input);
                let rows = input.rows;
                with_rows(Op::Create { input, pattern }, rows)
            }
            LogicalPlan::Merge {
                input,
                pattern,
                create,
                on_create,
                on_match,
            } => {
                let input = self.boxed(*input);
                let rows = input.rows;
                let wanted = pattern_slots(&pattern);
                let root = self.solve(with_rows(Op::Argument, 1.0), pattern);
                let inner = self.finish_inner(root, &wanted, true);
                let op = Op::Merge {
                    input,
                    inner,
                    pattern: create,
                    on_create,
                    on_match,
                };
                with_rows(op, rows)
            }
            LogicalPlan::Set { input, items } => {
                let input = self.boxed(*input);
                let rows = input.rows;
                with_rows(Op::Set { input, items }, rows)
            }
            LogicalPlan::Delete {
                input,
                targets,
                detach,
            } => {
                let input = self.boxed(*input);
                let rows = input.rows;
                with_rows(
                    Op::Delete {
                        input,
                        targets,
                        detach,
                    },
                    rows,
                )
            }
            LogicalPlan::Foreach {
                input,
                list,
                slot,
                inner,
            } => {
                let input = self.boxed(*input);
                let rows = input.rows;
                let root = self.operator(*inner);
                let inner = self.finish_inner(root, &[], true);
                with_rows(
                    Op::Foreach {
                        input,
                        list,
                        slot,
                        inner,
                    },
                    rows,
                )
            }
            read => self.operator(read),
        }
    }

    fn boxed(&mut self, plan: LogicalPlan) -> Box<Operator> {
        Box::new(self.operator(plan))
    }

    fn optional_match(&mut self, input: Operator, pattern: Pattern) -> Operator {
        let nullable = pattern_slots(&pattern);
        let rows = input.rows;
        let root = self.solve(with_rows(Op::Argument, 1.0), pattern);
        let matched = root.rows;
        let inner = self.finish_inner(root, &nullable, false);
        let mode = ApplyMode::Optional(nullable);
        with_rows(
            Op::Apply {
                input: Box::new(input),
                inner,
                mode,
            },
            rows * matched.max(1.0),
        )
    }

    fn page(&mut self, input: LogicalPlan, skip: Option<Expr>, limit: Option<Expr>) -> Operator {
        match (input, limit) {
            (LogicalPlan::Sort { input, keys }, Some(limit)) => {
                let limit = std::iter::once(limit).chain(skip.clone()).collect();
                let top = self.top(*input, keys, limit);
                skip_rows(top, skip)
            }
            (input, limit) => {
                let operator = self.operator(input);
                limit_rows(skip_rows(operator, skip), limit)
            }
        }
    }

    fn top(&mut self, input: LogicalPlan, keys: Vec<SortKey>, limit: Vec<Expr>) -> Operator {
        let input = self.boxed(input);
        let rows = input.rows.min(limit.iter().map(literal_rows).sum());
        with_rows(Op::Top { input, keys, limit }, rows)
    }

    fn union(&mut self, branches: Vec<(LogicalPlan, Vec<Slot>)>, columns: Vec<Slot>) -> Operator {
        let mut plans = Vec::with_capacity(branches.len());
        let mut sources = Vec::with_capacity(branches.len());
        for (plan, source) in branches {
            plans.push(self.operator(plan));
            sources.push(source);
        }
        let rows = plans.iter().map(|plan| plan.rows).sum();
        with_rows(
            Op::Union {
                branches: plans,
                columns,
                sources,
            },
            rows,
        )
    }

    fn apply(&mut self, input: LogicalPlan, inner: LogicalPlan, kind: ApplyKind) -> Operator {
        let input = self.boxed(input);
        let one_by_one = !is_row_wise(&inner);
        let (wanted, mode) = match kind {
            ApplyKind::Join(slots) => (slots, ApplyMode::Join),
            ApplyKind::Optional(slots) => (slots.clone(), ApplyMode::Optional(slots)),
            ApplyKind::Once => (Vec::new(), ApplyMode::Once),
        };
        let root = self.operator(inner);
        let rows = input.rows * root.rows.max(1.0);
        let inner = self.finish_inner(root, &wanted, one_by_one);
        with_rows(Op::Apply { input, inner, mode }, rows)
    }

    /// The slots that a condition reads, those of its subqueries included.
    fn reads(&self, expr: &Expr) -> Vec<Slot> {
        live::reads(expr, &self.subplans)
    }
}

/// Whether a plan can run for many driving rows at once: no row depends on another.
fn is_row_wise(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Unit | LogicalPlan::Argument => true,
        LogicalPlan::Match { input, .. }
        | LogicalPlan::Unwind { input, .. }
        | LogicalPlan::Filter { input, .. }
        | LogicalPlan::Project { input, .. }
        | LogicalPlan::Call { input, .. } => is_row_wise(input),
        LogicalPlan::Results { .. }
        | LogicalPlan::Aggregate { .. }
        | LogicalPlan::Distinct { .. }
        | LogicalPlan::Sort { .. }
        | LogicalPlan::Page { .. }
        | LogicalPlan::Union { .. }
        | LogicalPlan::Apply { .. }
        | LogicalPlan::Create { .. }
        | LogicalPlan::Merge { .. }
        | LogicalPlan::Set { .. }
        | LogicalPlan::Delete { .. }
        | LogicalPlan::Foreach { .. }
        | LogicalPlan::LoadCsv { .. } => false,
    }
}

/// The slots that a pattern binds.
fn pattern_slots(pattern: &Pattern) -> Vec<Slot> {
    let nodes = pattern
        .nodes
        .iter()
        .filter(|node| !node.bound)
        .map(|node| node.slot);
    let rels = pattern
        .rels
        .iter()
        .filter(|rel| !rel.bound)
        .map(|rel| rel.slot);
    let paths = pattern.paths.iter().map(|path| path.slot);
    let renamed = pattern.renamed.iter().map(|(slot, _)| *slot);
    let searches = pattern
        .searches
        .iter()
        .flat_map(|search| [Some(search.rel.slot), search.single, search.path])
        .flatten();
    let wholes = pattern.wholes.iter().flat_map(WholePath::outputs);
    nodes
        .chain(rels)
        .chain(paths)
        .chain(searches)
        .chain(wholes)
        .chain(renamed)
        .collect()
}

fn with_rows(op: Op, rows: f64) -> Operator {
    Operator {
        op,
        live: Vec::new(),
        rows,
    }
}

/// A filter with its cheapest conditions first; subqueries last.
fn filter(input: Operator, mut predicates: Vec<Expr>) -> Operator {
    if predicates.is_empty() {
        return input;
    }
    let share: f64 = predicates.iter().map(cost::selectivity).product();
    predicates.sort_by_key(Expr::has_subquery);
    let rows = input.rows * share;
    with_rows(
        Op::Filter {
            input: Box::new(input),
            predicates,
        },
        rows,
    )
}

fn skip_rows(input: Operator, count: Option<Expr>) -> Operator {
    let Some(count) = count else { return input };
    let rows = (input.rows - literal_rows(&count)).max(0.0);
    let input = Box::new(input);
    with_rows(Op::Skip { input, count }, rows)
}

fn limit_rows(input: Operator, count: Option<Expr>) -> Operator {
    let Some(count) = count else { return input };
    let rows = input.rows.min(literal_rows(&count));
    let drain = live::writes(&input);
    let input = Box::new(input);
    with_rows(
        Op::Limit {
            input,
            count,
            drain,
        },
        rows,
    )
}

fn literal_rows(count: &Expr) -> f64 {
    match &count.kind {
        ExprKind::Literal(crate::value::Value::Int(count)) => {
            u32::try_from(*count).map_or(f64::from(u32::MAX), f64::from)
        }
        _ => LIST_ROWS,
    }
}

/// The subplan with that number.
fn subplan(subplans: &[Subplan], id: SubqueryId) -> Option<&Subplan> {
    subplans.get(id.0 as usize)
}
