//! Statements and clauses.

use std::sync::Arc;

use super::expression::{condition_of, value, value_of};
use super::pattern::{graph_pattern, path_pattern};
use super::{
    Node, Rule, compact, first_is, last_child, literal, operand, span_of, tight_span, with_stack,
};
use crate::error::{Result, Span};
use crate::syntax::ast::{
    Clause, ExplainMode, Expr, ExprKind, GraphPattern, MatchClause, MergeAction, MergeEvent, Name,
    PathFactor, PathPattern, PathTerm, ProcedureCall, Projection, ProjectionItem, Query,
    RemoveItem, SetItem, SingleQuery, SortItem, Spanned, Statement, SubqueryImports,
    TransactionCommand, UnionKind, Yield, YieldItem,
};
use crate::syntax::error::SyntaxError;

/// Builds a statement from the whole text.
pub(super) fn statement(node: Node<'_>) -> Result<Statement> {
    let mut mode = None;
    for child in node.into_inner() {
        match child.as_rule() {
            Rule::transaction_command => return Ok(Statement::Transaction(command(&child))),
            Rule::explain_mode => mode = Some(explain_mode(&child)),
            Rule::composite_statement => return top_level(mode, child),
            _ => {}
        }
    }
    let parts = Vec::new();
    let unions = Vec::new();
    Ok(Statement::Query(Query { parts, unions }))
}

fn command(node: &Node<'_>) -> TransactionCommand {
    if first_is(node, Rule::k_begin) {
        TransactionCommand::Begin
    } else if first_is(node, Rule::k_commit) {
        TransactionCommand::Commit
    } else {
        TransactionCommand::Rollback
    }
}

fn explain_mode(node: &Node<'_>) -> ExplainMode {
    if first_is(node, Rule::k_profile) {
        ExplainMode::Profile
    } else if last_child(node.clone()).as_rule() == Rule::k_verbose {
        ExplainMode::Verbose
    } else {
        ExplainMode::Explain
    }
}

/// A query, or a call that is the whole statement.
fn top_level(mode: Option<ExplainMode>, node: Node<'_>) -> Result<Statement> {
    let mut query = query(node)?;
    let standalone = matches!(query.parts.as_slice(), [SingleQuery { clauses }]
        if matches!(clauses.as_slice(), [Spanned { node: Clause::Call(_), .. }]));
    if !standalone {
        check_yields(&query)?;
    }
    if let Some(mode) = mode {
        return Ok(Statement::Explain { mode, query });
    }
    if standalone {
        let clause = query.parts.pop().and_then(|mut part| part.clauses.pop());
        if let Some(Spanned {
            node: Clause::Call(call),
            ..
        }) = clause
        {
            return Ok(Statement::StandaloneCall(call));
        }
    }
    Ok(Statement::Query(query))
}

/// `YIELD *` is possible only where the call is the whole statement.
fn check_yields(query: &Query) -> Result<()> {
    let clauses = query.parts.iter().flat_map(|part| &part.clauses);
    for clause in clauses {
        if let Clause::Call(ProcedureCall {
            yields: Some(Yield::All(span)),
            ..
        }) = &clause.node
        {
            return Err(SyntaxError::YieldStar.at(*span));
        }
    }
    Ok(())
}

/// Single queries with `UNION` between them.
pub(super) fn query(node: Node<'_>) -> Result<Query> {
    let mut parts = Vec::new();
    let mut unions = Vec::new();
    for child in node.into_inner() {
        match child.as_rule() {
            Rule::union => {
                let kind = if last_child(child.clone()).as_rule() == Rule::k_all {
                    UnionKind::All
                } else {
                    UnionKind::Distinct
                };
                unions.push(Spanned::new(kind, tight_span(&child)));
            }
            _ => parts.push(single_query(child)?),
        }
    }
    let (parts, unions) = (compact(parts), compact(unions));
    Ok(Query { parts, unions })
}

/// A query inside another statement.
fn inner_query(node: Node<'_>) -> Result<Query> {
    let query = with_stack(|| query(node))?;
    check_yields(&query)?;
    Ok(query)
}

fn single_query(node: Node<'_>) -> Result<SingleQuery> {
    let clauses = node
        .into_inner()
        .map(clause)
        .collect::<Result<_>>()
        .map(compact)?;
    let before_last = clauses.len().saturating_sub(1);
    let misplaced = clauses
        .iter()
        .take(before_last)
        .find(|clause| matches!(clause.node, Clause::Return(_) | Clause::Finish));
    match misplaced {
        Some(clause) => Err(SyntaxError::ReturnNotLast.at(clause.span)),
        None => Ok(SingleQuery { clauses }),
    }
}

fn clause(node: Node<'_>) -> Result<Spanned<Clause>> {
    let span = tight_span(&node);
    let clause = match node.as_rule() {
        Rule::match_statement => Clause::Match(match_clause(node)?),
        Rule::return_statement => Clause::Return(projection(node)?.0),
        Rule::with_statement => {
            let (projection, predicate) = projection(node)?;
            Clause::With(projection, predicate)
        }
        Rule::unwind_statement => {
            let (list, variable) = value_as_variable(node)?;
            Clause::Unwind { list, variable }
        }
        Rule::create_statement => Clause::Create(created(graph_pattern(last_child(node))?)?),
        Rule::merge_statement => merge(node)?,
        Rule::set_statement => Clause::Set(set_items(node)?),
        Rule::remove_statement => Clause::Remove(remove_items(node)?),
        Rule::delete_statement => delete(node)?,
        Rule::call_procedure_statement => call(node)?,
        Rule::foreach_statement => foreach(node)?,
        Rule::load_csv_statement => load_csv(node)?,
        _ => Clause::Finish,
    };
    Ok(Spanned::new(clause, span))
}

/// `OPTIONAL MATCH (a)-->(b) AS OF moment WHERE condition`
fn match_clause(node: Node<'_>) -> Result<MatchClause> {
    let mut optional = false;
    let mut pattern = GraphPattern {
        match_mode: None,
        paths: Vec::new(),
    };
    let mut as_of = None;
    let mut predicate = None;
    for child in node.into_inner() {
        match child.as_rule() {
            Rule::k_optional => optional = true,
            Rule::graph_pattern => pattern = graph_pattern(child)?,
            Rule::as_of => as_of = Some(value_of(child)?),
            Rule::where_clause => predicate = Some(condition_of(child)?),
            _ => {}
        }
    }
    Ok(MatchClause {
        optional,
        pattern,
        as_of,
        predicate,
    })
}

/// The value and the variable of `… value AS variable`.
fn value_as_variable(node: Node<'_>) -> Result<(Expr, Name)> {
    let variable = literal::name(&last_child(node.clone()))?;
    let list = node
        .into_inner()
        .find(|child| child.as_rule() != Rule::k_unwind)
        .map_or_else(
            || {
                Ok(Expr::new(
                    ExprKind::Variable(Arc::from("")),
                    Span::default(),
                ))
            },
            value,
        )?;
    Ok((list, variable))
}

/// What `WITH` and `RETURN` share, and the `WHERE` of `WITH`.
fn projection(node: Node<'_>) -> Result<(Projection, Option<Expr>)> {
    let mut projection = Projection {
        distinct: false,
        star: None,
        items: Vec::new(),
        order_by: Vec::new(),
        skip: None,
        limit: None,
    };
    let mut predicate = None;
    for child in node.into_inner() {
        match child.as_rule() {
            Rule::set_quantifier => projection.distinct = first_is(&child, Rule::k_distinct),
            Rule::asterisk => projection.star = Some(span_of(&child)),
            Rule::return_item => projection.items.push(return_item(child)?),
            Rule::order_by_clause => projection.order_by = order_by(child)?,
            Rule::offset_clause => projection.skip = Some(value_of(child)?),
            Rule::limit_clause => projection.limit = Some(value_of(child)?),
            Rule::where_clause => predicate = Some(condition_of(child)?),
            _ => {}
        }
    }
    projection.items.shrink_to_fit();
    Ok((projection, predicate))
}

fn return_item(node: Node<'_>) -> Result<ProjectionItem> {
    let input = node.get_input();
    let mut children = node.into_inner();
    let expr = match children.next() {
        Some(child) => value(child)?,
        None => Expr::new(ExprKind::Variable(Arc::from("")), Span::default()),
    };
    let alias = children
        .nth(1)
        .map(|name| literal::name(&name))
        .transpose()?;
    let text = input.get(expr.span.range()).unwrap_or_default();
    Ok(ProjectionItem {
        text: Arc::from(text),
        expr,
        alias,
    })
}

fn order_by(node: Node<'_>) -> Result<Vec<SortItem>> {
    node.into_inner()
        .filter(|child| child.as_rule() == Rule::sort_specification)
        .map(|child| {
            let descending = last_child(child.clone()).as_rule() == Rule::k_desc;
            let expr = match child.into_inner().next() {
                Some(expr) => value(expr)?,
                None => Expr::new(ExprKind::Variable(Arc::from("")), Span::default()),
            };
            Ok(SortItem { expr, descending })
        })
        .collect()
}

/// Refuses what a pattern that is created can't have.
fn created(pattern: GraphPattern) -> Result<GraphPattern> {
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
fn merge(node: Node<'_>) -> Result<Clause> {
    let mut pattern = None;
    let mut actions = Vec::new();
    for child in node.into_inner() {
        match child.as_rule() {
            Rule::path_pattern => pattern = Some(path_pattern(child)?),
            Rule::merge_action => actions.push(merge_action(child)?),
            _ => {}
        }
    }
    let Some(pattern) = pattern else {
        return Ok(Clause::Finish);
    };
    check_created(&pattern)?;
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

fn set_items(node: Node<'_>) -> Result<Vec<SetItem>> {
    node.into_inner()
        .filter(|child| child.as_rule() == Rule::set_item)
        .map(set_item)
        .collect()
}

/// `a.b = 1`, `a = {}`, `a += {}`, `a:B`
fn set_item(node: Node<'_>) -> Result<SetItem> {
    let mut children = node.into_inner();
    let (target, operator, right) = (children.next(), children.next(), children.next());
    let Some(target) = target else {
        return Ok(SetItem::Labels {
            variable: Spanned::new(Arc::from(""), Span::default()),
            labels: Vec::new(),
        });
    };
    let target = set_target(target)?;
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
    let labels = operand::plain(&labels)?;
    Some((Spanned::new(name, operand.span), labels))
}

fn remove_items(node: Node<'_>) -> Result<Vec<RemoveItem>> {
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

fn delete(node: Node<'_>) -> Result<Clause> {
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

fn call(node: Node<'_>) -> Result<Clause> {
    let optional = first_is(&node, Rule::k_optional);
    let body = last_child(node);
    match body.as_rule() {
        Rule::call_subquery => call_subquery(optional, body),
        _ => procedure_call(optional, body).map(Clause::Call),
    }
}

/// `CALL (a, b) { … }`
fn call_subquery(optional: bool, node: Node<'_>) -> Result<Clause> {
    let mut imports = None;
    let mut query = Query {
        parts: Vec::new(),
        unions: Vec::new(),
    };
    for child in node.into_inner() {
        match child.as_rule() {
            Rule::subquery_imports => imports = Some(subquery_imports(child)?),
            Rule::composite_statement => query = inner_query(child)?,
            _ => {}
        }
    }
    Ok(Clause::CallSubquery {
        optional,
        imports,
        query,
    })
}

fn subquery_imports(node: Node<'_>) -> Result<SubqueryImports> {
    if first_is(&node, Rule::asterisk) {
        return Ok(SubqueryImports::All);
    }
    let names = node
        .into_inner()
        .filter(|child| child.as_rule() == Rule::variable)
        .map(|child| literal::name(&child))
        .collect::<Result<_>>()?;
    Ok(SubqueryImports::Names(names))
}

/// `db.labels() YIELD label AS l WHERE l <> ''`
fn procedure_call(optional: bool, node: Node<'_>) -> Result<ProcedureCall> {
    let mut call = ProcedureCall {
        optional,
        name: Spanned::new(Vec::new(), tight_span(&node)),
        arguments: None,
        yields: None,
    };
    for child in node.into_inner() {
        match child.as_rule() {
            Rule::procedure_name => call.name = operand::dotted_name(child)?,
            Rule::procedure_arguments => {
                let arguments = child
                    .into_inner()
                    .filter(|child| child.as_rule() != Rule::right_paren)
                    .map(value)
                    .collect::<Result<_>>()?;
                call.arguments = Some(arguments);
            }
            _ => call.yields = Some(yield_clause(child)?),
        }
    }
    Ok(call)
}

fn yield_clause(node: Node<'_>) -> Result<Yield> {
    let mut items = Vec::new();
    let mut predicate = None;
    for child in node.into_inner() {
        match child.as_rule() {
            Rule::asterisk => return Ok(Yield::All(span_of(&child))),
            Rule::yield_item => items.push(yield_item(child)?),
            Rule::where_clause => predicate = Some(Box::new(condition_of(child)?)),
            _ => {}
        }
    }
    Ok(Yield::Items { items, predicate })
}

fn yield_item(node: Node<'_>) -> Result<YieldItem> {
    let last = literal::name(&last_child(node.clone()))?;
    let first = node
        .into_inner()
        .find(|child| child.as_rule() == Rule::name);
    Ok(match first {
        Some(field) => YieldItem {
            field: literal::name(&field)?,
            alias: Some(last),
        },
        None => YieldItem {
            field: last,
            alias: None,
        },
    })
}

/// `FOREACH (x IN list | SET x.y = 1)`
fn foreach(node: Node<'_>) -> Result<Clause> {
    let mut variable = Spanned::new(Arc::from(""), Span::default());
    let mut list = None;
    let mut clauses = Vec::new();
    let children = node
        .into_inner()
        .filter(|child| {
            !matches!(
                child.as_rule(),
                Rule::k_foreach
                    | Rule::k_in
                    | Rule::left_paren
                    | Rule::right_paren
                    | Rule::vertical_bar
            )
        })
        .enumerate();
    for (position, child) in children {
        match position {
            0 => variable = literal::name(&child)?,
            1 => list = Some(value(child)?),
            _ => clauses.push(with_stack(|| updating_clause(child))?),
        }
    }
    Ok(match list {
        Some(list) => Clause::Foreach {
            variable,
            list,
            clauses,
        },
        None => Clause::Finish,
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

/// `LOAD CSV WITH HEADERS FROM 'file.csv' AS row FIELDTERMINATOR ';'`
fn load_csv(node: Node<'_>) -> Result<Clause> {
    let mut with_headers = false;
    let mut source = None;
    let mut variable = Spanned::new(Arc::from(""), Span::default());
    let mut field_terminator = None;
    let mut past_as = false;
    for child in node.into_inner() {
        match child.as_rule() {
            Rule::k_load | Rule::k_csv | Rule::k_from => {}
            Rule::with_headers => with_headers = true,
            Rule::field_terminator => field_terminator = Some(value_of(child)?),
            Rule::k_as => past_as = true,
            _ if past_as => variable = literal::name(&child)?,
            _ => source = Some(value(child)?),
        }
    }
    Ok(match source {
        Some(source) => Clause::LoadCsv {
            with_headers,
            source,
            variable,
            field_terminator,
        },
        None => Clause::Finish,
    })
}
