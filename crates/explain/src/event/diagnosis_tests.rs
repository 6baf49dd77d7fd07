//! Messages as the components write them, with what podwright makes of them.

use super::*;

/// Reason, message, topic and cause.
const MESSAGES: &[(&str, &str, &str, &str)] = &[
    // Pulls
    ("Failed", "Error: ErrImagePull", "pull", "unknown"),
    ("Failed", "Error: ImagePullBackOff", "back-off", "unknown"),
    (
        "Failed",
        "Error: ErrImageNeverPull",
        "never-pull",
        "never-pull",
    ),
    (
        "Failed",
        "Failed to pull image \"a\": oh",
        "pull",
        "unknown",
    ),
    (
        "Failed",
        "Failed to pull image \"a\": pull QPS exceeded",
        "pull",
        "pull-qps",
    ),
    (
        "Failed",
        "Failed to pull image \"r.example/a:1\": failed to pull and unpack image \"r.example/a:1\": failed to resolve \
         reference \"r.example/a:1\": r.example/a:1: not found",
        "pull",
        "not-found",
    ),
    (
        "Failed",
        "Failed to pull image \"a\": rpc error: code = NotFound desc = failed to pull and unpack image: failed to unpack image \
         on snapshotter overlayfs: unexpected media type text/html for sha256:ab: not found",
        "pull",
        "web-page",
    ),
    (
        "Failed",
        "Failed to pull image \"a\": failed to unpack image on snapshotter overlayfs: unexpected media type \
         application/vnd.cncf.helm.config.v1+json for sha256:ab: not found",
        "pull",
        "not-an-image",
    ),
    (
        "Failed",
        "Failed to pull image \"a\": failed to authorize: failed to fetch oauth token: unexpected status from GET request to \
         https://r.example/token: 401 Unauthorized",
        "pull",
        "refused",
    ),
    (
        "Failed",
        "Failed to pull image \"a\": failed to authorize: failed to fetch anonymous token: unexpected status from GET request \
         to https://ghcr.io/token?scope=x: 403 Forbidden",
        "pull",
        "no-credentials",
    ),
    (
        "Failed",
        "Failed to pull image \"a\": failed to authorize: failed to fetch anonymous token: Get \"https://auth.docker.io/token\": \
         dial tcp: lookup auth.docker.io on 10.0.0.2:53: no such host",
        "pull",
        "dns",
    ),
    (
        "Failed",
        "Failed to pull image \"a\": failed to copy: httpReadSeeker: failed open: failed to do request: Get \
         \"https://s3.example/x?X-Amz-Signature=401403\": dial tcp 10.0.0.1:443: i/o timeout",
        "pull",
        "connect-timeout",
    ),
    (
        "Failed",
        "Failed to pull image \"x\": initializing source docker://x:latest: reading manifest latest in docker.io/library/x: \
         errors: denied: requested access to the resource is denied; unauthorized: authentication required",
        "pull",
        "refused-or-not-found",
    ),
    (
        "Failed",
        "Failed to pull image \"x\": short-name \"x:latest\" did not resolve to an alias and no unqualified-search registries \
         are defined in \"/etc/containers/registries.conf\"",
        "pull",
        "short-name",
    ),
    (
        "Failed",
        "Failed to pull image \"x\": short name mode is enforcing, but image name x:latest returns ambiguous list",
        "pull",
        "ambiguous-short-name",
    ),
    (
        "Failed",
        "Failed to pull image \"r.example/x\": choosing image instance: no image found in image index for architecture \
         \"arm64\", variant \"v8\", OS \"linux\"",
        "pull",
        "platform",
    ),
    (
        "Failed",
        "Failed to pull image \"a\": failed to extract layer sha256:ab: write /var/lib/containerd/x: no space left on device",
        "pull",
        "disk-full",
    ),
    (
        "Failed",
        "Failed to pull image \"a\": failed to do request: Head \"https://10.0.0.1:5000/v2/a/manifests/1\": http: server gave \
         HTTP response to HTTPS client",
        "pull",
        "plain-http",
    ),
    (
        "Failed",
        "Failed to pull image \"a\": tls: failed to verify certificate: x509: certificate signed by unknown authority",
        "pull",
        "unknown-authority",
    ),
    (
        "Failed",
        "Failed to pull image \"a\": x509: certificate is valid for b.example, not a.example",
        "pull",
        "wrong-certificate",
    ),
    (
        "Failed",
        "Failed to pull image \"a\": name unknown: The repository with name 'a' does not exist in the registry with id '1'",
        "pull",
        "repository-not-found",
    ),
    (
        "Failed",
        "Failed to pull image \"a\": denied: Your authorization token has expired. Reauthenticate and try again.",
        "pull",
        "expired-token",
    ),
    (
        "Failed",
        "Failed to pull image \"a\": connection error: desc = \"transport: Error while dialing: dial unix \
         /run/containerd/containerd.sock: connect: connection refused\"",
        "pull",
        "runtime-down",
    ),
    (
        "ImagePullBackOff",
        "Back-off pulling image \"a\": ErrImagePull: toomanyrequests: You have reached your pull rate limit",
        "back-off",
        "rate-limit",
    ),
    (
        "BackOff",
        "Back-off pulling image \"a\"",
        "back-off",
        "unknown",
    ),
    (
        "RegistryUnavailable",
        "image pull failed for a because the registry is unavailable",
        "pull",
        "unreachable",
    ),
    (
        "SignatureValidationFailed",
        "image pull failed for a",
        "pull",
        "signature",
    ),
    (
        "illegal base64 data at input byte 5",
        "",
        "broken-pull-secret",
        "broken-pull-secret",
    ),
    (
        "Failed",
        "Error: illegal base64 data at input byte 5",
        "broken-pull-secret",
        "broken-pull-secret",
    ),
    // Configuration of containers
    (
        "Failed",
        "Error: secret \"db\" not found",
        "container-config",
        "missing-object",
    ),
    (
        "Failed",
        "Error: configmap \"app\" not found",
        "container-config",
        "missing-object",
    ),
    (
        "Failed",
        "Error: couldn't find key A in Secret shop/db",
        "container-config",
        "missing-key",
    ),
    (
        "Failed",
        "Error: container has runAsNonRoot and image has non-numeric user (node), cannot verify user is non-root (pod: \"a\", \
         container: b)",
        "container-config",
        "non-numeric-user",
    ),
    (
        "Failed",
        "Error: container's runAsUser breaks non-root policy (pod: \"a\", container: b)",
        "container-config",
        "run-as-user-zero",
    ),
    (
        "Failed",
        "Error: missing value for POD_NAME",
        "container-config",
        "sub-path-expression",
    ),
    (
        "Failed",
        "Error: failed to prepare subPath for volumeMount \"conf\" of container \"web\"",
        "container-config",
        "sub-path",
    ),
    (
        "CreateContainerConfigError",
        "",
        "container-config",
        "unknown",
    ),
    // Creating and starting containers
    (
        "Failed",
        "Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: \
         unable to start container process: exec: \"/bin/serve\": stat /bin/serve: no such file or directory: unknown",
        "container-start",
        "program-not-found",
    ),
    (
        "Failed",
        "Error: container create failed: executable file `bash` not found in $PATH: No such file or directory",
        "container-start",
        "program-not-found",
    ),
    (
        "Failed",
        "Error: failed to start container \"web\": Error response from daemon: OCI runtime create failed: \
         container_linux.go:380: starting container process caused: exec: \\\"npm\\\": executable file not found in $PATH: \
         unknown",
        "container-start",
        "program-not-found",
    ),
    (
        "Failed",
        "Error: runc create failed: unable to start container process: exec: \"/run.sh\": permission denied",
        "container-start",
        "program-not-executable",
    ),
    (
        "Failed",
        "Error: exec /entrypoint.sh: exec format error",
        "container-start",
        "exec-format",
    ),
    (
        "Failed",
        "Error: failed to create shim task: OCI runtime create failed: unable to retrieve OCI runtime error (open \
         /run/containerd/x/log.json: no such file or directory): exec: \"runsc\": executable file not found in $PATH: unknown",
        "container-start",
        "runtime-not-installed",
    ),
    (
        "Failed",
        "Error: runc create failed: unable to start container process: error during container init: error mounting \
         \"/var/lib/kubelet/pods/x/volume-subpaths/conf/web/0\" to rootfs at \"/etc/nginx/nginx.conf\": mount x: not a \
         directory: unknown: Are you trying to mount a directory onto a file (or vice-versa)?",
        "container-start",
        "mount-type",
    ),
    (
        "Failed",
        "Error: runc create failed: unable to start container process: error during container init: error running prestart \
         hook #0: exit status 1, stderr: nvidia-container-cli: initialization error: nvml error: driver not loaded: unknown",
        "container-start",
        "nvidia",
    ),
    (
        "Failed",
        "Error: failed to generate container \"1f\" spec: failed to generate spec: failed to stat \"/mnt/data\": stat \
         /mnt/data: no such file or directory",
        "container-start",
        "host-path-missing",
    ),
    (
        "Failed",
        "Error: container create failed: setup seccomp: unable to load local profile \
         \"/var/lib/kubelet/seccomp/a.json\": open: no such file or directory",
        "container-start",
        "seccomp-profile",
    ),
    (
        "Failed",
        "Error: failed to create containerd container: apparmor profile not found k8s-deny-write",
        "container-start",
        "apparmor",
    ),
    (
        "Failed",
        "Error: set memory limit 6291456 too low; should be at least 12582912 bytes",
        "container-start",
        "memory-limit-too-low",
    ),
    (
        "Failed",
        "Error: runc create failed: expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, got \
         \"/kubepods/x\" instead: unknown",
        "container-start",
        "cgroup-driver",
    ),
    (
        "Failed",
        "Error: failed to reserve container name \"web_web-0_shop_1_0\": name \"web_web-0_shop_1_0\" is reserved for \"1f\"",
        "container-start",
        "name-reserved",
    ),
    (
        "Failed",
        "Error: context deadline exceeded",
        "container-start",
        "create-timeout",
    ),
    (
        "Failed",
        "Error: something new",
        "container-start",
        "unknown",
    ),
    (
        "StartError",
        "exit code 128: exec: \"run\": executable file not found in $PATH",
        "container-start",
        "program-not-found",
    ),
    // Ends of containers
    ("OOMKilled", "exit code 137:", "exit", "out-of-memory"),
    ("OOMKilled", "", "exit", "out-of-memory"),
    ("Error", "exit code 1:", "exit", "exit-error"),
    (
        "Error",
        "exit code 127: sh: serve: not found",
        "exit",
        "exit-127",
    ),
    ("Error", "exit code 137:", "exit", "exit-137"),
    ("Error", "exit code 139:", "exit", "exit-139"),
    ("Error", "exit code 143:", "exit", "exit-143"),
    ("Completed", "exit code 0:", "exit", "exit-0"),
    (
        "ContainerStatusUnknown",
        "exit code 137:",
        "exit",
        "status-unknown",
    ),
    (
        "CrashLoopBackOff",
        "back-off 5m0s restarting failed container=web pod=web-0_shop(1)",
        "exit",
        "crash-loop",
    ),
    (
        "BackOff",
        "Back-off restarting failed container web in pod web-0_shop(1)",
        "exit",
        "crash-loop",
    ),
    // Probes and hooks
    (
        "Unhealthy",
        "Liveness probe failed: HTTP probe failed with statuscode: 404",
        "probe",
        "liveness-probe-status",
    ),
    (
        "Killing",
        "Container web failed liveness probe, will be restarted",
        "probe",
        "liveness-probe",
    ),
    (
        "Unhealthy",
        "Startup probe failed: dial tcp: connection refused",
        "probe",
        "startup-probe",
    ),
    (
        "Unhealthy",
        "Readiness probe failed: dial tcp 10.1.1.1:80: connect: connection refused",
        "readiness",
        "readiness-probe-refused",
    ),
    (
        "FailedPostStartHook",
        "PostStartHook failed",
        "post-start",
        "post-start",
    ),
    (
        "FailedPreStopHook",
        "PreStopHook failed",
        "pre-stop",
        "pre-stop",
    ),
    ("Killing", "FailedPostStartHook", "post-start", "post-start"),
    // Sandboxes
    (
        "FailedCreatePodSandBox",
        "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for \
         \"gvisor\" is configured",
        "runtime-class",
        "missing-handler",
    ),
    (
        "FailedCreatePodSandBox",
        "Failed to create pod sandbox: failed to find runtime handler kata from runtime list map[runc:0xc0]",
        "runtime-class",
        "missing-handler",
    ),
    (
        "FailedCreatePodSandBox",
        "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox \"1f\": plugin \
         type=\"calico\" failed (add): stat /var/lib/calico/nodename: no such file or directory",
        "sandbox",
        "cni-agent",
    ),
    (
        "FailedCreatePodSandBox",
        "Failed to create pod sandbox: failed to find plugin \"bridge\" in path [/opt/cni/bin]",
        "sandbox",
        "cni-binary",
    ),
    (
        "FailedCreatePodSandBox",
        "Failed to create pod sandbox: plugin type=\"aws-cni\" failed (add): add cmd: failed to assign an IP address to \
         container",
        "sandbox",
        "no-ip-address",
    ),
    (
        "FailedCreatePodSandBox",
        "Failed to create pod sandbox: open /run/systemd/resolve/resolv.conf: no such file or directory",
        "sandbox",
        "resolv-conf",
    ),
    (
        "FailedCreatePodSandBox",
        "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to create containerd task: failed to create \
         shim task: Could not access KVM kernel module: No such file or directory",
        "sandbox",
        "no-kvm",
    ),
    (
        "FailedCreatePodSandBox",
        "Failed to create pod sandbox: something new",
        "sandbox",
        "unknown",
    ),
    (
        "NetworkNotReady",
        "network is not ready: container runtime network not ready",
        "network-not-ready",
        "network-not-ready",
    ),
    // Volumes
    (
        "FailedMount",
        "MountVolume.SetUp failed for volume \"conf\" : configmap \"web\" not found",
        "volume",
        "missing-object",
    ),
    (
        "FailedMount",
        "MountVolume.SetUp failed for volume \"conf\" : configmap references non-existent config key: app.yaml",
        "volume",
        "missing-key",
    ),
    (
        "FailedMount",
        "MountVolume.SetUp failed for volume \"d\" : hostPath type check failed: /mnt/d is not a directory",
        "volume",
        "host-path-type",
    ),
    (
        "FailedMount",
        "Unable to attach or mount volumes: unmounted volumes=[conf], unattached volumes=[], failed to process volumes=[]: \
         timed out waiting for the condition",
        "volume",
        "waiting",
    ),
    (
        "FailedAttachVolume",
        "Multi-Attach error for volume \"pvc-1\" Volume is already exclusively attached to one node and can't be attached to \
         another",
        "volume",
        "multi-attach",
    ),
    (
        "FailedBinding",
        "no persistent volumes available for this claim and no storage class is set",
        "claim",
        "no-storage-class",
    ),
    (
        "ProvisioningFailed",
        "storageclass.storage.k8s.io \"fast\" not found",
        "claim",
        "storage-class-missing",
    ),
    // Scheduling, nodes and controllers
    (
        "FailedScheduling",
        "0/3 nodes are available: 3 Insufficient nvidia.com/gpu.",
        "scheduling",
        "insufficient-resources",
    ),
    (
        "FailedScheduling",
        "no nodes available to schedule pods",
        "scheduling",
        "no-nodes",
    ),
    (
        "OutOfcpu",
        "Node didn't have enough resource: cpu",
        "node-rejected",
        "out-of-resources",
    ),
    (
        "OutOfnvidia.com/gpu",
        "Node didn't have enough resource",
        "node-rejected",
        "out-of-resources",
    ),
    (
        "UnexpectedAdmissionError",
        "Allocate failed due to no healthy devices present",
        "node-rejected",
        "admission-error",
    ),
    (
        "Evicted",
        "The node was low on resource: ephemeral-storage.",
        "evicted",
        "node-pressure",
    ),
    (
        "Evicted",
        "Usage of EmptyDir volume \"tmp\" exceeds the limit \"1Gi\".",
        "evicted",
        "empty-dir-limit",
    ),
    (
        "FailedCreate",
        "Error creating: pods \"web-1\" is forbidden: exceeded quota: team, requested: cpu=1, used: cpu=4, limited: cpu=4",
        "rejected",
        "quota",
    ),
    (
        "FailedCreate",
        "Error creating: pods \"web-1\" is forbidden: violates PodSecurity \"restricted:latest\": runAsNonRoot != true",
        "rejected",
        "pod-security",
    ),
    (
        "FailedCreate",
        "Error creating: Internal error occurred: failed calling webhook \"pods.example.com\": no endpoints available",
        "rejected",
        "webhook-unavailable",
    ),
    (
        "FailedCreate",
        "Error creating: pods \"a-\" is forbidden: pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead",
        "rejected",
        "overhead",
    ),
    (
        "FailedCreate",
        "Error creating: pods \"a-\" is forbidden: pod rejected: RuntimeClass \"kata\" not found",
        "missing-runtime-class",
        "missing-runtime-class",
    ),
    (
        "FailedCreate",
        "create Pod db-0 in StatefulSet db failed error: pods \"db-0\" is forbidden: error looking up service account \
         shop/app: serviceaccount \"app\" not found",
        "missing-service-account",
        "missing-service-account",
    ),
    (
        "FailedCreate",
        "Error creating: no PriorityClass with name high was found",
        "rejected",
        "priority-class",
    ),
    (
        "BackoffLimitExceeded",
        "Job has reached the specified backoff limit",
        "job",
        "backoff-limit",
    ),
    (
        "FailedGetResourceMetric",
        "failed to get cpu utilization: missing request for cpu in container web of Pod web-1",
        "autoscaler",
        "missing-request",
    ),
    // Messages of public threads
    (
        "Unhealthy",
        "Liveness probe failed: Get \"http://10.1.2.3:8080/\": dial tcp 10.1.2.3:8080: connect: connection refused",
        "probe",
        "liveness-probe-refused",
    ),
    (
        "Unhealthy",
        "Startup probe failed: dial tcp 10.1.2.3:5432: connect: connection refused",
        "probe",
        "startup-probe-refused",
    ),
    (
        "Unhealthy",
        "Readiness probe failed: Get \"http://10.1.2.3:80/\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
        "readiness",
        "readiness-probe-timeout",
    ),
    // https://github.com/juju/juju/issues/19565
    (
        "Unhealthy",
        "Readiness probe failed: command timed out: \"mongo\" timed out after 1s",
        "readiness",
        "readiness-probe-timeout",
    ),
    (
        "Unhealthy",
        "Liveness probe failed: timeout: failed to connect service \":8080\" within 1s",
        "probe",
        "liveness-probe-timeout",
    ),
    // https://github.com/kubernetes/kubernetes/issues/106111
    (
        "Unhealthy",
        "Liveness probe failed:",
        "probe",
        "liveness-probe",
    ),
    // https://github.com/kubernetes/kubernetes/issues/98780
    (
        "Unhealthy",
        "Startup probe failed: mysqladmin: connect to server at 'localhost' failed",
        "probe",
        "startup-probe",
    ),
    // https://github.com/kubernetes/kubernetes/issues/92464
    (
        "Unhealthy",
        "Liveness probe errored: rpc error: code = DeadlineExceeded desc = failed to exec in container: timeout 2s exceeded: context deadline exceeded",
        "probe",
        "liveness-probe-not-run",
    ),
    (
        "Unhealthy",
        "Readiness probe errored and resulted in unknown state: x",
        "readiness",
        "readiness-probe-not-run",
    ),
    (
        "Killing",
        "Container web failed liveness probe, will be restarted",
        "probe",
        "liveness-probe",
    ),
    // https://github.com/vdesabou/kafka-docker-playground/issues/8515
    (
        "Failed",
        "Error: failed to create containerd task: runc create failed: error during container init: exec: \"\": executable file not found in $PATH",
        "container-start",
        "program-empty",
    ),
    // https://github.com/kubernetes/kubernetes/issues/116923
    (
        "FailedMount",
        "MountVolume.NewMounter initialization failed for volume \"disk\" : path \"/store\" does not exist",
        "volume",
        "local-path",
    ),
    // https://github.com/Project-HAMi/HAMi/issues/39
    (
        "FailedMount",
        "MountVolume.SetUp failed for volume \"a\" : object \"default\"/\"kube-root-ca.crt\" not registered",
        "volume",
        "not-registered",
    ),
    // https://github.com/kubernetes-sigs/nfs-subdir-external-provisioner/issues/225
    (
        "FailedMount",
        "MountVolume.SetUp failed for volume \"a\" : mount failed: exit status 32 Output: mount.nfs: mounting 10.0.0.1:/a failed, reason given by server: No such file or directory",
        "volume",
        "nfs-path",
    ),
    // https://github.com/Project-HAMi/HAMi/issues/39
    (
        "UnexpectedAdmissionError",
        "Allocate failed due to rpc error: code = Unavailable desc = transport is closing, which is unexpected",
        "node-rejected",
        "device-plugin",
    ),
    // https://github.com/prabhatsharma/kubernetes-the-hard-way-aws/issues/39
    (
        "FailedCreatePodSandBox",
        "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox \"58\": invalid CIDR address: ${POD_CIDR}",
        "sandbox",
        "network-range",
    ),
    // https://github.com/kubernetes/kubernetes/issues/57289
    ("FailedSync", "Error syncing pod", "sync", "sync"),
    // https://github.com/GoogleCloudPlatform/continuous-deployment-on-kubernetes/issues/89
    (
        "Couldn't find key options in Secret ci/builder",
        "",
        "container-config",
        "missing-key",
    ),
    // https://github.com/kubernetes-sigs/sig-storage-local-static-provisioner/issues/100
    (
        "FailedMount",
        "MountVolume.SetUp failed for volume \"a\" : mount failed: exit status 32 Output: mount: special device /mnt/disks/disk1 does not exist",
        "volume",
        "local-path",
    ),
    // https://github.com/kubernetes/kubernetes/issues/82453
    (
        "FailedMount",
        "MountVolume.SetUp failed for volume \"a\" : mount command failed, status: Failure, reason: Rook: Mount volume failed: failed to attach volume a for pod default/a. Volume is already attached by pod default/b. Status Running",
        "volume",
        "multi-attach",
    ),
    // https://github.com/apache/openwhisk-deploy-kube/issues/339
    (
        "FailedCreatePodSandBox",
        "Failed create pod sandbox: rpc error: code = Unknown desc = failed to set up sandbox container \"48\" network for pod \"a\": NetworkPlugin cni failed to set up pod \"a_x\" network: unable to allocate IP address: Post http://127.0.0.1:6784/ip/48: dial tcp 127.0.0.1:6784: connect: connection refused",
        "sandbox",
        "cni-agent",
    ),
    // https://github.com/operate-first/apps/issues/1352
    (
        "Evicted",
        "Pod The node had condition: [DiskPressure].",
        "evicted",
        "node-pressure",
    ),
    // Messages without a reason
    (
        "",
        "Error: secret \"db\" not found",
        "container-config",
        "missing-object",
    ),
    ("", "Back-off pulling image \"a\"", "back-off", "unknown"),
    (
        "",
        "exec: \"run\": executable file not found in $PATH",
        "container-start",
        "program-not-found",
    ),
    (
        "",
        "0/3 nodes are available: 3 node(s) didn't have free ports for the requested pod ports.",
        "scheduling",
        "host-port",
    ),
];

#[test]
fn messages_have_their_cause() {
    for &(reason, message, topic, cause) in MESSAGES {
        let found = Diagnosis::of(reason, message).map(|one| (one.topic(), one.cause()));
        assert_eq!(found, Some((topic, cause)), "{reason}: {message}");
    }
}

#[test]
fn other_events_are_unknown() {
    for (reason, message) in [
        ("Scheduled", "Successfully assigned shop/web-0 to a"),
        ("Killing", "Stopping container web"),
        ("Failed", "Error: Failed to"),
        ("SomethingNew", "oh"),
        ("", "hello"),
    ] {
        if message == "Error: Failed to" {
            // It is a container that failed, and nothing else is known.
            let found = Diagnosis::of(reason, message).unwrap();
            assert_eq!(found.certainty(), Certainty::Vague);
            continue;
        }
        assert!(
            Diagnosis::of(reason, message).is_none(),
            "{reason}: {message}"
        );
    }
}

#[test]
fn the_scheduler_names_several_causes() {
    let message = "0/6 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint \
                   {node-role.kubernetes.io/control-plane: }, 4 node(s) didn't match Pod's node affinity/selector. \
                   preemption: 0/6 nodes are available: 1 No preemption victims found for incoming pod.";
    let found = Diagnosis::of("FailedScheduling", message).unwrap();
    let causes: Vec<&str> = found
        .parts()
        .iter()
        .map(|part| part.symptom.cause)
        .collect();
    assert_eq!(causes, ["insufficient-resources", "taint", "node-affinity"]);
    let meaning = found.meaning();
    for words in [
        "1 node(s) do not have enough cpu",
        "`node-role.kubernetes.io/control-plane`",
        "4 node(s)",
    ] {
        assert!(meaning.contains(words), "{meaning}");
    }
}

#[test]
fn tables_are_consistent() {
    for topic in TOPICS {
        for symptom in symptoms(topic) {
            let at = format!("{} {}", topic.name, symptom.cause);
            assert!(
                !symptom.cause.is_empty() && !symptom.means.is_empty(),
                "{at}"
            );
            assert!(!symptom.next.is_empty(), "{at} says what to do");
            for words in [symptom.means, symptom.next] {
                assert!(
                    !words.ends_with('.') && !words.contains("  "),
                    "{at}: {words}"
                );
                for name in names_in(words) {
                    assert!(!symptom.says.is_empty(), "{at}: nothing captures {name}");
                    for says in symptom.says {
                        assert!(
                            says.contains(&format!("{{{name}}}")),
                            "{at}: `{says}` captures no {name}"
                        );
                    }
                }
            }
            for says in symptom.says {
                assert_eq!(
                    *says,
                    says.to_ascii_lowercase(),
                    "{at}: patterns are in lower case"
                );
            }
            for reason in symptom.reasons {
                assert!(
                    is_known_reason(reason),
                    "{at}: no topic has the reason {reason}"
                );
            }
        }
    }
}

fn names_in(words: &str) -> Vec<&str> {
    let parts = words.split('{').skip(1);
    let names = parts.filter_map(|part| Some(part.split_once('}')?.0));
    let is_name = |name: &&str| name.bytes().all(|byte| byte.is_ascii_lowercase());
    names.filter(is_name).collect()
}
