//! The methods that carry every walk over logical plans.

use super::logical::LogicalPlan;

impl LogicalPlan {
    /// Returns the plan with each direct part replaced by what `change` makes of it.
    #[must_use]
    pub fn map_children(mut self, change: &mut dyn FnMut(LogicalPlan) -> LogicalPlan) -> Self {
        for child in self.children_mut() {
            let taken = std::mem::replace(child, LogicalPlan::Unit);
            *child = change(taken);
        }
        self
    }

    /// Returns the plan rewritten from the leaves up.
    #[must_use]
    pub fn rewrite(self, change: &mut dyn FnMut(LogicalPlan) -> LogicalPlan) -> Self {
        let inner = self.map_children(&mut |child| child.rewrite(change));
        change(inner)
    }

    /// Returns the direct parts, in order.
    #[must_use]
    pub fn children(&self) -> Vec<&LogicalPlan> {
        match self {
            Self::Unit | Self::Argument => Vec::new(),
            Self::Match { input, .. }
            | Self::Unwind { input, .. }
            | Self::Filter { input, .. }
            | Self::Project { input, .. }
            | Self::Aggregate { input, .. }
            | Self::Distinct { input, .. }
            | Self::Sort { input, .. }
            | Self::Page { input, .. }
            | Self::Create { input, .. }
            | Self::Merge { input, .. }
            | Self::Set { input, .. }
            | Self::Delete { input, .. }
            | Self::Call { input, .. }
            | Self::LoadCsv { input, .. }
            | Self::Results { input, .. } => vec![input],
            Self::Apply { input, inner, .. } | Self::Foreach { input, inner, .. } => {
                vec![input, inner]
            }
            Self::Union { branches, .. } => branches.iter().map(|(plan, _)| plan).collect(),
        }
    }

    fn children_mut(&mut self) -> Vec<&mut LogicalPlan> {
        match self {
            Self::Unit | Self::Argument => Vec::new(),
            Self::Match { input, .. }
            | Self::Unwind { input, .. }
            | Self::Filter { input, .. }
            | Self::Project { input, .. }
            | Self::Aggregate { input, .. }
            | Self::Distinct { input, .. }
            | Self::Sort { input, .. }
            | Self::Page { input, .. }
            | Self::Create { input, .. }
            | Self::Merge { input, .. }
            | Self::Set { input, .. }
            | Self::Delete { input, .. }
            | Self::Call { input, .. }
            | Self::LoadCsv { input, .. }
            | Self::Results { input, .. } => vec![input],
            Self::Apply { input, inner, .. } | Self::Foreach { input, inner, .. } => {
                vec![input, inner]
            }
            Self::Union { branches, .. } => branches.iter_mut().map(|(plan, _)| plan).collect(),
        }
    }
}
