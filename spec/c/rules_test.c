#include "api/rules.h"
#include "api/script.h"
#include "api/suggest.h"

#include "test.h"

static const char *const URLS[] = {"http://", "https://", NULL};
static const char *const TYPES[] = {"IMAGE", "IMAGE_FAMILY", NULL};
static const struct ecsp_text NAME = {
    .min_chars = 2,
    .max_chars = 8,
    .first = ECSP_CHARS_LETTER,
    .rest = ECSP_CHARS_NAME,
    .not_prefix = URLS,
};
static const struct ecsp_text ENUM = {.values = TYPES};

static unsigned check(const struct ecsp_text *text, const char *value)
{
    return ecsp_text_check(text, test_str(value));
}

static void check_rule(const struct ecsp_text *text, unsigned bit, const char *want)
{
    struct ecsp_buf rule;
    ecsp_buf_init(&rule, 1000);
    ecsp_text_rule(text, bit, &rule);
    CHECK_STR(ecsp_buf_view(&rule), want);
    ecsp_buf_free(&rule);
}

static void check_fix(const struct ecsp_text *text, unsigned bit, const char *value,
                      const char *want)
{
    struct ecsp_buf fix;
    ecsp_buf_init(&fix, 1000);
    ecsp_text_fix(text, bit, test_str(value), &fix);
    CHECK_STR(ecsp_buf_view(&fix), want);
    ecsp_buf_free(&fix);
}

static void lengths_count_code_points(void)
{
    CHECK_INT(check(&NAME, "ab"), 0);
    CHECK_INT(check(&NAME, "abcdefgh"), 0);
    CHECK_INT(check(&NAME, "a"), ECSP_BROKEN_LENGTH);
    CHECK_INT(check(&NAME, "abcdefghi"), ECSP_BROKEN_LENGTH);
    CHECK_INT(check(&NAME, ""), ECSP_BROKEN_LENGTH);
    /* eight Chinese characters, 24 bytes */
    CHECK_INT(check(&NAME, "\xE9\x95\x9C\xE5\x83\x8F\xE6\xA8\xA1\xE6\x9D\xBF"
                           "\xE9\x95\x9C\xE5\x83\x8F\xE6\xA8\xA1\xE6\x9D\xBF"),
              0);
}

static void bytes_are_another_limit(void)
{
    static const struct ecsp_text script = {.max_bytes = 6};
    CHECK_INT(check(&script, "abcdef"), 0);
    CHECK_INT(check(&script, "abcdefg"), ECSP_BROKEN_BYTES);
    CHECK_INT(check(&script, "\xE9\x95\x9C\xE5\x83\x8F"), 0);
    CHECK_INT(check(&script, "\xE9\x95\x9C\xE5\x83\x8Fx"), ECSP_BROKEN_BYTES);
}

static void first_rest_and_last(void)
{
    static const struct ecsp_text ends = {.last = ECSP_CHARS_LOWER};
    CHECK_INT(check(&NAME, "1ab"), ECSP_BROKEN_FIRST);
    CHECK_INT(check(&NAME, ".ab"), ECSP_BROKEN_FIRST);
    CHECK_INT(check(&NAME, "a1:._-"), 0);
    CHECK_INT(check(&NAME, "a b"), ECSP_BROKEN_CHARACTERS);
    CHECK_INT(check(&NAME, "-a b"), ECSP_BROKEN_FIRST | ECSP_BROKEN_CHARACTERS);
    CHECK_INT(check(&NAME, "a\xC3\xA9"),
              ECSP_BROKEN_CHARACTERS); /* an accented letter is none here */
    CHECK_INT(check(&ends, "x-"), ECSP_BROKEN_LAST);
    CHECK_INT(check(&ends, "-x"), 0);
    CHECK_INT(check(&ends, ""), 0);
}

static void a_nul_is_no_way_around(void)
{
    CHECK_INT(ecsp_text_check(&NAME, (struct ecsp_str){"ab\0cd", 5}), ECSP_BROKEN_ZERO);
    CHECK_INT(ecsp_text_check(&ENUM, (struct ecsp_str){"IMAGE\0x", 7}), ECSP_BROKEN_ZERO);
}

static void prefixes_and_parts(void)
{
    static const char *const parts[] = {"aliyun", NULL};
    static const struct ecsp_text text = {.not_prefix = URLS, .not_contain = parts};
    CHECK_INT(check(&text, "http://x"), ECSP_BROKEN_PREFIX);
    CHECK_INT(check(&text, "https://"), ECSP_BROKEN_PREFIX);
    CHECK_INT(check(&text, "see http://x"), 0);
    CHECK_INT(check(&text, "http:/"), 0);
    CHECK_INT(check(&text, "my aliyun"), ECSP_BROKEN_CONTAINS);
    CHECK_INT(check(&text, "aliyu"), 0);
    CHECK_INT(check(&text, "http://aliyun"), ECSP_BROKEN_PREFIX | ECSP_BROKEN_CONTAINS);
}

static void one_of_a_list(void)
{
    CHECK_INT(check(&ENUM, "IMAGE"), 0);
    CHECK_INT(check(&ENUM, "IMAGE_FAMILY"), 0);
    CHECK_INT(check(&ENUM, "image"), ECSP_BROKEN_VALUES);
    CHECK_INT(check(&ENUM, "IMAGE_"), ECSP_BROKEN_VALUES);
    CHECK_INT(check(&ENUM, ""), ECSP_BROKEN_VALUES);
    check_rule(&ENUM, ECSP_BROKEN_VALUES, "one of IMAGE, IMAGE_FAMILY");
}

static void versions(void)
{
    static const struct ecsp_text exact = {.format = ECSP_FORMAT_VERSION};
    static const struct ecsp_text filter = {.format = ECSP_FORMAT_VERSION_FILTER};
    static const char *const good[] = {"1.2.0", "0.0.0", "10.200.3000"};
    static const char *const stars[] = {"1.*.0", "1.2.*", "*.2.0"};
    static const char *const bad[] = {"",        "1",      "1.2",    "1.2.",   "1.2.3.",
                                      "1.2.3.4", ".1.2",   "1..2",   "v1.2.3", "1.2.3 ",
                                      "1.2.x",   "**.1.2", "1*.2.3", "1.*2.3", "*",
                                      "*.*",     "1,2,3",  "-1.2.3", "*.*.*",  "1.*.*"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        CHECK_INT(check(&exact, good[i]), 0);
        CHECK_INT(check(&filter, good[i]), 0);
    }
    for (size_t i = 0; i < sizeof stars / sizeof *stars; i++) {
        CHECK_INT(check(&exact, stars[i]), ECSP_BROKEN_FORMAT);
        CHECK_INT(check(&filter, stars[i]), 0);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK_INT(check(&exact, bad[i]), ECSP_BROKEN_FORMAT);
        CHECK_INT(check(&filter, bad[i]), ECSP_BROKEN_FORMAT);
    }
    check_rule(&exact, ECSP_BROKEN_FORMAT, "major.minor.patch, each in digits");
    check_rule(&filter, ECSP_BROKEN_FORMAT, "major.minor.patch, each in digits or one *");
}

static void bad_utf8_is_the_only_complaint(void)
{
    CHECK_INT(check(&NAME, "\xFF"), ECSP_BROKEN_UTF8);
    CHECK_INT(check(&ENUM, "\xC3("), ECSP_BROKEN_UTF8);
    CHECK_INT(check(NULL, "\xED\xA0\x80"), ECSP_BROKEN_UTF8);
    CHECK_INT(check(NULL, "anything at all"), 0);
    check_rule(NULL, ECSP_BROKEN_UTF8, "valid UTF-8");
    check_fix(NULL, ECSP_BROKEN_UTF8, "ab\xFF", "the first bad byte is number 3");
}

static void zero_bytes_are_refused(void)
{
    CHECK_INT(ecsp_text_check(NULL, ECSP_LITERAL("a\0b")), ECSP_BROKEN_ZERO);
    CHECK_INT(ecsp_text_check(&NAME, ECSP_LITERAL("\0")), ECSP_BROKEN_ZERO);
    CHECK_INT(ecsp_text_check(&ENUM, ECSP_LITERAL("\0")), ECSP_BROKEN_ZERO);
    struct ecsp_buf fix;
    ecsp_buf_init(&fix, 1000);
    ecsp_text_fix(NULL, ECSP_BROKEN_ZERO, ECSP_LITERAL("ab\0\0"), &fix);
    CHECK_BYTES(ecsp_buf_view(&fix),
                test_str("take it out, or save the file as UTF-8 if it is UTF-16: the first is "
                         "byte 3"));
    ecsp_buf_free(&fix);
}

static void wording_of_lengths(void)
{
    static const struct ecsp_text most = {.max_chars = 128};
    static const struct ecsp_text least = {.min_chars = 3};
    check_rule(&NAME, ECSP_BROKEN_LENGTH, "2 to 8 characters");
    check_rule(&most, ECSP_BROKEN_LENGTH, "at most 128 characters");
    check_rule(&least, ECSP_BROKEN_LENGTH, "at least 3 characters");
    check_fix(&NAME, ECSP_BROKEN_LENGTH, "abcdefghijk", "shorten it by 3");
}

static void every_rule_has_words(void)
{
    static const char *const parts[] = {"x", NULL};
    static const struct ecsp_text all = {.min_chars = 1,
                                         .max_chars = 2,
                                         .max_bytes = 3,
                                         .max_commands = 4,
                                         .first = ECSP_CHARS_LETTER,
                                         .rest = ECSP_CHARS_NAME,
                                         .last = ECSP_CHARS_LOWER,
                                         .not_prefix = URLS,
                                         .not_contain = parts,
                                         .values = TYPES,
                                         .min_prefix = 8,
                                         .max_prefix = 28,
                                         .not_inside = parts};
    for (unsigned bit = 1; bit < ECSP_BROKEN_END; bit <<= 1) {
        struct ecsp_buf words;
        ecsp_buf_init(&words, 1000);
        ecsp_text_rule(&all, bit, &words);
        CHECK(words.len > 0);
        ecsp_buf_clear(&words);
        ecsp_text_fix(&all, bit, ECSP_LITERAL("abcd\0"), &words);
        CHECK(words.len > 0);
        CHECK_INT(words.status, ECSP_OK);
        ecsp_buf_free(&words);
    }
}

static void a_rule_that_allows_all_has_words_too(void)
{
    static const struct ecsp_text nothing = {.min_chars = 0};
    struct ecsp_buf words;
    ecsp_buf_init(&words, 100);
    ecsp_text_rule(&nothing, ECSP_BROKEN_FIRST, &words);
    CHECK_STR(ecsp_buf_view(&words), "must begin with any character");
    ecsp_buf_free(&words);
}

static void commands_of_a_script(void)
{
    CHECK_INT(ecsp_count_commands(test_str("")), 0);
    CHECK_INT(ecsp_count_commands(test_str("RUN yum update -y")), 1);
    CHECK_INT(ecsp_count_commands(test_str("RUN a\nRUN b\n")), 2);
    CHECK_INT(ecsp_count_commands(test_str("RUN a\r\nRUN b\r\n")), 2);
    CHECK_INT(ecsp_count_commands(test_str("# comment\n\n  \nRUN a")), 1);
    CHECK_INT(ecsp_count_commands(test_str("RUN a && \\\n  b && \\\n  c\nRUN d")), 2);
    CHECK_INT(ecsp_count_commands(test_str("Tasks:\n  - RUN: a\n")), 0);
}

static void blocks(void)
{
    static const char *const reserved[] = {"100.64.0.0/10", "127.0.0.0/8", NULL};
    static const struct ecsp_text block = {
        .min_prefix = 8, .max_prefix = 28, .not_inside = reserved};
    CHECK_INT(check(&block, "172.17.3.0/24"), 0);
    CHECK_INT(check(&block, "10.0.0.0/8"), 0);
    CHECK_INT(check(&block, "172.17.3.0"), ECSP_BROKEN_BLOCK);
    CHECK_INT(check(&block, "172.17.3.1/24"), ECSP_BROKEN_BLOCK);
    CHECK_INT(check(&block, ""), ECSP_BROKEN_BLOCK);
    CHECK_INT(check(&block, "0.0.0.0/0"), ECSP_BROKEN_PREFIX_LENGTH);
    CHECK_INT(check(&block, "172.17.3.0/29"), ECSP_BROKEN_PREFIX_LENGTH);
    CHECK_INT(check(&block, "100.96.0.0/16"), ECSP_BROKEN_INSIDE);
    CHECK_INT(check(&block, "127.0.0.0/29"), ECSP_BROKEN_INSIDE | ECSP_BROKEN_PREFIX_LENGTH);
    check_rule(&block, ECSP_BROKEN_PREFIX_LENGTH, "a prefix of /8 to /28");
    check_rule(&block, ECSP_BROKEN_INSIDE, "not inside 100.64.0.0/10 or 127.0.0.0/8");
}

static void did_you_mean(void)
{
    const struct ecsp_param *params = ecsp_pipeline_create.params;
    static const struct {
        const char *wrong;
        const char *right;
    } cases[] = {
        {"base_imge", "base_image"},
        {"BaseImage", "base_image"},
        {"vswitchid", "vswitch_id"},
        {"v_switch_id", "vswitch_id"},
        {"systemDiskSize", "system_disk_size"},
        {"tag", "tags"},
        {"to_region_ids", "to_region_id"},
        {"descripton", "description"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *best = ecsp_param_suggest(params, test_str(cases[i].wrong));
        CHECK_STR(test_str(best != NULL ? best : "(none)"), cases[i].right);
    }
    CHECK(ecsp_param_suggest(params, test_str("zzzzzzzzzzzzzz")) == NULL);
    CHECK(ecsp_param_suggest_deep(params, test_str("zzzzzzzzzzzzzz")).count == 0);
    struct ecsp_place place = ecsp_param_suggest_deep(params, test_str("NvmeSuport"));
    CHECK(place.count == 3);
    CHECK_STR(test_str(place.steps[0]->lua), "image_options");
    CHECK_STR(test_str(place.steps[2]->lua), "nvme_support");
    CHECK(ecsp_param_suggest(params, test_str("")) == NULL);
    char long_name[5000];
    memset(long_name, 'q', sizeof long_name);
    CHECK(ecsp_param_suggest(params, (struct ecsp_str){long_name, sizeof long_name}) == NULL);
}

int main(void)
{
    RUN(lengths_count_code_points);
    RUN(bytes_are_another_limit);
    RUN(first_rest_and_last);
    RUN(a_nul_is_no_way_around);
    RUN(prefixes_and_parts);
    RUN(one_of_a_list);
    RUN(versions);
    RUN(bad_utf8_is_the_only_complaint);
    RUN(zero_bytes_are_refused);
    RUN(wording_of_lengths);
    RUN(every_rule_has_words);
    RUN(a_rule_that_allows_all_has_words_too);
    RUN(commands_of_a_script);
    RUN(blocks);
    RUN(did_you_mean);
    return test_summary();
}
