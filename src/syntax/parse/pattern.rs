//! Patterns and label expressions.

use super::expression::{condition, condition_of};
use super::{Node, Rule, compact, first_is, last_child, literal, operand, span_of, tight_span};
use crate::error::{Result, Span};
use crate::syntax::ast::{
    ArrowDirection, Expr, ExprKind, GraphPattern, GroupPattern, LabelExpr, Literal,
    MapProjectionItem, MatchMode, Name, NodePattern, PathFactor, PathMode, PathPattern,
    PathSelector, PathTerm, Quantity, RelPattern, Spanned,
};
use crate::syntax::error::SyntaxError;

/// `(a)-->(b), (b)-->(c)`
pub(super) fn graph_pattern(node: Node<'_>) -> Result<GraphPattern> {
    let mut match_mode = None;
    let mut paths = Vec::new();
    for child in node.into_inner() {
        if child.as_rule() == Rule::match_mode {
            let mode = if first_is(&child, Rule::k_repeatable) {
                MatchMode::RepeatableElements
            } else {
                MatchMode::DifferentRelationships
            };
            match_mode = Some(Spanned::new(mode, tight_span(&child)));
        } else {
            paths.push(path_pattern(child)?);
        }
    }
    let paths = compact(paths);
    Ok(GraphPattern { match_mode, paths })
}

/// `p = ANY SHORTEST (a)-[*]-(b)`
pub(super) fn path_pattern(node: Node<'_>) -> Result<PathPattern> {
    let mut variable = None;
    let mut selector = None;
    let mut mode = None;
    let mut factors = Vec::new();
    let mut legacy = None;
    let mut span = tight_span(&node);
    for child in node.into_inner() {
        match child.as_rule() {
            Rule::path_variable => {
                let used = child.as_str().len();
                span = Span::new(child.as_span().start() + used, span.end as usize);
                variable = Some(literal::name(&last_child(child))?);
            }
            Rule::path_search_prefix => {
                mode = search_mode(&child);
                selector = Some(Spanned::new(
                    self::selector(child.clone())?,
                    tight_span(&child),
                ));
            }
            Rule::path_mode => mode = Some(path_mode(&child)),
            Rule::legacy_shortest_path_pattern => {
                let all = first_is(&child, Rule::k_allshortestpaths);
                legacy = Some((all, join_factors(child.into_inner().skip(1))?));
            }
            _ => factors.push(child),
        }
    }
    let term = match legacy {
        Some((all, factors)) => PathTerm::LegacyShortest { all, factors },
        None => PathTerm::Factors(join_factors(factors.into_iter())?),
    };
    Ok(PathPattern {
        variable,
        selector,
        mode,
        term,
        span,
    })
}

/// Builds the parts of a path. Where a relationship or a group has no node beside it, an empty one
/// is meant, as in GQL.
fn join_factors<'t>(nodes: impl Iterator<Item = Node<'t>>) -> Result<Vec<PathFactor>> {
    let mut factors: Vec<PathFactor> = Vec::new();
    let mut end = None;
    for node in nodes {
        let span = tight_span(&node);
        let factor = match node.as_rule() {
            Rule::relationship_pattern => PathFactor::Rel(relationship(node)?),
            Rule::group_pattern => PathFactor::Group(group(node)?),
            Rule::node_pattern => PathFactor::Node(node_pattern(node)?),
            _ => continue,
        };
        match (factors.last(), &factor) {
            (Some(PathFactor::Node(_)), PathFactor::Node(_)) => {
                return Err(SyntaxError::AdjacentNodes.at(span));
            }
            (Some(PathFactor::Rel(_) | PathFactor::Group(_)) | None, PathFactor::Rel(_))
            | (Some(PathFactor::Rel(_)), PathFactor::Group(_)) => {
                factors.push(PathFactor::Node(empty_node(span.start as usize)));
            }
            _ => {}
        }
        end = Some(span.end as usize);
        factors.push(factor);
    }
    if let (Some(PathFactor::Rel(_)), Some(end)) = (factors.last(), end) {
        factors.push(PathFactor::Node(empty_node(end)));
    }
    Ok(compact(factors))
}

fn empty_node(at: usize) -> NodePattern {
    NodePattern {
        variable: None,
        labels: None,
        properties: None,
        predicate: None,
        span: Span::new(at, at),
    }
}

fn search_mode(node: &Node<'_>) -> Option<Spanned<PathMode>> {
    let mode = node
        .clone()
        .into_inner()
        .find(|child| child.as_rule() == Rule::path_mode)?;
    Some(path_mode(&mode))
}

fn path_mode(node: &Node<'_>) -> Spanned<PathMode> {
    let word = last_child(node.clone());
    let mode = match word.as_rule() {
        Rule::k_walk => PathMode::Walk,
        Rule::k_trail => PathMode::Trail,
        Rule::k_acyclic => PathMode::Acyclic,
        _ => PathMode::Simple,
    };
    Spanned::new(mode, span_of(&word))
}

/// `ALL`, `ANY 3`, `SHORTEST 2 GROUPS`
fn selector(node: Node<'_>) -> Result<PathSelector> {
    let span = tight_span(&node);
    let (mut all, mut any, mut shortest, mut groups) = (false, false, false, false);
    let mut number = None;
    for child in node.into_inner() {
        match child.as_rule() {
            Rule::k_all => all = true,
            Rule::k_any => any = true,
            Rule::k_shortest => shortest = true,
            Rule::k_groups => groups = true,
            Rule::unsigned_integer => number = Some(path_count(&child)?),
            Rule::parameter => number = Some(operand::primary(child)?),
            _ => {}
        }
    }
    if groups && (all || any || !shortest) {
        return Err(SyntaxError::StrayGroups.at(span));
    }
    Ok(match (all, any, shortest, number) {
        (true, _, true, _) => PathSelector::AllShortest,
        (true, _, false, _) => PathSelector::All,
        (_, true, true, _) => PathSelector::AnyShortest,
        (_, true, false, number) => PathSelector::Any(number),
        (_, _, _, number) if groups => PathSelector::ShortestGroups(number),
        (_, _, _, Some(number)) => PathSelector::Shortest(number),
        (_, _, _, None) => return Err(SyntaxError::MissingPathCount.at(span)),
    })
}

fn path_count(node: &Node<'_>) -> Result<Expr> {
    let number = literal::number(node, literal::Sign::Plain)?;
    match number {
        Literal::Int(_) => Ok(Expr::new(ExprKind::Literal(number), span_of(node))),
        _ => Err(SyntaxError::InvalidCount {
            text: node.as_str().to_owned(),
        }
        .at(span_of(node))),
    }
}

/// `((a)-[r]->(b) WHERE a.x < b.x){1,5}`
fn group(node: Node<'_>) -> Result<GroupPattern> {
    let mut group = GroupPattern {
        variable: None,
        mode: None,
        factors: Vec::new(),
        predicate: None,
        quantifier: None,
        span: tight_span(&node),
    };
    for child in node.into_inner() {
        match child.as_rule() {
            Rule::graph_pattern_quantifier => group.quantifier = Some(quantifier(&child)?),
            _ => group_body(child, &mut group)?,
        }
    }
    Ok(group)
}

fn group_body(node: Node<'_>, group: &mut GroupPattern) -> Result<()> {
    let mut factors = Vec::new();
    for child in node.into_inner() {
        match child.as_rule() {
            Rule::path_variable => group.variable = Some(literal::name(&last_child(child))?),
            Rule::path_mode => group.mode = Some(path_mode(&child)),
            Rule::where_clause => group.predicate = Some(Box::new(condition_of(child)?)),
            Rule::right_paren => {}
            _ => factors.push(child),
        }
    }
    group.factors = super::with_stack(|| join_factors(factors.into_iter()))?;
    Ok(())
}

/// `*`, `+`, `{3}`, `{1,5}`
fn quantifier(node: &Node<'_>) -> Result<Spanned<Quantity>> {
    let span = tight_span(node);
    let quantity = match node.as_str().as_bytes().first() {
        Some(b'*') => Quantity {
            min: Some(0),
            max: None,
        },
        Some(b'+') => Quantity {
            min: Some(1),
            max: None,
        },
        _ => bounds(node.clone().into_inner(), Rule::bound_separator)?,
    };
    Ok(Spanned::new(quantity, span))
}

/// Numbers before and after a separator; without one, both bounds are the same.
fn bounds<'t>(nodes: impl Iterator<Item = Node<'t>>, separator: Rule) -> Result<Quantity> {
    let mut quantity = Quantity {
        min: None,
        max: None,
    };
    let mut separated = false;
    for node in nodes {
        if node.as_rule() == separator {
            separated = true;
        } else if node.as_rule() == Rule::unsigned_integer {
            let count = Some(literal::count(&node)?);
            if separated {
                quantity.max = count;
            } else {
                quantity.min = count;
            }
        }
    }
    if !separated {
        quantity.max = quantity.min;
    }
    Ok(quantity)
}

/// `(n:Person {name: 'x'} WHERE n.age > 1)`
fn node_pattern(node: Node<'_>) -> Result<NodePattern> {
    let mut pattern = empty_node(0);
    pattern.span = tight_span(&node);
    for child in node.into_inner() {
        match child.as_rule() {
            Rule::variable => pattern.variable = Some(literal::name(&child)?),
            Rule::label_expression => pattern.labels = Some(labels(child)?),
            Rule::element_properties => pattern.properties = Some(properties(child)?),
            Rule::where_clause => pattern.predicate = Some(Box::new(condition_of(child)?)),
            _ => {}
        }
    }
    Ok(pattern)
}

/// `{name: 'x'}`, `$properties`
fn properties(node: Node<'_>) -> Result<Box<Expr>> {
    operand::primary(last_child(node)).map(Box::new)
}

/// `-[r:KNOWS*1..3 {since: 1} WHERE r.x]->{1,2}`
fn relationship(node: Node<'_>) -> Result<RelPattern> {
    let mut pattern = RelPattern {
        variable: None,
        types: None,
        length: None,
        quantifier: None,
        properties: None,
        predicate: None,
        direction: ArrowDirection::Either,
        span: tight_span(&node),
    };
    for child in node.into_inner() {
        match child.as_rule() {
            Rule::graph_pattern_quantifier => pattern.quantifier = Some(quantifier(&child)?),
            _ => arrow(child, &mut pattern)?,
        }
    }
    Ok(pattern)
}

fn arrow(node: Node<'_>, pattern: &mut RelPattern) -> Result<()> {
    let (mut left, mut right) = (false, false);
    for child in node.into_inner() {
        match child.as_rule() {
            Rule::left_arrow_head => left = true,
            Rule::arrow_end => right = child.as_str().contains('>'),
            _ => detail(child, pattern)?,
        }
    }
    pattern.direction = match (left, right) {
        (false, true) => ArrowDirection::Right,
        (true, false) => ArrowDirection::Left,
        (false, false) => ArrowDirection::Either,
        (true, true) => ArrowDirection::Both,
    };
    Ok(())
}

fn detail(node: Node<'_>, pattern: &mut RelPattern) -> Result<()> {
    for child in node.into_inner() {
        match child.as_rule() {
            Rule::variable => pattern.variable = Some(literal::name(&child)?),
            Rule::label_expression => pattern.types = Some(labels(child)?),
            Rule::path_length => pattern.length = Some(path_length(&child)?),
            Rule::element_properties => pattern.properties = Some(properties(child)?),
            Rule::where_clause => pattern.predicate = Some(Box::new(condition_of(child)?)),
            _ => {}
        }
    }
    Ok(())
}

/// `*`, `*2`, `*1..3`
fn path_length(node: &Node<'_>) -> Result<Spanned<Quantity>> {
    let span = tight_span(node);
    let children = node.clone().into_inner();
    if let Some(bound) = children
        .clone()
        .find(|child| child.as_rule() == Rule::negative_bound)
    {
        return Err(SyntaxError::NegativeLength.at(span_of(&bound)));
    }
    if !first_is(node, Rule::asterisk) {
        let correct = format!("*{}", node.as_str().trim_end());
        return Err(SyntaxError::MissingAsterisk { correct }.at(span));
    }
    let quantity = bounds(children, Rule::double_period)?;
    Ok(Spanned::new(quantity, span))
}

// ---- Label expressions ---------------------------------------------------------------------------

/// `A&(B|!C)`, `A:B`, `A|:B`
pub(super) fn labels(node: Node<'_>) -> Result<LabelExpr> {
    super::with_stack(|| match node.as_rule() {
        Rule::label_expression => {
            let mut terms = node
                .into_inner()
                .map(label_term)
                .collect::<Result<Vec<_>>>()?;
            Ok(if terms.len() == 1 {
                terms.remove(0)
            } else {
                LabelExpr::Or(terms)
            })
        }
        _ => label_term(node),
    })
}

fn label_term(node: Node<'_>) -> Result<LabelExpr> {
    let mut factors = Vec::new();
    let mut negations = 0_usize;
    for child in node.into_inner() {
        let factor = match child.as_rule() {
            Rule::label_negation => {
                negations += 1;
                continue;
            }
            Rule::name => LabelExpr::Name(literal::name(&child)?),
            Rule::wildcard_label => LabelExpr::Wildcard(span_of(&child)),
            Rule::label_expression => labels(child)?,
            _ => continue,
        };
        let factor = (0..negations).fold(factor, |factor, _| LabelExpr::Not(Box::new(factor)));
        negations = 0;
        factors.push(factor);
    }
    Ok(if factors.len() == 1 {
        factors.remove(0)
    } else {
        LabelExpr::And(factors)
    })
}

// ---- Patterns in expressions ---------------------------------------------------------------------

/// Whether an arrow follows the parentheses.
pub(super) fn has_steps(node: &Node<'_>) -> bool {
    node.as_rule() == Rule::parenthesized && node.clone().into_inner().nth(1).is_some()
}

/// `(a + b)`, or a pattern `(a)-->(b)`
pub(super) fn parenthesized(node: Node<'_>) -> Result<Expr> {
    let mut children = node.into_inner();
    let Some(paren) = children.next() else {
        return Ok(Expr::new(ExprKind::Literal(Literal::Null), Span::default()));
    };
    let paren_span = tight_span(&paren);
    let mut factors: Vec<PathFactor> = Vec::new();
    for step in children {
        for part in step.into_inner() {
            factors.push(match part.as_rule() {
                Rule::relationship_pattern => PathFactor::Rel(relationship(part)?),
                _ => PathFactor::Node(node_pattern(part)?),
            });
        }
    }
    if factors.is_empty() {
        return inner_expression(paren, paren_span);
    }
    factors.insert(0, PathFactor::Node(node_from_paren(paren, paren_span)?));
    let span = match factors.last() {
        Some(PathFactor::Node(last)) => paren_span.to(last.span),
        _ => paren_span,
    };
    let pattern = PathPattern {
        variable: None,
        selector: None,
        mode: None,
        term: PathTerm::Factors(factors),
        span,
    };
    Ok(Expr::new(ExprKind::Pattern(Box::new(pattern)), span))
}

/// `(a + b)`: the span takes in the parentheses, since they belong to the text of a column.
fn inner_expression(paren: Node<'_>, span: Span) -> Result<Expr> {
    let mut children = paren
        .into_inner()
        .filter(|child| child.as_rule() != Rule::right_paren);
    let is_expression = |child: &Node<'_>| {
        !matches!(
            child.as_rule(),
            Rule::where_clause | Rule::k_is | Rule::label_expression | Rule::element_properties
        )
    };
    match (children.next(), children.next()) {
        (Some(only), None) if is_expression(&only) => {
            let mut expr = condition(only)?;
            expr.span = span;
            Ok(expr)
        }
        _ => Err(SyntaxError::NodeAsValue.at(span)),
    }
}

/// Reads what stands in parentheses as a node pattern.
fn node_from_paren(paren: Node<'_>, span: Span) -> Result<NodePattern> {
    let mut pattern = empty_node(0);
    pattern.span = span;
    for child in paren.into_inner() {
        match child.as_rule() {
            Rule::right_paren | Rule::k_is => {}
            Rule::label_expression => pattern.labels = Some(labels(child)?),
            Rule::element_properties if pattern.properties.is_none() => {
                pattern.properties = Some(properties(child)?);
            }
            Rule::where_clause => pattern.predicate = Some(Box::new(condition_of(child)?)),
            _ => {
                let expr = condition(child)?;
                let span = expr.span;
                fill_node(&mut pattern, expr)
                    .ok_or_else(|| SyntaxError::NotANodePattern.at(span))?;
            }
        }
    }
    Ok(pattern)
}

/// Sorts an expression into the parts of a node pattern: `a`, `a:B`, `{k: 1}`, `a {k: 1}`, `$p`.
fn fill_node(pattern: &mut NodePattern, expr: Expr) -> Option<()> {
    let span = expr.span;
    match expr.node {
        ExprKind::Variable(name) => pattern.variable = Some(Spanned::new(name, span)),
        ExprKind::HasLabels {
            operand,
            labels,
            negated: false,
        } => {
            let ExprKind::Variable(name) = operand.node else {
                return None;
            };
            pattern.variable = Some(Spanned::new(name, operand.span));
            pattern.labels = Some(labels);
        }
        ExprKind::MapProjection { base, items } => {
            let entries = items.into_iter().map(entry).collect::<Option<Vec<_>>>()?;
            let map_span = Span::new(base.span.end as usize, span.end as usize);
            pattern.variable = Some(base);
            pattern.properties = Some(Box::new(Expr::new(ExprKind::Map(entries), map_span)));
        }
        kind @ (ExprKind::Map(_) | ExprKind::Parameter(_)) => {
            pattern.properties = Some(Box::new(Expr::new(kind, span)));
        }
        _ => return None,
    }
    Some(())
}

fn entry(item: MapProjectionItem) -> Option<(Name, Expr)> {
    match item {
        MapProjectionItem::Entry(key, value) => Some((key, value)),
        MapProjectionItem::Property(_)
        | MapProjectionItem::Variable(_)
        | MapProjectionItem::AllProperties => None,
    }
}
