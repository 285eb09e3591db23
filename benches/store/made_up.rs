//! A graph in CSV files, for where no other is at hand.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

const NODES: u64 = 50_000;
const RELS: u64 = 500_000;

/// Writes a folder of files.
pub(super) fn files(folder: &Path) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let mut nodes = BufWriter::new(File::create(folder.join("actor.csv"))?);
    writeln!(nodes, "id:ID,code:string,name:string,founded:int,:LABEL")?;
    for id in 0..NODES {
        let year = 1900 + id * 7 % 120;
        writeln!(nodes, "{id},A-{id},Actor number {id},{year},Actor")?;
    }
    nodes.flush()?;
    let mut rels = BufWriter::new(File::create(folder.join("knows.csv"))?);
    writeln!(
        rels,
        ":START_ID,:END_ID,date:date,year:int,source:string,confidence:double"
    )?;
    let mut random = Random(1);
    for _ in 0..RELS {
        let (a, b) = (random.below(NODES), random.below(NODES));
        let (year, month, day) = (1990 + a % 35, 1 + b % 12, 1 + a % 28);
        let (source, percent) = (b % 40, a % 100);
        let hub = a * a / NODES;
        writeln!(
            rels,
            "{hub},{b},{year}-{month:02}-{day:02},{year},src-{source:02},0.{percent:02}"
        )?;
    }
    rels.flush()?;
    Ok(folder.to_path_buf())
}

/// Splitmix: the same numbers everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }
}
