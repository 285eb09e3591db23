//! Expressions.

use super::{clause, name, pattern, separated};
use crate::syntax::ast::{
    ArithmeticOp, CaseBranch, ComparisonOp, Expr, ExprKind, Literal, MapProjectionItem,
    PredicateOp, QuantifierKind, SimpleType, SubqueryBody, SubqueryKind, TypeName,
};

/// How tightly a form binds; the numbers are those of the operator precedence proposal.
type Level = u8;
const LOOSEST: Level = 0;
const OR: Level = 1;
const XOR: Level = 2;
const AND: Level = 3;
const NOT: Level = 4;
const COMPARISON: Level = 5;
const PREDICATE: Level = 6;
const ADDITIVE: Level = 7;
const MULTIPLICATIVE: Level = 8;
const POWER: Level = 9;
const SIGN: Level = 10;
const POSTFIX: Level = 11;
const ATOM: Level = 12;

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
fn at(out: &mut String, expr: &Expr, least: Level) {
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
        | ExprKind::Reduce { .. } => call(out, expr),
        ExprKind::Case { .. } => case(out, expr),
        ExprKind::ListComprehension { .. } | ExprKind::PatternComprehension { .. } => {
            comprehension(out, expr);
        }
        ExprKind::MapProjection { base, items } => {
            name::variable(out, &base.node);
            out.push_str(" {");
            separated(out, ", ", items, projection_item);
            out.push('}');
        }
        ExprKind::Pattern(path) => pattern::path(out, path),
        ExprKind::Subquery { kind, body } => subquery(out, *kind, body),
    }
}

fn chain(out: &mut String, separator: &str, operands: &[Expr], least: Level) {
    separated(out, separator, operands, |out, operand| {
        at(out, operand, least);
    });
}

fn entry(out: &mut String, key: &str, value: &Expr) {
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

fn type_name(out: &mut String, value_type: &TypeName) {
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

/// `f(DISTINCT a, b)`, `count(*)`, `all(x IN list WHERE p)`, `reduce(…)`
fn call(out: &mut String, expr: &Expr) {
    match &expr.node {
        ExprKind::Function {
            name,
            distinct,
            arguments,
        } => {
            name::dotted(out, &name.node);
            out.push_str(if *distinct { "(DISTINCT " } else { "(" });
            separated(out, ", ", arguments, print);
        }
        ExprKind::CountStar => out.push_str("count(*"),
        ExprKind::Quantifier {
            kind,
            variable,
            list,
            predicate,
        } => {
            out.push_str(match kind {
                QuantifierKind::All => "all(",
                QuantifierKind::Any => "any(",
                QuantifierKind::None => "none(",
                QuantifierKind::Single => "single(",
            });
            source(out, &variable.node, list);
            if let Some(predicate) = predicate {
                out.push_str(" WHERE ");
                print(out, predicate);
            }
        }
        ExprKind::Reduce {
            accumulator,
            initial,
            variable,
            list,
            step,
        } => {
            out.push_str("reduce(");
            name::variable(out, &accumulator.node);
            out.push_str(" = ");
            at(out, initial, PREDICATE);
            out.push_str(", ");
            source(out, &variable.node, list);
            out.push_str(" | ");
            print(out, step);
        }
        _ => {}
    }
    out.push(')');
}

/// `x IN list`
fn source(out: &mut String, variable: &str, list: &Expr) {
    name::variable(out, variable);
    out.push_str(" IN ");
    // A bar may follow, which must not be read as a part of the labels.
    at(
        out,
        list,
        if ends_with_labels(list) {
            ATOM
        } else {
            ADDITIVE
        },
    );
}

fn ends_with_labels(expr: &Expr) -> bool {
    match &expr.node {
        ExprKind::HasLabels { .. } => true,
        ExprKind::Negate(operand) | ExprKind::Plus(operand) => ends_with_labels(operand),
        ExprKind::Arithmetic { rest, .. } => rest
            .last()
            .is_some_and(|(_, operand)| ends_with_labels(operand)),
        _ => false,
    }
}

fn case(out: &mut String, expr: &Expr) {
    let ExprKind::Case {
        operand,
        branches,
        default,
    } = &expr.node
    else {
        return;
    };
    out.push_str("CASE");
    if let Some(operand) = operand {
        out.push(' ');
        print(out, operand);
    }
    for CaseBranch { when, then } in branches {
        out.push_str(" WHEN ");
        separated(out, ", ", when, print);
        out.push_str(" THEN ");
        print(out, then);
    }
    if let Some(default) = default {
        out.push_str(" ELSE ");
        print(out, default);
    }
    out.push_str(" END");
}

fn comprehension(out: &mut String, expr: &Expr) {
    out.push('[');
    let (predicate, projection) = match &expr.node {
        ExprKind::ListComprehension {
            variable,
            list,
            predicate,
            projection,
        } => {
            source(out, &variable.node, list);
            (predicate, projection.as_deref())
        }
        ExprKind::PatternComprehension {
            pattern,
            predicate,
            projection,
        } => {
            pattern::path(out, pattern);
            (predicate, Some(projection.as_ref()))
        }
        _ => return,
    };
    if let Some(predicate) = predicate {
        out.push_str(" WHERE ");
        before_bar(out, predicate);
    }
    if let Some(projection) = projection {
        out.push_str(" | ");
        print(out, projection);
    }
    out.push(']');
}

fn projection_item(out: &mut String, item: &MapProjectionItem) {
    match item {
        MapProjectionItem::Entry(key, value) => entry(out, &key.node, value),
        MapProjectionItem::Property(key) => {
            out.push('.');
            name::name(out, &key.node);
        }
        MapProjectionItem::Variable(variable) => name::variable(out, &variable.node),
        MapProjectionItem::AllProperties => out.push_str(".*"),
    }
}

fn subquery(out: &mut String, kind: SubqueryKind, body: &SubqueryBody) {
    out.push_str(match kind {
        SubqueryKind::Exists => "EXISTS { ",
        SubqueryKind::Count => "COUNT { ",
        SubqueryKind::Collect => "COLLECT { ",
    });
    match body {
        SubqueryBody::Pattern { pattern, predicate } => {
            pattern::graph(out, pattern);
            if let Some(predicate) = predicate {
                out.push_str(" WHERE ");
                print(out, predicate);
            }
        }
        SubqueryBody::Query(query) => clause::query(out, query, " "),
    }
    out.push_str(" }");
}
