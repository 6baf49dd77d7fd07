-- Shows what a kustomization or a chart renders to, in a buffer that is not a file. It does not contain credentials.
local function show_rendered(client, arguments, bufnr)
  local params = { command = 'podwright.showRendered', arguments = arguments }
  client:request('workspace/executeCommand', params, function(problem, rendered)
    if problem then
      vim.notify('podwright: ' .. problem.message, vim.log.levels.ERROR)
      return
    end
    local name = 'podwright://' .. rendered.name
    local known = vim.fn.bufnr('^' .. vim.fn.escape(name, '()[]*?{}\\') .. '$')
    local buffer = known > 0 and known or vim.api.nvim_create_buf(true, true)
    vim.api.nvim_buf_set_name(buffer, name)
    vim.bo[buffer].modifiable = true
    vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(rendered.text, '\n', { trimempty = true }))
    -- The syntax without the file type, so that no server starts.
    vim.bo[buffer].syntax = rendered.languageId
    vim.bo[buffer].modifiable = false
    vim.api.nvim_win_set_buf(0, buffer)
  end, bufnr)
end

-- Helpers and notes of a chart have no file type of their own.
local function in_chart(path)
  local charts = vim.fs.find('Chart.yaml', { upward = true, path = vim.fs.dirname(path) })
  return #charts > 0 and 'helm' or nil
end
vim.filetype.add({
  pattern = {
    ['.*/templates/.*%.tpl'] = in_chart,
    ['.*/templates/.*%.txt'] = in_chart,
  },
})

---@type vim.lsp.Config
return {
  cmd = { 'podwright', 'lsp' },
  -- Compose files have their own file type. Plug-ins give templates and values of charts theirs.
  filetypes = { 'yaml', 'json', 'helm', 'yaml.helm-values', 'gotmpl' },
  -- The whole project is checked together: the closest configuration, otherwise the repository.
  root_markers = { { '.podwright.yaml', '.podwright.yml' }, '.git', 'kustomization.yaml' },
  -- Neovim on Linux only watches files if this is enabled.
  capabilities = {
    workspace = { didChangeWatchedFiles = { dynamicRegistration = true } },
  },
  -- The hints and the code lenses are on by default.
  init_options = {
    hints = { imagePullPolicy = true, terminationGracePeriod = true },
    codeLens = { rendered = true },
    client = { showsRendered = true },
  },
  commands = {
    ['podwright.showRendered'] = function(command, context)
      local client = assert(vim.lsp.get_client_by_id(context.client_id))
      show_rendered(client, command.arguments, context.bufnr)
    end,
  },
  on_attach = function(client, bufnr)
    vim.api.nvim_buf_create_user_command(bufnr, 'PodwrightRendered', function()
      show_rendered(client, { vim.uri_from_bufnr(bufnr) }, bufnr)
    end, { desc = 'Show what this file renders to' })
  end,
}
