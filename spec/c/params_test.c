#include "wire/params.h"

#include "test.h"

static enum ecsp_status add(struct ecsp_params *params, const char *name, const char *value)
{
    return ecsp_params_add(params, ECSP_PARAM_API, test_str(name), test_str(value));
}

static void check_encoded(const struct ecsp_params *params, unsigned kinds, const char *want)
{
    struct ecsp_buf out;
    ecsp_buf_init(&out, 1 << 20);
    CHECK_INT(ecsp_params_encode(params, kinds, &out), ECSP_OK);
    CHECK_STR(ecsp_buf_view(&out), want);
    ecsp_buf_free(&out);
}

static void none(void)
{
    struct ecsp_params params;
    struct ecsp_str duplicate;
    ecsp_params_init(&params, 1000);
    CHECK_INT(ecsp_params_sort(&params, &duplicate), ECSP_OK);
    CHECK_INT(params.count, 0);
    check_encoded(&params, ECSP_PARAM_ANY, "");
    ecsp_params_free(&params);
    ecsp_params_free(&params);
}

static void order_is_bytewise(void)
{
    /* '.' sorts before digits; upper case before lower case; a prefix before what it begins */
    static const char *const shuffled[] = {"TagKey",    "Tag.2.Key", "Tag.10.Key", "Tag.1.Value",
                                           "Tag.1.Key", "tag",       "Tag",        "Tag.9.Key"};
    struct ecsp_params params;
    struct ecsp_str duplicate;
    ecsp_params_init(&params, 1000);
    for (size_t i = 0; i < sizeof shuffled / sizeof *shuffled; i++) {
        CHECK_INT(add(&params, shuffled[i], ""), ECSP_OK);
    }
    CHECK_INT(ecsp_params_sort(&params, &duplicate), ECSP_OK);
    check_encoded(&params, ECSP_PARAM_ANY,
                  "Tag=&Tag.1.Key=&Tag.1.Value=&Tag.10.Key=&Tag.2.Key=&Tag.9.Key=&TagKey=&tag=");
    ecsp_params_free(&params);
}

static void bytes_above_127_sort_last(void)
{
    struct ecsp_params params;
    struct ecsp_str duplicate;
    ecsp_params_init(&params, 1000);
    add(&params, "\xC3\xA9", "2");
    add(&params, "z", "1");
    CHECK_INT(ecsp_params_sort(&params, &duplicate), ECSP_OK);
    check_encoded(&params, ECSP_PARAM_ANY, "z=1&%C3%A9=2");
    ecsp_params_free(&params);
}

static void names_and_values_are_encoded(void)
{
    struct ecsp_params params;
    struct ecsp_str duplicate;
    ecsp_params_init(&params, 1000);
    add(&params, "BuildContent", "RUN a && b\n");
    add(&params, "a b", "~*");
    CHECK_INT(ecsp_params_sort(&params, &duplicate), ECSP_OK);
    check_encoded(&params, ECSP_PARAM_ANY, "BuildContent=RUN%20a%20%26%26%20b%0A&a%20b=~%2A");
    ecsp_params_free(&params);
}

static void kinds_are_picked(void)
{
    struct ecsp_params params;
    struct ecsp_str duplicate;
    ecsp_params_init(&params, 1000);
    ecsp_params_add(&params, ECSP_PARAM_PROTOCOL, test_str("Version"), test_str("2014-05-26"));
    add(&params, "Name", "n");
    ecsp_params_add(&params, ECSP_PARAM_PROTOCOL, test_str("Action"), test_str("A"));
    add(&params, "Zone", "z");
    CHECK_INT(ecsp_params_sort(&params, &duplicate), ECSP_OK);
    check_encoded(&params, ECSP_PARAM_ANY, "Action=A&Name=n&Version=2014-05-26&Zone=z");
    check_encoded(&params, ECSP_PARAM_API, "Name=n&Zone=z");
    check_encoded(&params, ECSP_PARAM_PROTOCOL, "Action=A&Version=2014-05-26");
    ecsp_params_free(&params);
}

static void a_name_given_twice_is_named(void)
{
    struct ecsp_params params;
    struct ecsp_str duplicate = {NULL, 0};
    ecsp_params_init(&params, 1000);
    add(&params, "Name", "a");
    add(&params, "Other", "b");
    add(&params, "Name", "c");
    CHECK_INT(ecsp_params_sort(&params, &duplicate), ECSP_ERR_INVALID);
    CHECK_STR(duplicate, "Name");
    ecsp_params_free(&params);
}

static void copies_what_it_is_given(void)
{
    char name[] = "Name";
    char value[] = "value";
    struct ecsp_params params;
    struct ecsp_str duplicate;
    ecsp_params_init(&params, 1000);
    add(&params, name, value);
    memset(name, '?', sizeof name - 1);
    memset(value, '?', sizeof value - 1);
    CHECK_INT(ecsp_params_sort(&params, &duplicate), ECSP_OK);
    check_encoded(&params, ECSP_PARAM_ANY, "Name=value");
    ecsp_params_free(&params);
}

static void sorting_again_after_another_add(void)
{
    struct ecsp_params params;
    struct ecsp_str duplicate;
    ecsp_params_init(&params, 100000);
    add(&params, "M", "1");
    CHECK_INT(ecsp_params_sort(&params, &duplicate), ECSP_OK);
    for (int i = 0; i < 500; i++) { /* enough to move the bytes that the first pairs pointed into */
        char name[16];
        snprintf(name, sizeof name, "P%03d", i);
        add(&params, name, "v");
    }
    add(&params, "A", "2");
    CHECK_INT(ecsp_params_sort(&params, &duplicate), ECSP_OK);
    CHECK_INT(params.count, 502);
    CHECK_STR(ecsp_params_pairs(&params)[0].name, "A");
    CHECK_STR(ecsp_params_pairs(&params)[1].name, "M");
    CHECK_STR(ecsp_params_pairs(&params)[501].name, "P499");
    ecsp_params_free(&params);
}

static void stops_at_the_maximum(void)
{
    struct ecsp_params params;
    struct ecsp_str duplicate;
    ecsp_params_init(&params, 10);
    CHECK_INT(add(&params, "Name", "abc"), ECSP_OK);
    CHECK_INT(add(&params, "Other", "abc"), ECSP_ERR_LIMIT);
    CHECK_INT(params.count, 1);
    CHECK_INT(ecsp_params_status(&params), ECSP_ERR_LIMIT);
    CHECK_INT(ecsp_params_sort(&params, &duplicate), ECSP_ERR_LIMIT);
    ecsp_params_free(&params);
}

static enum ecsp_status build(struct ecsp_params *params, struct ecsp_buf *out)
{
    struct ecsp_str duplicate;
    for (int i = 0; i < 200; i++) {
        char name[24];
        snprintf(name, sizeof name, "Tag.%d.Key", i);
        enum ecsp_status status = add(params, name, "a value of some length, so that buffers grow");
        if (status != ECSP_OK) {
            return status;
        }
    }
    enum ecsp_status status = ecsp_params_sort(params, &duplicate);
    return status != ECSP_OK ? status : ecsp_params_encode(params, ECSP_PARAM_ANY, out);
}

static void survives_the_failure_of_any_allocation(void)
{
    for (long n = 1; n < 200; n++) {
        struct ecsp_params params;
        struct ecsp_buf out;
        ecsp_params_init(&params, 1 << 20);
        ecsp_buf_init(&out, 1 << 20);
        ecsp_buf_fail_after = n;
        enum ecsp_status status = build(&params, &out);
        ecsp_buf_fail_after = 0;
        ecsp_params_free(&params);
        ecsp_buf_free(&out);
        if (status == ECSP_OK) {
            CHECK(n > 3);
            return;
        }
        CHECK_INT(status, ECSP_ERR_MEMORY);
    }
    CHECK(!"never succeeded");
}

int main(void)
{
    RUN(none);
    RUN(order_is_bytewise);
    RUN(bytes_above_127_sort_last);
    RUN(names_and_values_are_encoded);
    RUN(kinds_are_picked);
    RUN(a_name_given_twice_is_named);
    RUN(copies_what_it_is_given);
    RUN(sorting_again_after_another_add);
    RUN(stops_at_the_maximum);
    RUN(survives_the_failure_of_any_allocation);
    return test_summary();
}
