#include "wire/buf.h"

#include "test.h"

static void starts_empty(void)
{
    struct ecsp_buf buf;
    ecsp_buf_init(&buf, 100);
    CHECK_INT(buf.len, 0);
    CHECK_INT(buf.status, ECSP_OK);
    CHECK(ecsp_buf_view(&buf).data != NULL);
    CHECK_STR(ecsp_buf_view(&buf), "");
    ecsp_buf_free(&buf);
    ecsp_buf_free(&buf);
}

static void a_zeroed_struct_can_be_freed_and_refuses_bytes(void)
{
    struct ecsp_buf buf;
    memset(&buf, 0, sizeof buf);
    CHECK_INT(ecsp_buf_byte(&buf, 'x'), ECSP_ERR_LIMIT);
    CHECK_INT(buf.len, 0);
    ecsp_buf_free(&buf);
}

static void appends_of_every_kind(void)
{
    struct ecsp_buf buf;
    ecsp_buf_init(&buf, 1000);
    CHECK_INT(ecsp_buf_text(&buf, "text "), ECSP_OK);
    CHECK_INT(ecsp_buf_str(&buf, test_str("str ")), ECSP_OK);
    CHECK_INT(ecsp_buf_append(&buf, "bytes??", 5), ECSP_OK);
    CHECK_INT(ecsp_buf_byte(&buf, ' '), ECSP_OK);
    CHECK_INT(ecsp_buf_number(&buf, -42), ECSP_OK);
    CHECK_INT(ecsp_buf_append(&buf, NULL, 0), ECSP_OK);
    CHECK_STR(ecsp_buf_view(&buf), "text str bytes -42");
    ecsp_buf_free(&buf);
}

static void keeps_nul_bytes(void)
{
    struct ecsp_buf buf;
    ecsp_buf_init(&buf, 1000);
    ecsp_buf_append(&buf, "a\0b\0", 4);
    CHECK_BYTES(ecsp_buf_view(&buf), ((struct ecsp_str){"a\0b\0", 4}));
    ecsp_buf_free(&buf);
}

static void numbers_to_their_extremes(void)
{
    static const struct {
        int64_t number;
        const char *text;
    } cases[] = {
        {0, "0"},
        {7, "7"},
        {-1, "-1"},
        {10, "10"},
        {1000000000000000, "1000000000000000"},
        {9007199254740993, "9007199254740993"},
        {INT64_MAX, "9223372036854775807"},
        {INT64_MIN, "-9223372036854775808"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ecsp_buf buf;
        ecsp_buf_init(&buf, 100);
        CHECK_INT(ecsp_buf_number(&buf, cases[i].number), ECSP_OK);
        CHECK_STR(ecsp_buf_view(&buf), cases[i].text);
        ecsp_buf_free(&buf);
    }
}

static void fills_to_its_maximum_and_not_beyond(void)
{
    for (size_t max = 1; max <= 1030; max++) {
        struct ecsp_buf buf;
        ecsp_buf_init(&buf, max);
        for (size_t i = 0; i < max; i++) {
            CHECK_INT(ecsp_buf_byte(&buf, (char)('a' + i % 26)), ECSP_OK);
        }
        CHECK_INT(ecsp_buf_byte(&buf, '!'), ECSP_ERR_LIMIT);
        CHECK_INT(buf.len, max);
        CHECK_INT(buf.data[max - 1], 'a' + (int)((max - 1) % 26));
        ecsp_buf_free(&buf);
    }
}

static void a_refused_append_leaves_the_contents_and_stays_refused(void)
{
    struct ecsp_buf buf;
    ecsp_buf_init(&buf, 5);
    ecsp_buf_text(&buf, "abc");
    CHECK_INT(ecsp_buf_text(&buf, "defg"), ECSP_ERR_LIMIT);
    CHECK_STR(ecsp_buf_view(&buf), "abc");
    CHECK_INT(ecsp_buf_byte(&buf, 'd'), ECSP_ERR_LIMIT); /* it would fit: a chain needs one check */
    CHECK_INT(buf.status, ECSP_ERR_LIMIT);
    CHECK(ecsp_buf_reserve(&buf, 1) == NULL);
    ecsp_buf_clear(&buf);
    CHECK_INT(buf.status, ECSP_OK);
    CHECK_INT(ecsp_buf_text(&buf, "12345"), ECSP_OK);
    CHECK_STR(ecsp_buf_view(&buf), "12345");
    ecsp_buf_free(&buf);
}

static void huge_lengths_do_not_wrap_around(void)
{
    struct ecsp_buf buf;
    ecsp_buf_init(&buf, SIZE_MAX);
    ecsp_buf_text(&buf, "abc");
    CHECK(ecsp_buf_reserve(&buf, SIZE_MAX) == NULL);
    CHECK_INT(buf.status, ECSP_ERR_LIMIT);
    ecsp_buf_clear(&buf);
    ecsp_buf_text(&buf, "abc");
    CHECK(ecsp_buf_reserve(&buf, SIZE_MAX - 2) == NULL);
    ecsp_buf_free(&buf);
}

static void reserve_and_grown(void)
{
    struct ecsp_buf buf;
    ecsp_buf_init(&buf, 10000);
    ecsp_buf_text(&buf, "head:");
    char *place = ecsp_buf_reserve(&buf, 4000);
    CHECK(place != NULL);
    if (place != NULL) {
        memset(place, 'z', 4000);
        CHECK_INT(buf.len, 5);
        ecsp_buf_grown(&buf, 4000);
    }
    CHECK_INT(buf.len, 4005);
    CHECK(memcmp(buf.data, "head:zzz", 8) == 0);
    CHECK(ecsp_buf_reserve(&buf, 0) != NULL);
    ecsp_buf_free(&buf);
    CHECK_INT(buf.max_bytes, 10000); /* usable again */
    CHECK_INT(ecsp_buf_text(&buf, "again"), ECSP_OK);
    ecsp_buf_free(&buf);
}

static void clear_keeps_the_memory(void)
{
    struct ecsp_buf buf;
    ecsp_buf_init(&buf, 10000);
    for (int i = 0; i < 3000; i++) {
        ecsp_buf_byte(&buf, 'x');
    }
    const char *before = buf.data;
    ecsp_buf_clear(&buf);
    CHECK_INT(buf.len, 0);
    ecsp_buf_text(&buf, "y");
    CHECK(buf.data == before);
    ecsp_buf_free(&buf);
}

static void wipe_overwrites(void)
{
    char secret[] = "do not leave me here";
    ecsp_wipe(secret, sizeof secret);
    for (size_t i = 0; i < sizeof secret; i++) {
        CHECK_INT(secret[i], 0);
    }
    ecsp_wipe(secret, 0);
}

static void survives_the_failure_of_any_allocation(void)
{
    for (long n = 1; n < 100; n++) {
        struct ecsp_buf buf;
        ecsp_buf_init(&buf, 1 << 20);
        ecsp_buf_fail_after = n;
        size_t written = 0;
        enum ecsp_status status = ECSP_OK;
        for (int i = 0; i < 3000 && status == ECSP_OK; i++) {
            status = ecsp_buf_text(&buf, "0123456789");
            written += status == ECSP_OK ? 10 : 0;
        }
        long left = ecsp_buf_fail_after;
        ecsp_buf_fail_after = 0;
        CHECK_INT(buf.len, written);
        for (size_t i = 0; i < buf.len; i++) {
            if (buf.data[i] != (char)('0' + i % 10)) {
                CHECK(!"the contents changed");
                break;
            }
        }
        ecsp_buf_free(&buf);
        if (status == ECSP_OK) {
            CHECK(left > 0);
            CHECK(n > 3); /* it did grow several times */
            return;
        }
        CHECK_INT(status, ECSP_ERR_MEMORY);
    }
    CHECK(!"never succeeded");
}

int main(void)
{
    RUN(starts_empty);
    RUN(a_zeroed_struct_can_be_freed_and_refuses_bytes);
    RUN(appends_of_every_kind);
    RUN(keeps_nul_bytes);
    RUN(numbers_to_their_extremes);
    RUN(fills_to_its_maximum_and_not_beyond);
    RUN(a_refused_append_leaves_the_contents_and_stays_refused);
    RUN(huge_lengths_do_not_wrap_around);
    RUN(reserve_and_grown);
    RUN(clear_keeps_the_memory);
    RUN(wipe_overwrites);
    RUN(survives_the_failure_of_any_allocation);
    return test_summary();
}
