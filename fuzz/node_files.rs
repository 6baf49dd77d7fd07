//! Files of nodes: configurations of containerd and CRI-O, their imports, `hosts.toml`, `registries.conf` and
//! `registries.yaml`, and Pods that pull with them: `fuzz/run 60 node_files`.
#![no_main]

mod whole;

const PATHS: [&str; 6] = [
    "nodes/a/etc/containerd/config.toml",
    "nodes/a/etc/containerd/certs.d/docker.io/hosts.toml",
    "nodes/a/etc/rancher/k3s/registries.yaml",
    "nodes/b/etc/crio/crio.conf.d/1.conf",
    "nodes/b/etc/containers/registries.conf",
    "nodes/b/etc/containers/registries.conf.d/1.conf",
];

const POD: &str = "# file: pod.yaml\napiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b}\nspec:\n  runtimeClassName: r\n  \
                   containers: [{name: a, image: nginx}, {name: b, image: 'r.example.com/a/b:1'}]\n---\napiVersion: \
                   node.k8s.io/v1\nkind: RuntimeClass\nmetadata: {name: r}\nhandler: r\n";

libfuzzer_sys::fuzz_target!(|text: &str| {
    // A line of `=` separates two files.
    let mut all = String::new();
    for (path, part) in PATHS.iter().zip(text.split("\n====\n")) {
        all += &format!("# file: {path}\n{part}\n");
    }
    whole::judge(&whole::workspace(&(all + POD)));
});
