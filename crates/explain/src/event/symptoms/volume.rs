//! Volumes of Pods: `operation_generator.go` in `pkg/volume/util/operationexecutor`, the volume plugins in
//! `pkg/volume`, and the attach/detach controller.

use crate::event::symptom::{Certainty, Family, NEW, See, Symptom, Topic};

/// A volume is not mounted: the Pod stays in ContainerCreating.
pub(super) const MOUNT: Topic = Topic {
    name: "volume",
    family: Family::Topic("volume"),
    reasons: &[
        "FailedMount",
        "FailedAttachVolume",
        "FailedMapVolume",
        "FailedMountOnFilesystemMismatch",
        "VolumeResizeFailed",
        "FileSystemResizeFailed",
    ],
    groups: &["environment", "object", "schema", "kustomize"],
    has_parts: false,
    symptoms: &[OBJECTS, ATTACH, WAITING, PLUGINS, VAGUE],
};

/// ConfigMaps, Secrets and tokens.
const OBJECTS: &[Symptom] = &[
    Symptom {
        cause: "missing-key",
        says: &["volume \"{volume}\" : configmap references non-existent config key: {key}"],
        means: "volume `{volume}` takes the key `{key}` from a ConfigMap that does not have it: the Pod stays in \
                ContainerCreating, and the kubelet retries",
        next: "add the key `{key}` to the ConfigMap, or correct `items` of the volume",
        see: &[See::Volumes, See::Reference],
        ..NEW
    },
    Symptom {
        cause: "missing-key",
        says: &["volume \"{volume}\" : references non-existent secret key: {key}"],
        means: "volume `{volume}` takes the key `{key}` from a Secret that does not have it: the Pod stays in \
                ContainerCreating, and the kubelet retries",
        next: "add the key `{key}` to the Secret, or correct `items` of the volume",
        see: &[See::Volumes, See::Reference],
        ..NEW
    },
    Symptom {
        cause: "missing-key",
        says: &[
            "references non-existent config key: {key}",
            "references non-existent secret key: {key}",
        ],
        means: "a volume takes the key `{key}` from a ConfigMap or Secret that does not have it: the Pod stays in \
                ContainerCreating, and the kubelet retries",
        next: "add the key `{key}` to the object, or correct `items` of the volume",
        see: &[See::Reference],
        ..NEW
    },
    Symptom {
        cause: "missing-object",
        says: &[
            "configmap \"{name}\" not found",
            "configmaps \"{name}\" not found",
        ],
        means: "ConfigMap `{name}`, which a volume needs, does not exist in the namespace of the Pod: the Pod stays in \
                ContainerCreating, and the kubelet retries until it exists",
        next: "create ConfigMap `{name}` in this namespace, or correct its name in the volume",
        see: &[See::Reference],
        ..NEW
    },
    Symptom {
        cause: "missing-object",
        says: &[
            "secret \"{name}\" not found",
            "secrets \"{name}\" not found",
        ],
        means: "Secret `{name}`, which a volume needs, does not exist in the namespace of the Pod: the Pod stays in \
                ContainerCreating, and the kubelet retries until it exists",
        next: "create Secret `{name}` in this namespace, or correct its name in the volume",
        see: &[See::Reference],
        ..NEW
    },
    Symptom {
        // The kubelet's cache has not seen the Pod yet, or not any more.
        cause: "not-registered",
        says: &[
            "object \"{namespace}\"/\"{name}\" not registered",
            "object {name} not registered",
        ],
        means: "the kubelet does not have `{name}` in its cache: the Pod has just been created, or it has ended, was rejected \
                or deleted",
        next: "look at the other events of the Pod: this one goes away by itself, and is not the cause of a failure",
        see: &[],
        ..NEW
    },
    Symptom {
        cause: "token",
        says: &[
            "failed to fetch token",
            "serviceaccount \"{name}\" not found",
            "failed to sync configmap cache",
            "failed to sync secret cache",
        ],
        means: "the kubelet cannot get a token or an object for the volume from the API server",
        next: "check that the ServiceAccount of the Pod exists, and that the kubelet reaches the API server",
        see: &[See::Pod("serviceAccountName"), See::Pod("volumes")],
        ..NEW
    },
];

/// Attaching disks to nodes.
const ATTACH: &[Symptom] = &[
    Symptom {
        cause: "multi-attach",
        says: &["multi-attach error", "volume is already attached by pod"],
        means: "the disk is still attached to another node, and its access mode `ReadWriteOnce` permits one node: often, an \
                old Pod of a rolling update or of a failed node still uses it",
        next: "wait until the other Pod is gone; for a Deployment with such a volume, use `strategy: {type: Recreate}`",
        see: &[See::Volumes, See::Object("spec.strategy")],
        ..NEW
    },
    Symptom {
        cause: "claim-missing",
        says: &["persistentvolumeclaim \"{name}\" not found"],
        means: "PersistentVolumeClaim `{name}` does not exist in the namespace of the Pod",
        next: "create PersistentVolumeClaim `{name}`, or correct `claimName`",
        see: &[See::Volumes],
        ..NEW
    },
    Symptom {
        cause: "claim-not-bound",
        says: &["pvc is not bound", "persistentvolumeclaim is not bound"],
        means: "the PersistentVolumeClaim of the volume is not bound to a PersistentVolume yet",
        next: "read the events of the claim with `kubectl describe pvc`",
        see: &[See::Volumes],
        ..NEW
    },
    Symptom {
        cause: "attach-failed",
        says: &[
            "attachvolume.attach failed",
            "attachvolume.newattacher failed",
            "volumeattachment",
            "is not attached for volume attachment",
        ],
        means: "the storage driver cannot attach the disk to the node",
        next: "read the end of the message, and the log of the controller of this CSI driver: the disk may be gone, in another \
               zone, or attached elsewhere",
        see: &[See::Volumes],
        ..NEW
    },
];

/// The end of waiting for all volumes, which other events explain.
const WAITING: &[Symptom] = &[Symptom {
    cause: "waiting",
    says: &[
        "unmounted volumes=[{volume}",
        "timeout expired waiting for volumes",
    ],
    means: "a volume of the Pod was not mounted in time, so its containers do not start; other events of the Pod have the \
                cause",
    next: "look for other events FailedMount and FailedAttachVolume of this Pod, and for those of its claims",
    see: &[See::Volumes],
    certainty: Certainty::Vague,
    ..NEW
}];

/// Mounting.
const PLUGINS: &[Symptom] = &[
    Symptom {
        cause: "csi-driver-missing",
        says: &["driver name {driver} not found in the list of registered csi drivers"],
        means: "the CSI driver `{driver}` does not run on this node",
        next: "install the driver `{driver}`, and check that its node Pods run on this node",
        see: &[See::Volumes],
        ..NEW
    },
    Symptom {
        cause: "secrets-store",
        says: &[
            "failed to mount secrets store objects",
            "secretproviderclass",
        ],
        means: "the Secrets Store CSI driver cannot get its objects: the SecretProviderClass is missing or wrong, or the \
                access to the vault is denied",
        next: "read the end of the message; the SecretProviderClass must be in the namespace of the Pod",
        see: &[See::Volumes],
        ..NEW
    },
    Symptom {
        cause: "host-path-type",
        says: &["hostpath type check failed: {path} is not a"],
        means: "the hostPath `{path}` does not exist on the node, or is not of the `type` that the volume requires",
        next: "create it on every node, or change `type` of the hostPath volume, for example to `DirectoryOrCreate`",
        see: &[See::Volumes, See::Pod("volumes")],
        ..NEW
    },
    Symptom {
        cause: "local-path",
        says: &["volume \"{volume}\" : path \"{path}\" does not exist"],
        means: "the directory `{path}` of the local PersistentVolume `{volume}` does not exist on the node",
        next: "create the directory on the node that runs the Pod, or correct `local.path` of the PersistentVolume; a kubelet \
               that runs in a container sees only the directories that it mounts",
        see: &[See::Volumes],
        ..NEW
    },
    Symptom {
        cause: "local-path",
        says: &["path \"{path}\" does not exist"],
        means: "the path `{path}` of the local volume does not exist on the node",
        next: "create it on the node, or correct the PersistentVolume",
        see: &[See::Volumes],
        ..NEW
    },
    Symptom {
        // https://github.com/kubernetes-sigs/sig-storage-local-static-provisioner/issues/100
        cause: "local-path",
        says: &["mount: special device {path} does not exist"],
        means: "the device or directory `{path}` of the volume does not exist on the node",
        next: "create or mount it on the node that runs the Pod, or correct the path in the PersistentVolume",
        see: &[See::Volumes],
        ..NEW
    },
    Symptom {
        cause: "mount-helper",
        says: &[
            "bad option; for several filesystems (e.g. nfs, cifs) you might need a /sbin/mount",
            "need a /sbin/mount",
            "unknown filesystem type",
            "mount program doesn't exist",
        ],
        means: "the node has no program for this file system, such as `mount.nfs`",
        next: "install it on the nodes, for example the package `nfs-common` or `nfs-utils`",
        see: &[See::Volumes],
        ..NEW
    },
    Symptom {
        // https://github.com/kubernetes-sigs/nfs-subdir-external-provisioner/issues/225
        cause: "nfs-path",
        says: &[
            "mounting {path} failed, reason given by server: no such file or directory",
            "mount.nfs: mounting {path} failed",
        ],
        means: "the NFS server does not have the directory `{path}`, or does not export it",
        next: "create the directory on the NFS server and export it, or correct the path of the volume",
        see: &[See::Volumes],
        ..NEW
    },
    Symptom {
        cause: "nfs-access",
        says: &[
            "access denied by server while mounting",
            "mount.nfs: ",
            "requested nfs version",
        ],
        means: "the NFS server does not permit the mount, or does not answer as expected",
        next: "check server, path and exports, and that the node's address may mount it",
        see: &[See::Volumes],
        ..NEW
    },
    Symptom {
        cause: "file-system",
        says: &[
            "wrong fs type",
            "bad superblock",
            "can't read superblock",
            "fsck found errors",
            "structure needs cleaning",
            "failed to mount the volume as \"{type}\"",
        ],
        means: "the file system of the disk is damaged, or not of the expected type",
        next: "check `fsType` of the PersistentVolume, and repair the file system with `fsck`",
        see: &[See::Volumes],
        ..NEW
    },
    Symptom {
        cause: "node-affinity",
        says: &["nodeaffinity check failed", "no matching nodeselectorterms"],
        means: "the PersistentVolume may only be used on other nodes",
        next: "let the Pod run on a node of the volume, and do not set `nodeName`",
        see: &[See::Pod("nodeName"), See::Pod("nodeSelector"), See::Volumes],
        ..NEW
    },
    Symptom {
        cause: "mount-permission",
        says: &["permission denied", "operation not permitted"],
        means: "the node may not mount the volume: the storage denies it",
        next: "check the credentials and access rules of the storage for this node",
        see: &[See::Volumes],
        ..NEW
    },
    Symptom {
        cause: "storage-unreachable",
        says: &[
            "connection timed out",
            "no route to host",
            "connection refused",
            "deadlineexceeded",
            "context deadline exceeded",
        ],
        means: "the storage or its driver did not answer in time",
        next: "check that the node reaches the storage, and the log of the storage driver on this node",
        see: &[See::Volumes],
        ..NEW
    },
    Symptom {
        cause: "mount-failed",
        says: &[
            "mountvolume.setup failed for volume \"{volume}\"",
            "mountvolume.mountdevice failed for volume \"{volume}\"",
        ],
        means: "volume `{volume}` cannot be mounted: the Pod stays in ContainerCreating, and the kubelet retries",
        next: "read the end of the message, and check the volume",
        see: &[See::Volumes],
        ..NEW
    },
];

const VAGUE: &[Symptom] = &[Symptom {
    cause: "unknown",
    means: "a volume of the Pod cannot be attached or mounted, so its containers do not start; podwright does not know the \
                cause that the message gives",
    next: "read the end of the message, and check the volumes of the Pod",
    see: &[See::Volumes, See::Pod("volumes")],
    certainty: Certainty::Vague,
    ..NEW
}];
