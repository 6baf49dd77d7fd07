use std::fmt;

use podwright_syntax::text::{Base64Error, Padding, REDACTED, decode_base64};

/// User name and password.
///
/// It has no `Display`, and its `Debug` shows nothing, not even a length, so that a credential is not printed by
/// accident.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Credential {
    username: Vec<u8>,
    password: Vec<u8>,
}

impl Credential {
    /// Creates a credential from bytes. Go strings need not be UTF-8.
    #[must_use]
    pub fn new(username: impl Into<Vec<u8>>, password: impl Into<Vec<u8>>) -> Self {
        Self {
            username: username.into(),
            password: password.into(),
        }
    }

    /// Decodes an `auth` field as the kubelet does (`decodeDockerConfigFieldAuth`).
    ///
    /// A string that ends with `=` (ignoring whitespace) must be padded; any other must be unpadded.
    pub(super) fn from_auth(auth: &str) -> Result<Self, AuthError> {
        let padding = if auth.trim().ends_with('=') {
            Padding::Required
        } else {
            Padding::Forbidden
        };
        let decoded = decode_base64(auth, padding).map_err(|error| {
            if auth.contains(':') {
                AuthError::Plain
            } else {
                AuthError::Base64(error)
            }
        })?;
        let colon = decoded.iter().position(|&byte| byte == b':');
        let colon = colon.ok_or_else(|| {
            if is_encoded(&decoded) {
                AuthError::EncodedTwice
            } else {
                AuthError::NoColon
            }
        })?;
        Ok(Self::new(&decoded[..colon], &decoded[colon + 1..]))
    }

    /// Whether both the user name and the password are empty, so that the kubelet pulls anonymously.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.username.is_empty() && self.password.is_empty()
    }

    /// User name and password. They must not appear in a finding, a log or a panic message.
    #[must_use]
    pub fn expose(&self) -> (&[u8], &[u8]) {
        (&self.username, &self.password)
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credential({REDACTED})")
    }
}

/// Reason why an `auth` field cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AuthError {
    /// It is not base64.
    Base64(Base64Error),
    /// It is not base64 but contains `:`, so it is probably an unencoded user name and password.
    Plain,
    /// The decoded value is again base64 of a user name and a password.
    EncodedTwice,
    /// The decoded value has no `:` between a user name and a password.
    NoColon,
}

/// Whether the bytes are base64, padded or not, of a string with `:`.
fn is_encoded(decoded: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(decoded) else {
        return false;
    };
    let padding = if text.trim_end().ends_with('=') {
        Padding::Required
    } else {
        Padding::Forbidden
    };
    let is_text = |byte: &u8| !byte.is_ascii_control() || *byte == b'\n';
    decode_base64(text, padding)
        .is_ok_and(|inner| inner.contains(&b':') && inner.iter().all(is_text))
}

/// Registry key as written: `https://index.docker.io/v1/`, `*.azurecr.io`.
///
/// A URL may contain a password (`https://user:pass@host`, `host?token=x`). `Display` and `Debug` therefore omit the
/// text before an `@`, and a query with `=`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RegistryKey(String);

impl RegistryKey {
    /// Creates a registry key from an unescaped key of a JSON object.
    #[must_use]
    pub fn new(written: impl Into<String>) -> Self {
        Self(written.into())
    }

    /// The complete key, including credentials.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RegistryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (key, query) = match self.0.split_once('?') {
            Some((key, query)) if query.contains('=') => (key, format!("?{REDACTED}")),
            _ => (self.0.as_str(), String::new()),
        };
        let Some((before, host)) = key.rsplit_once('@') else {
            return write!(f, "{key}{query}");
        };
        let scheme = before.find("://").map_or("", |at| &before[..at + 3]);
        write!(f, "{scheme}{REDACTED}@{host}{query}")
    }
}

impl fmt::Debug for RegistryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RegistryKey({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(auth: &str) -> Result<(String, String), AuthError> {
        let credential = Credential::from_auth(auth)?;
        let (username, password) = credential.expose();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok((text(username), text(password)))
    }

    #[test]
    fn auth_is_decoded_as_the_kubelet_does() {
        let pair = |user: &str, password: &str| Ok((user.to_owned(), password.to_owned()));
        assert_eq!(decoded("dTpw"), pair("u", "p"));
        assert_eq!(decoded("dXNlcjpwYXNz"), pair("user", "pass"));
        assert_eq!(decoded("dTpwYQ=="), pair("u", "pa"));
        assert_eq!(decoded("dTpwYQ"), pair("u", "pa"), "unpadded");
        assert_eq!(decoded("dTpw\r\nYQ==\n"), pair("u", "pa"));
        assert_eq!(
            decoded("dTpwOnE="),
            pair("u", "p:q"),
            "only the first colon parts"
        );
        assert_eq!(decoded("Og=="), pair("", ""));
        assert_eq!(decoded("dTpwAAA="), pair("u", "p\0\0"));
        assert_eq!(decoded("dXA="), Err(AuthError::NoColon));
        let base64 = |error| Err(AuthError::Base64(error));
        assert_eq!(decoded("user:pass"), Err(AuthError::Plain));
        assert_eq!(decoded("user pass"), base64(Base64Error::Blank));
        assert_eq!(decoded("ZFhObGNqcHdZWE56"), Err(AuthError::EncodedTwice));
        assert_eq!(decoded("ZFRwd1lRPT0K"), Err(AuthError::EncodedTwice));
        assert_eq!(decoded(" dTpw"), base64(Base64Error::Blank));
        assert_eq!(decoded("dTpw "), base64(Base64Error::Blank));
        assert_eq!(decoded("dTpwYQ="), base64(Base64Error::Padding));
        assert_eq!(decoded("dTpwYQ== "), base64(Base64Error::Padding));
        assert_eq!(decoded("dTp_"), base64(Base64Error::UrlSafe));
    }

    #[test]
    fn nothing_is_shown() {
        let credential = Credential::new("me", "hunter2");
        assert_eq!(format!("{credential:?}"), "Credential(***)");
        assert!(!credential.is_empty());
        assert!(Credential::default().is_empty());
        let key = RegistryKey::new("https://me:hunter2@reg.example/v1/");
        assert_eq!(key.to_string(), "https://***@reg.example/v1/");
        assert_eq!(
            format!("{key:?}"),
            "RegistryKey(https://***@reg.example/v1/)"
        );
        assert_eq!(RegistryKey::new("me:hunter2@reg").to_string(), "***@reg");
        let query = RegistryKey::new("https://me:hunter2@reg?token=hunter2@x");
        assert_eq!(query.to_string(), "https://***@reg?***");
        assert_eq!(RegistryKey::new("reg?.io").to_string(), "reg?.io");
        assert_eq!(RegistryKey::new("*.azurecr.io").to_string(), "*.azurecr.io");
    }
}
