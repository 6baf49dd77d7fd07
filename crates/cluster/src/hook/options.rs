//! Shell options from the command line or the `set` builtin.

/// Shell options that affect whether the next command runs.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Options {
    /// Whether the shell is bash. Other shells exit at an option that they do not know.
    bash: bool,
    /// `-e`: exit when a command fails.
    pub(super) errexit: bool,
    /// `-u`: exit when an unset variable is expanded.
    pub(super) nounset: bool,
}

impl Options {
    /// Initial options of the shell `name`.
    pub(super) fn of(name: &str) -> Self {
        Self {
            bash: name == "bash",
            ..Self::default()
        }
    }

    /// Sets (`-eu`) or unsets (`+eu`) the options in `flags`. Returns the number of following words that it consumes
    /// (`-o NAME`), or `None` if an option is not understood.
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
