-- Which of the typed marshalling vectors the strict rules refuse, and why. The vectors show what the
-- vendor's SDK puts on the wire, not what the service accepts: the SDK checks nothing. marshal_spec.lua
-- holds this list to the rules both ways: a case that is refused for another reason, or accepted, fails.
local standard_items = {
  param = "repair_item",
  rule = "only with repair_mode = Customized",
  why = "the mode is Standard, which has no items",
}
local no_base_image = {
  param = "base_image",
  rule = "required with this base_image_type",
  why = "IMAGE asks for an image id; the case has none",
}

return {
  create_zero_and_false = { no_base_image },
  create_true = { no_base_image },
  create_empty_strings = {
    no_base_image,
    {
      param = "name",
      rule = "2 to 128 characters",
      why = "the case sends an empty name",
    },
    {
      param = "description",
      rule = "2 to 256 characters",
      why = "the case sends an empty description",
    },
  },
  create_empty_containers = { no_base_image },
  create_12_lists = { no_base_image },
  create_nested_import_options = {
    {
      param = "import_image_options.retention_strategy",
      rule = "one of RetainOnlySuccessful, RetainOnlyFailed, RetainAlways, RetainNever",
      why = "the case writes \"Retain\", which the API does not know",
    },
    {
      param = "import_image_options.disk_device_mappings[3].oss_bucket",
      rule = "required",
      why = "the third disk is described without a bucket",
    },
    {
      param = "import_image_options.disk_device_mappings[3].oss_object",
      rule = "required",
      why = "the third disk is described without an object",
    },
  },
  create_unicode = {
    no_base_image,
    {
      param = "name",
      rule = "may hold only letters, digits, colons, periods, underscores and hyphens",
      why = "the name holds Hebrew, Hangul, emoji and accents",
    },
  },
  create_build_16k = { no_base_image },
  create_numbers_as_strings = { no_base_image, standard_items },
  rand_create_image_pipeline = {
    standard_items,
    {
      param = "name",
      rule = "must begin with a letter (A-Z, a-z or Chinese)",
      why = "the name begins with a colon",
    },
    {
      param = "name",
      rule = "may hold only letters, digits, colons, periods, underscores and hyphens",
      why = "the name holds a semicolon, a comma and more",
    },
    {
      param = "import_image_options.disk_device_mappings[1].oss_bucket",
      rule = "may hold only lower-case letters, digits and hyphens",
      why = "OSS bucket names have no capitals",
    },
    {
      param = "import_image_options.disk_device_mappings[1].oss_bucket",
      rule = "must end with a lower-case letter or a digit",
      why = "it ends with a capital",
    },
    {
      param = "import_image_options.disk_device_mappings[2].oss_bucket",
      rule = "may hold only lower-case letters, digits and hyphens",
      why = "OSS bucket names have no capitals",
    },
    {
      param = "import_image_options.disk_device_mappings[3].oss_bucket",
      rule = "may hold only lower-case letters, digits and hyphens",
      why = "OSS bucket names have no capitals",
    },
    {
      param = "import_image_options.disk_device_mappings[3].oss_bucket",
      rule = "must end with a lower-case letter or a digit",
      why = "it ends with a capital",
    },
  },
}
