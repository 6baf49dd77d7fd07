//! Threads whose stack is large enough for a render.

use crate::error::RenderError;

/// Runs `render` on a new thread with a stack of `size` bytes. A panic continues on this thread.
///
/// # Errors
///
/// Returns the error of `render`, or one if the thread cannot be started.
pub(crate) fn on_stack<T: Send>(
    size: usize,
    name: &str,
    render: impl FnOnce() -> Result<T, RenderError> + Send,
) -> Result<T, RenderError> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .stack_size(size)
            .spawn_scoped(scope, render);
        match thread.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(error) => Err(RenderError::at(
                None,
                format!("cannot start a thread: {error}"),
            )),
        }
    })
}
