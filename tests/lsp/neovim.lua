-- Opens a page, waits for what the server says of it, takes the first action on it, and says what became of the page.
local function main()
  local diagnostics = function() return vim.diagnostic.get(0) end
  local root = vim.fn.getcwd()
  local client = vim.lsp.start_client({
    name = "ld-review",
    cmd = vim.fn.json_decode(vim.env.LD_REVIEW_SERVER),
    root_dir = root,
  })
  vim.lsp.buf_attach_client(0, client)
  vim.wait(15000, function() return #diagnostics() > 0 end, 20)
  local found = {}
  for _, one in ipairs(diagnostics()) do
    table.insert(found, { one.lnum, one.col, one.end_col, one.code, one.source })
  end
  local first = diagnostics()[1]
  local range = {
    start = { line = first.lnum, character = first.user_data.lsp.character or first.col },
    ["end"] = { line = first.lnum, character = first.end_col },
  }
  local params = {
    textDocument = vim.lsp.util.make_text_document_params(),
    range = range,
    context = { diagnostics = {} },
  }
  local titles = {}
  for _, answer in pairs(vim.lsp.buf_request_sync(0, "textDocument/codeAction", params, 5000)) do
    for number, action in ipairs(answer.result) do
      table.insert(titles, action.title)
      if number == 1 then vim.lsp.util.apply_workspace_edit(action.edit, "utf-16") end
    end
  end
  vim.wait(15000, function() return #diagnostics() == 0 end, 20)
  return {
    found = found,
    titles = titles,
    lines = vim.api.nvim_buf_get_lines(0, 0, -1, false),
    left = #diagnostics(),
    format = vim.bo.fileformat,
  }
end

local good, result = pcall(main)
vim.fn.writefile({ vim.fn.json_encode(good and result or { error = tostring(result) }) }, vim.env.LD_REVIEW_RESULT)
vim.cmd("qa!")
