-- A session in Neovim: open a file, see its findings, fix one, rename a Secret in another file.

local checks = 0

local function say(text) io.stdout:write(text .. '\n') end

local function check(holds, what)
  if not holds then error('NOT: ' .. what, 0) end
  checks = checks + 1
  say('ok: ' .. what)
end

-- Waits until it holds.
local function comes(what, holds)
  check(vim.wait(20000, holds, 20), what)
end

local function open(name)
  vim.cmd('edit ' .. name)
  vim.bo.filetype = 'yaml'
  return vim.api.nvim_get_current_buf()
end

local function rules(buffer)
  return vim.tbl_map(function(one) return one.code end, vim.diagnostic.get(buffer))
end

local function has(buffer, rule) return vim.tbl_contains(rules(buffer), rule) end

local function found(buffer, rule)
  for _, one in ipairs(vim.diagnostic.get(buffer)) do
    if one.code == rule then return one end
  end
end

local function read(name)
  local file = assert(io.open(name))
  local text = file:read('*a')
  file:close()
  return text
end

local function write(name, text)
  local file = assert(io.open(name, 'w'))
  file:write(text)
  file:close()
end

local function clients()
  return (vim.lsp.get_clients or vim.lsp.get_active_clients)({ name = 'podwright' })
end

local function ask(buffer, method, params)
  local answer = vim.lsp.buf_request_sync(buffer, method, params, 20000)
  for _, one in pairs(answer or {}) do
    if one.err then error(vim.inspect(one.err)) end
    return one.result
  end
end

local function at(buffer, diagnostic)
  vim.api.nvim_set_current_buf(buffer)
  vim.api.nvim_win_set_cursor(0, { diagnostic.lnum + 1, diagnostic.col })
end

local function session()
  if vim.lsp.enable then
    vim.lsp.enable('podwright')
  else
    local config = dofile(vim.fn.stdpath('config') .. '/lsp/podwright.lua')
    config.name = 'podwright'
    config.root_dir = vim.fn.getcwd()
    config.capabilities =
      vim.tbl_deep_extend('force', vim.lsp.protocol.make_client_capabilities(), config.capabilities)
    vim.api.nvim_create_autocmd('FileType', {
      pattern = config.filetypes,
      callback = function() vim.lsp.start(config) end,
    })
  end

  local pod = open('pod.yaml')
  comes('the server starts', function() return #clients() == 1 end)
  local client = clients()[1]
  comes('a wrong pull policy is shown', function() return has(pod, 'pull-policy-invalid') end)
  check(vim.fn.resolve(client.config.root_dir) == vim.fn.resolve(vim.fn.getcwd()), 'the root is the repository')
  local policy = found(pod, 'pull-policy-invalid')
  local line = vim.api.nvim_buf_get_lines(pod, policy.lnum, policy.lnum + 1, true)[1]
  check(
    line:sub(policy.col + 1, policy.end_col) == 'always',
    'at the right columns, after é☸🚢, in ' .. client.offset_encoding
  )
  check(policy.severity == vim.diagnostic.severity.ERROR, 'as an error')
  check(not has(pod, 'image-pull-secret-not-found'), 'the Secret is found in a file that is not open')

  at(pod, policy)
  local here = vim.lsp.util.make_position_params(0, client.offset_encoding)
  local hover = ask(pod, 'textDocument/hover', here)
  check(hover.contents.value:find('[pull-policy-invalid](https://', 1, true), 'hover explains the rule')

  if vim.lsp.inlay_hint then
    vim.lsp.inlay_hint.enable(true, { bufnr = pod })
    comes('hints are shown', function()
      return #vim.lsp.inlay_hint.get({ bufnr = pod }) > 0
    end)
  end

  at(pod, policy)
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action) return action.isPreferred end,
  })
  comes('the fix is made in the buffer', function()
    local now = vim.api.nvim_buf_get_lines(pod, policy.lnum, policy.lnum + 1, true)[1]
    return now:find('imagePullPolicy: Always}', 1, true)
  end)
  comes('and the finding disappears', function() return not has(pod, 'pull-policy-invalid') end)

  vim.fn.search('regcred')
  vim.lsp.buf.definition()
  comes('go to definition opens the Secret', function()
    return vim.fn.expand('%:t') == 'secret.yaml' and vim.fn.expand('<cword>') == 'regcred'
  end)
  local secret = vim.api.nvim_get_current_buf()
  vim.bo[secret].filetype = 'yaml'
  comes('as a document of the same server', function()
    return #clients() == 1 and vim.lsp.buf_is_attached(secret, clients()[1].id)
  end)
  vim.api.nvim_buf_set_text(secret, 3, 8, 3, 15, { 'regcrd' })
  comes('renaming the Secret causes a finding in the other file', function()
    return has(pod, 'image-pull-secret-not-found')
  end)
  check(found(pod, 'image-pull-secret-not-found').message:find('use `regcrd`', 1, true), 'which suggests the similar name')
  vim.cmd('silent undo')
  comes('until it has its old name', function() return not has(pod, 'image-pull-secret-not-found') end)

  local batch = open('batch.yaml')
  comes('a Secret in another namespace is reported', function()
    return has(batch, 'image-pull-secret-other-namespace')
  end)
  local elsewhere = found(batch, 'image-pull-secret-other-namespace')
  local related = elsewhere.user_data.lsp.relatedInformation
  check(related and related[1].location.uri:match('infra.yaml$'), 'with its location')

  write('infra.yaml', read('infra.yaml'):gsub('namespace: infra', 'namespace: shop'))
  comes('after another program moves the Secret, the finding disappears', function()
    return not has(batch, 'image-pull-secret-other-namespace')
  end)
  write('infra.yaml', read('infra.yaml'):gsub('namespace: shop', 'namespace: infra'))
  comes('and comes back with the Secret', function() return has(batch, 'image-pull-secret-other-namespace') end)
  write('.podwright.yaml', 'rules: {image-pull-secret-other-namespace: off}\n')
  comes('a new configuration is read', function()
    return not has(batch, 'image-pull-secret-other-namespace')
  end)

  if vim.lsp.enable then
    -- The configuration from the README.
    local readme = read(vim.fn.stdpath('config') .. '/README.md')
    assert(loadstring(readme:match('```lua\n(vim%.api.-)```')))()
    vim.api.nvim_set_current_buf(pod)
    vim.cmd('silent %s/Always/always/ | write')
    check(read('pod.yaml'):find('imagePullPolicy: Always}', 1, true), 'safe fixes are applied on save')
  end

  client = clients()[1]
  if vim.fn.has('nvim-0.11') == 1 then client:stop() else client.stop() end
  comes('the server stops', function() return #clients() == 0 end)
end

local passed, why = xpcall(session, function(why) return type(why) == 'string' and why or vim.inspect(why) end)
if not passed then say(why) end
say(('%d passed, %d failed'):format(checks, passed and 0 or 1))
vim.cmd(passed and 'qall!' or 'cquit!')
