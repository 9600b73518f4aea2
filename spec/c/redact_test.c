#include "wire/redact.h"

#include "test.h"

static const struct ecsp_secret SECRETS[] = {
    {{"CAIS+token/0123==", 17}, {"***", 3}, 0},
    {{"LTAI5tExample00wxyz", 19}, {"LTAI…wxyz", 11}, 0},
    {{"RUN curl -H \"key: a\"", 20}, {"BuildContent", 12}, 3},
    {{"short", 5}, {"***", 3}, 0},
};

/* Room for the three buffers. */
struct room {
    size_t out;
    size_t half;
    size_t decoded;
};

static const struct room ENOUGH = {100000, 100000, 100000};

/* The status; `want` is compared when it is ECSP_OK. */
static enum ecsp_status redacted(const char *text, const char *want,
                                 const struct ecsp_secret *secrets, size_t count, struct room room)
{
    struct ecsp_buf out;
    struct ecsp_buf half;
    struct ecsp_buf decoded;
    enum ecsp_status status;
    ecsp_buf_init(&out, room.out);
    ecsp_buf_init(&half, room.half);
    ecsp_buf_init(&decoded, room.decoded);
    status = ecsp_redact(&out, &half, &decoded, test_str(text), secrets, count);
    if (status == ECSP_OK) {
        CHECK_STR(ecsp_buf_view(&out), want);
    }
    ecsp_buf_free(&out);
    ecsp_buf_free(&half);
    ecsp_buf_free(&decoded);
    return status;
}

static void check(const char *text, const char *want)
{
    CHECK_INT(redacted(text, want, SECRETS, sizeof SECRETS / sizeof *SECRETS, ENOUGH), ECSP_OK);
}

static void leaves_other_texts(void)
{
    check("", "");
    check("%", "%");
    check("a \\ b & c % d", "a \\ b & c % d");
    check("The specified name is malformed: short, %2F %zz &#; &#47 \\u00",
          "The specified name is malformed: short, %2F %zz &#; &#47 \\u00");
    check("CAIS+token/0123=", "CAIS+token/0123=");
    check("deadbeefdeadbeefdeadbeef QUJDREVGR0hJSktMTU5P",
          "deadbeefdeadbeefdeadbeef QUJDREVGR0hJSktMTU5P");
}

static void as_it_is(void)
{
    check("CAIS+token/0123==", "***");
    check("token CAIS+token/0123== twice CAIS+token/0123==.", "token *** twice ***.");
    check("key LTAI5tExample00wxyz!", "key LTAI…wxyz!");
    check("bad: RUN curl -H \"key: a\"", "bad: (line 3 of BuildContent)");
}

static void percent_encoded(void)
{
    check("t=CAIS%2Btoken%2F0123%3D%3D&x", "t=***&x");
    check("t=CAIS%2btoken%2f0123%3d%3d", "t=***");
    check("t%3DCAIS%252Btoken%252F0123%253D%253D%26", "t%3D***%26");
    check("%43%41%49%53%2B%74oken/0123==", "***");
    check("RUN+curl+-H+%22key%3A+a%22", "(line 3 of BuildContent)");
}

static void escaped(void)
{
    check("{\"t\":\"CAIS+token\\/0123==\"}", "{\"t\":\"***\"}");
    check("CAIS\\u002btoken\\u002F0123\\u003d\\u003D", "***");
    check("CAIS\\x2btoken\\x2f0123\\x3d\\x3d", "***");
    check("\"RUN curl -H \\\"key: a\\\"\"", "\"(line 3 of BuildContent)\"");
    check("CAIS&#43;token&#x2f;0123&#61;&#x3D;", "***");
    check("RUN curl -H &quot;key: a&quot;", "(line 3 of BuildContent)");
}

static void every_escape_of_a_byte(void)
{
    static const struct ecsp_secret secrets[] = {{{"<a>&'b\t\\%d", 10}, {"***", 3}, 0}};
    static const char *const texts[] = {
        "<a>&'b\t\\%d",
        "&lt;a&gt;&amp;&apos;b\\t\\\\%d",
        "%3Ca%3E%26%27b%09%5C%25d",
        "%253Ca%253E%2526%2527b%2509%255C%2525d",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        CHECK_INT(redacted(texts[i], "***", secrets, 1, (struct room){1000, 1000, 1000}), ECSP_OK);
    }
}

static void encoded_and_escaped(void)
{
    check("t&#61;CAIS&#37;2Btoken&#x25;2F0123%3D%3D&amp;", "t=***&");
    check("t\\u003dCAIS\\u00252Btoken\\x252F0123%3D%3D\\u000a", "t=***\\u000a");
}

static void in_base64(void)
{
    /* "CAIS+token/0123==" after 0, 1 and 2 bytes of something else */
    check("x Q0FJUyt0b2tlbi8wMTIzPT0= y", "x ***= y");
    check("x LkNBSVMrdG9rZW4vMDEyMz09 y", "x *** y");
    check("x Li5DQUlTK3Rva2VuLzAxMjM9PQ== y", "x ***== y");
    check("x Q0FJUyt0b2tlbi8wMTIzPT0%3D y", "x ***%3D y");
}

static void in_hex(void)
{
    check("x 434149532b746f6b656e2f303132333d3d y", "x *** y");
    check("x f434149532B746F6B656E2F303132333D3D y", "x *** y");
}

static void tells_that_it_failed(void)
{
    static const struct {
        const char *text;
        struct room room;
    } rows[] = {{"a text of some length", {4, 100, 100}},
                {"a text of some length", {100, 4, 100}},
                {"deadbeefdeadbeef", {100, 100, 2}}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CHECK_INT(redacted(rows[i].text, "", SECRETS, 1, rows[i].room), ECSP_ERR_LIMIT);
    }
}

/* Masks that are longer than what they replace, and buffers that hold the text but not those. */
static void tells_that_a_mask_had_no_room(void)
{
    static const char digits[] = "abcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcd";
    static const struct ecsp_secret longer[] = {
        {{"CAIS+token/0123==", 17}, {digits, sizeof digits - 1}, 0}};
    static const struct room room = {100, 100, 25};
    CHECK_INT(redacted("CAIS+token/0123==", "", longer, 1, room), ECSP_ERR_LIMIT);
    CHECK_INT(redacted("Q0FJUyt0b2tlbi8wMTIzPT0=", "", longer, 1, room), ECSP_ERR_LIMIT);
}

int main(void)
{
    RUN(leaves_other_texts);
    RUN(as_it_is);
    RUN(percent_encoded);
    RUN(escaped);
    RUN(every_escape_of_a_byte);
    RUN(encoded_and_escaped);
    RUN(in_base64);
    RUN(in_hex);
    RUN(tells_that_it_failed);
    RUN(tells_that_a_mask_had_no_room);
    return test_summary();
}
