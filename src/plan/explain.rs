//! `EXPLAIN` and `PROFILE`: the physical plan as lines that people read.

use std::time::Duration;

use super::physical::{Inner, Op, Operator, PhysicalPlan, SeekPlace, Step};
use crate::semantics::bound::{Direction, Expr, ExprKind, LabelTest, Slot, SlotInfo};
use crate::semantics::path::{PathBody, PathPart, Selector};
use crate::value::literal::to_literal;

/// A line of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct ExplainLine {
    /// How deep it stands, from zero.
    pub depth: usize,
    /// The operator's name.
    pub operator: &'static str,
    /// What it does, in the query's words.
    pub details: String,
    /// How many rows are expected.
    pub rows: f64,
    /// What the operator did, where the plan was run.
    pub measure: Option<Measure>,
}

/// What one operator did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    /// How many rows it handed out.
    pub rows: u64,
    /// How long it took itself, without the operators that it called.
    pub time: Duration,
    /// How many bytes of rows, groups and tables it held at most.
    pub bytes: usize,
}

/// What a whole statement took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// How many rows it returned.
    pub rows: usize,
    /// How long it ran.
    pub time: Duration,
    /// How many bytes its operators and its result held at most at once.
    pub bytes: usize,
}

/// Returns the lines of a plan, outermost operator first. A subquery stands one level deeper than
/// the operator that runs it. `measured` tells what an operator did, where the plan was run.
#[must_use]
pub fn explain(
    plan: &PhysicalPlan,
    measured: &dyn Fn(&Operator) -> Option<Measure>,
) -> Vec<ExplainLine> {
    let mut lines = Vec::new();
    let seen = Seen {
        slots: &plan.slots,
        measured,
    };
    add(&plan.root, 0, seen, &mut lines);
    for (number, subplan) in plan.subplans.iter().enumerate() {
        let details = format!("subquery {number}");
        let rows = subplan.inner.root.rows;
        lines.push(ExplainLine {
            depth: 0,
            operator: "Subquery",
            details,
            rows,
            measure: None,
        });
        add(&subplan.inner.root, 1, seen, &mut lines);
    }
    lines
}

/// What is known of all operators of a plan.
#[derive(Clone, Copy)]
struct Seen<'a> {
    slots: &'a [SlotInfo],
    measured: &'a dyn Fn(&Operator) -> Option<Measure>,
}

fn add(operator: &Operator, depth: usize, seen: Seen<'_>, lines: &mut Vec<ExplainLine>) {
    lines.push(ExplainLine {
        depth,
        operator: name(&operator.op),
        details: details(&operator.op, seen.slots),
        rows: operator.rows,
        measure: (seen.measured)(operator),
    });
    let inputs = operator.inputs();
    // A chain stays on one level; branches go one deeper, all but the first.
    if let Some(Inner { root, .. }) = operator.inner() {
        add(root, depth + 1, seen, lines);
    }
    match inputs.as_slice() {
        [only] => add(only, depth, seen, lines),
        several => several
            .iter()
            .for_each(|input| add(input, depth + 1, seen, lines)),
    }
}

fn name(op: &Op) -> &'static str {
    use super::physical::ApplyMode;
    match op {
        Op::SingleRow | Op::Argument => "Argument",
        Op::AllNodesScan { .. } => "AllNodesScan",
        Op::NodeByLabelScan { .. } => "NodeByLabelScan",
        Op::NodeIndexSeek { .. } => "NodeIndexSeek",
        Op::HoldsAt { .. } => "HoldsAt",
        Op::Expand { into: true, .. } => "ExpandInto",
        Op::Expand { .. } => "Expand",
        Op::VarLengthExpand { into: true, .. } => "VarLengthExpandInto",
        Op::VarLengthExpand { .. } => "VarLengthExpand",
        Op::ShortestPath { .. } => "ShortestPath",
        Op::PathSearch { search, .. } => match search.selector {
            Selector::All => "Repeat",
            Selector::Paths(_) | Selector::Groups(_) => "StatefulShortestPath",
        },
        Op::Filter { .. } => "Filter",
        Op::Projection { .. } => "Projection",
        Op::Aggregation { .. } => "Aggregation",
        Op::Distinct { .. } => "Distinct",
        Op::Sort { .. } => "Sort",
        Op::Top { .. } => "Top",
        Op::Skip { .. } => "Skip",
        Op::Limit { .. } => "Limit",
        Op::Unwind { .. } => "Unwind",
        Op::Union { .. } => "Union",
        Op::Apply { mode, .. } => match mode {
            ApplyMode::Optional(_) => "Optional",
            ApplyMode::Semi => "SemiApply",
            ApplyMode::AntiSemi => "AntiSemiApply",
            ApplyMode::Join | ApplyMode::Once => "Apply",
        },
        Op::CartesianProduct { .. } => "CartesianProduct",
        Op::HashJoin { .. } => "HashJoin",
        Op::Create { .. } => "Create",
        Op::Merge { .. } => "Merge",
        Op::Set { .. } => "SetProperty",
        Op::Delete { detach: true, .. } => "DetachDelete",
        Op::Delete { .. } => "Delete",
        Op::Foreach { .. } => "Foreach",
        Op::ProcedureCall { .. } => "ProcedureCall",
        Op::LoadCsv { .. } => "LoadCsv",
        Op::Eager { .. } => "Eager",
        Op::ProduceResults { .. } => "ProduceResults",
    }
}

#[expect(
    clippy::too_many_lines,
    reason = "dispatches only: an arm for each kind"
)]
fn details(op: &Op, slots: &[SlotInfo]) -> String {
    let of = |slot: &Slot| slot_name(*slot, slots);
    match op {
        Op::AllNodesScan { node, moment, .. } => of(node) + &moment_text(moment.as_ref(), slots),
        Op::NodeByLabelScan {
            node,
            labels,
            moment,
            ..
        } => {
            let moment = moment_text(moment.as_ref(), slots);
            format!("{}:{}{moment}", of(node), labels.join(":"))
        }
        Op::HoldsAt { nodes, moment, .. } => {
            join(nodes.iter().map(of)) + &moment_text(Some(moment), slots)
        }
        Op::NodeIndexSeek {
            node,
            label,
            key,
            place,
            moment,
            ..
        } => {
            let moment = moment_text(moment.as_ref(), slots);
            let label = label
                .as_ref()
                .map(|label| format!(":{label}"))
                .unwrap_or_default();
            let place = match place {
                SeekPlace::Index => "",
                SeekPlace::Texts => " by text, without index",
            };
            format!("{}{label}({key}){place}{moment}", of(node))
        }
        Op::Expand { step, .. } => step_text(step, "", slots),
        Op::PathSearch { search, moment, .. } => {
            body_text(&search.body, slots) + &moment_text(moment.as_ref(), slots)
        }
        Op::VarLengthExpand { step, min, max, .. } | Op::ShortestPath { step, min, max, .. } => {
            let max = max.map(|max| max.to_string()).unwrap_or_default();
            step_text(step, &format!("*{min}..{max}"), slots)
        }
        Op::Filter { predicates, .. } => match predicates.len() {
            1 => "1 condition".into(),
            count => format!("{count} conditions"),
        },
        Op::Projection { items, .. } => join(items.iter().map(|(slot, _)| of(slot))),
        Op::Aggregation {
            keys, aggregates, ..
        } => {
            let keys = join(keys.iter().map(|(slot, _)| of(slot)));
            let calls = aggregates.iter().map(|(_, call)| {
                call.function.map_or("count(*)".to_owned(), |function| {
                    format!("{}()", function.name)
                })
            });
            let calls = join(calls);
            if keys.is_empty() {
                calls
            } else {
                format!("{keys}: {calls}")
            }
        }
        Op::Distinct { slots: keys, .. } => join(keys.iter().map(of)),
        Op::Unwind { slot, .. } | Op::LoadCsv { slot, .. } | Op::Foreach { slot, .. } => of(slot),
        Op::HashJoin { on, .. } => join(on.iter().map(of)),
        Op::Create { pattern, .. } | Op::Merge { pattern, .. } => {
            let nodes = pattern.nodes.iter().map(|node| of(&node.slot));
            let rels = pattern.rels.iter().map(|rel| of(&rel.slot));
            join(nodes.chain(rels))
        }
        Op::ProcedureCall { call, .. } => call.name.to_string(),
        Op::ProduceResults { columns, .. } => {
            join(columns.iter().map(|column| column.name.to_string()))
        }
        Op::SingleRow
        | Op::Argument
        | Op::Sort { .. }
        | Op::Top { .. }
        | Op::Skip { .. }
        | Op::Limit { .. }
        | Op::Union { .. }
        | Op::Apply { .. }
        | Op::CartesianProduct { .. }
        | Op::Set { .. }
        | Op::Delete { .. }
        | Op::Eager { .. } => String::new(),
    }
}

/// A path as it is written, without its conditions.
pub(super) fn body_text(body: &PathBody, slots: &[SlotInfo]) -> String {
    let part_text = |part: &PathPart| match part {
        PathPart::Node(slot) => format!("({})", slot_name(*slot, slots)),
        PathPart::Rel(rel) => {
            let types = rel.types.as_ref();
            let types = types.map_or(String::new(), |types| format!(":{}", label_text(types)));
            let (left, right) = match rel.direction {
                Direction::Outgoing => ("-", "->"),
                Direction::Incoming => ("<-", "-"),
                Direction::Both => ("-", "-"),
            };
            let name = slot_name(rel.slot, slots);
            format!("{left}[{name}{types}]{right}")
        }
        PathPart::Repeat(repeat) => {
            let times = repeat.times.map_or(String::new(), |times| {
                let max = times.max.map_or(String::new(), |max| max.to_string());
                format!("{{{},{max}}}", times.min)
            });
            format!("({}){times}", body_text(&repeat.body, slots))
        }
    };
    body.parts.iter().map(part_text).collect()
}

fn step_text(step: &Step, length: &str, slots: &[SlotInfo]) -> String {
    let types = step
        .types
        .as_ref()
        .map(|types| format!(":{}", label_text(types)));
    let rel = slot_name(step.rel, slots);
    let rel = format!("[{rel}{}{length}]", types.unwrap_or_default());
    let (from, to) = (slot_name(step.from, slots), slot_name(step.to, slots));
    let moment = moment_text(step.moment.as_ref(), slots);
    match step.direction {
        Direction::Outgoing => format!("({from})-{rel}->({to}){moment}"),
        Direction::Incoming => format!("({from})<-{rel}-({to}){moment}"),
        Direction::Both => format!("({from})-{rel}-({to}){moment}"),
    }
}

/// The moment behind an operator; one that is worked out is not shown.
pub(super) fn moment_text(moment: Option<&Expr>, slots: &[SlotInfo]) -> String {
    let Some(moment) = moment else {
        return String::new();
    };
    let text = match &moment.kind {
        ExprKind::Literal(value) => to_literal(value),
        ExprKind::Parameter(name) => format!("${name}"),
        ExprKind::Variable(slot) => slot_name(*slot, slots),
        _ => String::new(),
    };
    let text = if text.is_empty() { "…" } else { &text };
    format!(" AS OF {text}")
}

pub(super) fn label_text(test: &LabelTest) -> String {
    let all = |parts: &[LabelTest], separator: &str| {
        parts
            .iter()
            .map(label_text)
            .collect::<Vec<_>>()
            .join(separator)
    };
    match test {
        LabelTest::Name(name) => name.to_string(),
        LabelTest::Any => "%".into(),
        LabelTest::Not(inner) => format!("!{}", label_text(inner)),
        LabelTest::And(parts) => format!("({})", all(parts, "&")),
        LabelTest::Or(parts) => all(parts, "|"),
    }
}

/// A variable's name; those that we made up are not shown.
pub(super) fn slot_name(slot: Slot, slots: &[SlotInfo]) -> String {
    let name = slots.get(slot.0 as usize).map_or("", |info| &info.name);
    if name.starts_with("anon_") {
        String::new()
    } else {
        name.to_owned()
    }
}

pub(super) fn join(names: impl Iterator<Item = String>) -> String {
    names
        .filter(|name| !name.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}
