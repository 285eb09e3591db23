//! The operators, one per file.

mod aggregation;
mod anchor;
mod apply;
mod argument;
mod call;
mod create;
mod csv;
mod delete;
mod distinct;
mod driven;
mod eager;
mod expand;
mod fan;
mod filter;
mod foreach;
mod holds_at;
mod join;
mod keys;
mod merge;
mod moment;
mod page;
mod path_search;
mod product;
mod projection;
mod reach;
mod rows;
mod scan;
mod seek;
mod set;
mod shortest;
mod sort;
mod tested;
mod trail;
mod union;
mod unwind;
mod var_expand;
mod walk;
mod within;
mod write;

use super::batch::Batch;
use super::profile::Measured;
use super::run::Run;
use crate::error::Result;
use crate::plan::physical::{Op, Operator};
use crate::semantics::bound::Expr;

pub(super) use driven::Driven;
pub(super) use rows::Rows;

/// An operator at work.
pub(super) trait Operate {
    /// Returns the next rows; `None` after the last. A batch may be empty.
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>>;
}

/// An operator's input.
pub(super) type Source<'p> = Box<dyn Operate + 'p>;

/// Where a plan is set up.
#[derive(Clone, Copy)]
pub(super) struct Site<'a> {
    /// The driving rows of the surrounding subplan.
    pub(super) argument: &'a Batch,
    /// Whether operators are measured.
    pub(super) measured: bool,
    /// The first and last node of the scan at the bottom, where it is only done in part.
    pub(super) part: Option<(u32, u32)>,
}

impl Site<'_> {
    /// Returns the part that a scan over an input is limited to.
    fn part_of(self, input: &Operator) -> Option<(u32, u32)> {
        let bottom = matches!(input.op, Op::SingleRow | Op::Argument);
        self.part.filter(|_| bottom)
    }
}

/// Sets an operator up with its inputs; `rows` says which of its rows matter.
pub(super) fn build<'p>(operator: &'p Operator, site: Site<'_>, rows: Rows) -> Source<'p> {
    let source = build_plain(operator, site, rows);
    if site.measured {
        Box::new(Measured::new(source, operator))
    } else {
        source
    }
}

#[expect(
    clippy::too_many_lines,
    reason = "one arm for each operator, each one call"
)]
fn build_plain<'p>(operator: &'p Operator, site: Site<'_>, rows: Rows) -> Source<'p> {
    let live = operator.live.as_slice();
    let rows_below = rows.below(operator);
    let below = |input: &'p Operator| build(input, site, rows_below);
    match &operator.op {
        Op::SingleRow | Op::Argument => Box::new(argument::Argument::new(site.argument, live)),
        Op::AllNodesScan {
            input,
            node,
            moment,
        } => {
            let wanted = scan::Wanted {
                node: *node,
                labels: &[],
                moment: moment.as_ref(),
            };
            let scan = scan::NodeScan::new(below(input), wanted, (live, rows));
            Box::new(scan.within(site.part_of(input)))
        }
        Op::NodeByLabelScan {
            input,
            node,
            labels,
            moment,
        } => {
            let wanted = scan::Wanted {
                node: *node,
                labels,
                moment: moment.as_ref(),
            };
            let scan = scan::NodeScan::new(below(input), wanted, (live, rows));
            Box::new(scan.within(site.part_of(input)))
        }
        Op::NodeIndexSeek {
            input,
            node,
            label,
            key,
            value,
            moment,
            ..
        } => {
            let wanted = seek::Wanted {
                label: label.as_deref(),
                key,
                value,
                moment: moment.as_ref(),
            };
            Box::new(seek::NodeIndexSeek::new(below(input), *node, wanted, live))
        }
        Op::HoldsAt {
            input,
            nodes,
            moment,
        } => Box::new(holds_at::HoldsAt::new(below(input), nodes, moment, live)),
        Op::Expand {
            input,
            step,
            into,
            rel_bound,
            different_from,
        } => {
            let shape = expand::Shape {
                step,
                into: *into,
                rel_bound: *rel_bound,
                different_from,
                live: live.into(),
                rows,
            };
            Box::new(expand::Expand::new(below(input), shape))
        }
        Op::VarLengthExpand {
            input,
            step,
            min,
            max,
            each,
            predicates,
            into,
            rel_bound,
            different_from,
        } => {
            let shape = var_expand::Shape {
                step,
                min: limit(*min),
                max: max.map_or(usize::MAX, limit),
                each: *each,
                predicates,
                into: *into,
                rel_bound: *rel_bound,
                different_from,
            };
            if matches!(rows, Rows::Distinct | Rows::CountedOnce) && reach::fits(operator) {
                Box::new(reach::Reach::new(below(input), shape, (live, rows)))
            } else {
                Box::new(var_expand::VarLengthExpand::new(
                    below(input),
                    shape,
                    (live, rows),
                ))
            }
        }
        Op::ShortestPath { input, .. } => {
            Box::new(shortest::ShortestPath::new(below(input), operator, rows))
        }
        Op::PathSearch {
            input,
            search,
            bound,
            different_from,
            moment,
        } => {
            let site = path_search::Site {
                bound: *bound,
                different_from,
                moment: moment.as_ref(),
                live,
            };
            let place = (site, rows);
            Box::new(path_search::PathSearch::new(below(input), search, place))
        }
        Op::Filter { input, predicates } => filtered_expand(operator, site, rows)
            .unwrap_or_else(|| Box::new(filter::Filter::new(below(input), predicates, live))),
        Op::Projection { input, items } => {
            Box::new(projection::Projection::new(below(input), items, live))
        }
        Op::Aggregation {
            input,
            keys,
            aggregates,
        } => {
            let split = aggregation::Split::new(input, site, rows_below, aggregates);
            // What is split may come once in each part.
            let once = split.is_none() && rows::counts_once(keys, aggregates, input);
            let is_direct = matches!(input.op, Op::VarLengthExpand { .. });
            let rows_below = if once && is_direct {
                Rows::CountedOnce
            } else {
                rows_below
            };
            let counted = once || rows_below == Rows::Counted;
            let grouping = aggregation::Grouping::new(keys, aggregates, counted);
            let input = build(input, site, rows_below);
            Box::new(aggregation::Aggregation::new(input, grouping, split))
        }
        Op::Distinct { input, slots } => {
            Box::new(distinct::Distinct::new(below(input), slots, live))
        }
        Op::Sort { input, keys } => Box::new(sort::Sort::new(below(input), keys, &[], live)),
        Op::Top { input, keys, limit } => {
            Box::new(sort::Sort::new(below(input), keys, limit, live))
        }
        Op::Skip { input, count } => Box::new(page::Skip::new(below(input), count)),
        Op::Limit {
            input,
            count,
            drain,
        } => Box::new(page::Limit::new(below(input), count, *drain)),
        Op::Unwind { input, list, slot } => {
            Box::new(unwind::Unwind::new(below(input), list, *slot, live))
        }
        Op::Union {
            branches,
            columns,
            sources,
        } => {
            let branches = branches.iter().map(below).collect();
            Box::new(union::Union::new(branches, columns, sources))
        }
        Op::Apply { input, inner, mode } => {
            Box::new(apply::Apply::new(below(input), inner, mode, live))
        }
        Op::CartesianProduct { left, right } => Box::new(product::CartesianProduct::new(
            below(left),
            below(right),
            live,
        )),
        Op::HashJoin { left, right, on } => {
            Box::new(join::HashJoin::new(below(left), below(right), on, live))
        }
        Op::Create { input, pattern } => Box::new(create::Create::new(below(input), pattern, live)),
        Op::Merge { input, .. } => Box::new(merge::Merge::new(below(input), operator)),
        Op::Set { input, items } => Box::new(set::Set::new(below(input), items, live)),
        Op::Delete {
            input,
            targets,
            detach,
        } => Box::new(delete::Delete::new(below(input), targets, *detach, live)),
        Op::Foreach {
            input,
            list,
            slot,
            inner,
        } => Box::new(foreach::Foreach::new(
            below(input),
            (list, *slot),
            inner,
            live,
        )),
        Op::ProcedureCall { input, call } => {
            Box::new(call::ProcedureCall::new(below(input), call, live))
        }
        Op::LoadCsv { input, .. } => Box::new(csv::LoadCsv::new(below(input), operator)),
        Op::Eager { input } => Box::new(eager::Eager::new(below(input))),
        Op::ProduceResults { input, columns } => {
            Box::new(eager::ProduceResults::new(below(input), columns))
        }
    }
}

/// Sets a filter over a step to new nodes up as one: conditions on the step alone are tested where
/// it is taken. Nothing where that does not fit.
fn filtered_expand<'p>(operator: &'p Operator, site: Site<'_>, rows: Rows) -> Option<Source<'p>> {
    let Op::Filter { input, predicates } = &operator.op else {
        return None;
    };
    let Op::Expand {
        input: start,
        step,
        into: false,
        rel_bound: false,
        different_from,
    } = &input.op
    else {
        return None;
    };
    let (local, others): (Vec<&Expr>, Vec<&Expr>) = predicates
        .iter()
        .partition(|predicate| tested::is_local(predicate, step));
    if local.is_empty() || site.measured {
        return None;
    }
    let rows_below = rows.below(operator);
    let shape = |live, rows| expand::Shape {
        step,
        into: false,
        rel_bound: false,
        different_from,
        live,
        rows,
    };
    let tested_live = tested::needed(&input.live, &operator.live, &others);
    let tested_rows = if others.is_empty() { rows } else { rows_below };
    let tested = tested::Tested::new(local, shape(tested_live.into(), tested_rows));
    let start = build(start, site, rows_below.below(input));
    let plain = shape(input.live.as_slice().into(), rows_below);
    let expand = Box::new(expand::Expand::new(start, plain).testing(tested));
    if others.is_empty() {
        return Some(expand);
    }
    Some(Box::new(filter::Filter::new(
        expand,
        others,
        &operator.live,
    )))
}

/// A length as memory counts.
fn limit(length: u64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

/// A row's number within a batch.
pub(super) fn row_number(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX)
}
