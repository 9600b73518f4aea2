#include "wire/json.h"

#include "test.h"

static enum ecsp_json check(const char *text)
{
    size_t inexact;
    return ecsp_json_check(test_str(text), &inexact);
}

static void accepts_what_the_grammar_allows(void)
{
    static const char *const good[] = {
        "{}",
        "[]",
        "null",
        "true",
        "false",
        "0",
        "-0",
        "\"\"",
        " \t\r\n[ ] \n",
        "[[],{}]",
        "{\"a\":1,\"b\":[true,false,null]}",
        "{ \"a\" : { } , \"a\" : [ 1 , 2 ] }",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\"",
        "\"\xC3\xA9\x7F\"",
        "[0.5,1.25e3,1E-7,-2e+9,10,100.001]",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        CHECK_INT(check(good[i]), ECSP_JSON_GOOD);
    }
}

static void refuses_everything_else(void)
{
    static const char *const bad[] = {
        "",
        " ",
        "{",
        "}",
        "[",
        "]",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1]]",
        "[1}",
        "{1}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":1 \"b\":2}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":1]",
        "{,}",
        "{} x",
        "{}{}",
        "[1]x",
        "1 2",
        "nul",
        "nulL",
        "True",
        "NaN",
        "nan",
        "Infinity",
        "-Infinity",
        "inf",
        "-",
        "+1",
        "01",
        "-01",
        "00",
        "1.",
        ".5",
        "-.5",
        "1.e5",
        "1e",
        "1e+",
        "0x10",
        "0X1F",
        "0x1p3",
        "1_000",
        "1,5",
        "1f",
        "\"",
        "\"a",
        "\"\\\"",
        "\"\\x41\"",
        "\"\\u12\"",
        "\"\\u12G4\"",
        "\"\\",
        "[\"\\u004",
        "'a'",
        "\xEF\xBB\xBF{}",
        "\f[]",
        "[1]\v",
        "/* x */ 1",
        "// x\n1",
        "\xC2\xA0[]",
        "undefined",
        "--1",
        "1-",
        "1e5.5",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (check(bad[i]) != ECSP_JSON_BAD) {
            printf("    accepted: %s\n", bad[i]);
            CHECK(0);
        }
    }
    CHECK_INT(check("{\"a\":\"b\"}"), ECSP_JSON_GOOD);
    size_t inexact;
    CHECK_INT(ecsp_json_check((struct ecsp_str){"{}\0", 3}, &inexact), ECSP_JSON_BAD);
    CHECK_INT(ecsp_json_check((struct ecsp_str){"\"a\0b\"", 5}, &inexact), ECSP_JSON_BAD);
    CHECK_INT(ecsp_json_check((struct ecsp_str){"\"\\\0\"", 4}, &inexact), ECSP_JSON_BAD);
    CHECK_INT(ecsp_json_check((struct ecsp_str){"\"\\u\0000\"", 8}, &inexact), ECSP_JSON_BAD);
    CHECK_INT(ecsp_json_check((struct ecsp_str){NULL, 0}, &inexact), ECSP_JSON_BAD);
}

static void says_where_it_is_broken(void)
{
    static const struct {
        const char *text;
        size_t at;
    } cases[] = {
        {"", 0},      {"{\n  \"a\": 1,\n  b\n}", 14}, {"[1 2]", 3}, {"[01]", 2}, {"{} x", 3},
        {"[\"a]", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t at = 99;
        CHECK_INT(ecsp_json_check(test_str(cases[i].text), &at), ECSP_JSON_BAD);
        CHECK_INT(at, cases[i].at);
    }
}

static void tells_bad_strings_apart(void)
{
    CHECK_INT(check("{\"a\":\"line\nend\"}"), ECSP_JSON_BAD_TEXT);
    CHECK_INT(check("[\"tab\there\"]"), ECSP_JSON_BAD_TEXT);
    CHECK_INT(check("[\"\x01\"]"), ECSP_JSON_BAD_TEXT);
    CHECK_INT(check("[\"caf\xC3\"]"), ECSP_JSON_BAD_TEXT);
    CHECK_INT(check("[\"\xED\xA0\x80\"]"), ECSP_JSON_BAD_TEXT);
    CHECK_INT(check("[\"caf\xC3\" x]"), ECSP_JSON_BAD);
}

static enum ecsp_json expected(int byte)
{
    if (byte == '"' || byte == '\\' || byte == 0) { /* more text follows; \x is no escape */
        return ECSP_JSON_BAD;
    }
    return byte < 0x20 || byte >= 0x80 ? ECSP_JSON_BAD_TEXT : ECSP_JSON_GOOD;
}

/* Strings are read in words of eight bytes. */
static void sees_each_byte_wherever_it_stands(void)
{
    char text[32];
    size_t inexact;
    for (size_t len = 1; len <= 20; len++) {
        for (size_t at = 1; at <= len; at++) {
            for (int byte = 0; byte < 0x100; byte++) {
                memset(text, 'x', sizeof text);
                text[0] = text[len + 1] = '"';
                text[at] = (char)byte;
                enum ecsp_json found = ecsp_json_check((struct ecsp_str){text, len + 2}, &inexact);
                if (found != expected(byte)) {
                    printf("    byte %d at %zu of %zu\n", byte, at, len);
                    CHECK_INT(found, expected(byte));
                }
            }
        }
    }
}

static void nests_so_deep_and_no_deeper(void)
{
    char text[2 * ECSP_JSON_DEPTH + 3];
    for (size_t depth = ECSP_JSON_DEPTH; depth <= ECSP_JSON_DEPTH + 1; depth++) {
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        text[2 * depth] = '\0';
        CHECK_INT(check(text), depth == ECSP_JSON_DEPTH ? ECSP_JSON_GOOD : ECSP_JSON_BAD);
    }
}

static const char *const exact[] = {
    "0",
    "-0",
    "0.0",
    "0e5",
    "-0.000e-400",
    "1",
    "-1",
    "42",
    "9007199254740991",
    "-9007199254740991",
    "1000000000000000",
    "0.1",
    "0.5",
    "-1.25",
    "123456.789",
    "1e300",
    "1e-300",
    "1.0",
    "100.00",
    "0.30000000000000004",
    "1.7976931348623157e308",
    "5e-324",
    "2.2250738585072014e-308",
    "0.1234567890123456",
    "1e22",
    "12e5",
    "12345678901234.5",
    "1.00000000000000000000000000",
    "0.000000000000000000000000000000000001",
};

static const char *const inexact[] = {
    "9007199254740992",
    "9007199254740993",
    "-9007199254740993",
    "9007199254740994",
    "10000000000000000",
    "12345678901234567890",
    "123456789012345678901234567890",
    "18446744073709551616",
    "9007199254740993.0",
    "9007199254740993e00000000000000000000000000000001",
    "90071992547409930e-1",
    "0.1234567890123456789",
    "0.30000000000000003999",
    "1e400",
    "-1e400",
    "1e-400",
    "1e99999999999999999999",
    "1.5e-999999",
    "3.14159265358979323846",
    "1.7976931348623159e308",
    "4e-324",
    "0.10000000000000000001",
    "1.00000000000000000000000001",
};

static void counts_numbers_that_a_double_does_not_hold(void)
{
    size_t count;
    for (size_t i = 0; i < sizeof exact / sizeof *exact; i++) {
        CHECK_INT(ecsp_json_check(test_str(exact[i]), &count), ECSP_JSON_GOOD);
        if (count != 0) {
            printf("    %s\n", exact[i]);
            CHECK_INT(count, 0);
        }
    }
    for (size_t i = 0; i < sizeof inexact / sizeof *inexact; i++) {
        CHECK_INT(ecsp_json_check(test_str(inexact[i]), &count), ECSP_JSON_GOOD);
        if (count != 1) {
            printf("    %s\n", inexact[i]);
            CHECK_INT(count, 1);
        }
    }
}

static void writes_them_as_strings(void)
{
    static const struct {
        const char *text;
        const char *quoted;
        size_t count;
    } cases[] = {
        {"{}", "{}", 0},
        {" 9007199254740993 ", " \"9007199254740993\" ", 1},
        {"{\"a\":1,\"b\":[-12345678901234567890 , 0.5,1e400]}\n",
         "{\"a\":1,\"b\":[\"-12345678901234567890\" , 0.5,\"1e400\"]}\n", 2},
        {"[\"9007199254740993\",true,null,\"\\u0041\"]",
         "[\"9007199254740993\",true,null,\"\\u0041\"]", 0},
        {"[{ \"x\" : [ ] },false,0.1234567890123456789]",
         "[{ \"x\" : [ ] },false,\"0.1234567890123456789\"]", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[200];
        size_t count;
        CHECK_INT(ecsp_json_check(test_str(cases[i].text), &count), ECSP_JSON_GOOD);
        CHECK_INT(count, cases[i].count);
        size_t len = ecsp_json_quote(test_str(cases[i].text), out);
        CHECK_INT(len, strlen(cases[i].text) + 2 * count);
        CHECK_STR(((struct ecsp_str){out, len}), cases[i].quoted);
    }
}

int main(void)
{
    RUN(accepts_what_the_grammar_allows);
    RUN(refuses_everything_else);
    RUN(says_where_it_is_broken);
    RUN(tells_bad_strings_apart);
    RUN(sees_each_byte_wherever_it_stands);
    RUN(nests_so_deep_and_no_deeper);
    RUN(counts_numbers_that_a_double_does_not_hold);
    RUN(writes_them_as_strings);
    return test_summary();
}
