//! Frees much at once on a thread of its own, so that nobody waits for it: a statement that was
//! interrupted ends, though it held millions of texts.

use std::thread;

/// So many parts are freed in no time.
const FEW: usize = 1 << 17;

/// Frees something that has so many parts.
pub(super) fn free<T: Send + 'static>(garbage: T, parts: usize) {
    if parts > FEW {
        // Where no thread can be had, the closure is dropped here, and what it holds with it.
        drop(thread::Builder::new().spawn(move || drop(garbage)));
    }
}
