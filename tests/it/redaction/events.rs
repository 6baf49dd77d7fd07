//! Events whose messages contain a credential that is in no file.

use crate::cli::run::Directory;

/// Messages in which `{S}` is a credential.
const MESSAGES: [&str; 24] = [
    "Failed to pull image \"r.example/a:1\": unauthorized: Bearer {S}",
    "Failed to pull image \"r.example/a:1\": unauthorized: token {S} is expired",
    "Failed to pull image \"https://u:{S}@r.example/a:1\": EOF",
    "Failed to pull image \"u:{S}@r.example/a:1\": couldn't parse image name",
    "Failed to pull image \"r.example/a:1\": Get \"https://r.example/v2/?sig={S}\": EOF",
    "Failed to pull image \"r.example/a:1\": Get \"https://s.example/blob?X-Amz-Signature={S}&a=b\": 403",
    "Failed to pull image \"r.example/a:1\": Get \"https://r.example/token?access_token={S}\": 401",
    "Liveness probe failed: Get \"http://10.0.0.1:80/health?apikey={S}\": EOF",
    "Liveness probe failed: curl -u me:{S} http://localhost: 7",
    "Readiness probe failed: Authorization: Basic {S}",
    "Readiness probe failed: {\"token\": \"{S}\", \"ok\": false}",
    "PostStartHook failed: curl https://hooks.slack.com/services/T00000000/B00000000/{S}",
    "PostStartHook failed: curl https://api.telegram.org/bot123456789:{S}/sendMessage",
    "PostStartHook failed: mysql -uroot -p{S} shop",
    "PostStartHook failed: export API_TOKEN={S}",
    "PreStopHook failed: --password {S} --verbose",
    "Error: failed to connect to postgres://me:{S}@db:5432/shop",
    "Error: AWS_SECRET_ACCESS_KEY={S}",
    "Back-off restarting failed container: password={S}",
    "Error: the password is {S}",
    "Error: ghp_{S} is not valid",
    "Error: X-Api-Key: {S}",
    "MountVolume.SetUp failed: secret {\"password\":\"{S}\"}",
    "Warning: requirepass {S}",
];

#[test]
fn no_message_of_an_event_shows_a_credential() {
    let secret = "Zq7kTn4wXv9bGh2mRt5c";
    let directory = Directory::new(&[(
        "a.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: 'r.example/a:1'}]}\n",
    )]);
    for message in MESSAGES {
        let message = message.replace("{S}", secret);
        let quoted = serde_json::to_string(&message).unwrap();
        let events = format!(
            "apiVersion: v1\nkind: List\nitems:\n- {{apiVersion: v1, kind: Event, type: Warning, reason: Failed, message: {quoted}, \
             involvedObject: {{kind: Pod, name: a}}, metadata: {{name: a}}}}\n"
        );
        for stdin in [&message, &events] {
            for format in ["text", "json"] {
                let arguments = ["explain", "event", "-", ".", "--format", format];
                let run = directory.run(&arguments, &[], stdin);
                let said = run.stdout + &run.stderr;
                assert!(!said.contains(&secret[4..12]), "{message}: {said}");
                assert!(run.code == 2 || said.contains("***"), "{message}: {said}");
            }
        }
    }
}

/// What a fix leaves of a credential stays hidden.
#[test]
fn a_fix_does_not_reveal_a_credential() {
    let secret = "hunter2";
    let directory = Directory::new(&[(
        "a.yaml",
        "apiVersion: kubelet.config.k8s.io/v1\nkind: CredentialProviderConfig\nproviders:\n- name: p\n  \
         apiVersion: credentialprovider.kubelet.k8s.io/v1\n  defaultCacheDuration: 1m\n  \
         matchImages: ['https://user:hunter2@r.example', 'https://u:hunter2@s.example/x']\n",
    )]);
    for arguments in [
        &["check", "--level", "info"][..],
        &["check", "--level", "info", "--diff", "--unsafe-fixes"],
        &["check", "--level", "info", "--format", "json"],
        &["check", "--level", "info", "--format", "sarif"],
        &[
            "check",
            "--level",
            "info",
            "--unsafe-fixes",
            "--format",
            "text",
        ],
    ] {
        let run = directory.run(arguments, &[], "");
        let said = run.stdout + &run.stderr;
        assert!(!said.contains(secret), "{arguments:?}: {said}");
        assert!(
            said.contains("user:***") || arguments.contains(&"--format"),
            "{arguments:?}: {said}"
        );
    }
}

/// A help that repeats an image in lower case.
#[test]
fn a_credential_in_another_case_is_hidden() {
    let directory = Directory::new(&[(
        "a.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: 'me:Hunter2Canary@r.example/Team/A:1'}]}\n\
         ---\napiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {image: r.example/Hunter3Canary/A:1}\n\
         ---\napiVersion: v1\nkind: Pod\nmetadata: {name: b}\nspec: {containers: [{name: a, image: 'r.example/Hunter3Canary/A:1'}]}\n",
    )]);
    for format in ["text", "json", "concise"] {
        let run = directory.run(&["check", "--level", "info", "--format", format], &[], "");
        let said = (run.stdout + &run.stderr).to_lowercase();
        assert!(said.contains("image"), "{said}");
        assert!(
            !said.contains("hunter2") && !said.contains("hunter3"),
            "{said}"
        );
    }
}
