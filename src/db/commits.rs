//! `AS OF COMMIT`: which state of a stored graph a statement reads.

use super::Params;
use super::mentions::commits_of_query;
use crate::error::{Code, Error, ErrorType, Result, Span};
use crate::syntax::ast::{Expr, ExprKind, Literal, Statement};
use crate::value::Value;

/// Returns the commit that a statement names, and where. It counts for the whole statement.
///
/// # Errors
/// If it names several, or what it names is no number. A text that cannot be read names none.
pub(super) fn named(text: &str, params: &Params) -> Result<Option<(u64, Span)>> {
    const WORD: &[u8] = b"commit";
    let mut words = text.as_bytes().windows(WORD.len());
    if !words.any(|word| word.eq_ignore_ascii_case(WORD)) {
        return Ok(None);
    }
    let commits = match crate::syntax::parse(text) {
        Ok(Statement::Query(query) | Statement::Explain { query, .. }) => commits_of_query(&query),
        // Whoever runs it says what is wrong with it.
        _ => return Ok(None),
    };
    let mut one = None;
    for expr in &commits {
        let commit = number(expr, params).map_err(|error| error.at(expr.span))?;
        match one {
            Some((known, _)) if known != commit => return Err(several(known).at(expr.span)),
            _ => one = Some((commit, expr.span)),
        }
    }
    Ok(one)
}

fn several(known: u64) -> Error {
    let code = Code::compile_time(ErrorType::SemanticError, "SeveralCommits");
    Error::new(code, "a statement reads the graph after one commit only").hint(format!(
        "it reads commit {known} already; two statements read two"
    ))
}

fn number(expr: &Expr, params: &Params) -> Result<u64> {
    let value = match &expr.node {
        ExprKind::Literal(Literal::Int(number)) => Value::Int(*number),
        ExprKind::Parameter(name) => params.get(name).cloned().ok_or_else(|| {
            let code = Code::compile_time(ErrorType::ParameterMissing, "MissingParameter");
            Error::new(code, format!("parameter `${name}` was not given"))
        })?,
        _ => Value::Null,
    };
    let number = match value {
        Value::Int(number) => u64::try_from(number).ok(),
        _ => None,
    };
    number.ok_or_else(|| {
        let code = Code::runtime(ErrorType::ArgumentError, "InvalidCommit");
        Error::new(code, "a commit is a number from zero").hint("`:log` lists the commits")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<Option<u64>, &str>) {
        let mut params = Params::default();
        params.insert("n", Value::Int(7));
        params.insert("text", Value::from("7"));
        let found = named(text, &params);
        let found = found.map(|found| found.map(|(commit, _)| commit));
        let found = found.as_ref().map_err(|error| error.code().detail);
        assert_eq!(found.copied(), expected, "{text}");
    }

    #[test]
    fn a_statement_names_one_commit() {
        check("MATCH (n) RETURN n", Ok(None));
        check("MATCH (commit) AS OF commit RETURN commit", Ok(None));
        check("MATCH (n) AS OF COMMIT 3 RETURN n", Ok(Some(3)));
        check("MATCH (n) as of commit $n WHERE true RETURN n", Ok(Some(7)));
        check(
            "MATCH (n) AS OF '2025-12-17' AS OF COMMIT 3 RETURN n",
            Ok(Some(3)),
        );
        check(
            "MATCH (n) AS OF COMMIT 3 AS OF '2025-12-17' RETURN n",
            Ok(Some(3)),
        );
        check("EXPLAIN MATCH (n) AS OF COMMIT 0 RETURN n", Ok(Some(0)));
        check(
            "MATCH (n) WHERE EXISTS { MATCH (m) AS OF COMMIT 3 } RETURN n",
            Ok(Some(3)),
        );
        check(
            "MATCH (n) AS OF COMMIT 3 MATCH (m) AS OF COMMIT 3 RETURN n",
            Ok(Some(3)),
        );
        check(
            "MATCH (n) AS OF COMMIT 3 MATCH (m) AS OF COMMIT 4 RETURN n",
            Err("SeveralCommits"),
        );
        check(
            "MATCH (n) AS OF COMMIT $text RETURN n",
            Err("InvalidCommit"),
        );
        check(
            "MATCH (n) AS OF COMMIT $none RETURN n",
            Err("MissingParameter"),
        );
        check("COMMIT", Ok(None));
        check("MATCH (n AS OF COMMIT 3", Ok(None));
    }
}
