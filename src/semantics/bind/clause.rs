//! Binding clauses: dispatch, and which clauses may follow which.

use std::sync::Arc;

use super::super::bound::{Clause, ProcedureCall, Slot};
use super::super::error::SemanticError;
use super::super::scope::Scope;
use super::super::types::StaticType;
use super::expression::expect_type;
use super::function::argument_count;
use super::projection::ProjectionKind;
use super::{Aggregates, Binder, MAX_CLAUSES, already_bound};
use crate::error::{Result, Span};
use crate::functions::{Field, Procedure};
use crate::syntax::ast;
use crate::value::Type;

impl Binder<'_> {
    pub(super) fn bind_clause(
        &mut self,
        clause: &ast::Spanned<ast::Clause>,
        scope: &mut Scope,
    ) -> Result<Clause> {
        self.count_clause(clause)?;
        match &clause.node {
            ast::Clause::Match(clause) => self.bind_match(clause, scope),
            ast::Clause::Unwind { list, variable } => self.bind_unwind(list, variable, scope),
            ast::Clause::With(projection, predicate) => {
                self.bind_projection(projection, predicate.as_ref(), ProjectionKind::With, scope)
            }
            ast::Clause::Return(projection) => {
                self.bind_projection(projection, None, ProjectionKind::Return, scope)
            }
            ast::Clause::Finish => Ok(finish()),
            ast::Clause::Create(pattern) => self.bind_create(pattern, scope),
            ast::Clause::Merge { pattern, actions } => self.bind_merge(pattern, actions, scope),
            ast::Clause::Set(items) => Ok(Clause::Set(self.bind_set_items(items, scope)?)),
            ast::Clause::Remove(items) => self.bind_remove(items, scope),
            ast::Clause::Delete { detach, targets } => self.bind_delete(*detach, targets, scope),
            ast::Clause::Call(call) => self.bind_call_clause(call, clause.span, scope),
            ast::Clause::CallSubquery {
                optional,
                imports,
                query,
            } => self.bind_call_subquery(*optional, imports.as_ref(), query, scope),
            ast::Clause::Foreach {
                variable,
                list,
                clauses,
            } => self.bind_foreach(variable, list, clauses, scope),
            ast::Clause::LoadCsv {
                with_headers,
                source,
                variable,
                field_terminator,
            } => self.bind_load_csv(
                *with_headers,
                source,
                variable,
                field_terminator.as_ref(),
                scope,
            ),
        }
    }

    fn count_clause(&mut self, clause: &ast::Spanned<ast::Clause>) -> Result<()> {
        if !matches!(clause.node, ast::Clause::Create(_)) {
            self.clauses += 1;
        }
        if self.clauses <= MAX_CLAUSES {
            return Ok(());
        }
        let limit = MAX_CLAUSES;
        Err(SemanticError::TooManyClauses { limit }.at(clause.span))
    }

    fn bind_unwind(
        &mut self,
        list: &ast::Expr,
        variable: &ast::Name,
        scope: &mut Scope,
    ) -> Result<Clause> {
        let (list, found) = self.bind_expr(list, scope)?;
        let element = if found.flat() == Type::List {
            found.element()
        } else {
            StaticType::ANY
        };
        let slot = self.declare_new(scope, variable, element)?;
        Ok(Clause::Unwind { list, slot })
    }

    fn bind_load_csv(
        &mut self,
        with_headers: bool,
        source: &ast::Expr,
        variable: &ast::Name,
        field_terminator: Option<&ast::Expr>,
        scope: &mut Scope,
    ) -> Result<Clause> {
        let (source, _) = self.bind_expr(source, scope)?;
        let field_terminator = field_terminator
            .map(|terminator| self.bind_expr(terminator, scope).map(|(bound, _)| bound))
            .transpose()?;
        let row = if with_headers {
            StaticType::Flat(Type::Map)
        } else {
            StaticType::list(StaticType::Flat(Type::String))
        };
        let slot = self.declare_new(scope, variable, row)?;
        Ok(Clause::LoadCsv {
            with_headers,
            source,
            slot,
            field_terminator,
        })
    }

    fn lookup_procedure(&self, call: &ast::ProcedureCall) -> Result<Arc<Procedure>> {
        let name = call.name.node.join(".");
        self.catalog.procedure(&name).ok_or_else(|| {
            let known = self.catalog.procedure_names();
            SemanticError::ProcedureNotFound { name, known }.at(call.name.span)
        })
    }

    /// `CALL` among other clauses.
    fn bind_call_clause(
        &mut self,
        call: &ast::ProcedureCall,
        span: Span,
        scope: &mut Scope,
    ) -> Result<Clause> {
        let procedure = self.lookup_procedure(call)?;
        let Some(arguments) = &call.arguments else {
            return Err(SemanticError::InvalidArgumentPassingMode.at(span));
        };
        if let Some(ast::Yield::All(star)) = &call.yields {
            let message = "`YIELD *` can only stand in a call that is the whole statement";
            return Err(SemanticError::UnexpectedSyntax { message }.at(*star));
        }
        self.bind_procedure(call, &procedure, arguments, scope)
    }

    /// `CALL` as the whole statement.
    pub(super) fn bind_standalone_call(
        &mut self,
        call: &ast::ProcedureCall,
        scope: &mut Scope,
    ) -> Result<Clause> {
        let procedure = self.lookup_procedure(call)?;
        let arguments = match &call.arguments {
            Some(arguments) => arguments.clone(),
            None => self.implicit_arguments(&procedure, call.name.span)?,
        };
        let mut call = call.clone();
        if matches!(call.yields, None | Some(ast::Yield::All(_))) {
            let span = call.name.span;
            let name = |field: &Field| ast::Spanned::new(Arc::clone(&field.name), span);
            let items = procedure.outputs.iter();
            let items = items
                .map(|field| ast::YieldItem {
                    field: name(field),
                    alias: None,
                })
                .collect();
            call.yields = Some(ast::Yield::Items {
                items,
                predicate: None,
            });
        }
        self.bind_procedure(&call, &procedure, &arguments, scope)
    }

    /// Parameters that are named as the procedure's inputs.
    fn implicit_arguments(&self, procedure: &Procedure, span: Span) -> Result<Vec<ast::Expr>> {
        procedure
            .inputs
            .iter()
            .map(|field| {
                let name = Arc::clone(&field.name);
                if self.catalog.has_parameter(&name) {
                    Ok(ast::Spanned::new(ast::ExprKind::Parameter(name), span))
                } else {
                    let given = self.catalog.parameter_names();
                    Err(SemanticError::MissingParameter { name, given }.at(span))
                }
            })
            .collect()
    }

    fn bind_procedure(
        &mut self,
        call: &ast::ProcedureCall,
        procedure: &Procedure,
        arguments: &[ast::Expr],
        scope: &mut Scope,
    ) -> Result<Clause> {
        let required = procedure
            .inputs
            .iter()
            .filter(|field| field.default.is_none())
            .count();
        if arguments.len() > procedure.inputs.len() || arguments.len() < required {
            return Err(SemanticError::InvalidNumberOfArguments {
                name: procedure.name.to_string(),
                wanted: argument_count(required, procedure.inputs.len()),
                found: arguments.len(),
                form: procedure_form(procedure),
            }
            .at(call.name.span));
        }
        let place = Aggregates::Forbidden("in the arguments of a procedure");
        let before = std::mem::replace(&mut self.aggregates, place);
        let bound = self.bind_all(arguments, scope);
        self.aggregates = before;
        let (mut bound, types) = bound?;
        for ((field, argument), found) in procedure.inputs.iter().zip(arguments).zip(&types) {
            let what = format!("argument `{}` of `{}`", field.name, procedure.name);
            expect_type(found, &[field.value_type], &what, argument.span)?;
        }
        for field in procedure.inputs.iter().skip(bound.len()) {
            let value = field.default.clone().unwrap_or(crate::value::Value::Null);
            let kind = super::ExprKind::Literal(value);
            bound.push(super::Expr {
                kind,
                span: call.name.span,
            });
        }
        if procedure.at_moment {
            let all_times = || super::moment::constant(crate::value::Value::Null);
            bound.push(self.moment.clone().unwrap_or_else(all_times));
        }
        let (yields, predicate) = self.bind_yields(call, procedure, scope)?;
        Ok(Clause::Call(ProcedureCall {
            name: Arc::clone(&procedure.name),
            optional: call.optional,
            arguments: bound,
            yields,
            void: procedure.outputs.is_empty(),
            predicate,
        }))
    }

    #[expect(
        clippy::type_complexity,
        reason = "the yields and the filter behind them"
    )]
    fn bind_yields(
        &mut self,
        call: &ast::ProcedureCall,
        procedure: &Procedure,
        scope: &mut Scope,
    ) -> Result<(Vec<(usize, Slot)>, Option<super::Expr>)> {
        let Some(ast::Yield::Items { items, predicate }) = &call.yields else {
            return Ok((Vec::new(), None));
        };
        let mut yields = Vec::with_capacity(items.len());
        for item in items {
            let position = procedure
                .outputs
                .iter()
                .position(|field| field.name == item.field.node);
            let Some((position, field)) =
                position.and_then(|found| procedure.outputs.get(found).map(|field| (found, field)))
            else {
                return Err(SemanticError::UnknownYield {
                    procedure: Arc::clone(&procedure.name),
                    field: Arc::clone(&item.field.node),
                    known: field_names(&procedure.outputs),
                }
                .at(item.field.span));
            };
            let name = item.alias.as_ref().unwrap_or(&item.field);
            if scope.get(&name.node).is_some() {
                return Err(already_bound(name));
            }
            let found = StaticType::Flat(field.value_type);
            yields.push((position, self.declare(scope, &name.node, found)));
        }
        let predicate = predicate
            .as_deref()
            .map(|predicate| self.bind_condition(predicate, scope, "in `WHERE`"))
            .transpose()?;
        Ok((yields, predicate))
    }
}

/// `FINISH`: the rows are used up and none comes out.
fn finish() -> Clause {
    Clause::Project(super::super::bound::Projection {
        aggregation: None,
        items: Vec::new(),
        distinct: false,
        order_by: Vec::new(),
        skip: None,
        limit: None,
        predicate: None,
        columns: Vec::new(),
    })
}

/// Fails where a clause stands at a place where it cannot.
pub(super) fn check_composition(query: &ast::SingleQuery) -> Result<()> {
    let last = query.clauses.len().saturating_sub(1);
    for (index, clause) in query.clauses.iter().enumerate() {
        let message = match &clause.node {
            ast::Clause::Return(_) | ast::Clause::Finish if index != last => {
                "nothing can follow `RETURN`"
            }
            ast::Clause::With(..) if index == last => {
                "a query cannot end with `WITH`: add `RETURN`"
            }
            ast::Clause::Match(_) if index == last => {
                "a query cannot end with `MATCH`: add `RETURN`"
            }
            ast::Clause::Unwind { .. } if index == last => {
                "a query cannot end with `UNWIND`: add `RETURN`"
            }
            ast::Clause::LoadCsv { .. } if index == last => {
                "a query cannot end with `LOAD CSV`: add `RETURN`"
            }
            _ => continue,
        };
        return Err(SemanticError::ClauseComposition { message }.at(clause.span));
    }
    Ok(())
}

/// `name(a, b)`
fn procedure_form(procedure: &Procedure) -> String {
    let inputs = field_names(&procedure.inputs);
    format!("{}({})", procedure.name, inputs.join(", "))
}

fn field_names(fields: &[Field]) -> Vec<Arc<str>> {
    fields.iter().map(|field| Arc::clone(&field.name)).collect()
}
