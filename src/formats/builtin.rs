//! The data set that is built into the program.

use include_dir::{Dir, include_dir};

use super::diagnostic::Report;
use super::graph::dataset::{self, Folder, Loaded};

static GOVERNANCE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/graph-data/governance");

/// Loads the governance graph that is built into the program.
///
/// # Errors
/// If the data set has a mistake, which a test rules out.
pub fn builtin() -> Result<Loaded, Report> {
    let mut folder = Folder::new("graph-data/governance");
    add(&GOVERNANCE, &mut folder);
    dataset::load(&folder)
}

fn add(dir: &Dir<'static>, folder: &mut Folder<'static>) {
    for file in dir.files() {
        if let Some(name) = file.path().to_str() {
            folder.add(name.replace('\\', "/"), file.contents());
        }
    }
    for inner in dir.dirs() {
        add(inner, folder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    #[test]
    fn the_governance_graph_loads_without_errors() {
        let loaded = builtin().unwrap_or_else(|report| panic!("{report}"));
        let graph = loaded.graph;
        let id = graph.key("id").unwrap();
        let usa = graph.find_nodes(None, id, &Value::from("usa")).unwrap();
        let name = graph.node_property(usa[0], graph.key("name").unwrap());
        assert_eq!(name.as_str(), Some("United States"));
    }
}
