//! What a question costs, from text to rows, on the governance graph.
//!
//! `cargo bench` prints the times; compare them within one run, as machines are noisy. How polity
//! stands beside other engines is measured with generated graphs, outside of this folder.

use divan::{Bencher, black_box};
use polity::db::{Database, Params};

fn main() {
    divan::main();
}

/// Questions as an analyst asks them.
const QUESTIONS: &[(&str, &str)] = &[
    ("look_up", "MATCH (a:State {id: 'france'}) RETURN a.name"),
    (
        "look_up_by_text",
        "UNWIND ['France', 'Iran', 'China', 'Norway'] AS name MATCH (a:State {name: name}) RETURN a.id",
    ),
    (
        "votes",
        "MATCH (a:State)-[r:OPPOSES {act: 'vote'}]->(d {id: 'unga-res-80-57'}) RETURN a.name ORDER BY a.name",
    ),
    (
        "group",
        "MATCH (a:Actor)-[r]->() RETURN type(r) AS type, count(*) AS n ORDER BY n DESC, type",
    ),
    (
        "all_shortest",
        "MATCH p = ALL SHORTEST (a {id: 'microsoft'})-[*..6]-(b {id: 'china'}) RETURN p",
    ),
    (
        "two_voters",
        "MATCH (a:State)-[r]->(d:Document)<-[s]-(b:State) WHERE r.act = 'vote' AND s.act = 'vote' AND a.id < b.id RETURN count(*) AS n",
    ),
    (
        "two_hops",
        "MATCH (a:State)-->(d:Document)<--(b:State) WHERE a.id < b.id RETURN a.id, b.id, count(*) AS n",
    ),
];

#[divan::bench(args = QUESTIONS.iter().map(|(name, _)| *name))]
fn question(bencher: Bencher<'_, '_>, name: &str) {
    let database = Database::governance().expect("the governance graph loads");
    let text = QUESTIONS
        .iter()
        .find(|(known, _)| *known == name)
        .expect("a listed question")
        .1;
    let mut session = database.session();
    bencher.bench_local(|| {
        let rows = session
            .run(black_box(text), &Params::default())
            .expect("the question is right");
        black_box(rows.len())
    });
}

#[divan::bench]
fn open_governance() -> usize {
    let database = Database::governance().expect("the governance graph loads");
    database.snapshot().node_count()
}
