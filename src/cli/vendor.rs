//! `podwright vendor`: fetches charts and repositories that renders need, with the user's `helm` and `git`, and stores
//! them with a lock file. Nothing else in podwright uses the network.

mod chart;
mod git_tree;
mod needs;
mod process;
mod repository;
mod store;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::ExitCode;

use podwright_cluster::workspace::Ask;
use podwright_report::Syntax;

use super::arguments::Vendor;
use super::error::CliError;
use super::output::{self, Destination};
use needs::{Need, Needs};
use process::Failure;
use store::{State, Store};

/// Most times that the files are read again, because what was stored asks for more.
const MAX_ROUNDS: usize = 10;

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Fetch what is not stored.
    Fetch,
    /// Fetch everything again, and resolve versions again.
    Update,
    /// Only look.
    Check,
    /// Only list what would be fetched.
    DryRun,
}

pub(super) fn run(arguments: &Vendor) -> Result<ExitCode, CliError> {
    let mode = match arguments {
        Vendor { check: true, .. } => Mode::Check,
        Vendor { dry_run: true, .. } => Mode::DryRun,
        Vendor { update: true, .. } => Mode::Update,
        _ => Mode::Fetch,
    };
    let mut run = Run {
        mode,
        stores: BTreeMap::new(),
        tried: BTreeSet::new(),
        errors: 0,
    };
    let mut needs = Needs::read(&arguments.paths)?;
    for _ in 0..MAX_ROUNDS {
        if !run.round(&needs)? {
            break;
        }
        needs = Needs::read(&arguments.paths)?;
    }
    run.finish(&needs)
}

/// A run in progress.
struct Run {
    mode: Mode,
    /// What is stored, by the directory that has `.podwright`.
    stores: BTreeMap<PathBuf, Store>,
    /// What was looked at before, by directory.
    tried: BTreeSet<(PathBuf, Ask)>,
    errors: usize,
}

impl Run {
    /// Looks at what was not looked at before. Returns whether something new is stored.
    fn round(&mut self, needs: &Needs) -> Result<bool, CliError> {
        let mut has_changed = false;
        for need in &needs.all {
            let key = (need.root.clone(), need.ask.without_credentials());
            if !self.tried.insert(key) {
                continue;
            }
            let store = match self.stores.entry(need.root.clone()) {
                std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
                std::collections::btree_map::Entry::Vacant(new) => {
                    new.insert(Store::open(&need.root)?)
                }
            };
            let state = store.state(&need.ask);
            match (self.mode, &state) {
                (Mode::Fetch | Mode::Check | Mode::DryRun, State::Stored) => {}
                (Mode::Check, state) => {
                    self.errors += 1;
                    output::error(&format!("{}: {} {state}", need.place, need.ask));
                }
                (Mode::DryRun, _) => say(&format!("would fetch {}", need.ask))?,
                (Mode::Fetch | Mode::Update, _) => {
                    let is_pinned = self.mode == Mode::Fetch;
                    match store.fetch(&need.ask, is_pinned) {
                        Ok(Some(line)) => {
                            has_changed = true;
                            say(&line)?;
                        }
                        Ok(None) => {}
                        Err(failure) => {
                            self.errors += 1;
                            report(need, &failure);
                        }
                    }
                }
            }
        }
        Ok(has_changed)
    }

    /// Removes or reports unneeded entries, and prints the result.
    fn finish(mut self, needs: &Needs) -> Result<ExitCode, CliError> {
        for root in &needs.roots {
            if !self.stores.contains_key(root) {
                self.stores.insert(root.clone(), Store::open(root)?);
            }
        }
        for (root, store) in &mut self.stores {
            let own = needs.all.iter().filter(|need| need.root == *root);
            let asked: Vec<&Ask> = own.map(|need| &need.ask).collect();
            let unneeded = store.unneeded(&asked);
            if unneeded.is_empty() {
                continue;
            }
            let names = unneeded.iter().map(|(_, what)| what);
            if let Some(reason) = needs.incomplete(root) {
                let list: Vec<&str> = names.map(String::as_str).collect();
                output::note(&format!("kept, because {reason}: {}", list.join(", ")));
                continue;
            }
            match self.mode {
                Mode::Check => {
                    self.errors += unneeded.len();
                    for (place, what) in &unneeded {
                        output::error(&format!(
                            "{place}: nothing asks for {what}; run `podwright vendor` to remove it"
                        ));
                    }
                }
                Mode::DryRun => {
                    for what in names {
                        say(&format!("would remove {what}"))?;
                    }
                }
                Mode::Fetch | Mode::Update => {
                    store.prune(&asked)?;
                    for what in names {
                        say(&format!("removed {what}"))?;
                    }
                }
            }
        }
        needs.notes.iter().for_each(|what| output::note(what));
        match (self.errors, self.mode, self.tried.len()) {
            (1.., ..) => {}
            (0, _, 0) => say("nothing to vendor")?,
            (0, Mode::DryRun, _) => {}
            (0, _, 1) => say("1 entry is up to date")?,
            (0, _, count) => say(&format!("{count} entries are up to date"))?,
        }
        Ok(ExitCode::from(u8::from(self.errors > 0)))
    }
}

fn report(need: &Need, failure: &Failure) {
    output::error(&format!(
        "{}: cannot fetch {}: {failure}",
        need.place, need.ask
    ));
}

/// Prints a line without credentials and control characters.
fn say(line: &str) -> Result<(), CliError> {
    let line = podwright_report::escape_lines(&podwright_redact::text(line));
    Destination::Stdout.write_without_commands(Syntax::Text, |out| writeln!(out, "{line}"))
}
