//! Binding patterns that are made: `CREATE` and `MERGE`.

use std::sync::Arc;

use super::super::bound::{
    Clause, CreateNode, CreatePattern, CreateRel, Direction, Expr, ExprKind, LabelTest, Merge,
    Pattern, PatternNode, PatternPath, PatternRel, Slot, VariableKind,
};
use super::super::error::SemanticError;
use super::super::scope::Scope;
use super::super::types::StaticType;
use super::pattern::{direction, label_names, property_test, reject_bound};
use super::{Binder, already_bound, variable};
use crate::error::Result;
use crate::syntax::ast;
use crate::value::Type;

/// Which clause makes the pattern.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Making {
    Create,
    Merge,
}

impl Making {
    fn clause(self) -> &'static str {
        match self {
            Self::Create => "CREATE",
            Self::Merge => "MERGE",
        }
    }
}

/// What a path makes, and what `MERGE` looks for.
#[derive(Default)]
struct Made {
    create: CreatePattern,
    pattern: Pattern,
}

impl Binder<'_> {
    pub(super) fn bind_create(
        &mut self,
        pattern: &ast::GraphPattern,
        scope: &mut Scope,
    ) -> Result<Clause> {
        let mut made = Made::default();
        let before = scope.clone();
        for path in &pattern.paths {
            self.make_path(path, Making::Create, &before, scope, &mut made)?;
        }
        Ok(Clause::Create(made.create))
    }

    pub(super) fn bind_merge(
        &mut self,
        path: &ast::PathPattern,
        actions: &[ast::MergeAction],
        scope: &mut Scope,
    ) -> Result<Clause> {
        let mut made = Made::default();
        let before = scope.clone();
        self.make_path(path, Making::Merge, &before, scope, &mut made)?;
        let mut on_create = Vec::new();
        let mut on_match = Vec::new();
        for action in actions {
            let items = self.bind_set_items(&action.items, scope)?;
            match action.event {
                ast::MergeEvent::Create => on_create.extend(items),
                ast::MergeEvent::Match => on_match.extend(items),
            }
        }
        let Made {
            create,
            mut pattern,
        } = made;
        pattern.paths.clone_from(&create.paths);
        Ok(Clause::Merge(Merge {
            pattern,
            create,
            on_create,
            on_match,
        }))
    }

    fn make_path(
        &mut self,
        path: &ast::PathPattern,
        making: Making,
        before: &Scope,
        scope: &mut Scope,
        made: &mut Made,
    ) -> Result<()> {
        let plain = path.selector.is_none() && path.mode.is_none();
        let (ast::PathTerm::Factors(factors), true) = (&path.term, plain) else {
            let message = "a path that is made has nodes and relationships only";
            return Err(SemanticError::UnexpectedSyntax { message }.at(path.span));
        };
        if let Some(name) = &path.variable {
            reject_bound(name, scope)?;
        }
        let mut elements: Vec<Slot> = Vec::with_capacity(factors.len());
        let mut pending: Option<&ast::RelPattern> = None;
        for factor in factors {
            match factor {
                ast::PathFactor::Node(node) => {
                    let alone = factors.len() == 1;
                    let from = elements.last().copied();
                    let slot = self.make_node(node, alone, making, (before, scope), made)?;
                    if let (Some(rel), Some(from)) = (pending.take(), from) {
                        let ends = (from, slot);
                        elements.push(self.make_rel(rel, ends, making, scope, made)?);
                    }
                    elements.push(slot);
                }
                ast::PathFactor::Rel(rel) => pending = Some(rel),
                ast::PathFactor::Group(group) => {
                    let message = "a path that is made has nodes and relationships only";
                    return Err(SemanticError::UnexpectedSyntax { message }.at(group.span));
                }
            }
        }
        if let Some(name) = &path.variable {
            let slot = self.declare_new(scope, name, StaticType::Flat(Type::Path))?;
            made.create.paths.push(PatternPath { slot, elements });
        }
        Ok(())
    }

    fn make_node(
        &mut self,
        node: &ast::NodePattern,
        alone: bool,
        making: Making,
        (before, scope): (&Scope, &mut Scope),
        made: &mut Made,
    ) -> Result<Slot> {
        if let Some(predicate) = &node.predicate {
            let message = "`WHERE` cannot stand in a pattern that is made";
            return Err(SemanticError::UnexpectedSyntax { message }.at(predicate.span));
        }
        let bare = node.labels.is_none() && node.properties.is_none();
        if let Some(name) = &node.variable
            && let Some(known) = scope.get(&name.node)
        {
            if alone || !bare {
                return Err(already_bound(name));
            }
            if !known.static_type.fits(&[Type::Node]) {
                return Err(SemanticError::VariableTypeConflict {
                    name: Arc::clone(&name.node),
                    found: known.static_type.describe(),
                    wanted: "a node",
                }
                .at(name.span));
            }
            let slot = known.slot;
            let bound = before
                .get(&name.node)
                .is_some_and(|known| known.slot == slot);
            if bound && made.pattern.nodes.iter().all(|node| node.slot != slot) {
                made.pattern.nodes.push(PatternNode { slot, bound: true });
            }
            return Ok(slot);
        }
        let labels = label_names(node.labels.as_ref(), node.span)?;
        let properties = self.made_properties(node.properties.as_deref(), making, scope)?;
        let slot = match &node.variable {
            Some(name) => self.declare(scope, &name.node, StaticType::Flat(Type::Node)),
            None => self.anonymous_slot(VariableKind::Node),
        };
        made.pattern.nodes.push(PatternNode { slot, bound: false });
        if !labels.is_empty() {
            let test = LabelTest::And(labels.iter().cloned().map(LabelTest::Name).collect());
            let kind = ExprKind::HasLabels(Box::new(variable(slot, node.span)), test);
            made.pattern.predicates.push(Expr {
                kind,
                span: node.span,
            });
        }
        made.add_property_tests(slot, properties.as_ref());
        made.create.nodes.push(CreateNode {
            slot,
            labels,
            properties,
        });
        Ok(slot)
    }

    fn make_rel(
        &mut self,
        rel: &ast::RelPattern,
        (from, to): (Slot, Slot),
        making: Making,
        scope: &mut Scope,
        made: &mut Made,
    ) -> Result<Slot> {
        if let Some(name) = &rel.variable {
            reject_bound(name, scope)?;
        }
        if rel.length.is_some() || rel.quantifier.is_some() {
            return Err(SemanticError::CreatingVarLength.at(rel.span));
        }
        if let Some(predicate) = &rel.predicate {
            let message = "`WHERE` cannot stand in a pattern that is made";
            return Err(SemanticError::UnexpectedSyntax { message }.at(predicate.span));
        }
        let Some(ast::LabelExpr::Name(rel_type)) = &rel.types else {
            return Err(SemanticError::NoSingleRelationshipType.at(rel.span));
        };
        let direction = direction(rel.direction);
        if direction == Direction::Both && making == Making::Create {
            return Err(SemanticError::RequiresDirectedRelationship.at(rel.span));
        }
        let properties = self.made_properties(rel.properties.as_deref(), making, scope)?;
        let slot = match &rel.variable {
            Some(name) => self.declare(scope, &name.node, StaticType::Flat(Type::Relationship)),
            None => self.anonymous_slot(VariableKind::Relationship),
        };
        made.add_property_tests(slot, properties.as_ref());
        let rel_type = Arc::clone(&rel_type.node);
        made.pattern.rels.push(PatternRel {
            slot,
            bound: false,
            from,
            to,
            direction,
            types: Some(LabelTest::Name(Arc::clone(&rel_type))),
            length: None,
        });
        let (start, end) = if direction == Direction::Incoming {
            (to, from)
        } else {
            (from, to)
        };
        let span = rel.span;
        made.create.rels.push(CreateRel {
            slot,
            start,
            end,
            rel_type,
            properties,
            span,
        });
        Ok(slot)
    }

    fn made_properties(
        &mut self,
        properties: Option<&ast::Expr>,
        making: Making,
        scope: &Scope,
    ) -> Result<Option<Expr>> {
        let Some(properties) = properties else {
            return Ok(None);
        };
        let is_map = matches!(properties.node, ast::ExprKind::Map(_));
        if !is_map && making == Making::Merge {
            let clause = making.clause();
            return Err(SemanticError::InvalidParameterUse { clause }.at(properties.span));
        }
        Ok(Some(self.bind_expr(properties, scope)?.0))
    }
}

impl Made {
    fn add_property_tests(&mut self, slot: Slot, properties: Option<&Expr>) {
        let Some(Expr {
            kind: ExprKind::Map(entries),
            span,
        }) = properties
        else {
            return;
        };
        for (key, value) in entries {
            let key = ast::Spanned::new(Arc::clone(key), *span);
            self.pattern
                .predicates
                .push(property_test(slot, &key, value.clone()));
        }
    }
}
