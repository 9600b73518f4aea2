#include "cidr.h"

/* Up to three digits, no leading zero; the number, or -1. `at` moves behind it. */
static int read_number(struct ecsp_str text, size_t *at, int most)
{
    int number = 0;
    size_t from = *at;
    while (*at < text.len && *at - from < 3 && text.data[*at] >= '0' && text.data[*at] <= '9') {
        number = number * 10 + (text.data[*at] - '0');
        (*at)++;
    }
    size_t digits = *at - from;
    int has_zero = digits > 1 && text.data[from] == '0';
    return digits == 0 || has_zero || number > most ? -1 : number;
}

static uint32_t mask_of(uint32_t prefix)
{
    return prefix == 0 ? 0 : UINT32_MAX << (32 - prefix);
}

enum ecsp_cidr_fault ecsp_cidr_read(struct ecsp_str text, struct ecsp_cidr *out)
{
    uint32_t address = 0;
    size_t at = 0;
    for (int part = 0; part < 4; part++) {
        int number = read_number(text, &at, 255);
        if (number < 0) {
            return ECSP_CIDR_ADDRESS;
        }
        address = address << 8 | (uint32_t)number;
        if (part < 3 && (at == text.len || text.data[at++] != '.')) {
            return ECSP_CIDR_ADDRESS;
        }
    }
    if (at == text.len) {
        return ECSP_CIDR_NO_PREFIX;
    }
    if (text.data[at++] != '/') {
        return ECSP_CIDR_ADDRESS;
    }
    int prefix = read_number(text, &at, 32);
    if (prefix < 0 || at != text.len) {
        return ECSP_CIDR_PREFIX;
    }
    out->address = address;
    out->prefix = (uint32_t)prefix;
    return (address & ~mask_of(out->prefix)) != 0 ? ECSP_CIDR_HOST_BITS : ECSP_CIDR_OK;
}

int ecsp_cidr_contains(struct ecsp_cidr outer, struct ecsp_cidr inner)
{
    return inner.prefix >= outer.prefix && (inner.address & mask_of(outer.prefix)) == outer.address;
}

void ecsp_cidr_fix(struct ecsp_str text, struct ecsp_buf *fix)
{
    struct ecsp_cidr block = {0, 0};
    switch (ecsp_cidr_read(text, &block)) {
    case ECSP_CIDR_NO_PREFIX:
        ecsp_buf_text(fix, "append the prefix, for instance /24");
        break;
    case ECSP_CIDR_PREFIX:
        ecsp_buf_text(fix, "the prefix is a number up to 32");
        break;
    case ECSP_CIDR_HOST_BITS:
        ecsp_buf_text(fix, "the block of that size begins at ");
        for (int shift = 24; shift >= 0; shift -= 8) {
            ecsp_buf_number(fix, (block.address & mask_of(block.prefix)) >> shift & 255);
            ecsp_buf_text(fix, shift > 0 ? "." : "/");
        }
        ecsp_buf_number(fix, block.prefix);
        break;
    default:
        ecsp_buf_text(fix, "write four numbers up to 255, a slash and the prefix");
        break;
    }
}
