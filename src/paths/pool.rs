//! Memory that one search leaves to another, in whichever statement.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};

use super::{Flood, Scratch};

/// More than so many are not kept.
const KEPT: usize = 8;
/// What takes more bytes is not kept: few searches need as much.
const LARGEST: usize = 512 << 10;

/// Memory of searches that are over.
#[derive(Debug, Default)]
pub struct Pool {
    scratches: Shelf<Scratch>,
    floods: Shelf<Flood>,
}

type Shelf<T> = Arc<Mutex<Vec<T>>>;

impl Pool {
    /// Lends memory for searches from both ends.
    #[must_use]
    pub fn scratch(&self) -> Lent<Scratch> {
        Lent::from(&self.scratches)
    }

    /// Lends memory for searches of what is in reach.
    #[must_use]
    pub fn flood(&self) -> Lent<Flood> {
        Lent::from(&self.floods)
    }
}

/// Memory that can be used again.
pub trait Reusable: Default {
    /// Returns about how many bytes it takes.
    fn bytes(&self) -> usize;
}

impl Reusable for Scratch {
    fn bytes(&self) -> usize {
        self.bytes()
    }
}

impl Reusable for Flood {
    fn bytes(&self) -> usize {
        self.bytes()
    }
}

/// Memory that goes back where it came from.
#[derive(Debug)]
pub struct Lent<T: Reusable> {
    item: T,
    shelf: Shelf<T>,
}

impl<T: Reusable> Lent<T> {
    fn from(shelf: &Shelf<T>) -> Self {
        let kept = shelf.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Self {
            item: kept.unwrap_or_default(),
            shelf: Arc::clone(shelf),
        }
    }
}

impl<T: Reusable> Deref for Lent<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.item
    }
}

impl<T: Reusable> DerefMut for Lent<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.item
    }
}

impl<T: Reusable> Drop for Lent<T> {
    fn drop(&mut self) {
        if self.item.bytes() > LARGEST {
            return;
        }
        let mut kept = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT {
            kept.push(std::mem::take(&mut self.item));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::NodeId;

    #[test]
    fn what_was_lent_is_lent_again() {
        let pool = Pool::default();
        let mut scratch = pool.scratch();
        scratch.forward.begin(NodeId(1));
        let size = scratch.bytes();
        assert!(size > 0);
        let other = pool.scratch();
        assert_eq!(other.bytes(), 0);
        drop((other, scratch));
        assert_eq!(pool.scratch().bytes(), size);
    }

    #[test]
    fn large_memory_is_not_kept() {
        let pool = Pool::default();
        let mut scratch = pool.scratch();
        scratch.forward.begin(NodeId(0));
        for node in 1..100_000 {
            scratch
                .forward
                .reach_again(NodeId(node), crate::value::RelId(0), 0);
        }
        drop(scratch);
        assert_eq!(pool.scratch().bytes(), 0);
    }
}
