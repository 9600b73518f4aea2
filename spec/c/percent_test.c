#include "wire/percent.h"

#include "test.h"

static void check(const char *plain, const char *encoded)
{
    struct ecsp_buf buf;
    ecsp_buf_init(&buf, 10000);
    CHECK_INT(ecsp_percent_encode(&buf, test_str(plain)), ECSP_OK);
    CHECK_STR(ecsp_buf_view(&buf), encoded);
    ecsp_buf_free(&buf);
}

static void leaves_the_unreserved(void)
{
    check("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~",
          "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~");
}

static void escapes_what_others_leave(void)
{
    check(" ", "%20");
    check("*", "%2A");
    check("!'()", "%21%27%28%29");
    check("+/=&%", "%2B%2F%3D%26%25");
    check("", "");
}

static void works_on_bytes(void)
{
    check("\xE9\x95\x9C\xE5\x83\x8F", "%E9%95%9C%E5%83%8F");
    check("\xF0\x9F\x98\x80", "%F0%9F%98%80");
    check("\xFF\x80", "%FF%80");
    check("a\r\nb\tc", "a%0D%0Ab%09c");
}

static void every_byte(void)
{
    static const char unreserved[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
    for (int byte = 0; byte < 256; byte++) {
        char plain = (char)byte;
        char want[4];
        snprintf(want, sizeof want, "%%%02X", (unsigned)byte);
        if (byte != 0 && strchr(unreserved, byte) != NULL) {
            want[0] = plain;
            want[1] = '\0';
        }
        struct ecsp_buf buf;
        ecsp_buf_init(&buf, 10);
        CHECK_INT(ecsp_percent_encode(&buf, (struct ecsp_str){&plain, 1}), ECSP_OK);
        CHECK_STR(ecsp_buf_view(&buf), want);
        ecsp_buf_free(&buf);
    }
}

static void stops_at_the_maximum(void)
{
    struct ecsp_buf buf;
    ecsp_buf_init(&buf, 8);
    CHECK_INT(ecsp_percent_encode(&buf, test_str("  ")), ECSP_OK);
    CHECK_INT(ecsp_percent_encode(&buf, test_str(" ")), ECSP_ERR_LIMIT);
    CHECK_STR(ecsp_buf_view(&buf), "%20%20"); /* nothing half-written */
    ecsp_buf_free(&buf);
}

int main(void)
{
    RUN(leaves_the_unreserved);
    RUN(escapes_what_others_leave);
    RUN(works_on_bytes);
    RUN(every_byte);
    RUN(stops_at_the_maximum);
    return test_summary();
}
