use std::sync::Arc;

use super::{ImageSource, ImageUse, split_name};
use crate::workspace::{File, Workspace};
use podwright_syntax::text::{FileId, Source};

#[test]
fn splits_name_from_tag_and_digest() {
    assert_eq!(split_name("nginx"), ("nginx", ""));
    assert_eq!(split_name("r:5000/a/b"), ("r:5000/a/b", ""));
    assert_eq!(
        split_name("r:5000/a/b:1@sha256:x"),
        ("r:5000/a/b", ":1@sha256:x")
    );
    assert_eq!(split_name("a@sha256:x"), ("a", "@sha256:x"));
}

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - {name: web, image: web:1}\n  ephemeralContainers:\n    - {name: debug, image: web:1}\n";

#[test]
fn each_part_of_an_image_is_found_where_it_is_written() {
    let workspace = workspace(&[
        (
            "base/kustomization.yaml",
            "resources: [pod.yaml]\nimages: [{name: web, newName: r.example/web}]\n",
        ),
        ("base/pod.yaml", POD),
        (
            "over/kustomization.yaml",
            "resources: [../base]\nimages: [{name: r.example/web, newTag: v2}]\n",
        ),
    ]);
    let image = image(&workspace, 1, 0);
    assert_eq!(image.text, "r.example/web:v2");
    assert_eq!(
        written(&workspace, &image, 2..9),
        ("base/kustomization.yaml", Some("example"))
    );
    assert_eq!(
        written(&workspace, &image, 14..16),
        ("over/kustomization.yaml", Some("v2"))
    );
    // The `:` comes from no scalar and is attributed to the tag.
    assert_eq!(
        written(&workspace, &image, 13..16),
        ("over/kustomization.yaml", None)
    );
}

#[test]
fn what_a_kustomization_leaves_alone_stays_where_it_is() {
    let workspace = workspace(&[
        (
            "kustomization.yaml",
            "resources: [pod.yaml]\nimages: [{name: web, newName: r.example/app}]\n",
        ),
        ("pod.yaml", POD),
    ]);
    let image = image(&workspace, 1, 0);
    assert_eq!(image.text, "r.example/app:1");
    assert_eq!(written(&workspace, &image, 14..15), ("pod.yaml", Some("1")));
    assert_eq!(
        written(&workspace, &image, 0..13),
        ("kustomization.yaml", Some("r.example/app"))
    );
}

#[test]
fn ephemeral_containers_keep_their_images() {
    let workspace = workspace(&[
        (
            "kustomization.yaml",
            "resources: [pod.yaml]\nimages: [{name: web, newTag: v2}]\n",
        ),
        ("pod.yaml", POD),
    ]);
    assert_eq!(image(&workspace, 1, 0).text, "web:v2");
    assert_eq!(image(&workspace, 1, 1).text, "web:1");
}

#[test]
fn an_image_that_skaffold_builds_is_not_known() {
    let skaffold =
        "apiVersion: skaffold/v4beta13\nkind: Config\nbuild:\n  artifacts:\n    - image: web\n";
    let known = |path: &str| {
        let workspace = workspace(&[("app/skaffold.yaml", skaffold), (path, POD)]);
        !images(&workspace, 1, 0).is_empty()
    };
    assert!(!known("app/k8s/pod.yaml"));
    assert!(known("application/pod.yaml"));
}

fn workspace(files: &[(&str, &str)]) -> Workspace {
    let read = |(path, text): &(&str, &str)| File::read(Source::new(*path, *text), &Arc::default());
    Workspace::new(files.iter().map(read).collect())
}

fn images(workspace: &Workspace, file: u32, container: usize) -> Vec<ImageUse<'_>> {
    let id = FileId(file);
    let pod = &workspace.file(id).objects[0].pods[0];
    workspace.images(id, pod, ImageSource::Container(&pod.containers[container]))
}

fn image(workspace: &Workspace, file: u32, container: usize) -> ImageUse<'_> {
    images(workspace, file, container).remove(0)
}

/// The file and the bytes of the scalar.
fn written<'w>(
    workspace: &'w Workspace,
    image: &ImageUse<'_>,
    at: std::ops::Range<usize>,
) -> (&'w str, Option<&'w str>) {
    let (file, node, within) = image.written_at(&at);
    let file = workspace.file(file);
    let bytes = within.map(|within| file.tree.slice(file.tree.span_within(node, within)));
    (&file.source.path, bytes)
}
