//! Patterns and label expressions.

use super::{expression, name, separated};
use crate::syntax::ast::{
    ArrowDirection, Expr, GraphPattern, GroupPattern, LabelExpr, MatchMode, NodePattern,
    PathFactor, PathMode, PathPattern, PathSelector, PathTerm, Quantity, RelPattern,
};

/// `(a)-->(b), (b)-->(c)`
pub(super) fn graph(out: &mut String, pattern: &GraphPattern) {
    out.push_str(match pattern.match_mode.as_ref().map(|mode| mode.node) {
        Some(MatchMode::RepeatableElements) => "REPEATABLE ELEMENTS ",
        Some(MatchMode::DifferentRelationships) => "DIFFERENT RELATIONSHIPS ",
        None => "",
    });
    separated(out, ", ", &pattern.paths, path);
}

/// `p = ALL SHORTEST (a)-[*]-(b)`
pub(super) fn path(out: &mut String, path: &PathPattern) {
    if let Some(variable) = &path.variable {
        name::variable(out, &variable.node);
        out.push_str(" = ");
    }
    let mode = path.mode.as_ref().map(|mode| mode.node);
    match path.selector.as_ref().map(|selector| &selector.node) {
        Some(search) => selector(out, search, mode),
        None => path_mode(out, mode),
    }
    match &path.term {
        PathTerm::Factors(parts) => factors(out, parts),
        PathTerm::LegacyShortest {
            all,
            factors: parts,
        } => {
            out.push_str(if *all {
                "allShortestPaths("
            } else {
                "shortestPath("
            });
            factors(out, parts);
            out.push(')');
        }
    }
}

fn selector(out: &mut String, selector: &PathSelector, mode: Option<PathMode>) {
    let (word, number) = match selector {
        PathSelector::All => ("ALL ", None),
        PathSelector::Any(number) => ("ANY ", number.as_ref()),
        PathSelector::AllShortest => ("ALL SHORTEST ", None),
        PathSelector::AnyShortest => ("ANY SHORTEST ", None),
        PathSelector::Shortest(number) => ("SHORTEST ", Some(number)),
        PathSelector::ShortestGroups(number) => ("SHORTEST ", number.as_ref()),
    };
    out.push_str(word);
    if let Some(number) = number {
        expression::print(out, number);
        out.push(' ');
    }
    path_mode(out, mode);
    if matches!(selector, PathSelector::ShortestGroups(_)) {
        out.push_str("GROUPS ");
    }
}

fn path_mode(out: &mut String, mode: Option<PathMode>) {
    out.push_str(match mode {
        Some(PathMode::Walk) => "WALK ",
        Some(PathMode::Trail) => "TRAIL ",
        Some(PathMode::Acyclic) => "ACYCLIC ",
        Some(PathMode::Simple) => "SIMPLE ",
        None => "",
    });
}

fn factors(out: &mut String, factors: &[PathFactor]) {
    for factor in factors {
        match factor {
            PathFactor::Node(pattern) => node(out, pattern),
            PathFactor::Rel(pattern) => relationship(out, pattern),
            PathFactor::Group(pattern) => group(out, pattern),
        }
    }
}

fn group(out: &mut String, group: &GroupPattern) {
    out.push('(');
    if let Some(variable) = &group.variable {
        name::variable(out, &variable.node);
        out.push_str(" = ");
    }
    path_mode(out, group.mode.as_ref().map(|mode| mode.node));
    crate::syntax::limits::with_stack(|| factors(out, &group.factors));
    condition(out, group.predicate.as_deref());
    out.push(')');
    if let Some(quantity) = &group.quantifier {
        quantifier(out, quantity.node);
    }
}

fn condition(out: &mut String, predicate: Option<&Expr>) {
    if let Some(predicate) = predicate {
        out.push_str(" WHERE ");
        expression::print(out, predicate);
    }
}

fn quantifier(out: &mut String, quantity: Quantity) {
    match (quantity.min, quantity.max) {
        (Some(0), None) => out.push('*'),
        (Some(1), None) => out.push('+'),
        (min, max) => {
            out.push('{');
            range(out, min, max, ",");
            out.push('}');
        }
    }
}

/// `2`, `1..3`, `1..`, `..3`
fn range(out: &mut String, min: Option<u64>, max: Option<u64>, separator: &str) {
    if let Some(min) = min {
        out.push_str(&min.to_string());
    }
    if min.is_none() || min != max {
        out.push_str(separator);
        if let Some(max) = max {
            out.push_str(&max.to_string());
        }
    }
}

fn node(out: &mut String, node: &NodePattern) {
    out.push('(');
    filler(
        out,
        node.variable.as_ref().map(|variable| &*variable.node),
        node.labels.as_ref(),
    );
    properties(out, node.properties.as_deref());
    condition(out, node.predicate.as_deref());
    out.push(')');
}

fn filler(out: &mut String, variable: Option<&str>, types: Option<&LabelExpr>) {
    if let Some(variable) = variable {
        name::variable(out, variable);
    }
    if let Some(types) = types {
        out.push(':');
        labels(out, types);
    }
}

fn properties(out: &mut String, properties: Option<&Expr>) {
    if let Some(properties) = properties {
        if !out.ends_with(['(', '[']) {
            out.push(' ');
        }
        expression::print(out, properties);
    }
}

fn relationship(out: &mut String, rel: &RelPattern) {
    let (left, right) = match rel.direction {
        ArrowDirection::Right => ("-", "->"),
        ArrowDirection::Left => ("<-", "-"),
        ArrowDirection::Either => ("-", "-"),
        ArrowDirection::Both => ("<-", "->"),
    };
    out.push_str(left);
    let has_detail = rel.variable.is_some()
        || rel.types.is_some()
        || rel.length.is_some()
        || rel.properties.is_some()
        || rel.predicate.is_some();
    if has_detail {
        out.push('[');
        filler(
            out,
            rel.variable.as_ref().map(|variable| &*variable.node),
            rel.types.as_ref(),
        );
        if let Some(length) = &rel.length {
            out.push('*');
            if length.node.min.is_some() || length.node.max.is_some() {
                range(out, length.node.min, length.node.max, "..");
            }
        }
        properties(out, rel.properties.as_deref());
        condition(out, rel.predicate.as_deref());
        out.push(']');
    }
    out.push_str(right);
    if let Some(quantity) = &rel.quantifier {
        quantifier(out, quantity.node);
    }
}

/// `A|B&!C`
pub(super) fn labels(out: &mut String, labels: &LabelExpr) {
    match labels {
        LabelExpr::Or(terms) => separated(out, "|", terms, label_factors),
        LabelExpr::And(_) | LabelExpr::Not(_) | LabelExpr::Name(_) | LabelExpr::Wildcard(_) => {
            label_factors(out, labels);
        }
    }
}

/// Labels without a bar outside parentheses.
pub(super) fn label_term(out: &mut String, labels: &LabelExpr) {
    match labels {
        LabelExpr::Or(_) => label_primary(out, labels),
        LabelExpr::And(_) | LabelExpr::Not(_) | LabelExpr::Name(_) | LabelExpr::Wildcard(_) => {
            label_factors(out, labels);
        }
    }
}

fn label_factors(out: &mut String, labels: &LabelExpr) {
    match labels {
        LabelExpr::And(factors) => separated(out, "&", factors, label_primary),
        LabelExpr::Or(_) | LabelExpr::Not(_) | LabelExpr::Name(_) | LabelExpr::Wildcard(_) => {
            label_primary(out, labels);
        }
    }
}

fn label_primary(out: &mut String, label: &LabelExpr) {
    crate::syntax::limits::with_stack(|| match label {
        LabelExpr::Name(label) => name::name(out, &label.node),
        LabelExpr::Wildcard(_) => out.push('%'),
        LabelExpr::Not(operand) => {
            out.push('!');
            label_primary(out, operand);
        }
        LabelExpr::And(_) | LabelExpr::Or(_) => {
            out.push('(');
            labels(out, label);
            out.push(')');
        }
    });
}
