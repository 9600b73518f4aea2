/*
 * What this is: the harness of the C unit tests: one program per file under test, one function per
 * test, one line per failed check, "N passed, N failed" at the end. A test fails if one of its
 * checks fails. May include: the C library and the header under test. Never Lua.
 */
#ifndef ECSP_TEST_H
#define ECSP_TEST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ecsp.h"

static int test_passed;
static int test_failed;
static int test_bad_checks;
static const char *test_name = "";

static inline void test_report(const char *file, int line, const char *what)
{
    test_bad_checks++;
    printf("FAILED: %s (%s:%d): %s\n", test_name, file, line, what);
}

static inline void test_bytes(const char *file, int line, struct ecsp_str got, struct ecsp_str want)
{
    if (got.len == want.len && (got.len == 0 || memcmp(got.data, want.data, got.len) == 0)) {
        return;
    }
    test_report(file, line, "bytes differ");
    printf("    got  %zu: %.*s\n", got.len, (int)(got.len < 2000 ? got.len : 2000), got.data);
    printf("    want %zu: %.*s\n", want.len, (int)(want.len < 2000 ? want.len : 2000), want.data);
}

static inline void test_number(const char *file, int line, long long got, long long want)
{
    if (got != want) {
        test_report(file, line, "numbers differ");
        printf("    got %lld, want %lld\n", got, want);
    }
}

static inline struct ecsp_str test_str(const char *text)
{
    struct ecsp_str str = {text, strlen(text)};
    return str;
}

static inline void test_run(const char *name, void (*test)(void))
{
    test_name = name;
    test_bad_checks = 0;
    test();
    if (test_bad_checks == 0) {
        test_passed++;
        printf("ok: %s\n", name);
    } else {
        test_failed++;
    }
}

static inline int test_summary(void)
{
    printf("%d passed, %d failed\n", test_passed, test_failed);
    return test_failed == 0 && test_passed > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#define CHECK(condition)                                 \
    do {                                                 \
        if (!(condition)) {                              \
            test_report(__FILE__, __LINE__, #condition); \
        }                                                \
    } while (0)
#define CHECK_INT(got, want) test_number(__FILE__, __LINE__, (long long)(got), (long long)(want))
#define CHECK_STR(got, want) test_bytes(__FILE__, __LINE__, (got), test_str(want))
#define CHECK_BYTES(got, want) test_bytes(__FILE__, __LINE__, (got), (want))
#define RUN(test) test_run(#test, test)

#endif
