#include "wire/utf8.h"

#include <string.h>

#include "test.h"

static void counts_code_points(void)
{
    static const struct {
        const char *text;
        size_t count;
    } cases[] = {
        {"", 0},
        {"plain", 5},
        {"\xC2\x80", 1},                             /* U+0080, the first of two bytes */
        {"\xDF\xBF", 1},                             /* U+07FF */
        {"\xE0\xA0\x80", 1},                         /* U+0800 */
        {"\xED\x9F\xBF\xEE\x80\x80", 2},             /* U+D7FF U+E000, around the surrogates */
        {"\xEF\xBF\xBF", 1},                         /* U+FFFF */
        {"\xF0\x90\x80\x80", 1},                     /* U+10000 */
        {"\xF4\x8F\xBF\xBF", 1},                     /* U+10FFFF */
        {"\xE9\x95\x9C\xE5\x83\x8F\xE6\xA8\xA1", 3}, /* three Chinese characters */
        {"e\xCC\x81", 2},                            /* a combining mark counts by itself */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t count = 99;
        CHECK(ecsp_utf8_count(test_str(cases[i].text), &count));
        CHECK_INT(count, cases[i].count);
    }
}

/* ASCII is counted eight bytes at a time: a longer character, or a bad byte, at every place. */
static void counts_in_words(void)
{
    char text[40];
    for (size_t len = 0; len < sizeof text; len++) {
        for (size_t at = 0; at < len; at++) {
            size_t count = 99;
            memset(text, 'a', sizeof text);
            text[at] = '\x80';
            CHECK(!ecsp_utf8_count((struct ecsp_str){text, len}, &count));
            CHECK_INT(count, at);
            if (at + 1 < len) {
                text[at] = '\xC3';
                text[at + 1] = '\xA9';
                CHECK(ecsp_utf8_count((struct ecsp_str){text, len}, &count));
                CHECK_INT(count, len - 1);
            }
        }
    }
}

static void refuses_what_is_not_utf8(void)
{
    static const struct {
        const char *text;
        size_t bad_at;
    } cases[] = {
        {"\x80", 0},             /* a continuation first */
        {"a\xBF", 1},            /* the same, later */
        {"\xC0\x80", 0},         /* overlong NUL */
        {"\xC1\xBF", 0},         /* overlong */
        {"\xE0\x9F\xBF", 0},     /* overlong */
        {"\xF0\x8F\xBF\xBF", 0}, /* overlong */
        {"\xED\xA0\x80", 0},     /* surrogate U+D800 */
        {"\xED\xBF\xBF", 0},     /* surrogate U+DFFF */
        {"\xF4\x90\x80\x80", 0}, /* above U+10FFFF */
        {"\xF5\x80\x80\x80", 0}, /* never a first byte */
        {"\xFE", 0},             /* never */
        {"\xFF", 0},             /* never */
        {"abc\xC3", 3},          /* cut */
        {"\xE9\x95", 0},         /* cut */
        {"\xF0\x9F\x98", 0},     /* cut */
        {"\xC3(", 0},            /* no continuation */
        {"\xE9(\x9C", 0},        /* no continuation */
        {"ok\xC3\xA9\xF0\x9F(", 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t at = 99;
        CHECK(!ecsp_utf8_count(test_str(cases[i].text), &at));
        CHECK_INT(at, cases[i].bad_at);
    }
}

static void a_nul_is_a_character(void)
{
    size_t count = 0;
    CHECK(ecsp_utf8_count((struct ecsp_str){"a\0b", 3}, &count));
    CHECK_INT(count, 3);
}

static void reads_every_code_point(void)
{
    for (uint32_t point = 0; point <= 0x10FFFF; point++) {
        if (point >= 0xD800 && point <= 0xDFFF) {
            continue;
        }
        char bytes[4];
        size_t len;
        if (point < 0x80) {
            bytes[0] = (char)point;
            len = 1;
        } else if (point < 0x800) {
            bytes[0] = (char)(0xC0 | point >> 6);
            bytes[1] = (char)(0x80 | (point & 0x3F));
            len = 2;
        } else if (point < 0x10000) {
            bytes[0] = (char)(0xE0 | point >> 12);
            bytes[1] = (char)(0x80 | (point >> 6 & 0x3F));
            bytes[2] = (char)(0x80 | (point & 0x3F));
            len = 3;
        } else {
            bytes[0] = (char)(0xF0 | point >> 18);
            bytes[1] = (char)(0x80 | (point >> 12 & 0x3F));
            bytes[2] = (char)(0x80 | (point >> 6 & 0x3F));
            bytes[3] = (char)(0x80 | (point & 0x3F));
            len = 4;
        }
        uint32_t read = 0;
        if (ecsp_utf8_read((struct ecsp_str){bytes, len}, &read) != len || read != point) {
            CHECK_INT(read, point);
            return;
        }
        if (len > 1 && ecsp_utf8_read((struct ecsp_str){bytes, len - 1}, &read) != 0) {
            CHECK(!"read a cut character");
            return;
        }
    }
}

static void nothing_to_read(void)
{
    uint32_t point = 7;
    CHECK_INT(ecsp_utf8_read((struct ecsp_str){"", 0}, &point), 0);
    CHECK_INT(ecsp_utf8_read((struct ecsp_str){NULL, 0}, &point), 0);
}

static void knows_what_is_printable(void)
{
    static const struct {
        const char *text;
        size_t len;
        int printable;
    } cases[] = {
        {"a", 1, 1},
        {" ", 1, 1},
        {"\x1B[", 1, 0},
        {"\x7F", 1, 0},
        {"\xC2\x80", 2, 0},         /* U+0080 */
        {"\xC2\x9F", 2, 0},         /* U+009F */
        {"\xC2\xA0", 2, 1},         /* U+00A0 */
        {"\x9B[", 1, 0},            /* no UTF-8, a control character elsewhere */
        {"\xE9t\xE9", 1, 1},        /* no UTF-8, a letter elsewhere */
        {"\xD8\x9C", 2, 0},         /* U+061C */
        {"\xE2\x80\x8D", 3, 1},     /* U+200D joins letters */
        {"\xE2\x80\x8E", 3, 0},     /* U+200E */
        {"\xE2\x80\xAE", 3, 0},     /* U+202E */
        {"\xE2\x80\xA6", 3, 1},     /* U+2026 */
        {"\xE2\x81\xA6", 3, 0},     /* U+2066 */
        {"\xE2\x81\xA9", 3, 0},     /* U+2069 */
        {"\xF0\x9F\x98\x80", 4, 1}, /* U+1F600 */
        {"\xE9\x95\x9C", 3, 1},     /* a Chinese character */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int printable = 7;
        CHECK_INT(ecsp_utf8_printable(test_str(cases[i].text), &printable), cases[i].len);
        CHECK_INT(printable, cases[i].printable);
    }
}

int main(void)
{
    RUN(counts_code_points);
    RUN(counts_in_words);
    RUN(refuses_what_is_not_utf8);
    RUN(a_nul_is_a_character);
    RUN(reads_every_code_point);
    RUN(nothing_to_read);
    RUN(knows_what_is_printable);
    return test_summary();
}
