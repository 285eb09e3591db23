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
/// Labels.
pub(crate) const LABELS: &[&str] = &["A", "B", "C"];
/// Types.
pub(crate) const TYPES: &[&str] = &["R", "S", "T"];

/// Returns a `CREATE` statement.
pub(crate) fn create(random: &mut Random) -> String {
    let nodes = 1 + random.below(8);
    let rels = random.below(2 * nodes.min(5)) + 1;
    let mut parts = Vec::new();
    for number in 0..nodes {
        let labels = LABELS.iter().filter(|_| random.percent(40));
        let labels: String = labels.map(|label| format!(":{label}")).collect();
        parts.push(format!("(n{number}{labels}{})", properties(random)));
    }
    for _ in 0..rels {
        let (start, end) = (random.below(nodes), random.below(nodes));
        let kind = random.pick(TYPES);
        let properties = properties(random);
        parts.push(format!("(n{start})-[:{kind}{properties}]->(n{end})"));
    }
    format!("CREATE {}", parts.join(", "))
}

fn properties(random: &mut Random) -> String {
    let mut entries = Vec::new();
    for (key, values) in [
        ("i", INTS),
        ("f", FLOATS),
        ("s", TEXTS),
        ("b", &["true", "false"]),
        ("l", LISTS),
    ] {
        if random.percent(55) {
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
    if entries.is_empty() {
        String::new()
    } else {
        format!(" {{{}}}", entries.join(", "))
    }
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
