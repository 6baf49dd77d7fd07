//! Properties of random documents.

use super::invariants;
use podwright_cluster::keyring::NormalKey;
use podwright_model::docker_config::RegistryKey;

/// Marsaglia's xorshift, so that every run uses the same documents.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }
}

const PIECES: [&str; 40] = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\\",
    "null",
    "1",
    "true",
    " ",
    "\n",
    "\u{feff}",
    "auths",
    "\"auths\":{",
    "\"auth\":\"dTpw\"",
    "\"auth\":\"u:p\"",
    "\"username\":\"u\"",
    "\"password\":\"p\"",
    "\"gcr.io\":{}",
    "\"https://index.docker.io/v1/\":{}",
    "\"*.io\":{",
    "\"[::1]:5000\":null",
    "\"gcr.io/v1/v2/x\":{}",
    "\"gcr.io/%2541\":{}",
    "\"${REGISTRY}\":{}",
    "\"a b\":{}",
    "\"r.example:443/a?x#y\":{}",
    "\"\\u212a\":1",
    "\"HttpHeaders\":{",
    "\"Auths\":null",
    "}}",
    "{{ x }}",
    "é",
    "\u{0}",
    "\"//x\":{}",
    "\"HTTPS://x\":{}",
    "\"\":{}",
    "\"me:pw@r.example\":{}",
];

#[test]
fn documents_of_random_pieces() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..4000 {
        let count = random.below(12);
        let text: String = (0..count).map(|_| random.of(&PIECES)).collect();
        invariants::check(&text);
    }
}

#[test]
fn lookups_in_documents_with_random_entries() {
    let hosts = [
        "gcr.io",
        "*.io",
        "docker.io",
        "index.docker.io",
        "localhost",
        "r.example:443",
        "[::1]:5000",
        "*",
        "é.io",
        "a_b",
    ];
    let schemes = ["", "", "https://", "http://", "HTTPS://", "me:pw@"];
    let paths = [
        "",
        "/",
        "/v1/",
        "/v1",
        "/v2/v1/x",
        "/proj",
        "/proj/app",
        "/library",
        "/a%2Fb",
        "?x",
        "#y",
        "/*",
    ];
    let mut random = Random(0xd1b5_4a32_d192_ed03);
    for _ in 0..2000 {
        let mut entries = Vec::new();
        for _ in 0..random.below(5) {
            let key = [random.of(&schemes), random.of(&hosts), random.of(&paths)].concat();
            let value = random.of(&["{}", "null", "{\"auth\":\"dTpw\"}"]);
            entries.push(format!("\"{key}\":{value}"));
        }
        invariants::check(&format!("{{\"auths\":{{{}}}}}", entries.join(",")));
    }
}

/// The kubelet strips one API version when it reads a key, and would strip the next one if it read the result.
#[test]
fn only_one_api_version_is_stripped() {
    let normal = |key: &str| NormalKey::new(&RegistryKey::new(key)).unwrap().to_string();
    assert_eq!(normal("gcr.io/v1/v2/x"), "gcr.io/v2/x");
    assert_eq!(normal("gcr.io/v2/x"), "gcr.io/x");
}
