//! A trail that is followed depth-first.

use hashbrown::HashSet;

use crate::paths::Toward;
use crate::store::Hop;
use crate::value::NodeId;

/// So many relationships are looked through one by one; more are kept as a set, too.
const FEW: usize = 32;

/// A trail, and the hops beside it that are still to be tried.
#[derive(Debug, Default)]
pub(super) struct Trail {
    /// Relationships that it must not use.
    pub(super) without: Vec<u32>,
    /// Where it has to end, and how far that is from nodes.
    pub(super) to: Option<NodeId>,
    pub(super) toward: Option<Toward>,
    rels: Vec<u32>,
    /// All relationships that it must not use once more, once they were many.
    used: Option<HashSet<u32>>,
    pub(super) hops: Vec<Hop>,
    /// For each node of the trail: where its hops start, and which comes next.
    frames: Vec<(usize, usize)>,
}

impl Trail {
    /// Returns the relationships of the trail.
    pub(super) fn rels(&self) -> &[u32] {
        &self.rels
    }

    /// Returns whether a relationship must not be used again.
    #[inline]
    pub(super) fn has_used(&self, rel: u32) -> bool {
        match &self.used {
            Some(used) => used.contains(&rel),
            None => self.rels.contains(&rel) || self.without.contains(&rel),
        }
    }

    /// Goes on over a relationship.
    pub(super) fn push(&mut self, rel: u32) {
        self.rels.push(rel);
        if let Some(used) = &mut self.used {
            used.insert(rel);
        } else if self.rels.len() + self.without.len() > FEW {
            let all = self.rels.iter().chain(&self.without);
            self.used = Some(all.copied().collect());
        }
    }

    /// Goes back over the last relationship.
    pub(super) fn pop(&mut self) {
        if let (Some(rel), Some(used)) = (self.rels.pop(), &mut self.used) {
            used.remove(&rel);
        }
    }

    /// Notes that the hops from a place on are those of the last node.
    pub(super) fn open(&mut self, start: usize) {
        self.frames.push((start, start));
    }

    /// Returns whether there is no hop to be tried any more.
    pub(super) fn is_done(&self) -> bool {
        self.frames.is_empty()
    }

    /// Returns the next hop of the last node. Where it has none left, goes back to the node before.
    pub(super) fn next_hop(&mut self) -> Option<Hop> {
        let (start, next) = self.frames.last_mut()?;
        if let Some(hop) = self.hops.get(*next) {
            *next += 1;
            return Some(*hop);
        }
        self.hops.truncate(*start);
        self.frames.pop();
        self.pop();
        None
    }

    /// Returns about how many bytes are held, the distances left out.
    pub(super) fn bytes(&self) -> usize {
        let used = self.used.as_ref().map_or(0, HashSet::allocation_size);
        self.hops.capacity() * size_of::<Hop>()
            + self.frames.capacity() * size_of::<(usize, usize)>()
            + (self.rels.capacity() + self.without.capacity()) * size_of::<u32>()
            // A full set and a larger one are both there while its elements move.
            + 3 * used
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_trails_know_what_they_have_used() {
        let mut trail = Trail {
            without: vec![7, 1000],
            ..Trail::default()
        };
        let check = |trail: &Trail, length: u32| {
            for rel in 0..200 {
                assert_eq!(trail.has_used(rel), rel < length || rel == 7, "{rel}");
            }
            assert!(trail.has_used(1000));
        };
        for rel in 0..100 {
            check(&trail, rel);
            if rel != 7 {
                trail.push(rel);
            }
        }
        for length in (50..100).rev() {
            trail.pop();
            check(&trail, length);
        }
    }
}
