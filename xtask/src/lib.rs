//! Code generation. The tests call it too, to find out what is stale.

pub mod api_table;
