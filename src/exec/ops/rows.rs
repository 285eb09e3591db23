//! Which rows of an operator matter to what stands above it.

use super::reach;
use crate::plan::physical::{ApplyMode, BoundEnds, Op, Operator};
use crate::semantics::bound::{AggregateCall, Expr, ExprKind, Slot};

/// Which rows matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::exec) enum Rows {
    /// Each of them.
    All,
    /// Each combination of live values, however often it comes.
    Distinct,
    /// Only how many there are; then a batch may have any number of rows.
    Counted,
    /// Only how many different combinations of live values there are; then each comes once, and a
    /// batch may have any number of rows.
    CountedOnce,
}

impl Rows {
    /// Returns which rows of its inputs matter to an operator, given which of its own do.
    pub(super) fn below(self, operator: &Operator) -> Self {
        let distinct = match self {
            Self::Distinct | Self::CountedOnce => Self::Distinct,
            Self::All | Self::Counted => Self::All,
        };
        match &operator.op {
            Op::Aggregation {
                input,
                keys,
                aggregates,
            } => below_aggregation(input, keys, aggregates),
            Op::Distinct { slots, .. } => {
                if operator.live.iter().all(|slot| slots.contains(slot)) {
                    Self::Distinct
                } else {
                    Self::All
                }
            }
            Op::Projection { items, .. } if self == Self::Counted => below_counted(items),
            Op::Apply { inner, mode, .. } if *mode == ApplyMode::Once || writes(&inner.root) => {
                Self::All
            }
            Op::SingleRow
            | Op::Argument
            | Op::AllNodesScan { .. }
            | Op::NodeByLabelScan { .. }
            | Op::NodeIndexSeek { .. }
            | Op::HoldsAt { .. }
            | Op::Expand { .. }
            | Op::VarLengthExpand { .. }
            | Op::ShortestPath { .. }
            | Op::PathSearch { .. }
            | Op::Filter { .. }
            | Op::Projection { .. }
            | Op::Sort { .. }
            | Op::Unwind { .. }
            | Op::Union { .. }
            | Op::CartesianProduct { .. }
            | Op::HashJoin { .. }
            | Op::Apply { .. }
            | Op::Eager { .. } => distinct,
            Op::Top { .. }
            | Op::Skip { .. }
            | Op::Limit { .. }
            | Op::Create { .. }
            | Op::Merge { .. }
            | Op::Set { .. }
            | Op::Delete { .. }
            | Op::Foreach { .. }
            | Op::ProcedureCall { .. }
            | Op::LoadCsv { .. }
            | Op::ProduceResults { .. } => Self::All,
        }
    }
}

fn below_aggregation(
    input: &Operator,
    keys: &[(Slot, Expr)],
    aggregates: &[(Slot, AggregateCall)],
) -> Rows {
    if keys.is_empty() && aggregates.iter().all(|(_, call)| counts_rows(call, input)) {
        Rows::Counted
    } else if aggregates.iter().all(|(_, call)| ignores_repetition(call)) {
        Rows::Distinct
    } else {
        Rows::All
    }
}

/// Returns whether aggregates without groups count different nodes, of which each comes in one row of
/// the input only.
pub(super) fn counts_once(
    keys: &[(Slot, Expr)],
    aggregates: &[(Slot, AggregateCall)],
    input: &Operator,
) -> bool {
    let counts = |call: &AggregateCall| {
        let is_count = call
            .function
            .is_some_and(|function| function.name == "count");
        match call.arguments.as_slice() {
            [
                Expr {
                    kind: ExprKind::Variable(slot),
                    ..
                },
            ] => is_count && call.distinct && comes_once(*slot, input),
            _ => false,
        }
    };
    keys.is_empty() && !aggregates.is_empty() && aggregates.iter().all(|(_, call)| counts(call))
}

/// Whether an operator of which different rows are wanted finds each value of a slot only once.
fn comes_once(slot: Slot, operator: &Operator) -> bool {
    match &operator.op {
        Op::VarLengthExpand { step, .. } => step.to == slot && reach::fits(operator),
        Op::Filter { input, .. } => comes_once(slot, input),
        _ => false,
    }
}

/// Items other than variables may fail, which counts too.
fn below_counted(items: &[(Slot, Expr)]) -> Rows {
    let plain = |expr: &Expr| matches!(expr.kind, ExprKind::Variable(_));
    if items.iter().all(|(_, expr)| plain(expr)) {
        Rows::Counted
    } else {
        Rows::All
    }
}

/// `count(*)`, or `count` of what a pattern always binds.
fn counts_rows(call: &AggregateCall, input: &Operator) -> bool {
    let Some(function) = call.function else {
        return true;
    };
    match call.arguments.as_slice() {
        [
            Expr {
                kind: ExprKind::Variable(slot),
                ..
            },
        ] => function.name == "count" && !call.distinct && is_matched(*slot, input),
        _ => false,
    }
}

/// Whether a slot holds a node, a relationship or a path, never null, that an operator here or below finds.
fn is_matched(slot: Slot, operator: &Operator) -> bool {
    let own = match &operator.op {
        Op::AllNodesScan { node, .. }
        | Op::NodeByLabelScan { node, .. }
        | Op::NodeIndexSeek { node, .. } => *node == slot,
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
        } => (step.rel == slot && !rel_bound) || (step.to == slot && !into),
        Op::ShortestPath { step, path, .. } => step.rel == slot || *path == Some(slot),
        Op::PathSearch { search, bound, .. } => {
            let ends = [
                (search.from(), BoundEnds::To),
                (search.to(), BoundEnds::From),
            ];
            search.path == Some(slot) || search.rels == slot || ends.contains(&(slot, *bound))
        }
        _ => false,
    };
    let passes = matches!(
        operator.op,
        Op::AllNodesScan { .. }
            | Op::NodeByLabelScan { .. }
            | Op::NodeIndexSeek { .. }
            | Op::HoldsAt { .. }
            | Op::Expand { .. }
            | Op::VarLengthExpand { .. }
            | Op::ShortestPath { .. }
            | Op::PathSearch { .. }
            | Op::Filter { .. }
            | Op::Sort { .. }
            | Op::CartesianProduct { .. }
            | Op::HashJoin { .. }
            | Op::Eager { .. }
    );
    own || (passes
        && operator
            .inputs()
            .into_iter()
            .any(|input| is_matched(slot, input)))
}

/// Whether it makes no difference how often a value comes.
fn ignores_repetition(call: &AggregateCall) -> bool {
    call.function
        .is_some_and(|function| call.distinct || matches!(function.name, "min" | "max"))
}

fn writes(operator: &Operator) -> bool {
    let own = matches!(
        operator.op,
        Op::Create { .. }
            | Op::Merge { .. }
            | Op::Set { .. }
            | Op::Delete { .. }
            | Op::Foreach { .. }
            | Op::ProcedureCall { .. }
    );
    own || operator.inner().is_some_and(|inner| writes(&inner.root))
        || operator.inputs().into_iter().any(writes)
}
