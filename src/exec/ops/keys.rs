//! Keys as small numbers: what grouping, `DISTINCT` and joins are made of.
//!
//! Each key column is coded as `u32`: ids, dictionary codes and small integers as they are, all
//! else by a table of values. The codes of a row are packed into one number.

use std::sync::Arc;

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashTable};

use super::row_number;
use crate::exec::column::{Cells, Column, value_bytes};
use crate::exec::later;
use crate::store::Dictionary;
use crate::value::{NodeId, RelId, Value, equivalent, hash};

/// The code of null in every column.
const NULL: u32 = u32::MAX;
/// Up to here single codes are looked up in an array.
const DENSE: u32 = 1 << 22;
/// An array has at most about so many places for each code in it.
const ROOM: usize = 32;

/// Gives each combination of key values a number, in order of appearance.
#[derive(Debug)]
pub(super) struct Groups {
    coders: Vec<Coder>,
    table: Table,
    /// The codes of all groups, one after another.
    codes: Vec<u32>,
    len: usize,
}

#[derive(Debug)]
enum Table {
    /// For no key at all: one group.
    None,
    /// By code, where there are few; with the largest of them, null aside.
    One(HashMap<u32, u32>, u32),
    /// By code, null first; the group's number plus one.
    Dense(Vec<u32>),
    Two(HashMap<u64, u32>),
    Four(HashMap<u128, u32>),
    Many(HashMap<Box<[u32]>, u32>),
}

impl Table {
    fn new(keys: usize) -> Self {
        match keys {
            0 => Self::None,
            1 => Self::One(HashMap::new(), 0),
            2 => Self::Two(HashMap::new()),
            3 | 4 => Self::Four(HashMap::new()),
            _ => Self::Many(HashMap::new()),
        }
    }

    /// Returns the number of the group of these codes, or gives it `next`.
    fn number(&mut self, codes: &[u32], next: u32) -> u32 {
        if let (Self::Dense(_), [code]) = (&*self, codes)
            && *code >= DENSE
            && *code != NULL
        {
            self.spread();
        }
        match self {
            Self::None => 0,
            Self::One(map, largest) => {
                let code = codes.first().copied().unwrap_or(NULL);
                let number = *map.entry(code).or_insert(next);
                if number == next && code != NULL {
                    *largest = code.max(*largest);
                    if *largest < DENSE && *largest as usize <= map.len() * ROOM {
                        self.close_up();
                    }
                }
                number
            }
            Self::Dense(places) => {
                let place = codes.first().map_or(0, |code| code.wrapping_add(1)) as usize;
                if places.len() <= place {
                    places.resize((place + 1).next_power_of_two(), 0);
                }
                let number = &mut places[place];
                if *number == 0 {
                    *number = next + 1;
                }
                *number - 1
            }
            Self::Two(map) => *map.entry(pack_two(codes)).or_insert(next),
            Self::Four(map) => *map.entry(pack_four(codes)).or_insert(next),
            Self::Many(map) => match map.get(codes) {
                Some(number) => *number,
                None => *map.entry(codes.into()).or_insert(next),
            },
        }
    }

    /// Returns the number of the group of these codes, if there is one.
    fn find(&self, codes: &[u32]) -> Option<u32> {
        match self {
            Self::None => Some(0),
            Self::One(map, _) => map.get(codes.first()?).copied(),
            Self::Dense(places) => {
                let place = codes.first().map_or(0, |code| code.wrapping_add(1)) as usize;
                places.get(place)?.checked_sub(1)
            }
            Self::Two(map) => map.get(&pack_two(codes)).copied(),
            Self::Four(map) => map.get(&pack_four(codes)).copied(),
            Self::Many(map) => map.get(codes).copied(),
        }
    }

    /// Goes over from an array to a hash table, where codes get large.
    fn spread(&mut self) {
        if let Self::Dense(places) = self {
            let used = (0_u32..).zip(&*places).filter(|(_, number)| **number > 0);
            let map = used.map(|(place, number)| (place.wrapping_sub(1), number - 1));
            *self = Self::One(map.collect(), DENSE);
        }
    }

    /// Goes over from a hash table to an array, where there are many codes.
    fn close_up(&mut self) {
        if let Self::One(map, largest) = self {
            let mut places = vec![0; (*largest as usize + 2).next_power_of_two()];
            for (code, number) in &*map {
                places[code.wrapping_add(1) as usize] = number + 1;
            }
            *self = Self::Dense(places);
        }
    }
}

fn pack_two(codes: &[u32]) -> u64 {
    codes
        .iter()
        .fold(0, |packed, code| packed << 32 | u64::from(*code))
}

fn pack_four(codes: &[u32]) -> u128 {
    codes
        .iter()
        .fold(0, |packed, code| packed << 32 | u128::from(*code))
}

impl Groups {
    pub(super) fn new(keys: usize) -> Self {
        Self {
            coders: (0..keys).map(|_| Coder::default()).collect(),
            table: Table::new(keys),
            codes: Vec::new(),
            len: 0,
        }
    }

    /// Returns groups of as many keys, none of them seen.
    pub(super) fn fresh(&self) -> Self {
        Self::new(self.coders.len())
    }

    /// Returns how many groups there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Returns about how many bytes the groups take.
    pub(super) fn bytes(&self) -> usize {
        let values: usize = self.coders.iter().map(|coder| coder.bytes).sum();
        self.codes.len() * 4 + self.len * 32 + values
    }

    /// Returns the group of each row; new ones get the next numbers.
    pub(super) fn assign(&mut self, columns: &[Arc<Column>], rows: usize) -> Vec<u32> {
        let encoded = self.encode(columns);
        let mut numbers = Vec::with_capacity(rows);
        if let (Table::Two(map), [first, second]) = (&mut self.table, encoded.as_slice()) {
            for (&a, &b) in first.iter().zip(second) {
                let next = row_number(self.len);
                let number = *map.entry(pack_two(&[a, b])).or_insert(next);
                if number == next {
                    self.len += 1;
                    self.codes.extend([a, b]);
                }
                numbers.push(number);
            }
            return numbers;
        }
        let mut codes = vec![0; columns.len()];
        for row in 0..rows {
            for (code, column) in codes.iter_mut().zip(&encoded) {
                *code = column[row];
            }
            let next = row_number(self.len);
            let number = self.table.number(&codes, next);
            if number == next {
                self.len += 1;
                self.codes.extend_from_slice(&codes);
            }
            numbers.push(number);
        }
        numbers
    }

    /// Returns the group of each row, as far as there is one. A row with a null key has none.
    pub(super) fn find(&mut self, columns: &[Arc<Column>], rows: usize) -> Vec<Option<u32>> {
        let encoded = self.encode(columns);
        let mut codes = vec![0; columns.len()];
        (0..rows)
            .map(|row| {
                for (code, column) in codes.iter_mut().zip(&encoded) {
                    *code = column[row];
                }
                if codes.contains(&NULL) {
                    return None;
                }
                self.table.find(&codes)
            })
            .collect()
    }

    /// Returns the values of one key of the groups in a range.
    pub(super) fn column(&self, key: usize, range: std::ops::Range<usize>) -> Column {
        let keys = self.coders.len();
        self.coders[key].column(range.map(|group| self.codes[group * keys + key]))
    }

    fn encode(&mut self, columns: &[Arc<Column>]) -> Vec<Vec<u32>> {
        let mut encoded = Vec::with_capacity(columns.len());
        for (key, column) in columns.iter().enumerate() {
            let mut codes = Vec::with_capacity(column.len());
            if !self.coders[key].encode(column, &mut codes) {
                self.generalize(key);
                codes.clear();
                self.coders[key].encode(column, &mut codes);
            }
            encoded.push(codes);
        }
        encoded
    }

    /// Codes one key anew as general values, where a column of another type comes along.
    fn generalize(&mut self, key: usize) {
        let keys = self.coders.len();
        let old = std::mem::take(&mut self.coders[key]);
        let coder = &mut self.coders[key];
        coder.kind = Kind::General;
        for codes in self.codes.chunks_exact_mut(keys) {
            codes[key] = coder.intern(&old.value(codes[key]));
        }
        self.table = Table::new(keys);
        for (number, codes) in (0_u32..).zip(self.codes.chunks_exact(keys)) {
            self.table.number(codes, number);
        }
    }
}

/// Codes the values of one key.
#[derive(Debug, Default)]
struct Coder {
    kind: Kind,
    /// The hash and code of each value: to make room for more, no value needs to be looked at.
    numbers: HashTable<(u64, u32)>,
    hasher: FixedState,
    values: Vec<Value>,
    bytes: usize,
}

#[derive(Debug, Default)]
enum Kind {
    #[default]
    Unknown,
    Node,
    Rel,
    Int,
    Bool,
    Text(Arc<Dictionary>),
    General,
}

impl Drop for Coder {
    fn drop(&mut self) {
        let values = std::mem::take(&mut self.values);
        let parts = values.len();
        later::free(values, parts);
    }
}

impl Coder {
    /// Codes a column; false if it does not fit the kind of the ones before.
    fn encode(&mut self, column: &Column, codes: &mut Vec<u32>) -> bool {
        if let Column::Const(value, len) = column {
            return self.encode_constant(value, *len, codes);
        }
        if matches!(self.kind, Kind::Unknown) {
            self.kind = match column {
                Column::Node(_) => Kind::Node,
                Column::Rel(_) => Kind::Rel,
                Column::I64(_) => Kind::Int,
                Column::Bool(_) => Kind::Bool,
                Column::Str(_, dictionary) => Kind::Text(Arc::clone(dictionary)),
                Column::F64(_) | Column::Values(_) | Column::Const(..) => Kind::General,
            };
        }
        match (&self.kind, column) {
            (Kind::Node, Column::Node(cells)) | (Kind::Rel, Column::Rel(cells)) => {
                put(cells, codes, Some)
            }
            (Kind::Int, Column::I64(cells)) => put(cells, codes, small),
            (Kind::Bool, Column::Bool(cells)) => put(cells, codes, |cell| Some(u32::from(cell))),
            (Kind::Text(known), Column::Str(cells, dictionary))
                if Arc::ptr_eq(known, dictionary) =>
            {
                put(cells, codes, Some)
            }
            (Kind::General, column) => {
                codes.extend((0..column.len()).map(|row| self.intern(&column.cell(row))));
                true
            }
            _ => false,
        }
    }

    fn encode_constant(&mut self, value: &Value, len: usize, codes: &mut Vec<u32>) -> bool {
        let code = match (&self.kind, value) {
            (_, Value::Null) => Some(NULL),
            (Kind::Node, Value::Node(node)) => Some(node.0),
            (Kind::Rel, Value::Rel(rel)) => Some(rel.0),
            (Kind::Int, Value::Int(value)) => small(*value),
            (Kind::Bool, Value::Bool(value)) => Some(u32::from(*value)),
            (Kind::Text(dictionary), Value::String(text)) => dictionary.code(text),
            (Kind::General, value) => Some(self.intern(value)),
            (Kind::Unknown, Value::Node(_) | Value::Rel(_) | Value::Int(_) | Value::Bool(_)) => {
                self.kind = match value {
                    Value::Node(_) => Kind::Node,
                    Value::Rel(_) => Kind::Rel,
                    Value::Int(_) => Kind::Int,
                    _ => Kind::Bool,
                };
                return self.encode_constant(value, len, codes);
            }
            (Kind::Unknown, value) => {
                self.kind = Kind::General;
                Some(self.intern(value))
            }
            _ => None,
        };
        codes.extend(std::iter::repeat_n(code.unwrap_or(NULL), len));
        code.is_some()
    }

    fn intern(&mut self, value: &Value) -> u32 {
        if value.is_null() {
            return NULL;
        }
        let mut hasher = self.hasher.build_hasher();
        hash(value, &mut hasher);
        let hash = hasher.finish();
        let is_value = |&(other, code): &(u64, u32)| {
            other == hash && equivalent(&self.values[code as usize], value)
        };
        if let Some((_, code)) = self.numbers.find(hash, is_value) {
            return *code;
        }
        let code = u32::try_from(self.values.len()).unwrap_or(NULL);
        self.numbers
            .insert_unique(hash, (hash, code), |(hash, _)| *hash);
        self.bytes += value_bytes(value) + 48;
        self.values.push(value.clone());
        code
    }

    fn value(&self, code: u32) -> Value {
        if code == NULL {
            return Value::Null;
        }
        match &self.kind {
            Kind::Unknown => Value::Null,
            Kind::Node => Value::Node(NodeId(code)),
            Kind::Rel => Value::Rel(RelId(code)),
            Kind::Int => Value::Int(large(code)),
            Kind::Bool => Value::Bool(code != 0),
            Kind::Text(dictionary) => dictionary
                .get(code)
                .map_or(Value::Null, |text| Value::String(Arc::clone(text))),
            Kind::General => self
                .values
                .get(code as usize)
                .cloned()
                .unwrap_or(Value::Null),
        }
    }

    fn column(&self, codes: impl Iterator<Item = u32>) -> Column {
        let direct = |codes: Vec<u32>| {
            let valid = codes.iter().map(|code| *code != NULL).collect();
            let values = codes
                .into_iter()
                .map(|code| if code == NULL { 0 } else { code });
            Cells::new(values.collect(), valid)
        };
        match &self.kind {
            Kind::Node => Column::Node(direct(codes.collect())),
            Kind::Rel => Column::Rel(direct(codes.collect())),
            Kind::Text(dictionary) => Column::Str(direct(codes.collect()), Arc::clone(dictionary)),
            Kind::Unknown | Kind::Int | Kind::Bool | Kind::General => {
                Column::from_values(codes.map(|code| self.value(code)).collect())
            }
        }
    }
}

/// Codes the cells of a typed column; false where one has no code.
fn put<T: Copy>(cells: &Cells<T>, codes: &mut Vec<u32>, code: impl Fn(T) -> Option<u32>) -> bool {
    for row in 0..cells.values.len() {
        codes.push(match cells.get(row) {
            None => NULL,
            Some(cell) => match code(cell) {
                Some(code) => code,
                None => return false,
            },
        });
    }
    true
}

/// Codes an integer near zero.
fn small(value: i64) -> Option<u32> {
    let folded = if value < 0 {
        value.checked_mul(-2)?.checked_sub(1)?
    } else {
        value.checked_mul(2)?
    };
    u32::try_from(folded).ok().filter(|code| *code < NULL)
}

/// The integer of a code.
fn large(code: u32) -> i64 {
    let half = i64::from(code / 2);
    if code.is_multiple_of(2) {
        half
    } else {
        -half - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_integers_are_coded_both_ways() {
        for value in [
            0,
            1,
            -1,
            2,
            -2,
            1_000_000,
            -1_000_000,
            i64::from(i32::MAX) - 1,
        ] {
            assert_eq!(small(value).map(large), Some(value), "{value}");
        }
        assert_eq!(small(i64::MAX), None);
        assert_eq!(small(i64::MIN), None);
        assert_eq!(small(1 << 40), None);
    }

    #[test]
    fn groups_survive_a_change_of_type() {
        let ints = |values: &[i64]| Arc::new(Column::I64(Cells::full(values.to_vec())));
        let floats = |values: &[f64]| Arc::new(Column::F64(Cells::full(values.to_vec())));
        let mut groups = Groups::new(1);
        assert_eq!(groups.assign(&[ints(&[7, 8, 7])], 3), [0, 1, 0]);
        assert_eq!(groups.assign(&[ints(&[8, 1 << 40])], 2), [1, 2]);
        assert_eq!(groups.assign(&[floats(&[7.0, 7.5, 8.0])], 3), [0, 3, 1]);
        assert_eq!(groups.assign(&[Arc::new(Column::nulls(2))], 2), [4, 4]);
        assert_eq!(groups.find(&[ints(&[9, 8])], 2), [None, Some(1)]);
    }

    #[test]
    fn large_codes_leave_the_array() {
        let nodes = |ids: &[u32]| Arc::new(Column::nodes(ids.to_vec()));
        let mut groups = Groups::new(1);
        assert_eq!(groups.assign(&[nodes(&[0, 5])], 2), [0, 1]);
        assert_eq!(groups.assign(&[nodes(&[DENSE + 1, 5, 0])], 3), [2, 1, 0]);
        assert_eq!(groups.assign(&[Arc::new(Column::nulls(1))], 1), [3]);
        assert_eq!(groups.assign(&[nodes(&[DENSE + 1])], 1), [2]);
    }

    #[test]
    fn numbers_stay_when_codes_get_many() {
        let mut groups = Groups::new(1);
        let mut model: HashMap<Option<u32>, u32> = HashMap::new();
        let far = (0..300).map(|i| Some(i * 7919 % 300 * 400));
        let near = (0..9000).map(|i| Some(i * 7919 % 9000));
        let large = [None, Some(DENSE + 7), Some(3), Some(DENSE - 1)].into_iter();
        let codes: Vec<Option<u32>> = far.chain([None]).chain(near).chain(large).collect();
        for part in codes.chunks(100) {
            let expected: Vec<u32> = part
                .iter()
                .map(|code| {
                    let next = row_number(model.len());
                    *model.entry(*code).or_insert(next)
                })
                .collect();
            let values = part.iter().map(|code| code.unwrap_or(0)).collect();
            let cells = Cells::new(values, part.iter().map(Option::is_some).collect());
            let columns = [Arc::new(Column::Node(cells))];
            assert_eq!(groups.assign(&columns, part.len()), expected);
            let found = groups.find(&columns, part.len());
            let expected = part.iter().zip(expected);
            let expected: Vec<_> = expected
                .map(|(code, number)| code.map(|_| number))
                .collect();
            assert_eq!(found, expected);
        }
        assert_eq!(groups.len(), model.len());
    }
}
