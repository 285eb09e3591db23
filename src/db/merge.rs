//! Taking over what another graph holds.

use super::{ChangeSet, Preference, Session, Snapshot};
use crate::error::Result;
use crate::formats::compare;

impl Session {
    /// Adds what another graph holds, by the rule of [`compare`]: nothing is overwritten unless the
    /// new graph is preferred. Returns what was done, and what contradicts what was there.
    ///
    /// # Errors
    /// If the session only reads, or what is added breaks a constraint. Nothing is added then.
    ///
    /// # Examples
    /// Who wants to decide about conflicts looks at them before the commit:
    /// ```
    /// use polity::db::{Database, Params, Preference};
    ///
    /// let (known, new) = (Database::new(), Database::new());
    /// let params = Params::default();
    /// known.session().run("CREATE (:State {id: 'cn', name: 'China'})", &params)?;
    /// new.session().run("CREATE (:State {id: 'cn', name: 'PRC', iso2: 'CN'})", &params)?;
    ///
    /// let mut session = known.session();
    /// let mut transaction = session.transaction()?;
    /// let changes = transaction.merge(&new.snapshot(), Preference::Known)?;
    /// assert_eq!(
    ///     changes.conflicts[0].to_string(),
    ///     "China :State {id: 'cn'}: `name` stays 'China', not 'PRC'"
    /// );
    /// transaction.commit_with("what the new source says")?;
    /// let query = "MATCH (s:State {name: 'China', iso2: 'CN'}) RETURN s";
    /// assert_eq!(session.run(query, &params)?.len(), 1);
    /// # Ok::<(), polity::error::Error>(())
    /// ```
    pub fn merge(&mut self, graph: &Snapshot, preference: Preference) -> Result<ChangeSet> {
        self.change(|transaction| {
            let changes = compare::merge(transaction.view(), graph, preference);
            changes.apply(transaction)?;
            Ok(changes)
        })
    }
}
