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

/// Runs shorter than this show no progress.
const PATIENCE: Duration = Duration::from_secs(1);
const PERIOD: Duration = Duration::from_millis(100);
const ERASE_LINE: &str = "\r\u{1b}[2K";

/// Progress line on standard error, shown if that is a terminal and the run takes long. It is erased on drop.
pub(super) struct Progress {
    read: Arc<AtomicUsize>,
    painter: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Starts with none of the `total` files read.
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

    /// Counts one more file as read.
    pub(super) fn file_read(&self) {
        self.read.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((end, thread)) = self.painter.take() {
            drop(end);
            // The thread only prints; a panic in it has no consequence.
            let _ = thread.join();
        }
    }
}

fn paint(text: &str) {
    let mut stderr = io::stderr().lock();
    // Progress that cannot be printed is ignored.
    let _ = stderr
        .write_all(text.as_bytes())
        .and_then(|()| stderr.flush());
}
