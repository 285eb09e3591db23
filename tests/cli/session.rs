//! A session: commands, and what they print.

use std::ops::Range;
use std::process::Output;

/// A session file, read.
pub(crate) struct SessionFile {
    lines: Vec<String>,
    pub(crate) steps: Vec<Step>,
}

/// One command with what is expected of it.
pub(crate) struct Step {
    pub(crate) line: usize,
    pub(crate) command: String,
    expected: Vec<String>,
    /// The lines of the file that say what is expected.
    pub(crate) place: Range<usize>,
}

/// Stands for any number of lines.
const ANY_LINES: &str = "...";
/// Stands for any text within a line.
const ANY_TEXT: &str = "[..]";
/// Begins a line of standard error.
const ERROR: &str = "2> ";
/// Begins the exit status.
const STATUS: &str = "? ";

impl SessionFile {
    /// Reads the text of a file.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut steps: Vec<Step> = Vec::new();
        let mut between = true;
        for (index, line) in lines.iter().enumerate() {
            let current = steps.last_mut();
            if let Some(command) = line.strip_prefix("$ ") {
                between = false;
                steps.push(Step {
                    line: index + 1,
                    command: command.to_owned(),
                    expected: Vec::new(),
                    place: index + 1..index + 1,
                });
            } else if line.starts_with('#') {
                between = true;
            } else if let Some(step) = current.filter(|_| !between) {
                match line.strip_prefix("> ") {
                    Some(more) if step.expected.is_empty() => {
                        step.command.push('\n');
                        step.command.push_str(more);
                        step.place = index + 1..index + 1;
                    }
                    _ => step.expected.push(line.clone()),
                }
            } else if !line.trim().is_empty() {
                return Err(format!("line {}: no command yet", index + 1));
            }
        }
        for step in &mut steps {
            while step
                .expected
                .last()
                .is_some_and(|line| line.trim().is_empty())
            {
                step.expected.pop();
            }
            step.place.end = step.place.start + step.expected.len();
        }
        Ok(Self { lines, steps })
    }

    /// Returns the text with the edits made, which are in order.
    pub(crate) fn edited(&self, edits: &[(Range<usize>, Vec<String>)]) -> String {
        let mut lines = self.lines.clone();
        for (place, new) in edits.iter().rev() {
            lines.splice(place.clone(), new.iter().cloned());
        }
        lines.join("\n") + "\n"
    }
}

impl Step {
    /// What differs between the output and what is expected; none if nothing does.
    pub(crate) fn difference(&self, output: &Output) -> Option<String> {
        let actual = self.as_expected(output);
        let part = |lines: &[String], error: bool| -> Vec<String> {
            let part = lines.iter().filter(|line| line.starts_with(ERROR) == error);
            part.cloned().collect()
        };
        let errors_fit = fits(&part(&self.expected, true), &part(&actual, true));
        if errors_fit && fits(&part(&self.expected, false), &part(&actual, false)) {
            return None;
        }
        let error = String::from_utf8_lossy(&output.stderr);
        Some(format!(
            "$ {}\n  expected\n{}\n  got\n{}\n  standard error\n{error}",
            self.command,
            self.expected.join("\n"),
            actual.join("\n"),
        ))
    }

    /// The output as the file would write it. Standard error is left out where the file says
    /// nothing of it.
    pub(crate) fn as_expected(&self, output: &Output) -> Vec<String> {
        let text = String::from_utf8_lossy(&output.stdout);
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        match output.status.code() {
            Some(0) => {}
            Some(code) => lines.push(format!("{STATUS}{code}")),
            None => lines.push(format!("{STATUS}killed by a signal")),
        }
        if self.expected.iter().any(|line| line.starts_with(ERROR)) {
            let errors = String::from_utf8_lossy(&output.stderr);
            let errors: Vec<&str> = errors.lines().collect();
            if errors.is_empty() {
                lines.push(format!("{ERROR}(nothing)"));
            }
            lines.extend(errors.iter().map(|line| format!("{ERROR}{line}")));
        }
        lines
    }
}

/// Whether the lines fit the pattern, in which `...` and `[..]` stand for anything.
fn fits(pattern: &[String], lines: &[String]) -> bool {
    let Some((first, rest)) = pattern.split_first() else {
        return lines.is_empty();
    };
    if first.trim_start_matches(ERROR) == ANY_LINES {
        return (0..=lines.len()).any(|skipped| fits(rest, &lines[skipped..]));
    }
    match lines.split_first() {
        Some((line, after)) => line_fits(first, line) && fits(rest, after),
        None => false,
    }
}

fn line_fits(pattern: &str, line: &str) -> bool {
    let mut parts = pattern.trim_end().split(ANY_TEXT);
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = line.trim_end().strip_prefix(first) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    true
}
