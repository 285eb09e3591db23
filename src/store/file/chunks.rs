//! Parts of a graph as bytes, and back.
//!
//! A part is up to [`GROUP`] chunks of the graph in memory, each as below. Rows are all rows of the
//! chunk (0), a list of 16-bit numbers (1), or a bit each (2); values follow in order of rows.
//!
//! | of | bytes |
//! |---|---|
//! | label sets | count, packed numbers |
//! | relationships | count, packed starts, packed ends, packed types |
//! | values | kind, and if there are any: count, rows, values packed or 8 bytes each |
//! | texts | count, packed lengths, all texts one after the other |

use std::sync::Arc;

use super::pack::{Malformed, Reader, pack};
use super::stored::Stored;
use crate::store::cells::{Cells, row_bits};
use crate::store::column::CHUNK;
use crate::store::values::{Any, Chunk};

/// Chunks in a part: with 31, four or eight bytes a row are just below a power of two.
pub(super) const GROUP: usize = 31;

/// Writes the label sets of a chunk.
pub(super) fn write_sets(out: &mut Vec<u8>, numbers: &[u32]) {
    write_count(out, numbers.len());
    pack(out, numbers.iter().map(|number| i64::from(*number)));
}

/// Reads the label sets of a chunk.
pub(super) fn read_sets(reader: &mut Reader<'_>) -> Result<Vec<u32>, Malformed> {
    let count = read_count(reader)?;
    narrow(reader.unpack(count)?)
}

/// Writes the relationships of a chunk.
pub(super) fn write_rels(out: &mut Vec<u8>, ends: &[(u32, u32)], types: &[u16]) {
    write_count(out, ends.len());
    pack(out, ends.iter().map(|(start, _)| i64::from(*start)));
    pack(out, ends.iter().map(|(_, end)| i64::from(*end)));
    pack(out, types.iter().map(|rel_type| i64::from(*rel_type)));
}

/// Start, end, and type of relationships.
pub(super) type Rels = (Vec<(u32, u32)>, Vec<u16>);

/// Reads the relationships of a chunk.
pub(super) fn read_rels(reader: &mut Reader<'_>) -> Result<Rels, Malformed> {
    let count = read_count(reader)?;
    let starts = narrow::<u32>(reader.unpack(count)?)?;
    let ends = narrow::<u32>(reader.unpack(count)?)?;
    let types = narrow(reader.unpack(count)?)?;
    Ok((starts.into_iter().zip(ends).collect(), types))
}

/// Writes the texts of a chunk.
pub(super) fn write_texts(out: &mut Vec<u8>, texts: &[Arc<str>]) {
    write_count(out, texts.len());
    pack(
        out,
        texts.iter().map(|text| text.len().cast_signed() as i64),
    );
    for text in texts {
        out.extend_from_slice(text.as_bytes());
    }
}

/// Reads the texts of a chunk.
pub(super) fn read_texts(reader: &mut Reader<'_>) -> Result<Vec<Arc<str>>, Malformed> {
    let count = read_count(reader)?;
    let lengths = narrow::<u32>(reader.unpack(count)?)?;
    let texts = lengths.into_iter().map(|length| {
        let bytes = reader.take(length as usize)?;
        let text = std::str::from_utf8(bytes).map_err(|_| Malformed)?;
        Ok(Arc::from(text))
    });
    texts.collect()
}

const EMPTY: u8 = 0;
const INT: u8 = 1;
const FLOAT: u8 = 2;
const BOOL: u8 = 3;
const STR: u8 = 4;
const DATE: u8 = 5;
const MIXED: u8 = 6;

/// Writes the values of a chunk.
pub(super) fn write_values(out: &mut Vec<u8>, chunk: &Chunk) {
    match chunk {
        Chunk::Empty => out.push(EMPTY),
        Chunk::Int(cells) => write_packed(out, INT, cells, |number| *number),
        Chunk::Bool(cells) => write_packed(out, BOOL, cells, |value| i64::from(*value)),
        Chunk::Str(cells) => write_packed(out, STR, cells, |code| i64::from(*code)),
        Chunk::Date(cells) => write_packed(out, DATE, cells, |days| i64::from(*days)),
        Chunk::Float(cells) => {
            write_rows(out, FLOAT, cells);
            for (_, number) in cells.iter() {
                out.extend_from_slice(&number.to_bits().to_le_bytes());
            }
        }
        Chunk::Mixed(cells) => {
            write_rows(out, MIXED, cells);
            for (_, Any(value)) in cells.iter() {
                let taken = std::mem::take(out);
                *out = postcard::to_extend(&Stored::from(value), taken)
                    .expect("plain data is written without fail");
            }
        }
    }
}

fn write_packed<T: Clone + Default>(
    out: &mut Vec<u8>,
    kind: u8,
    cells: &Cells<T>,
    number: impl Fn(&T) -> i64 + Copy,
) {
    write_rows(out, kind, cells);
    // Twice over the cells: once for the smallest, once for the bytes.
    let numbers: Vec<i64> = cells.iter().map(|(_, value)| number(value)).collect();
    pack(out, numbers.iter().copied());
}

const ALL_ROWS: u8 = 0;
const LISTED: u8 = 1;
const BITS: u8 = 2;
/// Up to so many rows are listed.
const FEW: usize = CHUNK / 16;

fn write_rows<T: Clone + Default>(out: &mut Vec<u8>, kind: u8, cells: &Cells<T>) {
    let count = cells.count();
    out.push(kind);
    write_count(out, count);
    if count == CHUNK {
        out.push(ALL_ROWS);
    } else if count <= FEW {
        out.push(LISTED);
        for (row, _) in cells.iter() {
            write_count(out, row);
        }
    } else {
        out.push(BITS);
        for word in row_bits(cells.iter().map(|(row, _)| row)) {
            out.extend_from_slice(&word.to_le_bytes());
        }
    }
}

/// Reads the values of a chunk, whose column has so many texts.
pub(super) fn read_values(reader: &mut Reader<'_>, texts: usize) -> Result<Chunk, Malformed> {
    let kind = reader.u8()?;
    if kind == EMPTY {
        return Ok(Chunk::Empty);
    }
    let rows = read_rows(reader)?;
    let count = rows.len();
    Ok(match kind {
        INT => Chunk::Int(Cells::from_rows(rows, reader.unpack(count)?)),
        BOOL => {
            let values = reader.unpack(count)?.into_iter().map(|value| value != 0);
            Chunk::Bool(Cells::from_rows(rows, values.collect()))
        }
        STR => {
            let codes = narrow::<u32>(reader.unpack(count)?)?;
            if codes.iter().any(|code| *code as usize >= texts) {
                return Err(Malformed);
            }
            Chunk::Str(Cells::from_rows(rows, codes))
        }
        DATE => Chunk::Date(Cells::from_rows(rows, narrow(reader.unpack(count)?)?)),
        FLOAT => {
            let numbers = (0..count).map(|_| reader.u64().map(f64::from_bits));
            let numbers = numbers.collect::<Result<_, _>>()?;
            Chunk::Float(Cells::from_rows(rows, numbers))
        }
        MIXED => {
            let values = (0..count).map(|_| {
                let (stored, rest) = postcard::take_from_bytes(reader.0).map_err(|_| Malformed)?;
                let stored: Stored<'_> = stored;
                reader.0 = rest;
                stored.value().map(Any).ok_or(Malformed)
            });
            let values = values.collect::<Result<_, _>>()?;
            Chunk::Mixed(Cells::from_rows(rows, values))
        }
        _ => return Err(Malformed),
    })
}

fn read_rows(reader: &mut Reader<'_>) -> Result<Vec<u16>, Malformed> {
    let count = read_count(reader)?;
    let rows: Vec<u16> = match reader.u8()? {
        ALL_ROWS => (0..=u16::MAX).take(CHUNK).collect(),
        LISTED => (0..count).map(|_| reader.u16()).collect::<Result<_, _>>()?,
        BITS => {
            let words = (0..CHUNK / 64).map(|_| reader.u64());
            let words = words.collect::<Result<Vec<_>, _>>()?;
            let set = |row: &u16| words[usize::from(*row) / 64] >> (row % 64) & 1 == 1;
            (0..=u16::MAX).take(CHUNK).filter(set).collect()
        }
        _ => return Err(Malformed),
    };
    let ascending = rows.is_sorted_by(|a, b| a < b);
    let inside = rows.last().is_none_or(|row| usize::from(*row) < CHUNK);
    if ascending && inside && rows.len() == count && count > 0 {
        Ok(rows)
    } else {
        Err(Malformed)
    }
}

fn write_count(out: &mut Vec<u8>, count: usize) {
    let count = u16::try_from(count).expect("a chunk has at most 1,024 rows");
    out.extend_from_slice(&count.to_le_bytes());
}

fn read_count(reader: &mut Reader<'_>) -> Result<usize, Malformed> {
    let count = usize::from(reader.u16()?);
    if count <= CHUNK {
        Ok(count)
    } else {
        Err(Malformed)
    }
}

fn narrow<T: TryFrom<i64>>(numbers: Vec<i64>) -> Result<Vec<T>, Malformed> {
    let narrowed = numbers
        .into_iter()
        .map(|number| T::try_from(number).map_err(|_| Malformed));
    narrowed.collect()
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::cast_possible_wrap,
        clippy::cast_precision_loss,
        reason = "the tests count with small numbers"
    )]

    use super::*;
    use crate::store::dictionary::Dictionary;
    use crate::value::{Date, Value};

    /// Writes and reads a chunk with these values, one in `step` rows.
    fn check(step: usize, value: impl Fn(usize) -> Value) {
        let (mut chunk, mut dictionary) = (Chunk::Empty, Dictionary::default());
        for row in (0..CHUNK).step_by(step) {
            chunk.set(row, value(row), &mut dictionary);
        }
        let mut bytes = Vec::new();
        write_values(&mut bytes, &chunk);
        let mut reader = Reader(&bytes);
        let read = read_values(&mut reader, dictionary.len()).unwrap();
        assert_eq!(reader.end(), Ok(()));
        let shown = |chunk: &Chunk| format!("{:?}", chunk.iter(&dictionary).collect::<Vec<_>>());
        assert_eq!(shown(&read), shown(&chunk), "one in {step} rows");
        for length in 0..bytes.len() {
            assert!(read_values(&mut Reader(&bytes[..length]), 5000).is_err());
        }
    }

    #[test]
    fn values_of_every_kind_come_back() {
        for step in [1, 3, 7, 100, 1023] {
            check(step, |row| Value::Int(row as i64 * 1_000_003));
            check(step, |row| Value::Float(1.0 / row as f64));
            check(step, |row| Value::Bool(row % 3 == 0));
            check(step, |row| {
                Value::String(format!("text {}", row % 100).into())
            });
            check(step, |row| {
                Value::Date(Date::from_days(row as i64).unwrap())
            });
            check(step, |row| Value::List([Value::Int(row as i64)].into()));
        }
    }

    #[test]
    fn texts_and_relationships_come_back() {
        let texts: Vec<Arc<str>> = ["", "a", "Lillestrøm", "\0"].map(Arc::from).to_vec();
        let mut bytes = Vec::new();
        write_texts(&mut bytes, &texts);
        write_rels(&mut bytes, &[(1, 2), (u32::MAX, 0)], &[7, u16::MAX]);
        write_sets(&mut bytes, &[0, 3, 3]);
        let mut reader = Reader(&bytes);
        assert_eq!(read_texts(&mut reader), Ok(texts));
        let rels = (vec![(1, 2), (u32::MAX, 0)], vec![7, u16::MAX]);
        assert_eq!(read_rels(&mut reader), Ok(rels));
        assert_eq!(read_sets(&mut reader), Ok(vec![0, 3, 3]));
        assert_eq!(reader.end(), Ok(()));
    }
}
