//! The command of a container, a probe or an `exec` hook, split into words.

use podwright_model::{Field, LifecycleHandler};
use podwright_syntax::NodeId;

/// Command that an `exec` hook, a probe or a container runs.
pub(super) struct Script<'a> {
    /// Program name, without its directory.
    pub(super) program: &'a str,
    /// Whether the program is in a standard directory of the image, or is looked up in `PATH`.
    pub(super) is_of_image: bool,
    /// The shell script, or all words joined with spaces if no shell is called.
    pub(super) text: String,
    /// Whether a shell interprets `text`.
    pub(super) is_shell: bool,
    /// Value that contains the script, or the whole command.
    pub(super) node: NodeId,
}

/// Shells that take a script after `-c`.
const SHELLS: [&str; 5] = ["sh", "bash", "ash", "dash", "busybox"];
/// Standard directories for programs in images.
const FOLDERS: [&str; 6] = [
    "/bin",
    "/sbin",
    "/usr/bin",
    "/usr/sbin",
    "/usr/local/bin",
    "",
];

impl<'a> Script<'a> {
    /// Reads the command of `hook`; `None` if any word of it is unknown.
    pub(super) fn of(hook: &'a LifecycleHandler) -> Option<Self> {
        let (words, whole) = hook.exec.value()?.known()?;
        Self::of_words(words, whole)
    }

    /// Reads a command of which `whole` is the list.
    pub(super) fn of_words(words: &'a [Field<String>], whole: NodeId) -> Option<Self> {
        let texts: Option<Vec<&str>> = words.iter().map(Field::text).collect();
        let texts = texts?;
        let first = *texts.first()?;
        let (directory, program) = first.rsplit_once('/').unwrap_or(("", first));
        let is_option =
            |word: &&str| word.starts_with('-') && word.ends_with('c') && !word.starts_with("--");
        let at = texts.iter().position(is_option).map(|at| at + 1);
        let script = at.filter(|&at| SHELLS.contains(&program) && at < texts.len());
        Some(Self {
            program,
            is_of_image: FOLDERS.contains(&directory),
            text: script.map_or_else(|| texts.join(" "), |at| texts[at].to_owned()),
            is_shell: script.is_some(),
            node: script.and_then(|at| words[at].node()).unwrap_or(whole),
        })
    }

    /// Returns the commands, split at `;`, `&&`, `||`, `|` and line ends, without surrounding whitespace.
    pub(super) fn commands(&self) -> impl Iterator<Item = &str> {
        let cut = if self.is_shell {
            &[';', '\n', '&', '|'][..]
        } else {
            &[]
        };
        self.text
            .split(cut)
            .map(str::trim)
            .filter(|command| !command.is_empty())
    }
}
