//! The options that a shell is called with, or sets itself.

/// The options of a shell that change whether the next command runs.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Options {
    /// The shell is bash: another one ends at an option that it does not know.
    bash: bool,
    /// `-e`: end at a command that fails.
    pub(super) errexit: bool,
    /// `-u`: end at a variable that is not set.
    pub(super) nounset: bool,
}

impl Options {
    /// The options of the shell called `name` when it starts.
    pub(super) fn of(name: &str) -> Self {
        Self {
            bash: name == "bash",
            ..Self::default()
        }
    }

    /// Sets `-eu` or unsets `+eu`; gives the number of words taken behind it (`-o NAME`), `None` if not understood.
    pub(super) fn set(&mut self, flags: &str, next: Option<&Option<String>>) -> Option<usize> {
        let on = flags.starts_with('-');
        let mut taken = 0;
        for flag in flags.chars().skip(1) {
            match flag {
                'e' => self.errexit = on,
                'u' => self.nounset = on,
                'a' | 'b' | 'f' | 'i' | 'l' | 'm' | 'v' | 'x' | 'C' => {}
                'h' | 'B' | 'E' | 'H' | 'P' | 'T' if self.bash => {}
                'o' if taken == 0 => {
                    taken = 1;
                    match next?.as_deref()? {
                        "errexit" => self.errexit = on,
                        "nounset" => self.nounset = on,
                        "allexport" | "ignoreeof" | "monitor" | "noclobber" | "noglob"
                        | "notify" | "verbose" | "xtrace" => {}
                        "pipefail" | "posix" | "errtrace" | "functrace" if self.bash => {}
                        _ => return None,
                    }
                }
                _ => return None,
            }
        }
        Some(taken)
    }
}
