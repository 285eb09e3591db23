//! Binding path patterns that are matched as a whole: repeated parts, selectors, modes.

use std::sync::Arc;

use super::super::bound::{Expr, ExprKind, Slot, VariableKind};
use super::super::error::SemanticError;
use super::super::path::{
    PathBody, PathMode, PathPart, PathRel, Repeat, Selector, Times, WholePath,
};
use super::super::scope::{Scope, Variable};
use super::super::types::StaticType;
use super::expression::label_test;
use super::pattern::{Condition, NewVariables, PatternBuilder, Target, conjuncts, direction};
use super::{Binder, already_bound};
use crate::error::{Error, Result, Span};
use crate::syntax::ast;
use crate::value::{Type, Value};

/// How many nodes and relationships a path can have when its repetitions are written out.
const MAX_WRITTEN_OUT: u64 = 30_000;

/// Parts of a path that share their variables: those of the whole path, or of each turn of a
/// repeated part.
struct Level<'s> {
    /// The variables that are seen here.
    scope: &'s mut Scope,
    /// What earlier clauses bound.
    before: &'s Scope,
    /// Whether variables may be introduced.
    new: NewVariables,
    /// What the parts must fulfil, to be bound when all variables are known.
    conditions: Vec<Condition>,
    /// What the lists of repeated parts consist of: (inside, outside).
    lists: Vec<(Slot, Slot)>,
    /// The relationships that are declared here, and lists of them.
    rels: Vec<Slot>,
    /// The single nodes that are declared here between the ends.
    inner: Vec<Slot>,
    /// Such nodes of other paths of the clause.
    taken: Vec<Slot>,
    /// Whether what is declared here is repeated.
    repeated: bool,
    /// Where the conditions belong.
    target: Target,
    /// Whether the first and the last node are nodes of the pattern.
    holds_ends: bool,
}

/// What a path that is matched as a whole leaves to its clause.
pub(super) struct Declared {
    pub(super) conditions: Vec<Condition>,
    pub(super) rels: Vec<Slot>,
    pub(super) inner: Vec<Slot>,
}

/// Where a node stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum NodePlace {
    /// At an end of the whole path: there it may be what was bound before.
    End,
    Inner,
}

impl Binder<'_> {
    /// Declares a path that is matched as a whole, from its first node to its last.
    pub(super) fn declare_whole(
        &mut self,
        path: &ast::PathPattern,
        factors: &[ast::PathFactor],
        builder: &mut PatternBuilder,
        (scope, new): (&mut Scope, NewVariables),
    ) -> Result<()> {
        let repeatable = builder.pattern.repeatable;
        let mode = path_mode(path, repeatable);
        let selector = self.bind_selector(path)?;
        if matches!(selector, Selector::All) && mode == PathMode::Walk {
            check_bounded(factors)?;
        }
        let index = builder.pattern.wholes.len();
        let mut level = Level::new(scope, &builder.before, new, Target::Whole(index));
        level.holds_ends = true;
        level.taken.clone_from(&builder.whole_inner);
        let parts = self.bind_parts(factors, &mut level)?;
        builder.take(level.declared());
        for end in [parts.first(), parts.last()] {
            if let Some(PathPart::Node(slot)) = end {
                builder.add_node(*slot);
            }
        }
        check_size(&parts, path.span)?;
        let path_slot = self.declare_path_variable(path, scope, new)?;
        let rels = self.anonymous_slot(VariableKind::Value);
        builder.pattern.wholes.push(WholePath {
            selector,
            mode,
            body: PathBody {
                parts,
                predicates: Vec::new(),
            },
            path: path_slot,
            rels,
        });
        Ok(())
    }

    /// Declares a part in parentheses between two nodes of a pattern; returns the slot of its
    /// relationships.
    pub(super) fn declare_piece(
        &mut self,
        group: &ast::GroupPattern,
        (from, to): (Slot, Slot),
        builder: &mut PatternBuilder,
        (scope, new): (&mut Scope, NewVariables),
    ) -> Result<Slot> {
        let index = builder.pattern.wholes.len();
        let mut level = Level::new(scope, &builder.before, new, Target::Whole(index));
        let mut parts = vec![PathPart::Node(from)];
        self.bind_group(group, &mut level, &mut parts)?;
        parts.push(PathPart::Node(to));
        check_size(&parts, group.span)?;
        builder.take(level.declared());
        let rels = self.anonymous_slot(VariableKind::Value);
        builder.pattern.wholes.push(WholePath {
            selector: Selector::All,
            mode: PathMode::Trail,
            body: PathBody {
                parts,
                predicates: Vec::new(),
            },
            path: None,
            rels,
        });
        Ok(rels)
    }

    fn bind_selector(&mut self, path: &ast::PathPattern) -> Result<Selector> {
        let number = |binder: &mut Self, count: Option<&ast::Expr>| binder.path_count(count);
        Ok(
            match path.selector.as_ref().map(|selector| &selector.node) {
                None | Some(ast::PathSelector::All) => Selector::All,
                Some(ast::PathSelector::Any(count)) => {
                    Selector::Paths(number(self, count.as_ref())?)
                }
                Some(ast::PathSelector::AnyShortest) => Selector::Paths(number(self, None)?),
                Some(ast::PathSelector::AllShortest) => Selector::Groups(number(self, None)?),
                Some(ast::PathSelector::Shortest(count)) => {
                    Selector::Paths(number(self, Some(count))?)
                }
                Some(ast::PathSelector::ShortestGroups(count)) => {
                    Selector::Groups(number(self, count.as_ref())?)
                }
            },
        )
    }

    /// How many paths or groups are wanted; one where it is not said.
    fn path_count(&mut self, count: Option<&ast::Expr>) -> Result<Expr> {
        let Some(count) = count else {
            return Ok(Expr {
                kind: ExprKind::Literal(Value::Int(1)),
                span: Span::default(),
            });
        };
        let (bound, _) = self.bind_expr(count, &Scope::default())?;
        if matches!(&bound.kind, ExprKind::Literal(Value::Int(number)) if *number < 1) {
            return Err(SemanticError::InvalidPathCount.at(count.span));
        }
        Ok(bound)
    }

    pub(super) fn declare_path_variable(
        &mut self,
        path: &ast::PathPattern,
        scope: &mut Scope,
        new: NewVariables,
    ) -> Result<Option<Slot>> {
        match &path.variable {
            None => Ok(None),
            Some(name) if new == NewVariables::Forbidden => {
                Err(super::undefined(&name.node, name.span, scope))
            }
            Some(name) => self
                .declare_new(scope, name, StaticType::Flat(Type::Path))
                .map(Some),
        }
    }

    /// Declares the variables of some factors, and returns what they form: it begins and ends with
    /// a node.
    fn bind_parts(
        &mut self,
        factors: &[ast::PathFactor],
        level: &mut Level<'_>,
    ) -> Result<Vec<PathPart>> {
        let mut parts = Vec::with_capacity(factors.len());
        let holds_ends = std::mem::take(&mut level.holds_ends);
        let last = factors.len().saturating_sub(1);
        for (place, factor) in factors.iter().enumerate() {
            match factor {
                ast::PathFactor::Node(node) => {
                    let is_end = holds_ends && (place == 0 || place == last);
                    let slot = self.path_node(
                        node,
                        level,
                        if is_end {
                            NodePlace::End
                        } else {
                            NodePlace::Inner
                        },
                    )?;
                    parts.push(PathPart::Node(slot));
                }
                ast::PathFactor::Rel(rel) => self.path_rel(rel, level, &mut parts)?,
                ast::PathFactor::Group(group) => self.bind_group(group, level, &mut parts)?,
            }
        }
        self.end_with_node(&mut parts);
        Ok(parts)
    }

    /// Puts a node at the end where there is none.
    fn end_with_node(&mut self, parts: &mut Vec<PathPart>) {
        if !matches!(parts.last(), Some(PathPart::Node(_))) {
            parts.push(PathPart::Node(self.anonymous_slot(VariableKind::Node)));
        }
    }

    fn path_node(
        &mut self,
        node: &ast::NodePattern,
        level: &mut Level<'_>,
        place: NodePlace,
    ) -> Result<Slot> {
        let slot = match &node.variable {
            None => self.anonymous_slot(VariableKind::Node),
            Some(name) => {
                let slot = self.path_variable(name, Type::Node, "a node", level)?;
                level.same_end(slot, place)
            }
        };
        if place == NodePlace::Inner {
            level.inner.push(slot);
        }
        let target = level.target;
        if let Some(labels) = &node.labels {
            let span = node.variable.as_ref().map_or(node.span, |name| name.span);
            let test = label_test(labels);
            level
                .conditions
                .push(Condition::Labels(slot, test, span, target));
        }
        level.tests(slot, node.properties.as_deref(), node.predicate.as_deref());
        Ok(slot)
    }

    fn path_rel(
        &mut self,
        rel: &ast::RelPattern,
        level: &mut Level<'_>,
        parts: &mut Vec<PathPart>,
    ) -> Result<()> {
        self.end_with_node(parts);
        if let Some((quantity, default)) = quantity_of(rel) {
            let times = times(quantity, default)?;
            let repeat = self.repeated_rel(rel, times, level)?;
            parts.push(PathPart::Repeat(Box::new(repeat)));
            return Ok(());
        }
        let slot = match &rel.variable {
            None => self.anonymous_slot(VariableKind::Relationship),
            Some(name) => {
                level.check_unique(name)?;
                self.path_variable(name, Type::Relationship, "a relationship", level)?
            }
        };
        level.rels.push(slot);
        level.tests(slot, rel.properties.as_deref(), rel.predicate.as_deref());
        parts.push(PathPart::Rel(path_rel(rel, slot)));
        Ok(())
    }

    /// `-[r:R]->{2,5}` is `(()-[r:R]->()){2,5}`.
    fn repeated_rel(
        &mut self,
        rel: &ast::RelPattern,
        times: Times,
        level: &mut Level<'_>,
    ) -> Result<Repeat> {
        let ends = [(); 2].map(|()| PathPart::Node(self.anonymous_slot(VariableKind::Node)));
        let [first, last] = ends;
        let mut scope = level.before.clone();
        let mut lists = Vec::new();
        let each = match &rel.variable {
            None => self.anonymous_slot(VariableKind::Relationship),
            Some(name) => {
                let single = StaticType::Flat(Type::Relationship);
                let each = self.declare(&mut scope, &name.node, single.clone());
                let all = self.list_variable(name, StaticType::list(single), level)?;
                level.lists.push((each, all));
                level.rels.push(all);
                lists.push((each, all));
                each
            }
        };
        let mut inner = Level::new(&mut scope, level.before, level.new, Target::Pattern);
        inner.tests(each, rel.properties.as_deref(), rel.predicate.as_deref());
        let conditions = inner.conditions;
        let predicates = self.bind_conditions(conditions, &scope)?;
        let parts = vec![first, PathPart::Rel(path_rel(rel, each)), last];
        Ok(Repeat {
            body: PathBody { parts, predicates },
            times: Some(times),
            mode: None,
            path: None,
            lists,
        })
    }

    fn bind_group(
        &mut self,
        group: &ast::GroupPattern,
        level: &mut Level<'_>,
        parts: &mut Vec<PathPart>,
    ) -> Result<()> {
        if let Some(quantity) = &group.quantifier {
            self.end_with_node(parts);
            let times = times(quantity, 0)?;
            let repeat = self.repeated_group(group, times, level)?;
            parts.push(PathPart::Repeat(Box::new(repeat)));
            return Ok(());
        }
        let inner = self.bind_parts(&group.factors, level)?;
        if let Some(predicate) = &group.predicate {
            let target = level.target;
            let predicate = (**predicate).clone();
            level
                .conditions
                .push(Condition::Predicate(predicate, target, None));
        }
        if group.mode.is_none() && group.variable.is_none() {
            parts.extend(inner);
            return Ok(());
        }
        self.end_with_node(parts);
        let path = match &group.variable {
            None => None,
            Some(name) => {
                let path = StaticType::Flat(Type::Path);
                level.check_new(name)?;
                Some(self.declare_new(level.scope, name, path)?)
            }
        };
        parts.push(PathPart::Repeat(Box::new(Repeat {
            body: PathBody {
                parts: inner,
                predicates: Vec::new(),
            },
            times: None,
            mode: group.mode.as_ref().map(|mode| mode.node),
            path,
            lists: Vec::new(),
        })));
        Ok(())
    }

    /// Inside, its variables stand for the elements of one turn; outside, for lists of them.
    fn repeated_group(
        &mut self,
        group: &ast::GroupPattern,
        times: Times,
        level: &mut Level<'_>,
    ) -> Result<Repeat> {
        let mut scope = level.before.clone();
        let mut inner = Level::new(&mut scope, level.before, level.new, Target::Pattern);
        inner.repeated = true;
        let path = match &group.variable {
            None => None,
            Some(name) => {
                inner.check_new(name)?;
                Some(self.declare_new(inner.scope, name, StaticType::Flat(Type::Path))?)
            }
        };
        let parts = self.bind_parts(&group.factors, &mut inner)?;
        if shortest_turn(&parts) == 0 {
            return Err(SemanticError::EmptyTurn.at(group.span));
        }
        if let Some(predicate) = &group.predicate {
            let predicate = (**predicate).clone();
            let condition = Condition::Predicate(predicate, Target::Pattern, None);
            inner.conditions.push(condition);
        }
        let Level {
            conditions,
            lists: nested,
            ..
        } = inner;
        let predicates = self.bind_conditions(conditions, &scope)?;
        let lists = self.export(group, &scope, &nested, level)?;
        Ok(Repeat {
            body: PathBody { parts, predicates },
            times: Some(times),
            mode: group.mode.as_ref().map(|mode| mode.node),
            path,
            lists,
        })
    }

    /// Declares the lists of what a group introduces. The lists of nested groups are put together
    /// to one list.
    fn export(
        &mut self,
        group: &ast::GroupPattern,
        inner: &Scope,
        nested: &[(Slot, Slot)],
        level: &mut Level<'_>,
    ) -> Result<Vec<(Slot, Slot)>> {
        let known = level.before.all().len();
        let mut lists = Vec::new();
        for variable in inner.all().get(known..).unwrap_or_default() {
            let list_type = match &variable.static_type {
                list @ StaticType::List(_) => list.clone(),
                single => StaticType::list(single.clone()),
            };
            let name = ast::Spanned::new(Arc::clone(&variable.name), group.span);
            if level.scope.get(&name.node).is_some() {
                return Err(stands_outside(&name));
            }
            let outer = self.list_variable(&name, list_type, level)?;
            let within = nested.iter().find(|(_, list)| *list == variable.slot);
            let inside = within.map_or(variable.slot, |(inside, _)| *inside);
            lists.push((inside, outer));
            level.lists.push((inside, outer));
            level.rels.push(outer);
        }
        Ok(lists)
    }

    /// A new variable for a list.
    fn list_variable(
        &mut self,
        name: &ast::Name,
        list_type: StaticType,
        level: &mut Level<'_>,
    ) -> Result<Slot> {
        level.check_new(name)?;
        self.declare_new(level.scope, name, list_type)
    }

    /// The slot of an element: a new one; what the variable meant before must be the same.
    fn path_variable(
        &mut self,
        name: &ast::Name,
        flat: Type,
        what: &'static str,
        level: &mut Level<'_>,
    ) -> Result<Slot> {
        let wanted = StaticType::Flat(flat);
        let kind = super::kind_of(&wanted);
        let Some(known) = level.scope.get(&name.node) else {
            level.check_new(name)?;
            return Ok(self.declare(level.scope, &name.node, wanted));
        };
        if level.repeated && level.before.get(&name.node).is_some() {
            return Err(stands_outside(name));
        }
        if !known.static_type.fits(&[flat]) {
            return Err(SemanticError::VariableTypeConflict {
                name: Arc::clone(&name.node),
                found: known.static_type.describe(),
                wanted: what,
            }
            .at(name.span));
        }
        let known = known.slot;
        let slot = self.anonymous_slot(kind);
        let target = level.target;
        level
            .conditions
            .push(Condition::Same(slot, known, name.span, target));
        Ok(slot)
    }

    fn bind_conditions(&mut self, conditions: Vec<Condition>, scope: &Scope) -> Result<Vec<Expr>> {
        let mut predicates = Vec::new();
        for condition in conditions {
            let (bound, _) = self.bind_one_condition(condition, scope)?;
            for part in bound {
                conjuncts(part, &mut predicates);
            }
        }
        Ok(predicates)
    }
}

impl<'s> Level<'s> {
    fn new(scope: &'s mut Scope, before: &'s Scope, new: NewVariables, target: Target) -> Self {
        Self {
            scope,
            before,
            new,
            conditions: Vec::new(),
            lists: Vec::new(),
            rels: Vec::new(),
            inner: Vec::new(),
            taken: Vec::new(),
            repeated: false,
            target,
            holds_ends: false,
        }
    }

    fn declared(self) -> Declared {
        Declared {
            conditions: self.conditions,
            rels: self.rels,
            inner: self.inner,
        }
    }

    /// Notes what the property map and the `WHERE` of an element demand.
    fn tests(&mut self, slot: Slot, map: Option<&ast::Expr>, predicate: Option<&ast::Expr>) {
        if let Some(map) = map {
            let condition = Condition::Properties(slot, map.clone(), self.target);
            self.conditions.push(condition);
        }
        if let Some(predicate) = predicate {
            let condition = Condition::Predicate(predicate.clone(), self.target, None);
            self.conditions.push(condition);
        }
    }

    /// At an end of the path, what must be the same as another node simply is that node, unless
    /// that is found by a search of its own.
    fn same_end(&mut self, slot: Slot, place: NodePlace) -> Slot {
        match (place, self.conditions.last()) {
            (NodePlace::End, Some(&Condition::Same(own, known, ..)))
                if own == slot && !self.inner.contains(&known) && !self.taken.contains(&known) =>
            {
                self.conditions.pop();
                known
            }
            _ => slot,
        }
    }

    /// Fails where a variable may not be introduced, or has been.
    fn check_new(&self, name: &ast::Name) -> Result<()> {
        if self.scope.get(&name.node).is_some() {
            return Err(already_bound(name));
        }
        if self.new == NewVariables::Forbidden {
            return Err(super::undefined(&name.node, name.span, self.scope));
        }
        Ok(())
    }

    /// A relationship variable stands once in a clause.
    fn check_unique(&self, name: &ast::Name) -> Result<()> {
        let known = self.scope.get(&name.node);
        if known.is_some_and(|known| self.rels.contains(&known.slot)) {
            let name_text = Arc::clone(&name.node);
            let error = SemanticError::RelationshipUniquenessViolation { name: name_text };
            return Err(error.at(name.span));
        }
        Ok(())
    }
}

/// A variable of a repeated part that is also there outside of it.
fn stands_outside(name: &ast::Name) -> Error {
    let name_text = Arc::clone(&name.node);
    SemanticError::RepeatedVariable { name: name_text }.at(name.span)
}

fn path_rel(rel: &ast::RelPattern, slot: Slot) -> PathRel {
    PathRel {
        slot,
        direction: direction(rel.direction),
        types: rel.types.as_ref().map(label_test),
    }
}

/// How often a relationship pattern repeats, and what no lower bound means.
pub(super) fn quantity_of(rel: &ast::RelPattern) -> Option<(&ast::Spanned<ast::Quantity>, u64)> {
    match (&rel.length, &rel.quantifier) {
        (Some(length), _) => Some((length, 1)),
        (None, Some(quantifier)) => Some((quantifier, 0)),
        (None, None) => None,
    }
}

/// The bounds of a quantifier. Those of `*1..3` may be empty, as users know it.
pub(super) fn times(quantity: &ast::Spanned<ast::Quantity>, default: u64) -> Result<Times> {
    let min = quantity.node.min.unwrap_or(default);
    let max = quantity.node.max;
    let quantifier = default == 0;
    if quantifier && max.is_some_and(|max| max == 0 || max < min) {
        return Err(SemanticError::InvalidQuantifier.at(quantity.span));
    }
    Ok(Times { min, max })
}

/// What a path may repeat where it is not said: by default no relationship.
pub(super) fn path_mode(path: &ast::PathPattern, repeatable: bool) -> PathMode {
    let default = if repeatable {
        PathMode::Walk
    } else {
        PathMode::Trail
    };
    path.mode.as_ref().map_or(default, |mode| mode.node)
}

/// Whether anything repeats.
pub(super) fn repeats(factors: &[ast::PathFactor]) -> bool {
    factors.iter().any(|factor| match factor {
        ast::PathFactor::Node(_) => false,
        ast::PathFactor::Rel(rel) => quantity_of(rel).is_some(),
        ast::PathFactor::Group(_) => true,
    })
}

/// Without a selector, a walk must have an end.
fn check_bounded(factors: &[ast::PathFactor]) -> Result<()> {
    for factor in factors {
        let quantity = match factor {
            ast::PathFactor::Node(_) => continue,
            ast::PathFactor::Rel(rel) => quantity_of(rel).map(|(quantity, _)| quantity),
            ast::PathFactor::Group(group) => {
                let restricted = |mode: &ast::Spanned<PathMode>| mode.node != PathMode::Walk;
                if !group.mode.as_ref().is_some_and(restricted) {
                    check_bounded(&group.factors)?;
                }
                group.quantifier.as_ref()
            }
        };
        if let Some(quantity) = quantity
            && quantity.node.max.is_none()
        {
            return Err(SemanticError::UnboundedWalk.at(quantity.span));
        }
    }
    Ok(())
}

/// A repeated part is looked for as if it were written out as often as it may occur.
fn check_size(parts: &[PathPart], span: Span) -> Result<()> {
    let limit = MAX_WRITTEN_OUT;
    if written_out(parts) > limit {
        return Err(SemanticError::RepetitionTooLarge { limit }.at(span));
    }
    Ok(())
}

/// How many nodes and relationships a stretch has when its repetitions are written out.
fn written_out(parts: &[PathPart]) -> u64 {
    parts
        .iter()
        .map(|part| match part {
            PathPart::Node(_) | PathPart::Rel(_) => 1,
            PathPart::Repeat(repeat) => {
                let times = repeat
                    .times
                    .map_or(1, |times| times.max.unwrap_or(times.min).max(1));
                written_out(&repeat.body.parts).saturating_mul(times)
            }
        })
        .fold(0, u64::saturating_add)
}

/// How many relationships a stretch has at least.
fn shortest_turn(parts: &[PathPart]) -> u64 {
    parts
        .iter()
        .map(|part| match part {
            PathPart::Node(_) => 0,
            PathPart::Rel(_) => 1,
            PathPart::Repeat(repeat) => {
                let times = repeat.times.map_or(1, |times| times.min);
                shortest_turn(&repeat.body.parts).saturating_mul(times)
            }
        })
        .fold(0, u64::saturating_add)
}

/// A variable of a repeated relationship, for the conditions on one of them.
pub(super) fn single(name: &ast::Name, slot: Slot) -> Variable {
    Variable {
        name: Arc::clone(&name.node),
        slot,
        static_type: StaticType::Flat(Type::Relationship),
    }
}
