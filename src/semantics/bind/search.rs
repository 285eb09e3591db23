//! Binding shortest paths along a single relationship pattern.

use super::super::bound::{
    Expr, PathSearch, Pattern, PatternRel, SearchGoal, Slot, VarLength, VariableKind,
};
use super::super::scope::Scope;
use super::super::types::StaticType;
use super::Binder;
use super::expression::label_test;
use super::path::quantity_of;
use super::pattern::{Condition, NewVariables, PatternBuilder, Target, direction};
use crate::error::{Code, Error, Result};
use crate::syntax::ast;
use crate::value::Type;

impl Binder<'_> {
    /// Declares a search between the ends of a relationship pattern.
    pub(super) fn declare_search(
        &mut self,
        goal: SearchGoal,
        path: &ast::PathPattern,
        builder: &mut PatternBuilder,
        (scope, new): (&mut Scope, NewVariables),
    ) -> Result<()> {
        let factors = path.term.factors();
        let before = builder.pattern.rels.len();
        builder.searched = true;
        let declared = self.declare_elements(factors, builder, scope, new);
        builder.searched = false;
        declared?;
        let path_slot = self.declare_path_variable(path, scope, new)?;
        let mut rels = builder.pattern.rels.split_off(before);
        let groups = factors
            .iter()
            .any(|factor| matches!(factor, ast::PathFactor::Group(_)));
        let (Some(rel), true, false) = (rels.pop(), rels.is_empty(), groups) else {
            let message = "a shortest path is searched along one relationship pattern, as in \
                 `(a)-[:SUPPORTS*]-(b)`";
            let code = Code::syntax("UnsupportedFeature");
            return Err(Error::new(code, message).at(path.span));
        };
        let repeats = factors.iter().any(|factor| match factor {
            ast::PathFactor::Rel(rel) => quantity_of(rel).is_some(),
            ast::PathFactor::Node(_) | ast::PathFactor::Group(_) => false,
        });
        let single = rel.length.as_ref().map(|length| length.each);
        let legacy = matches!(path.term, ast::PathTerm::LegacyShortest { .. });
        let path = match (path_slot, legacy) {
            (None, true) => Some(self.anonymous_slot(VariableKind::Path)),
            (slot, _) => slot,
        };
        builder.pattern.searches.push(PathSearch {
            goal,
            path,
            legacy,
            rel,
            single: single.filter(|_| !repeats),
            each_node: self.anonymous_slot(VariableKind::Node),
            node_predicates: Vec::new(),
            path_predicates: Vec::new(),
        });
        Ok(())
    }

    /// Declares a relationship that does not repeat, of a shortest path: its variable is the
    /// relationship itself, and what is said of it takes part in the search.
    pub(super) fn declare_searched_rel(
        &mut self,
        rel: &ast::RelPattern,
        (from, to): (Slot, Slot),
        builder: &mut PatternBuilder,
        (scope, new): (&mut Scope, NewVariables),
    ) -> Result<Slot> {
        let slot = self.anonymous_slot(VariableKind::Value);
        let mut same = None;
        let each = match &rel.variable {
            None => self.anonymous_slot(VariableKind::Relationship),
            Some(name) => {
                builder.check_unique(name, scope)?;
                let was_known = scope.get(&name.node).is_some();
                let wanted = StaticType::Flat(Type::Relationship);
                let known = self.pattern_variable(name, &wanted, "a relationship", scope, new)?;
                if was_known {
                    let own = self.anonymous_slot(VariableKind::Relationship);
                    same = Some(Condition::Same(own, known, name.span, Target::Each(slot)));
                    own
                } else {
                    known
                }
            }
        };
        let length = VarLength {
            min: 1,
            max: Some(1),
            each,
            predicates: Vec::new(),
        };
        builder.conditions.extend(same);
        builder.add_rel_conditions(rel, slot, Some(&length));
        builder.pattern.rels.push(PatternRel {
            slot,
            bound: false,
            from,
            to,
            direction: direction(rel.direction),
            types: rel.types.as_ref().map(label_test),
            length: Some(length),
        });
        Ok(slot)
    }
}

/// What is searched for along a single relationship pattern.
pub(super) fn search_goal(path: &ast::PathPattern) -> Option<SearchGoal> {
    use ast::PathSelector::{All, AllShortest, Any, AnyShortest, Shortest, ShortestGroups};
    if let ast::PathTerm::LegacyShortest { all, .. } = path.term {
        let goal = if all {
            SearchGoal::All
        } else {
            SearchGoal::Any
        };
        return Some(goal);
    }
    match &path.selector.as_ref()?.node {
        All => None,
        AllShortest => Some(SearchGoal::All),
        Any(_) | AnyShortest | Shortest(_) | ShortestGroups(_) => Some(SearchGoal::Any),
    }
}

/// `shortestPath()`: what is said of the path takes part in the search; all else filters.
pub(super) fn distribute(parts: Vec<Expr>, pattern: &mut Pattern) {
    for part in parts {
        let slots = part.free_slots();
        let search = pattern.searches.iter_mut().find(|search| {
            search.legacy
                && [Some(search.rel.slot), search.single, search.path]
                    .into_iter()
                    .flatten()
                    .any(|slot| slots.contains(&slot))
        });
        match search {
            Some(search) => search.path_predicates.push(part),
            None => pattern.predicates.push(part),
        }
    }
}
