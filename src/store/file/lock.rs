//! Who has a file locked.

use std::path::Path;

/// Returns the process that has the file locked, where the system tells.
pub(super) fn holder(path: &Path) -> Option<u32> {
    let inode = inode(path)?;
    let locks = std::fs::read_to_string("/proc/locks").ok()?;
    locks.lines().find_map(|line| locked_by(line, &inode))
}

/// Reads a line such as `1: FLOCK  ADVISORY  WRITE 4711 fe:00:132 0 EOF`; the numbers of the device
/// are hexadecimal, that of the file is decimal.
fn locked_by(line: &str, inode: &str) -> Option<u32> {
    let mut words = line.split_whitespace().skip(4);
    let pid = words.next()?.parse().ok()?;
    let file = words.next()?.rsplit(':').next()?;
    (file == inode).then_some(pid)
}

#[cfg(unix)]
fn inode(path: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    Some(std::fs::metadata(path).ok()?.ino().to_string())
}

#[cfg(not(unix))]
fn inode(_: &Path) -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_holder_of_a_lock_is_found() {
        let check = |line, expected| assert_eq!(locked_by(line, "132"), expected, "{line}");
        check("1: FLOCK  ADVISORY  WRITE 4711 fe:00:132 0 EOF", Some(4711));
        check("1: FLOCK  ADVISORY  WRITE 4711 fe:00:133 0 EOF", None);
        check("2: OFDLCK ADVISORY  WRITE -1 fe:00:132 0 EOF", None);
        check("1: -> FLOCK", None);
        check("", None);
    }
}
