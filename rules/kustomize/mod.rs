//! Kustomizations: what they build, and what they leave out.

pub(crate) mod kustomize_file_unlisted;
