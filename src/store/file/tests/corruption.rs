//! Damaged files are noticed, or do no harm.
//!
//! The store has a few megabytes: a graph with many columns, long and short texts, indexes and
//! constraints, a history, and commits that are still in the log. What opens is compared whole.

use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwap;

use super::disk::Disk;
use super::workload::{Random, noise, transact};
use super::{PATH, assert_consistent, fingerprint, open, runs};
use crate::error::Error;
use crate::store::file::engine::{Engine, Records};
use crate::store::file::error::FileError;
use crate::store::file::journal::Journal;
use crate::store::file::open::{check_engine, open_engine, write_first};
use crate::store::file::options::{FileOptions, KeepHistory};
use crate::store::{Constraint, Demand, NewRel, Snapshot, Store};
use crate::value::{Date, NodeId, Value};

/// A store, and the truth about it.
struct Sample {
    bytes: Vec<u8>,
    closed: bool,
    /// Fingerprints of the graph before the first commit, and after each.
    prints: Vec<u64>,
    /// What the history and the log hold. With the graph it gives every older one.
    past: (Records, Records),
    /// The fingerprint after [`transact`] with the number 1.
    next: u64,
}

const NODES: u32 = 1000;
const COMMITS: u64 = 24;

impl Sample {
    /// Makes a store that was closed; or one whose program was killed after the last commit.
    fn new(closed: bool) -> Self {
        let disk = Disk::default();
        let mut random = Random(11);
        let memory = Store::new(Snapshot::new());
        let mut prints = vec![fingerprint(&memory.snapshot())];
        fill(&memory, &mut random);
        let mut engine = Engine::over(Path::new(PATH), disk.clone()).unwrap();
        write_first(&engine, &memory.snapshot(), None, KeepHistory::All).unwrap();
        engine.close().unwrap();
        let stored = open(&disk, FileOptions::default()).unwrap();
        prints.push(fingerprint(&stored.snapshot()));
        while stored.snapshot().version() < COMMITS {
            let before = stored.snapshot().version();
            if before.is_multiple_of(2) {
                transact(&stored, &mut random).unwrap();
            } else {
                replace_texts(&stored, &mut random);
            }
            if stored.snapshot().version() > before {
                prints.push(fingerprint(&stored.snapshot()));
            }
            // What comes later is in the log.
            if prints.len() == 18 {
                stored.checkpoint().unwrap();
            }
        }
        let bytes = if closed {
            drop(stored);
            disk.bytes()
        } else {
            disk.bytes()
        };
        let (graph, journal) = opened(bytes.clone()).unwrap();
        let past = journal.past().unwrap();
        assert!(past.0.len() >= 16 && past.1.len() >= 5, "history and log");
        assert_eq!(fingerprint(&graph.load()), prints[COMMITS as usize]);
        let stored = Store::with(graph, Some(journal));
        let next = fingerprint(&transact(&stored, &mut Random(1)).unwrap());
        Self {
            bytes,
            closed,
            prints,
            past,
            next,
        }
    }

    /// What a damaged file gives is an error, or the truth. Returns whether it is an error.
    fn is_noticed(&self, bytes: Vec<u8>, random: &mut Random, context: &str) -> bool {
        let disk = Disk::with(bytes);
        let (graph, journal) = match opened_on(&disk) {
            Ok(opened) => opened,
            Err(error) => {
                assert_named(error, context);
                return true;
            }
        };
        let now = graph.load_full();
        let last = now.version();
        // What was written last by a program that was killed may look as if it was being written.
        let whole = last == COMMITS || !self.closed && last == COMMITS - 1;
        assert!(whole, "{context}: {last}");
        assert_eq!(fingerprint(&now), self.prints[last as usize], "{context}");
        assert_consistent(&now);
        let mut noticed = false;
        match journal.past() {
            Ok((history, mut log)) => {
                if last < COMMITS {
                    log.extend(self.past.1.last().cloned());
                }
                assert!((history, log) == self.past, "{context}: other records");
            }
            Err(error) => {
                assert_named(error, context);
                noticed = true;
            }
        }
        // The same graph and the same records give the same states; here is one of them.
        let number = random.below(last);
        match journal.at(number) {
            Ok(found) => {
                let print = fingerprint(&found);
                assert_eq!(print, self.prints[number as usize], "{context}, {number}");
            }
            Err(error) => {
                assert_named(error, context);
                noticed = true;
            }
        }
        if last == COMMITS && random.below(4) == 0 {
            self.write_on(&disk, Store::with(graph, Some(journal)), context);
        }
        noticed
    }

    /// Writing to a damaged store does no harm either: what free space there was may be used.
    fn write_on(&self, disk: &Disk, stored: Store, context: &str) {
        let written = transact(&stored, &mut Random(1)).and_then(|_| stored.checkpoint());
        drop(stored);
        let known = match written {
            Ok(()) => self.next,
            Err(error) => {
                assert_damage(&error, context);
                self.prints[COMMITS as usize]
            }
        };
        match opened_on(disk) {
            Ok((graph, _)) => assert_eq!(fingerprint(&graph.load()), known, "{context}, anew"),
            Err(error) => assert_named(error, context),
        }
    }
}

type Opened = (Arc<ArcSwap<Snapshot>>, Journal);

fn opened(bytes: Vec<u8>) -> Result<Opened, FileError> {
    opened_on(&Disk::with(bytes))
}

fn opened_on(disk: &Disk) -> Result<Opened, FileError> {
    let engine = Engine::over(Path::new(PATH), disk.clone())?;
    open_engine(engine, FileOptions::default())
}

fn assert_named(error: FileError, context: &str) {
    assert_damage(&error.into(), context);
}

/// The error says that the store is damaged; a file whose head is lost may be no store at all.
fn assert_damage(error: &Error, context: &str) {
    let named = matches!(error.code().detail, "StoreDamaged" | "NotAStore");
    assert!(named, "{context}: {error}");
}

/// Makes a graph of a few megabytes.
fn fill(store: &Store, random: &mut Random) {
    let mut transaction = store.begin();
    let labels: Vec<_> = (0..6)
        .map(|label| transaction.intern_label(&format!("L{label}")))
        .collect();
    let keys: Vec<_> = (0..24)
        .map(|key| transaction.intern_key(&format!("k{key}")))
        .collect();
    let (id, name) = (transaction.intern_key("id"), transaction.intern_key("name"));
    let long = ["t0", "t1", "t2", "t3"].map(|key| transaction.intern_key(key));
    let rel_type = transaction.intern_type("T0");
    for number in 0..NODES {
        let labels = [labels[number as usize % 6], labels[number as usize % 5]];
        let mut properties = vec![
            (id, Value::from(format!("node {number}").as_str())),
            (name, Value::from(format!("name {}", number % 40).as_str())),
            (keys[0], long_text(random, 300)),
            // Texts of which most are never changed.
            (long[number as usize % 4], long_text(random, 1700)),
        ];
        for _ in 0..4 {
            let place = 1 + random.below(23) as usize;
            properties.push((keys[place], scalar(place, random)));
        }
        transaction.create_node(&labels, &properties).unwrap();
    }
    for number in 0..2 * NODES {
        let properties = [(keys[1], Value::Int(number.into()))];
        let rel = NewRel {
            start: NodeId(random.below(NODES.into()) as u32),
            end: NodeId(random.below(NODES.into()) as u32),
            rel_type,
            properties: &properties,
        };
        transaction.create_rels(&[rel]).unwrap();
    }
    let pulse = || Ok(());
    transaction
        .create_named_index("names", (labels[0], name), &pulse)
        .unwrap();
    for (label, demand) in [(0, Demand::Unique), (1, Demand::NotNull)] {
        let constraint = Constraint {
            label: labels[label],
            key: id,
            demand,
        };
        let name = format!("constraint {label}");
        transaction
            .create_constraint(&name, constraint, &pulse)
            .unwrap();
    }
    transaction.commit().unwrap();
}

fn replace_texts(store: &Store, random: &mut Random) {
    let mut transaction = store.begin();
    let key = transaction.intern_key("k0");
    for _ in 0..20 {
        let node = NodeId(random.below(NODES.into()) as u32);
        if transaction.has_node(node) {
            let text = long_text(random, 400);
            transaction.set_node_property(node, key, text).unwrap();
        }
    }
    transaction.commit().unwrap();
}

/// A value of a kind that fits its column.
fn scalar(place: usize, random: &mut Random) -> Value {
    let number = random.below(1_000_000).cast_signed();
    match place % 6 {
        0 => Value::Int(number),
        1 => Value::Float(number as f64 / 7.0),
        2 => Value::Bool(number % 2 == 0),
        3 => Value::from(format!("word {}", number % 300).as_str()),
        4 => Value::Date(Date::from_days(number % 40_000).unwrap()),
        _ => Value::List([Value::Int(number), Value::Int(-number)].into()),
    }
}

/// A text that cannot be packed well, about so long.
fn long_text(random: &mut Random, length: u64) -> Value {
    let length = length / 2 + random.below(length);
    Value::from(noise(random, length as usize).as_str())
}

/// Tries something so many times, on all cores; returns how often it says yes.
fn count(tries: u64, seed: u64, attempt: impl Fn(u64, &mut Random) -> bool + Sync) -> u64 {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let (next, said) = (AtomicU64::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                let numbers = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
                for number in numbers.take_while(|number| *number < tries) {
                    let yes = attempt(number, &mut Random(seed << 32 | number));
                    said.fetch_add(u64::from(yes), Ordering::Relaxed);
                }
            });
        }
    });
    said.into_inner()
}

#[expect(clippy::print_stderr, reason = "how often what happened is to be seen")]
fn report(text: std::fmt::Arguments<'_>) {
    eprintln!("{text}");
}

/// 2,000 flips of single bytes; 100,000 in full.
#[test]
fn flipped_bytes_are_noticed() {
    let sample = Sample::new(true);
    let length = sample.bytes.len() as u64;
    assert!(length > 2_500_000, "{length} bytes are a few megabytes");
    let tries = runs(2000, 100_000);
    let noticed = count(tries, 21, |_, random| {
        let mut flipped = sample.bytes.clone();
        // One in four where it matters most.
        let bound = if random.below(4) == 0 { 8192 } else { length };
        let place = random.below(bound) as usize;
        let bits = 1 + random.below(255) as u8;
        flipped[place] ^= bits;
        let context = format!("byte {place} ^ {bits}");
        sample.is_noticed(flipped, random, &context)
    });
    report(format_args!(
        "{tries} flips of {length} bytes: {noticed} noticed, the others did no harm"
    ));
    assert!(noticed > tries / 10, "{noticed} of {tries}: flips matter");
}

/// 200 flips in the store of a program that was killed; 10,000 in full. The very last commit may be
/// taken for one that was being written.
#[test]
fn flipped_bytes_after_a_kill_take_the_last_commit_at_most() {
    let sample = Sample::new(false);
    let length = sample.bytes.len() as u64;
    count(runs(200, 10_000), 24, |_, random| {
        let mut flipped = sample.bytes.clone();
        let bound = if random.below(4) == 0 { 8192 } else { length };
        let place = random.below(bound) as usize;
        flipped[place] ^= 1 + random.below(255) as u8;
        sample.is_noticed(flipped, random, &format!("byte {place}"))
    });
}

/// 100 truncations; 1,000 in full.
#[test]
fn truncations_are_noticed() {
    let sample = Sample::new(true);
    let length = sample.bytes.len() as u64;
    let tries = runs(100, 1000);
    let noticed = count(tries, 22, |number, random| {
        // One in four cuts off little.
        let cut = if number % 4 == 0 { 8192 } else { length };
        let kept = (length - 1 - random.below(cut)) as usize;
        let context = format!("{kept} of {length} bytes");
        sample.is_noticed(sample.bytes[..kept].to_vec(), random, &context)
    });
    report(format_args!(
        "{tries} truncations of {length} bytes: {noticed} noticed"
    ));
    assert_eq!(noticed, tries);
}

/// What is sound passes the check, what is not does not: a file that the check calls sound opens.
#[test]
fn the_check_finds_what_opening_finds() {
    let sample = Sample::new(true);
    let length = sample.bytes.len() as u64;
    let check = |bytes| check_engine(Engine::over(Path::new(PATH), Disk::with(bytes))?);
    let checked = check(sample.bytes.clone()).unwrap();
    assert_eq!(checked.last, COMMITS);
    assert_eq!(checked.commits as u64, COMMITS);
    count(runs(50, 500), 23, |_, random| {
        let mut flipped = sample.bytes.clone();
        let place = random.below(length) as usize;
        flipped[place] ^= 1 << random.below(8);
        let sound = check(flipped.clone()).is_ok();
        let opens = opened(flipped).is_ok_and(|(_, journal)| journal.past().is_ok());
        assert!(opens || !sound, "byte {place}");
        sound
    });
}
