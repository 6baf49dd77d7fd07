//! The table of well-known operators: what the custom resources of several of their releases have in common, made of the
//! type declarations of `@kubernetes-models` on npm.

mod build;
mod corrections;
mod packages;
mod read;
mod schema;
mod typescript;

use std::collections::BTreeMap;
use std::path::Path;

use crate::Result;
use packages::Origin;
use read::Kind;
use schema::Schema;

/// A kind as all known releases accept it.
struct Known {
    product: &'static str,
    /// Releases that have the kind, oldest first.
    releases: Vec<&'static str>,
    schema: Schema,
    /// Schema of the newest release.
    newest: Schema,
}

/// Makes the bytes of the table. Fetches the archives of the packages with `npm pack` to the directory `archives`, unless
/// they are there.
///
/// # Errors
///
/// If a package cannot be fetched, is not the one of the list, or contains a declaration of an unknown form.
pub fn table(archives: &Path) -> Result<Vec<u8>> {
    let directory = tempfile::tempdir()?;
    let mut kinds: BTreeMap<Kind, Known> = BTreeMap::new();
    for package in packages::packages()? {
        let files = package.fetch(archives, directory.path())?;
        let own = read::kinds(&files)?;
        for release in &package.releases {
            let before = kinds.len();
            for (kind, schema) in &own {
                let is_changed = match release.origin(&kind.0, &kind.1) {
                    Origin::No => continue,
                    Origin::Yes => true,
                    Origin::IfChanged => false,
                };
                add(&mut kinds, kind, schema, release, is_changed)?;
            }
            let is_empty = kinds.len() == before
                && !own.keys().any(|(group, version, _)| {
                    !matches!(release.origin(group, version), Origin::No)
                });
            if is_empty {
                let (name, version) = (package.name, package.version);
                return Err(format!("{name} {version} has no kind of {}", release.product).into());
            }
        }
    }
    corrections::apply(&mut kinds)?;
    build::table(&kinds)
}

fn add(
    kinds: &mut BTreeMap<Kind, Known>,
    kind: &Kind,
    schema: &Schema,
    release: &packages::Release,
    is_certain: bool,
) -> Result<()> {
    let Some(known) = kinds.get_mut(kind) else {
        let known = Known {
            product: release.product,
            releases: vec![release.release],
            schema: schema.clone(),
            newest: schema.clone(),
        };
        kinds.insert(kind.clone(), known);
        return Ok(());
    };
    if known.product != release.product {
        return Err(format!("two products have {kind:?}").into());
    }
    if is_certain || known.newest != *schema {
        known.schema = known.schema.or(schema);
        known.newest = schema.clone();
        known.releases.push(release.release);
    }
    Ok(())
}
