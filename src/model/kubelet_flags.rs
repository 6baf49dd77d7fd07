//! The kubelet's command line, as far as the files tell that write it.

use super::placeholder::is_placeholder;
use crate::text::Span;

/// What a file says of how the kubelet is started: a unit of systemd, one of its drop-ins, or a file of environment
/// variables such as kubeadm's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KubeletFlags {
    /// The flags, in order. The kubelet takes the last of several.
    pub flags: Vec<KubeletFlag>,
    /// `WorkingDirectory=` of a unit.
    pub working_directory: Option<String>,
    /// The variable `HOME`, as a unit's `Environment=` sets it or an environment file does.
    pub home: Option<String>,
}

/// A flag of the kubelet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KubeletFlag {
    /// Its name, without dashes.
    pub name: String,
    /// Its value, if there is one that is no variable.
    pub value: Option<String>,
    /// Where the whole of it stands.
    pub span: Span,
}

impl KubeletFlags {
    /// Reads a file's text. Comments, from `#` or `;` at the beginning of a line, are left out.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut read = Self::default();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let code = line.trim_start();
            if !code.starts_with(['#', ';']) {
                read.line(line, start);
            }
            start += line.len();
        }
        read
    }

    /// The value of a flag; the last, if it is given more than once.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        let flag = self.flags.iter().rev().find(|flag| flag.name == name)?;
        flag.value.as_deref()
    }

    /// Takes in what a file says that is read later: it wins.
    pub fn extend(&mut self, later: &Self) {
        self.flags.extend(later.flags.iter().cloned());
        let take = |own: &mut Option<String>, later: &Option<String>| {
            if later.is_some() {
                own.clone_from(later);
            }
        };
        take(&mut self.working_directory, &later.working_directory);
        take(&mut self.home, &later.home);
    }

    fn line(&mut self, line: &str, start: usize) {
        let code = line.trim();
        let assigned = |name: &str| {
            let value = code.strip_prefix(name)?.trim_matches(['"', '\'']);
            (!value.is_empty() && !is_placeholder(value)).then(|| value.to_owned())
        };
        if let Some(folder) = assigned("WorkingDirectory=") {
            // `-` allows it to be missing, `~` is the home of the user.
            let folder = folder.trim_start_matches('-');
            self.working_directory = folder.starts_with('/').then(|| folder.to_owned());
        }
        let environment = code.strip_prefix("Environment=").unwrap_or(code);
        if let Some(home) = environment
            .trim_start_matches(['"', '\''])
            .strip_prefix("HOME=")
        {
            let home = home.trim_matches(['"', '\'']);
            if !is_placeholder(home) {
                self.home = Some(home.to_owned());
            }
        }
        self.flags_of(line, start);
    }

    fn flags_of(&mut self, line: &str, start: usize) {
        let mut words = words(line).peekable();
        while let Some((at, word)) = words.next() {
            let Some(flag) = word.strip_prefix("--").filter(|flag| !flag.is_empty()) else {
                continue;
            };
            let (name, mut value) = match flag.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (flag, None),
            };
            let mut end = at + word.len();
            let is_value = |next: &(usize, &str)| {
                value.is_none() && !next.1.starts_with('-') && next.1 != "\\"
            };
            if let Some((at, next)) = words.next_if(is_value) {
                value = Some(next);
                end = at + next.len();
            }
            let value = value.map(|value| value.trim_matches(['"', '\'']));
            self.flags.push(KubeletFlag {
                name: name.to_owned(),
                value: value
                    .filter(|value| !is_placeholder(value))
                    .map(str::to_owned),
                span: span(start + at, start + end),
            });
        }
    }
}

/// The words of a line with where they begin. Quotes and the `=` of an assignment end a word too, those within a
/// flag do not.
fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_end = |c: char| c.is_whitespace();
    let whole = line.split(is_end).filter(|word| !word.is_empty());
    whole.map(move |word| {
        let at = word.as_ptr() as usize - line.as_ptr() as usize;
        // `KUBELET_EXTRA_ARGS="--root-dir=/data"`, `"--root-dir=/data"`
        let skipped = match word.find("--") {
            Some(flag) if word[..flag].ends_with(['=', '"', '\'']) => flag,
            _ => 0,
        };
        let word = word[skipped..].trim_end_matches(['"', '\'']);
        (at + skipped, word)
    })
}

fn span(start: usize, end: usize) -> Span {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(offset(start), offset(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_found_in_units_and_environment_files() {
        let unit = "[Service]\n# --old=1\nWorkingDirectory=/srv\nEnvironment=\"HOME=/root\"\n\
            Environment=\"KUBELET_EXTRA_ARGS=--root-dir=/data\"\nExecStart=/usr/bin/kubelet \\\n  --config \
            /etc/kubelet.yaml \\\n  --v=2 --register-node $KUBELET_EXTRA_ARGS --cloud-provider=${CLOUD}\n";
        let flags = KubeletFlags::parse(unit);
        let found: Vec<(&str, Option<&str>, &str)> = flags
            .flags
            .iter()
            .map(|flag| {
                let at = flag.span.start as usize..flag.span.end as usize;
                (flag.name.as_str(), flag.value.as_deref(), &unit[at])
            })
            .collect();
        assert_eq!(
            found,
            [
                ("root-dir", Some("/data"), "--root-dir=/data"),
                (
                    "config",
                    Some("/etc/kubelet.yaml"),
                    "--config /etc/kubelet.yaml"
                ),
                ("v", Some("2"), "--v=2"),
                ("register-node", None, "--register-node $KUBELET_EXTRA_ARGS"),
                ("cloud-provider", None, "--cloud-provider=${CLOUD}"),
            ]
        );
        assert_eq!(flags.working_directory.as_deref(), Some("/srv"));
        assert_eq!(flags.home.as_deref(), Some("/root"));
    }

    #[test]
    fn the_later_file_wins() {
        let mut flags = KubeletFlags::parse("KUBELET_KUBEADM_ARGS=\"--a=1 --b='2'\"\n");
        flags.extend(&KubeletFlags::parse(
            "KUBELET_EXTRA_ARGS=--a=3\nHOME=/home/x\n",
        ));
        assert_eq!(flags.value("a"), Some("3"));
        assert_eq!(flags.value("b"), Some("2"));
        assert_eq!(flags.value("c"), None);
        assert_eq!(flags.home.as_deref(), Some("/home/x"));
    }
}
