//! Looks at all that is in a store after a kill.

use std::path::Path;

use polity::db::{Database, Params, Session};
use polity::value::Value;

use crate::child::text;
use crate::kill::Acknowledged;

/// What is defined in every store: rows are found by their keys, and numbers of rows by an index.
pub(crate) const DEFINITIONS: [&str; 2] = [
    "CREATE CONSTRAINT keys FOR (r:Row) REQUIRE r.key IS UNIQUE",
    "CREATE INDEX numbers FOR (r:Row) ON (r.n)",
];

/// Checks and opens the store and looks at all that is in it; returns the last transaction of each
/// session.
#[expect(
    clippy::panic,
    reason = "a store that does not open is what the test looks for"
)]
pub(crate) fn verify(path: &Path, acknowledged: &Acknowledged, context: &str) -> Acknowledged {
    if let Err(error) = Database::check(path) {
        panic!("{context}: {error}");
    }
    let database = match Database::open(path) {
        Ok(database) => database,
        Err(error) => panic!("{context}: {error}"),
    };
    let mut session = database.session();
    let rows = ask(
        &mut session,
        "MATCH (r:Row)-[:HAS]->(m:Mate) RETURN r.session AS session, r.n AS n, r.key AS key, \
         m.n AS mate, m.size AS size, r.text AS text ORDER BY session, n",
    );
    let mut found = Acknowledged::default();
    for row in &rows {
        let [
            Value::Int(number),
            Value::Int(n),
            Value::String(key),
            Value::Int(mate),
            Value::Int(size),
            Value::String(said),
        ] = &row[..]
        else {
            panic!("{context}: {row:?}");
        };
        let (number, n) = (number.unsigned_abs(), n.unsigned_abs());
        let last = found.0.entry(number).or_default();
        assert_eq!((n, mate.unsigned_abs()), (*last + 1, n), "{context}");
        assert_eq!(**key, format!("{number}-{n}"), "{context}");
        let size = usize::try_from(*size).expect("sizes are positive");
        assert!(**said == text(n, size), "{context}: row {key}");
        *last = n;
    }
    for (number, least) in &acknowledged.0 {
        let last = found.of(*number);
        assert!(
            last >= *least,
            "{context}: {last} transactions of session {number}, {least} were acknowledged"
        );
    }
    let graph = database.snapshot();
    let expected = (2 * rows.len(), rows.len());
    let counted = (graph.node_count(), graph.rel_count());
    assert_eq!(counted, expected, "{context}: nothing is there in part");
    // Each transaction and each definition is a commit.
    let commits = database.commits().expect("the history can be read");
    assert_eq!(commits.len(), rows.len() + DEFINITIONS.len(), "{context}");
    verify_indexes(&mut session, &found, context);
    found
}

/// The index and the constraint answer as a look at every row does.
fn verify_indexes(session: &mut Session, found: &Acknowledged, context: &str) {
    for (number, last) in &found.0 {
        for n in [1, last / 2 + 1, *last] {
            let key = format!("{number}-{n}");
            let seek = format!("MATCH (r:Row {{key: '{key}'}}) RETURN r.session, r.n");
            let rows = ask(session, &seek);
            let row = rows.first().map(|row| &row[..]);
            let expected = [*number, n].map(|number| Value::Int(number.cast_signed()));
            assert_eq!(rows.len(), 1, "{context}: {key}");
            assert_eq!(
                format!("{row:?}"),
                format!("{:?}", Some(expected)),
                "{context}"
            );
            assert_plan(session, &seek, "NodeIndexSeek");
            let again = format!("CREATE (:Row {{key: '{key}'}})");
            let error = session.run(&again, &Params::default());
            let error = error.expect_err("the key is there");
            assert_eq!(
                error.code().detail,
                "ConstraintViolation",
                "{context}: {error}"
            );
        }
    }
    let most = found.0.values().max().copied().unwrap_or(0);
    for n in [1, most / 2 + 1, most, most + 1] {
        let seek = format!("MATCH (r:Row {{n: {n}}}) RETURN count(r)");
        assert_plan(session, &seek, "NodeIndexSeek");
        let expected = found.0.values().filter(|last| **last >= n && n > 0).count();
        let counted = format!("{:?}", ask(session, &seek));
        let expected = Value::Int(expected.cast_signed() as i64);
        assert_eq!(counted, format!("{:?}", [[expected]]), "{context}: {n}");
    }
}

fn assert_plan(session: &mut Session, text: &str, operator: &str) {
    let plan = format!("{:?}", ask(session, &format!("EXPLAIN {text}")));
    assert!(plan.contains(operator), "{plan}");
}

fn ask(session: &mut Session, text: &str) -> Vec<Vec<Value>> {
    let rows = session.run(text, &Params::default());
    rows.expect("the query is right").iter().collect()
}
