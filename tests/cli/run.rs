//! Runs the program in a folder of its own.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// An empty folder, but for a link to the project's `graph-data`.
pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    /// Makes the folder.
    pub(crate) fn new() -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("graph-data");
        std::os::unix::fs::symlink(data, folder.path().join("graph-data"))?;
        Ok(Self { folder })
    }

    /// Returns the path of a file in the folder.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a line in the shell, with the program on its path.
    pub(crate) fn shell(&self, line: &str) -> io::Result<Output> {
        let mut path = program()
            .parent()
            .unwrap_or(Path::new("."))
            .as_os_str()
            .to_owned();
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap_or_default());
        let mut command = Command::new("sh");
        command.arg("-c").arg(line).env("PATH", path);
        self.output(command, Stdio::null())
    }

    /// Runs the program with arguments, and a file as its standard input.
    pub(crate) fn program(
        &self,
        arguments: &[OsString],
        input: Option<&Path>,
    ) -> io::Result<Output> {
        let mut command = Command::new(program());
        command.args(arguments);
        let input = input.map_or(Ok(Stdio::null()), |path| File::open(path).map(Stdio::from))?;
        self.output(command, input)
    }

    fn output(&self, mut command: Command, input: Stdio) -> io::Result<Output> {
        command
            .current_dir(self.folder.path())
            .env("HOME", self.folder.path())
            .env("NO_COLOR", "1")
            .env("RUST_BACKTRACE", "0")
            .stdin(input)
            .output()
    }
}

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_polity"))
}
