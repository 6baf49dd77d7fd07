---@type vim.lsp.Config
return {
  cmd = { 'podwright', 'lsp' },
  -- Helm templates and compose files have their own file types.
  filetypes = { 'yaml', 'json' },
  -- The whole project is checked together: the closest configuration, otherwise the repository.
  root_markers = { { '.podwright.yaml', '.podwright.yml' }, '.git', 'kustomization.yaml' },
  -- Neovim on Linux only watches files if this is enabled.
  capabilities = {
    workspace = { didChangeWatchedFiles = { dynamicRegistration = true } },
  },
  -- Both are on by default.
  init_options = {
    hints = { imagePullPolicy = true, terminationGracePeriod = true },
  },
}
