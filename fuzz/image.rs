//! Parses arbitrary text as an image reference: `fuzz/run 60 image`.
#![no_main]

use podwright_cluster::pull::default_pull_policy;
use podwright_model::image::{ImageConcern, TagKind};
use podwright_model::{ImageReference, KubernetesVersion};

libfuzzer_sys::fuzz_target!(|text: &str| {
    for minor in [20, 28, 29, 36] {
        let version = KubernetesVersion(minor);
        _ = default_pull_policy(text, version);
        match ImageReference::parse(text, version) {
            Ok(image) => {
                _ = TagKind::of(&image);
                assert!(text.is_char_boundary(image.at.name().end));
                // The complete reference has the same meaning.
                let complete = image.to_string();
                let again = ImageReference::parse(&complete, version);
                assert_eq!(again.map(|again| again.to_string()), Ok(complete));
            }
            Err(error) => {
                assert!(
                    text.is_char_boundary(error.at.start) && text.is_char_boundary(error.at.end)
                );
                let _: ImageConcern = error.kind.concern();
                _ = error.help(text);
                if let Some(repaired) = error.repair(text, version) {
                    assert!(
                        ImageReference::parse(&repaired, version).is_ok(),
                        "{repaired}"
                    );
                }
            }
        }
    }
});
