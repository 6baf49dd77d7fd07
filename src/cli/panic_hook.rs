use std::{panic, sync::Mutex};

use super::output;

/// Installs a panic hook that prints only the location: the message of a panic may quote the file, and the file may
/// contain credentials.
pub(super) fn hide_messages() {
    // Several threads may panic at the same time.
    let lock = Mutex::new(());
    panic::set_hook(Box::new(move |info| {
        let _held = lock.lock();
        let place = info
            .location()
            .map_or_else(|| "an unknown location".to_owned(), ToString::to_string);
        output::note(&format!("internal error at {place}; please report it"));
    }));
}
