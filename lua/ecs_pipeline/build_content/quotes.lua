--- The state of a shell text at a position: inside quotes, in a comment, in a here-document. Enough
-- to know whether blanks matter there; not a shell parser. Pure.
local quotes = {}

-- Characters that may come before a "#" that begins a comment.
local BEFORE_COMMENT = { [""] = true, [" "] = true, ["\t"] = true, [";"] = true, ["&"] = true,
  ["|"] = true, ["("] = true }

--- Longest word that is taken for the end of a here-document.
quotes.MAX_DELIMITER = 100
local DELIMITER = "^%-?[ \t]*[\"'\\]?([%w_.!-]+)"

--- The state before the first character.
-- @treturn table `{ quote = nil or the open quote sign, comment, heredoc, delimiter = the line that
--   ends the first here-document }`
function quotes.new()
  return { quote = nil, comment = false, heredoc = false }
end

-- Reads one sign at `at`, outside quotes. → position where to continue
local function bare(state, text, at, sign)
  if sign == "#" then
    state.comment = state.comment or BEFORE_COMMENT[text:sub(at - 1, at - 1)] or false
  elseif sign == "<" then
    local signs = text:match("^<+", at)
    if #signs == 2 then
      state.heredoc = true
      state.delimiter = state.delimiter or text:match(DELIMITER, at + 2)
    end
    return at + #signs
  else
    state.quote = sign
  end
  return at + 1
end

--- Reads more text. The start of `text` counts as the start of a word.
-- @tparam table state of `quotes.new`, changed
-- @tparam string text
function quotes.advance(state, text)
  local at = text:find("[\"'\\#<]")
  while at and at <= #text do
    local sign = text:sub(at, at)
    if sign == "\\" and state.quote ~= "'" then
      at = at + 2
    elseif state.quote then
      if sign == state.quote then
        state.quote = nil
      end
      at = at + 1
    else
      at = bare(state, text, at, sign)
    end
    at = text:find("[\"'\\#<]", at)
  end
end

return quotes
