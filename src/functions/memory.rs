//! How much memory a statement may take.

use crate::error::{Code, Error, ErrorType, Result};
use crate::value::Value;

/// What a statement holds, and what it may hold.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// Bytes that are held.
    pub held: usize,
    /// Bytes that may be held at once.
    pub limit: usize,
}

impl Memory {
    /// No limit.
    pub const UNLIMITED: Self = Self {
        held: 0,
        limit: usize::MAX,
    };

    /// Fails if so many bytes more are too many. To be asked before they are taken.
    ///
    /// # Errors
    /// If the limit is exceeded.
    pub fn check(self, more: usize) -> Result<()> {
        if self.held.saturating_add(more) <= self.limit {
            return Ok(());
        }
        let code = Code::runtime(ErrorType::LimitError, "MemoryLimitExceeded");
        let limit = shown(self.limit);
        let message = format!("the statement needs more memory than its limit of {limit}");
        Err(Error::new(code, message).hint(
            "sort, collect or return less at once (`LIMIT`, a narrower `MATCH`), or raise the \
             limit: `--memory-limit 8GiB`",
        ))
    }

    /// As [`check`](Self::check), for a list of so many elements.
    ///
    /// # Errors
    /// If the limit is exceeded.
    pub fn check_items(self, items: usize) -> Result<()> {
        self.check(items.saturating_mul(size_of::<Value>()))
    }
}

/// A size in the largest unit that it is a whole number of.
fn shown(bytes: usize) -> String {
    const UNITS: [&str; 4] = ["bytes", "KiB", "MiB", "GiB"];
    let (mut size, mut unit) = (bytes, 0);
    while unit + 1 < UNITS.len() && size >= 1024 && size.is_multiple_of(1024) {
        size /= 1024;
        unit += 1;
    }
    format!("{size} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_is_refused() {
        let memory = Memory {
            held: 1000,
            limit: 2048,
        };
        assert!(memory.check(1048).is_ok());
        let error = memory.check(1049).unwrap_err();
        assert!(error.message().ends_with("its limit of 2 KiB"));
        assert!(memory.check(usize::MAX).is_err());
        assert!(Memory::UNLIMITED.check(usize::MAX).is_ok());
        assert!(memory.check_items(43).is_ok());
        assert!(memory.check_items(44).is_err());
    }

    #[test]
    fn sizes_have_units() {
        let check = |bytes: usize, expected: &str| assert_eq!(shown(bytes), expected);
        check(1, "1 bytes");
        check(1500, "1500 bytes");
        check(64 << 20, "64 MiB");
        check(4096 << 30, "4096 GiB");
    }
}
