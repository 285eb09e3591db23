//! Clauses that change the graph.

use super::clause::clause;
use super::expression::value;
use super::pattern::path_pattern;
use super::{Node, Rule, literal, operand, required, with_stack};
use crate::error::Result;
use crate::syntax::ast::{
    Clause, Expr, ExprKind, GraphPattern, MergeAction, MergeEvent, Name, PathFactor, PathPattern,
    PathTerm, RemoveItem, SetItem, Spanned, plain_labels,
};
use crate::syntax::error::SyntaxError;

/// Refuses what a pattern that is created can't have.
pub(super) fn created(pattern: GraphPattern) -> Result<GraphPattern> {
    if let Some(mode) = &pattern.match_mode {
        let what = "a match mode";
        return Err(SyntaxError::NotCreatable { what }.at(mode.span));
    }
    for path in &pattern.paths {
        check_created(path)?;
    }
    Ok(pattern)
}

fn check_created(path: &PathPattern) -> Result<()> {
    let refuse = |what, span| Err(SyntaxError::NotCreatable { what }.at(span));
    if let Some(selector) = &path.selector {
        return refuse("a path selector", selector.span);
    }
    if let Some(mode) = &path.mode {
        return refuse("a path mode", mode.span);
    }
    let factors = match &path.term {
        PathTerm::Factors(factors) => factors,
        PathTerm::LegacyShortest { .. } => return refuse("a path search", path.span),
    };
    for factor in factors {
        let (predicate, quantifier) = match factor {
            PathFactor::Node(node) if node.span.start == node.span.end => {
                return Err(SyntaxError::MissingNode.at(path.span));
            }
            PathFactor::Node(node) => (&node.predicate, &None),
            PathFactor::Rel(rel) => (&rel.predicate, &rel.quantifier),
            PathFactor::Group(group) => {
                return refuse("a group", group.span);
            }
        };
        if let Some(predicate) = predicate {
            return refuse("a condition", predicate.span);
        }
        if let Some(quantifier) = quantifier {
            return refuse("a quantifier", quantifier.span);
        }
    }
    Ok(())
}

/// `MERGE (a) ON CREATE SET a.x = 1`
pub(super) fn merge(node: Node<'_>) -> Result<Clause> {
    let mut children = node
        .into_inner()
        .filter(|child| child.as_rule() != Rule::k_merge);
    let pattern = path_pattern(required(children.next()))?;
    check_created(&pattern)?;
    let actions = children.map(merge_action).collect::<Result<_>>()?;
    Ok(Clause::Merge { pattern, actions })
}

fn merge_action(node: Node<'_>) -> Result<MergeAction> {
    let mut event = MergeEvent::Create;
    let mut items = Vec::new();
    for child in node.into_inner() {
        match child.as_rule() {
            Rule::k_match => event = MergeEvent::Match,
            Rule::set_statement => items = set_items(child)?,
            _ => {}
        }
    }
    Ok(MergeAction { event, items })
}

pub(super) fn set_items(node: Node<'_>) -> Result<Vec<SetItem>> {
    node.into_inner()
        .filter(|child| child.as_rule() == Rule::set_item)
        .map(set_item)
        .collect()
}

/// `a.b = 1`, `a = {}`, `a += {}`, `a:B`
fn set_item(node: Node<'_>) -> Result<SetItem> {
    let mut children = node.into_inner();
    let target = set_target(required(children.next()))?;
    let (operator, right) = (children.next(), children.next());
    let span = target.span;
    let (Some(operator), Some(right)) = (operator, right) else {
        let (variable, labels) =
            labels_of(target).ok_or_else(|| SyntaxError::NotSettable.at(span))?;
        return Ok(SetItem::Labels { variable, labels });
    };
    let value = value(right)?;
    let adds = operator.as_rule() == Rule::plus_equals;
    match target.node {
        ExprKind::Variable(name) => {
            let variable = Spanned::new(name, span);
            Ok(if adds {
                SetItem::Add { variable, value }
            } else {
                SetItem::All { variable, value }
            })
        }
        ExprKind::Property { .. } | ExprKind::Index { .. } if !adds => {
            Ok(SetItem::Property { target, value })
        }
        _ => Err(SyntaxError::NotSettable.at(span)),
    }
}

/// The left side of `SET`, or an item of `REMOVE`.
fn set_target(node: Node<'_>) -> Result<Expr> {
    let mut row = node.into_inner().peekable();
    let mut target = operand::operand(&mut row, literal::Sign::Plain)?;
    for predicate in row {
        target = operand::is_predicate(target, predicate)?;
    }
    Ok(target)
}

/// Takes `n:A:B` apart.
fn labels_of(target: Expr) -> Option<(Name, Vec<Name>)> {
    let ExprKind::HasLabels {
        operand,
        labels,
        negated: false,
    } = target.node
    else {
        return None;
    };
    let ExprKind::Variable(name) = operand.node else {
        return None;
    };
    let labels = plain_labels(&labels)?;
    Some((Spanned::new(name, operand.span), labels))
}

pub(super) fn remove_items(node: Node<'_>) -> Result<Vec<RemoveItem>> {
    node.into_inner()
        .filter(|child| child.as_rule() == Rule::set_target)
        .map(|child| {
            let target = set_target(child)?;
            let span = target.span;
            if matches!(
                target.node,
                ExprKind::Property { .. } | ExprKind::Index { .. }
            ) {
                return Ok(RemoveItem::Property(target));
            }
            let (variable, labels) =
                labels_of(target).ok_or_else(|| SyntaxError::NotRemovable.at(span))?;
            Ok(RemoveItem::Labels { variable, labels })
        })
        .collect()
}

pub(super) fn delete(node: Node<'_>) -> Result<Clause> {
    let mut detach = false;
    let mut targets = Vec::new();
    for child in node.into_inner() {
        match child.as_rule() {
            Rule::k_detach => detach = true,
            Rule::k_delete => {}
            _ => targets.push(value(child)?),
        }
    }
    Ok(Clause::Delete { detach, targets })
}

/// `FOREACH (x IN list | SET x.y = 1)`
pub(super) fn foreach(node: Node<'_>) -> Result<Clause> {
    let mut children = node.into_inner().filter(|child| {
        !matches!(
            child.as_rule(),
            Rule::k_foreach
                | Rule::k_in
                | Rule::left_paren
                | Rule::right_paren
                | Rule::vertical_bar
        )
    });
    let variable = literal::name(&required(children.next()))?;
    let list = value(required(children.next()))?;
    let clauses = children
        .map(|child| with_stack(|| updating_clause(child)))
        .collect::<Result<_>>()?;
    Ok(Clause::Foreach {
        variable,
        list,
        clauses,
    })
}

fn updating_clause(node: Node<'_>) -> Result<Spanned<Clause>> {
    let clause = clause(node)?;
    let name = match &clause.node {
        Clause::Create(_)
        | Clause::Merge { .. }
        | Clause::Set(_)
        | Clause::Remove(_)
        | Clause::Delete { .. }
        | Clause::Foreach { .. } => return Ok(clause),
        Clause::Match(_) => "MATCH",
        Clause::Unwind { .. } => "UNWIND",
        Clause::With(..) => "WITH",
        Clause::Return(_) => "RETURN",
        Clause::Finish => "FINISH",
        Clause::Call(_) | Clause::CallSubquery { .. } => "CALL",
        Clause::LoadCsv { .. } => "LOAD CSV",
    };
    Err(SyntaxError::ForeachClause { clause: name }.at(clause.span))
}
