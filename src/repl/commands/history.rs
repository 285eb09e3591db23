//! `:begin`, `:commit`, `:rollback`, `:log`, `:at`.

use std::sync::Arc;

use crate::db::{Commit, Params, Tally};
use crate::repl::shell::{Failure, Outcome, Shell, count};
use crate::syntax::shell::{At, Text};
use crate::value::{DateTime, Value, Zone};

/// `:begin`
pub(super) fn begin(shell: &mut Shell<'_>) -> Result<Outcome, Failure> {
    shell.session.begin()?;
    shell.remark("a transaction is open until :commit or :rollback");
    Ok(Outcome::Done)
}

/// `:commit [MESSAGE]`
pub(super) fn commit(shell: &mut Shell<'_>, message: Option<&Text>) -> Result<Outcome, Failure> {
    let before = shell.session.database().snapshot().version();
    let message = message.map(|message| message.node.as_str());
    shell.session.commit(message)?;
    shell.tell_end(before);
    Ok(Outcome::Done)
}

/// `:rollback`
pub(super) fn rollback(shell: &mut Shell<'_>) -> Result<Outcome, Failure> {
    shell.session.rollback()?;
    shell.remark("the transaction has ended, its changes are taken back");
    Ok(Outcome::Done)
}

/// What `:log` runs, so that its result is written as any other.
const LOG: &str = "UNWIND $commits AS c
    RETURN c.commit AS commit, c.time AS time, c.changes AS changes, c.message AS message";

/// `:log [N]`
pub(super) fn log(shell: &mut Shell<'_>, last: Option<u64>) -> Result<Outcome, Failure> {
    let commits = shell.session.database().commits()?;
    let last = last.map_or(usize::MAX, |last| {
        usize::try_from(last).unwrap_or(usize::MAX)
    });
    let shown = commits.iter().skip(commits.len().saturating_sub(last));
    let mut parameters = Params::default();
    parameters.insert("commits", Value::List(shown.map(row).collect()));
    let rows = shell.query(LOG, &parameters)?;
    shell.show(&rows)?;
    Ok(Outcome::Done)
}

fn row(commit: &Commit) -> Value {
    let (seconds, millis) = (
        commit.millis.div_euclid(1000),
        commit.millis.rem_euclid(1000),
    );
    let time = DateTime::from_seconds(seconds, millis * 1_000_000, Zone::UTC);
    let message = commit.message.as_deref();
    let cells = [
        (
            "commit",
            i64::try_from(commit.number).map_or(Value::Null, Value::Int),
        ),
        ("time", time.map_or(Value::Null, Value::DateTime)),
        ("changes", Value::from(changes(&commit.tally).as_str())),
        ("message", message.map_or(Value::Null, Value::from)),
    ];
    let cells = cells
        .into_iter()
        .map(|(name, value)| (Arc::from(name), value));
    Value::Map(Arc::new(cells.collect()))
}

/// What a commit changed, in words.
fn changes(tally: &Tally) -> String {
    let parts = [
        ("created", tally.nodes_created, "node"),
        ("created", tally.rels_created, "relationship"),
        ("deleted", tally.nodes_deleted, "node"),
        ("deleted", tally.rels_deleted, "relationship"),
        ("set", tally.properties_set, "property"),
        ("changed labels of", tally.labels_set, "node"),
        ("changed", tally.definitions_changed, "definition"),
    ];
    let words = parts.into_iter().filter(|(_, number, _)| *number > 0);
    let words: Vec<String> = words
        .map(|(verb, number, noun)| format!("{verb} {}", count(number, noun)))
        .collect();
    words.join(", ")
}

/// `:at [COMMIT|off]`
pub(super) fn at(shell: &mut Shell<'_>, at: At) -> Result<Outcome, Failure> {
    match at {
        At::Show => match shell.session.as_of_commit() {
            Some(commit) => writeln!(shell.streams.results, "{commit}")?,
            None => writeln!(shell.streams.results, "off")?,
        },
        At::Off => {
            shell.session.set_as_of_commit(None)?;
            shell.remark("the graph as it is now");
        }
        At::Commit(commit) => {
            let set = shell.session.set_as_of_commit(Some(commit.node));
            set.map_err(|error| error.at(commit.span))?;
            let number = commit.node;
            shell.remark(&format!(
                "the graph as it was known after commit {number}, until :at off"
            ));
        }
    }
    Ok(Outcome::Done)
}
