/*
 * What this is: POSIX extended regular expressions, compiled to a small program and run on all
 * threads at once, so that a match costs at most (length of the text) x (length of the program)
 * steps and no memory. The C library's regexec needed 15 s and 290 MB for (a|b)*a[ab]{200}x on a
 * kilobyte of text (glibc 2.36), and differs from one C library to the next.
 *
 * Characters are code points. Classes such as [:alpha:] know ASCII only, as in the C locale. What
 * POSIX leaves undefined and other dialects use (\d, (?:, *?, back-references) is refused.
 *
 * May include: ecsp.h, utf8.h.
 *
 * Ownership: a program is one block without pointers; whoever has the block owns it.
 */
#ifndef ECSP_ERE_H
#define ECSP_ERE_H

#include "../ecsp.h"

ECSP_HIDDEN_BEGIN

#define ECSP_ERE_MAX_PATTERN 256 /* bytes */
#define ECSP_ERE_MAX_TEXT 4096   /* bytes */
#define ECSP_ERE_MAX_REPEAT 255
#define ECSP_ERE_MAX_DEPTH 32
#define ECSP_ERE_MAX_STEPS 1024 /* a{200} takes 200 */
#define ECSP_ERE_MAX_RANGES 512

enum {
    ECSP_ERE_CHAR, /* reads code_point */
    ECSP_ERE_ANY,
    ECSP_ERE_SET,   /* ranges[first] and `second` in all */
    ECSP_ERE_SPLIT, /* goes on at both, relative to itself */
    ECSP_ERE_JUMP,  /* goes on at `first` */
    ECSP_ERE_BEGIN,
    ECSP_ERE_END,
    ECSP_ERE_MATCH
};

struct ecsp_ere_step {
    uint8_t op;
    uint8_t negated; /* of a set */
    int16_t first;
    int16_t second;
    uint32_t code_point;
};

struct ecsp_ere {
    struct ecsp_ere_step steps[ECSP_ERE_MAX_STEPS];
    struct {
        uint32_t low, high;
    } ranges[ECSP_ERE_MAX_RANGES];
    int step_count;
    int range_count;
};

/* NULL when compiled, else why not: a sentence that begins in lower case. */
const char *ecsp_ere_compile(struct ecsp_ere *ere, struct ecsp_str pattern);

/* 1 = the text contains a match, 0 = it does not, -1 = the text is too long or not UTF-8. */
int ecsp_ere_match(const struct ecsp_ere *ere, struct ecsp_str text);

ECSP_HIDDEN_END

#endif
