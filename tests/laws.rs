//! Laws: what holds for every query on every graph, tried on generated ones.
//!
//! `POLITY_SEED` repeats a run, `POLITY_LAWS` says how many queries are tried.

#![expect(
    clippy::elidable_lifetime_names,
    clippy::excessive_nesting,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::manual_try_fold,
    clippy::match_same_arms,
    clippy::needless_for_each,
    clippy::needless_pass_by_value,
    clippy::panic,
    clippy::print_stdout,
    clippy::too_many_lines,
    clippy::unwrap_used,
    reason = "an oracle is to be small and obvious, and may fail loudly"
)]

#[path = "laws/export.rs"]
mod export;
#[path = "laws/generate/mod.rs"]
mod generate;
#[path = "laws/graph.rs"]
mod graph;
#[path = "laws/naive/mod.rs"]
mod naive;
#[path = "laws/random.rs"]
mod random;
#[path = "laws/trial.rs"]
mod trial;

use std::cell::Cell;
use std::env;

use generate::Generator;
use polity::db::Database;
use polity::plan::RULES;
use polity::store::Store;
use polity::syntax::ast::Statement;
use polity::syntax::{parse, print};
use random::Random;
use rayon::ThreadPoolBuilder;
use trial::{World, agree, ask, report};

/// How many queries each graph gets.
const QUERIES_PER_GRAPH: usize = 10;

/// How many disagreements are reported.
const MOST_REPORTS: usize = 8;

fn number(name: &str) -> Option<u64> {
    env::var(name).ok()?.parse().ok()
}

/// Tries a law on generated graphs; it returns what is wrong, if anything.
fn try_law(share: u64, law: impl Fn(&World, &mut Random) -> Option<String>) {
    let seed = number("POLITY_SEED").unwrap_or(20_261_122);
    let count = number("POLITY_LAWS").unwrap_or(500) / share;
    let mut reports = Vec::new();
    let mut world = World::new(graph::create(&mut Random::new(seed)));
    for trial in 0..count {
        let mut random = Random::new(seed.wrapping_add(trial));
        let graphs = u64::try_from(QUERIES_PER_GRAPH).expect("it is small");
        if trial % graphs == 0 {
            world = World::new(graph::create(&mut random));
        }
        if let Some(report) = law(&world, &mut random) {
            reports.push(format!("POLITY_SEED={seed}, query {trial}:\n{report}"));
        }
        if reports.len() == MOST_REPORTS {
            break;
        }
    }
    assert!(reports.is_empty(), "\n{}", reports.join("\n"));
}

/// Returns a query. One without rows says little, so that another one is made instead, once.
fn query(world: &World, random: &mut Random) -> String {
    let text = Generator::new(random).query();
    match world.engine(&text, &[]) {
        Ok(rows) if rows.is_empty() => Generator::new(random).query(),
        _ => text,
    }
}

#[test]
fn the_engine_agrees_with_the_naive_evaluator() {
    let [all, empty, failed, skipped] = [(); 4].map(|()| Cell::new(0));
    let count = |counter: &Cell<u32>| counter.set(counter.get() + 1);
    try_law(1, |world, random| {
        let text = query(world, random);
        count(&all);
        match world.naive(&text) {
            Some(Ok(rows)) if rows.is_empty() => count(&empty),
            Some(Ok(_)) => {}
            Some(Err(_)) => count(&failed),
            None => count(&skipped),
        }
        world.disagreement(&text)?;
        Some(world.shrink(&text, &|text| world.disagreement(text)))
    });
    let [all, empty, failed, skipped] = [all, empty, failed, skipped].map(Cell::into_inner);
    println!("{all} queries: {empty} without rows, {failed} fail, {skipped} too large to compare");
    assert!(empty * 100 <= all * 35, "too many queries find nothing");
}

#[test]
fn threads_change_no_answer() {
    let world = World::new(graph::create_large().to_owned());
    let pool = |threads| ThreadPoolBuilder::new().num_threads(threads).build();
    let (one, two) = (pool(1).unwrap(), pool(2).unwrap());
    try_law(20, |_, random| {
        let text = Generator::new(random).grouping_query();
        let expected = one.install(|| world.engine(&text, &[]));
        let found = two.install(|| world.engine(&text, &[]));
        if agree(&text, &found, &expected) {
            return None;
        }
        let (found, expected) = (report(&found), report(&expected));
        Some(format!(
            "{text};\none thread: {expected}two threads: {found}"
        ))
    });
}

#[test]
fn rules_keep_the_meaning() {
    let all: Vec<_> = RULES.iter().map(|rule| rule.name).collect();
    try_law(2, |world, random| {
        let text = query(world, random);
        let expected = world.engine(&text, &[]);
        let sets = all.iter().map(std::slice::from_ref).chain([&all[..]]);
        for off in sets {
            let found = world.engine(&text, off);
            if !agree(&text, &found, &expected) {
                let (found, expected) = (report(&found), report(&expected));
                let create = &world.create;
                return Some(format!(
                    "{create};\n{text};\nall rules: {expected}without {off:?}: {found}"
                ));
            }
        }
        None
    });
}

#[test]
fn a_condition_parts_a_query_in_three() {
    try_law(2, |world, random| {
        let (open, condition) = Generator::new(random).open_query();
        let whole = format!("{open} RETURN *");
        let shape = format!("{open} {condition}");
        let expected = world.engine_like(&shape, &whole);
        let mut found = Ok(Vec::new());
        for part in ["", " IS NULL"] {
            let text = format!("{open} WHERE ({condition}){part} RETURN *");
            found = join(found, world.engine_like(&shape, &text));
        }
        let text = format!("{open} WHERE NOT ({condition}) RETURN *");
        found = join(found, world.engine_like(&shape, &text));
        if agree(&whole, &found, &expected) {
            return None;
        }
        let (found, expected) = (report(&found), report(&expected));
        let create = &world.create;
        Some(format!(
            "{create};\n{open} WHERE {condition};\nwhole: {expected}parts: {found}"
        ))
    });
}

fn join(one: trial::Answer, two: trial::Answer) -> trial::Answer {
    let (mut one, two) = (one?, two?);
    one.extend(two);
    Ok(one)
}

#[test]
fn printing_and_parsing_keep_a_query() {
    try_law(1, |_, random| {
        let text = Generator::new(random).query();
        let tree = match parse(&text) {
            Ok(tree @ Statement::Query(_)) => tree,
            other => return Some(format!("{text}: {other:?}")),
        };
        let printed = print::statement(&tree);
        match parse(&printed) {
            Ok(again) if again == tree => None,
            other => Some(format!("{text}\nprinted: {printed}\nparsed: {other:?}")),
        }
    });
}

#[test]
fn indexes_change_no_answer() {
    try_law(2, |world, random| {
        let text = query(world, random);
        let indexed = indexed(world);
        let (expected, found) = (world.engine(&text, &[]), ask(&indexed, &text, &[]));
        if agree(&text, &found, &expected) {
            return None;
        }
        let (found, expected) = (report(&found), report(&expected));
        let create = &world.create;
        Some(format!(
            "{create};\n{text};\nplain: {expected}with indexes: {found}"
        ))
    });
}

/// The same graph with an index for each label and key.
fn indexed(world: &World) -> Database {
    let store = Store::new((*world.graph()).clone());
    let mut transaction = store.begin();
    for label in graph::LABELS {
        for key in ["i", "f", "s", "b", "m", "l", "d"] {
            let label = transaction.intern_label(label);
            let key = transaction.intern_key(key);
            transaction.create_index(label, key);
        }
    }
    Database::from_snapshot((*transaction.commit().unwrap()).clone())
}

/// Writes graphs, queries and answers for `tests/differential`, into the file that
/// `POLITY_DIFFERENTIAL` names.
#[test]
#[ignore = "only for tests/differential"]
fn write_a_differential_run() {
    let path = env::var("POLITY_DIFFERENTIAL").expect("POLITY_DIFFERENTIAL names a file");
    let mut lines = String::new();
    let lines = Cell::from_mut(&mut lines);
    try_law(1, |world, random| {
        let mut text = query(world, random);
        while text.contains(" AS OF ") {
            // A clause of polity's own.
            text = query(world, random);
        }
        let line = export::line(world, &text);
        lines.set(lines.take() + &line + "\n");
        None
    });
    std::fs::write(path, lines.take()).unwrap();
}
