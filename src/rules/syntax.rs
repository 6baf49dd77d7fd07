//! Rules about the file itself: whether kubectl can read it, and how it reads it.

mod explanation;
mod yaml_bad_document_separator;
mod yaml_content_after_document_end;
mod yaml_cr_only_newlines;
mod yaml_duplicate_key;
mod yaml_indented_separator;
mod yaml_merge_key_override;
mod yaml_separator_splits_scalar;
mod yaml_syntax;

pub(super) use yaml_bad_document_separator::YamlBadDocumentSeparator;
pub(super) use yaml_content_after_document_end::YamlContentAfterDocumentEnd;
pub(super) use yaml_cr_only_newlines::YamlCrOnlyNewlines;
pub(super) use yaml_duplicate_key::YamlDuplicateKey;
pub(super) use yaml_indented_separator::YamlIndentedSeparator;
pub(super) use yaml_merge_key_override::YamlMergeKeyOverride;
pub(super) use yaml_separator_splits_scalar::YamlSeparatorSplitsScalar;
pub(super) use yaml_syntax::YamlSyntax;
