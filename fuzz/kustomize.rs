//! Kustomizations: building them never panics, and what is copied is the same in the source.

#![no_main]

use libfuzzer_sys::fuzz_target;
use podwright_render::Origin;
use podwright_syntax::text::Span;

#[path = "whole.rs"]
mod whole;

const HEAD: &str =
    "# file: kustomization.yaml\nresources: [a.yaml, base]\npatches: [{path: p.yaml}]\n";
const BASE: &str = "\n# file: base/kustomization.yaml\nresources: [b.yaml]\nnamePrefix: x-\n# file: base/b.yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: web, image: 'a:1'}]}}}\n";

fuzz_target!(|text: &str| {
    let workspace = whole::workspace(&format!("{text}{BASE}{HEAD}{text}"));
    for render in workspace.renders() {
        let rendered = match &render.result {
            Ok(rendered) => rendered,
            Err(error) => {
                assert!(!error.message.starts_with("internal error"));
                continue;
            }
        };
        let out = &workspace.file(rendered.file).source.text;
        let all = Span::new(0, u32::try_from(out.len()).expect("short"));
        for (span, origin) in rendered.map.runs(all) {
            if let Origin::Copied(at) = origin {
                let source = &workspace.file(at.file).source.text;
                assert_eq!(out.get(span.range()), source.get(at.span.range()));
            }
        }
    }
    whole::judge(&workspace);
});
