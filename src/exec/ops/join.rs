//! `HashJoin`. Holds its right side, and a table of its keys.

use super::distinct::columns_of;
use super::eager::drain;
use super::fan::Fan;
use super::keys::Groups;
use super::product::side_by_side;
use super::{Operate, Source};
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::run::Run;
use crate::semantics::bound::Slot;

/// So many rows of the right side are taken up at once.
const PART: usize = 1 << 16;

/// Rows of both sides that agree in some slots; null agrees with nothing.
pub(super) struct HashJoin<'p> {
    left: Source<'p>,
    right: Source<'p>,
    on: &'p [Slot],
    live: &'p [Slot],
    built: Option<Built>,
    under_way: Option<UnderWay>,
}

/// The right side, with the rows of each key.
struct Built {
    rows: Batch,
    groups: Groups,
    /// The rows of group `g` are `members[first[g]..first[g + 1]]`, in order.
    first: Vec<u32>,
    members: Vec<u32>,
}

struct UnderWay {
    batch: Batch,
    found: Vec<Option<u32>>,
    row: usize,
    member: usize,
}

impl<'p> HashJoin<'p> {
    pub(super) fn new(
        left: Source<'p>,
        right: Source<'p>,
        on: &'p [Slot],
        live: &'p [Slot],
    ) -> Self {
        Self {
            left,
            right,
            on,
            live,
            built: None,
            under_way: None,
        }
    }
}

impl Built {
    fn new(rows: Batch, on: &[Slot], run: &mut Run<'_>) -> Result<Self> {
        let mut groups = Groups::new(on.len());
        let mut numbers = Vec::with_capacity(rows.len());
        for start in (0..rows.len()).step_by(PART) {
            run.ctx.pulse()?;
            let part = rows.slice(start, PART.min(rows.len() - start));
            numbers.extend(groups.assign(&columns_of(&part, on), part.len()));
        }
        let mut first = vec![0_u32; groups.len().max(1) + 1];
        for &number in &numbers {
            first[number as usize + 1] += 1;
        }
        for group in 1..first.len() {
            first[group] += first[group - 1];
        }
        let mut next = first.clone();
        let mut members = vec![0_u32; numbers.len()];
        for (row, number) in (0_u32..).zip(numbers) {
            let place = &mut next[number as usize];
            members[*place as usize] = row;
            *place += 1;
        }
        Ok(Self {
            rows,
            groups,
            first,
            members,
        })
    }

    fn members(&self, group: u32) -> &[u32] {
        let group = group as usize;
        &self.members[self.first[group] as usize..self.first[group + 1] as usize]
    }
}

impl UnderWay {
    fn fill(&mut self, built: &Built, live: &[Slot]) -> Batch {
        let mut fan = Fan::default();
        let mut members = Vec::new();
        while self.row < self.batch.len() && !fan.is_full() {
            let found = self.found[self.row].map_or(&[][..], |group| built.members(group));
            let rest = &found[self.member..];
            let taken = rest.len().min(fan.room());
            fan.repeat(self.row, taken);
            members.extend_from_slice(&rest[..taken]);
            if taken < rest.len() {
                self.member += taken;
            } else {
                self.row += 1;
                self.member = 0;
            }
        }
        side_by_side((&self.batch, fan.rows()), (&built.rows, &members), live)
    }
}

impl Operate for HashJoin<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        run.ctx.pulse()?;
        if self.built.is_none() {
            let batches = drain(&mut self.right, run)?;
            let built = Built::new(Batch::concat(&batches, &|| run.ctx.pulse())?, self.on, run)?;
            run.ctx
                .hold(built.groups.bytes() + built.members.len() * 4)?;
            self.built = Some(built);
        }
        let Some(built) = self.built.as_mut().filter(|built| !built.rows.is_empty()) else {
            return Ok(None);
        };
        let mut under_way = if let Some(under_way) = self.under_way.take() {
            under_way
        } else {
            let Some(batch) = self.left.next(run)? else {
                return Ok(None);
            };
            let found = built.groups.find(&columns_of(&batch, self.on), batch.len());
            UnderWay {
                batch,
                found,
                row: 0,
                member: 0,
            }
        };
        let out = under_way.fill(built, self.live);
        if under_way.row < under_way.batch.len() {
            self.under_way = Some(under_way);
        }
        Ok(Some(out))
    }
}
