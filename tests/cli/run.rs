//! Runs the program in a folder of its own.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// What hostile input may make the program take.
const MEMORY_KB: u32 = 8 << 20;

/// How long hostile input may keep the program busy.
const PATIENCE: Duration = Duration::from_mins(1);

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
        self.prepare(&mut command, Stdio::null()).output()
    }

    /// Runs the program with arguments, and a file as its standard input; within limits of memory
    /// and time, as hostile input may ask for more than a machine has.
    pub(crate) fn program(
        &self,
        arguments: &[OsString],
        input: Option<&Path>,
    ) -> io::Result<Output> {
        let mut command = Command::new("sh");
        let limited = format!("ulimit -v {MEMORY_KB}; exec \"$0\" \"$@\"");
        command
            .arg("-c")
            .arg(limited)
            .arg(program())
            .args(arguments);
        let input = input.map_or(Ok(Stdio::null()), |path| File::open(path).map(Stdio::from))?;
        let (out, err) = (self.file("stdout"), self.file("stderr"));
        let mut child = self
            .prepare(&mut command, input)
            .stdout(File::create(&out)?)
            .stderr(File::create(&err)?)
            .spawn()?;
        let started = Instant::now();
        let status = loop {
            match child.try_wait()? {
                Some(status) => break status,
                None if started.elapsed() > PATIENCE => {
                    child.kill()?;
                    child.wait()?;
                    let kind = io::ErrorKind::TimedOut;
                    return Err(io::Error::new(kind, format!("no end within {PATIENCE:?}")));
                }
                None => thread::sleep(Duration::from_millis(5)),
            }
        };
        Ok(Output {
            status,
            stdout: fs::read(out)?,
            stderr: fs::read(err)?,
        })
    }

    fn prepare<'a>(&self, command: &'a mut Command, input: Stdio) -> &'a mut Command {
        command
            .current_dir(self.folder.path())
            .env("HOME", self.folder.path())
            .env("NO_COLOR", "1")
            .env("RUST_BACKTRACE", "0")
            .stdin(input)
    }
}

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_polity"))
}
