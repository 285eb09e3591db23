//! Reads files, whole and up to a limit, and says what went wrong.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::Refusal;
use crate::formats::diagnostic::Diagnostic;

/// How large a file may be that is read whole.
const FILE_LIMIT: u64 = 1 << 30;
/// How deep folders are nested.
const DEPTH: usize = 8;

/// Reads a whole file, if it is not too large.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Diagnostic> {
    let finding = |error: io::Error| cannot_read(path, &error);
    let size = fs::metadata(path).map_err(finding)?.len();
    if size > FILE_LIMIT {
        let message = format!("the file has {size} bytes; the limit is {FILE_LIMIT}");
        return Err(Diagnostic::error(shown(path), message));
    }
    fs::read(path).map_err(finding)
}

/// Opens a script for reading.
///
/// # Errors
/// There is no such file, or it cannot be read.
pub fn open_script(path: &Path) -> Result<File, Refusal> {
    if path.is_dir() {
        let message = format!("`{}` is a folder; -f takes a script", shown(path));
        return Err(Refusal::Usage(message));
    }
    File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Refusal::missing(path),
        _ => Refusal::Usage(cannot_read(path, &error).to_string()),
    })
}

/// All files below a folder, in order: names relative to it, with `/` between them, and paths.
pub(super) fn list(folder: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut files = Vec::new();
    let mut folders = vec![(String::new(), folder.to_path_buf(), DEPTH)];
    while let Some((prefix, folder, depth)) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            if name.starts_with('.') {
                continue;
            }
            let path = entry.path();
            let name = format!("{prefix}{name}");
            if !path.is_dir() {
                files.push((name, path));
            } else if depth > 0 {
                folders.push((format!("{name}/"), path, depth - 1));
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The finding about a file that cannot be read.
pub(super) fn cannot_read(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::error(shown(path), format!("cannot be read: {error}"))
}

/// A path as messages show it.
pub(super) fn shown(path: &Path) -> String {
    path.display().to_string()
}
