module podwright/xtask/kustomize-schema

go 1.26.0

require sigs.k8s.io/kustomize/kyaml v0.21.2
