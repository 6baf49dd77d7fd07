//! What the admission plugins that every cluster runs set in a Pod before policies are evaluated. The volume with the
//! token of the ServiceAccount is not added.

use super::{Admitted, Fields};

/// Sets the fields of a Pod.
pub fn set_by_plugins(object: &mut Admitted) {
    let Admitted::Map(object) = object else {
        return;
    };
    let text = |text: &str| Admitted::Text(text.to_owned());
    if object.get("kind") != Some(&text("Pod")) {
        return;
    }
    let Some(Admitted::Map(spec)) = object.get_mut("spec") else {
        return;
    };
    let default = |spec: &mut Fields, name: &str, value: Admitted| {
        spec.entry(name.to_owned()).or_insert(value);
    };
    // `plugin/pkg/admission/serviceaccount`
    default(spec, "serviceAccountName", text("default"));
    default(spec, "serviceAccount", text("default"));
    // `plugin/pkg/admission/priority`: the PriorityClass for all others decides.
    default(spec, "priority", Admitted::Unknown);
    default(spec, "preemptionPolicy", Admitted::Unknown);
    // `plugin/pkg/admission/defaulttolerationseconds`
    let tolerations = spec.entry("tolerations".to_owned());
    if let Admitted::List(list) = tolerations.or_insert_with(|| Admitted::List(Vec::new())) {
        for key in [
            "node.kubernetes.io/not-ready",
            "node.kubernetes.io/unreachable",
        ] {
            let is_own = |one: &Admitted| {
                let is = |name, value: &str| match one.get(name) {
                    None => true,
                    Some(own) => own.text() == Some(value),
                };
                is("key", key) && is("effect", "NoExecute")
            };
            if !list.iter().any(is_own) {
                let fields = [
                    ("key", text(key)),
                    ("operator", text("Exists")),
                    ("effect", text("NoExecute")),
                    ("tolerationSeconds", Admitted::Int(300)),
                ];
                let fields = fields.map(|(name, value)| (name.to_owned(), value));
                list.push(Admitted::Map(Fields::from(fields)));
            }
        }
    }
}
