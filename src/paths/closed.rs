//! The shortest ways from a node back to itself.

use hashbrown::HashMap;

use super::held::{list_bytes, map_bytes};
use super::shortest::{Goal, Search, Shortest};
use super::side::position;
use super::{Ends, Guide, Route, Scratch, Trails};
use crate::error::Result;
use crate::store::{Direction, Hop, Snapshot};
use crate::value::{NodeId, RelId};

/// Returns whether a path along the route leads from a node back to it, where the route goes either
/// way. Looks no farther than half the route's maximum.
pub fn on_cycle(
    graph: &Snapshot,
    node: NodeId,
    route: &Route,
    guide: &mut dyn Guide,
) -> Result<bool> {
    let ends = Ends {
        from: node,
        to: node,
    };
    let scratch = &mut Scratch::new();
    let mut search = Search::new(graph, ends, route, guide, (scratch, Goal::One));
    Ok(graph.has_node(node) && shortest_cycle(&mut search, route.max)?.is_some())
}

pub(super) fn search(search: &mut Search<'_>) -> Result<Option<Shortest>> {
    match search.route.direction {
        Direction::Outgoing | Direction::Incoming => directed(search),
        Direction::Both => undirected(search),
    }
}

/// Breadth-first until a hop leads back. Along directions the shortest walk repeats nothing.
fn directed(search: &mut Search<'_>) -> Result<Option<Shortest>> {
    let mut meetings = Vec::new();
    while meetings.is_empty() {
        let forward = &search.scratch.forward;
        if forward.depth() >= search.route.max || forward.frontier().is_empty() {
            break;
        }
        directed_level(search, &mut meetings)?;
    }
    Ok(search.finish(meetings))
}

/// Takes one more level. The first hop that leads back gives the start a place in it.
fn directed_level(search: &mut Search<'_>, meetings: &mut Vec<(u32, u32)>) -> Result<()> {
    for place in search.scratch.forward.open_level() {
        let from = position(place);
        let node = search.scratch.forward.at(from).node;
        for hop in allowed_hops(search, node)? {
            let forward = &mut search.scratch.forward;
            if hop.node != search.ends.to {
                forward.reach(hop.node, hop.rel, from);
            } else if meetings.is_empty() {
                meetings.push((forward.reach_again(hop.node, hop.rel, from), 0));
            }
        }
        if search.goal == Goal::One && !meetings.is_empty() {
            break;
        }
    }
    Ok(())
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
/// shortest cycle through the node; the cycles are then enumerated as they are asked for.
fn undirected(search: &mut Search<'_>) -> Result<Option<Shortest>> {
    let Some(length) = shortest_cycle(search, 0)? else {
        return Ok(None);
    };
    let route = Route {
        min: length,
        max: length,
        ..search.route.clone()
    };
    let mut trails = Trails::new(search.graph, search.ends, &route);
    if search.goal == Goal::One {
        let path = trails.next(search.graph, search.guide)?;
        return Ok(path.map(Shortest::one));
    }
    Ok(Some(Shortest::Round(Box::new(trails), length)))
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

/// Returns the length of the shortest cycle through the start, or of the first one that is found with
/// at most `enough` relationships. In the tree of a breadth-first search it consists of two branches
/// and the relationship that joins them.
fn shortest_cycle(search: &mut Search<'_>, enough: u32) -> Result<Option<u32>> {
    let start = search.ends.from;
    let mut reached: HashMap<NodeId, Reached> = HashMap::default();
    let mut best: Option<u32> = None;
    let mut level = vec![start];
    let mut depth = 0_u32;
    // A cycle joins two branches that are about half as long.
    while !level.is_empty() && 2 * depth < best.unwrap_or(search.route.max) {
        let mut next = Vec::new();
        for &node in &level {
            let own = reached.get(&node).copied();
            search.held = map_bytes(&reached) + list_bytes(&level) + list_bytes(&next);
            for hop in allowed_hops(search, node)? {
                let length = closes(start, own, &hop, &reached);
                best = match (best, length) {
                    (Some(best), Some(length)) => Some(best.min(length)),
                    (best, length) => best.or(length),
                };
                if best.is_some_and(|best| best <= enough) {
                    return Ok(best);
                }
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
