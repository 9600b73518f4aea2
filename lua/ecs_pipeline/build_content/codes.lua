--- The findings of the linter, one row per code. docs/build_content.md shows the same table.
local codes = {}

-- { code, severity, meaning, source }. "error": the service refuses it, and `source` is the Code of
-- CreateImagePipeline or CreateImageComponent (ECS 2014-05-26) that says so. "warning": it may be
-- refused, fails later or does something unexpected. "note": it works, but is good to know.
codes.LIST = {
  { "too_large", "error", "more than 16,384 bytes", "InvalidBuildContent.LengthExceeded" },
  { "unknown_verb", "error", "a line does not begin with a command of the notation",
    "InvalidImageTemplateCommand.NotSupported" },
  { "empty_argument", "error", "a command without its argument",
    "EmptyCommandContent.RUN (ENV, COPY …)" },
  { "superfluous_argument", "error", "something follows RESTART",
    "NotEmptyCommandContent.RESTART" },
  { "bad_argument", "error", "ENV without a value, COPY without a target, FROM without an image",
    "InvalidCommandContent.ENV (COPY, FROM)" },
  { "from_not_first", "error", "FROM after another command", "InvalidCommandOrder.FROM" },
  { "from_duplicate", "error", "a second FROM", "DuplicatedCommand.FROM" },
  { "from_in_component", "error", "FROM in a component", "NotSupportedCommand.FROM" },
  { "component_in_component", "error", "COMPONENT in a component", "InvalidCommand.Component" },
  { "no_commands", "warning", "nothing but comments and blank lines" },
  { "byte_order_mark", "warning", "a UTF-8 byte order mark before the first command" },
  { "not_utf8", "warning", "the text is UTF-16, or has bytes that are not UTF-8" },
  { "verb_case", "warning", "a command in lower or mixed case" },
  { "several_words", "warning", "WORKDIR, USER or FROM with more than one word" },
  { "component_form", "warning", "COMPONENT without a component id (ic-…) or ARN" },
  { "here_document", "warning", "a here-document" },
  { "too_many_commands", "warning", "more than 127 commands, the limit of older documentation" },
  { "from_ignored", "warning", "FROM no longer chooses the base image" },
  { "component_version", "warning",
    "the ARN has no version, or a version that does not have three parts" },
  { "component_parameters", "warning", "parameters of COMPONENT that are not --name value" },
  { "copy_url_query", "warning", "COPY of a URL with a query string" },
  { "copy_without_bandwidth", "warning",
    "COPY of a URL, and internet_max_bandwidth_out is 0 or not given" },
  { "pair_form", "warning", "ENV or LABEL: a strange name, no \"=\", or an open quote" },
  { "exec_form", "warning",
    "CMD or ENTRYPOINT begins with \"[\" and is not a JSON list of strings" },
  { "crlf", "warning", "lines end with CR LF, or have a CR inside" },
  { "control_character", "warning", "control characters" },
  { "trailing_backslash", "warning",
    "the last command ends with a continuation, but no line follows" },
  { "unclear_continuation", "warning", "a continuation that can be read in two ways" },
  { "comment_in_continuation", "warning", "a comment inside a continued command" },
  { "access_key", "warning", "an access key or token of a known form" },
  { "private_key", "warning", "a private key" },
  { "password", "warning", "a password, secret or token written out" },
  { "package_manager", "warning", "a package manager that the base image does not have" },
  { "interactive_install", "warning",
    "a package manager that asks for confirmation, which a build cannot give" },
  { "same_image_name", "warning",
    "image_name_suffix = \"disable\": a build fails while the image of an earlier one exists" },
  { "windows_notation", "warning", "commands for Linux on a Windows base image" },
  { "yaml_syntax", "warning", "not YAML: a tab, an open bracket, a key twice" },
  { "yaml_tasks", "warning", "no Tasks, or a task or parameter without what it needs" },
  { "yaml_unknown_key", "warning", "a key that the notation does not have" },
  { "yaml_action", "warning", "no action of this name, or not on the system of the base image" },
  { "yaml_property", "warning", "a property of an action is missing or of another type" },
  { "yaml_value", "warning", "a text without quotes that YAML reads as something else" },
  { "yaml_reference", "warning", "{{ … }} names neither a parameter nor a task" },
  { "unquoted_value", "note", "ENV name=value without quotes" },
  { "yaml_not_checked", "note", "lyaml is not installed, so the tasks are not checked" },
}

--- Code → severity, code → source, code → position in the list.
codes.SEVERITY, codes.SOURCE, codes.RANK = {}, {}, {}
for index, row in ipairs(codes.LIST) do
  codes.SEVERITY[row[1]], codes.SOURCE[row[1]], codes.RANK[row[1]] = row[2], row[4], index
end

return codes
