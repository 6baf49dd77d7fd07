use std::{
    io::{self, IsTerminal, Write},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc::{self, RecvTimeoutError, Sender},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

/// A run that takes less time than this shows no progress.
const PATIENCE: Duration = Duration::from_secs(1);
const PERIOD: Duration = Duration::from_millis(100);
const ERASE_LINE: &str = "\r\u{1b}[2K";

/// A line on standard error that says how many files were read, if that is a terminal and the run takes long.
/// It is gone when this is dropped.
pub(super) struct Progress {
    read: Arc<AtomicUsize>,
    painter: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Of `total` files none is read yet.
    pub(super) fn start(total: usize) -> Self {
        let read = Arc::new(AtomicUsize::new(0));
        let painter = io::stderr().is_terminal().then(|| {
            let (end, ended) = mpsc::channel();
            let read = Arc::clone(&read);
            let thread = thread::spawn(move || {
                let mut wait = PATIENCE;
                while ended.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                    let line = match read.load(Ordering::Relaxed) {
                        done if done < total => format!("reading file {done} of {total}"),
                        _ => format!("checking {total} files"),
                    };
                    paint(&format!("{ERASE_LINE}{line}"));
                    wait = PERIOD;
                }
                if wait == PERIOD {
                    paint(ERASE_LINE);
                }
            });
            (end, thread)
        });
        Self { read, painter }
    }

    /// One more file is read.
    pub(super) fn file_read(&self) {
        self.read.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((end, thread)) = self.painter.take() {
            drop(end);
            // It cannot have panicked in a way that matters.
            let _ = thread.join();
        }
    }
}

fn paint(text: &str) {
    let mut stderr = io::stderr().lock();
    // Progress that cannot be shown is not missed.
    let _ = stderr
        .write_all(text.as_bytes())
        .and_then(|()| stderr.flush());
}
