//! All installation channels request the same archive names; `packaging/targets.json` is the authoritative list.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn targets() -> Vec<Value> {
    serde_json::from_str(&read("packaging/targets.json")).unwrap()
}

fn archive(target: &Value) -> String {
    let text = |key: &str| target[key].as_str().unwrap().to_owned();
    format!("podwright-{}.{}", text("target"), text("archive"))
}

/// Archives of the targets that have `key`.
fn archives_for(key: &str) -> BTreeSet<String> {
    let targets = targets();
    let of_key = targets.iter().filter(|target| target.get(key).is_some());
    of_key.map(archive).collect()
}

/// Strings in a text that look like archive names.
fn archives_in(text: &str) -> BTreeSet<String> {
    let word = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    text.split(|c| !word(c))
        .filter(|word| word.starts_with("podwright-"))
        .filter(|word| word.ends_with(".tar.gz") || word.ends_with(".zip"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn each_channel_references_the_archives_of_its_targets() {
    for (key, path) in [
        ("action", "action/run.sh"),
        ("krew", "packaging/krew/podwright.yaml"),
        ("homebrew", "packaging/homebrew/podwright.rb"),
    ] {
        let expected = archives_for(key);
        assert!(expected.len() >= 4, "{key}: {expected:?}");
        assert_eq!(archives_in(&read(path)), expected, "{path}");
    }
}

#[test]
fn action_maps_each_archive_to_a_runner() {
    let script = read("action/run.sh");
    for target in targets() {
        if let Some(runner) = target["action"].as_str() {
            let line = format!("\n  {runner}) archive={} ;;\n", archive(&target));
            assert!(script.contains(&line), "{line}");
        }
    }
}

#[test]
fn krew_selects_each_archive_by_platform() {
    let manifest = read("packaging/krew/podwright.yaml");
    for target in targets() {
        if target.get("krew").is_none() {
            continue;
        }
        let (os, arch) = (
            target["krew"][0].as_str().unwrap(),
            target["krew"][1].as_str().unwrap(),
        );
        let name = archive(&target);
        let lines = format!(
            "matchLabels: {{ os: {os}, arch: {arch} }}\n      uri: {}/v@VERSION@/{name}\n      sha256: \"@SHA256 {name}@\"\n",
            "https://github.com/podwright/podwright/releases/download"
        );
        assert!(manifest.contains(&lines), "{lines}");
    }
}

#[test]
fn homebrew_has_a_checksum_for_each_archive() {
    let formula = read("packaging/homebrew/podwright.rb");
    for target in targets() {
        if target.get("homebrew").is_none() {
            continue;
        }
        let place = target["homebrew"].as_str().unwrap();
        let (os, cpu) = place.split_once(' ').unwrap();
        let name = archive(&target);
        let system = formula.split(&format!("  on_{os} do\n")).nth(1).unwrap();
        let lines = system.split(&format!("    on_{cpu} do\n")).nth(1).unwrap();
        let lines: Vec<&str> = lines.lines().take(2).map(str::trim).collect();
        let url =
            format!("https://github.com/podwright/podwright/releases/download/v@VERSION@/{name}");
        assert_eq!(
            lines,
            [
                format!("url \"{url}\""),
                format!("sha256 \"@SHA256 {name}@\"")
            ]
        );
    }
}

#[test]
fn cargo_binstall_finds_each_archive() {
    let manifest: toml::Value = toml::from_str(&read("Cargo.toml")).unwrap();
    let binstall = &manifest["package"]["metadata"]["binstall"];
    for target in targets() {
        let name = target["target"].as_str().unwrap();
        let own = binstall["overrides"].get(name).unwrap_or(binstall);
        let url = own["pkg-url"].as_str().unwrap();
        let url = url
            .replace("{ repo }", env!("CARGO_PKG_REPOSITORY"))
            .replace("{ version }", VERSION)
            .replace("{ target }", name);
        let archive = archive(&target);
        let expected = format!(
            "https://github.com/podwright/podwright/releases/download/v{VERSION}/{archive}"
        );
        assert_eq!(url, expected);
        let format = own["pkg-fmt"].as_str().unwrap();
        assert_eq!(format == "zip", archive.ends_with(".zip"), "{archive}");
    }
}

#[test]
fn release_workflow_builds_the_listed_targets() {
    // The workflow and the npm packages read the list itself.
    let workflow = read(".github/workflows/release.yml");
    for line in [
        "select($only == \"all\" or $only == .target) | { target, runner }]' packaging/targets.json",
        "include: ${{ fromJSON(needs.plan.outputs.targets) }}",
        "packaging/build.py dist \"$TARGET\" --part archive --part wheel",
        "packaging/build.py dist --part sdist",
    ] {
        assert!(workflow.contains(line), "{line}");
    }
    let options = workflow.split("        options:\n").nth(1).unwrap();
    let options = options
        .lines()
        .map_while(|line| line.strip_prefix("          - "));
    let targets_and_all: Vec<String> = std::iter::once("all".to_owned())
        .chain(
            targets()
                .iter()
                .map(|target| target["target"].as_str().unwrap().to_owned()),
        )
        .collect();
    assert_eq!(options.collect::<Vec<_>>(), targets_and_all);
    assert!(read("packaging/npm/pack.mjs").contains("\"../targets.json\""));
    let context = read("packaging/container/context");
    let mut images = 0;
    for target in targets() {
        if let Some(arch) = target["container"].as_str() {
            let pair = format!("{arch}={}", target["target"].as_str().unwrap());
            assert!(context.contains(&pair), "{pair}");
            images += 1;
        }
    }
    assert_eq!(images, 2);
}

/// A run that somebody starts by hand publishes nothing: each job that can write needs the one that only a tag starts.
#[test]
fn previews_publish_nothing() {
    let workflow = read(".github/workflows/release.yml");
    let jobs: Vec<&str> = workflow.split("\n  release:\n").collect();
    let [before, after] = jobs[..] else {
        panic!("no job `release`")
    };
    assert!(after.contains("    if: ${{ github.event_name == 'push' }}\n"));
    assert!(!before.contains(": write"));
    let needs = after
        .lines()
        .filter_map(|line| line.strip_prefix("    needs: "));
    let needs: Vec<&str> = needs.skip(1).collect();
    assert_eq!(needs.len(), 8);
    for one in needs {
        assert!(one.contains("release") || one.contains("pypi"), "{one}");
    }
    assert!(!workflow.contains("always()"));
}

#[test]
fn notes_of_a_release_are_its_section_of_the_changelog() {
    let workflow = read(".github/workflows/release.yml");
    for line in [
        "packaging/release.py tag \"$GITHUB_REF_NAME\"",
        "packaging/release.py notes \"$VERSION\" >notes.md",
        "--notes-file notes.md",
    ] {
        assert!(workflow.contains(line), "{line}");
    }
    let changelog = read("CHANGELOG.md");
    let heading = format!("\n## {VERSION}, ");
    assert_eq!(changelog.matches(&heading).count(), 1);
}

/// The mirror has the hooks that build podwright, with the wheel instead.
#[test]
fn hooks_of_the_mirror_are_those_of_the_repository() {
    let hooks = |path: &str| -> Vec<String> {
        let text = read(path);
        let hooks = text.split("\n- ").skip(1);
        hooks.map(|hook| hook.trim_end().to_owned()).collect()
    };
    let mut own = hooks(".pre-commit-hooks.yaml");
    own.retain(|hook| hook.contains("language: rust"));
    for hook in &mut own {
        *hook = hook.replace("language: rust", "language: python");
    }
    let mirror = hooks("packaging/pre-commit-mirror/.pre-commit-hooks.yaml");
    assert_eq!(mirror.len(), 3);
    assert_eq!(mirror, own);
    let project: toml::Value =
        toml::from_str(&read("packaging/pre-commit-mirror/pyproject.toml")).unwrap();
    let dependencies = project["project"]["dependencies"].as_array().unwrap();
    assert_eq!(dependencies, &["podwright==@VERSION@".into()]);
    let workflow = read(".github/workflows/release.yml");
    assert!(workflow.contains("packaging/release.py mirror mirror"));
}

#[test]
fn vscode_has_a_package_for_each_platform_of_the_targets() {
    // `packaging/vscode/pack.mjs` reads the list itself.
    let platforms: Vec<String> = targets()
        .iter()
        .flat_map(|target| target["vscode"].as_array().cloned().unwrap_or_default())
        .map(|platform| platform.as_str().unwrap().to_owned())
        .collect();
    // Names that `vsce package --target` accepts. A platform has one package.
    assert_eq!(
        platforms,
        [
            "linux-x64",
            "alpine-x64",
            "linux-arm64",
            "alpine-arm64",
            "darwin-x64",
            "darwin-arm64",
            "win32-x64"
        ]
    );
    let workflow = read(".github/workflows/release.yml");
    for line in [
        "packaging/vscode/pack.mjs \"$VERSION\" binaries vsix",
        "vsce publish --azure-credential --skip-duplicate --packagePath vsix/*.vsix",
        "ovsx publish --trusted-publishing --skip-duplicate --packagePath vsix/*.vsix",
        "built/*.vsix archives",
    ] {
        assert!(workflow.contains(line), "{line}");
    }
    assert!(read("packaging/vscode/pack.mjs").contains("\"../targets.json\""));
}

#[test]
fn pinned_versions_equal_the_package_version() {
    let quoted = format!("\"{VERSION}\"");
    assert!(read("action.yml").contains(&format!("default: {quoted}")));
    let gitlab = read("packaging/gitlab/podwright.yml");
    assert!(gitlab.contains(&format!("PODWRIGHT_VERSION: {quoted}")));
    let extension: Value = serde_json::from_str(&read("editors/vscode/package.json")).unwrap();
    assert_eq!(extension["version"], VERSION);
    for path in [
        "packaging/gitlab/podwright.yml",
        "README.md",
        "docs/src/ci.md",
        "docs/src/install.md",
        "docs/src/quick-start.md",
    ] {
        for found in versions(&read(path)) {
            assert_eq!(found, VERSION, "{path}");
        }
    }
}

/// Versions in `v1.2.3`, `podwright@1.2.3`, `podwright==1.2.3` and `podwright:1.2.3`.
fn versions(text: &str) -> Vec<&str> {
    let mut versions = Vec::new();
    for before in [
        "rev: v",
        "podwright/v",
        "podwright@v",
        "podwright@",
        "podwright==",
        "podwright:",
    ] {
        for (at, _) in text.match_indices(before) {
            let rest = &text[at + before.len()..];
            let end = rest
                .find(|c: char| !(c.is_ascii_digit() || c == '.'))
                .unwrap_or(rest.len());
            let version = rest[..end].trim_end_matches('.');
            if version.contains('.') {
                versions.push(version);
            }
        }
    }
    versions
}
