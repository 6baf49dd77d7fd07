//! The page `docs/src/accuracy.md`: agreement with Kubernetes, and results for a corpus of real manifests.

mod corpus;
mod page;

use crate::Generated;

pub use corpus::{Corpus, Reviewed, SETS, sample};
pub use page::parts_without_corpus;

/// Path of the page in the repository.
pub const PAGE: &str = "docs/src/accuracy.md";

/// Returns the whole page.
#[must_use]
pub fn page(corpus: &Corpus) -> Generated {
    Generated::new(PAGE, page::page(corpus))
}
