//! Integration tests, in one binary so that linking is paid once.

// Clippy knows test functions only, not the functions they call.
#![allow(clippy::expect_used, clippy::unwrap_used)]

mod accuracy;
mod advice;
mod api_table;
mod api_validation;
mod cli;
mod codegen;
mod compat;
mod conformance;
mod corpus;
mod credentials;
mod distribution;
mod docker_config_conformance;
mod dockerconfig;
mod docs;
mod environment;
mod explain;
mod files;
mod fix_engine;
mod fixes;
mod image_fixes;
mod images;
mod keyring;
mod kustomize_places;
mod lifecycle;
mod live;
mod lsp;
mod missing_keys;
mod objects;
mod readers;
mod redaction;
mod registry;
mod robustness;
mod rule_book;
mod runtime;
mod sandbox;
mod schema_objects;
mod snapshot;
mod suppress;
mod text_problems;
mod vendor;
mod workspaces;
mod yaml;
