#include "api/cidr.h"

#include "test.h"

static enum ecsp_cidr_fault fault_of(const char *text)
{
    struct ecsp_cidr block;
    return ecsp_cidr_read(test_str(text), &block);
}

static void check_fix(const char *text, const char *want)
{
    struct ecsp_buf fix;
    ecsp_buf_init(&fix, 1000);
    ecsp_cidr_fix(test_str(text), &fix);
    CHECK_STR(ecsp_buf_view(&fix), want);
    ecsp_buf_free(&fix);
}

static void reading(void)
{
    struct ecsp_cidr block = {0, 0};
    CHECK_INT(ecsp_cidr_read(test_str("172.17.3.0/24"), &block), ECSP_CIDR_OK);
    CHECK_INT(block.address, 0xAC110300);
    CHECK_INT(block.prefix, 24);
    CHECK_INT(ecsp_cidr_read(test_str("255.255.255.255/32"), &block), ECSP_CIDR_OK);
    CHECK_INT(block.address, 0xFFFFFFFF);
    CHECK_INT(ecsp_cidr_read(test_str("0.0.0.0/0"), &block), ECSP_CIDR_OK);
}

static void faults(void)
{
    static const struct {
        const char *text;
        enum ecsp_cidr_fault fault;
    } cases[] = {
        {"", ECSP_CIDR_ADDRESS},
        {"10.0.0/8", ECSP_CIDR_ADDRESS},
        {"10.0.0.256/8", ECSP_CIDR_ADDRESS},
        {"10.0.0.0000/8", ECSP_CIDR_ADDRESS},
        {"10.0.0.00/8", ECSP_CIDR_ADDRESS},
        {"010.0.0.0/8", ECSP_CIDR_ADDRESS},
        {"10.0.0.0 /8", ECSP_CIDR_ADDRESS},
        {" 10.0.0.0/8", ECSP_CIDR_ADDRESS},
        {"10.0.0.-1/8", ECSP_CIDR_ADDRESS},
        {"fd00::/8", ECSP_CIDR_ADDRESS},
        {"10.0.0.0.0/8", ECSP_CIDR_ADDRESS},
        {"10.0.0.", ECSP_CIDR_ADDRESS},
        {"10.0.0.0", ECSP_CIDR_NO_PREFIX},
        {"10.0.0.0/", ECSP_CIDR_PREFIX},
        {"10.0.0.0/33", ECSP_CIDR_PREFIX},
        {"10.0.0.0/08", ECSP_CIDR_PREFIX},
        {"10.0.0.0/8 ", ECSP_CIDR_PREFIX},
        {"10.0.0.0/+8", ECSP_CIDR_PREFIX},
        {"10.0.0.1/31", ECSP_CIDR_HOST_BITS},
        {"172.16.0.0/11", ECSP_CIDR_HOST_BITS},
        {"0.0.0.1/0", ECSP_CIDR_HOST_BITS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK_INT(fault_of(cases[i].text), cases[i].fault);
    }
    struct ecsp_cidr block;
    CHECK_INT(ecsp_cidr_read((struct ecsp_str){"10.0.0.0/8\0", 11}, &block), ECSP_CIDR_PREFIX);
    CHECK_INT(ecsp_cidr_read((struct ecsp_str){"10.0.0.0/88", 10}, &block), ECSP_CIDR_OK);
}

static int contains(const char *outer, const char *inner)
{
    struct ecsp_cidr a;
    struct ecsp_cidr b;
    CHECK_INT(ecsp_cidr_read(test_str(outer), &a), ECSP_CIDR_OK);
    CHECK_INT(ecsp_cidr_read(test_str(inner), &b), ECSP_CIDR_OK);
    return ecsp_cidr_contains(a, b);
}

static void containing(void)
{
    CHECK(contains("172.17.3.0/24", "172.17.3.0/24"));
    CHECK(contains("172.16.0.0/12", "172.31.255.0/24"));
    CHECK(!contains("172.16.0.0/12", "172.32.0.0/24"));
    CHECK(!contains("172.17.3.0/24", "172.17.0.0/16"));
    CHECK(contains("0.0.0.0/0", "10.0.0.0/8"));
}

static void what_to_do(void)
{
    check_fix("10.0.0.0", "append the prefix, for instance /24");
    check_fix("10.0.0.0/40", "the prefix is a number up to 32");
    check_fix("172.17.3.77/26", "the block of that size begins at 172.17.3.64/26");
    check_fix("255.255.255.255/0", "the block of that size begins at 0.0.0.0/0");
    check_fix("ten", "write four numbers up to 255, a slash and the prefix");
}

int main(void)
{
    RUN(reading);
    RUN(faults);
    RUN(containing);
    RUN(what_to_do);
    return test_summary();
}
