#include "texts.h"

#include "rows.h"

#define URLS LIST("http://", "https://")

const struct ecsp_text ecsp_text_region = {
    .min_chars = 1, .max_chars = 64, .first = ECSP_CHARS_LOWER, .rest = ECSP_CHARS_LOWER_DASH};
const struct ecsp_text ecsp_text_identifier = {
    .min_chars = 1, .first = ECSP_CHARS_PRINTABLE, .rest = ECSP_CHARS_PRINTABLE};
const struct ecsp_text ecsp_text_image_or_family = {.min_chars = 1};
const struct ecsp_text ecsp_text_account = {
    .min_chars = 1, .max_chars = 32, .first = ECSP_CHARS_DIGIT, .rest = ECSP_CHARS_DIGIT};
const struct ecsp_text ecsp_text_token = {
    .min_chars = 1, .max_chars = 64, .first = ECSP_CHARS_PRINTABLE, .rest = ECSP_CHARS_PRINTABLE};
const struct ecsp_text ecsp_text_description = {
    .min_chars = 2, .max_chars = 256, .not_prefix = URLS};
const struct ecsp_text ecsp_text_template_name = {.min_chars = 2,
                                                  .max_chars = 128,
                                                  .first = ECSP_CHARS_LETTER,
                                                  .rest = ECSP_CHARS_NAME,
                                                  .not_prefix = URLS};
const struct ecsp_text ecsp_text_version = {.format = ECSP_FORMAT_VERSION};
const struct ecsp_text ecsp_text_version_filter = {.format = ECSP_FORMAT_VERSION_FILTER};
const struct ecsp_text ecsp_text_image_name = {.min_chars = 2,
                                               .max_chars = 64,
                                               .first = ECSP_CHARS_LETTER,
                                               .rest = ECSP_CHARS_NAME,
                                               .not_prefix = URLS};
const struct ecsp_text ecsp_text_image_family = {.min_chars = 2,
                                                 .max_chars = 128,
                                                 .first = ECSP_CHARS_LETTER,
                                                 .rest = ECSP_CHARS_FAMILY,
                                                 .not_prefix = LIST("aliyun", "acs:"),
                                                 .not_contain = URLS};
const struct ecsp_text ecsp_text_script = {.max_bytes = 16384, .max_commands = 127};
const struct ecsp_text ecsp_text_tag_key = {.min_chars = 1,
                                            .max_chars = 128,
                                            .first = ECSP_CHARS_TEXT,
                                            .rest = ECSP_CHARS_TEXT,
                                            .not_prefix = LIST("aliyun", "acs:"),
                                            .not_contain = URLS};
const struct ecsp_text ecsp_text_tag_value = {.max_chars = 128,
                                              .first = ECSP_CHARS_TEXT,
                                              .rest = ECSP_CHARS_TEXT,
                                              .not_prefix = LIST("acs:"),
                                              .not_contain = URLS};
const struct ecsp_text ecsp_text_later_tag_value = {
    .max_chars = 128, .first = ECSP_CHARS_TEXT, .rest = ECSP_CHARS_TEXT, .not_contain = URLS};
const struct ecsp_text ecsp_text_tag_filter = {
    .max_chars = 128, .first = ECSP_CHARS_TEXT, .rest = ECSP_CHARS_TEXT};
const struct ecsp_text ecsp_text_oss_bucket = {.min_chars = 1,
                                               .max_chars = 63,
                                               .first = ECSP_CHARS_LOWER,
                                               .rest = ECSP_CHARS_LOWER_DASH,
                                               .last = ECSP_CHARS_LOWER};
const struct ecsp_text ecsp_text_oss_object = {
    .min_chars = 1, .max_chars = 1023, .not_prefix = LIST("http://", "https://", "/", "\\")};
const struct ecsp_text ecsp_text_vpc_name = {.min_chars = 1, .max_chars = 128, .not_prefix = URLS};
const struct ecsp_text ecsp_text_vpc_description = {
    .min_chars = 1, .max_chars = 256, .not_prefix = URLS};
const struct ecsp_text ecsp_text_vpc_tag_value = {.max_chars = 128,
                                                  .first = ECSP_CHARS_TEXT,
                                                  .rest = ECSP_CHARS_TEXT,
                                                  .not_prefix = LIST("aliyun", "acs:"),
                                                  .not_contain = URLS};
const struct ecsp_text ecsp_text_vpc_block = {
    .min_prefix = 8,
    .max_prefix = 28,
    .not_inside = LIST("100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4")};
const struct ecsp_text ecsp_text_vswitch_block = {.min_prefix = 16, .max_prefix = 29};
/* UserCidr: InvalidUserCidr.Malformed. */
const struct ecsp_text ecsp_text_user_block = {.min_prefix = 0, .max_prefix = 32};
const struct ecsp_text ecsp_text_group_name = {.max_chars = 50};
