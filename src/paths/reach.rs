//! What can be reached, and how far it is.

use fixedbitset::FixedBitSet;
use hashbrown::HashMap;
use roaring::RoaringBitmap;

use super::{Ends, Guide, Route};
use crate::error::Result;
use crate::store::{Hop, Snapshot};
use crate::value::NodeId;

/// Returns the nodes that a path of one to `route.max` relationships leads to from any of the
/// starts; a start only if it lies on a way back to it or another. The route's minimum is not
/// looked at; without directions a single relationship there and back counts as a way.
pub fn reachable(
    graph: &Snapshot,
    starts: &[NodeId],
    route: &Route,
    guide: &mut dyn Guide,
) -> Result<RoaringBitmap> {
    let mut found = FixedBitSet::with_capacity(graph.node_bound() as usize);
    // All nodes found, in order; the starts stand before them, found or not.
    let mut reached: Vec<NodeId> = starts.to_vec();
    let mut level = 0..reached.len();
    let mut hops = Vec::new();
    for _ in 0..route.max {
        for place in level.clone() {
            let node = reached[place];
            if guide.is_free() {
                let nodes = route.runs(graph, node, false).flatten();
                let new = nodes.filter(|(node, _)| !found.put(*node as usize));
                reached.extend(new.map(|(node, _)| NodeId(*node)));
            } else {
                hops.clear();
                hops.extend(route.forward(graph, node));
                guide.rels(&mut hops, 0)?;
                guide.inner(&mut hops, 0)?;
                let new = hops.iter().filter(|hop| !found.put(hop.node.0 as usize));
                reached.extend(new.map(|hop| hop.node));
            }
            guide.pulse(reached.capacity() * size_of::<NodeId>())?;
        }
        level = level.end..reached.len();
        if level.is_empty() {
            break;
        }
    }
    let numbers = found.ones().filter_map(|place| u32::try_from(place).ok());
    Ok(numbers.collect())
}

/// Returns for each node how many relationships it is away from `start` along the route, up to
/// its maximum.
pub fn distances(
    graph: &Snapshot,
    start: NodeId,
    route: &Route,
    guide: &mut dyn Guide,
) -> Result<HashMap<NodeId, u32>> {
    let mut distances = HashMap::default();
    distances.insert(start, 0);
    let mut level = vec![start];
    let mut hops = Vec::new();
    for depth in 1..=route.max {
        let mut next = Vec::new();
        for node in level {
            hops.clear();
            hops.extend(
                route
                    .forward(graph, node)
                    .filter(|hop| !distances.contains_key(&hop.node)),
            );
            admit(&mut hops, guide)?;
            for hop in &hops {
                if distances.insert(hop.node, depth).is_none() {
                    next.push(hop.node);
                }
            }
        }
        if next.is_empty() {
            break;
        }
        level = next;
    }
    Ok(distances)
}

/// Returns for each node the least number of relationships to `ends.to`, never too high for any
/// path from `ends.from`.
pub(super) fn distances_to(
    graph: &Snapshot,
    ends: Ends,
    route: &Route,
    guide: &mut dyn Guide,
) -> Result<HashMap<NodeId, u32>> {
    let mut distances = HashMap::default();
    distances.insert(ends.to, 0);
    let mut level = vec![ends.to];
    let mut hops: Vec<Hop> = Vec::new();
    for depth in 1..=route.max {
        let mut next = Vec::new();
        for node in level {
            hops.clear();
            hops.extend(
                route
                    .backward(graph, node)
                    .filter(|hop| !distances.contains_key(&hop.node)),
            );
            if !guide.is_free() {
                guide.rels(&mut hops, 0)?;
                hops.sort_by_key(|hop| hop.node != ends.from);
                let inner = hops.partition_point(|hop| hop.node == ends.from);
                guide.inner(&mut hops, inner)?;
            }
            guide.pulse(0)?;
            for hop in &hops {
                if distances.insert(hop.node, depth).is_none() {
                    next.push(hop.node);
                }
            }
        }
        if next.is_empty() {
            break;
        }
        level = next;
    }
    Ok(distances)
}

fn admit(hops: &mut Vec<Hop>, guide: &mut dyn Guide) -> Result<()> {
    guide.pulse(0)?;
    if guide.is_free() {
        return Ok(());
    }
    guide.rels(hops, 0)?;
    guide.inner(hops, 0)
}
