#include "wire/str.h"

#include "test.h"

static void order(void)
{
    CHECK(ecsp_str_compare(test_str("a"), test_str("b")) < 0);
    CHECK(ecsp_str_compare(test_str("b"), test_str("a")) > 0);
    CHECK(ecsp_str_compare(test_str("a"), test_str("a")) == 0);
    CHECK(ecsp_str_compare(test_str("a"), test_str("ab")) < 0);
    CHECK(ecsp_str_compare(test_str("Tag.10.Key"), test_str("Tag.2.Key")) < 0);
    CHECK(ecsp_str_compare(test_str("z"), test_str("\xc3\xa9")) < 0); /* bytes are unsigned */
    CHECK(ecsp_str_compare((struct ecsp_str){NULL, 0}, test_str("")) == 0);
    CHECK(ecsp_str_compare((struct ecsp_str){NULL, 0}, test_str("a")) < 0);
}

static void equality(void)
{
    CHECK(ecsp_str_equals(test_str("name"), "name"));
    CHECK(!ecsp_str_equals(test_str("name"), "names"));
    CHECK(!ecsp_str_equals(test_str("names"), "name"));
    CHECK(!ecsp_str_equals((struct ecsp_str){"a\0b", 3}, "a"));
    CHECK(ecsp_str_equals((struct ecsp_str){NULL, 0}, ""));
    CHECK(!ecsp_str_equals(test_str(""), "a"));
    CHECK(!ecsp_str_equals(test_str("a"), ""));
}

static void prefix(void)
{
    CHECK(ecsp_str_starts_with(test_str("acs:x"), "acs:"));
    CHECK(ecsp_str_starts_with(test_str("acs:"), "acs:"));
    CHECK(!ecsp_str_starts_with(test_str("acs"), "acs:"));
    CHECK(!ecsp_str_starts_with(test_str("ACS:"), "acs:"));
    CHECK(ecsp_str_contains(test_str("xacs:"), "acs:"));
    CHECK(ecsp_str_contains(test_str("acs"), ""));
    CHECK(!ecsp_str_contains(test_str("acs"), "acs:"));
    CHECK(!ecsp_str_contains(test_str("xACS:"), "acs:"));
    CHECK(ecsp_str_starts_with(test_str(""), ""));
}

static void controls(void)
{
    CHECK(!ecsp_str_has_control(test_str("plain \xc3\xa9~")));
    CHECK(ecsp_str_has_control(test_str("a\nb")));
    CHECK(ecsp_str_has_control(test_str("\x7f")));
    CHECK(ecsp_str_has_control(test_str("\t")));
    CHECK(ecsp_str_has_control((struct ecsp_str){"a\0", 2}));
    CHECK(!ecsp_str_has_control(test_str("")));
    CHECK(ecsp_str_is_word(test_str("Tag.1_a-Z9"), 10) &&
          !ecsp_str_is_word(test_str("Tag.1_a-Z9"), 9));
    CHECK(!ecsp_str_is_word(test_str(""), 9) && !ecsp_str_is_word(test_str("a b"), 9));
    CHECK(!ecsp_str_is_word(test_str("a\n"), 9) && !ecsp_str_is_word(test_str("\xc3\xa9"), 9));
    for (size_t at = 0; at < 24; at++) { /* each place of a word, and of what is left over */
        for (int byte = 0; byte < 256; byte++) {
            char text[24];
            memset(text, byte % 2 ? ' ' : '\xFF', sizeof text);
            text[at] = (char)byte;
            CHECK(ecsp_str_has_control((struct ecsp_str){text, sizeof text}) ==
                  (byte < 0x20 || byte == 0x7F));
        }
    }
}

int main(void)
{
    RUN(order);
    RUN(equality);
    RUN(prefix);
    RUN(controls);
    return test_summary();
}
