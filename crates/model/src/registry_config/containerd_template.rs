//! `config.toml.tmpl` and `config-v3.toml.tmpl`: Go templates from which k3s and RKE2 write containerd's `config.toml`
//! (`writeContainerdConfig` in `pkg/agent/containerd/config.go` of k3s).

use podwright_syntax::text::Span;

/// Template of containerd's configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerdTemplate {
    /// Configuration version of the base template.
    pub version: u8,
    /// Whether it includes the base template, which contains the registries of `registries.yaml`.
    pub has_base: bool,
    /// Whether it configures registries itself.
    pub has_registries: bool,
    /// Plugin name of the other configuration version, or another `version`, with its location.
    pub other_version: Option<(String, Span)>,
}

impl ContainerdTemplate {
    pub(super) fn read(text: &str, version: u8) -> Self {
        let mut template = Self {
            version,
            has_base: false,
            has_registries: false,
            other_version: None,
        };
        let marks: &[&str] = match version {
            3 => &["io.containerd.grpc.v1.cri", "version = 2"],
            _ => &[
                "io.containerd.cri.v1.runtime",
                "io.containerd.cri.v1.images",
                "version = 3",
            ],
        };
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let code = line.split('#').next().unwrap_or("");
            template.has_base |= code.contains("template \"base\"");
            template.has_registries |=
                code.contains("PrivateRegistryConfig") || code.contains("config_path");
            let mark = marks
                .iter()
                .find_map(|mark| Some((*mark, code.find(mark)?)));
            if let Some((mark, at)) = mark.filter(|_| template.other_version.is_none()) {
                let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
                let at = start + at;
                let span = Span::new(offset(at), offset(at + mark.len()));
                template.other_version = Some((mark.to_owned(), span));
            }
            start += line.len();
        }
        template
    }
}
