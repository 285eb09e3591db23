//! What can be reached, and how far it is.

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
    let mut found = RoaringBitmap::new();
    let mut level: Vec<NodeId> = starts.to_vec();
    let mut hops = Vec::new();
    let mut depth = 0;
    while depth < route.max && !level.is_empty() {
        let mut next = Vec::new();
        for node in level {
            hops.clear();
            hops.extend(route.forward(graph, node));
            admit(&mut hops, guide)?;
            next.extend(
                hops.iter()
                    .filter(|hop| found.insert(hop.node.0))
                    .map(|hop| hop.node),
            );
        }
        level = next;
        depth += 1;
    }
    Ok(found)
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
