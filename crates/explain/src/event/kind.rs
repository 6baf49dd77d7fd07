//! Kinds of events, determined by reason and message.

/// Kind of an event.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// The image reference is invalid.
    InvalidImageName,
    /// The runtime could not determine whether the image is present.
    ImageInspect,
    /// The policy is `Never`, and the image is not available to the Pod.
    NeverPull,
    /// A pull failed.
    Pull(Cause),
    /// A previous pull failed, and the kubelet waits before it retries.
    BackOff(Cause),
    /// An image pull secret cannot be decoded.
    Keyring,
    /// Image pull secrets that do not exist: their names.
    PullSecrets(Vec<String>),
    /// The sandbox could not be created.
    Sandbox,
    /// The sandbox could not be created because the runtime has no handler with this name, or the RuntimeClass does
    /// not exist.
    RuntimeClass(Option<String>),
    /// A `postStart` hook failed.
    PostStart,
    /// A `preStop` hook failed.
    PreStop,
    /// The Pod could not be stopped.
    Kill,
    /// No Pod is created because the RuntimeClass with this name does not exist.
    NoRuntimeClass(Option<String>),
    /// No Pod is created because the ServiceAccount with this name does not exist.
    NoServiceAccount(Option<String>),
}

/// Why a pull failed, according to the runtime's message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The registry rejects the credentials or requires some.
    Refused,
    /// The registry does not have the image.
    NotFound,
    /// The registry does not have the image, or the credentials do not give access to it.
    RefusedOrNotFound,
    /// The registry limits the number of requests.
    RateLimit,
    /// The registry could not be reached.
    Unreachable,
    /// The certificate of the registry is not trusted, or the registry does not use TLS.
    Tls,
    /// The image is not available for the node's platform.
    Platform,
    /// CRI-O does not resolve a name without a registry.
    ShortName,
    /// The runtime rejects the image's signature.
    Signature,
    /// The message does not give the cause.
    Unknown,
}

impl EventKind {
    /// Returns the kind of an event with this reason and message; `None` if podwright does not know it.
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

    /// Returns why a pull failed, if the event is about a pull.
    pub(super) const fn cause(&self) -> Option<Cause> {
        match self {
            Self::Pull(cause) | Self::BackOff(cause) => Some(*cause),
            _ => None,
        }
    }

    /// Maps kinds that are explained together to the same kind: back-off to the pull.
    pub(super) fn grouping_kind(self) -> Self {
        match self {
            Self::BackOff(cause) => Self::Pull(cause),
            other => other,
        }
    }

    /// Returns whether the first quoted string in a message of this kind is an image.
    pub(super) const fn is_about_image(&self) -> bool {
        matches!(
            self,
            Self::InvalidImageName
                | Self::ImageInspect
                | Self::NeverPull
                | Self::Pull(_)
                | Self::BackOff(_)
        )
    }

    /// Name of the kind in machine-readable output.
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

    /// Groups of the rules whose findings may explain the event.
    pub(super) const fn rule_groups(&self) -> &'static [&'static str] {
        match self {
            Self::Sandbox | Self::RuntimeClass(_) | Self::NoRuntimeClass(_) => &["runtime"],
            Self::PostStart | Self::PreStop | Self::Kill => &["lifecycle"],
            Self::PullSecrets(_) | Self::Keyring | Self::NoServiceAccount(_) => {
                &["credentials", "dockerconfig", "node"]
            }
            _ => &["image", "pull", "credentials", "dockerconfig", "node"],
        }
    }

    /// Describes what has happened.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::InvalidImageName => "the image reference is invalid: the kubelet does not pull, and retries \
                                       without back-off; waiting reason InvalidImageName"
                .to_owned(),
            Self::ImageInspect => "the runtime could not determine whether it has the image: check the runtime's log on \
                                   the node"
                .to_owned(),
            Self::NeverPull => "the policy is `Never` and the image is not on the node; since 1.35 also if the image \
                                is on the node but the Pod may not use it"
                .to_owned(),
            Self::Pull(cause) => format!("the pull failed: {}", cause.describe()),
            Self::BackOff(Cause::Unknown) => {
                "a previous pull failed: the kubelet retries after 10 s, then 20 s, up to 300 s; the cause is in \
                 a Failed event"
                    .to_owned()
            }
            Self::BackOff(cause) => format!(
                "a previous pull failed; the kubelet retries after 10 s, then 20 s, up to 300 s: {}",
                cause.describe()
            ),
            Self::Keyring => {
                "an image pull secret of the Pod cannot be decoded, so the kubelet pulls none of its images, not even public ones"
                    .to_owned()
            }
            Self::PullSecrets(_) => {
                "the kubelet did not find these Secrets in the Pod's namespace and continues without them: a pull \
                 fails only if it needs them"
                    .to_owned()
            }
            Self::Sandbox => {
                "the sandbox of the Pod (its network and its pause container) could not be created: the Pod stays \
                 Pending, and the kubelet retries indefinitely"
                    .to_owned()
            }
            Self::RuntimeClass(_) => {
                "the node's runtime has no handler with this name: the Pod stays Pending, and the kubelet retries \
                 indefinitely; it does not become Failed"
                    .to_owned()
            }
            Self::PostStart => {
                "the postStart hook failed: the kubelet kills the container and restarts it according to its restartPolicy"
                    .to_owned()
            }
            Self::PreStop => {
                "the preStop hook failed or timed out: the kubelet stops the container anyway".to_owned()
            }
            Self::Kill => {
                "the runtime did not stop the Pod in time, or not at all: the kubelet retries".to_owned()
            }
            Self::NoRuntimeClass(_) => {
                "no Pod is created: the RuntimeClass admission plugin rejects it because the RuntimeClass does not exist"
                    .to_owned()
            }
            Self::NoServiceAccount(_) => {
                "no Pod is created: the ServiceAccount admission plugin rejects it because the ServiceAccount does \
                 not exist"
                    .to_owned()
            }
        }
    }
}

impl Cause {
    /// Returns the cause that a lower-case runtime message gives.
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

    const fn describe(self) -> &'static str {
        match self {
            Self::Refused => {
                "the registry rejects the credentials, or requires credentials and got none"
            }
            Self::NotFound => "the image or tag does not exist in the registry",
            Self::RefusedOrNotFound => {
                "the image does not exist in the registry, or the credentials do not give access to it: the registry does \
                 not say which"
            }
            Self::RateLimit => {
                "the registry rate limit is exceeded; authenticated pulls may have a higher limit"
            }
            Self::Unreachable => "the node cannot reach the registry",
            Self::Tls => {
                "the node does not trust the registry's certificate, or the registry does not use TLS"
            }
            Self::Platform => "the image is not available for the node's platform",
            Self::ShortName => {
                "CRI-O does not resolve a name without a registry: add the registry, for example `docker.io/…`"
            }
            Self::Signature => "the runtime's policy rejects the image's signature",
            Self::Unknown => "see the message",
        }
    }

    /// Returns whether other credentials could help.
    pub(super) const fn may_be_credentials(self) -> bool {
        !matches!(
            self,
            Self::Unreachable | Self::Tls | Self::Platform | Self::Signature
        )
    }
}

fn sandbox(message: &str, text: &str) -> EventKind {
    let is_class = text.contains("runtimeclass") || text.contains("runtime class");
    // containerd: no runtime for "x" is configured; CRI-O: failed to find runtime handler x from runtime list
    let handler = quoted_after(message, "no runtime for ").or_else(|| {
        let (_, rest) = message.split_once("find runtime handler ")?;
        Some(rest.split_whitespace().next()?.trim_matches('"').to_owned())
    });
    match handler {
        Some(handler) => EventKind::RuntimeClass(Some(handler)),
        None if is_class => EventKind::RuntimeClass(quoted_after(message, "RuntimeClass ")),
        None => EventKind::Sandbox,
    }
}

/// Returns whether the text is an error of Go's JSON or base64 decoder.
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

/// Parses `(a, b)` as a list.
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

/// Returns the quoted string after `words`; the quotes may be escaped.
fn quoted_after(message: &str, words: &str) -> Option<String> {
    let (_, rest) = message.split_once(words)?;
    let rest = rest.trim_start_matches('\\').strip_prefix('"')?;
    let end = rest.find(['"', '\\'])?;
    Some(rest[..end].to_owned())
}
