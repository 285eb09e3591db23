//! Patterns.

use super::expression::condition_of;
use super::label::labels;
use super::{Node, Rule, compact, first_is, last_child, literal, operand, span_of, tight_span};
use crate::error::{Result, Span};
use crate::syntax::ast::{
    ArrowDirection, Expr, ExprKind, GraphPattern, GroupPattern, Literal, MatchMode, NodePattern,
    PathFactor, PathMode, PathPattern, PathSelector, PathTerm, Quantity, RelPattern, Spanned,
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
            Rule::path_mode => {
                let second = path_mode(&child);
                if mode.is_some() {
                    return Err(SyntaxError::SecondMode.at(second.span));
                }
                mode = Some(second);
            }
            Rule::legacy_shortest_path_pattern => {
                let all = first_is(&child, Rule::k_allshortestpaths);
                legacy = Some((all, join_factors(child.into_inner().skip(1))?));
            }
            _ => factors.push(child),
        }
    }
    let prefix = selector.as_ref().map(|selector| selector.span);
    if let (Some(_), Some(prefix)) = (&legacy, prefix.or(mode.as_ref().map(|mode| mode.span))) {
        return Err(SyntaxError::PrefixedFunction.at(prefix));
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

pub(super) fn empty_node(at: usize) -> NodePattern {
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
            Rule::unsigned_integer | Rule::parameter => number = Some(count(child)?),
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

/// A whole number without a sign, or a parameter.
pub(super) fn count(node: Node<'_>) -> Result<Expr> {
    if node.as_rule() == Rule::parameter {
        return operand::primary(node);
    }
    let number = literal::number(&node, literal::Sign::Plain)?;
    match number {
        Literal::Int(_) => Ok(Expr::new(ExprKind::Literal(number), span_of(&node))),
        _ => Err(SyntaxError::InvalidCount {
            text: node.as_str().to_owned(),
        }
        .at(span_of(&node))),
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
pub(super) fn node_pattern(node: Node<'_>) -> Result<NodePattern> {
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
pub(super) fn properties(node: Node<'_>) -> Result<Box<Expr>> {
    operand::primary(last_child(node)).map(Box::new)
}

/// `-[r:KNOWS*1..3 {since: 1} WHERE r.x]->{1,2}`
pub(super) fn relationship(node: Node<'_>) -> Result<RelPattern> {
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

#[cfg(test)]
mod tests {
    use crate::syntax::{parse, print};

    #[track_caller]
    fn check(pattern: &str, printed: &str) {
        let text = format!("MATCH {pattern} RETURN 1");
        let tree = parse(&text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
        let all = print::statement(&tree);
        assert_eq!(all, format!("MATCH {printed}\nRETURN 1"));
    }

    #[track_caller]
    fn keeps(pattern: &str) {
        check(pattern, pattern);
    }

    #[test]
    fn nodes_and_relationships() {
        keeps("()");
        keeps("(n:A&B|!C {k: 1} WHERE n.x)");
        check("(n :A:B $p)", "(n:A&B $p)");
        check("(IS A {k: 1})", "(:A {k: 1})");
        keeps("({k: 1})");
        keeps("(`match`:MATCH)");
        keeps("(a)-->(b)<--(c)--(d)<-->(e)");
        check(
            "(a)-[]->(b) , (a) - [ r ] - > (b)",
            "(a)-->(b), (a)-[r]->(b)",
        );
        keeps("(a)-[r:A|B*1..3 {k: 1} WHERE r.x]->(b)");
        check("(a)-[:A|:B]->(b)", "(a)-[:A|B]->(b)");
        keeps("(a)-[*]-(b)-[*2]-(c)-[*..2]-(d)-[*2..]-(e)");
        keeps("p = (trail)-[walk]-(shortest)");
    }

    #[test]
    fn searches_and_modes() {
        keeps("p = ANY SHORTEST (a)-[:R]->+(b)");
        check("ALL PATHS (a)--(b)", "ALL (a)--(b)");
        check("ANY 3 PATHS (a)--(b)", "ANY 3 (a)--(b)");
        check(
            "ALL SHORTEST TRAIL PATHS (a)--(b)",
            "ALL SHORTEST TRAIL (a)--(b)",
        );
        keeps("SHORTEST $k (a)--(b)");
        check(
            "SHORTEST 2 PATH GROUPS (a)--(b)",
            "SHORTEST 2 GROUPS (a)--(b)",
        );
        keeps("SHORTEST GROUPS (a)--(b)");
        keeps("p = ACYCLIC (a)--(b)");
        keeps("p = allShortestPaths((a)-[*]-(b))");
        keeps("any = (a)");
    }

    #[test]
    fn groups_and_quantifiers() {
        check(
            "(a) ((x)-[r]->(y) WHERE x.k){1,5} (b)",
            "(a)((x)-[r]->(y) WHERE x.k){1,5}(b)",
        );
        keeps("((a)-->(b))*");
        check(
            "((a)-->(b)){3}((c)--(d)){,2}",
            "((a)-->(b)){3}((c)--(d)){,2}",
        );
        keeps("(p = TRAIL (a)-->(b))+");
        keeps("(((a)-->(b))+(c))");
        check("(a)-->{0,}(b)", "(a)-->*(b)");
    }

    #[test]
    fn nodes_that_are_left_out_are_empty() {
        check("-[r]->", "()-[r]->()");
        check("(a)-->-->(b)", "(a)-->()-->(b)");
        check("((a)-->(b))+-->(c)", "((a)-->(b))+()-->(c)");
    }

    #[track_caller]
    fn fails(pattern: &str, detail: &str, marked: &str) {
        let text = format!("MATCH {pattern} RETURN 1");
        let error = parse(&text).unwrap_err();
        assert_eq!(error.code().detail, detail, "{text}");
        assert_eq!(
            text.get(error.span().unwrap().range()),
            Some(marked),
            "{text}"
        );
    }

    #[test]
    fn wrong_patterns() {
        fails("(a)-[:A..]->(b)", "InvalidRelationshipPattern", "..");
        fails("(a)-[1..2]->(b)", "InvalidRelationshipPattern", "1..2");
        fails("(a)-[:A*-2]->(b)", "InvalidRelationshipPattern", "-2");
        fails("(a)-[*1x]->(b)", "UnexpectedSyntax", "1x");
        fails("(a)(b)", "UnexpectedSyntax", "(b)");
        fails("SHORTEST (a)--(b)", "UnexpectedSyntax", "SHORTEST");
        fails("ANY GROUPS (a)--(b)", "UnexpectedSyntax", "ANY GROUPS");
        fails("a", "UnexpectedSyntax", "a");
        fails("(a)-->(b.c)", "UnexpectedSyntax", ".");
    }
}
