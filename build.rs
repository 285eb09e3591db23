//! The governance graph is built into the program: a file that is added to it must be noticed.

#[expect(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]
fn main() {
    println!("cargo::rerun-if-changed=graph-data/governance");
}
