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
    /// `User=` of a systemd unit.
    pub user: Option<String>,
    /// `SetLoginEnvironment=` of a systemd unit.
    pub sets_login_environment: Option<bool>,
    /// `EnvironmentFile=` of a systemd unit: paths without the leading `-`.
    pub environment_files: Vec<String>,
    /// Whether the main file of the systemd unit is known, and not only drop-ins and environment files.
    pub is_unit_known: bool,
}

/// Home directory of the kubelet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KubeletHome {
    /// `HOME` has this value.
    Directory(String),
    /// `HOME` is not set. The kubelet then uses its working directory.
    Unset,
    /// Not known from the files.
    Unknown,
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
        take(&mut self.user, &later.user);
        if later.sets_login_environment.is_some() {
            self.sets_login_environment = later.sets_login_environment;
        }
        let files = later.environment_files.iter().cloned();
        self.environment_files.extend(files);
        self.is_unit_known |= later.is_unit_known;
    }

    /// Merges the settings of the file at `path` of a node, which is read later and takes precedence. The main file of a
    /// unit replaces one in a directory of lower priority. An environment file sets variables only if the unit names it.
    pub fn extend_from(&mut self, path: &str, later: &Self) {
        let mut later = later.clone();
        if path.ends_with("/kubelet.service") {
            later.is_unit_known = true;
            self.working_directory = None;
            self.home = None;
            self.user = None;
            self.sets_login_environment = None;
            self.environment_files.clear();
        } else if !path.contains(".service.d/")
            && self.is_unit_known
            && !self.environment_files.iter().any(|named| named == path)
        {
            later.home = None;
        }
        self.extend(&later);
    }

    /// Home directory of the kubelet: `HOME`, which systemd sets for system units only if they have `User=`
    /// (systemd.exec(5)) or `SetLoginEnvironment=yes`.
    #[must_use]
    pub fn kubelet_home(&self) -> KubeletHome {
        let is_login = self
            .sets_login_environment
            .unwrap_or_else(|| self.user.is_some());
        match (self.home.as_deref(), self.user.as_deref()) {
            (Some(""), _) => KubeletHome::Unset,
            (Some(home), _) => KubeletHome::Directory(home.to_owned()),
            (None, None | Some("root" | "0")) if is_login => {
                KubeletHome::Directory("/root".to_owned())
            }
            (None, _) if !is_login && self.is_unit_known => KubeletHome::Unset,
            (None, _) => KubeletHome::Unknown,
        }
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
        if let Some(user) = assigned("User=") {
            self.user = Some(user);
        }
        if let Some(sets) = assigned("SetLoginEnvironment=") {
            let is_true = ["1", "yes", "y", "true", "t", "on"].contains(&sets.as_str());
            self.sets_login_environment = Some(is_true);
        }
        if let Some(file) = assigned("EnvironmentFile=") {
            let file = file.trim_start_matches('-').to_owned();
            self.environment_files.push(file);
        }
        match code.strip_prefix("Environment=") {
            // An empty assignment removes the earlier ones.
            Some("") => self.home = None,
            Some(assignments) => assignments
                .split_whitespace()
                .for_each(|one| self.variable(one)),
            None => self.variable(code),
        }
        self.flags_of(line, start);
    }

    /// Reads an assignment of `HOME`, which may be in quotes.
    fn variable(&mut self, assignment: &str) {
        let quotes = ['"', '\''];
        let assigned = assignment.trim_start_matches(quotes).strip_prefix("HOME=");
        if let Some(home) = assigned.map(|home| home.trim_matches(quotes))
            && !is_placeholder(home)
        {
            self.home = Some(home.to_owned());
        }
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
    fn the_unit_determines_the_home_directory() {
        let home = |files: &[(&str, &str)]| {
            let mut all = KubeletFlags::default();
            for (path, text) in files {
                all.extend_from(path, &KubeletFlags::parse(text));
            }
            all.kubelet_home()
        };
        let directory = |path: &str| KubeletHome::Directory(path.to_owned());
        let unit = "/etc/systemd/system/kubelet.service";
        let drop_in = "/etc/systemd/system/kubelet.service.d/10.conf";
        let defaults = "/etc/default/kubelet";
        let start = "ExecStart=/usr/bin/kubelet\n";
        for (files, expected) in [
            (vec![(unit, start)], KubeletHome::Unset),
            (vec![(unit, "User=root\n")], directory("/root")),
            (vec![(unit, "User=0\n")], directory("/root")),
            (vec![(unit, "User=kube\n")], KubeletHome::Unknown),
            (vec![(unit, "Environment=HOME=/a\n")], directory("/a")),
            (
                vec![(unit, "Environment=\"A=b\" \"HOME=/a\"\n")],
                directory("/a"),
            ),
            (vec![(unit, "Environment=A=b HOME=/a\n")], directory("/a")),
            (
                vec![(unit, "Environment=HOME=/a\nEnvironment=\n")],
                KubeletHome::Unset,
            ),
            (
                vec![(unit, "SetLoginEnvironment=yes\n")],
                directory("/root"),
            ),
            (
                vec![(unit, "User=root\nSetLoginEnvironment=no\n")],
                KubeletHome::Unset,
            ),
            (
                vec![(unit, start), (drop_in, "User=root\n")],
                directory("/root"),
            ),
            (
                vec![(unit, start), (drop_in, "Environment=HOME=/b\n")],
                directory("/b"),
            ),
            (vec![(drop_in, start)], KubeletHome::Unknown),
            (
                vec![(unit, start), (defaults, "HOME=/c\n")],
                KubeletHome::Unset,
            ),
            (
                vec![
                    (unit, "EnvironmentFile=-/etc/default/kubelet\n"),
                    (defaults, "HOME=/c\n"),
                ],
                directory("/c"),
            ),
            (
                vec![
                    ("/usr/lib/systemd/system/kubelet.service", "User=root\n"),
                    (unit, start),
                ],
                KubeletHome::Unset,
            ),
        ] {
            assert_eq!(home(&files), expected, "{files:?}");
        }
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
