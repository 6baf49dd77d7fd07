//! Command line of the kubelet, according to the files that set it.

use super::template::is_placeholder;
use podwright_syntax::text::Span;

/// Kubelet flags from one file: a systemd unit, one of its drop-ins, or a file with environment variables such as
/// kubeadm's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KubeletFlags {
    /// Flags in order. If a flag is repeated, the kubelet uses the last one.
    pub flags: Vec<KubeletFlag>,
    /// `WorkingDirectory=` of a systemd unit.
    pub working_directory: Option<String>,
    /// Variable `HOME`, set by `Environment=` of a unit or by an environment file.
    pub home: Option<String>,
}

/// Flag of the kubelet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KubeletFlag {
    /// Name without dashes.
    pub name: String,
    /// Value; `None` if it is absent or a variable.
    pub value: Option<String>,
    /// Span of the whole flag.
    pub span: Span,
}

impl KubeletFlags {
    /// Parses the text of a file. Comments, which start with `#` or `;` at the beginning of a line, are skipped.
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

    /// Value of a flag; the last one if it is repeated.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        let flag = self.flags.iter().rev().find(|flag| flag.name == name)?;
        flag.value.as_deref()
    }

    /// Merges the settings of a file that is read later and takes precedence.
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
        if let Some(directory) = assigned("WorkingDirectory=") {
            // `-` allows the directory to be missing, `~` is the user's home directory.
            let directory = directory.trim_start_matches('-');
            self.working_directory = directory.starts_with('/').then(|| directory.to_owned());
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

/// Words of a line with their offsets. Quotes and the `=` of an assignment also end a word, except within a flag.
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
