//! Small graphs with loops, parallel relationships, and properties of mixed types, as a statement
//! that makes them.

use polity::db::{Database, Params};
use polity::store::schema::{Dataset, TimeKeys};
use polity::store::{BulkLoader, Schema};

use crate::random::Random;

/// Integers.
pub(crate) const INTS: &[&str] = &["-1", "0", "1", "2", "3"];
/// Floats: never whole, so that no integer equals one.
pub(crate) const FLOATS: &[&str] = &["-0.5", "0.5", "1.5", "2.5"];
/// Texts.
pub(crate) const TEXTS: &[&str] = &["''", "'a'", "'ab'", "'b'", "'B'"];
/// Lists.
pub(crate) const LISTS: &[&str] = &["[]", "[1]", "[1, 2]", "[2, 1, 2]"];
/// Days on which things begin and end to hold.
pub(crate) const DAYS: &[&str] = &[
    "'2025-01-02'",
    "'2025-01-03'",
    "'2025-01-04'",
    "'2025-01-05'",
];
/// Dates.
pub(crate) const DATES: &[&str] = &[
    "date('2020-01-31')",
    "date('2020-02-01')",
    "date('2021-12-30')",
];
/// Labels.
pub(crate) const LABELS: &[&str] = &["A", "B", "C"];
/// Types.
pub(crate) const TYPES: &[&str] = &["R", "S", "T"];

/// Returns a `CREATE` statement.
pub(crate) fn create(random: &mut Random) -> String {
    let nodes = 2 + random.below(6);
    let rels = nodes + random.below(nodes);
    let mut parts = Vec::new();
    for number in 0..nodes {
        let labels = LABELS.iter().filter(|_| random.percent(40));
        let labels: String = labels.map(|label| format!(":{label}")).collect();
        parts.push(format!("(n{number}{labels}{})", properties(number, random)));
    }
    for number in 0..rels {
        let (start, end) = (random.below(nodes), random.below(nodes));
        let kind = random.pick(TYPES);
        let properties = properties(number, random);
        parts.push(format!("(n{start})-[:{kind}{properties}]->(n{end})"));
    }
    format!("CREATE {}", parts.join(", "))
}

/// Returns a statement that makes a graph of 40,000 nodes, large enough for several threads.
pub(crate) fn create_large() -> &'static str {
    "UNWIND range(0, 19999) AS k
     CREATE (:A {i: k % 5 - 1, f: k % 3 + 0.5, s: ['', 'a', 'ab'][k % 3], b: k % 2 = 0,
                 m: CASE k % 4 WHEN 0 THEN k % 3 WHEN 1 THEN 'a' WHEN 2 THEN [k % 2] END,
                 d: date('2020-01-31') + duration({days: k % 4})})
            -[:R {i: k % 4, s: 'b'}]->(:B {i: k % 3, m: k % 2})"
}

/// `k` tells nodes, and relationships, apart; no query reads it.
fn properties(number: usize, random: &mut Random) -> String {
    let mut entries = vec![format!("k: {number}")];
    for (key, values) in [
        ("i", INTS),
        ("f", FLOATS),
        ("s", TEXTS),
        ("b", &["true", "false"]),
        ("l", LISTS),
        ("d", DATES),
    ] {
        if random.percent(75) {
            entries.push(format!("{key}: {}", random.pick(values)));
        }
    }
    for key in ["from", "until"] {
        if random.percent(20) {
            entries.push(format!("{key}: date({})", random.pick(DAYS)));
        }
    }
    if random.percent(70) {
        let values = [INTS, FLOATS, TEXTS, LISTS, &["true", "false"]][random.below(5)];
        entries.push(format!("m: {}", random.pick(values)));
    }
    format!(" {{{}}}", entries.join(", "))
}

/// Returns a database with the graph that a statement makes; there `from` and `until` carry valid
/// time.
pub(crate) fn database(create: &str) -> Database {
    let key = |name: &str| Some(name.to_owned());
    let time = TimeKeys {
        from: key("from"),
        until: key("until"),
        ..TimeKeys::default()
    };
    let dataset = Dataset {
        time: Some(time),
        ..Dataset::default()
    };
    let mut loader = BulkLoader::new();
    loader.set_schema(Schema {
        dataset,
        ..Schema::default()
    });
    let database = Database::from_snapshot(loader.finish());
    let made = database.session().run(create, &Params::default());
    made.unwrap_or_else(|error| panic!("{create}: {error}"));
    database
}
