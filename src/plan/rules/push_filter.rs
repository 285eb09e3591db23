//! See [`PUSH_FILTER`].

use super::Rule;
use crate::plan::logical::LogicalPlan;
use crate::semantics::bound::Expr;

/// `Filter[p](Project(x))` ⇒ `Project(Filter[p](x))`, if `p` reads no new slot;
/// `Filter[p](Match(x))` ⇒ `Match[… AND p](x)`, if the match is not optional.
///
/// A condition without an outer slot stays where it is, as it may hold a subquery that reads more
/// than the expression shows.
pub(super) const PUSH_FILTER: Rule = Rule {
    name: "push_filter",
    rewrite,
};

fn rewrite(plan: LogicalPlan) -> LogicalPlan {
    let LogicalPlan::Filter { input, predicates } = plan else {
        return plan;
    };
    push(*input, predicates)
}

fn push(input: LogicalPlan, predicates: Vec<Expr>) -> LogicalPlan {
    match input {
        LogicalPlan::Match {
            input,
            mut pattern,
            optional: false,
        } => {
            pattern.predicates.extend(predicates);
            LogicalPlan::Match {
                input,
                pattern,
                optional: false,
            }
        }
        LogicalPlan::Project { input, items } => {
            let (below, above): (Vec<_>, Vec<_>) = predicates.into_iter().partition(|predicate| {
                !predicate.has_subquery()
                    && predicate
                        .free_slots()
                        .iter()
                        .all(|slot| items.iter().all(|(new, _)| new != slot))
            });
            let input = if below.is_empty() {
                *input
            } else {
                push(*input, below)
            };
            filter(
                LogicalPlan::Project {
                    input: Box::new(input),
                    items,
                },
                above,
            )
        }
        other => filter(other, predicates),
    }
}

fn filter(input: LogicalPlan, predicates: Vec<Expr>) -> LogicalPlan {
    if predicates.is_empty() {
        return input;
    }
    LogicalPlan::Filter {
        input: Box::new(input),
        predicates,
    }
}
