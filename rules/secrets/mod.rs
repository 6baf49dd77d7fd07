//! Rules for credentials in manifests, and for the tokens of ServiceAccounts.

pub(crate) mod env_secret_literal;
pub(crate) mod secret_as_env;
pub(crate) mod secret_in_config_map;
pub(crate) mod service_account_token;
