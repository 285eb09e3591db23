//! Expressions.

use super::{form, name, pattern, separated};
use crate::syntax::ast::{
    ArithmeticOp, ComparisonOp, Expr, ExprKind, Literal, PredicateOp, SimpleType, TypeName,
};

/// How tightly a form binds; the numbers are those of the operator precedence proposal.
pub(super) type Level = u8;
const LOOSEST: Level = 0;
const OR: Level = 1;
const XOR: Level = 2;
const AND: Level = 3;
const NOT: Level = 4;
const COMPARISON: Level = 5;
pub(super) const PREDICATE: Level = 6;
pub(super) const ADDITIVE: Level = 7;
const MULTIPLICATIVE: Level = 8;
const POWER: Level = 9;
const SIGN: Level = 10;
const POSTFIX: Level = 11;
pub(super) const ATOM: Level = 12;

/// Prints an expression that stands alone.
pub(super) fn print(out: &mut String, expr: &Expr) {
    at(out, expr, LOOSEST);
}

/// Prints the left side of `SET` or an item of `REMOVE`.
pub(super) fn target(out: &mut String, expr: &Expr) {
    at(out, expr, POSTFIX);
}

/// Prints an expression before a `|`, which must not be read as a part of it.
pub(super) fn before_bar(out: &mut String, expr: &Expr) {
    let start = out.len();
    print(out, expr);
    if out.get(start..).is_some_and(|text| text.contains('|')) {
        out.insert(start, '(');
        out.push(')');
    }
}

fn level(expr: &Expr) -> Level {
    match &expr.node {
        ExprKind::Or(_) => OR,
        ExprKind::Xor(_) => XOR,
        ExprKind::And(_) => AND,
        ExprKind::Not(_) => NOT,
        ExprKind::Comparison { .. } => COMPARISON,
        ExprKind::Predicate { .. }
        | ExprKind::IsNull { .. }
        | ExprKind::IsType { .. }
        | ExprKind::HasLabels { negated: true, .. } => PREDICATE,
        ExprKind::Arithmetic { rest, .. } => rest
            .first()
            .map_or(ADDITIVE, |(op, _)| arithmetic_level(op.node)),
        ExprKind::Negate(_) | ExprKind::Plus(_) | ExprKind::Literal(Literal::Int(i64::MIN)) => SIGN,
        ExprKind::Property { .. }
        | ExprKind::Index { .. }
        | ExprKind::Slice { .. }
        | ExprKind::HasLabels { negated: false, .. } => POSTFIX,
        ExprKind::Literal(_)
        | ExprKind::Parameter(_)
        | ExprKind::Variable(_)
        | ExprKind::List(_)
        | ExprKind::Map(_)
        | ExprKind::Function { .. }
        | ExprKind::CountStar
        | ExprKind::Case { .. }
        | ExprKind::CaseOperand
        | ExprKind::ListComprehension { .. }
        | ExprKind::PatternComprehension { .. }
        | ExprKind::Quantifier { .. }
        | ExprKind::Reduce { .. }
        | ExprKind::MapProjection { .. }
        | ExprKind::Pattern(_)
        | ExprKind::Subquery { .. } => ATOM,
    }
}

const fn arithmetic_level(op: ArithmeticOp) -> Level {
    match op {
        ArithmeticOp::Add | ArithmeticOp::Subtract | ArithmeticOp::Concatenate => ADDITIVE,
        ArithmeticOp::Multiply | ArithmeticOp::Divide | ArithmeticOp::Modulo => MULTIPLICATIVE,
        ArithmeticOp::Power => POWER,
    }
}

/// Prints an operand, in parentheses if it binds less tightly than `least`.
pub(super) fn at(out: &mut String, expr: &Expr, least: Level) {
    let print_it = |out: &mut String| {
        if level(expr) < least {
            out.push('(');
            kind(out, expr);
            out.push(')');
        } else {
            kind(out, expr);
        }
    };
    crate::syntax::limits::with_stack(|| print_it(out));
}

/// Prints an operand after a minus: `-[` would begin a relationship.
fn after_minus(out: &mut String, expr: &Expr, least: Level) {
    let start = out.len();
    at(out, expr, least);
    if out.get(start..).is_some_and(|text| text.starts_with('[')) {
        out.insert(start, '(');
        out.push(')');
    }
}

fn kind(out: &mut String, expr: &Expr) {
    match &expr.node {
        ExprKind::Literal(literal) => name::literal(out, literal),
        ExprKind::Parameter(parameter) => name::parameter(out, parameter),
        ExprKind::Variable(variable) => name::variable(out, variable),
        ExprKind::List(elements) => list(out, elements),
        ExprKind::Map(entries) => {
            out.push('{');
            separated(out, ", ", entries, |out, (key, value)| {
                entry(out, &key.node, value);
            });
            out.push('}');
        }
        ExprKind::Or(operands) => chain(out, " OR ", operands, XOR),
        ExprKind::Xor(operands) => chain(out, " XOR ", operands, AND),
        ExprKind::And(operands) => chain(out, " AND ", operands, NOT),
        ExprKind::Not(operand) => {
            out.push_str("NOT ");
            at(out, operand, NOT);
        }
        ExprKind::Negate(operand) => {
            let digits = matches!(
                operand.node,
                ExprKind::Negate(_) | ExprKind::Literal(Literal::Int(i64::MIN))
            );
            out.push_str(if digits { "- " } else { "-" });
            after_minus(out, operand, SIGN);
        }
        ExprKind::Plus(operand) => {
            out.push('+');
            at(out, operand, SIGN);
        }
        ExprKind::Comparison { .. } | ExprKind::Arithmetic { .. } | ExprKind::Predicate { .. } => {
            binary(out, expr);
        }
        ExprKind::IsNull { .. } | ExprKind::IsType { .. } | ExprKind::HasLabels { .. } => {
            is_predicate(out, expr);
        }
        ExprKind::Property { .. } | ExprKind::Index { .. } | ExprKind::Slice { .. } => {
            postfix(out, expr);
        }
        ExprKind::Function { .. }
        | ExprKind::CountStar
        | ExprKind::Quantifier { .. }
        | ExprKind::Reduce { .. } => form::call(out, expr),
        ExprKind::Case { .. } => form::case(out, expr),
        ExprKind::CaseOperand => {}
        ExprKind::ListComprehension { .. } | ExprKind::PatternComprehension { .. } => {
            form::comprehension(out, expr);
        }
        ExprKind::MapProjection { base, items } => {
            name::variable(out, &base.node);
            out.push_str(" {");
            separated(out, ", ", items, form::projection_item);
            out.push('}');
        }
        ExprKind::Pattern(path) => pattern::path(out, path),
        ExprKind::Subquery { kind, body } => form::subquery(out, *kind, body),
    }
}

fn chain(out: &mut String, separator: &str, operands: &[Expr], least: Level) {
    separated(out, separator, operands, |out, operand| {
        at(out, operand, least);
    });
}

pub(super) fn entry(out: &mut String, key: &str, value: &Expr) {
    name::name(out, key);
    out.push_str(": ");
    print(out, value);
}

fn list(out: &mut String, elements: &[Expr]) {
    // `[x IN y]` would be a comprehension.
    let least = match elements {
        [only] if is_membership(only) => ATOM,
        _ => LOOSEST,
    };
    out.push('[');
    chain(out, ", ", elements, least);
    out.push(']');
}

fn is_membership(expr: &Expr) -> bool {
    matches!(
        &expr.node,
        ExprKind::Predicate { op: PredicateOp::In, left, .. }
            if matches!(left.node, ExprKind::Variable(_))
    )
}

/// Operators between operands.
fn binary(out: &mut String, expr: &Expr) {
    match &expr.node {
        ExprKind::Comparison { first, rest } => {
            at(out, first, PREDICATE);
            for (op, operand) in rest {
                out.push_str(comparison(*op));
                at(out, operand, PREDICATE);
            }
        }
        ExprKind::Arithmetic { first, rest } => {
            let least = level(expr) + 1;
            at(out, first, least);
            for (op, operand) in rest {
                out.push_str(arithmetic(op.node));
                after_minus(out, operand, least);
            }
        }
        ExprKind::Predicate { op, left, right } => {
            at(out, left, PREDICATE);
            out.push_str(predicate(*op));
            at(out, right, ADDITIVE);
        }
        _ => {}
    }
}

const fn comparison(op: ComparisonOp) -> &'static str {
    match op {
        ComparisonOp::Equal => " = ",
        ComparisonOp::NotEqual => " <> ",
        ComparisonOp::Less => " < ",
        ComparisonOp::LessOrEqual => " <= ",
        ComparisonOp::Greater => " > ",
        ComparisonOp::GreaterOrEqual => " >= ",
    }
}

const fn arithmetic(op: ArithmeticOp) -> &'static str {
    match op {
        ArithmeticOp::Add => " + ",
        ArithmeticOp::Subtract => " - ",
        ArithmeticOp::Concatenate => " || ",
        ArithmeticOp::Multiply => " * ",
        ArithmeticOp::Divide => " / ",
        ArithmeticOp::Modulo => " % ",
        ArithmeticOp::Power => " ^ ",
    }
}

const fn predicate(op: PredicateOp) -> &'static str {
    match op {
        PredicateOp::StartsWith => " STARTS WITH ",
        PredicateOp::EndsWith => " ENDS WITH ",
        PredicateOp::Contains => " CONTAINS ",
        PredicateOp::Matches => " =~ ",
        PredicateOp::In => " IN ",
    }
}

/// `a IS NULL`, `a IS NOT :: INTEGER`, `a:B`
fn is_predicate(out: &mut String, expr: &Expr) {
    match &expr.node {
        ExprKind::IsNull { operand, negated } => {
            at(out, operand, PREDICATE);
            out.push_str(if *negated { " IS NOT NULL" } else { " IS NULL" });
        }
        ExprKind::IsType {
            operand,
            value_type,
            negated,
        } => {
            at(out, operand, PREDICATE);
            out.push_str(if *negated { " IS NOT :: " } else { " IS :: " });
            type_name(out, value_type);
        }
        ExprKind::HasLabels {
            operand,
            labels,
            negated: true,
        } => {
            at(out, operand, PREDICATE);
            // A label may be called `NULL`.
            out.push_str(" IS NOT (");
            pattern::labels(out, labels);
            out.push(')');
        }
        ExprKind::HasLabels {
            operand, labels, ..
        } => {
            // `a:B:C` is one label expression.
            let is_labels = matches!(operand.node, ExprKind::HasLabels { .. });
            at(out, operand, if is_labels { ATOM } else { POSTFIX });
            out.push(':');
            pattern::label_term(out, labels);
        }
        _ => {}
    }
}

pub(super) fn type_name(out: &mut String, value_type: &TypeName) {
    separated(out, " | ", &value_type.alternatives, simple_type);
}

fn simple_type(out: &mut String, simple: &SimpleType) {
    out.push_str(&simple.name);
    if let Some(element) = &simple.element {
        out.push('<');
        type_name(out, element);
        out.push('>');
    }
    if simple.not_null {
        out.push_str(" NOT NULL");
    }
}

/// `a.b`, `a[b]`, `a[b..c]`
fn postfix(out: &mut String, expr: &Expr) {
    match &expr.node {
        ExprKind::Property { base, key } => {
            at(out, base, POSTFIX);
            out.push('.');
            name::name(out, &key.node);
        }
        ExprKind::Index { base, index } => {
            at(out, base, POSTFIX);
            out.push('[');
            print(out, index);
            out.push(']');
        }
        ExprKind::Slice { base, from, to } => {
            at(out, base, POSTFIX);
            out.push('[');
            if let Some(from) = from {
                print(out, from);
            }
            out.push_str("..");
            if let Some(to) = to {
                print(out, to);
            }
            out.push(']');
        }
        _ => {}
    }
}
