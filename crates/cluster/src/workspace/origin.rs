use std::path::Path;

/// Where a file is, as far as this decides whether its objects are applied. It depends on the path below the directory
/// that the user named: who names a directory asks for all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Among the files that the user asked for.
    #[default]
    Asked,
    /// In a directory of test data, which is given as displayed. Test data is often wrong on purpose.
    Sample(Box<str>),
    /// In a directory of dependencies: files of other projects.
    Dependency,
    /// Its name or that of a directory above it starts with `.`.
    Hidden,
    /// A configuration lists it as a file with admission policies. The real path of the file.
    Policy(Box<Path>),
}

/// Names of directories with test data: Go's tools ignore `testdata`, the others are conventions.
const SAMPLES: [&str; 6] = [
    "testdata",
    "test_data",
    "test-data",
    "fixtures",
    "__fixtures__",
    "golden",
];

/// Directory with test data of Maven and Gradle.
const JAVA_SAMPLES: &str = "src/test/resources";

/// Names of directories that package managers fill.
const DEPENDENCIES: [&str; 2] = ["vendor", "node_modules"];

impl Origin {
    /// Origin of a file that is displayed as `shown`, of whose parts the user named the first `asked`.
    #[must_use]
    pub fn below(shown: &str, asked: usize) -> Self {
        let named = |part: &str| SAMPLES.contains(&part) || DEPENDENCIES.contains(&part);
        if shown.split('/').take(asked).any(named) {
            return Self::Asked;
        }
        let directory = shown
            .rsplit_once('/')
            .map_or("", |(directory, _)| directory);
        let mut end = 0;
        let mut sample = None;
        for (index, part) in directory.split('/').enumerate() {
            end += part.len() + usize::from(index > 0);
            if index < asked {
                continue;
            }
            if DEPENDENCIES.contains(&part) {
                return Self::Dependency;
            }
            if SAMPLES.contains(&part) || ends_in(&shown[..end], JAVA_SAMPLES) {
                sample.get_or_insert(end);
            }
        }
        sample.map_or(Self::Asked, |end| Self::Sample(shown[..end].into()))
    }
}

/// Whether `path` ends with the directories `last`.
fn ends_in(path: &str, last: &str) -> bool {
    path.strip_suffix(last)
        .is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::Origin;

    #[test]
    fn depends_on_the_directories_below_the_named_one() {
        let sample = |directory: &str| Origin::Sample(directory.into());
        for (shown, asked, origin) in [
            ("a.yaml", 0, Origin::Asked),
            ("testdata.yaml", 0, Origin::Asked),
            ("testdata", 0, Origin::Asked),
            ("testdata/a.yaml", 0, sample("testdata")),
            ("x/testdata/y/fixtures/a.yaml", 0, sample("x/testdata")),
            ("x/testdata/y/fixtures/a.yaml", 1, sample("x/testdata")),
            ("x/testdata/y/fixtures/a.yaml", 2, Origin::Asked),
            (
                "x/src/test/resources/a/b.yaml",
                0,
                sample("x/src/test/resources"),
            ),
            ("x/mysrc/test/resources/a.yaml", 0, Origin::Asked),
            ("vendor/x/testdata/a.yaml", 0, Origin::Dependency),
            ("testdata/vendor/a.yaml", 0, Origin::Dependency),
            ("vendor/a.yaml", 1, Origin::Asked),
            ("vendored/a.yaml", 0, Origin::Asked),
        ] {
            assert_eq!(Origin::below(shown, asked), origin, "{shown} {asked}");
        }
    }
}
