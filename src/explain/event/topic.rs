//! What an event is about, by its reason and message.

/// What an event is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// The image cannot be parsed.
    InvalidImageName,
    /// The runtime could not say whether it has the image.
    ImageInspect,
    /// The policy is `Never`, and the image is not there for the Pod.
    NeverPull,
    /// A pull failed.
    Pull(Cause),
    /// A pull failed before, and is not tried again yet.
    BackOff(Cause),
    /// A pull Secret cannot be decoded.
    Keyring,
    /// Pull Secrets do not exist: their names.
    PullSecrets(Vec<String>),
    /// The sandbox could not be made.
    Sandbox,
    /// The sandbox could not be made, since the runtime has no handler of this name, or there is no RuntimeClass.
    RuntimeClass(Option<String>),
    /// A `postStart` hook failed.
    PostStart,
    /// A `preStop` hook failed.
    PreStop,
    /// The Pod could not be stopped.
    Kill,
    /// No Pod is made: there is no RuntimeClass of this name.
    NoRuntimeClass(Option<String>),
    /// No Pod is made: there is no ServiceAccount of this name.
    NoServiceAccount(Option<String>),
}

/// Why a pull failed, as far as the runtime's message tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The registry refuses the credentials, or asks for some.
    Refused,
    /// The registry does not have the image.
    NotFound,
    /// The registry does not have the image, or does not show it to those whose credentials these are.
    RefusedOrNotFound,
    /// The registry has had too many requests.
    RateLimit,
    /// The registry could not be reached.
    Unreachable,
    /// The certificate of the registry is not trusted, or it speaks no TLS.
    Tls,
    /// The image is not for the node's kind of machine.
    Platform,
    /// CRI-O does not complete a name without a registry.
    ShortName,
    /// The runtime does not take the image's signature.
    Signature,
    /// The message does not tell.
    Unknown,
}

impl Topic {
    /// What an event of this reason and message is about; `None` if it is nothing that podwright knows.
    #[must_use]
    pub fn of(reason: &str, message: &str) -> Option<Self> {
        let text = message.to_ascii_lowercase();
        Some(match reason {
            "InvalidImageName" => Self::InvalidImageName,
            "InspectFailed" if text.starts_with("failed to apply default image tag") => {
                Self::InvalidImageName
            }
            "InspectFailed" | "ImageInspectError" => Self::ImageInspect,
            "ErrImageNeverPull" => Self::NeverPull,
            "ErrImagePull" => Self::Pull(Cause::of(&text)),
            "RegistryUnavailable" => Self::Pull(Cause::Unreachable),
            "SignatureValidationFailed" => Self::Pull(Cause::Signature),
            "ImagePullBackOff" => Self::BackOff(Cause::of(&text)),
            "BackOff" if text.starts_with("back-off pulling image") => {
                Self::BackOff(Cause::of(&text))
            }
            "Failed" if text.starts_with("failed to pull image") => Self::Pull(Cause::of(&text)),
            "Failed" => match message.strip_prefix("Error: ") {
                Some(reason) if !reason.contains(' ') && reason != "Failed" => {
                    return Self::of(reason, "");
                }
                Some(error) if is_decoding_error(error) => Self::Keyring,
                _ => return None,
            },
            "FailedToRetrieveImagePullSecret" => Self::PullSecrets(in_parentheses(message)),
            "FailedCreatePodSandBox" => sandbox(message, &text),
            "FailedPostStartHook" | "PostStartHookError" => Self::PostStart,
            "FailedPreStopHook" | "UnfinishedPreStopHook" | "PreStopHookError" => Self::PreStop,
            "FailedKillPod" | "ExceededGracePeriod" => Self::Kill,
            "FailedCreate" if text.contains("runtimeclass") => {
                Self::NoRuntimeClass(quoted_after(message, "RuntimeClass "))
            }
            "FailedCreate" if text.contains("serviceaccount") => {
                Self::NoServiceAccount(quoted_after(message, "serviceaccount "))
            }
            reason if is_decoding_error(reason) => Self::Keyring,
            _ => return None,
        })
    }

    /// Why a pull failed, if that is what it is about.
    pub(super) const fn cause(&self) -> Option<Cause> {
        match self {
            Self::Pull(cause) | Self::BackOff(cause) => Some(*cause),
            _ => None,
        }
    }

    /// What is told together: waiting after a pull is about the pull.
    pub(super) fn family(self) -> Self {
        match self {
            Self::BackOff(cause) => Self::Pull(cause),
            other => other,
        }
    }

    /// Whether the first thing that a message about it names is an image.
    pub(super) const fn is_of_image(&self) -> bool {
        matches!(
            self,
            Self::InvalidImageName
                | Self::ImageInspect
                | Self::NeverPull
                | Self::Pull(_)
                | Self::BackOff(_)
        )
    }

    /// The name of the topic, for programs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::InvalidImageName => "invalid-image-name",
            Self::ImageInspect => "image-inspect",
            Self::NeverPull => "never-pull",
            Self::Pull(_) => "pull",
            Self::BackOff(_) => "back-off",
            Self::Keyring => "broken-pull-secret",
            Self::PullSecrets(_) => "missing-pull-secret",
            Self::Sandbox => "sandbox",
            Self::RuntimeClass(_) => "runtime-class",
            Self::PostStart => "post-start",
            Self::PreStop => "pre-stop",
            Self::Kill => "kill",
            Self::NoRuntimeClass(_) => "missing-runtime-class",
            Self::NoServiceAccount(_) => "missing-service-account",
        }
    }

    /// The chapters of the rules whose findings may explain it.
    pub(super) const fn chapters(&self) -> &'static [&'static str] {
        match self {
            Self::Sandbox | Self::RuntimeClass(_) | Self::NoRuntimeClass(_) => &["runtime"],
            Self::PostStart | Self::PreStop | Self::Kill => &["lifecycle"],
            Self::PullSecrets(_) | Self::Keyring | Self::NoServiceAccount(_) => {
                &["credentials", "dockerconfig", "node"]
            }
            _ => &["image", "pull", "credentials", "dockerconfig", "node"],
        }
    }

    /// What it means, in the cluster's own terms.
    #[must_use]
    pub fn means(&self) -> String {
        match self {
            Self::InvalidImageName => "the image is no valid reference: nothing is pulled, and it is tried again \
                                       without waiting longer; waiting reason InvalidImageName"
                .to_owned(),
            Self::ImageInspect => "the runtime could not tell whether it has the image: look at the runtime's log on \
                                   the node"
                .to_owned(),
            Self::NeverPull => "the policy is `Never`, and the node does not have the image; from 1.35 on also if it \
                                has it and the Pod may not use it"
                .to_owned(),
            Self::Pull(cause) => format!("the pull failed: {}", cause.means()),
            Self::BackOff(Cause::Unknown) => {
                "pulling failed before: it is tried again after 10 s, then 20 s, up to 300 s; what it failed of is in \
                 an event Failed"
                    .to_owned()
            }
            Self::BackOff(cause) => format!(
                "pulling failed before, and is tried again after 10 s, then 20 s, up to 300 s: {}",
                cause.means()
            ),
            Self::Keyring => {
                "a pull Secret of the Pod cannot be decoded, and so none of its images is pulled, public ones neither"
                    .to_owned()
            }
            Self::PullSecrets(_) => {
                "the kubelet did not find these Secrets in the namespace of the Pod, and goes on without them: it \
                 fails only if a pull needs them"
                    .to_owned()
            }
            Self::Sandbox => {
                "the sandbox of the Pod (its network and its pause container) could not be made: it stays Pending, \
                 and it is tried again for ever"
                    .to_owned()
            }
            Self::RuntimeClass(_) => {
                "the node's runtime has no handler of this name: the Pod stays Pending, and it is tried again for \
                 ever; it does not become Failed"
                    .to_owned()
            }
            Self::PostStart => {
                "the postStart hook failed: the container is killed, and started again by its restartPolicy"
                    .to_owned()
            }
            Self::PreStop => {
                "the preStop hook failed or was cut off: the container is stopped all the same".to_owned()
            }
            Self::Kill => {
                "the runtime did not stop the Pod in time, or not at all: the kubelet tries again".to_owned()
            }
            Self::NoRuntimeClass(_) => {
                "no Pod is made: the admission plug-in RuntimeClass refuses it, since there is no such RuntimeClass"
                    .to_owned()
            }
            Self::NoServiceAccount(_) => {
                "no Pod is made: the admission plug-in ServiceAccount refuses it, since there is no such \
                 ServiceAccount"
                    .to_owned()
            }
        }
    }
}

impl Cause {
    /// What a runtime's message, in lower case, tells.
    fn of(text: &str) -> Self {
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        match () {
            () if has(&["toomanyrequests", "429 too many", "rate limit"]) => Self::RateLimit,
            () if has(&["short-name", "short name", "unqualified-search"]) => Self::ShortName,
            () if has(&["does not exist or may require", "insufficient_scope"]) => {
                Self::RefusedOrNotFound
            }
            () if has(&["x509", "certificate", "http response to https", "tls:"]) => Self::Tls,
            () if has(&[
                "unauthorized",
                "authentication required",
                "authorization failed",
                "no basic auth",
                "denied",
                "forbidden",
                "401",
            ]) =>
            {
                Self::Refused
            }
            () if has(&["no match for platform", "no matching manifest"]) => Self::Platform,
            () if has(&[
                "no such host",
                "i/o timeout",
                "connection refused",
                "connection reset",
                "deadline exceeded",
                "network is unreachable",
                "registry is unavailable",
            ]) =>
            {
                Self::Unreachable
            }
            () if has(&["signature"]) => Self::Signature,
            () if has(&["not found", "manifest unknown", "name unknown", "404"]) => Self::NotFound,
            () => Self::Unknown,
        }
    }

    const fn means(self) -> &'static str {
        match self {
            Self::Refused => {
                "the registry does not accept the credentials, or wants some and got none"
            }
            Self::NotFound => "the registry has no such image or tag",
            Self::RefusedOrNotFound => {
                "the registry has no such image, or does not show it to those whose credentials were sent: it does \
                 not tell which"
            }
            Self::RateLimit => {
                "the registry has had too many requests from there; with credentials it may allow more"
            }
            Self::Unreachable => "the node cannot reach the registry",
            Self::Tls => {
                "the node does not trust the registry's certificate, or the registry speaks no TLS"
            }
            Self::Platform => "the image is not there for the node's kind of machine",
            Self::ShortName => {
                "CRI-O does not complete a name without a registry: write the registry, `docker.io/…`"
            }
            Self::Signature => "the runtime's policy does not take the image's signature",
            Self::Unknown => "what went wrong is in the message",
        }
    }

    /// Whether other credentials could help.
    pub(super) const fn may_be_credentials(self) -> bool {
        !matches!(
            self,
            Self::Unreachable | Self::Tls | Self::Platform | Self::Signature
        )
    }
}

fn sandbox(message: &str, text: &str) -> Topic {
    let is_class = text.contains("runtimeclass") || text.contains("runtime class");
    // containerd: no runtime for "x" is configured; CRI-O: failed to find runtime handler x from runtime list
    let handler = quoted_after(message, "no runtime for ").or_else(|| {
        let (_, rest) = message.split_once("find runtime handler ")?;
        Some(rest.split_whitespace().next()?.trim_matches('"').to_owned())
    });
    match handler {
        Some(handler) => Topic::RuntimeClass(Some(handler)),
        None if is_class => Topic::RuntimeClass(quoted_after(message, "RuntimeClass ")),
        None => Topic::Sandbox,
    }
}

/// What Go's JSON and base64 decoders say.
fn is_decoding_error(text: &str) -> bool {
    let errors = [
        "invalid character ",
        "illegal base64 data",
        "unexpected end of JSON input",
        "json: cannot unmarshal",
        "unable to parse auth field",
    ];
    errors.iter().any(|error| text.contains(error))
}

/// `(a, b)` as a list.
fn in_parentheses(message: &str) -> Vec<String> {
    let inner = message
        .split_once('(')
        .and_then(|(_, rest)| rest.split_once(')'));
    let names = inner.map_or("", |(inner, _)| inner).split(',');
    let names = names.map(|name| name.trim().trim_matches(['"', '<', '>']));
    names
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The quoted text behind `words`, the quotes escaped or not.
fn quoted_after(message: &str, words: &str) -> Option<String> {
    let (_, rest) = message.split_once(words)?;
    let rest = rest.trim_start_matches('\\').strip_prefix('"')?;
    let end = rest.find(['"', '\\'])?;
    Some(rest[..end].to_owned())
}
