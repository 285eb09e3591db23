//! Small graphs: loops, parallel relationships, a few types and labels, numbers that may be
//! missing, and times at which things hold.

use crate::random::Random;

/// Labels of nodes.
pub(crate) const LABELS: &[&str] = &["A", "B"];
/// Types of relationships.
pub(crate) const TYPES: &[&str] = &["R", "S", "T"];

/// A graph; nodes and relationships are known by their number.
#[derive(Clone, Debug)]
pub(crate) struct Graph {
    pub(crate) nodes: Vec<Node>,
    pub(crate) rels: Vec<Rel>,
}

#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) labels: Vec<&'static str>,
    /// The property `i`.
    pub(crate) number: Option<i64>,
    pub(crate) span: Span,
}

/// From which day on something holds, and from which on no more.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) from: Option<usize>,
    pub(crate) until: Option<usize>,
}

#[derive(Clone, Debug)]
pub(crate) struct Rel {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) kind: &'static str,
    /// The property `i`.
    pub(crate) number: Option<i64>,
    pub(crate) span: Span,
}

impl Span {
    fn random(random: &mut Random) -> Self {
        let mut day = |percent| random.percent(percent).then(|| 1 + random.below(6));
        Self {
            from: day(15),
            until: day(15),
        }
    }

    pub(crate) fn holds(self, day: usize) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day < until)
    }
}

impl Graph {
    pub(crate) fn random(random: &mut Random) -> Self {
        let nodes = 1 + random.below(6);
        let rels = random.below(2 * nodes.min(5) + 1);
        let number = |random: &mut Random| {
            let number = [0, 1, 2][random.below(3)];
            (!random.percent(8)).then_some(number)
        };
        let node = |random: &mut Random| Node {
            labels: LABELS
                .iter()
                .copied()
                .filter(|_| random.percent(50))
                .collect(),
            number: number(random),
            span: Span::random(random),
        };
        let rel = |random: &mut Random| Rel {
            from: random.below(nodes),
            to: random.below(nodes),
            kind: random.pick(TYPES),
            number: number(random),
            span: Span::random(random),
        };
        Self {
            nodes: (0..nodes).map(|_| node(random)).collect(),
            rels: (0..rels).map(|_| rel(random)).collect(),
        }
    }

    /// Returns the statement that makes the graph.
    pub(crate) fn create(&self) -> String {
        let map = |id: usize, number: Option<i64>, span: Span| {
            let number = number.map_or(String::new(), |number| format!(", i: {number}"));
            let day = |key: &str, day: Option<usize>| {
                day.map_or(String::new(), |day| {
                    format!(", {key}: date('2025-01-0{day}')")
                })
            };
            let span = day("from", span.from) + &day("until", span.until);
            format!("{{id: {id}{number}{span}}}")
        };
        let nodes = self.nodes.iter().enumerate().map(|(id, node)| {
            let labels: String = node
                .labels
                .iter()
                .map(|label| format!(":{label}"))
                .collect();
            format!("(n{id}{labels} {})", map(id, node.number, node.span))
        });
        let rels = self.rels.iter().enumerate().map(|(id, rel)| {
            let (from, to, kind) = (rel.from, rel.to, rel.kind);
            format!(
                "(n{from})-[:{kind} {}]->(n{to})",
                map(id, rel.number, rel.span)
            )
        });
        format!(
            "CREATE {}",
            nodes.chain(rels).collect::<Vec<_>>().join(", ")
        )
    }

    /// Returns graphs that lack one relationship, or the last node if nothing hangs on it.
    pub(crate) fn smaller(&self) -> Vec<Self> {
        let mut out: Vec<Self> = (0..self.rels.len())
            .map(|rel| {
                let mut fewer = self.clone();
                fewer.rels.remove(rel);
                fewer
            })
            .collect();
        let last = self.nodes.len() - 1;
        if last > 0
            && self
                .rels
                .iter()
                .all(|rel| rel.from != last && rel.to != last)
        {
            let mut fewer = self.clone();
            fewer.nodes.pop();
            out.push(fewer);
        }
        out
    }
}
