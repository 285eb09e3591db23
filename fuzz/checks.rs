//! What must hold for any text. The fuzz targets search for texts that break it; `tests/corpus.rs`
//! asks again for all texts that were found worth keeping.

use std::sync::LazyLock;
use std::time::Duration;

use polity::db::{Database, Params, Rows};
use polity::error::{Error, render};
use polity::formats::rows;
use polity::syntax;
use polity::value::Value;

/// A text is parsed, or refused with an error that can be drawn. What is parsed and printed is
/// parsed to the same tree.
pub(crate) fn parse(text: &str) {
    let tree = match syntax::parse(text) {
        Ok(tree) => tree,
        Err(error) => return check_error(&error, text),
    };
    let printed = syntax::print::statement(&tree);
    let again = syntax::parse(&printed);
    assert!(
        again.is_ok(),
        "printed has an error:\n{text}\n--\n{printed}\n--\n{again:?}"
    );
    assert!(
        again.is_ok_and(|again| again == tree),
        "printed is another:\n{text}\n--\n{printed}"
    );
}

/// A statement gives rows that can be written, or an error that can be drawn and leaves the graph
/// as it was. It does so within the time and memory that it is given.
pub(crate) fn execute(text: &str) {
    let database = graph();
    let mut session = database.session();
    session.set_timeout(Some(Duration::from_millis(200)));
    session.set_memory_limit(Some(16 << 20));
    let before = session.snapshot();
    match session.run(text, &params()) {
        Ok(rows) => write(&rows),
        Err(error) => {
            check_error(&error, text);
            let after = session.snapshot();
            let counts = |graph: &polity::db::Snapshot| (graph.node_count(), graph.rel_count());
            assert_eq!(
                counts(&before),
                counts(&after),
                "an error changed the graph: {text}"
            );
        }
    }
}

fn check_error(error: &Error, text: &str) {
    assert!(
        !error.message().is_empty(),
        "an error without a sentence: {text}"
    );
    if let Some(span) = error.span() {
        assert!(
            text.get(span.range()).is_some(),
            "{error} is no place in: {text}"
        );
    }
    assert!(!render(error, text, false).is_empty());
}

/// A graph of its own for each text, since texts write.
fn graph() -> Database {
    static GRAPH: LazyLock<std::sync::Arc<polity::db::Snapshot>> = LazyLock::new(|| {
        let database = Database::new();
        let script = include_str!("graph.cypher");
        let made = database.session().run(script, &Params::default());
        made.expect("the script makes a graph");
        database.snapshot()
    });
    Database::from_snapshot((**GRAPH).clone())
}

fn params() -> Params {
    let mut params = Params::default();
    params.insert("id", Value::from("norway"));
    params.insert(
        "ids",
        Value::list([Value::from("norway"), Value::from("unga")]),
    );
    params.insert("n", Value::from(3));
    params
}

fn write(rows: &Rows) {
    let mut out = Vec::new();
    let cells = || rows.iter().collect::<Vec<_>>();
    let written = rows::json(rows.columns(), cells(), rows.graph(), &mut out)
        .and_then(|()| rows::csv(rows.columns(), cells(), rows.graph(), &mut out))
        .and_then(|()| rows::table(rows.columns(), cells(), rows.graph(), &mut out));
    written.expect("memory takes all that is written");
}
