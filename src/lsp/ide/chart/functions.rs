//! What is known by name in a template: functions, keywords, and the objects that helm provides.

/// A function or keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// Its name.
    pub name: &'static str,
    /// Its name and parameters, and the type of its result.
    pub signature: &'static str,
    /// What it does.
    pub text: &'static str,
    /// Where it is documented; empty for a keyword.
    pub source: &'static str,
}

const FUNCTIONS: &str = include_str!("functions.txt");

/// Keywords: <https://pkg.go.dev/text/template#hdr-Actions>
const KEYWORDS: &[(&str, &str, &str)] = &[
    (
        "if",
        "if CONDITION",
        "writes what follows if the value is not empty",
    ),
    (
        "else",
        "else",
        "starts what is written otherwise; `else if` and `else with` test again",
    ),
    (
        "end",
        "end",
        "ends `if`, `range`, `with`, `define` and `block`",
    ),
    (
        "range",
        "range $KEY, $VALUE := COLLECTION",
        "repeats what follows for each item, which is `.` there",
    ),
    (
        "with",
        "with VALUE",
        "writes what follows if the value is not empty; it is `.` there",
    ),
    ("define", "define NAME", "defines a named template"),
    (
        "template",
        "template NAME CONTEXT",
        "executes a named template; its text cannot be piped, see `include`",
    ),
    (
        "block",
        "block NAME CONTEXT",
        "defines a named template and executes it",
    ),
    ("break", "break", "ends the innermost `range`"),
    (
        "continue",
        "continue",
        "goes on with the next item of the innermost `range`",
    ),
];

/// What helm provides: <https://helm.sh/docs/chart_template_guide/builtin_objects/>
const OBJECTS: &[(&str, &str)] = &[
    ("Values", "the values of the chart"),
    ("Chart", "what `Chart.yaml` says"),
    ("Release", "the release"),
    ("Capabilities", "what the cluster can do"),
    ("Files", "the files of the chart that are not templates"),
    ("Template", "the template file that is rendered"),
    ("Subcharts", "what the templates of each subchart see"),
];

const FIELDS: &[(&str, &[(&str, &str)])] = &[
    (
        "Chart",
        &[
            ("Name", "name of the chart, or its alias"),
            ("Version", "version of the chart"),
            ("AppVersion", "version of the application"),
            ("Description", "description of the chart"),
            ("Type", "`application` or `library`"),
            ("APIVersion", "`v1` or `v2`"),
            ("KubeVersion", "Kubernetes versions that the chart is for"),
            ("Home", "home page"),
            ("Icon", "URL of an icon"),
            ("Keywords", "list of keywords"),
            ("Sources", "list of URLs of the source code"),
            ("Maintainers", "list of `Name`, `Email`, `URL`"),
            ("Annotations", "map of annotations"),
            ("Dependencies", "list of dependencies"),
            ("Deprecated", "whether the chart is deprecated"),
            ("IsRoot", "false in a subchart"),
        ],
    ),
    (
        "Release",
        &[
            ("Name", "name of the release"),
            ("Namespace", "namespace of the release"),
            ("Service", "always `Helm`"),
            ("IsInstall", "true if the release is installed"),
            (
                "IsUpgrade",
                "true if the release is upgraded or rolled back",
            ),
            ("Revision", "number of the revision, from 1"),
        ],
    ),
    (
        "Capabilities",
        &[
            (
                "KubeVersion",
                "version of the cluster: `.Version`, `.Major`, `.Minor`",
            ),
            (
                "APIVersions",
                "API versions of the cluster: `.Has \"batch/v1\"`",
            ),
            ("HelmVersion", "version of helm: `.Version`"),
        ],
    ),
    (
        "KubeVersion",
        &[
            ("Version", "version, such as `v1.34.0`"),
            ("Major", "first number of the version"),
            ("Minor", "second number of the version"),
            ("GitVersion", "old name of `Version`"),
        ],
    ),
    (
        "APIVersions",
        &[(
            "Has",
            "`.Has \"apps/v1/Deployment\"`: whether the cluster has a version or kind",
        )],
    ),
    (
        "HelmVersion",
        &[("Version", "version of helm, such as `v4.3.2`")],
    ),
    (
        "Files",
        &[
            ("Get", "`.Get PATH`: text of a file"),
            ("GetBytes", "`.GetBytes PATH`: bytes of a file"),
            ("Glob", "`.Glob PATTERN`: the files whose paths match"),
            ("Lines", "`.Lines PATH`: lines of a file"),
            ("AsConfig", "the files as data of a ConfigMap, in YAML"),
            ("AsSecrets", "the files as data of a Secret, in YAML"),
        ],
    ),
    (
        "Template",
        &[
            (
                "Name",
                "path of the template file, from the name of the chart on",
            ),
            ("BasePath", "path of the directory of templates"),
        ],
    ),
];

/// All functions.
pub(super) fn functions() -> impl Iterator<Item = Known> {
    let mut source = "";
    FUNCTIONS.lines().filter_map(move |line| {
        if let Some(url) = line.strip_prefix("# ") {
            source = url;
            return None;
        }
        let (signature, text) = line.split_once(" | ")?;
        let name = signature.split(' ').next()?;
        Some(Known {
            name,
            signature,
            text,
            source,
        })
    })
}

/// All keywords.
pub(super) fn keywords() -> impl Iterator<Item = Known> {
    KEYWORDS.iter().map(|&(name, signature, text)| Known {
        name,
        signature,
        text,
        source: "https://pkg.go.dev/text/template#hdr-Actions",
    })
}

/// The function of a name, and whether it is meant that fails on an error: `mustToJson`.
pub(super) fn function(name: &str) -> Option<(Known, bool)> {
    if let Some(known) = functions().find(|known| known.name == name) {
        return Some((known, false));
    }
    let rest = name.strip_prefix("must")?;
    let first = rest.chars().next()?.to_ascii_lowercase();
    let name = format!("{first}{}", &rest[1..]);
    let known = functions().find(|known| known.name == name)?;
    Some((known, true))
}

/// The objects at the root of `.`, with what they are.
pub(super) fn objects() -> &'static [(&'static str, &'static str)] {
    OBJECTS
}

/// The fields of an object, with what they are.
pub(super) fn fields(object: &str) -> Option<&'static [(&'static str, &'static str)]> {
    let found = FIELDS.iter().find(|(name, _)| *name == object)?;
    Some(found.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_is_described() {
        let missing: Vec<&str> = podwright_render::helm::function_names()
            .into_iter()
            .filter(|name| function(name).is_none())
            .collect();
        assert_eq!(missing, Vec::<&str>::new());
        for known in functions() {
            assert!(
                known.source.starts_with("http") || known.source.contains("helm.sh"),
                "{known:?}"
            );
            assert!(known.signature.contains(" -> "), "{known:?}");
            assert!(!known.text.ends_with('.'), "{known:?}");
        }
    }

    #[test]
    fn every_described_function_exists() {
        let names = podwright_render::helm::function_names();
        let unknown: Vec<&str> = functions()
            .map(|known| known.name)
            .filter(|name| !names.contains(name))
            .collect();
        assert_eq!(unknown, Vec::<&str>::new());
    }
}
