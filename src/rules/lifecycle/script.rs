//! The command of an `exec` hook, as its words.

use crate::model::{Field, LifecycleHandler};
use crate::syntax::NodeId;

/// What an `exec` hook runs.
pub(super) struct Script<'a> {
    /// The program, without its folders.
    pub(super) program: &'a str,
    /// Whether the program stands in a folder that images keep their programs in, or is looked for there.
    pub(super) is_of_image: bool,
    /// What is run: the script of a shell, else all words.
    pub(super) text: String,
    /// Whether a shell reads it.
    pub(super) is_shell: bool,
    /// The value that says so.
    pub(super) node: NodeId,
}

/// Shells that take a script behind `-c`.
const SHELLS: [&str; 5] = ["sh", "bash", "ash", "dash", "busybox"];
/// Where images keep their programs.
const FOLDERS: [&str; 6] = [
    "/bin",
    "/sbin",
    "/usr/bin",
    "/usr/sbin",
    "/usr/local/bin",
    "",
];

impl<'a> Script<'a> {
    /// Reads a hook whose command is known.
    pub(super) fn of(hook: &'a LifecycleHandler) -> Option<Self> {
        let (words, whole) = hook.exec.value()?.known()?;
        let texts: Option<Vec<&str>> = words.iter().map(Field::text).collect();
        let texts = texts?;
        let first = *texts.first()?;
        let (folder, program) = first.rsplit_once('/').unwrap_or(("", first));
        let is_option =
            |word: &&str| word.starts_with('-') && word.ends_with('c') && !word.starts_with("--");
        let at = texts.iter().position(is_option).map(|at| at + 1);
        let script = at.filter(|&at| SHELLS.contains(&program) && at < texts.len());
        Some(Self {
            program,
            is_of_image: FOLDERS.contains(&folder),
            text: script.map_or_else(|| texts.join(" "), |at| texts[at].to_owned()),
            is_shell: script.is_some(),
            node: script.and_then(|at| words[at].node()).unwrap_or(whole),
        })
    }

    /// The commands, cut at `;`, `&&`, `||`, `|` and line ends, without what stands around them.
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
