//! What the fuzz targets found worth keeping is asked again. Each file of `fuzz/corpus/` is a text
//! that once reached code that no other did, or a mistake that was mended.

#[path = "../fuzz/checks.rs"]
mod checks;

use std::fs;
use std::path::Path;

/// Hands each text of a folder to a check.
fn replay(folder: &str, check: fn(&str)) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(folder);
    let mut files: Vec<_> = fs::read_dir(&path)
        .expect("the corpus is here")
        .map(|entry| entry.expect("its files can be listed").path())
        .collect();
    files.sort();
    assert!(files.len() > 50, "the corpus of `{folder}` is small");
    for file in files {
        let bytes = fs::read(&file).expect("its files can be read");
        // The targets leave out what is no text, too.
        let Ok(text) = String::from_utf8(bytes) else {
            continue;
        };
        let holds = std::panic::catch_unwind(|| check(&text)).is_ok();
        assert!(holds, "{} breaks the check `{folder}`", file.display());
    }
}

#[test]
fn what_is_parsed_is_printed_and_parsed_again() {
    replay("parse", checks::parse);
}

#[test]
fn what_is_executed_answers_or_refuses() {
    replay("execute", checks::execute);
}
