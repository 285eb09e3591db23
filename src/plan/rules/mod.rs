//! The optimizer: a short ordered list of named rules over the logical plan.

mod path_predicates;
mod push_filter;
mod split_filter;

use super::logical::{LogicalPlan, LogicalQuery};

/// A rewrite of logical plans that keeps their meaning.
#[derive(Clone, Copy)]
pub struct Rule {
    /// Its name, by which it can be switched off.
    pub name: &'static str,
    rewrite: fn(LogicalPlan) -> LogicalPlan,
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// All rules, in the order in which they run.
pub const RULES: [Rule; 3] = [
    // First: the others look at single conditions.
    split_filter::SPLIT_FILTER,
    // Before patterns are looked into: what a later `WHERE` says belongs to them.
    push_filter::PUSH_FILTER,
    // Last: sees all that is said of a path.
    path_predicates::PATH_PREDICATES,
];

/// Applies the rules whose names are not in `off`; `watch` sees the plan after each of them.
#[must_use]
pub fn optimize(
    query: LogicalQuery,
    off: &[&str],
    watch: &mut dyn FnMut(&Rule, &LogicalQuery),
) -> LogicalQuery {
    let mut query = query;
    for rule in RULES.iter().filter(|rule| !off.contains(&rule.name)) {
        let mut rewrite = rule.rewrite;
        query.root = query.root.rewrite(&mut rewrite);
        query.subqueries = query
            .subqueries
            .into_iter()
            .map(|(kind, plan)| (kind, plan.rewrite(&mut rewrite)))
            .collect();
        watch(rule, &query);
    }
    query
}
