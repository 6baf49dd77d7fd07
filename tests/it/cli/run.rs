use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use tempfile::TempDir;

/// A Pod with an invalid pull policy at line 9, column 24.
pub(crate) const BAD: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: registry.example/web:1.4.2
      imagePullPolicy: always
";

/// The same Pod with a valid pull policy.
pub(crate) const GOOD: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: registry.example/web:1.4.2
      imagePullPolicy: Always
";

/// A temporary directory in which podwright runs.
pub(crate) struct Directory(TempDir);

/// Result of a run.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Directory {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let directory = Self(TempDir::new().unwrap());
        for (path, text) in files {
            directory.write(path, text);
        }
        directory
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// Sorted names of the directory entries.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path()).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// Command for `podwright` in this directory, without color settings from the environment.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_podwright"));
        command.current_dir(self.path());
        for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "LC_ALL"] {
            command.env_remove(variable);
        }
        command.env("COLUMNS", "100");
        command
    }

    /// Runs `podwright check` with a single rule, so that other rules do not interfere.
    pub(crate) fn check(&self, arguments: &[&str]) -> Run {
        self.check_with(arguments, &[])
    }

    pub(crate) fn check_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
        let alone = ["check", "--select", "pull-policy-invalid"];
        self.run(&[&alone, arguments].concat(), variables, "")
    }

    pub(crate) fn run(&self, arguments: &[&str], variables: &[(&str, &str)], stdin: &str) -> Run {
        let mut child = self
            .command()
            .args(arguments)
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Runs that do not read standard input close it.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        let output = child.wait_with_output().unwrap();
        Run {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
