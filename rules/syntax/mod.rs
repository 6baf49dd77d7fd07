//! Rules about the file itself: whether kubectl can read it, and how it reads it.

mod explanation;
pub(crate) mod yaml_bad_document_separator;
pub(crate) mod yaml_content_after_document_end;
pub(crate) mod yaml_cr_only_newlines;
pub(crate) mod yaml_duplicate_key;
pub(crate) mod yaml_indented_separator;
pub(crate) mod yaml_merge_key_override;
pub(crate) mod yaml_missing_separator;
pub(crate) mod yaml_separator_splits_scalar;
pub(crate) mod yaml_syntax;

pub(crate) use explanation::of_syntax;
