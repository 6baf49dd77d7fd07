use std::sync::Arc;

use super::*;
use podwright_cluster::workspace::{File, Workspace};
use podwright_model::VersionRange;
use podwright_syntax::text::{FileId, Location, Source, Span};

/// Marks the cursor in a text.
const CURSOR: char = '‸';

const POD: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  serviceAccountName: app
  imagePullSecrets:
  - name: regcred
  terminationGracePeriodSeconds: 60
  containers:
  - name: web
    image: nginx
    lifecycle:
      preStop:
        exec: {command: [sleep, '55']}
";

const OTHERS: &str = "\
apiVersion: v1
kind: Secret
metadata: {name: regcred, namespace: shop}
type: kubernetes.io/dockerconfigjson
data: {.dockerconfigjson: e30=}
---
apiVersion: v1
kind: Secret
metadata: {name: settings, namespace: shop}
---
apiVersion: v1
kind: Secret
metadata: {name: elsewhere, namespace: other}
type: kubernetes.io/dockerconfigjson
data: {.dockerconfigjson: e30=}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: app, namespace: shop}
imagePullSecrets: [{name: regcred}]
";

struct Desk {
    workspace: Workspace,
    offset: u32,
}

impl Desk {
    /// Creates a workspace of a text with a cursor in it, and of [`OTHERS`].
    fn new(text: &str) -> Self {
        let offset = text.find(CURSOR).unwrap();
        let text = text.replace(CURSOR, "");
        let files = [("pod.yaml", text.as_str()), ("others.yaml", OTHERS)];
        let read =
            |(path, text): (&str, &str)| File::read(Source::new(path, text), &Arc::default());
        Self {
            workspace: Workspace::new(files.into_iter().map(read).collect()),
            offset: u32::try_from(offset).unwrap(),
        }
    }

    /// Places the cursor before the first `at` of [`POD`].
    fn at(at: &str) -> Self {
        Self::new(&POD.replacen(at, &format!("{CURSOR}{at}"), 1))
    }

    fn cursor(&self) -> Cursor<'_> {
        Cursor {
            workspace: &self.workspace,
            file: FileId(0),
            offset: self.offset,
            versions: VersionRange::default(),
        }
    }

    fn text(&self, place: Location) -> (&str, &str) {
        let source = &self.workspace.file(place.file).source;
        (&source.path, &source.text[place.span.range()])
    }

    fn hover(&self) -> String {
        hover(&self.cursor()).map_or_else(String::new, |hover| hover.markdown)
    }
}

#[test]
fn a_name_leads_to_its_object_and_back() {
    let desk = Desk::at("regcred");
    let places = definitions(&desk.cursor());
    assert_eq!(places.len(), 1, "none of its keys matches");
    assert_eq!(desk.text(places[0]), ("others.yaml", "regcred"));
    let all = references(&desk.cursor(), true);
    let all: Vec<_> = all.into_iter().map(|place| desk.text(place)).collect();
    let expected = [
        ("others.yaml", "regcred"),
        ("pod.yaml", "regcred"),
        ("others.yaml", "regcred"),
    ];
    assert_eq!(all, expected);
    assert_eq!(definitions(&Desk::at("nginx").cursor()), []);
    assert_eq!(references(&Desk::at("nginx").cursor(), true), []);
}

#[test]
fn the_name_of_an_object_has_references_too() {
    let own = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: ‸job}\n---\napiVersion: v1\nkind: \
               Pod\nspec: {serviceAccountName: job}\n";
    let desk = Desk::new(own);
    assert_eq!(references(&desk.cursor(), false).len(), 1);
    assert_eq!(references(&desk.cursor(), true).len(), 2);
}

#[test]
fn only_what_can_be_meant_is_proposed() {
    let names = |text: &str| {
        let desk = Desk::new(text);
        let found = completions(&desk.cursor(), false);
        found.map(|found| {
            let names: Vec<String> = found.items.into_iter().map(|item| item.name).collect();
            (names, found.replaces)
        })
    };
    let head = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec:\n";
    let at = |text: &str| u32::try_from(head.len() + text.find(CURSOR).unwrap()).unwrap();
    let ask = |text: &str| names(&format!("{head}{text}"));
    let text = "  imagePullSecrets:\n  - name: ‸\n";
    let expected = (vec!["regcred".to_owned()], Span::at(at(text)));
    assert_eq!(ask(text), Some(expected));
    let text = "  serviceAccountName: ‸a\n";
    let expected = (vec!["app".to_owned()], Span::new(at(text), at(text) + 1));
    assert_eq!(ask(text), Some(expected));
    let text = "  volumes:\n  - secret: {secretName: se‸}\n";
    let found = ask(text).unwrap().0;
    assert_eq!(found, ["regcred", "settings"]);
    assert_eq!(ask("  hostname: ‸\n"), None);
}

#[test]
fn hovers_say_what_is_known() {
    let image = Desk::at("nginx").hover();
    assert!(
        image.contains("`docker.io/library/nginx:latest`"),
        "{image}"
    );
    assert!(image.contains("`Always`"), "{image}");
    for place in ["60", "terminationGrace", "preStop", "exec"] {
        let said = Desk::at(place).hover();
        assert!(said.contains("preStop takes 55 s or more"), "{said}");
        assert!(said.contains("SIGKILL at most 5 s later"), "{said}");
    }
    let secret = Desk::at("regcred").hover();
    assert_eq!(secret, "Secret `regcred`, in others.yaml: used");
    let account = Desk::at("app").hover();
    assert_eq!(account, "ServiceAccount `app`, in others.yaml");
    assert_eq!(
        Desk::at("web").hover(),
        "`name`: string\n\nName must be unique within a namespace."
    );
}

#[test]
fn every_field_has_a_hover() {
    let head = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n";
    let said = |text: &str| Desk::new(&format!("{head}{text}")).hover();
    assert_eq!(
        said("  restart‸Policy: Never\n"),
        "`restartPolicy`: string\n\nOne of `Always`, `OnFailure`, `Never`\n\nRestart policy for all containers within the pod."
    );
    assert_eq!(
        said("  containers:\n  - ports: [{container‸Port: 80}]\n"),
        "`containerPort`: integer, required\n\nNumber of port to expose on the pod's IP address."
    );
    assert!(
        said("  ‸containers:\n  - name: a\n")
            .starts_with("`containers`: list of Container, required")
    );
    assert!(said("  containers:\n  - restartPolicy‸: Always\n").contains("Kubernetes since 1.28"));
    assert_eq!(said("  no‸thing: 1\n"), "");
}

#[test]
fn fields_and_values_are_proposed_where_they_are_asked_for() {
    let head = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n";
    let names = |text: &str| {
        let desk = Desk::new(&format!("{head}{text}"));
        let found = completions(&desk.cursor(), true)?;
        Some(
            found
                .items
                .into_iter()
                .map(|item| item.text)
                .collect::<Vec<_>>(),
        )
    };
    let spec = names("  ‸\n  hostNetwork: true\n").unwrap();
    assert_eq!(spec[0], "containers:", "required fields come first");
    assert!(spec.contains(&"restartPolicy: ".to_owned()), "{spec:?}");
    assert!(!spec.iter().any(|name| name.starts_with("hostNetwork")));
    let container = names("  containers:\n  - name: a\n    im‸\n").unwrap();
    assert!(
        container.contains(&"imagePullPolicy: ".to_owned()),
        "{container:?}"
    );
    assert!(!container.contains(&"name: ".to_owned()));
    assert_eq!(names("  - x: ‸\n"), None);
    let policies = ["Always", "OnFailure", "Never"].map(str::to_owned).to_vec();
    assert_eq!(names("  restartPolicy: ‸\n"), Some(policies.clone()));
    assert_eq!(names("  restartPolicy: Ne‸v\n"), Some(policies));
    let truth = ["true", "false"].map(str::to_owned).to_vec();
    assert_eq!(names("  hostNetwork: ‸\n"), Some(truth));
    let desk = Desk::new(&format!("{head}  restartPolicy: ‸\n"));
    assert_eq!(completions(&desk.cursor(), false), None, "off by default");
}

#[test]
fn hooks_have_times_only_where_they_run() {
    let said = |pod: &str| Desk::new(pod).hover();
    let hook = |list: &str, hook: &str| {
        format!("apiVersion: v1\nkind: Pod\nspec:\n  {list}:\n  - lifecycle:\n      {hook}\n")
    };
    let start = said(&hook(
        "containers",
        "postStart: {exec: {command: [‸sleep, '7']}}",
    ));
    assert!(start.contains("`postStart` takes at least 7 s"), "{start}");
    let stop = "preStop: {sleep: {‸seconds: 7}}";
    assert!(said(&hook("containers", stop)).contains("preStop takes 7 s"));
    let refused = said(&hook("initContainers", stop));
    assert!(
        !refused.contains("takes"),
        "the API server rejects it there: {refused}"
    );
    let desk = Desk::new(&hook("containers", stop));
    let old = Cursor {
        versions: "1.29".parse().unwrap(),
        ..desk.cursor()
    };
    let said = hover(&old).unwrap().markdown;
    assert!(
        said.contains("preStop takes no time"),
        "1.29 does not support sleep: {said}"
    );
    assert!(hints(&old, Span::new(0, u32::MAX)).is_empty());
}

#[test]
fn hints_show_what_is_not_written() {
    let desk = Desk::at("kind");
    let all = hints(&desk.cursor(), Span::new(0, u32::MAX));
    let shown: Vec<&str> = all.iter().map(|hint| hint.label.as_str()).collect();
    assert_eq!(shown, ["imagePullPolicy: Always", "5 s left of 60 s"]);
    let text = &desk.workspace.file(FileId(0)).source.text;
    assert!(text[..all[0].at as usize].ends_with("image: nginx"));
    assert!(text[..all[1].at as usize].ends_with("preStop:"));
    assert_eq!(hints(&desk.cursor(), Span::new(0, 10)), []);
}

#[test]
fn a_rules_page_comes_without_its_examples() {
    let page = rule_page("image-missing").unwrap();
    assert!(page.contains("## Why") && page.contains("## References"));
    assert!(!page.contains("```"));
    assert_eq!(rule_page("no-such-rule"), None);
}
