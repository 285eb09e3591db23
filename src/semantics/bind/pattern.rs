//! Binding patterns that are looked for: first all variables, then what they must fulfil.

use std::sync::Arc;

use super::super::bound::{
    Clause, Comparison, Direction, Expr, ExprKind, LabelTest, Match, Pattern, PatternNode,
    PatternPath, PatternRel, Slot, VarLength, VariableKind,
};
use super::super::error::SemanticError;
use super::super::path::{Selector, Times};
use super::super::scope::{Scope, Variable};
use super::super::types::StaticType;
use super::expression::label_test;
use super::search::{distribute, search_goal};
use super::{Binder, already_bound, path, variable};
use crate::error::{Result, Span};
use crate::syntax::ast;
use crate::value::Type;

/// How many nodes and relationships the pattern of one clause can have: the planner looks at each
/// for each.
const MAX_ELEMENTS: usize = 1_000;

/// A pattern while it is bound.
pub(super) struct PatternBuilder {
    pub(super) pattern: Pattern,
    /// The scope before the clause: what is in it is bound already.
    pub(super) before: Scope,
    /// Property maps and `WHERE`s, for when all variables are known.
    pub(super) conditions: Vec<Condition>,
    /// The relationships of paths that are matched as a whole.
    pub(super) whole_rels: Vec<Slot>,
    /// The inner nodes of such paths.
    pub(super) whole_inner: Vec<Slot>,
    /// Whether the path that is declared is a search along a single relationship pattern.
    pub(super) searched: bool,
}

/// What an element must fulfil, still to be bound.
pub(super) enum Condition {
    /// `n:A`
    Labels(Slot, LabelTest, Span, Target),
    /// An element that must be what another variable stands for.
    Same(Slot, Slot, Span, Target),
    /// `{key: value}` of the element in the slot; for the relationships of a variable-length
    /// pattern it goes to that pattern.
    Properties(Slot, ast::Expr, Target),
    /// `WHERE` inside an element. In a variable-length pattern its variable means one
    /// relationship.
    Predicate(ast::Expr, Target, Option<Variable>),
}

/// Where a condition belongs.
#[derive(Clone, Copy)]
pub(super) enum Target {
    Pattern,
    /// The variable-length pattern with this slot.
    Each(Slot),
    /// The path with this number that is matched as a whole.
    Whole(usize),
}

/// What joins two nodes of a path.
enum Joint<'p> {
    Rel(&'p ast::RelPattern),
    Group(&'p ast::GroupPattern),
}

/// What may be introduced by a pattern.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum NewVariables {
    Allowed,
    /// A pattern predicate only refers to what is there.
    Forbidden,
}

impl Binder<'_> {
    pub(super) fn bind_match(
        &mut self,
        clause: &ast::MatchClause,
        scope: &mut Scope,
    ) -> Result<Clause> {
        let mut first = None;
        let outer = self.moment.clone();
        if let Some(moment) = &clause.as_of {
            let (moment, filled) = self.bind_moment(moment, scope)?;
            self.moment = Some(moment);
            first = filled;
        }
        let pattern = self.bind_graph_pattern(&clause.pattern, clause.predicate.as_ref(), scope);
        self.moment = outer;
        Ok(Clause::Match(Match {
            optional: clause.optional,
            pattern: pattern?,
            moment: first,
        }))
    }

    pub(super) fn bind_graph_pattern(
        &mut self,
        pattern: &ast::GraphPattern,
        predicate: Option<&ast::Expr>,
        scope: &mut Scope,
    ) -> Result<Pattern> {
        let mut builder = PatternBuilder::new(scope);
        builder.pattern.repeatable = pattern
            .match_mode
            .as_ref()
            .is_some_and(|mode| mode.node == ast::MatchMode::RepeatableElements);
        if let [_, _, ..] = pattern.paths.as_slice()
            && !builder.pattern.repeatable
            && let Some(selector) = pattern.paths.iter().find_map(selective)
        {
            return Err(SemanticError::SelectorNotAlone.at(selector));
        }
        for path in &pattern.paths {
            self.declare_path(path, &mut builder, scope, NewVariables::Allowed)?;
        }
        self.finish_pattern(builder, predicate, scope)
    }

    /// A single path, as it stands in predicates and comprehensions.
    pub(super) fn bind_path_pattern(
        &mut self,
        path: &ast::PathPattern,
        predicate: Option<&ast::Expr>,
        scope: &mut Scope,
        new: NewVariables,
    ) -> Result<Pattern> {
        let mut builder = PatternBuilder::new(scope);
        self.declare_path(path, &mut builder, scope, new)?;
        self.finish_pattern(builder, predicate, scope)
    }

    fn finish_pattern(
        &mut self,
        builder: PatternBuilder,
        predicate: Option<&ast::Expr>,
        scope: &Scope,
    ) -> Result<Pattern> {
        let PatternBuilder {
            mut pattern,
            before,
            conditions,
            ..
        } = builder;
        pattern.moment.clone_from(&self.moment);
        for condition in conditions {
            self.bind_element_condition(condition, (&mut pattern, &before), scope)?;
        }
        if let Some(predicate) = predicate {
            let mut parts = Vec::new();
            conjuncts(
                self.bind_condition(predicate, scope, "in `WHERE`")?,
                &mut parts,
            );
            distribute(parts, &mut pattern);
        }
        Ok(pattern)
    }

    fn bind_element_condition(
        &mut self,
        condition: Condition,
        (pattern, before): (&mut Pattern, &Scope),
        scope: &Scope,
    ) -> Result<()> {
        let (bound, target) = self.bind_one_condition(condition, scope)?;
        match target {
            Target::Pattern => pattern.predicates.extend(bound),
            Target::Each(slot) => {
                let rels = pattern.rels.iter_mut();
                let searched = pattern.searches.iter_mut().map(|search| &mut search.rel);
                let length = rels
                    .chain(searched)
                    .find(|rel| rel.slot == slot)
                    .and_then(|rel| rel.length.as_mut());
                length
                    .expect("a condition on each relationship belongs to a variable length")
                    .predicates
                    .extend(bound);
            }
            // What is said of the ends alone is true of all paths between them or of none.
            Target::Whole(index) => {
                let whole = &mut pattern.wholes[index];
                let ends = [whole.from(), whole.to()];
                let own = whole.own_slots();
                for part in bound {
                    let reads = part.free_slots();
                    let inner = |slot: &Slot| own.contains(slot) && !ends.contains(slot);
                    let foreign = |slot: &Slot| {
                        let known = || before.all().iter().any(|known| known.slot == *slot);
                        !own.contains(slot) && !ends.contains(slot) && !known()
                    };
                    let selects = !matches!(whole.selector, Selector::All);
                    if selects && reads.iter().any(inner) && reads.iter().any(foreign) {
                        return Err(SemanticError::SharedWithSelector.at(part.span));
                    }
                    if part.has_subquery() || reads.iter().any(inner) {
                        whole.body.predicates.push(part);
                    } else {
                        pattern.predicates.push(part);
                    }
                }
            }
        }
        Ok(())
    }

    /// Returns what an element must fulfil, and where that belongs.
    pub(super) fn bind_one_condition(
        &mut self,
        condition: Condition,
        scope: &Scope,
    ) -> Result<(Vec<Expr>, Target)> {
        Ok(match condition {
            Condition::Labels(slot, test, span, target) => {
                let kind = ExprKind::HasLabels(Box::new(variable(slot, span)), test);
                (vec![Expr { kind, span }], target)
            }
            Condition::Same(slot, known, span, target) => {
                let [slot, known] = [slot, known].map(|slot| Box::new(variable(slot, span)));
                let kind = ExprKind::Compare(Comparison::Equal, slot, known);
                (vec![Expr { kind, span }], target)
            }
            Condition::Properties(slot, map, target) => {
                (self.bind_property_tests(slot, &map, scope)?, target)
            }
            Condition::Predicate(predicate, target, element) => {
                let mut inner = scope.clone();
                if let Some(element) = element {
                    inner.insert(element);
                }
                let mut parts = Vec::new();
                conjuncts(
                    self.bind_condition(&predicate, &inner, "in `WHERE`")?,
                    &mut parts,
                );
                (parts, target)
            }
        })
    }

    /// `{key: value}` means `element.key = value` for each key.
    fn bind_property_tests(
        &mut self,
        slot: Slot,
        map: &ast::Expr,
        scope: &Scope,
    ) -> Result<Vec<Expr>> {
        let ast::ExprKind::Map(entries) = &map.node else {
            return Err(SemanticError::InvalidParameterUse { clause: "MATCH" }.at(map.span));
        };
        let mut tests = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let (value, _) = self.bind_expr(value, scope)?;
            tests.push(property_test(slot, key, value));
        }
        Ok(tests)
    }

    fn declare_path(
        &mut self,
        path: &ast::PathPattern,
        builder: &mut PatternBuilder,
        scope: &mut Scope,
        new: NewVariables,
    ) -> Result<()> {
        let factors = unwrapped(path.term.factors());
        if is_whole(path, factors, builder.pattern.repeatable) {
            return self.declare_whole(path, factors, builder, (scope, new));
        }
        if let Some(goal) = search_goal(path) {
            return self.declare_search(goal, path, builder, (scope, new));
        }
        let elements = self.declare_elements(factors, builder, scope, new)?;
        let path_slot = self.declare_path_variable(path, scope, new)?;
        let path = path_slot.map(|slot| PatternPath { slot, elements });
        builder.pattern.paths.extend(path);
        Ok(())
    }

    /// Declares nodes and what joins them in turn. Where two nodes stand side by side they are the
    /// same node; where one is missing, any node is meant.
    pub(super) fn declare_elements(
        &mut self,
        factors: &[ast::PathFactor],
        builder: &mut PatternBuilder,
        scope: &mut Scope,
        new: NewVariables,
    ) -> Result<Vec<Slot>> {
        let factors = flatten(factors, builder);
        let mut elements: Vec<Slot> = Vec::with_capacity(factors.len());
        let mut pending: Option<Joint<'_>> = None;
        for factor in factors {
            let joint = match factor {
                ast::PathFactor::Node(node) => {
                    builder.check_size(node.span)?;
                    let beside = elements.last().filter(|_| pending.is_none()).copied();
                    let slot = match beside {
                        Some(slot) => self.same_node(node, slot, builder, scope, new)?,
                        None => self.declare_node(node, builder, scope, new)?,
                    };
                    self.join(
                        &mut elements,
                        pending.take().as_ref(),
                        slot,
                        builder,
                        (scope, new),
                    )?;
                    continue;
                }
                ast::PathFactor::Rel(rel) => Joint::Rel(rel),
                ast::PathFactor::Group(group) => Joint::Group(group),
            };
            if elements.is_empty() || pending.is_some() {
                let slot = self.anonymous_slot(VariableKind::Node);
                builder.add_node(slot);
                self.join(
                    &mut elements,
                    pending.take().as_ref(),
                    slot,
                    builder,
                    (scope, new),
                )?;
            }
            pending = Some(joint);
        }
        if pending.is_some() {
            let slot = self.anonymous_slot(VariableKind::Node);
            builder.add_node(slot);
            self.join(&mut elements, pending.as_ref(), slot, builder, (scope, new))?;
        }
        Ok(elements)
    }

    /// Adds a node to a path, with what leads to it.
    fn join(
        &mut self,
        elements: &mut Vec<Slot>,
        joint: Option<&Joint<'_>>,
        slot: Slot,
        builder: &mut PatternBuilder,
        (scope, new): (&mut Scope, NewVariables),
    ) -> Result<()> {
        let Some(from) = elements.last().copied() else {
            elements.push(slot);
            return Ok(());
        };
        let ends = (from, slot);
        let rel = match joint {
            None => return Ok(()),
            Some(Joint::Rel(rel)) => self.declare_rel(rel, ends, builder, scope, new)?,
            Some(Joint::Group(group)) => self.declare_piece(group, ends, builder, (scope, new))?,
        };
        elements.extend([rel, slot]);
        Ok(())
    }

    /// A node beside another one is the same: a new variable is another name for it.
    fn same_node(
        &mut self,
        node: &ast::NodePattern,
        slot: Slot,
        builder: &mut PatternBuilder,
        scope: &mut Scope,
        new: NewVariables,
    ) -> Result<Slot> {
        if let Some(name) = &node.variable {
            let known = scope.get(&name.node).map(|known| known.slot);
            if known.is_none() && new == NewVariables::Allowed && builder.was_bound(slot) {
                // Without a match the new name stands for nothing, while the node stays.
                let renamed = self.declare(scope, &name.node, StaticType::Flat(Type::Node));
                builder.pattern.renamed.push((renamed, slot));
            } else if known.is_none() && new == NewVariables::Allowed {
                scope.insert(Variable {
                    name: Arc::clone(&name.node),
                    slot,
                    static_type: StaticType::Flat(Type::Node),
                });
            } else {
                let wanted = StaticType::Flat(Type::Node);
                let known = self.pattern_variable(name, &wanted, "a node", scope, new)?;
                builder
                    .conditions
                    .push(Condition::Same(slot, known, name.span, Target::Pattern));
            }
        }
        builder.add_node_conditions(node, slot);
        Ok(slot)
    }

    fn declare_node(
        &mut self,
        node: &ast::NodePattern,
        builder: &mut PatternBuilder,
        scope: &mut Scope,
        new: NewVariables,
    ) -> Result<Slot> {
        let wanted = StaticType::Flat(Type::Node);
        let slot = match &node.variable {
            Some(name) => {
                let known = self.pattern_variable(name, &wanted, "a node", scope, new)?;
                self.apart(known, name.span, builder)
            }
            None => self.anonymous_slot(VariableKind::Node),
        };
        builder.add_node(slot);
        builder.add_node_conditions(node, slot);
        Ok(slot)
    }

    /// What stands inside a path that is matched as a whole is found by that search alone; another
    /// path that names it finds a node of its own, and both must be the same.
    fn apart(&mut self, known: Slot, span: Span, builder: &mut PatternBuilder) -> Slot {
        if !builder.whole_inner.contains(&known) {
            return known;
        }
        let slot = self.anonymous_slot(VariableKind::Node);
        let same = Condition::Same(slot, known, span, Target::Pattern);
        builder.conditions.push(same);
        slot
    }

    fn declare_rel(
        &mut self,
        rel: &ast::RelPattern,
        (from, to): (Slot, Slot),
        builder: &mut PatternBuilder,
        scope: &mut Scope,
        new: NewVariables,
    ) -> Result<Slot> {
        let times = path::quantity_of(rel)
            .map(|(quantity, default)| path::times(quantity, default))
            .transpose()?;
        if builder.searched && times.is_none() {
            return self.declare_searched_rel(rel, (from, to), builder, (scope, new));
        }
        let single = StaticType::Flat(Type::Relationship);
        let (wanted, what) = match times {
            None => (single, "a relationship"),
            Some(_) => (StaticType::list(single), "a list of relationships"),
        };
        let slot = match &rel.variable {
            Some(name) => {
                builder.check_unique(name, scope)?;
                self.pattern_variable(name, &wanted, what, scope, new)?
            }
            None if times.is_some() => self.anonymous_slot(VariableKind::Value),
            None => self.anonymous_slot(VariableKind::Relationship),
        };
        let length = times.map(|times| self.var_length(times));
        builder.add_rel_conditions(rel, slot, length.as_ref());
        builder.pattern.rels.push(PatternRel {
            slot,
            bound: builder.was_bound(slot),
            from,
            to,
            direction: direction(rel.direction),
            types: rel.types.as_ref().map(label_test),
            length,
        });
        Ok(slot)
    }

    fn var_length(&mut self, times: Times) -> VarLength {
        VarLength {
            min: times.min,
            max: times.max,
            each: self.anonymous_slot(VariableKind::Relationship),
            predicates: Vec::new(),
        }
    }

    /// The slot of a variable in a pattern: an old one of the right kind, or a new one.
    pub(super) fn pattern_variable(
        &mut self,
        name: &ast::Name,
        wanted: &StaticType,
        what: &'static str,
        scope: &mut Scope,
        new: NewVariables,
    ) -> Result<Slot> {
        let Some(known) = scope.get(&name.node) else {
            if new == NewVariables::Forbidden {
                return Err(super::undefined(&name.node, name.span, scope));
            }
            return Ok(self.declare(scope, &name.node, wanted.clone()));
        };
        if !known.static_type.fits(&[wanted.flat()]) {
            return Err(SemanticError::VariableTypeConflict {
                name: Arc::clone(&name.node),
                found: known.static_type.describe(),
                wanted: what,
            }
            .at(name.span));
        }
        let slot = known.slot;
        if known.static_type.flat() != wanted.flat() {
            let name = Arc::clone(&name.node);
            scope.insert(Variable {
                name,
                slot,
                static_type: wanted.clone(),
            });
        }
        Ok(slot)
    }
}

impl PatternBuilder {
    fn new(scope: &Scope) -> Self {
        Self {
            pattern: Pattern::default(),
            before: scope.clone(),
            conditions: Vec::new(),
            whole_rels: Vec::new(),
            whole_inner: Vec::new(),
            searched: false,
        }
    }

    /// Notes what a path that is matched as a whole has declared.
    pub(super) fn take(&mut self, declared: path::Declared) {
        self.conditions.extend(declared.conditions);
        self.whole_rels.extend(declared.rels);
        self.whole_inner.extend(declared.inner);
    }

    fn check_size(&self, span: Span) -> Result<()> {
        if self.pattern.nodes.len().max(self.pattern.rels.len()) < MAX_ELEMENTS {
            return Ok(());
        }
        let limit = MAX_ELEMENTS;
        Err(SemanticError::PatternTooLarge { limit }.at(span))
    }

    fn was_bound(&self, slot: Slot) -> bool {
        self.before
            .all()
            .iter()
            .any(|variable| variable.slot == slot)
    }

    pub(super) fn add_node(&mut self, slot: Slot) {
        if self.pattern.nodes.iter().all(|node| node.slot != slot) {
            let bound = self.was_bound(slot);
            self.pattern.nodes.push(PatternNode { slot, bound });
        }
    }

    fn add_node_conditions(&mut self, node: &ast::NodePattern, slot: Slot) {
        if let Some(labels) = &node.labels {
            let span = node.variable.as_ref().map_or(node.span, |name| name.span);
            let test = label_test(labels);
            self.conditions
                .push(Condition::Labels(slot, test, span, Target::Pattern));
        }
        if let Some(properties) = &node.properties {
            let map = (**properties).clone();
            self.conditions
                .push(Condition::Properties(slot, map, Target::Pattern));
        }
        if let Some(predicate) = &node.predicate {
            let predicate = (**predicate).clone();
            self.conditions
                .push(Condition::Predicate(predicate, Target::Pattern, None));
        }
    }

    /// A relationship variable stands once in a clause.
    pub(super) fn check_unique(&self, name: &ast::Name, scope: &Scope) -> Result<()> {
        let Some(known) = scope.get(&name.node) else {
            return Ok(());
        };
        let rels = self.pattern.rels.iter();
        let searched = self.pattern.searches.iter();
        let searched = searched.flat_map(|search| [Some(search.rel.slot), search.single]);
        let mut all = rels.map(|rel| Some(rel.slot)).chain(searched);
        if self.whole_rels.contains(&known.slot) || all.any(|slot| slot == Some(known.slot)) {
            let name_text = Arc::clone(&name.node);
            return Err(
                SemanticError::RelationshipUniquenessViolation { name: name_text }.at(name.span),
            );
        }
        Ok(())
    }

    pub(super) fn add_rel_conditions(
        &mut self,
        rel: &ast::RelPattern,
        slot: Slot,
        length: Option<&VarLength>,
    ) {
        let (subject, target) = match length {
            Some(length) => (length.each, Target::Each(slot)),
            None => (slot, Target::Pattern),
        };
        if let Some(properties) = &rel.properties {
            let map = (**properties).clone();
            self.conditions
                .push(Condition::Properties(subject, map, target));
        }
        if let Some(predicate) = &rel.predicate {
            let element = match (&rel.variable, length) {
                (Some(name), Some(length)) => Some(path::single(name, length.each)),
                _ => None,
            };
            self.conditions
                .push(Condition::Predicate((**predicate).clone(), target, element));
        }
    }
}

/// `element.key = value`
pub(super) fn property_test(slot: Slot, key: &ast::Name, value: Expr) -> Expr {
    let span = key.span.to(value.span);
    let base = Box::new(variable(slot, key.span));
    let property = Expr {
        kind: ExprKind::Property(base, Arc::clone(&key.node)),
        span: key.span,
    };
    Expr {
        kind: ExprKind::Compare(Comparison::Equal, Box::new(property), Box::new(value)),
        span,
    }
}

/// Which way an arrow points, seen from its left end.
pub(super) fn direction(arrow: ast::ArrowDirection) -> Direction {
    match arrow {
        ast::ArrowDirection::Right => Direction::Outgoing,
        ast::ArrowDirection::Left => Direction::Incoming,
        ast::ArrowDirection::Either | ast::ArrowDirection::Both => Direction::Both,
    }
}

/// Takes a conjunction apart.
pub(super) fn conjuncts(expr: Expr, parts: &mut Vec<Expr>) {
    match expr.kind {
        ExprKind::And(items) => items.into_iter().for_each(|item| conjuncts(item, parts)),
        _ => parts.push(expr),
    }
}

/// Where a path says that not all of what matches is wanted.
fn selective(path: &ast::PathPattern) -> Option<Span> {
    let selector = path.selector.as_ref()?;
    (selector.node != ast::PathSelector::All).then_some(selector.span)
}

/// Whether a path is matched as a whole: not by following its relationship patterns in any order,
/// and not by a plain search along a single one.
fn is_whole(path: &ast::PathPattern, factors: &[ast::PathFactor], repeatable: bool) -> bool {
    if matches!(path.term, ast::PathTerm::LegacyShortest { .. }) {
        return false;
    }
    let mode = path::path_mode(path, repeatable);
    let selector = path.selector.as_ref().map(|selector| &selector.node);
    let restricted = match mode {
        ast::PathMode::Walk if path.mode.is_none() => path::repeats(factors),
        ast::PathMode::Walk | ast::PathMode::Acyclic | ast::PathMode::Simple => true,
        ast::PathMode::Trail => repeatable,
    };
    restricted
        || match selector {
            None | Some(ast::PathSelector::All) => false,
            Some(
                ast::PathSelector::Any(None)
                | ast::PathSelector::AnyShortest
                | ast::PathSelector::AllShortest,
            ) => !is_single_rel(factors),
            Some(
                ast::PathSelector::Any(Some(_))
                | ast::PathSelector::Shortest(_)
                | ast::PathSelector::ShortestGroups(_),
            ) => true,
        }
}

/// Whether a path is one relationship pattern that repeats, of which nothing is said together with
/// its ends.
fn is_single_rel(factors: &[ast::PathFactor]) -> bool {
    let [
        ast::PathFactor::Node(from),
        ast::PathFactor::Rel(rel),
        ast::PathFactor::Node(to),
    ] = factors
    else {
        return false;
    };
    if path::quantity_of(rel).is_none() {
        return false;
    }
    let named = rel.variable.is_some();
    !named || [from, to].iter().all(|node| node.predicate.is_none())
}

/// Parentheses round a whole path mean nothing.
fn unwrapped(factors: &[ast::PathFactor]) -> &[ast::PathFactor] {
    match factors {
        [ast::PathFactor::Group(group)] if is_plain(group) && group.predicate.is_none() => {
            unwrapped(&group.factors)
        }
        _ => factors,
    }
}

/// Whether parentheses only group.
fn is_plain(group: &ast::GroupPattern) -> bool {
    group.quantifier.is_none() && group.variable.is_none() && group.mode.is_none()
}

/// Parentheses that only group go; what they demand is noted.
fn flatten<'p>(
    factors: &'p [ast::PathFactor],
    builder: &mut PatternBuilder,
) -> Vec<&'p ast::PathFactor> {
    let mut flat = Vec::with_capacity(factors.len());
    for factor in factors {
        match factor {
            ast::PathFactor::Group(group) if is_plain(group) => {
                flat.extend(flatten(&group.factors, builder));
                if let Some(predicate) = &group.predicate {
                    let predicate = (**predicate).clone();
                    builder
                        .conditions
                        .push(Condition::Predicate(predicate, Target::Pattern, None));
                }
            }
            _ => flat.push(factor),
        }
    }
    flat
}

/// The label names of a pattern that makes things.
pub(super) fn label_names(labels: Option<&ast::LabelExpr>, span: Span) -> Result<Vec<Arc<str>>> {
    let Some(labels) = labels else {
        return Ok(Vec::new());
    };
    let Some(names) = ast::plain_labels(labels) else {
        let message = "only plain labels can be given to a node, as in `:Actor:State`";
        return Err(SemanticError::UnexpectedSyntax { message }.at(span));
    };
    Ok(names.into_iter().map(|name| name.node).collect())
}

/// Fails where a variable of a pattern is there already.
pub(super) fn reject_bound(name: &ast::Name, scope: &Scope) -> Result<()> {
    if scope.get(&name.node).is_some() {
        Err(already_bound(name))
    } else {
        Ok(())
    }
}
