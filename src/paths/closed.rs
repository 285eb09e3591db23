//! The shortest ways from a node back to itself.

use hashbrown::HashMap;

use super::shortest::{Goal, Meeting, Search, Shortest};
use super::{Route, Trails};
use crate::error::Result;
use crate::store::{Direction, Hop};
use crate::value::{NodeId, Path, RelId};

pub(super) fn search(search: &mut Search<'_>) -> Result<Option<Shortest>> {
    match search.route.direction {
        Direction::Outgoing | Direction::Incoming => directed(search),
        Direction::Both => undirected(search),
    }
}

/// Breadth-first until a hop leads back. Along directions the shortest walk repeats nothing.
fn directed(search: &mut Search<'_>) -> Result<Option<Shortest>> {
    let start = search.ends.from;
    search.scratch.forward.set(start, 0);
    search.scratch.backward.set(start, 0);
    let mut level = vec![start];
    let mut depth = 0;
    while depth < search.route.max && !level.is_empty() {
        let (next, last) = directed_level(search, &level, depth + 1)?;
        if !last.is_empty() {
            let meeting = Meeting {
                nodes: last,
                forward: depth,
                backward: 1,
            };
            return search
                .unravel(meeting)
                .map(|tangle| Some(Shortest::Tangle(tangle)));
        }
        level = next;
        depth += 1;
    }
    Ok(None)
}

/// Returns the nodes of the next level, and those of this one from which a hop leads back.
fn directed_level(
    search: &mut Search<'_>,
    level: &[NodeId],
    depth: u32,
) -> Result<(Vec<NodeId>, Vec<NodeId>)> {
    let (mut next, mut last) = (Vec::new(), Vec::new());
    for &node in level {
        let hops = allowed_hops(search, node)?;
        if hops.iter().any(|hop| hop.node == search.ends.to) {
            last.push(node);
            if search.goal == Goal::One {
                break;
            }
        }
        for hop in hops {
            if !search.scratch.forward.has(hop.node) {
                search.scratch.forward.set(hop.node, depth);
                next.push(hop.node);
            }
        }
    }
    Ok((next, last))
}

/// Returns the hops from a node that may be used, to inner nodes or back.
fn allowed_hops(search: &mut Search<'_>, node: NodeId) -> Result<Vec<Hop>> {
    let mut hops: Vec<Hop> = search.route.forward(search.graph, node).collect();
    if !search.guide.is_free() {
        search.guide.rels(&mut hops, 0)?;
        let end = search.ends.to;
        hops.sort_by_key(|hop| hop.node != end);
        let inner = hops.partition_point(|hop| hop.node == end);
        search.guide.inner(&mut hops, inner)?;
    }
    search.count_steps(hops.len() + 1)?;
    Ok(hops)
}

/// Without directions a way back over the same relationship is no way: the length is that of the
/// shortest cycle through the node; the cycles are then enumerated.
fn undirected(search: &mut Search<'_>) -> Result<Option<Shortest>> {
    let Some(length) = shortest_cycle(search)? else {
        return Ok(None);
    };
    let route = Route {
        min: length,
        max: length,
        ..search.route.clone()
    };
    let mut trails = Trails::new(search.graph, search.ends, &route, search.guide)?;
    let mut paths: Vec<Path> = Vec::new();
    while let Some(path) = trails.next(search.graph, search.guide)? {
        paths.push(path);
        if search.goal == Goal::One {
            break;
        }
    }
    Ok((!paths.is_empty()).then_some(Shortest::List(paths)))
}

/// Where the breadth-first search has reached a node.
#[derive(Clone, Copy)]
struct Reached {
    depth: u32,
    /// The relationship by which its branch left the start.
    branch: RelId,
    /// The relationship by which it was reached.
    by: RelId,
}

/// Returns the length of the shortest cycle through the start. In the tree of a breadth-first
/// search it consists of two branches and the relationship that joins them.
fn shortest_cycle(search: &mut Search<'_>) -> Result<Option<u32>> {
    let start = search.ends.from;
    let mut reached: HashMap<NodeId, Reached> = HashMap::default();
    let mut best: Option<u32> = None;
    let mut level = vec![start];
    let mut depth = 0_u32;
    while !level.is_empty() && best.is_none_or(|best| 2 * depth < best) && depth < search.route.max
    {
        let mut next = Vec::new();
        for &node in &level {
            let own = reached.get(&node).copied();
            for hop in allowed_hops(search, node)? {
                let length = closes(start, own, &hop, &reached);
                best = match (best, length) {
                    (Some(best), Some(length)) => Some(best.min(length)),
                    (best, length) => best.or(length),
                };
                if hop.node != start && !reached.contains_key(&hop.node) {
                    let branch = own.map_or(hop.rel, |own| own.branch);
                    let entry = Reached {
                        depth: depth + 1,
                        branch,
                        by: hop.rel,
                    };
                    reached.insert(hop.node, entry);
                    next.push(hop.node);
                }
            }
        }
        level = next;
        depth += 1;
    }
    Ok(best.filter(|&best| best <= search.route.max))
}

/// Returns the length of the cycle that a hop closes, if it closes one through the start.
fn closes(
    start: NodeId,
    own: Option<Reached>,
    hop: &Hop,
    reached: &HashMap<NodeId, Reached>,
) -> Option<u32> {
    let Some(own) = own else {
        // From the start itself: a loop, or one of several relationships to the same node.
        if hop.node == start {
            return Some(1);
        }
        return reached
            .get(&hop.node)
            .filter(|other| other.by != hop.rel)
            .map(|_| 2);
    };
    if hop.node == start {
        return (hop.rel != own.branch).then_some(own.depth + 1);
    }
    reached
        .get(&hop.node)
        .filter(|other| other.branch != own.branch)
        .map(|other| own.depth + other.depth + 1)
}
