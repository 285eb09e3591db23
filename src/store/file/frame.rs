//! The frame around every value of the file.
//!
//! ```text
//! byte   0        1         2..10            10..18                        18..
//!        format   packing   length unpacked  XXH3 over all else, with key  content
//! ```

use xxhash_rust::xxh3::Xxh3Default;

use super::pack::{Malformed, Reader};

/// The version of the format that this program writes, and the latest that it reads.
pub(super) const FORMAT: u8 = 1;

const PLAIN: u8 = 0;
const LZ4: u8 = 1;
/// Shorter contents are not worth packing.
const SHORT: usize = 256;
/// No content is larger; a longer one is damaged.
pub(super) const LONGEST: usize = 1 << 31;

/// Puts a content into its frame, packed where that helps.
pub(super) fn wrap(table: &str, key: &[u8], content: &[u8]) -> Vec<u8> {
    let packed = (content.len() >= SHORT).then(|| lz4_flex::block::compress(content));
    let packed = packed.filter(|packed| packed.len() < content.len());
    let packing = if packed.is_some() { LZ4 } else { PLAIN };
    let bytes = packed.as_deref().unwrap_or(content);
    put(table, key, (packing, content.len()), bytes)
}

/// Puts a content that is packed already into its frame.
pub(super) fn wrap_plain(table: &str, key: &[u8], content: &[u8]) -> Vec<u8> {
    put(table, key, (PLAIN, content.len()), content)
}

fn put(table: &str, key: &[u8], (packing, length): (u8, usize), bytes: &[u8]) -> Vec<u8> {
    let mut framed = Vec::with_capacity(bytes.len() + 18);
    framed.extend_from_slice(&[FORMAT, packing]);
    framed.extend_from_slice(&(length as u64).to_le_bytes());
    let sum = checksum(table, key, &framed, bytes);
    framed.extend_from_slice(&sum.to_le_bytes());
    framed.extend_from_slice(bytes);
    framed
}

/// Takes a content out of its frame.
pub(super) fn unwrap(table: &str, key: &[u8], framed: &[u8]) -> Result<Vec<u8>, Malformed> {
    let (packing, length, bytes) = verified(table, key, framed)?;
    let content = match packing {
        PLAIN => bytes.to_vec(),
        LZ4 => lz4_flex::block::decompress(bytes, length).map_err(|_| Malformed)?,
        _ => return Err(Malformed),
    };
    if content.len() == length {
        Ok(content)
    } else {
        Err(Malformed)
    }
}

/// Takes a content that was framed as it is out of its frame.
pub(super) fn plain<'f>(table: &str, key: &[u8], framed: &'f [u8]) -> Result<&'f [u8], Malformed> {
    match verified(table, key, framed)? {
        (PLAIN, length, bytes) if bytes.len() == length => Ok(bytes),
        _ => Err(Malformed),
    }
}

/// Verifies a frame; returns how the content is packed, its length unpacked, and its bytes.
fn verified<'f>(
    table: &str,
    key: &[u8],
    framed: &'f [u8],
) -> Result<(u8, usize, &'f [u8]), Malformed> {
    let mut reader = Reader(framed);
    let head = reader.take(10)?;
    let sum = reader.u64()?;
    let bytes = reader.0;
    if checksum(table, key, head, bytes) != sum {
        return Err(Malformed);
    }
    let mut head = Reader(head);
    let (format, packing) = (head.u8()?, head.u8()?);
    let length = usize::try_from(head.u64()?).map_err(|_| Malformed)?;
    if format != FORMAT || length > LONGEST {
        return Err(Malformed);
    }
    Ok((packing, length, bytes))
}

/// Returns the checksum in a frame; that of its content, if nothing is damaged.
pub(super) fn sum_of(framed: &[u8]) -> Option<u64> {
    let mut reader = Reader(framed);
    reader.take(10).ok()?;
    reader.u64().ok()
}

/// Returns the format's version that a frame claims, without trusting the rest.
pub(super) fn format_of(framed: &[u8]) -> Option<u8> {
    framed.first().copied()
}

fn checksum(table: &str, key: &[u8], head: &[u8], bytes: &[u8]) -> u64 {
    let mut hash = Xxh3Default::new();
    for part in [table.as_bytes(), key] {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.update(head);
    hash.update(bytes);
    hash.digest()
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::cast_possible_truncation,
        reason = "the tests count with small numbers"
    )]

    use super::*;

    #[test]
    fn contents_come_back() {
        let long: Vec<u8> = (0..10_000_u32).map(|i| (i / 100) as u8).collect();
        for content in [&[][..], b"abc", &long] {
            let framed = wrap("log", b"1", content);
            assert_eq!(unwrap("log", b"1", &framed), Ok(content.to_vec()));
            assert_eq!(unwrap("log", b"2", &framed), Err(Malformed));
            assert_eq!(unwrap("meta", b"1", &framed), Err(Malformed));
        }
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let framed = wrap("log", b"1", &[7; 300]);
        for bit in 0..framed.len() * 8 {
            let mut flipped = framed.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(unwrap("log", b"1", &flipped), Err(Malformed), "bit {bit}");
        }
        for length in 0..framed.len() {
            assert_eq!(unwrap("log", b"1", &framed[..length]), Err(Malformed));
        }
    }
}
