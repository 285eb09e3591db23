//! From the bound tree to the logical plan: clause by clause, nothing clever.

use super::logical::{ApplyKind, LogicalPlan, LogicalQuery};
use crate::semantics::bound::{
    BoundQuery, Clause, CreatePattern, Expr, Match, Merge, Projection, SingleQuery, Slot, Union,
};

/// Makes a logical plan of a bound query.
#[must_use]
pub fn plan(query: BoundQuery) -> LogicalQuery {
    let BoundQuery {
        root,
        subqueries,
        slots,
    } = query;
    let columns = root.columns.clone();
    let writes = root.writes;
    let input = Box::new(build_union(root, &LogicalPlan::Unit));
    let root = LogicalPlan::Results {
        input,
        columns: columns.clone(),
    };
    let subqueries = subqueries
        .into_iter()
        .map(|subquery| {
            (
                subquery.kind,
                build_union(subquery.query, &LogicalPlan::Argument),
            )
        })
        .collect();
    LogicalQuery {
        root,
        subqueries,
        slots,
        columns,
        writes,
    }
}

fn build_union(union: Union, leaf: &LogicalPlan) -> LogicalPlan {
    let Union {
        mut branches,
        distinct,
        columns,
        ..
    } = union;
    if branches.len() == 1 {
        return build_single(branches.remove(0), leaf.clone());
    }
    let slots: Vec<Slot> = columns.iter().map(|column| column.slot).collect();
    let branches = branches
        .into_iter()
        .map(|branch| {
            let sources = branch.columns.iter().map(|column| column.slot).collect();
            (build_single(branch, leaf.clone()), sources)
        })
        .collect();
    let union = LogicalPlan::Union {
        branches,
        columns: slots.clone(),
    };
    if distinct {
        LogicalPlan::Distinct {
            input: Box::new(union),
            slots,
        }
    } else {
        union
    }
}

fn build_single(query: SingleQuery, leaf: LogicalPlan) -> LogicalPlan {
    query.clauses.into_iter().fold(leaf, build_clause)
}

#[expect(
    clippy::too_many_lines,
    reason = "dispatches only: an arm for each kind"
)]
fn build_clause(input: LogicalPlan, clause: Clause) -> LogicalPlan {
    let input = Box::new(input);
    match clause {
        Clause::Match(Match {
            optional,
            pattern,
            moment,
        }) => LogicalPlan::Match {
            input: fill(input, moment),
            pattern,
            optional,
        },
        Clause::Unwind { list, slot } => LogicalPlan::Unwind { input, list, slot },
        Clause::Project(projection) => build_projection(input, projection),
        Clause::Create(pattern) => build_create(input, pattern),
        Clause::Merge(Merge {
            pattern,
            create,
            on_create,
            on_match,
        }) => LogicalPlan::Merge {
            input,
            pattern,
            create,
            on_create,
            on_match,
        },
        Clause::Set(items) => LogicalPlan::Set { input, items },
        Clause::Delete { detach, targets } => LogicalPlan::Delete {
            input,
            targets,
            detach,
        },
        Clause::Call(mut call) => {
            let predicate = call.predicate.take();
            filter(
                LogicalPlan::Call { input, call },
                predicate.into_iter().collect(),
            )
        }
        Clause::CallSubquery { optional, query } => build_call(input, query, optional),
        Clause::Foreach {
            list,
            slot,
            clauses,
        } => {
            let inner = Box::new(
                clauses
                    .into_iter()
                    .fold(LogicalPlan::Argument, build_clause),
            );
            LogicalPlan::Foreach {
                input,
                list,
                slot,
                inner,
            }
        }
        Clause::LoadCsv {
            with_headers,
            source,
            slot,
            field_terminator,
        } => LogicalPlan::LoadCsv {
            input,
            source,
            with_headers,
            field_terminator,
            slot,
        },
    }
}

/// Works out the moment of a pattern.
fn fill(input: Box<LogicalPlan>, moment: Option<(Slot, Expr)>) -> Box<LogicalPlan> {
    match moment {
        None => input,
        Some(item) => Box::new(LogicalPlan::Project {
            input,
            items: vec![item],
        }),
    }
}

/// Makes one operator of `CREATE` clauses that follow each other: scripts have thousands of them.
fn build_create(input: Box<LogicalPlan>, pattern: CreatePattern) -> LogicalPlan {
    match *input {
        LogicalPlan::Create {
            input,
            pattern: mut earlier,
        } => {
            earlier.nodes.extend(pattern.nodes);
            earlier.rels.extend(pattern.rels);
            earlier.paths.extend(pattern.paths);
            LogicalPlan::Create {
                input,
                pattern: earlier,
            }
        }
        other => LogicalPlan::Create {
            input: Box::new(other),
            pattern,
        },
    }
}

fn build_call(input: Box<LogicalPlan>, query: Union, optional: bool) -> LogicalPlan {
    let columns: Vec<_> = query.columns.iter().map(|column| column.slot).collect();
    let kind = if columns.is_empty() {
        ApplyKind::Once
    } else if optional {
        ApplyKind::Optional(columns)
    } else {
        ApplyKind::Join(columns)
    };
    let inner = Box::new(build_union(query, &LogicalPlan::Argument));
    LogicalPlan::Apply { input, inner, kind }
}

fn build_projection(input: Box<LogicalPlan>, projection: Projection) -> LogicalPlan {
    let mut plan = *input;
    if let Some(aggregation) = projection.aggregation {
        plan = LogicalPlan::Aggregate {
            input: Box::new(plan),
            keys: aggregation.keys,
            aggregates: aggregation.aggregates,
        };
    }
    if !projection.items.is_empty() {
        plan = LogicalPlan::Project {
            input: Box::new(plan),
            items: projection.items,
        };
    }
    if projection.distinct {
        let slots = projection
            .columns
            .iter()
            .map(|column| column.slot)
            .collect();
        plan = LogicalPlan::Distinct {
            input: Box::new(plan),
            slots,
        };
    }
    if !projection.order_by.is_empty() {
        plan = LogicalPlan::Sort {
            input: Box::new(plan),
            keys: projection.order_by,
        };
    }
    if projection.skip.is_some() || projection.limit.is_some() {
        let (skip, limit) = (projection.skip, projection.limit);
        plan = LogicalPlan::Page {
            input: Box::new(plan),
            skip,
            limit,
        };
    }
    filter(plan, projection.predicate.into_iter().collect())
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
