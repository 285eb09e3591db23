//! The conversation on a real terminal.

#![cfg(unix)]

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use rexpect::process::WaitStatus;
use rexpect::session::{PtySession, spawn_command};
use tempfile::TempDir;

type Outcome = Result<(), Box<dyn Error>>;

/// How long to wait for anything, in milliseconds.
const PATIENCE: u64 = 30_000;
/// What the program asks with.
const PROMPT: &str = "polity> ";

/// The program on a terminal, in a folder of its own.
struct Conversation {
    session: PtySession,
}

impl Conversation {
    /// Starts it and waits until it asks.
    fn start(folder: &Path, arguments: &[&str]) -> Result<Self, Box<dyn Error>> {
        let mut conversation = Self::call(folder, arguments)?;
        conversation.expect(PROMPT)?;
        Ok(conversation)
    }

    /// Starts it.
    fn call(folder: &Path, arguments: &[&str]) -> Result<Self, Box<dyn Error>> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_polity"));
        command
            .args(arguments)
            .current_dir(folder)
            .env("HOME", folder)
            .env("XDG_DATA_HOME", folder.join("data"))
            .env("TERM", "xterm")
            .env("NO_COLOR", "1");
        let session = spawn_command(command, Some(PATIENCE))?;
        Ok(Self { session })
    }

    /// Waits until the program has written `text`.
    fn expect(&mut self, text: &str) -> Outcome {
        self.session.exp_string(text)?;
        Ok(())
    }

    /// Types a line, and waits for what it brings about.
    fn say(&mut self, line: &str, answer: &str) -> Outcome {
        self.session.send_line(line)?;
        self.expect(answer)
    }

    /// Types a line, waits for what it brings about, and until the program asks again: it reads
    /// nothing that is typed before.
    fn ask(&mut self, line: &str, answer: &str) -> Outcome {
        self.say(line, answer)?;
        self.expect(PROMPT)
    }

    /// Presses Ctrl and a key.
    fn press(&mut self, key: char) -> Outcome {
        self.session.send_control(key)?;
        Ok(())
    }

    /// Leaves with Ctrl-D; returns the exit status.
    fn leave(&mut self) -> Result<i32, Box<dyn Error>> {
        self.press('d')?;
        self.end()
    }

    /// Waits for the end; returns the exit status.
    fn end(&mut self) -> Result<i32, Box<dyn Error>> {
        self.session.exp_eof()?;
        match self.session.process().wait()? {
            WaitStatus::Exited(_, status) => Ok(status),
            other => Err(format!("{other:?}").into()),
        }
    }
}

#[test]
fn statements_take_several_lines_and_ctrl_c_forgets_them() -> Outcome {
    let folder = TempDir::new()?;
    let mut shell = Conversation::start(folder.path(), &[])?;
    shell.session.send_line("RETURN 20 +")?;
    shell.say("3 AS sum;", "23")?;
    shell.expect("1 row")?;
    shell.expect(PROMPT)?;
    shell.session.send("RETURN 77 +")?;
    shell.press('c')?;
    shell.expect(PROMPT)?;
    shell.ask("RETURN 6 * 7 AS product;", "42")?;
    shell.ask("RETURN 1 AS a; RETURN m;", "not defined")?;
    assert_eq!(shell.leave()?, 0);
    Ok(())
}

#[test]
fn the_graph_answers() -> Outcome {
    let folder = TempDir::new()?;
    let mut shell = Conversation::start(folder.path(), &[])?;
    let votes = "MATCH (a)-[r:OPPOSES {act: 'vote'}]->(d {id: 'unga-res-80-57'}) RETURN a;";
    shell.say(votes, "Burundi :State")?;
    shell.expect("6 rows")?;
    shell.expect(PROMPT)?;
    // The terminal's characters arrive as bytes, so only ASCII can be compared.
    shell.ask(":find tuerkei", "rkiye :State")?;
    shell.say(":path microsoft -> china", "Microsoft ")?;
    shell.expect("[1] q")?;
    shell.expect(PROMPT)?;
    shell.ask(":dot picture.dot", "wrote ")?;
    let picture = fs::read_to_string(folder.path().join("picture.dot"))?;
    assert!(picture.starts_with("digraph"), "{picture}");
    assert!(picture.contains("Microsoft"), "{picture}");
    shell.session.send_line(":quit")?;
    assert_eq!(shell.end()?, 0);
    Ok(())
}

#[test]
fn tab_completes_names() -> Outcome {
    let folder = TempDir::new()?;
    let mut shell = Conversation::start(folder.path(), &[])?;
    shell
        .session
        .send("ret\t size('x') as len, 'micro\t' AS name;\r")?;
    shell.session.flush()?;
    shell.expect("len")?;
    shell.expect("Microsoft")?;
    shell.expect("1 row")?;
    shell.expect(PROMPT)?;
    assert_eq!(shell.leave()?, 0);
    Ok(())
}

#[test]
fn ctrl_c_stops_output() -> Outcome {
    let folder = TempDir::new()?;
    let mut shell = Conversation::start(folder.path(), &["--format", "csv"])?;
    shell
        .session
        .send_line("UNWIND range(1, 2000000) AS x RETURN x;")?;
    shell.expect("1000\r\n")?;
    shell.press('c')?;
    shell.expect("stopped")?;
    shell.expect(PROMPT)?;
    shell.ask("RETURN 6 * 7 AS product;", "42")?;
    assert_eq!(shell.leave()?, 0);
    Ok(())
}

#[test]
fn leaving_with_changes_asks() -> Outcome {
    let folder = TempDir::new()?;
    fs::write(
        folder.path().join("senate.cypher"),
        "CREATE (:Senator {id: 'eve'});",
    )?;
    let mut shell = Conversation::start(folder.path(), &["senate.cypher"])?;
    shell.ask("CREATE (:Senator {id: 'ann'});", "created 1 node")?;
    shell.press('d')?;
    shell.expect("[y/N]")?;
    shell.session.send_line("n")?;
    shell.expect(PROMPT)?;
    shell.ask(":export saved", "wrote ")?;
    shell.ask("CREATE (:Senator {id: 'bob'});", "created 1 node")?;
    shell.say(":quit", "[y/N]")?;
    shell.session.send_line("y")?;
    assert_eq!(shell.end()?, 0);

    let mut shell = Conversation::start(folder.path(), &["saved"])?;
    shell.say("MATCH (s:Senator) RETURN s.id ORDER BY s.id;", "ann")?;
    shell.expect("eve")?;
    shell.expect("2 rows")?;
    shell.expect(PROMPT)?;
    assert_eq!(shell.leave()?, 0);
    Ok(())
}

#[test]
fn the_prompt_tells_of_a_transaction_and_of_the_past() -> Outcome {
    let folder = TempDir::new()?;
    let mut shell = Conversation::start(folder.path(), &[])?;
    shell.ask(":save claims.polity", "wrote ")?;
    assert_eq!(shell.leave()?, 0);

    let mut shell = Conversation::start(folder.path(), &["claims.polity"])?;
    shell.say(":begin", "polity*> ")?;
    shell.say("CREATE (:Memo {id: 'of-ours'});", "polity*> ")?;
    shell.ask(":commit a memo", "commit 2")?;
    shell.say(":at 1", "polity@1> ")?;
    shell.say("MATCH (d:Memo) RETURN d.id;", "0 rows")?;
    shell.expect("polity@1> ")?;
    shell.ask(":at off", "as it is now")?;

    // What is left open is taken back, and only if the user says so.
    shell.say(":begin", "polity*> ")?;
    shell.say("MATCH (d:Memo) DELETE d;", "polity*> ")?;
    shell.press('d')?;
    shell.expect("takes its changes back")?;
    shell.session.send_line("n")?;
    shell.expect("polity*> ")?;
    shell.press('d')?;
    shell.expect("[y/N]")?;
    shell.session.send_line("y")?;
    assert_eq!(shell.end()?, 0);

    let mut shell = Conversation::start(folder.path(), &["claims.polity"])?;
    shell.ask("MATCH (d:Memo) RETURN d.id;", "of-ours")?;
    assert_eq!(shell.leave()?, 0);
    Ok(())
}

#[test]
fn ctrl_c_stops_a_statement_and_not_the_program() -> Outcome {
    let folder = TempDir::new()?;
    let mut shell = Conversation::start(folder.path(), &[])?;
    let endless = "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b \
                   WITH a + b AS c WHERE c < 0 RETURN c;";
    shell.session.send_line(endless)?;
    sleep(Duration::from_millis(500));
    shell.press('c')?;
    shell.expect("LimitError")?;
    shell.expect(PROMPT)?;
    shell.ask("RETURN 6 * 7 AS product;", "42")?;
    assert_eq!(shell.leave()?, 0);
    Ok(())
}

#[test]
fn history_is_kept_where_it_can_be() -> Outcome {
    const UP: &str = "\u{1b}[A";
    let folder = TempDir::new()?;
    let mut shell = Conversation::start(folder.path(), &[])?;
    shell.ask("RETURN 12 * 12\n AS gross;", "144")?;
    assert_eq!(shell.leave()?, 0);
    let mut shell = Conversation::start(folder.path(), &[])?;
    shell.session.send(UP)?;
    shell.session.flush()?;
    shell.expect("gross")?;
    shell.ask("", "144")?;
    assert_eq!(shell.leave()?, 0);

    fs::remove_dir_all(folder.path().join("data"))?;
    fs::write(
        folder.path().join("data"),
        "a file where the folder should be",
    )?;
    let mut shell = Conversation::start(folder.path(), &[])?;
    shell.ask("RETURN 6 * 7 AS product;", "42")?;
    assert_eq!(shell.leave()?, 0);
    Ok(())
}

#[test]
fn an_import_shows_how_far_it_has_come() -> Outcome {
    let folder = TempDir::new()?;
    let nodes: Vec<String> = (0..20_000).map(|id| format!("{id},State")).collect();
    fs::write(
        folder.path().join("n.csv"),
        format!("id:ID,:LABEL\n{}\n", nodes.join("\n")),
    )?;
    let mut shell = Conversation::call(folder.path(), &["import", "n.csv", "n.polity"])?;
    shell.expect("%")?;
    shell.expect("writing n.polity")?;
    shell.expect("n.polity: 20000 nodes, 0 relationships")?;
    assert_eq!(shell.end()?, 0);

    let quiet = ["import", "n.csv", "quiet.polity", "--quiet"];
    let mut shell = Conversation::call(folder.path(), &quiet)?;
    assert_eq!(shell.session.exp_eof()?, "");
    Ok(())
}
