//! Which slots an expression reads.

use crate::plan::physical::PhysicalPlan;
use crate::semantics::bound::{Expr, ExprKind, Slot};

/// Returns the slots that an expression reads, those that its subqueries read included; sorted.
pub(in crate::exec) fn used(expr: &Expr, plan: &PhysicalPlan) -> Vec<Slot> {
    used_by_all(std::iter::once(expr), plan)
}

/// As [`used`], of several expressions together.
pub(in crate::exec) fn used_by_all<'a>(
    exprs: impl IntoIterator<Item = &'a Expr>,
    plan: &PhysicalPlan,
) -> Vec<Slot> {
    let mut slots = Vec::new();
    for expr in exprs {
        expr.visit(&mut |part| match &part.kind {
            ExprKind::Variable(slot) => slots.push(*slot),
            ExprKind::BuildPath(elements) => slots.extend(elements),
            ExprKind::Subquery(id) => {
                if let Some(subplan) = plan.subplans.get(id.0 as usize) {
                    slots.extend(&subplan.inner.imports);
                }
            }
            _ => {}
        });
    }
    slots.sort_unstable();
    slots.dedup();
    slots
}
