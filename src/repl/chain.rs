//! Paths as people read them: `Microsoft ──interested in──▶ AI Panel ◀──supports── China`.

use std::fmt;

/// A walk from one node to another. Steps over several relationships between the same two nodes
/// are one step with several links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chain {
    pub(super) start: String,
    pub(super) steps: Vec<Step>,
}

/// From one node of a chain to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) links: Vec<Link>,
    pub(super) to: String,
}

/// What joins two neighbors of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) way: Way,
    /// The relationship type in plain words.
    pub(super) words: String,
    /// Days on which, or spans in which, it holds; each once.
    pub(super) dates: Vec<String>,
    /// Numbers of the sources that say so.
    pub(super) sources: Vec<usize>,
    /// Whether it speaks for something (1) or against it (-1); 0 where it does neither.
    pub(super) polarity: i64,
}

/// Which way a relationship points, as one reads the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// To the next node.
    Forward,
    /// To the node before.
    Backward,
}

impl Chain {
    /// What the stances on the way come to: the product of their polarities and their number.
    /// Nothing without a stance, or where a step is for and against at once.
    fn polarity(&self) -> Option<(i64, usize)> {
        let mut product = 1;
        let mut stances = 0;
        for step in &self.steps {
            let mut signs = step.links.iter().map(|link| link.polarity.signum());
            let Some(sign) = signs.find(|sign| *sign != 0) else {
                continue;
            };
            let links = step.links.iter().map(|link| link.polarity.signum());
            if links.into_iter().any(|other| other == -sign) {
                return None;
            }
            product *= sign;
            stances += 1;
        }
        (stances > 0).then_some((product, stances))
    }
}

impl Step {
    /// Adds a link; one that reads the same takes in its dates and sources.
    pub(super) fn join(&mut self, link: Link) {
        let same = |old: &&mut Link| old.way == link.way && old.words == link.words;
        match self.links.iter_mut().find(same) {
            Some(old) => {
                add_new(&mut old.dates, link.dates);
                add_new(&mut old.sources, link.sources);
            }
            None => self.links.push(link),
        }
    }
}

/// Appends what is not there yet.
pub(super) fn add_new<T: PartialEq>(list: &mut Vec<T>, more: Vec<T>) {
    for item in more {
        if !list.contains(&item) {
            list.push(item);
        }
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.start)?;
        for step in &self.steps {
            for (index, link) in step.links.iter().enumerate() {
                let separator = if index == 0 { " " } else { " / " };
                write!(f, "{separator}{link}")?;
            }
            write!(f, " {}", step.to)?;
        }
        // Two actors on one matter stand together or against each other.
        f.write_str(match self.polarity() {
            None => "",
            Some((1, 1)) => "  (+)",
            Some((1, _)) => "  (+ together)",
            Some((_, 1)) => "  (−)",
            Some(_) => "  (− against each other)",
        })
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (tail, head) = match self.way {
            Way::Forward => ("──", "──▶"),
            Way::Backward => ("◀──", "──"),
        };
        write!(f, "{tail}{}", self.words)?;
        if !self.dates.is_empty() {
            write!(f, " ({})", self.dates.join(", "))?;
        }
        if !self.sources.is_empty() {
            f.write_str(" ")?;
        }
        for source in &self.sources {
            write!(f, "[{source}]")?;
        }
        f.write_str(head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(way: Way, words: &str, dates: &[&str], sources: &[usize]) -> Link {
        Link {
            way,
            words: words.into(),
            dates: dates.iter().map(ToString::to_string).collect(),
            sources: sources.to_vec(),
            polarity: match words {
                "supports" => 1,
                "opposes" => -1,
                _ => 0,
            },
        }
    }

    fn step(links: &[Link], to: &str) -> Step {
        let mut step = Step {
            links: Vec::new(),
            to: to.into(),
        };
        for link in links {
            step.join(link.clone());
        }
        step
    }

    fn chain(start: &str, steps: Vec<Step>) -> String {
        let start = start.into();
        Chain { start, steps }.to_string()
    }

    #[test]
    fn arrows_point_as_the_relationships_do() {
        let steps = vec![
            step(&[link(Way::Forward, "interested in", &[], &[])], "AI Panel"),
            step(&[link(Way::Backward, "supports", &[], &[])], "China"),
        ];
        assert_eq!(
            chain("Microsoft", steps),
            "Microsoft ──interested in──▶ AI Panel ◀──supports── China  (+)"
        );
    }

    #[test]
    fn stances_say_whether_the_ends_stand_together() {
        let on = |words| link(Way::Forward, words, &[], &[]);
        let chain_of =
            |first: &[Link], second: &[Link]| chain("A", vec![step(first, "D"), step(second, "B")]);
        let two = chain_of(&[on("opposes")], &[on("opposes")]);
        assert!(two.ends_with("B  (+ together)"), "{two}");
        let against = chain_of(&[on("opposes")], &[on("supports")]);
        assert!(against.ends_with("B  (− against each other)"), "{against}");
        let both = chain_of(&[on("opposes"), on("supports")], &[on("supports")]);
        assert!(both.ends_with(" B"), "{both}");
    }

    #[test]
    fn a_chain_without_steps_is_a_name() {
        assert_eq!(chain("China", vec![]), "China");
    }

    #[test]
    fn parallel_relationships_are_one_step() {
        let both = [
            link(Way::Forward, "opposes", &["2025-04-15"], &[1]),
            link(Way::Backward, "names", &[], &[2]),
            link(
                Way::Forward,
                "opposes",
                &["2025-12-04", "2025-04-15"],
                &[3, 1],
            ),
        ];
        assert_eq!(
            chain("USA", vec![step(&both, "WSIS+20")]),
            "USA ──opposes (2025-04-15, 2025-12-04) [1][3]──▶ / ◀──names [2]── WSIS+20  (−)"
        );
    }
}
