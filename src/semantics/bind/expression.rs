//! Binding expressions.

use std::sync::Arc;

use super::super::bound::{Arithmetic, Expr, ExprKind, LabelTest, Predicate, Slot};
use super::super::error::SemanticError;
use super::super::scope::{Scope, Variable};
use super::super::types::StaticType;
use super::{Aggregates, Binder, undefined, variable};
use crate::error::{Result, Span};
use crate::syntax::ast;
use crate::value::{Type, TypeTest, Value};

/// A bound expression and what is known of its type.
pub(super) type Typed = (Expr, StaticType);

/// Whether a pattern may stand at a place, as a predicate.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Patterns {
    Allowed,
    Forbidden,
}

const TEMPORAL: [Type; 6] = [
    Type::Date,
    Type::Time,
    Type::LocalTime,
    Type::DateTime,
    Type::LocalDateTime,
    Type::Duration,
];

impl Binder<'_> {
    /// Binds an expression whose value is wanted.
    pub(super) fn bind_expr(&mut self, expr: &ast::Expr, scope: &Scope) -> Result<Typed> {
        self.bind_in(expr, scope, Patterns::Forbidden)
    }

    /// Binds a condition: patterns may stand in it, and it must not be known to be no boolean.
    pub(super) fn bind_condition(
        &mut self,
        expr: &ast::Expr,
        scope: &Scope,
        place: &'static str,
    ) -> Result<Expr> {
        let before = std::mem::replace(&mut self.aggregates, Aggregates::Forbidden(place));
        let bound = self.bind_boolean(expr, scope, "a condition");
        self.aggregates = before;
        bound
    }

    pub(super) fn bind_boolean(
        &mut self,
        expr: &ast::Expr,
        scope: &Scope,
        what: &str,
    ) -> Result<Expr> {
        let (bound, found) = self.bind_in(expr, scope, Patterns::Allowed)?;
        expect_type(&found, &[Type::Boolean], what, expr.span)?;
        Ok(bound)
    }

    pub(super) fn bind_in(
        &mut self,
        expr: &ast::Expr,
        scope: &Scope,
        patterns: Patterns,
    ) -> Result<Typed> {
        // A literal has no parts, and a list may have a million of them.
        if let ast::ExprKind::Literal(_) = &expr.node {
            return self.bind_kind(expr, scope, patterns);
        }
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
            self.bind_kind(expr, scope, patterns)
        })
    }

    #[expect(
        clippy::too_many_lines,
        clippy::cognitive_complexity,
        reason = "dispatches only: an arm for each kind"
    )]
    fn bind_kind(&mut self, expr: &ast::Expr, scope: &Scope, patterns: Patterns) -> Result<Typed> {
        use ast::ExprKind as Ast;
        let span = expr.span;
        let (kind, found) = match &expr.node {
            Ast::Literal(literal) => {
                let value = literal_value(literal);
                let found = StaticType::of(&value);
                (ExprKind::Literal(value), found)
            }
            Ast::Parameter(name) => (self.bind_parameter(name, span)?, StaticType::ANY),
            Ast::Variable(name) => {
                let found = scope
                    .get(name)
                    .ok_or_else(|| undefined(name, span, scope))?;
                (ExprKind::Variable(found.slot), found.static_type.clone())
            }
            Ast::List(items) => {
                let (items, types) = self.bind_all(items, scope)?;
                (
                    ExprKind::List(items),
                    StaticType::list(StaticType::common(types.into_iter())),
                )
            }
            Ast::Map(entries) => (
                ExprKind::Map(self.bind_entries(entries, scope)?),
                StaticType::Flat(Type::Map),
            ),
            Ast::Or(_) | Ast::Xor(_) | Ast::And(_) | Ast::Not(_) => {
                (self.bind_logic(&expr.node, scope)?, StaticType::BOOLEAN)
            }
            Ast::Comparison { first, rest } => (
                self.bind_comparison(first, rest, scope)?,
                StaticType::BOOLEAN,
            ),
            Ast::Arithmetic { first, rest } => self.bind_arithmetic(first, rest, scope)?,
            Ast::Negate(operand) | Ast::Plus(operand) => {
                return self.bind_sign(&expr.node, operand, span, scope);
            }
            Ast::Predicate { op, left, right } => (
                self.bind_predicate(*op, left, right, scope)?,
                StaticType::BOOLEAN,
            ),
            Ast::IsNull { .. } | Ast::HasLabels { .. } | Ast::IsType { .. } => (
                self.bind_test(&expr.node, span, scope)?,
                StaticType::BOOLEAN,
            ),
            Ast::Property { base, key } => self.bind_property(base, key, scope)?,
            Ast::Index { base, index } => {
                let (base, found) = self.bind_expr(base, scope)?;
                let (index, _) = self.bind_expr(index, scope)?;
                (
                    ExprKind::Index(Box::new(base), Box::new(index)),
                    found.element(),
                )
            }
            Ast::Slice { base, from, to } => {
                self.bind_slice(base, from.as_deref(), to.as_deref(), scope)?
            }
            Ast::Function {
                name,
                distinct,
                arguments,
            } => {
                return self.bind_function(name, *distinct, arguments, span, scope);
            }
            Ast::CountStar => return self.bind_count_star(span),
            Ast::Case {
                operand,
                branches,
                default,
            } => self.bind_case(operand.as_deref(), branches, default.as_deref(), scope)?,
            Ast::CaseOperand => {
                let found = self.case_operands.last();
                let (slot, found) = found
                    .expect("the parser puts it into a `CASE` only")
                    .clone();
                (ExprKind::Variable(slot), found)
            }
            Ast::ListComprehension { .. } | Ast::Quantifier { .. } | Ast::Reduce { .. } => {
                self.bind_scoped(&expr.node, scope)?
            }
            Ast::MapProjection { base, items } => self.bind_map_projection(base, items, scope)?,
            Ast::Pattern(pattern) => {
                if patterns == Patterns::Forbidden {
                    if let ast::PathTerm::LegacyShortest { all, .. } = pattern.term {
                        let (kind, found) = self.bind_shortest_path(pattern, all, span, scope)?;
                        return Ok((Expr { kind, span }, found));
                    }
                    return Err(SemanticError::PatternNotAllowed.at(span));
                }
                (
                    self.bind_pattern_predicate(pattern, scope)?,
                    StaticType::BOOLEAN,
                )
            }
            Ast::PatternComprehension {
                pattern,
                predicate,
                projection,
            } => {
                self.bind_pattern_comprehension(pattern, predicate.as_deref(), projection, scope)?
            }
            Ast::Subquery { kind, body } => self.bind_subquery(*kind, body, span, scope)?,
        };
        Ok((Expr { kind, span }, found))
    }

    fn bind_parameter(&self, name: &Arc<str>, span: Span) -> Result<ExprKind> {
        if !self.catalog.has_parameter(name) {
            return Err(SemanticError::MissingParameter {
                name: Arc::clone(name),
                given: self.catalog.parameter_names(),
            }
            .at(span));
        }
        Ok(ExprKind::Parameter(Arc::clone(name)))
    }

    pub(super) fn bind_all(
        &mut self,
        items: &[ast::Expr],
        scope: &Scope,
    ) -> Result<(Vec<Expr>, Vec<StaticType>)> {
        let mut bound = Vec::with_capacity(items.len());
        let mut types = Vec::with_capacity(items.len());
        for item in items {
            let (item, found) = self.bind_expr(item, scope)?;
            bound.push(item);
            types.push(found);
        }
        Ok((bound, types))
    }

    fn bind_entries(
        &mut self,
        entries: &[(ast::Name, ast::Expr)],
        scope: &Scope,
    ) -> Result<Vec<(Arc<str>, Expr)>> {
        entries
            .iter()
            .map(|(key, value)| Ok((Arc::clone(&key.node), self.bind_expr(value, scope)?.0)))
            .collect()
    }

    fn bind_logic(&mut self, expr: &ast::ExprKind, scope: &Scope) -> Result<ExprKind> {
        let (items, what): (&[ast::Expr], _) = match expr {
            ast::ExprKind::Or(items) => (items, "an operand of `OR`"),
            ast::ExprKind::Xor(items) => (items, "an operand of `XOR`"),
            ast::ExprKind::And(items) => (items, "an operand of `AND`"),
            ast::ExprKind::Not(item) => (std::slice::from_ref(&**item), "the operand of `NOT`"),
            _ => (&[], "an operand"),
        };
        let mut bound = Vec::with_capacity(items.len());
        for item in items {
            bound.push(self.bind_boolean(item, scope, what)?);
        }
        Ok(match expr {
            ast::ExprKind::Or(_) => ExprKind::Or(bound),
            ast::ExprKind::Xor(_) => ExprKind::Xor(bound),
            ast::ExprKind::Not(_) => {
                ExprKind::Not(Box::new(bound.pop().expect("`NOT` has one operand")))
            }
            _ => ExprKind::And(bound),
        })
    }

    /// `a < b <= c` means `a < b AND b <= c`.
    fn bind_comparison(
        &mut self,
        first: &ast::Expr,
        rest: &[(ast::ComparisonOp, ast::Expr)],
        scope: &Scope,
    ) -> Result<ExprKind> {
        let (mut left, _) = self.bind_expr(first, scope)?;
        let mut parts = Vec::with_capacity(rest.len());
        for (op, right) in rest {
            let (right, _) = self.bind_expr(right, scope)?;
            let span = left.span.to(right.span);
            let next = right.clone();
            let kind = ExprKind::Compare(*op, Box::new(left), Box::new(right));
            parts.push(Expr { kind, span });
            left = next;
        }
        Ok(if parts.len() == 1 {
            parts.remove(0).kind
        } else {
            ExprKind::And(parts)
        })
    }

    fn bind_arithmetic(
        &mut self,
        first: &ast::Expr,
        rest: &[(ast::Spanned<ast::ArithmeticOp>, ast::Expr)],
        scope: &Scope,
    ) -> Result<(ExprKind, StaticType)> {
        let (left, mut found) = self.bind_expr(first, scope)?;
        let mut left_span = first.span;
        let mut bound = Vec::with_capacity(rest.len());
        for (op, right) in rest {
            let (operand, right_type) = self.bind_expr(right, scope)?;
            let op = op.node;
            found = arithmetic_type(op, (&found, left_span), (&right_type, right.span))?;
            left_span = left_span.to(right.span);
            bound.push((op, operand));
        }
        Ok((ExprKind::Arithmetic(Box::new(left), bound), found))
    }

    fn bind_sign(
        &mut self,
        sign: &ast::ExprKind,
        operand: &ast::Expr,
        span: Span,
        scope: &Scope,
    ) -> Result<Typed> {
        let (operand_expr, found) = self.bind_expr(operand, scope)?;
        expect_type(
            &found,
            &[Type::Number, Type::Duration],
            "the operand of a sign",
            operand.span,
        )?;
        if matches!(sign, ast::ExprKind::Plus(_)) {
            return Ok((operand_expr, found));
        }
        Ok((
            Expr {
                kind: ExprKind::Negate(Box::new(operand_expr)),
                span,
            },
            found,
        ))
    }

    fn bind_predicate(
        &mut self,
        op: ast::PredicateOp,
        left: &ast::Expr,
        right: &ast::Expr,
        scope: &Scope,
    ) -> Result<ExprKind> {
        let (left_expr, _) = self.bind_expr(left, scope)?;
        let (right_expr, right_type) = self.bind_expr(right, scope)?;
        if op == Predicate::In {
            expect_type(
                &right_type,
                &[Type::List],
                "the right side of `IN`",
                right.span,
            )?;
        }
        Ok(ExprKind::Predicate(
            op,
            Box::new(left_expr),
            Box::new(right_expr),
        ))
    }

    fn bind_test(&mut self, expr: &ast::ExprKind, span: Span, scope: &Scope) -> Result<ExprKind> {
        let (kind, negated) = match expr {
            ast::ExprKind::IsNull { operand, negated } => {
                let (operand, _) = self.bind_expr(operand, scope)?;
                (ExprKind::IsNull(Box::new(operand)), *negated)
            }
            ast::ExprKind::HasLabels {
                operand,
                labels,
                negated,
            } => {
                let (bound, found) = self.bind_expr(operand, scope)?;
                let wanted = [Type::Node, Type::Relationship];
                expect_type(&found, &wanted, "what has a label or type", operand.span)?;
                (
                    ExprKind::HasLabels(Box::new(bound), label_test(labels)),
                    *negated,
                )
            }
            ast::ExprKind::IsType {
                operand,
                value_type,
                negated,
            } => {
                let (operand, _) = self.bind_expr(operand, scope)?;
                (
                    ExprKind::IsType(Box::new(operand), type_test(value_type, span)?),
                    *negated,
                )
            }
            other => unreachable_kind(other, span)?,
        };
        Ok(if negated {
            ExprKind::Not(Box::new(Expr { kind, span }))
        } else {
            kind
        })
    }

    fn bind_property(
        &mut self,
        base: &ast::Expr,
        key: &ast::Name,
        scope: &Scope,
    ) -> Result<(ExprKind, StaticType)> {
        let (bound, found) = self.bind_expr(base, scope)?;
        match found.flat() {
            Type::Boolean
            | Type::Integer
            | Type::Float
            | Type::Number
            | Type::String
            | Type::List => {
                let found = found.describe();
                return Err(SemanticError::PropertyOfNonMap { found }.at(base.span));
            }
            Type::Path => {
                let wanted = [Type::Node, Type::Relationship, Type::Map];
                expect_type(&found, &wanted, "what has a property", base.span)?;
            }
            _ => {}
        }
        Ok((
            ExprKind::Property(Box::new(bound), Arc::clone(&key.node)),
            StaticType::ANY,
        ))
    }

    fn bind_slice(
        &mut self,
        base: &ast::Expr,
        from: Option<&ast::Expr>,
        to: Option<&ast::Expr>,
        scope: &Scope,
    ) -> Result<(ExprKind, StaticType)> {
        let (base, found) = self.bind_expr(base, scope)?;
        let mut bind_bound = |bound: Option<&ast::Expr>| match bound {
            Some(bound) => self
                .bind_expr(bound, scope)
                .map(|(bound, _)| Some(Box::new(bound))),
            None => Ok(None),
        };
        let (from, to) = (bind_bound(from)?, bind_bound(to)?);
        Ok((ExprKind::Slice(Box::new(base), from, to), found))
    }

    /// Comprehensions, quantifiers and `reduce`: a variable of their own over a list.
    fn bind_scoped(
        &mut self,
        expr: &ast::ExprKind,
        scope: &Scope,
    ) -> Result<(ExprKind, StaticType)> {
        match expr {
            ast::ExprKind::ListComprehension {
                variable,
                list,
                predicate,
                projection,
            } => {
                let (predicate, projection) = (predicate.as_deref(), projection.as_deref());
                self.bind_comprehension((variable, list), predicate, projection, scope)
            }
            ast::ExprKind::Quantifier {
                kind,
                variable,
                list,
                predicate,
            } => self.bind_quantifier(*kind, (variable, list), predicate.as_deref(), scope),
            ast::ExprKind::Reduce {
                accumulator,
                initial,
                variable,
                list,
                step,
            } => self.bind_reduce((accumulator, initial), (variable, list), step, scope),
            other => unreachable_kind(other, Span::default()),
        }
    }

    fn bind_comprehension(
        &mut self,
        (variable, list): (&ast::Name, &ast::Expr),
        predicate: Option<&ast::Expr>,
        projection: Option<&ast::Expr>,
        scope: &Scope,
    ) -> Result<(ExprKind, StaticType)> {
        let (list, slot, inner, element) = self.bind_element(variable, list, scope)?;
        let predicate = match predicate {
            Some(predicate) => Some(Box::new(self.bind_inner_condition(predicate, &inner)?)),
            None => None,
        };
        let (projection, found) = match projection {
            Some(projection) => {
                let (bound, found) = self.bind_inner(projection, &inner)?;
                (Some(Box::new(bound)), found)
            }
            None => (None, element),
        };
        let kind = ExprKind::ListComprehension {
            slot,
            list,
            predicate,
            projection,
        };
        Ok((kind, StaticType::list(found)))
    }

    fn bind_quantifier(
        &mut self,
        kind: ast::QuantifierKind,
        (variable, list): (&ast::Name, &ast::Expr),
        predicate: Option<&ast::Expr>,
        scope: &Scope,
    ) -> Result<(ExprKind, StaticType)> {
        let (list, slot, inner, element) = self.bind_element(variable, list, scope)?;
        let predicate = if let Some(predicate) = predicate {
            self.bind_inner_condition(predicate, &inner)?
        } else {
            expect_type(&element, &[Type::Boolean], "an element", variable.span)?;
            super::variable(slot, variable.span)
        };
        let kind = ExprKind::Quantifier {
            kind,
            slot,
            list,
            predicate: Box::new(predicate),
        };
        Ok((kind, StaticType::BOOLEAN))
    }

    fn bind_reduce(
        &mut self,
        (accumulator, initial): (&ast::Name, &ast::Expr),
        (variable, list): (&ast::Name, &ast::Expr),
        step: &ast::Expr,
        scope: &Scope,
    ) -> Result<(ExprKind, StaticType)> {
        let (initial, _) = self.bind_expr(initial, scope)?;
        let (list, slot, mut inner, _) = self.bind_element(variable, list, scope)?;
        let accumulator = self.declare(&mut inner, &accumulator.node, StaticType::ANY);
        let (step, found) = self.bind_inner(step, &inner)?;
        let kind = ExprKind::Reduce {
            accumulator,
            initial: Box::new(initial),
            slot,
            list,
            step: Box::new(step),
        };
        Ok((kind, found))
    }

    fn bind_element(
        &mut self,
        name: &ast::Name,
        list: &ast::Expr,
        scope: &Scope,
    ) -> Result<(Box<Expr>, Slot, Scope, StaticType)> {
        let (bound, found) = self.bind_expr(list, scope)?;
        expect_type(&found, &[Type::List], "what `IN` goes through", list.span)?;
        let mut inner = scope.clone();
        let slot = self.declare(&mut inner, &name.node, found.element());
        Ok((Box::new(bound), slot, inner, found.element()))
    }

    /// Binds what is evaluated for each element of a list: no aggregate may stand in it.
    fn bind_inner(&mut self, expr: &ast::Expr, scope: &Scope) -> Result<Typed> {
        let place = Aggregates::Forbidden("in what is done for each element of a list");
        let before = std::mem::replace(&mut self.aggregates, place);
        let bound = self.bind_expr(expr, scope);
        self.aggregates = before;
        bound
    }

    fn bind_inner_condition(&mut self, expr: &ast::Expr, scope: &Scope) -> Result<Expr> {
        self.bind_condition(expr, scope, "in what is done for each element of a list")
    }

    fn bind_map_projection(
        &mut self,
        base: &ast::Name,
        items: &[ast::MapProjectionItem],
        scope: &Scope,
    ) -> Result<(ExprKind, StaticType)> {
        let subject = self.bind_name(base, scope)?;
        let wanted = [Type::Node, Type::Relationship, Type::Map];
        expect_type(
            &subject.static_type,
            &wanted,
            "what is projected",
            base.span,
        )?;
        let subject = variable(subject.slot, base.span);
        let mut all = false;
        let mut entries = Vec::new();
        for item in items {
            match item {
                ast::MapProjectionItem::AllProperties => all = true,
                ast::MapProjectionItem::Entry(key, value) => {
                    entries.push((Arc::clone(&key.node), self.bind_expr(value, scope)?.0));
                }
                ast::MapProjectionItem::Property(key) => {
                    let name = Arc::clone(&key.node);
                    let kind = ExprKind::Property(Box::new(subject.clone()), Arc::clone(&name));
                    entries.push((
                        name,
                        Expr {
                            kind,
                            span: key.span,
                        },
                    ));
                }
                ast::MapProjectionItem::Variable(name) => {
                    let found = self.bind_name(name, scope)?.slot;
                    entries.push((Arc::clone(&name.node), variable(found, name.span)));
                }
            }
        }
        let kind = ExprKind::MapProjection {
            base: Box::new(subject),
            all,
            entries,
        };
        Ok((kind, StaticType::Flat(Type::Map)))
    }

    #[expect(
        clippy::unused_self,
        reason = "reads as one family with the other bind methods"
    )]
    pub(super) fn bind_name<'s>(&self, name: &ast::Name, scope: &'s Scope) -> Result<&'s Variable> {
        scope
            .get(&name.node)
            .ok_or_else(|| undefined(&name.node, name.span, scope))
    }
}

/// The caller only hands in the kinds that it dispatches on; anything else is reported as an error
/// of ours rather than a panic.
fn unreachable_kind<T>(expr: &ast::ExprKind, span: Span) -> Result<T> {
    debug_assert!(false, "not a kind that is bound here: {expr:?}");
    Err(SemanticError::UnexpectedSyntax {
        message: "this expression cannot stand here",
    }
    .at(span))
}

/// `a, b or c`
fn alternatives(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// Fails if an expression is known to be of none of the wanted types.
pub(super) fn expect_type(
    found: &StaticType,
    wanted: &[Type],
    what: &str,
    span: Span,
) -> Result<()> {
    if found.fits(wanted) {
        return Ok(());
    }
    let names: Vec<_> = wanted
        .iter()
        .map(|wanted| StaticType::Flat(*wanted).describe())
        .collect();
    Err(SemanticError::InvalidArgumentType {
        what: what.into(),
        wanted: alternatives(&names),
        found: found.describe(),
    }
    .at(span))
}

fn arithmetic_type(
    op: Arithmetic,
    (left, left_span): (&StaticType, Span),
    (right, right_span): (&StaticType, Span),
) -> Result<StaticType> {
    let mut wanted = vec![Type::Number];
    match op {
        Arithmetic::Add | Arithmetic::Concatenate => return Ok(sum_type(left, right)),
        Arithmetic::Subtract => wanted.extend(TEMPORAL),
        Arithmetic::Multiply | Arithmetic::Divide => wanted.push(Type::Duration),
        Arithmetic::Modulo | Arithmetic::Power => {}
    }
    expect_type(left, &wanted, "an operand of arithmetic", left_span)?;
    expect_type(right, &wanted, "an operand of arithmetic", right_span)?;
    Ok(match (left.flat(), right.flat()) {
        _ if op == Arithmetic::Power => StaticType::Flat(Type::Float),
        (Type::Integer, Type::Integer) => StaticType::INTEGER,
        (Type::Float, b) if b != Type::Any => StaticType::Flat(Type::Float),
        (a, Type::Float) if a != Type::Any => StaticType::Flat(Type::Float),
        _ => StaticType::ANY,
    })
}

fn sum_type(left: &StaticType, right: &StaticType) -> StaticType {
    match (left, right) {
        (StaticType::List(a), StaticType::List(b)) => StaticType::list(StaticType::common(
            [(**a).clone(), (**b).clone()].into_iter(),
        )),
        (StaticType::List(_), _) | (_, StaticType::List(_)) => StaticType::list(StaticType::ANY),
        (StaticType::Flat(Type::Integer), StaticType::Flat(Type::Integer)) => StaticType::INTEGER,
        (StaticType::Flat(Type::String), StaticType::Flat(Type::String)) => {
            StaticType::Flat(Type::String)
        }
        (left, right) if left.is_number() && right.is_number() => StaticType::Flat(Type::Number),
        _ => StaticType::ANY,
    }
}

fn literal_value(literal: &ast::Literal) -> Value {
    match literal {
        ast::Literal::Null => Value::Null,
        ast::Literal::Bool(value) => Value::Bool(*value),
        ast::Literal::Int(value) => Value::Int(*value),
        ast::Literal::Float(value) => Value::Float(*value),
        ast::Literal::String(value) => Value::String(Arc::clone(value)),
    }
}

/// The meaning of a label expression.
pub(super) fn label_test(labels: &ast::LabelExpr) -> LabelTest {
    match labels {
        ast::LabelExpr::Name(name) => LabelTest::Name(Arc::clone(&name.node)),
        ast::LabelExpr::Wildcard(_) => LabelTest::Any,
        ast::LabelExpr::Not(inner) => LabelTest::Not(Box::new(label_test(inner))),
        ast::LabelExpr::And(parts) => LabelTest::And(parts.iter().map(label_test).collect()),
        ast::LabelExpr::Or(parts) => LabelTest::Or(parts.iter().map(label_test).collect()),
    }
}

pub(super) fn type_test(value_type: &ast::TypeName, span: Span) -> Result<TypeTest> {
    let mut alternatives = Vec::with_capacity(value_type.alternatives.len());
    for simple in &value_type.alternatives {
        if simple.name == "NOTHING" {
            // Not even null is of this type.
            continue;
        }
        let element = match &simple.element {
            Some(element) => Some(Box::new(type_test(element, span)?)),
            None => None,
        };
        alternatives.push((simple_type(&simple.name, span)?, element, simple.not_null));
    }
    Ok(TypeTest { alternatives })
}

fn simple_type(name: &str, span: Span) -> Result<Type> {
    Ok(match name {
        "ANY" | "ANY VALUE" | "PROPERTY VALUE" => Type::Any,
        "NULL" => Type::Null,
        "BOOLEAN" | "BOOL" => Type::Boolean,
        "INTEGER" | "INT" | "SIGNED INTEGER" => Type::Integer,
        "FLOAT" => Type::Float,
        "STRING" | "VARCHAR" => Type::String,
        "DATE" => Type::Date,
        "ZONED TIME" | "TIME" | "TIME WITH TIMEZONE" => Type::Time,
        "LOCAL TIME" | "TIME WITHOUT TIMEZONE" => Type::LocalTime,
        "ZONED DATETIME" | "DATETIME" | "TIMESTAMP WITH TIMEZONE" => Type::DateTime,
        "LOCAL DATETIME" | "TIMESTAMP WITHOUT TIMEZONE" => Type::LocalDateTime,
        "DURATION" => Type::Duration,
        "LIST" | "ARRAY" => Type::List,
        "MAP" | "ANY MAP" => Type::Map,
        "NODE" | "ANY NODE" | "VERTEX" => Type::Node,
        "RELATIONSHIP" | "ANY RELATIONSHIP" | "EDGE" => Type::Relationship,
        "PATH" => Type::Path,
        _ => {
            let message = "this is not the name of a type";
            return Err(SemanticError::UnexpectedSyntax { message }.at(span));
        }
    })
}
