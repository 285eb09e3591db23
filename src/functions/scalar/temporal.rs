//! Functions about time.

use super::super::Function;
use super::super::signature::Signature;
use crate::value::Type;

pub(super) const FUNCTIONS: &[Function] = &[Function::new(
    "timestamp",
    "temporal",
    Signature::of(&[], Type::Integer),
    "Returns the milliseconds from 1970-01-01T00:00Z to the beginning of the statement.",
    |context, _| {
        let now = context.now.statement;
        Ok((now.seconds() * 1000 + now.nanosecond() / 1_000_000).into())
    },
)];
