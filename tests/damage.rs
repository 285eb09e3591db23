//! What the program says of a store that is damaged: the right answer, or an error that names the
//! damage; never a panic that somebody sees.
//!
//! 20 damaged files; 500 with `POLITY_STORE=full`. `src/store/file/tests/corruption.rs` has many
//! more, within one process.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use polity::db::{Database, KeepHistory, Params};

const QUERY: &str = "MATCH (n)-[r]->(m) RETURN n.id, type(r), m.id, n.name, r.since \
                     ORDER BY n.id, type(r), m.id, n.name, r.since";

#[test]
fn a_damaged_store_is_told_or_answers_rightly() {
    let full = std::env::var("POLITY_STORE").is_ok_and(|asked| asked == "full");
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("damaged.polity");
    let bytes = make(&path);
    let commands: [&[&str]; 3] = [&["", "-q", "-c", QUERY], &["log", ""], &["check", ""]];
    let right = commands.map(|words| run(words, &path));
    assert!(right.iter().all(|output| output.status.success()));
    let mut state = 7_u64;
    let mut random = |bound: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(state >> 33).expect("it has 31 bits") % bound
    };
    let mut told = 0;
    for number in 0..if full { 500 } else { 20 } {
        let mut damaged = bytes.clone();
        let place = random(bytes.len());
        if number % 10 == 9 {
            damaged.truncate(place);
        } else {
            damaged[place] ^= 1 << random(8);
        }
        let words = commands[number % 3];
        fs::write(&path, &damaged).expect("it can be written");
        let output = run(words, &path);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let said = said + &String::from_utf8_lossy(&output.stdout);
        let context = format!("{number}: {words:?}, byte {place}: {said}");
        assert!(!said.contains("panicked"), "{context}");
        if output.status.success() {
            assert!(output.stdout == right[number % 3].stdout, "{context}");
        } else {
            assert_eq!(output.status.code(), Some(1), "{context}");
            let named = ["DataError.StoreDamaged", "DataError.NotAStore"];
            assert!(named.iter().any(|name| said.contains(name)), "{context}");
            told += 1;
        }
    }
    assert!(told > 0, "some damage matters");
}

/// Makes a store with a history, and returns its bytes.
fn make(path: &Path) -> Vec<u8> {
    let graph = Database::governance().expect("it is built in");
    let saved = graph.save(path, None, KeepHistory::All);
    saved.expect("it can be written");
    let database = Database::open(path).expect("it opens");
    for number in 0..20 {
        let text = format!("MATCH (n:State) SET n.number = {number}");
        let changed = database.session().run(&text, &Params::default());
        changed.expect("the disk takes it");
    }
    drop(database);
    fs::read(path).expect("it can be read")
}

/// Runs the program; the empty word is the store.
fn run(words: &[&str], store: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_polity"));
    for word in words {
        if word.is_empty() {
            command.arg(store);
        } else {
            command.arg(word);
        }
    }
    command.output().expect("the program starts")
}
