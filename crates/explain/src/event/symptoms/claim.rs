//! PersistentVolumeClaims: `pkg/controller/volume/persistentvolume`, and external provisioners.

use crate::event::symptom::{Certainty, Family, NEW, See, Symptom, Topic};

/// Claims: the PersistentVolume controller and external provisioners.
pub(super) const CLAIM: Topic = Topic {
    name: "claim",
    family: Family::Topic("claim"),
    reasons: &[
        "ProvisioningFailed",
        "FailedBinding",
        "WaitForFirstConsumer",
        "VolumeMismatch",
        "ExternalProvisioning",
        "ClaimLost",
        "ClaimMisbound",
        "WaitForPodScheduled",
    ],
    groups: &["object", "schema"],
    has_parts: false,
    symptoms: &[&[
        Symptom {
            cause: "no-storage-class",
            says: &["no persistent volumes available for this claim and no storage class is set"],
            means: "the claim names no StorageClass, the cluster has no default one, and no PersistentVolume fits",
            next: "set `storageClassName`, mark a StorageClass as the default, or create a PersistentVolume",
            see: &[See::Object("spec.storageClassName"), See::Object("spec")],
            ..NEW
        },
        Symptom {
            cause: "storage-class-missing",
            says: &[
                "storageclass.storage.k8s.io \"{class}\" not found",
                "storageclass \"{class}\" not found",
            ],
            means: "the StorageClass `{class}` does not exist: the claim stays Pending",
            next: "use a StorageClass that `kubectl get storageclass` lists, or create `{class}`",
            see: &[See::Object("spec.storageClassName")],
            ..NEW
        },
        Symptom {
            cause: "wait-for-consumer",
            reasons: &["WaitForFirstConsumer", "WaitForPodScheduled"],
            means: "the claim waits for a Pod that uses it (`volumeBindingMode: WaitForFirstConsumer`): this is normal until \
                    such a Pod is scheduled",
            next: "create a Pod that uses the claim; if there is one, look at why it is not scheduled",
            see: &[See::Object("spec.storageClassName")],
            certainty: Certainty::Hint,
            ..NEW
        },
        Symptom {
            cause: "external-provisioner",
            reasons: &["ExternalProvisioning"],
            means: "the claim waits for an external provisioner to create the volume",
            next: "check that the provisioner of the StorageClass runs, and read its log if this lasts",
            see: &[See::Object("spec.storageClassName")],
            certainty: Certainty::Hint,
            ..NEW
        },
        Symptom {
            cause: "quota",
            says: &["exceeded quota", "quotaexceeded", "limit exceeded"],
            means: "the storage quota is used up",
            next: "delete volumes that are not needed, or raise the quota",
            see: &[See::Object("spec.resources")],
            ..NEW
        },
        Symptom {
            cause: "provisioning",
            reasons: &["ProvisioningFailed"],
            means: "the provisioner of the StorageClass cannot create the volume",
            next: "read the end of the message, and check size, access modes and parameters against what the storage offers",
            see: &[See::Object("spec")],
            ..NEW
        },
        Symptom {
            cause: "binding",
            means: "the claim cannot be bound to its PersistentVolume: they do not fit, or the volume is gone or taken",
            next: "compare size, access modes and StorageClass of both",
            see: &[See::Object("spec")],
            ..NEW
        },
    ]],
};
