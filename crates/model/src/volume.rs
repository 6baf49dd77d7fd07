use super::decode::{Decode, MappingReader, object};
use super::{Field, FieldRef, ResourceFieldRef};

object! {
    /// Volume of a Pod, limited to the fields that affect the environment and the downward API.
    pub struct Volume {
        pub name: Field<String> = string("name"),
        /// Whether it is set.
        pub empty_dir: Field<()> = map("emptyDir", |_| ()),
        /// Items of `downwardAPI` and of the `downwardAPI` sources of `projected`.
        pub downward: Vec<DownwardFile> = downward_files(),
    }
}

object! {
    /// File of a volume with a field of the Pod or a resource of a container.
    pub struct DownwardFile {
        pub field_ref: Field<FieldRef> = object("fieldRef"),
        pub resource_field_ref: Field<ResourceFieldRef> = object("resourceFieldRef"),
    }
}

object! {
    /// Item of `volumeMounts`.
    pub struct VolumeMount {
        /// Name of the volume.
        pub name: Field<String> = string("name"),
        pub mount_path: Field<String> = string("mountPath"),
        /// `$(VAR)` is not expanded in it.
        pub sub_path: Field<String> = template_string("subPath"),
        /// `$(VAR)` is expanded in it.
        pub sub_path_expr: Field<String> = template_string("subPathExpr"),
    }
}

impl MappingReader<'_> {
    fn downward_files(self) -> Vec<DownwardFile> {
        let files = |parent: Self| {
            let downward = parent.child("downwardAPI");
            downward.and_then(|downward| {
                downward
                    .mappings("items", DownwardFile::decode)
                    .into_value()
            })
        };
        let projected = self.child("projected");
        let sources = projected.and_then(|all| all.mappings("sources", files).into_value());
        let sources = sources.into_iter().flatten().flatten();
        files(self).into_iter().chain(sources).flatten().collect()
    }
}
