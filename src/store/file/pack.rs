//! Bytes of chunks: integers packed relative to the smallest, and a reader that trusts nothing.

/// What was read makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// Appends integers: width in bytes (0, 1, 2, 4 or 8), the smallest, and the differences from it.
/// The reader has to know how many there are.
pub(super) fn pack(out: &mut Vec<u8>, values: impl Iterator<Item = i64> + Clone) {
    let (mut least, mut most) = (i64::MAX, i64::MIN);
    for value in values.clone() {
        least = least.min(value);
        most = most.max(value);
    }
    let spread = if most < least {
        0
    } else {
        most.abs_diff(least)
    };
    let width = match spread {
        0 => 0,
        1..=0xff => 1,
        0x100..=0xffff => 2,
        0x1_0000..=0xffff_ffff => 4,
        _ => 8,
    };
    out.push(width);
    out.extend_from_slice(&least.to_le_bytes());
    for value in values {
        let bytes = value.abs_diff(least).to_le_bytes();
        out.extend_from_slice(&bytes[..usize::from(width)]);
    }
}

/// Bytes that are still to be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Malformed)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        self.take(N)?.try_into().map_err(|_| Malformed)
    }

    pub(super) fn u8(&mut self) -> Result<u8, Malformed> {
        Ok(self.array::<1>()?[0])
    }

    pub(super) fn u16(&mut self) -> Result<u16, Malformed> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64, Malformed> {
        self.array().map(u64::from_le_bytes)
    }

    /// Reads so many integers that [`pack`] wrote.
    pub(super) fn unpack(&mut self, count: usize) -> Result<Vec<i64>, Malformed> {
        let width = usize::from(self.u8()?);
        let least = self.u64()?.cast_signed();
        if !matches!(width, 0 | 1 | 2 | 4 | 8) {
            return Err(Malformed);
        }
        if width == 0 {
            return Ok(vec![least; count]);
        }
        let bytes = self.take(count.checked_mul(width).ok_or(Malformed)?)?;
        let difference = |bytes: &[u8]| {
            let mut wide = [0; 8];
            wide[..width].copy_from_slice(bytes);
            least.wrapping_add_unsigned(u64::from_le_bytes(wide))
        };
        Ok(bytes.chunks_exact(width).map(difference).collect())
    }

    /// Says whether all was read.
    pub(super) fn end(self) -> Result<(), Malformed> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Malformed)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[i64], width: u8) {
        let mut bytes = Vec::new();
        pack(&mut bytes, values.iter().copied());
        assert_eq!(bytes.first(), Some(&width), "{values:?}");
        let mut reader = Reader(&bytes);
        assert_eq!(reader.unpack(values.len()), Ok(values.to_vec()));
        assert_eq!(reader.end(), Ok(()));
        for length in 0..bytes.len() {
            assert_eq!(
                Reader(&bytes[..length]).unpack(values.len()),
                Err(Malformed)
            );
        }
    }

    #[test]
    fn integers_come_back_in_as_few_bytes_as_they_need() {
        check(&[7, 7, 7], 0);
        check(&[-1, 254], 1);
        check(&[-1, 255], 2);
        check(&[0, 0x1_0000, 5], 4);
        check(&[i64::MIN, i64::MAX, 0, -1], 8);
        check(&[], 0);
    }

    #[test]
    fn unknown_widths_are_refused() {
        let mut bytes = vec![3];
        bytes.extend_from_slice(&[0; 32]);
        assert_eq!(Reader(&bytes).unpack(2), Err(Malformed));
    }
}
