//! Binding `SET`, `REMOVE`, `DELETE`, `FOREACH`.

use std::sync::Arc;

use super::super::bound::{Clause, Expr, ExprKind, SetItem, Slot};
use super::super::error::SemanticError;
use super::super::scope::Scope;
use super::super::types::StaticType;
use super::Binder;
use super::expression::expect_type;
use crate::error::Result;
use crate::syntax::ast;
use crate::value::{Type, Value};

impl Binder<'_> {
    pub(super) fn bind_set_items(
        &mut self,
        items: &[ast::SetItem],
        scope: &Scope,
    ) -> Result<Vec<SetItem>> {
        items
            .iter()
            .map(|item| self.bind_set_item(item, scope))
            .collect()
    }

    fn bind_set_item(&mut self, item: &ast::SetItem, scope: &Scope) -> Result<SetItem> {
        Ok(match item {
            ast::SetItem::Property { target, value } => {
                let (base, key) = self.bind_target(target, scope)?;
                let (value, _) = self.bind_expr(value, scope)?;
                SetItem::Property { base, key, value }
            }
            ast::SetItem::All { variable, value } => {
                let slot = self.bind_element_name(variable, scope)?;
                SetItem::AllProperties {
                    slot,
                    value: self.bind_expr(value, scope)?.0,
                }
            }
            ast::SetItem::Add { variable, value } => {
                let slot = self.bind_element_name(variable, scope)?;
                SetItem::AddProperties {
                    slot,
                    value: self.bind_expr(value, scope)?.0,
                }
            }
            ast::SetItem::Labels { variable, labels } => {
                let slot = self.bind_labeled_name(variable, scope)?;
                SetItem::AddLabels {
                    slot,
                    labels: names(labels),
                }
            }
        })
    }

    pub(super) fn bind_remove(
        &mut self,
        items: &[ast::RemoveItem],
        scope: &Scope,
    ) -> Result<Clause> {
        let mut bound = Vec::with_capacity(items.len());
        for item in items {
            bound.push(match item {
                ast::RemoveItem::Property(target) => {
                    let (base, key) = self.bind_target(target, scope)?;
                    let value = Expr {
                        kind: ExprKind::Literal(Value::Null),
                        span: target.span,
                    };
                    SetItem::Property { base, key, value }
                }
                ast::RemoveItem::Labels { variable, labels } => {
                    let slot = self.bind_labeled_name(variable, scope)?;
                    SetItem::RemoveLabels {
                        slot,
                        labels: names(labels),
                    }
                }
            });
        }
        Ok(Clause::Set(bound))
    }

    /// `base.key` or `base[key]`
    fn bind_target(&mut self, target: &ast::Expr, scope: &Scope) -> Result<(Expr, Expr)> {
        match &target.node {
            ast::ExprKind::Property { base, key } => {
                let (base_expr, found) = self.bind_expr(base, scope)?;
                let wanted = [Type::Node, Type::Relationship, Type::Map];
                expect_type(&found, &wanted, "what has a property", base.span)?;
                let kind = ExprKind::Literal(Value::String(Arc::clone(&key.node)));
                Ok((
                    base_expr,
                    Expr {
                        kind,
                        span: key.span,
                    },
                ))
            }
            ast::ExprKind::Index { base, index } => Ok((
                self.bind_expr(base, scope)?.0,
                self.bind_expr(index, scope)?.0,
            )),
            _ => {
                let message = "a property is set as in `n.key = value`";
                Err(SemanticError::UnexpectedSyntax { message }.at(target.span))
            }
        }
    }

    fn bind_element_name(&mut self, name: &ast::Name, scope: &Scope) -> Result<Slot> {
        let found = self.bind_name(name, scope)?;
        let wanted = [Type::Node, Type::Relationship];
        expect_type(&found.static_type, &wanted, "what is changed", name.span)?;
        Ok(found.slot)
    }

    fn bind_labeled_name(&mut self, name: &ast::Name, scope: &Scope) -> Result<Slot> {
        let found = self.bind_name(name, scope)?;
        expect_type(
            &found.static_type,
            &[Type::Node],
            "what gets or loses a label",
            name.span,
        )?;
        Ok(found.slot)
    }

    pub(super) fn bind_delete(
        &mut self,
        detach: bool,
        targets: &[ast::Expr],
        scope: &Scope,
    ) -> Result<Clause> {
        let mut bound = Vec::with_capacity(targets.len());
        for target in targets {
            if matches!(target.node, ast::ExprKind::HasLabels { .. }) {
                return Err(SemanticError::InvalidDelete.at(target.span));
            }
            let (expr, found) = self.bind_expr(target, scope)?;
            let wanted = [Type::Node, Type::Relationship, Type::Path];
            expect_type(&found, &wanted, "what is deleted", target.span)?;
            bound.push(expr);
        }
        Ok(Clause::Delete {
            detach,
            targets: bound,
        })
    }

    pub(super) fn bind_foreach(
        &mut self,
        variable: &ast::Name,
        list: &ast::Expr,
        clauses: &[ast::Spanned<ast::Clause>],
        scope: &Scope,
    ) -> Result<Clause> {
        let (list_expr, found) = self.bind_expr(list, scope)?;
        expect_type(
            &found,
            &[Type::List],
            "what `FOREACH` goes through",
            list.span,
        )?;
        let mut inner = scope.clone();
        let element = if found.flat() == Type::List {
            found.element()
        } else {
            StaticType::ANY
        };
        let slot = self.declare(&mut inner, &variable.node, element);
        let mut bound = Vec::with_capacity(clauses.len());
        for clause in clauses {
            if !is_update(&clause.node) {
                let message = "only clauses that change the graph can stand in `FOREACH`";
                return Err(SemanticError::ClauseComposition { message }.at(clause.span));
            }
            bound.push(self.bind_clause(clause, &mut inner)?);
        }
        Ok(Clause::Foreach {
            list: list_expr,
            slot,
            clauses: bound,
        })
    }
}

fn is_update(clause: &ast::Clause) -> bool {
    matches!(
        clause,
        ast::Clause::Create(_)
            | ast::Clause::Merge { .. }
            | ast::Clause::Set(_)
            | ast::Clause::Remove(_)
            | ast::Clause::Delete { .. }
            | ast::Clause::Foreach { .. }
    )
}

fn names(labels: &[ast::Name]) -> Vec<Arc<str>> {
    labels.iter().map(|label| Arc::clone(&label.node)).collect()
}
