//! The governance graph is built into the program: a file that is added to it must be noticed.

fn main() {
    println!("cargo::rerun-if-changed=graph-data/governance");
}
