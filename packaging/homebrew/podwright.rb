class Podwright < Formula
  desc "Static analyzer for Kubernetes container configuration"
  homepage "https://github.com/podwright/podwright"
  version "@VERSION@"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "https://github.com/podwright/podwright/releases/download/v@VERSION@/podwright-aarch64-apple-darwin.tar.gz"
      sha256 "@SHA256 podwright-aarch64-apple-darwin.tar.gz@"
    end
    on_intel do
      url "https://github.com/podwright/podwright/releases/download/v@VERSION@/podwright-x86_64-apple-darwin.tar.gz"
      sha256 "@SHA256 podwright-x86_64-apple-darwin.tar.gz@"
    end
  end

  on_linux do
    on_arm do
      url "https://github.com/podwright/podwright/releases/download/v@VERSION@/podwright-aarch64-unknown-linux-musl.tar.gz"
      sha256 "@SHA256 podwright-aarch64-unknown-linux-musl.tar.gz@"
    end
    on_intel do
      url "https://github.com/podwright/podwright/releases/download/v@VERSION@/podwright-x86_64-unknown-linux-musl.tar.gz"
      sha256 "@SHA256 podwright-x86_64-unknown-linux-musl.tar.gz@"
    end
  end

  def install
    bin.install "podwright"
    man1.install Dir["man/*.1"]
    bash_completion.install "completions/podwright.bash" => "podwright"
    zsh_completion.install "completions/_podwright"
    fish_completion.install "completions/podwright.fish"
  end

  test do
    (testpath/"pod.yaml").write <<~YAML
      apiVersion: v1
      kind: Pod
      metadata: { name: web }
      spec: { containers: [{ name: web, image: "registry.example/web:1", imagePullPolicy: always }] }
    YAML
    assert_match "pull-policy-invalid", shell_output("#{bin}/podwright check pod.yaml", 1)
  end
end
