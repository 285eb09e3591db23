//! Statements and clauses.

use super::{expression, name, pattern, schema, separated, show};
use crate::syntax::ast::{
    Clause, ExplainMode, Expr, MatchClause, MergeEvent, ProcedureCall, Projection, ProjectionItem,
    Query, RemoveItem, SetItem, SortItem, Statement, SubqueryImports, TransactionCommand,
    UnionKind, Yield, YieldItem,
};

/// Prints a statement.
pub(super) fn statement(out: &mut String, statement: &Statement) {
    match statement {
        Statement::Query(inner) => query(out, inner, "\n"),
        Statement::Explain { mode, query: inner } => {
            out.push_str(match mode {
                ExplainMode::Explain => "EXPLAIN\n",
                ExplainMode::Verbose => "EXPLAIN VERBOSE\n",
                ExplainMode::Profile => "PROFILE\n",
            });
            query(out, inner, "\n");
        }
        Statement::StandaloneCall(call) => procedure_call(out, call),
        Statement::Schema(inner) => schema::command(out, inner),
        Statement::Show(inner) => show::show(out, inner),
        Statement::Transaction(command) => out.push_str(match command {
            TransactionCommand::Begin => "BEGIN",
            TransactionCommand::Commit => "COMMIT",
            TransactionCommand::Rollback => "ROLLBACK",
        }),
    }
}

/// Prints a query with `gap` between clauses.
pub(super) fn query(out: &mut String, query: &Query, gap: &str) {
    let mut unions = query.unions.iter();
    for (number, part) in query.parts.iter().enumerate() {
        if number > 0 {
            out.push_str(gap);
            out.push_str(match unions.next().map(|union| union.node) {
                Some(UnionKind::All) => "UNION ALL",
                Some(UnionKind::Distinct) | None => "UNION",
            });
            out.push_str(gap);
        }
        separated(out, gap, &part.clauses, |out, inner| {
            clause(out, &inner.node);
        });
    }
}

fn clause(out: &mut String, clause: &Clause) {
    match clause {
        Clause::Match(inner) => match_clause(out, inner),
        Clause::Unwind { list, variable } => {
            out.push_str("UNWIND ");
            expression::print(out, list);
            alias(out, &variable.node);
        }
        Clause::With(inner, predicate) => {
            out.push_str("WITH ");
            projection(out, inner);
            optional(out, " WHERE ", predicate.as_ref());
        }
        Clause::Return(inner) => {
            out.push_str("RETURN ");
            projection(out, inner);
        }
        Clause::Finish => out.push_str("FINISH"),
        Clause::Create(inner) => {
            out.push_str("CREATE ");
            pattern::graph(out, inner);
        }
        Clause::Merge { .. } | Clause::Set(_) | Clause::Remove(_) | Clause::Delete { .. } => {
            updating(out, clause);
        }
        Clause::Call(call) => procedure_call(out, call),
        Clause::CallSubquery { .. } => call_subquery(out, clause),
        Clause::Foreach {
            variable,
            list,
            clauses,
        } => {
            out.push_str("FOREACH (");
            name::variable(out, &variable.node);
            out.push_str(" IN ");
            expression::before_bar(out, list);
            out.push_str(" | ");
            separated(out, " ", clauses, |out, inner| {
                self::clause(out, &inner.node);
            });
            out.push(')');
        }
        Clause::LoadCsv { .. } => load_csv(out, clause),
    }
}

fn alias(out: &mut String, name: &str) {
    out.push_str(" AS ");
    name::variable(out, name);
}

/// Prints an expression, if there is one, with `before` in front.
pub(super) fn optional(out: &mut String, before: &str, expr: Option<&Expr>) {
    if let Some(expr) = expr {
        out.push_str(before);
        expression::print(out, expr);
    }
}

fn match_clause(out: &mut String, clause: &MatchClause) {
    out.push_str(if clause.optional {
        "OPTIONAL MATCH "
    } else {
        "MATCH "
    });
    pattern::graph(out, &clause.pattern);
    optional(out, " AS OF ", clause.as_of.as_ref());
    optional(out, " AS OF COMMIT ", clause.as_of_commit.as_ref());
    optional(out, " WHERE ", clause.predicate.as_ref());
}

/// Prints what `WITH` and `RETURN` share.
pub(super) fn projection(out: &mut String, projection: &Projection) {
    if projection.distinct {
        out.push_str("DISTINCT ");
    }
    if projection.star.is_some() {
        out.push_str(if projection.items.is_empty() {
            "*"
        } else {
            "*, "
        });
    }
    separated(out, ", ", &projection.items, projection_item);
    order_by(out, &projection.order_by);
    optional(out, " SKIP ", projection.skip.as_ref());
    optional(out, " LIMIT ", projection.limit.as_ref());
}

/// Prints ` ORDER BY …`, if there is one.
pub(super) fn order_by(out: &mut String, items: &[SortItem]) {
    if items.is_empty() {
        return;
    }
    out.push_str(" ORDER BY ");
    separated(out, ", ", items, |out, item| {
        expression::print(out, &item.expr);
        if item.descending {
            out.push_str(" DESC");
        }
    });
}

/// Without an alias the text as written is the column's name and must stay.
fn projection_item(out: &mut String, item: &ProjectionItem) {
    match &item.alias {
        Some(name) => {
            expression::print(out, &item.expr);
            alias(out, &name.node);
        }
        None if item.text.is_empty() => expression::print(out, &item.expr),
        None => out.push_str(&item.text),
    }
}

fn updating(out: &mut String, clause: &Clause) {
    match clause {
        Clause::Merge { pattern, actions } => {
            out.push_str("MERGE ");
            pattern::path(out, pattern);
            for action in actions {
                out.push_str(match action.event {
                    MergeEvent::Create => " ON CREATE SET ",
                    MergeEvent::Match => " ON MATCH SET ",
                });
                separated(out, ", ", &action.items, set_item);
            }
        }
        Clause::Set(items) => {
            out.push_str("SET ");
            separated(out, ", ", items, set_item);
        }
        Clause::Remove(items) => {
            out.push_str("REMOVE ");
            separated(out, ", ", items, |out, item| match item {
                RemoveItem::Property(target) => expression::target(out, target),
                RemoveItem::Labels {
                    variable,
                    labels: names,
                } => labels(out, &variable.node, names),
            });
        }
        Clause::Delete { detach, targets } => {
            out.push_str(if *detach { "DETACH DELETE " } else { "DELETE " });
            separated(out, ", ", targets, expression::print);
        }
        _ => {}
    }
}

fn set_item(out: &mut String, item: &SetItem) {
    match item {
        SetItem::Property { target, value } => {
            expression::target(out, target);
            optional(out, " = ", Some(value));
        }
        SetItem::All { variable, value } => {
            name::variable(out, &variable.node);
            optional(out, " = ", Some(value));
        }
        SetItem::Add { variable, value } => {
            name::variable(out, &variable.node);
            optional(out, " += ", Some(value));
        }
        SetItem::Labels {
            variable,
            labels: names,
        } => labels(out, &variable.node, names),
    }
}

fn labels(out: &mut String, variable: &str, labels: &[crate::syntax::ast::Name]) {
    name::variable(out, variable);
    for label in labels {
        out.push(':');
        name::name(out, &label.node);
    }
}

fn procedure_call(out: &mut String, call: &ProcedureCall) {
    out.push_str(if call.optional {
        "OPTIONAL CALL "
    } else {
        "CALL "
    });
    separated(out, ".", &call.name.node, |out, part| name::name(out, part));
    if let Some(arguments) = &call.arguments {
        out.push('(');
        separated(out, ", ", arguments, expression::print);
        out.push(')');
    }
    match &call.yields {
        None => {}
        Some(Yield::All(_)) => out.push_str(" YIELD *"),
        Some(Yield::Items { items, predicate }) => {
            out.push_str(if items.is_empty() {
                " YIELD -"
            } else {
                " YIELD "
            });
            separated(out, ", ", items, yield_item);
            optional(out, " WHERE ", predicate.as_deref());
        }
    }
}

/// Prints `field AS alias`.
pub(super) fn yield_item(out: &mut String, item: &YieldItem) {
    match &item.alias {
        Some(name) => {
            name::name(out, &item.field.node);
            alias(out, &name.node);
        }
        None => name::variable(out, &item.field.node),
    }
}

fn call_subquery(out: &mut String, clause: &Clause) {
    let Clause::CallSubquery {
        optional,
        imports,
        query: inner,
    } = clause
    else {
        return;
    };
    out.push_str(if *optional { "OPTIONAL CALL " } else { "CALL " });
    match imports {
        None => {}
        Some(SubqueryImports::All) => out.push_str("(*) "),
        Some(SubqueryImports::Names(names)) => {
            out.push('(');
            separated(out, ", ", names, |out, name| {
                name::variable(out, &name.node);
            });
            out.push_str(") ");
        }
    }
    out.push_str("{ ");
    crate::syntax::limits::with_stack(|| query(out, inner, " "));
    out.push_str(" }");
}

fn load_csv(out: &mut String, clause: &Clause) {
    let Clause::LoadCsv {
        with_headers,
        source,
        variable,
        field_terminator,
    } = clause
    else {
        return;
    };
    out.push_str("LOAD CSV ");
    out.push_str(if *with_headers {
        "WITH HEADERS FROM "
    } else {
        "FROM "
    });
    expression::print(out, source);
    alias(out, &variable.node);
    optional(out, " FIELDTERMINATOR ", field_terminator.as_ref());
}
