//! Random changes of a graph.

use std::fmt::Write;
use std::sync::Arc;

use crate::error::Result;
use crate::store::{Constraint, Demand, NewRel, Schema, Snapshot, Store, Transaction};
use crate::value::{Date, NodeId, RelId, Value};

/// Numbers that look random and are the same for the same seed (splitmix64).
#[derive(Clone, Debug)]
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for place in (1..items.len()).rev() {
            items.swap(place, self.below(place as u64 + 1) as usize);
        }
    }
}

/// Makes a random transaction of a few changes; does the same on every store that holds the same.
pub(super) fn transact(store: &Store, random: &mut Random) -> Result<Arc<Snapshot>> {
    let mut transaction = store.begin();
    let steps = 1 + random.below(8);
    for _ in 0..steps {
        if random.below(12) == 0 {
            let savepoint = transaction.savepoint();
            for _ in 0..3 {
                step(&mut transaction, random);
            }
            transaction.rollback_to(savepoint);
        }
        step(&mut transaction, random);
    }
    if random.below(3) == 0 {
        transaction.set_message(Some(format!("message {}", random.below(1000)).into()));
    }
    transaction.commit()
}

/// Makes a random change. What the store refuses is no change.
fn step(transaction: &mut Transaction, random: &mut Random) {
    let node = NodeId(pick(random, transaction.node_bound()));
    let rel = RelId(pick(random, transaction.rel_bound()));
    let label = transaction.intern_label(&format!("L{}", random.below(5)));
    let key = transaction.intern_key(["id", "name", "a", "b", "c"][random.below(5) as usize]);
    match random.below(20) {
        0..=4 => {
            let value = value(random);
            drop(transaction.create_node(&[label], &[(key, value)]));
        }
        5..=7 => create_rels(transaction, random),
        8..=10 => {
            let value = value(random);
            drop(transaction.set_node_property(node, key, value));
        }
        11 | 12 => {
            let value = value(random);
            drop(transaction.set_rel_property(rel, key, value));
        }
        13 => {
            transaction.add_label(node, label);
        }
        14 => {
            transaction.remove_label(node, label);
        }
        15 => drop(transaction.delete_node(node)),
        16 => {
            transaction.detach_delete_node(node);
        }
        17 => {
            transaction.delete_rels(&[rel, RelId(rel.0 / 2), RelId(rel.0 / 3)]);
        }
        18 => define(transaction, random),
        _ => {
            let mut schema = Schema::clone(transaction.schema());
            schema.dataset.title = Some(format!("title {}", random.below(100)));
            transaction.set_schema(schema);
        }
    }
}

fn create_rels(transaction: &mut Transaction, random: &mut Random) {
    let rel_type = transaction.intern_type(&format!("T{}", random.below(4)));
    let key = transaction.intern_key("weight");
    let count = if random.below(6) == 0 {
        100
    } else {
        1 + random.below(3)
    };
    let values: Vec<_> = (0..count).map(|_| [(key, value(random))]).collect();
    let bound = transaction.node_bound();
    let rels: Vec<_> = values
        .iter()
        .map(|properties| NewRel {
            start: NodeId(pick(random, bound)),
            end: NodeId(pick(random, bound)),
            rel_type,
            properties,
        })
        .collect();
    drop(transaction.create_rels(&rels));
}

fn define(transaction: &mut Transaction, random: &mut Random) {
    let label = transaction.intern_label(&format!("L{}", random.below(5)));
    let key = transaction.intern_key(["id", "name", "a"][random.below(3) as usize]);
    let name = format!("d{}", random.below(6));
    let demand = [Demand::Unique, Demand::NotNull][random.below(2) as usize].clone();
    let constraint = Constraint { label, key, demand };
    let pulse = || Ok(());
    match random.below(5) {
        0 | 1 => drop(transaction.create_named_index(&name, (label, key), &pulse)),
        2 => drop(transaction.create_constraint(&name, constraint, &pulse)),
        3 => drop(transaction.drop_named_index(&name)),
        _ => drop(transaction.drop_constraint(&name)),
    }
}

fn pick(random: &mut Random, bound: u32) -> u32 {
    let number = random.below(u64::from(bound.max(1)));
    u32::try_from(number).unwrap()
}

/// A text that cannot be packed well, of at least so many bytes.
pub(super) fn noise(random: &mut Random, length: usize) -> String {
    let mut text = String::new();
    while text.len() < length {
        let _ = write!(text, "{:016x}", random.next());
    }
    text
}

fn value(random: &mut Random) -> Value {
    let number = random.below(50);
    let small = i64::try_from(number).unwrap();
    match random.below(10) {
        0 => Value::Null,
        1 => Value::Bool(number.is_multiple_of(2)),
        2 => Value::Float(small as f64 / 4.0),
        3 => Value::Date(Date::from_days(small * 100).unwrap()),
        4 => Value::List([Value::Int(small), Value::Int(-small)].into()),
        5 if number < 25 => Value::from("long ".repeat(400 * number as usize).as_str()),
        5 => Value::from(noise(random, 40 * number as usize).as_str()),
        6 | 7 => Value::from(format!("text {number}").as_str()),
        _ => Value::Int(small),
    }
}
