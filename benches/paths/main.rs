//! What a search for paths costs on a large graph, beside the same search over plain arrays.
//!
//! `POLITY_BENCH_GRAPH=folder cargo bench --bench paths` reads a folder of CSV files with
//! neo4j-admin headers; without it a graph is made up that fits everywhere. Pairs are drawn from
//! the nodes with the label `Actor`, or from all nodes where no node has it. Three questions, each
//! asked of plain arrays, of the room `paths`, and of a session as a query with parameters:
//!
//! - one shortest path between two nodes, over any relationship in any direction,
//! - ten of all their shortest paths,
//! - how many nodes are at most three relationships away.
//!
//! The table shows the median time of one question and how many times that of the arrays it is.
//! Each pair is asked several times in turn and its fastest time counts, as other programs on the
//! machine only ever add time. `-- shortest`, `-- all`, `-- reach` asks one of them only.
//!
//! `-- limits` asks for paths without end instead, under a memory limit of 256 MiB, and shows how
//! much memory a statement took above the graph, and how long it went on after it was cancelled.

mod arrays;
mod limits;

use std::env;
use std::path::Path;
use std::time::{Duration, Instant};

use polity::cli;
use polity::db::{Database, Params, Session, Snapshot};
use polity::paths::{Anything, Ends, Flood, Route, Scratch, Start, all_shortest, shortest};
use polity::store::{Direction, Store};
use polity::value::{NodeId, Value};

use arrays::Arrays;

/// How many pairs are asked about.
const PAIRS: usize = 100;
/// How often each pair is asked about, unless `POLITY_BENCH_ROUNDS` says otherwise.
const ROUNDS: usize = 5;
/// How many of all shortest paths are wanted.
const SOME: usize = 10;
/// How far a count of what is within reach goes.
const HOPS: u32 = 3;

const SHORTEST: &str = "MATCH (a {id: $a}), (b {id: $b}), p = shortestPath((a)-[*]-(b)) \
                        RETURN length(p) AS n";
const ALL_SHORTEST: &str = "MATCH (a {id: $a}), (b {id: $b}), p = allShortestPaths((a)-[*]-(b)) \
                            RETURN p LIMIT 10";
const REACH: &str = "MATCH (a {id: $a})-[*1..3]-(b) RETURN count(DISTINCT b) AS n";

fn main() {
    let database = database();
    let only: Vec<String> = env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    if let [table, part @ ..] = only.as_slice()
        && table == "limits"
    {
        return limits::print(&database, part.first().map_or("", String::as_str));
    }
    let graph = database.snapshot();
    let mut bench = Bench {
        arrays: Arrays::of(&graph),
        pairs: pairs(&graph),
        session: database.session(),
        scratch: Scratch::new(),
        route: Route::any(Direction::Both),
        graph: &graph,
    };
    let (nodes, rels) = (graph.node_count(), graph.rel_count());
    say(&format!(
        "{nodes} nodes, {rels} relationships, {PAIRS} pairs"
    ));
    let wanted = |name: &str| only.is_empty() || only.iter().any(|word| word == name);
    if wanted("shortest") {
        bench.one_shortest();
    }
    if wanted("all") {
        bench.some_of_all_shortest();
    }
    if wanted("reach") {
        bench.within_reach();
    }
}

struct Bench<'a> {
    graph: &'a Snapshot,
    arrays: Arrays,
    pairs: Vec<Ends>,
    session: Session,
    scratch: Scratch,
    route: Route,
}

impl Bench<'_> {
    fn one_shortest(&mut self) {
        let arrays = median(&self.pairs, |ends| {
            self.arrays.shortest(ends.from.0, ends.to.0) as usize
        });
        let room = median(&self.pairs, |ends| {
            let guide = &mut Anything;
            let path = shortest(self.graph, *ends, &self.route, guide, &mut self.scratch);
            path.expect("nothing forbids it")
                .map_or(0, |path| path.rels.len())
        });
        let query = median(&self.pairs, |ends| {
            ask(&mut self.session, SHORTEST, self.graph, *ends)
        });
        report("one shortest path", &[arrays, room, query]);
    }

    fn some_of_all_shortest(&mut self) {
        let arrays = median(&self.pairs, |ends| {
            self.arrays
                .some_shortest(ends.from.0, ends.to.0, SOME)
                .len()
        });
        let room = median(&self.pairs, |ends| {
            let guide = &mut Anything;
            let found = all_shortest(self.graph, *ends, &self.route, guide, &mut self.scratch);
            let found = found.expect("nothing forbids it");
            found.map_or(0, |mut found| {
                let mut next = || found.next(self.graph, &self.route, &mut Anything);
                let paths = std::iter::from_fn(|| next().expect("nothing forbids it"));
                paths.take(SOME).count()
            })
        });
        let query = median(&self.pairs, |ends| {
            let params = params(self.graph, *ends);
            let rows = self.session.run(ALL_SHORTEST, &params);
            rows.expect("the query is right").len()
        });
        report("10 of all shortest", &[arrays, room, query]);
    }

    fn within_reach(&mut self) {
        let arrays = median(&self.pairs, |ends| self.arrays.reach(ends.from.0, HOPS));
        let route = Route {
            max: HOPS,
            ..self.route.clone()
        };
        let mut flood = Flood::new();
        let room = median(&self.pairs, |ends| {
            let start = (ends.from, Start::LeftOut);
            let found = flood.search(self.graph, start, &route, &mut Anything);
            found.expect("nothing forbids it");
            flood.nodes().len()
        });
        let query = median(&self.pairs, |ends| {
            ask(&mut self.session, REACH, self.graph, *ends)
        });
        report("within 3 hops", &[arrays, room, query]);
    }
}

/// Asks a query whose answer is one number.
fn ask(session: &mut Session, query: &str, graph: &Snapshot, ends: Ends) -> usize {
    let rows = session.run(query, &params(graph, ends));
    let rows = rows.expect("the query is right");
    match rows.iter().next().as_deref() {
        Some([Value::Int(n)]) => usize::try_from(*n).expect("a length or a count"),
        _ => 0,
    }
}

fn params(graph: &Snapshot, ends: Ends) -> Params {
    let key = graph.key("id").expect("nodes have ids");
    let mut params = Params::default();
    params.insert("a", graph.node_property(ends.from, key));
    params.insert("b", graph.node_property(ends.to, key));
    params
}

/// The median over pairs of the fastest time, and the sum of the answers.
fn median(pairs: &[Ends], mut ask: impl FnMut(&Ends) -> usize) -> (Duration, usize) {
    let mut fastest = vec![Duration::MAX; pairs.len()];
    let mut sum = 0;
    let rounds = env::var("POLITY_BENCH_ROUNDS").ok();
    for _ in 0..rounds.and_then(|text| text.parse().ok()).unwrap_or(ROUNDS) {
        sum = 0;
        for (ends, fastest) in pairs.iter().zip(&mut fastest) {
            let begin = Instant::now();
            sum += ask(ends);
            *fastest = begin.elapsed().min(*fastest);
        }
    }
    fastest.sort_unstable();
    (fastest[fastest.len() / 2], sum)
}

fn report(what: &str, times: &[(Duration, usize); 3]) {
    let [arrays, room, query] = times;
    let micros = |time: Duration| time.as_secs_f64() * 1e6;
    let ratio = |time: Duration| time.as_secs_f64() / arrays.0.as_secs_f64();
    say(&format!(
        "{what:<20} arrays {:>10.1} µs   paths {:>10.1} µs ({:.2}x)   query {:>10.1} µs ({:.2}x)   \
         answers {} {} {}",
        micros(arrays.0),
        micros(room.0),
        ratio(room.0),
        micros(query.0),
        ratio(query.0),
        arrays.1,
        room.1,
        query.1,
    ));
}

#[expect(clippy::print_stdout, reason = "the figures are for a person to read")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}

fn database() -> Database {
    if let Some(folder) = env::var_os("POLITY_BENCH_GRAPH") {
        let opened = cli::open(Some(Path::new(&folder)), None);
        return opened.expect("the folder holds a graph").database;
    }
    made_up(50_000, 500_000)
}

/// A graph in which few nodes have many relationships.
fn made_up(nodes: u64, rels: u64) -> Database {
    let store = Store::new(Snapshot::new());
    let mut change = store.begin();
    let key = change.intern_key("id");
    let rel_type = change.intern_type("KNOWS");
    let mut random = Random(1);
    for id in 0..nodes {
        let id = i64::try_from(id).expect("ids are small");
        let created = change.create_node(&[], &[(key, Value::Int(id))]);
        created.expect("there is room");
    }
    for _ in 0..rels {
        let (a, b) = (random.below(nodes), random.below(nodes));
        let hub = a * a / nodes;
        let node = |id: u64| NodeId(u32::try_from(id).expect("ids are small"));
        let created = change.create_rel(node(hub), node(b), rel_type, &[]);
        created.expect("both ends are there");
    }
    Database::from_snapshot(Snapshot::clone(
        &change
            .commit()
            .expect("a graph in memory takes all changes"),
    ))
}

fn pairs(graph: &Snapshot) -> Vec<Ends> {
    let actors = graph
        .label("Actor")
        .map(|label| graph.nodes_with_label(label));
    let actors = actors.unwrap_or_else(|| graph.node_bitmap());
    let mut random = Random(7);
    let mut draw = || {
        let place = u32::try_from(random.below(actors.len())).expect("fewer than 2^32");
        NodeId(actors.select(place).expect("the place is below the count"))
    };
    (0..PAIRS)
        .map(|_| Ends {
            from: draw(),
            to: draw(),
        })
        .collect()
}

/// Splitmix: the same numbers everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound.max(1)
    }
}
