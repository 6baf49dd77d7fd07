//! Rules about charts, from what their values make of them.

pub(crate) mod helm_render_fails;
