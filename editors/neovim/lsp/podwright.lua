---@type vim.lsp.Config
return {
  cmd = { 'podwright', 'lsp' },
  -- Helm templates and compose files have file types of their own.
  filetypes = { 'yaml', 'json' },
  -- What stands in the whole project is judged together: the nearest configuration, else the repository.
  root_markers = { { '.podwright.yaml', '.podwright.yml' }, '.git', 'kustomization.yaml' },
  -- Neovim on Linux watches files only where it is told to.
  capabilities = {
    workspace = { didChangeWatchedFiles = { dynamicRegistration = true } },
  },
  -- Both are shown if nothing is said.
  init_options = {
    hints = { imagePullPolicy = true, terminationGracePeriod = true },
  },
}
