//! `:dot`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::wrong_use;
use crate::error::{Code, Error, ErrorType};
use crate::repl::names;
use crate::repl::picture;
use crate::repl::shell::{Failure, Outcome, Shell, count};

/// `:dot FILE`
pub(super) fn dot(shell: &mut Shell<'_>, argument: &str) -> Result<Outcome, Failure> {
    let path = file_name("dot", argument)?;
    let mut picture = Vec::new();
    let drawn = picture::write(shell.last.as_slice(), &mut picture)?;
    fs::write(&path, picture).map_err(|error| cannot_write(&path, &error))?;
    let (nodes, rels) = (
        count(drawn.nodes, "node"),
        count(drawn.rels, "relationship"),
    );
    shell.tell(&format!("wrote {nodes} and {rels} to {}", path.display()));
    Ok(Outcome::Done)
}

fn file_name(command: &str, argument: &str) -> Result<PathBuf, Error> {
    let name = names::unquote(argument);
    if name.is_empty() {
        return Err(wrong_use(
            command,
            format!("`:{command}` needs a name to write to"),
        ));
    }
    let home = std::env::home_dir();
    match (name.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => Ok(home.join(rest)),
        _ => Ok(PathBuf::from(name)),
    }
}

fn cannot_write(path: &Path, error: &io::Error) -> Error {
    let message = format!("`{}` cannot be written: {error}", path.display());
    Error::new(
        Code::runtime(ErrorType::DataError, "FileNotWritten"),
        message,
    )
}
