//! Clauses: which is which, and those that read.

use std::sync::Arc;

use super::expression::{condition_of, value, value_of};
use super::pattern::{count, graph_pattern};
use super::{
    Node, Rule, call, first_is, last_child, literal, required, span_of, tight_span, update,
};
use crate::error::Result;
use crate::syntax::ast::{
    Clause, Expr, GraphPattern, MatchClause, Name, Projection, ProjectionItem, SortItem, Spanned,
};
use crate::syntax::error::SyntaxError;

pub(super) fn clause(node: Node<'_>) -> Result<Spanned<Clause>> {
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
        Rule::create_statement => {
            Clause::Create(update::created(graph_pattern(last_child(node))?)?)
        }
        Rule::merge_statement => update::merge(node)?,
        Rule::set_statement => Clause::Set(update::set_items(node)?),
        Rule::remove_statement => Clause::Remove(update::remove_items(node)?),
        Rule::delete_statement => update::delete(node)?,
        Rule::call_procedure_statement => call::call(node)?,
        Rule::foreach_statement => update::foreach(node)?,
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
    let (mut as_of, mut as_of_commit) = (None, None);
    let mut predicate = None;
    for child in node.into_inner() {
        match child.as_rule() {
            Rule::k_optional => optional = true,
            Rule::graph_pattern => pattern = graph_pattern(child)?,
            Rule::as_of => {
                let span = tight_span(&child);
                let (place, expr) = match last_child(child) {
                    commit if commit.as_rule() == Rule::as_of_commit => {
                        (&mut as_of_commit, count(last_child(commit))?)
                    }
                    moment => (&mut as_of, value(moment)?),
                };
                if place.replace(expr).is_some() {
                    return Err(SyntaxError::SecondAsOf.at(span));
                }
            }
            Rule::where_clause => predicate = Some(condition_of(child)?),
            _ => {}
        }
    }
    Ok(MatchClause {
        optional,
        pattern,
        as_of,
        as_of_commit,
        predicate,
    })
}

/// The value and the variable of `UNWIND value AS variable`.
fn value_as_variable(node: Node<'_>) -> Result<(Expr, Name)> {
    let mut children = node
        .into_inner()
        .filter(|child| !matches!(child.as_rule(), Rule::k_unwind | Rule::k_as));
    let list = value(required(children.next()))?;
    let variable = literal::name(&required(children.next()))?;
    Ok((list, variable))
}

/// What `WITH` and `RETURN` share, and the `WHERE` of `WITH`.
pub(super) fn projection(node: Node<'_>) -> Result<(Projection, Option<Expr>)> {
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
    let expr = value(required(children.next()))?;
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

pub(super) fn order_by(node: Node<'_>) -> Result<Vec<SortItem>> {
    node.into_inner()
        .filter(|child| child.as_rule() == Rule::sort_specification)
        .map(|child| {
            let descending = last_child(child.clone()).as_rule() == Rule::k_desc;
            let expr = value(required(child.into_inner().next()))?;
            Ok(SortItem { expr, descending })
        })
        .collect()
}

/// `LOAD CSV WITH HEADERS FROM 'file.csv' AS row FIELDTERMINATOR ';'`
fn load_csv(node: Node<'_>) -> Result<Clause> {
    let mut children = node
        .into_inner()
        .filter(|child| {
            !matches!(
                child.as_rule(),
                Rule::k_load | Rule::k_csv | Rule::k_from | Rule::k_as
            )
        })
        .peekable();
    let with_headers = children
        .next_if(|child| child.as_rule() == Rule::with_headers)
        .is_some();
    let source = value(required(children.next()))?;
    let variable = literal::name(&required(children.next()))?;
    let field_terminator = children.next().map(value_of).transpose()?;
    Ok(Clause::LoadCsv {
        with_headers,
        source,
        variable,
        field_terminator,
    })
}

#[cfg(test)]
mod tests {
    use crate::syntax::{parse, print};

    #[track_caller]
    fn check(text: &str, printed: &str) {
        let tree = parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
        assert_eq!(print::statement(&tree).replace('\n', " "), printed);
    }

    /// What is printed as it stands.
    #[track_caller]
    fn keeps(text: &str) {
        check(text, text);
    }

    #[test]
    fn reading() {
        keeps("OPTIONAL MATCH (a)-->(b) AS OF date('2020-01-01') WHERE a.x RETURN a");
        keeps("MATCH REPEATABLE ELEMENTS (a), (b) RETURN *");
        keeps("WITH DISTINCT *, a AS b ORDER BY b DESC, c SKIP 1 LIMIT 2 WHERE b RETURN b");
        check(
            "return all a order by a ascending offset 2",
            "RETURN a ORDER BY a SKIP 2",
        );
        keeps("UNWIND [1] AS `order` RETURN `order` UNION ALL RETURN 1 AS `order`");
        check(
            "RETURN 1 UNION DISTINCT RETURN 1;",
            "RETURN 1 UNION RETURN 1",
        );
        keeps("LOAD CSV WITH HEADERS FROM 'a.csv' AS row FIELDTERMINATOR ';' FINISH");
        keeps("CALL { RETURN 1 AS a } RETURN a");
        keeps("OPTIONAL CALL (a, b) { RETURN 1 AS c } CALL (*) { FINISH } RETURN c");
        check(
            "CALL () { RETURN 1 AS a } RETURN a",
            "CALL () { RETURN 1 AS a } RETURN a",
        );
        keeps("CALL a.b(1) YIELD x AS y, z WHERE y RETURN y");
    }

    #[test]
    fn writing() {
        keeps(
            "CREATE p = (a:A {k: 1})-[:R $x]->(b), (c) SET a.x = 1, a.b.c = 2, a = {}, a += b, a:A:B",
        );
        keeps("MERGE (a)<-[r:R]-(b) ON CREATE SET a.x = 1 ON MATCH SET a:B");
        keeps("MATCH (a) REMOVE a.x, a:A, a['k'] DETACH DELETE a, b.c DELETE d");
        check(
            "MATCH (a) SET (a).x = 1, a IS B",
            "MATCH (a) SET a.x = 1, a:B",
        );
        keeps("FOREACH (x IN [1] | CREATE (:A) FOREACH (y IN x | SET y.z = 1))");
    }

    #[test]
    fn whole_statements() {
        keeps("CALL db.labels");
        keeps("CALL db.labels() YIELD *");
        keeps("CALL db.labels() YIELD -");
        keeps("EXPLAIN VERBOSE MATCH (n) RETURN n");
        keeps("PROFILE CALL db.labels() YIELD *");
        check("begin transaction;", "BEGIN");
        keeps("COMMIT");
        keeps("ROLLBACK");
    }

    #[test]
    fn the_text_of_a_column_is_kept() {
        keeps(
            "RETURN a . b, COUNT( * ), (1+2) AS x"
                .replace("(1+2)", "1 + 2")
                .as_str(),
        );
        keeps("RETURN n.x /* why */ + 1, 'a'");
        check("RETURN  a.b  , (c)", "RETURN a.b, (c)");
    }

    #[track_caller]
    fn fails(text: &str, code: &str, marked: &str) {
        let error = parse(text).unwrap_err();
        assert_eq!(
            error.code().to_string(),
            format!("SyntaxError.{code}"),
            "{text}"
        );
        assert_eq!(
            text.get(error.span().unwrap().range()),
            Some(marked),
            "{text}"
        );
    }

    #[test]
    fn what_the_grammar_alone_does_not_refuse() {
        fails(
            "RETURN 1 MATCH (n) RETURN n",
            "InvalidClauseComposition",
            "RETURN 1",
        );
        fails("FINISH RETURN 1", "InvalidClauseComposition", "FINISH");
        fails(
            "FOREACH (x IN y | MATCH (z))",
            "InvalidClauseComposition",
            "MATCH (z)",
        );
        fails("CALL a.b() YIELD * RETURN 1", "UnexpectedSyntax", "*");
        fails(
            "CALL { CALL a.b() YIELD * } RETURN 1",
            "UnexpectedSyntax",
            "*",
        );
        fails("SET n", "UnexpectedSyntax", "n");
        fails("SET n.x += 1", "UnexpectedSyntax", "n.x");
        fails("SET n:A|B", "UnexpectedSyntax", "n:A|B");
        fails("REMOVE n", "UnexpectedSyntax", "n");
        fails(
            "CREATE ANY SHORTEST (a)-[:R]->(b)",
            "UnexpectedSyntax",
            "ANY SHORTEST",
        );
        fails(
            "CREATE ((a)-[:R]->(b))",
            "UnexpectedSyntax",
            "((a)-[:R]->(b))",
        );
        fails("CREATE (a WHERE a.x)", "UnexpectedSyntax", "a.x");
        fails("CREATE (a)-[:R]->", "UnexpectedSyntax", "(a)-[:R]->");
        fails("CREATE (a)-[:R]->{2}(b)", "UnexpectedSyntax", "{2}");
        fails("RETURN (n)-->()", "UnexpectedSyntax", "(n)-->()");
        fails(
            "MATCH (n) SET n.x = head((n)-->())",
            "UnexpectedSyntax",
            "(n)-->()",
        );
        fails("RETURN (:A)", "UnexpectedSyntax", "(:A)");
        fails("RETURN 1 = NOT 2", "UnexpectedSyntax", "NOT");
        fails("RETURN max(*)", "UnexpectedSyntax", "max(*)");
        fails("RETURN all(x)", "UnexpectedSyntax", "all(x)");
        fails(
            "RETURN filter(x IN y WHERE x)",
            "UnexpectedSyntax",
            "filter(x IN y WHERE x)",
        );
        fails("RETURN [a WHERE b]", "UnexpectedSyntax", "a");
    }
}
