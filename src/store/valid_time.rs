//! Valid time: when nodes and relationships hold, and which of them hold at a moment.
//!
//! The data set's `[time]` table names the keys. Without it nothing has a valid time, and what has
//! none holds always. Spans are worked out from the columns when they are first asked for, a block
//! of 1,024 elements at a time, and are kept as long as the version; then a test is two comparisons
//! of integers.

use std::sync::OnceLock;

use roaring::RoaringBitmap;

use crate::value::temporal::{Days, NANOS_PER_SECOND, SECONDS_PER_DAY, parse_edtf, read_moment};
use crate::value::{Date, NodeId, RelId, Value, ValueError};

use super::KeyId;
use super::cells::CellSlice;
use super::column::{CHUNK, Column};
use super::columns::Columns;
use super::snapshot::Snapshot;
use super::topology::Hop;
use super::values::ColumnSlice;

/// A moment at which a graph is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// In nanoseconds since 1970-01-01T00:00Z.
    instant: i128,
}

impl Moment {
    /// Returns the end of a day in UTC: what began on the day holds, what ended on it does not.
    #[must_use]
    pub const fn day(date: Date) -> Self {
        let next = date.days() as i128 + 1;
        Self {
            instant: next * NANOS_PER_DAY - 1,
        }
    }

    /// Returns the moment that a value means: a date, a date and time (in UTC where it has no
    /// zone), or one of these as a text.
    ///
    /// # Errors
    /// If it is another value, or a text that cannot be read.
    pub fn of(value: &Value) -> Result<Self, ValueError> {
        let read = read_moment(value)?;
        match (&read, instant(&read)) {
            (Value::Date(date), _) => Ok(Self::day(*date)),
            (_, Some(instant)) => Ok(Self { instant }),
            (_, None) => Err(ValueError::NotAMoment {
                found: read.type_of(),
            }),
        }
    }

    /// The number of the day; days that no date of a block of days has are moved to its borders.
    fn in_days(self) -> i32 {
        let days = self.instant.div_euclid(NANOS_PER_DAY);
        let days = days.clamp(i128::from(i32::MIN), i128::from(i32::MAX - 1));
        i32::try_from(days).expect("it was moved into the range")
    }
}

/// What holds in a version at a moment. A reference and a few words, to be copied.
#[derive(Clone, Copy, Debug)]
pub struct HoldsAt<'a> {
    graph: &'a Snapshot,
    time: &'a ValidTime,
    moment: Moment,
    day: i32,
}

impl<'a> HoldsAt<'a> {
    /// Returns the version.
    #[must_use]
    pub fn graph(&self) -> &'a Snapshot {
        self.graph
    }

    /// Returns the moment.
    #[must_use]
    pub fn moment(&self) -> Moment {
        self.moment
    }

    /// Returns whether no element of the version has a valid time, so that all tests are true.
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.time.nodes.is_free() && self.time.rels.is_free()
    }

    /// Returns whether a node holds.
    #[must_use]
    #[inline]
    pub fn node_holds(&self, node: NodeId) -> bool {
        let spans = &self.time.nodes;
        spans.is_free() || self.holds(spans, &self.graph.node_columns, node.0)
    }

    /// Returns whether a relationship holds: it and both its ends.
    #[must_use]
    #[inline]
    pub fn rel_holds(&self, rel: RelId) -> bool {
        if !self.rel_itself_holds(rel) {
            return false;
        }
        let record = self.graph.rel(rel);
        self.node_holds(record.start) && self.node_holds(record.end)
    }

    /// Returns whether a relationship's own valid time holds the moment, whatever its ends do.
    #[must_use]
    #[inline]
    pub fn rel_itself_holds(&self, rel: RelId) -> bool {
        let spans = &self.time.rels;
        spans.is_free() || self.holds(spans, &self.graph.rel_columns, rel.0)
    }

    /// Returns whether a hop from a node that holds can be taken: the relationship and the
    /// neighbor hold.
    #[must_use]
    #[inline]
    pub fn hop_holds(&self, hop: &Hop) -> bool {
        self.leads(hop.node, hop.rel)
    }

    /// Returns whether a relationship that leads from a node that holds to this one can be taken.
    #[must_use]
    #[inline]
    pub fn leads(&self, to: NodeId, rel: RelId) -> bool {
        self.rel_itself_holds(rel) && self.node_holds(to)
    }

    /// Drops the hops from `start` on that cannot be taken from a node that holds.
    pub fn retain(&self, hops: &mut Vec<Hop>, start: usize) {
        let mut place = 0;
        hops.retain(|hop| {
            place += 1;
            place <= start || self.hop_holds(hop)
        });
    }

    /// Returns the nodes that hold.
    #[must_use]
    pub fn nodes(&self) -> RoaringBitmap {
        self.among(self.graph.node_bitmap())
    }

    /// Returns those of the nodes that hold.
    #[must_use]
    pub fn among(&self, nodes: &RoaringBitmap) -> RoaringBitmap {
        if self.time.nodes.is_free() {
            return nodes.clone();
        }
        nodes
            .iter()
            .filter(|&node| self.node_holds(NodeId(node)))
            .collect()
    }

    #[inline]
    fn holds(&self, spans: &Spans, columns: &Columns, row: u32) -> bool {
        let Some(block) = spans.blocks.get(row as usize / CHUNK) else {
            return true;
        };
        let chunk = row / Column::CHUNK;
        let block = block.get_or_init(|| Block::read(&spans.keys, columns, chunk));
        match block {
            Block::Always => true,
            Block::Days(days) => {
                let span = days[row as usize % CHUNK];
                span.from <= self.day && self.day < span.until
            }
            Block::Instants(instants) => {
                let span = instants[row as usize % CHUNK];
                span.from <= self.moment.instant && self.moment.instant < span.until
            }
        }
    }
}

impl Snapshot {
    /// Returns what holds at a moment, by the keys of the data set's `[time]` table.
    #[must_use]
    pub fn holds_at(&self, moment: Moment) -> HoldsAt<'_> {
        let time = &self.derived.valid_time;
        HoldsAt {
            graph: self,
            time: time.get_or_init(|| ValidTime::of(self)),
            moment,
            day: moment.in_days(),
        }
    }

    /// Returns since when a node holds, a date or a date and time; null where that is not known.
    #[must_use]
    pub fn node_valid_from(&self, node: NodeId) -> Value {
        TimeKeys::of(self).from(|key| self.node_property(node, key))
    }

    /// Returns from when on a node does not hold any more; null where that is not known.
    #[must_use]
    pub fn node_valid_until(&self, node: NodeId) -> Value {
        TimeKeys::of(self).until(|key| self.node_property(node, key))
    }

    /// Returns since when a relationship itself holds; null where that is not known.
    #[must_use]
    pub fn rel_valid_from(&self, rel: RelId) -> Value {
        TimeKeys::of(self).from(|key| self.rel_property(rel, key))
    }

    /// Returns from when on a relationship itself does not hold any more; null where that is not
    /// known.
    #[must_use]
    pub fn rel_valid_until(&self, rel: RelId) -> Value {
        TimeKeys::of(self).until(|key| self.rel_property(rel, key))
    }
}

/// When the elements of a version hold.
#[derive(Debug)]
pub(super) struct ValidTime {
    nodes: Spans,
    rels: Spans,
}

impl ValidTime {
    fn of(graph: &Snapshot) -> Self {
        let keys = TimeKeys::of(graph);
        Self {
            nodes: Spans::new(keys, &graph.node_columns, graph.node_bound()),
            rels: Spans::new(keys, &graph.rel_columns, graph.rel_bound()),
        }
    }
}

/// The keys of valid time that a version knows.
#[derive(Clone, Copy, Debug, Default)]
struct TimeKeys {
    from: Option<KeyId>,
    until: Option<KeyId>,
    on: Option<KeyId>,
    text: Option<KeyId>,
}

impl TimeKeys {
    fn of(graph: &Snapshot) -> Self {
        let Some(time) = &graph.schema().dataset.time else {
            return Self::default();
        };
        let key = |name: &Option<String>| graph.key(name.as_deref()?);
        Self {
            from: key(&time.from),
            until: key(&time.until),
            on: key(&time.on),
            text: key(&time.text),
        }
    }

    fn all(self) -> impl Iterator<Item = KeyId> {
        let keys = [self.from, self.until, self.on, self.text];
        keys.into_iter().flatten()
    }

    /// The written beginning; else the day of the act; else the first day of a partial date.
    fn from(self, get: impl Fn(KeyId) -> Value) -> Value {
        let mut keys = [self.from, self.on].into_iter().flatten();
        let written = keys.find_map(|key| read_moment(&get(key)).ok());
        let derived = || self.partial(&get)?.from.map(Value::Date);
        written.or_else(derived).unwrap_or(Value::Null)
    }

    /// The written end; else the day after the last one of an interval.
    fn until(self, get: impl Fn(KeyId) -> Value) -> Value {
        let written = self.until.and_then(|key| read_moment(&get(key)).ok());
        let derived = || self.partial(&get)?.until.map(Value::Date);
        written.or_else(derived).unwrap_or(Value::Null)
    }

    fn partial(self, get: impl Fn(KeyId) -> Value) -> Option<Days> {
        match get(self.text?) {
            Value::String(text) => parse_edtf(&text),
            _ => None,
        }
    }
}

/// The spans of all nodes, or of all relationships.
#[derive(Debug)]
struct Spans {
    keys: TimeKeys,
    /// None where no element has a span.
    blocks: Box<[OnceLock<Block>]>,
}

impl Spans {
    fn new(keys: TimeKeys, columns: &Columns, bound: u32) -> Self {
        let used = keys
            .all()
            .any(|key| columns.get(key).is_some_and(|column| column.count() > 0));
        let blocks = if used {
            bound.div_ceil(Column::CHUNK)
        } else {
            0
        };
        Self {
            keys,
            blocks: (0..blocks).map(|_| OnceLock::new()).collect(),
        }
    }

    #[inline]
    fn is_free(&self) -> bool {
        self.blocks.is_empty()
    }
}

/// From when until when an element holds, in days or nanoseconds; the least and the greatest
/// number where there is no limit.
#[derive(Clone, Copy, Debug)]
struct Span<T> {
    from: T,
    until: T,
}

/// The spans of [`CHUNK`] elements.
#[derive(Debug)]
enum Block {
    /// None has a span.
    Always,
    /// All limits are days that 32 bits can number.
    Days(Box<[Span<i32>]>),
    /// Some limits are finer, or very far.
    Instants(Box<[Span<i128>]>),
}

impl Block {
    fn read(keys: &TimeKeys, columns: &Columns, chunk: u32) -> Self {
        let mut columns_of = keys.all().filter_map(|key| columns.get(key));
        if columns_of.all(|column| matches!(column.slice(chunk), ColumnSlice::Empty)) {
            return Self::Always;
        }
        Self::of_days(keys, columns, chunk)
            .unwrap_or_else(|| Self::one_by_one(keys, columns, chunk))
    }

    /// Reads columns of dates as they lie in memory; nothing where one holds something else.
    fn of_days(keys: &TimeKeys, columns: &Columns, chunk: u32) -> Option<Self> {
        let slice = |key: Option<KeyId>| {
            let column = key.and_then(|key| columns.get(key));
            column.map_or(ColumnSlice::Empty, |column| column.slice(chunk))
        };
        if !matches!(slice(keys.text), ColumnSlice::Empty) {
            return None;
        }
        let mut spans = vec![FREE_DAYS; CHUNK].into_boxed_slice();
        for key in [keys.on, keys.from] {
            each_day(slice(key), |row, day| spans[row].from = day)?;
        }
        each_day(slice(keys.until), |row, day| spans[row].until = day)?;
        Some(Self::Days(spans))
    }

    fn one_by_one(keys: &TimeKeys, columns: &Columns, chunk: u32) -> Self {
        let first = chunk * Column::CHUNK;
        let limits: Vec<(Value, Value)> = (first..first + Column::CHUNK)
            .map(|row| {
                let get = |key| columns.value(row, key);
                (keys.from(get), keys.until(get))
            })
            .collect();
        let days = limits.iter().map(|(from, until)| {
            Some(Span {
                from: days(from, FREE_DAYS.from)?,
                until: days(until, FREE_DAYS.until)?,
            })
        });
        if let Some(days) = days.collect::<Option<_>>() {
            return Self::Days(days);
        }
        let instants = limits.iter().map(|(from, until)| Span {
            from: instant(from).unwrap_or(i128::MIN),
            until: instant(until).unwrap_or(i128::MAX),
        });
        Self::Instants(instants.collect())
    }
}

const FREE_DAYS: Span<i32> = Span {
    from: i32::MIN,
    until: i32::MAX,
};

const NANOS_PER_DAY: i128 = (NANOS_PER_SECOND * SECONDS_PER_DAY) as i128;

/// Calls `put` for each date of a chunk; nothing is returned where there are other values, or dates
/// that are borders of 32 bits.
fn each_day(slice: ColumnSlice<'_>, mut put: impl FnMut(usize, i32)) -> Option<()> {
    let mut put = |row: usize, day: i32| {
        put(row, day);
        (FREE_DAYS.from < day && day < FREE_DAYS.until - 1).then_some(())
    };
    match slice {
        ColumnSlice::Empty => Some(()),
        ColumnSlice::Days(CellSlice::Sparse { rows, values }) => rows
            .iter()
            .zip(values)
            .try_for_each(|(row, day)| put(usize::from(*row), *day)),
        ColumnSlice::Days(CellSlice::Dense { valid, values }) => values
            .iter()
            .enumerate()
            .filter(|(row, _)| valid[row / 64] >> (row % 64) & 1 == 1)
            .try_for_each(|(row, day)| put(row, *day)),
        _ => None,
    }
}

/// The number of a day; `free` for null, nothing for what is not a day of 32 bits.
fn days(limit: &Value, free: i32) -> Option<i32> {
    match limit {
        Value::Null => Some(free),
        Value::Date(date) => {
            let day = i32::try_from(date.days()).ok()?;
            (FREE_DAYS.from < day && day < FREE_DAYS.until - 1).then_some(day)
        }
        _ => None,
    }
}

/// A limit's nanoseconds since 1970-01-01T00:00Z; a date is its beginning.
fn instant(limit: &Value) -> Option<i128> {
    let (seconds, nanos) = match limit {
        Value::Date(date) => return Some(i128::from(date.days()) * NANOS_PER_DAY),
        Value::LocalDateTime(local) => (local.seconds(), local.time().nanosecond()),
        Value::DateTime(moment) => (moment.seconds(), moment.nanosecond()),
        _ => return None,
    };
    Some(i128::from(seconds) * i128::from(NANOS_PER_SECOND) + i128::from(nanos))
}
