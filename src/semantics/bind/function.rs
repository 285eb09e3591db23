//! Binding function calls, aggregates among them.

use std::sync::Arc;

use super::super::bound::{AggregateCall, Expr, ExprKind, VariableKind};
use super::super::error::SemanticError;
use super::super::scope::Scope;
use super::super::types::StaticType;
use super::expression::{Typed, expect_type};
use super::{Aggregates, Binder, variable};
use crate::error::{Result, Span};
use crate::functions::{self, Aggregate, Function, Signature};
use crate::syntax::ast;
use crate::value::Type;

impl Binder<'_> {
    pub(super) fn bind_function(
        &mut self,
        name: &ast::Spanned<Vec<Arc<str>>>,
        distinct: bool,
        arguments: &[ast::Expr],
        span: Span,
        scope: &Scope,
    ) -> Result<Typed> {
        let full_name = name.node.join(".");
        if let Some(aggregate) = functions::aggregate(&full_name) {
            return self.bind_aggregate(aggregate, distinct, arguments, span, scope);
        }
        if full_name.eq_ignore_ascii_case("exists")
            && let [argument] = arguments
        {
            return self.bind_exists_function(argument, span, scope);
        }
        let Some(function) = functions::function(&full_name) else {
            return Err(SemanticError::UnknownFunction { name: full_name }.at(name.span));
        };
        if distinct {
            let message = "`DISTINCT` can only stand in an aggregate function";
            return Err(SemanticError::UnexpectedSyntax { message }.at(name.span));
        }
        if function.name == "rand" && matches!(self.aggregates, Aggregates::Nested) {
            return Err(SemanticError::NonConstantExpression.at(span));
        }
        let (bound, types) = self.bind_all(arguments, scope)?;
        check_arguments(function.name, &function.signature, arguments, &types, span)?;
        let found = result_type(function, &types);
        Ok((
            Expr {
                kind: ExprKind::Function(function, bound),
                span,
            },
            found,
        ))
    }

    /// `exists(n.key)` and `exists((a)-->())`, the older spellings.
    fn bind_exists_function(
        &mut self,
        argument: &ast::Expr,
        span: Span,
        scope: &Scope,
    ) -> Result<Typed> {
        if let ast::ExprKind::Pattern(pattern) = &argument.node {
            let kind = self.bind_pattern_predicate(pattern, scope)?;
            return Ok((Expr { kind, span }, StaticType::BOOLEAN));
        }
        let (bound, _) = self.bind_expr(argument, scope)?;
        let is_null = Expr {
            kind: ExprKind::IsNull(Box::new(bound)),
            span,
        };
        Ok((
            Expr {
                kind: ExprKind::Not(Box::new(is_null)),
                span,
            },
            StaticType::BOOLEAN,
        ))
    }

    pub(super) fn bind_count_star(&mut self, span: Span) -> Result<Typed> {
        let call = AggregateCall {
            function: None,
            distinct: false,
            arguments: Vec::new(),
            span,
        };
        Ok((self.collect_aggregate(call)?, StaticType::INTEGER))
    }

    fn bind_aggregate(
        &mut self,
        aggregate: &'static Aggregate,
        distinct: bool,
        arguments: &[ast::Expr],
        span: Span,
        scope: &Scope,
    ) -> Result<Typed> {
        let before = std::mem::replace(&mut self.aggregates, Aggregates::Nested);
        if !matches!(before, Aggregates::Collected(_)) {
            self.aggregates = before;
            return Err(self.misplaced_aggregate(span));
        }
        let bound = self.bind_all(arguments, scope);
        self.aggregates = before;
        let (bound, types) = bound?;
        check_arguments(
            aggregate.name,
            &aggregate.signature,
            arguments,
            &types,
            span,
        )?;
        let call = AggregateCall {
            function: Some(aggregate),
            distinct,
            arguments: bound,
            span,
        };
        let found = match aggregate.name {
            "collect" => StaticType::list(types.into_iter().next().unwrap_or(StaticType::ANY)),
            "min" | "max" => types.into_iter().next().unwrap_or(StaticType::ANY),
            _ => StaticType::Flat(aggregate.signature.result),
        };
        Ok((self.collect_aggregate(call)?, found))
    }

    fn misplaced_aggregate(&self, span: Span) -> crate::error::Error {
        match &self.aggregates {
            Aggregates::Nested => SemanticError::NestedAggregation.at(span),
            Aggregates::Forbidden(place) => SemanticError::InvalidAggregation { place }.at(span),
            Aggregates::Collected(_) => {
                SemanticError::InvalidAggregation { place: "here" }.at(span)
            }
        }
    }

    fn collect_aggregate(&mut self, call: AggregateCall) -> Result<Expr> {
        let span = call.span;
        if !matches!(self.aggregates, Aggregates::Collected(_)) {
            return Err(self.misplaced_aggregate(span));
        }
        let slot = self.anonymous_slot(VariableKind::Value);
        if let Aggregates::Collected(calls) = &mut self.aggregates {
            calls.push((slot, call));
        }
        Ok(variable(slot, span))
    }
}

/// Fails if the number of arguments, or the type of one, cannot be right.
pub(super) fn check_arguments(
    name: &str,
    signature: &Signature,
    arguments: &[ast::Expr],
    types: &[StaticType],
    span: Span,
) -> Result<()> {
    let known = signature.arguments.len();
    let too_many = arguments.len() > known && !signature.variadic;
    if arguments.len() < signature.required || too_many {
        return Err(SemanticError::InvalidNumberOfArguments {
            name: format!("{name}()"),
            wanted: wanted_arguments(signature),
            found: arguments.len(),
            form: form(name, signature),
        }
        .at(span));
    }
    for (index, (argument, found)) in arguments.iter().zip(types).enumerate() {
        let Some(declared) = signature
            .arguments
            .get(index)
            .or(signature.arguments.last())
        else {
            continue;
        };
        expect_type(
            found,
            declared.types,
            &format!("the argument of `{name}()`"),
            argument.span,
        )?;
    }
    Ok(())
}

fn wanted_arguments(signature: &Signature) -> String {
    let known = signature.arguments.len();
    match (signature.required, known) {
        (1, _) if signature.variadic => "at least 1 argument".into(),
        (least, _) if signature.variadic => format!("at least {least} arguments"),
        (least, most) => argument_count(least, most),
    }
}

/// `2 arguments`, `1 to 3 arguments`
pub(super) fn argument_count(least: usize, most: usize) -> String {
    match (least, most) {
        (0, 0) => "no argument".into(),
        (1, 1) => "1 argument".into(),
        (0, 1) => "at most 1 argument".into(),
        (least, most) if least == most => format!("{least} arguments"),
        (least, most) => format!("{least} to {most} arguments"),
    }
}

/// `name(a, [b])`, with brackets around what can be left out.
fn form(name: &str, signature: &Signature) -> String {
    let arguments = signature.arguments.iter().enumerate();
    let arguments: Vec<_> = arguments
        .map(|(index, argument)| {
            if index < signature.required {
                argument.name.to_owned()
            } else {
                format!("[{}]", argument.name)
            }
        })
        .collect();
    let more = if signature.variadic { ", …" } else { "" };
    format!("{name}({}{more})", arguments.join(", "))
}

/// Functions whose result is typed like their argument say more than their signature.
fn result_type(function: &Function, types: &[StaticType]) -> StaticType {
    let first = types.first().cloned().unwrap_or(StaticType::ANY);
    match function.name {
        "head" | "last" => first.element(),
        "tail" | "reverse" => first,
        "coalesce" => StaticType::common(types.iter().cloned()),
        "nodes" | "find" => StaticType::list(StaticType::Flat(Type::Node)),
        "relationships" => StaticType::list(StaticType::Flat(Type::Relationship)),
        "range" => StaticType::list(StaticType::INTEGER),
        "labels" | "keys" | "split" => StaticType::list(StaticType::Flat(Type::String)),
        _ => StaticType::Flat(function.signature.result),
    }
}
