//! Nodes by name, as people type it.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;
use roaring::RoaringBitmap;

use crate::value::{NodeId, Value};

use super::column::Column;
use super::fold::fold;
use super::snapshot::Snapshot;

/// A node that [`Snapshot::search_names`] found.
#[derive(Clone, Debug, PartialEq)]
pub struct NameHit {
    /// The node.
    pub node: NodeId,
    /// How well it fits, from 1 (the whole name) down to above 0.
    pub score: f64,
    /// The name, alias or id that fits.
    pub name: Arc<str>,
}

/// How a name fits, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// The whole name.
    Exact,
    /// The name begins so.
    Prefix,
    /// Each word typed begins a word of the name.
    Words,
    /// It stands somewhere in the name.
    Substring,
    /// So many letters are wrong in the name or one of its words.
    Typos(u8),
}

impl Fit {
    fn score(self) -> f64 {
        match self {
            Self::Exact => 1.0,
            Self::Prefix => 0.8,
            Self::Words => 0.6,
            Self::Substring => 0.4,
            Self::Typos(count) => 0.2 / f64::from(count.max(1)),
        }
    }
}

/// The names of a version, built when first searched. Later versions keep it and remember which
/// nodes have changed since.
#[derive(Clone, Debug, Default)]
pub(super) struct Search {
    built: OnceLock<Arc<Names>>,
    /// Nodes whose names are no longer those in `built`; empty as long as that is missing.
    changed: RoaringBitmap,
}

/// All names, folded.
#[derive(Debug, Default)]
struct Names {
    list: Vec<(NodeId, Arc<str>)>,
    /// The folded forms, each followed by a line feed, in order.
    text: String,
    /// Where each form stands and the name it is of, in order of forms.
    forms: Vec<(Range<u32>, u32)>,
    /// Where each word starts and the form it is in, in order of what follows.
    words: Vec<(u32, u32)>,
}

impl Search {
    /// Remembers that a node's names have changed.
    pub(super) fn mark(&mut self, node: NodeId) {
        let Some(built) = self.built.get() else {
            return;
        };
        self.changed.insert(node.0);
        // Looking at each changed node takes longer than building anew.
        if self.changed.len() > 256 + built.list.len() as u64 / 16 {
            *self = Self::default();
        }
    }
}

/// Returns whether values of the key are names.
pub(super) fn is_name_key(key: &str) -> bool {
    matches!(key, "name" | "aliases" | "id") || key.starts_with("name_")
}

impl Snapshot {
    /// Returns the nodes that fit a name, best first, at most `limit`.
    ///
    /// Looks at the keys `name`, `name_…` (as in `name_de`), `aliases` and `id`. Case, accents and
    /// punctuation don't count, and `ä` fits both `a` and `ae`. The order is: the whole name, its
    /// beginning, beginnings of its words, a part of it; then by name. Names with a wrong letter or
    /// two are looked for where none of these fits.
    #[must_use]
    pub fn search_names(&self, text: &str, limit: usize) -> Vec<NameHit> {
        let queries: Vec<_> = fold(text)
            .into_iter()
            .filter(|query| !query.is_empty())
            .collect();
        if queries.is_empty() || limit == 0 {
            return Vec::new();
        }
        let names = self.search.built.get_or_init(|| Arc::new(Names::of(self)));
        let mut best = Best::default();
        for node in &self.search.changed {
            for name in names_of(self, NodeId(node)) {
                let fits = fold(&name)
                    .into_iter()
                    .filter_map(|form| fit(&queries, &form));
                if let Some(fit) = fits.min() {
                    best.add(NodeId(node), fit, &name);
                }
            }
        }
        let from_here = best.0.len();
        let steps: [Step; 3] = [Names::prefixes, Names::begun_words, Names::substrings];
        for step in steps {
            if best.0.len() - from_here < limit {
                names.each(&queries, step, |fit, node, name| {
                    best.add_unless(&self.search.changed, node, fit, name);
                });
            }
        }
        if best.0.values().all(|(fit, _)| matches!(fit, Fit::Typos(_))) {
            names.each(&queries, Names::typos, |fit, node, name| {
                best.add_unless(&self.search.changed, node, fit, name);
            });
        }
        best.into_hits(limit)
    }
}

/// A way to look a query up; tells fits and numbers of names.
type Step = fn(&Names, &str, &mut dyn FnMut(Fit, u32));

/// The best fit of each node.
#[derive(Default)]
struct Best(HashMap<NodeId, (Fit, Arc<str>), RandomState>);

impl Best {
    fn add(&mut self, node: NodeId, fit: Fit, name: &Arc<str>) {
        match self.0.entry(node) {
            Entry::Vacant(entry) => drop(entry.insert((fit, Arc::clone(name)))),
            Entry::Occupied(mut entry) => {
                let (old, known) = entry.get();
                if (fit, name) < (*old, known) {
                    entry.insert((fit, Arc::clone(name)));
                }
            }
        }
    }

    fn add_unless(&mut self, out: &RoaringBitmap, node: NodeId, fit: Fit, name: &Arc<str>) {
        if !out.contains(node.0) {
            self.add(node, fit, name);
        }
    }

    /// Returns the best; those with wrong letters only where there are no others.
    fn into_hits(self, limit: usize) -> Vec<NameHit> {
        let mut all: Vec<_> = self.0.into_iter().collect();
        let right = |fit: Fit| !matches!(fit, Fit::Typos(_));
        if all.iter().any(|(_, (fit, _))| right(*fit)) {
            all.retain(|(_, (fit, _))| right(*fit));
        }
        all.sort_unstable_by(|(node, (fit, name)), (other, (other_fit, other_name))| {
            (fit, name, node).cmp(&(other_fit, other_name, other))
        });
        all.truncate(limit);
        let hit = |(node, (fit, name)): (_, (Fit, _))| NameHit {
            node,
            score: fit.score(),
            name,
        };
        all.into_iter().map(hit).collect()
    }
}

impl Names {
    fn of(graph: &Snapshot) -> Self {
        let mut built = Self::default();
        let mut folded = Vec::new();
        for (key, name) in graph.key_names() {
            let column = graph.node_column(key).filter(|_| is_name_key(name));
            for (node, value) in column.into_iter().flat_map(Column::iter) {
                for text in texts(&value) {
                    let number = small(built.list.len());
                    folded.extend(fold(text).into_iter().map(|form| (form, number)));
                    built.list.push((NodeId(node), Arc::clone(text)));
                }
            }
        }
        folded.sort_unstable();
        for (form, name) in folded {
            built.push(&form, name);
        }
        let text = &built.text;
        built
            .words
            .sort_unstable_by(|a, b| rest(text, a.0).cmp(rest(text, b.0)));
        built
    }

    fn push(&mut self, form: &str, name: u32) {
        // Beyond 4 GiB of names the rest is not found.
        if form.is_empty() || self.text.len() + form.len() >= u32::MAX as usize {
            return;
        }
        let (start, number) = (small(self.text.len()), small(self.forms.len()));
        let gaps = form.bytes().enumerate().filter(|(_, byte)| *byte == b' ');
        let words = std::iter::once(0).chain(gaps.map(|(gap, _)| gap + 1));
        self.words
            .extend(words.map(|word| (start + small(word), number)));
        self.text.push_str(form);
        self.forms.push((start..small(self.text.len()), name));
        self.text.push('\n');
    }

    /// Looks each query up in one of the ways.
    fn each(&self, queries: &[String], step: Step, mut hit: impl FnMut(Fit, NodeId, &Arc<str>)) {
        for query in queries {
            step(self, query, &mut |fit, name| {
                let (node, name) = &self.list[name as usize];
                hit(fit, *node, name);
            });
        }
    }

    fn form(&self, range: &Range<u32>) -> &str {
        self.text
            .get(range.start as usize..range.end as usize)
            .unwrap_or_default()
    }

    /// Names that are or begin with the query.
    fn prefixes(&self, query: &str, hit: &mut dyn FnMut(Fit, u32)) {
        let first = self
            .forms
            .partition_point(|(range, _)| self.form(range) < query);
        for (range, name) in &self.forms[first..] {
            match self.form(range).strip_prefix(query) {
                Some("") => hit(Fit::Exact, *name),
                Some(_) => hit(Fit::Prefix, *name),
                None => break,
            }
        }
    }

    /// Names with a word that begins with the longest word of the query, and words for the others.
    fn begun_words(&self, query: &str, hit: &mut dyn FnMut(Fit, u32)) {
        let longest = query
            .split(' ')
            .max_by_key(|word| word.len())
            .unwrap_or_default();
        let first = self
            .words
            .partition_point(|(word, _)| rest(&self.text, *word) < longest);
        for (word, form) in &self.words[first..] {
            if !rest(&self.text, *word).starts_with(longest) {
                break;
            }
            let (range, name) = &self.forms[*form as usize];
            if begins_words(query, self.form(range)) {
                hit(Fit::Words, *name);
            }
        }
    }

    /// Names that hold the query somewhere.
    fn substrings(&self, query: &str, hit: &mut dyn FnMut(Fit, u32)) {
        for (place, _) in self.text.match_indices(query) {
            let form = self
                .forms
                .partition_point(|(range, _)| range.end as usize <= place);
            if let Some((_, name)) = self.forms.get(form) {
                hit(Fit::Substring, *name);
            }
        }
    }

    /// Names with a few wrong letters.
    fn typos(&self, query: &str, hit: &mut dyn FnMut(Fit, u32)) {
        if bound(query) == 0 {
            return;
        }
        for (range, name) in &self.forms {
            if let Some(fit) = typos(query, self.form(range)) {
                hit(fit, *name);
            }
        }
    }
}

/// Returns how a form fits, as looking it up among all would say.
fn fit(queries: &[String], form: &str) -> Option<Fit> {
    let one = |query: &String| match form.strip_prefix(query.as_str()) {
        Some("") => Some(Fit::Exact),
        Some(_) => Some(Fit::Prefix),
        None if begins_words(query, form) => Some(Fit::Words),
        None if form.contains(query.as_str()) => Some(Fit::Substring),
        None => typos(query, form),
    };
    queries.iter().filter_map(one).min()
}

/// Returns whether each word of the query begins a word of the form.
fn begins_words(query: &str, form: &str) -> bool {
    query
        .split(' ')
        .all(|word| form.split(' ').any(|other| other.starts_with(word)))
}

/// Returns how many letters may be wrong.
fn bound(query: &str) -> usize {
    match query.chars().count() {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// Counts wrong letters: in the whole form, or where the query is one word in one of its words.
fn typos(query: &str, form: &str) -> Option<Fit> {
    let bound = bound(query);
    if bound == 0 {
        return None;
    }
    let count = |text: &str| {
        if text.len().abs_diff(query.len()) > bound * 4 || different(query, text) > 2 * bound {
            return None;
        }
        let count = strsim::osa_distance(query, text);
        (count <= bound).then_some(count)
    };
    let words = (!query.contains(' '))
        .then(|| form.split(' '))
        .into_iter()
        .flatten();
    let least = std::iter::once(form).chain(words).filter_map(count).min()?;
    Some(Fit::Typos(u8::try_from(least).unwrap_or(u8::MAX)))
}

/// Returns at least how many kinds of bytes occur in one text only: a quick test before letters
/// are compared in order.
fn different(a: &str, b: &str) -> usize {
    let kinds = |text: &str| {
        text.bytes()
            .fold(0_u64, |kinds, byte| kinds | 1 << (byte % 64))
    };
    if !a.is_ascii() || !b.is_ascii() {
        return 0;
    }
    (kinds(a) ^ kinds(b)).count_ones() as usize
}

fn names_of(graph: &Snapshot, node: NodeId) -> Vec<Arc<str>> {
    let properties = graph.node_properties(node).into_iter();
    let names = properties.filter(|(key, _)| is_name_key(graph.key_name(*key)));
    names
        .flat_map(|(_, value)| texts(&value).cloned().collect::<Vec<_>>())
        .collect()
}

/// Returns the texts in a value: itself, or those in a list.
fn texts(value: &Value) -> impl Iterator<Item = &Arc<str>> {
    let items = match value {
        Value::List(items) => items,
        other => std::slice::from_ref(other),
    };
    items.iter().filter_map(|item| match item {
        Value::String(text) => Some(text),
        _ => None,
    })
}

/// Returns the text from a word on. What follows its line does not matter: no query holds a line
/// feed, and it comes before all letters.
fn rest(text: &str, word: u32) -> &str {
    text.get(word as usize..).unwrap_or_default()
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::store::{KeyId, Store, Transaction};

    fn text(text: &str) -> Value {
        Value::String(text.into())
    }

    fn add(tx: &mut Transaction, name: &str, more: &[(&str, Value)]) {
        let mut properties = vec![(tx.intern_key("name"), text(name))];
        for (key, value) in more {
            properties.push((tx.intern_key(key), value.clone()));
        }
        tx.create_node(&[], &properties).unwrap();
    }

    fn world() -> Store {
        let store = Store::new(Snapshot::new());
        let mut tx = store.begin();
        add(
            &mut tx,
            "Turkey",
            &[("name_de", text("Türkei")), ("id", text("turkey"))],
        );
        add(&mut tx, "Lillestrøm", &[("note", text("unseen"))]);
        let aliases = Value::List([text("UNGA"), text("UN-Generalversammlung")].into());
        add(
            &mut tx,
            "United Nations General Assembly",
            &[("aliases", aliases)],
        );
        add(&mut tx, "United States", &[("id", text("usa"))]);
        add(&mut tx, "Assembly of the States", &[]);
        tx.commit().unwrap();
        store
    }

    fn check(query: &str, expected: &[(&str, f64)]) {
        let hits = world().snapshot().search_names(query, 10);
        let found: Vec<_> = hits.iter().map(|hit| (&*hit.name, hit.score)).collect();
        assert_eq!(found, expected, "{query}");
    }

    #[test]
    fn names_are_found_as_people_type_them() {
        for query in ["Türkei", "TÜRKEI", "tuerkei", "turkei"] {
            check(query, &[("Türkei", 1.0)]);
        }
        for query in ["Lillestroem", "lillestrom", "Lillestrøm"] {
            check(query, &[("Lillestrøm", 1.0)]);
        }
        check("usa", &[("usa", 1.0)]);
        check("unga", &[("UNGA", 1.0)]);
        check(
            "unite",
            &[
                ("United Nations General Assembly", 0.8),
                ("United States", 0.8),
            ],
        );
        check(
            "states",
            &[("Assembly of the States", 0.6), ("United States", 0.6)],
        );
        check("assembly un", &[("United Nations General Assembly", 0.6)]);
        check("versammlung", &[("UN-Generalversammlung", 0.4)]);
        check("lilestrom", &[("Lillestrøm", 0.2)]);
        check("untied states", &[("United States", 0.2)]);
        for query in ["unseen", "", "—", "zzz"] {
            check(query, &[]);
        }
        let hits = world().snapshot().search_names("un", 1);
        assert_eq!(&*hits[0].name, "UN-Generalversammlung");
    }

    #[test]
    fn the_search_follows_changes() {
        let store = world();
        let old = store.snapshot();
        assert_eq!(old.search_names("unga", 9).len(), 1);
        let mut tx = store.begin();
        let (name, aliases) = (tx.intern_key("name"), tx.intern_key("aliases"));
        tx.set_node_property(NodeId(2), aliases, Value::Null)
            .unwrap();
        tx.set_node_property(NodeId(0), name, text("Unga Bunga"))
            .unwrap();
        tx.delete_node(NodeId(3)).unwrap();
        let new = tx.commit().unwrap();
        assert_eq!(new.search_names("unga", 9)[0].node, NodeId(0));
        assert_eq!(new.search_names("usa", 9), []);
        assert_eq!(old.search_names("unga", 9)[0].node, NodeId(2));
        assert_eq!(old.search_names("usa", 9).len(), 1);
    }

    fn name() -> impl Strategy<Value = String> {
        "[aäAb ]{0,3}[ -]?[abü]{0,5}"
    }

    proptest! {
        /// Looking names up in order finds what looking at each one finds, changed or not.
        #[test]
        fn the_index_agrees_with_looking_at_each_name(
            names in prop::collection::vec((name(), name()), 1..12),
            changes in prop::collection::vec((0..14u32, name()), 0..4),
            query in name(),
        ) {
            let store = Store::new(Snapshot::new());
            let mut tx = store.begin();
            for (one, other) in &names {
                add(&mut tx, one, &[("aliases", Value::List([text(other)].into()))]);
            }
            assert_eq!(tx.commit().unwrap().search_names("x", 1), []);
            let mut tx = store.begin();
            for (node, name) in &changes {
                let node = NodeId(*node % u32::try_from(names.len()).unwrap());
                tx.set_node_property(node, KeyId(0), text(name)).unwrap();
            }
            let graph = tx.commit().unwrap();
            let queries: Vec<_> = fold(&query).into_iter().filter(|q| !q.is_empty()).collect();
            let mut best = Best::default();
            for node in graph.nodes() {
                for name in names_of(&graph, node) {
                    let fit = fold(&name).into_iter().filter_map(|form| fit(&queries, &form)).min();
                    if let Some(fit) = fit {
                        best.add(node, fit, &name);
                    }
                }
            }
            prop_assert_eq!(graph.search_names(&query, 100), best.into_hits(100));
        }
    }
}
