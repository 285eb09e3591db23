//! Functions that give something else each time.

use std::cell::Cell;
use std::hash::{BuildHasher, RandomState};

use super::super::Function;
use super::super::signature::Signature;
use crate::value::Type;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "rand",
        "math",
        Signature::of(&[], Type::Float),
        "Returns a random float from 0 to below 1.",
        |_, _| Ok(fraction(next()).into()),
    ),
    Function::new(
        "randomUUID",
        "string",
        Signature::of(&[], Type::String),
        "Returns a random UUID (version 4).",
        |_, _| Ok(uuid(next(), next()).into()),
    ),
];

/// The next number of this thread's sequence (`SplitMix64`), seeded by the system.
fn next() -> u64 {
    thread_local! {
        static STATE: Cell<u64> = Cell::new(RandomState::new().hash_one(0_u8));
    }
    let state = STATE.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
    STATE.set(state);
    let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

fn fraction(bits: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "53 bits are what a float holds")]
    let (numerator, denominator) = ((bits >> 11) as f64, (1_u64 << 53) as f64);
    numerator / denominator
}

fn uuid(high: u64, low: u64) -> String {
    let high = (high & !0xf000) | 0x4000;
    let low = (low & !(0b11 << 62)) | (0b10 << 62);
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_stay_below_one_and_differ() {
        assert!(fraction(u64::MAX) < 1.0);
        assert!(fraction(0).abs() < f64::EPSILON);
        assert_ne!(next(), next());
    }

    #[test]
    fn uuids_say_their_version() {
        assert_eq!(uuid(0, 0), "00000000-0000-4000-8000-000000000000");
        assert_eq!(
            uuid(u64::MAX, u64::MAX),
            "ffffffff-ffff-4fff-bfff-ffffffffffff"
        );
    }
}
