//! What a claim asks for, beside its StorageClass and its PersistentVolume.

use podwright_cluster::workspace::{ObjectId, Resolution, Target};
use podwright_model::Object;
use podwright_rule::{RuleContext, declare_rules, did_you_mean};
use podwright_schema::Value;
use podwright_syntax::text::is_typo;

declare_rules! {
    hooks: { object: check },
    STORAGE_CLASS_NOT_FOUND {
        name: "storage-class-not-found",
        summary: "reference to a StorageClass that does not exist",
        severity: Warning,
        since: "0.1.0",
    }
    CLAIM_ACCESS_MODE_UNSUPPORTED {
        name: "claim-access-mode-unsupported",
        summary: "volumes of the StorageClass do not have the access mode",
        severity: Warning,
        since: "0.1.0",
    }
    CLAIM_VOLUME_MISMATCH {
        name: "claim-volume-mismatch",
        summary: "PersistentVolume does not satisfy the claim that names it",
        severity: Warning,
        since: "0.1.0",
    }
}

const GROUP: &str = "storage.k8s.io";

/// Provisioners of disks with a file system, which only one node can mount for writing. Source: the table of access modes
/// in the Kubernetes documentation of persistent volumes, and the documentation of the drivers.
const DISKS: [&str; 9] = [
    "csi.hetzner.cloud",
    "disk.csi.azure.com",
    "dobs.csi.digitalocean.com",
    "ebs.csi.aws.com",
    "kubernetes.io/aws-ebs",
    "kubernetes.io/azure-disk",
    "kubernetes.io/gce-pd",
    "linodebs.csi.linode.com",
    "pd.csi.storage.gke.io",
];

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let Some((id, _)) = cx.object.filter(|_| !cx.is_partial()) else {
        return;
    };
    let is_claim = object.is("", "PersistentVolumeClaim");
    let is_set = object.is("apps", "StatefulSet");
    if !(is_claim || is_set) || cx.workspace.may_be_patched(id) {
        return;
    }
    let spec = Value::new(cx.tree(), object.node).get("spec");
    if is_claim {
        claim(spec, id, cx);
    } else {
        for template in spec.get("volumeClaimTemplates").items() {
            claim(template.get("spec"), id, cx);
        }
    }
}

fn claim(spec: Value<'_>, id: ObjectId, cx: &mut RuleContext<'_>) {
    class(spec, id, cx);
    volume(spec, id, cx);
}

fn class(spec: Value<'_>, id: ObjectId, cx: &mut RuleContext<'_>) {
    const KIND: &str = "StorageClass";
    let field = spec.get("storageClassName");
    let Some(name) = field.text().filter(|name| !name.is_empty()) else {
        return;
    };
    match cx.workspace.resolve_of_cluster(id, GROUP, KIND, &name) {
        Resolution::Found(Target::Object(class)) => access(spec, class, cx),
        Resolution::Missing
            if spec.get("volumeName").is_absent() && !is_class_of_volumes(&name, id, cx) =>
        {
            let all = cx.workspace.of_kind(GROUP, KIND).take(MAX_OBJECTS);
            let all = all.filter(|class| cx.workspace.coexist(id, *class));
            let names = all.filter_map(|class| cx.workspace.object(class).metadata.name.text());
            let meant = cx.nearest(field.node, &name, names);
            let meant = meant.filter(|meant| is_typo(&name, meant.name()));
            // Classes often exist before anything else.
            if meant.is_none() && !cx.file().context.complete {
                return;
            }
            cx.as_rule(&STORAGE_CLASS_NOT_FOUND)
                .report_value(field, format!("StorageClass `{name}` does not exist"))
                .note("the claim stays `Pending` (event `ProvisioningFailed`), and so do the Pods that use it")
                .meant(
                    meant,
                    did_you_mean,
                    "create the StorageClass, or declare it in `externals`",
                );
        }
        _ => {}
    }
}

/// Whether PersistentVolumes have the class. It then binds claims to volumes, and need not exist.
fn is_class_of_volumes(name: &str, id: ObjectId, cx: &RuleContext<'_>) -> bool {
    let mut volumes = cx.workspace.of_kind("", "PersistentVolume");
    let mut first = volumes.by_ref().take(MAX_OBJECTS);
    let has_class = first.any(|volume| {
        let tree = &cx.workspace.file(volume.file).tree;
        let spec = Value::new(tree, cx.workspace.object(volume).node).get("spec");
        let class = spec.get("storageClassName");
        cx.workspace.coexist(id, volume) && (class.is(name) || class.is_unknown())
    });
    // One of the others may have it.
    has_class || volumes.next().is_some()
}

/// Maximum number of objects of a kind that are compared.
const MAX_OBJECTS: usize = 500;

fn access(spec: Value<'_>, class: ObjectId, cx: &mut RuleContext<'_>) {
    let mode = spec.get("volumeMode");
    let is_file_system = mode.is_absent() || mode.is("Filesystem");
    let tree = &cx.workspace.file(class.file).tree;
    let provisioner = Value::new(tree, cx.workspace.object(class).node).get("provisioner");
    let is_disk = DISKS.iter().any(|one| provisioner.is(one));
    if !is_file_system || !is_disk || !cx.workspace.is_unmodified(class) {
        return;
    }
    let place = cx.workspace.object_place(class);
    let Some(field) = spec
        .get("accessModes")
        .items()
        .find(|mode| mode.is("ReadWriteMany"))
    else {
        return;
    };
    cx.as_rule(&CLAIM_ACCESS_MODE_UNSUPPORTED)
        .report_value(field, "volumes of this StorageClass cannot be written from several nodes")
        .related(place, "StorageClass with a provisioner of disks")
        .note("the claim stays `Pending` (event `ProvisioningFailed`), and so do the Pods that use it")
        .help("use `ReadWriteOnce`, or a StorageClass for a shared file system");
}

fn volume(spec: Value<'_>, id: ObjectId, cx: &mut RuleContext<'_>) {
    let field = spec.get("volumeName");
    let Some(name) = field.text().filter(|name| !name.is_empty()) else {
        return;
    };
    let all = cx.workspace.named("", "PersistentVolume", &name);
    let mut all = all.filter(|volume| cx.workspace.coexist(id, *volume));
    let (Some(volume), None) = (all.next(), all.next()) else {
        return;
    };
    // The annotation goes before the field (`GetPersistentVolumeClass` and `GetPersistentVolumeClaimClass`).
    let has_class = |id| {
        let metadata = &cx.workspace.object(id).metadata;
        metadata.may_have_annotation(&["volume.beta.kubernetes.io/storage-class"])
    };
    if !cx.workspace.is_unmodified(volume) || has_class(volume) || has_class(id) {
        return;
    }
    let tree = &cx.workspace.file(volume.file).tree;
    let own = Value::new(tree, cx.workspace.object(volume).node).get("spec");
    let Some((field, message)) = mismatch(spec, own) else {
        return;
    };
    let place = cx.workspace.object_place(volume);
    cx.as_rule(&CLAIM_VOLUME_MISMATCH)
        .report_value(field, message)
        .related(place, "the PersistentVolume")
        .note("the claim stays `Pending` (event `VolumeMismatch`), and so do the Pods that use it")
        .help("ask for what the PersistentVolume has, or change the PersistentVolume");
}

/// What of a volume a claim does not accept (`checkVolumeSatisfyClaim` in
/// `pkg/controller/volume/persistentvolume/pv_controller.go`).
fn mismatch<'a>(claim: Value<'a>, volume: Value<'_>) -> Option<(Value<'a>, String)> {
    let asked = claim.get("resources").get("requests").find("storage");
    let has = volume.get("capacity").find("storage");
    if let (Some(field), Some(has)) = (asked, has)
        && let (Some(size), Some(capacity)) = (field.quantity(), has.quantity())
        && size > capacity
    {
        return Some((
            field,
            "PersistentVolume is smaller than the claim".to_owned(),
        ));
    }
    let field = claim.get("storageClassName");
    if let Some(class) = field.text() {
        let own = volume.get("storageClassName");
        let own = if own.is_absent() {
            Some("".into())
        } else {
            own.text()
        };
        if let Some(own) = own.filter(|own| *own != class) {
            let own = if own.is_empty() {
                "no class".to_owned()
            } else {
                format!("the class `{own}`")
            };
            return Some((field, format!("PersistentVolume has {own}")));
        }
    }
    let (modes, own) = (claim.get("accessModes"), volume.get("accessModes"));
    let lacks = |mode: &Value<'_>| {
        let text = mode.text();
        text.is_some_and(|text| {
            !own.is_unknown()
                && own
                    .items()
                    .all(|own| own.text().is_some_and(|own| own != text))
        })
    };
    let field = modes.items().find(lacks)?;
    let mode = field.text()?;
    Some((
        field,
        format!("PersistentVolume does not have the access mode `{mode}`"),
    ))
}
