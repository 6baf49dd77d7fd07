use std::io::{self, Write};

use super::{error::CliError, output};
use podwright_lint::config::rule_named;
use podwright_rule::Profile;
use podwright_rules::RULES;

/// Documentation page of the rule with this current or former name.
pub(super) fn page(name: &str) -> Result<&'static str, CliError> {
    let entry = rule_named(name).map_err(CliError::new)?;
    if entry.meta.name != name {
        output::note(&format!("`{name}` is now called `{}`", entry.meta.name));
    }
    Ok(entry.meta.page)
}

/// Writes all rules by group: name, level, summary and profile.
pub(super) fn list(out: &mut dyn Write) -> io::Result<()> {
    let widest = RULES
        .iter()
        .map(|entry| entry.meta.name.len())
        .max()
        .unwrap_or(0);
    let mut group = None;
    for entry in RULES {
        let meta = &entry.meta;
        if group != Some(meta.group) {
            let gap = if group.is_some() { "\n" } else { "" };
            writeln!(out, "{gap}{}", meta.group)?;
            group = Some(meta.group);
        }
        writeln!(
            out,
            "  {:widest$}  {:7}  {}",
            meta.name,
            meta.level.name(),
            match entry.profile {
                Profile::Default => meta.summary.to_owned(),
                Profile::Named => format!("{} (only by name)", meta.summary),
                profile => format!("{} (profile {profile})", meta.summary),
            }
        )?;
    }
    Ok(())
}
