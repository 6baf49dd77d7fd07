//! Checks that only the level `restricted` has.

use super::{Evaluation, Needed};

/// Volumes that the level allows.
const VOLUMES: [&str; 9] = [
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

/// Volumes that it does not allow. One without a source is an `emptyDir`.
const RESTRICTED_VOLUMES: [&str; 21] = [
    "hostPath",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "gitRepo",
    "nfs",
    "iscsi",
    "glusterfs",
    "rbd",
    "flexVolume",
    "cinder",
    "cephfs",
    "flocker",
    "fc",
    "azureFile",
    "vsphereVolume",
    "quobyte",
    "azureDisk",
    "portworxVolume",
    "photonPersistentDisk",
    "scaleIO",
    "storageos",
];

impl Evaluation<'_> {
    pub(super) fn restricted(&mut self) {
        let is_on_windows = self.is_on_windows();
        if self.minor >= 8 && !is_on_windows {
            self.privilege_escalation();
        }
        if self.minor >= 22 && !is_on_windows {
            self.capabilities();
        }
        if self.minor >= 35 {
            self.proc_mounts("procMount_restricted");
        }
        self.volumes();
        if !self.is_in_user_namespace() {
            self.non_root();
            if self.minor >= 23 {
                self.users();
            }
        }
        if self.minor >= 19 && !is_on_windows {
            self.seccomp_profiles("seccompProfile_restricted");
            self.missing_seccomp_profile();
        }
    }

    fn privilege_escalation(&mut self) {
        for container in self.containers.clone() {
            let field = container.context.get("allowPrivilegeEscalation");
            if field.is_absent() || field.is_true() {
                // The API server rejects `false` beside `privileged: true`.
                let is_privileged = container.context.get("privileged").is_true();
                let value = (!is_privileged).then_some(Needed::Bool(false));
                let message = "requires `allowPrivilegeEscalation: false`";
                let help = "set it in `securityContext` of the container";
                self.add("allowPrivilegeEscalation", field, message, help, value);
            }
        }
    }

    fn capabilities(&mut self) {
        let check = "capabilities_restricted";
        for container in self.containers.clone() {
            let capabilities = container.context.get("capabilities");
            let dropped = capabilities.get("drop");
            let is_unknown = dropped.is_unknown() || dropped.items().any(|item| item.is_unknown());
            if !is_unknown && !dropped.items().any(|item| item.is("ALL")) {
                let value = dropped.is_absent().then_some(Needed::List("ALL"));
                let message = "requires `capabilities.drop` with `ALL`";
                let help = "drop `ALL`, and add only `NET_BIND_SERVICE` if it is needed";
                self.add(check, dropped, message, help, value);
            }
            for item in capabilities.get("add").items() {
                if let Some(name) = item.text().filter(|name| name != "NET_BIND_SERVICE") {
                    let message = format!("forbids the capability `{name}`");
                    self.add(check, item, message, "remove it", None);
                }
            }
        }
    }

    fn volumes(&mut self) {
        for volume in self.spec.get("volumes").items() {
            let is_set = |name: &&'static str| volume.get(name).is_set();
            if VOLUMES.iter().any(&is_set) {
                continue;
            }
            if let Some(name) = RESTRICTED_VOLUMES.iter().find(|name| is_set(name)) {
                let message = format!("forbids `{name}` volumes");
                let help = "use a PersistentVolumeClaim, `emptyDir` or another allowed source";
                self.add("restrictedVolumes", volume.get(name), message, help, None);
            }
        }
    }

    fn non_root(&mut self) {
        let check = "runAsNonRoot";
        let message = "requires `runAsNonRoot: true`";
        let is_root = |user: Option<i64>| user == Some(0);
        let pod = self.context.get("runAsNonRoot");
        let users = self.contexts();
        let has_root = users
            .iter()
            .any(|context| is_root(context.get("runAsUser").int()));
        let value = (!has_root).then_some(Needed::Bool(true));
        if pod.is_false() {
            let help = "set `runAsNonRoot: true`, and use an image with a user other than root";
            self.add(check, pod, message, help, value);
        }
        let mut lacking = Vec::new();
        for container in self.containers.clone() {
            let field = container.context.get("runAsNonRoot");
            if field.is_false() {
                let help = "set `runAsNonRoot: true`, and use an image with a user other than root";
                self.add(check, field, message, help, value);
            } else if field.is_absent() && pod.is_absent() {
                lacking.push(container.name());
            }
        }
        if !lacking.is_empty() {
            let help = format!(
                "set it in `securityContext` of the Pod, or of {}; the image needs a user other than root",
                lacking.join(", ")
            );
            self.add(check, pod, message, help, value);
        }
    }

    fn users(&mut self) {
        for context in self.contexts() {
            let field = context.get("runAsUser");
            if field.int() == Some(0) {
                let help = "use another user, or remove `runAsUser`";
                self.add("runAsUser", field, "forbids `runAsUser: 0`", help, None);
            }
        }
    }

    fn missing_seccomp_profile(&mut self) {
        let pod = self.context.get("seccompProfile");
        if !pod.is_absent() {
            return;
        }
        let lacking = self.containers.iter();
        let lacking = lacking.filter(|one| one.context.get("seccompProfile").is_absent());
        let lacking: Vec<String> = lacking.map(super::Container::name).collect();
        if !lacking.is_empty() {
            let help = format!(
                "set `RuntimeDefault` in `securityContext` of the Pod, or of {}",
                lacking.join(", ")
            );
            let value = Some(Needed::Text("RuntimeDefault"));
            let message = "requires a seccomp profile";
            self.add(
                "seccompProfile_restricted",
                pod.get("type"),
                message,
                help,
                value,
            );
        }
    }
}
