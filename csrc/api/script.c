#include "script.h"

#include <string.h>

#include "../wire/str.h"

/* YAML scripts have these keys at the start of a line; no verb of the other notation looks so. */
static int is_yaml_key(struct ecsp_str line)
{
    return ecsp_str_starts_with(line, "Tasks:") || ecsp_str_starts_with(line, "Parameters:");
}

static int is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

uint32_t ecsp_count_commands(struct ecsp_str script)
{
    uint32_t commands = 0;
    int continued = 0;
    for (size_t at = 0; at < script.len;) {
        const char *start = script.data + at;
        const char *newline = memchr(start, '\n', script.len - at);
        size_t len = newline != NULL ? (size_t)(newline - start) : script.len - at;
        at += len + 1;
        struct ecsp_str line = {start, len};
        if (commands == 0 && is_yaml_key(line)) {
            return 0;
        }
        while (line.len > 0 && is_blank(line.data[line.len - 1])) {
            line.len--;
        }
        while (line.len > 0 && is_blank(line.data[0])) {
            line.data++;
            line.len--;
        }
        if (line.len == 0) {
            continued = 0;
            continue;
        }
        if (!continued && line.data[0] == '#') {
            continue;
        }
        commands += !continued;
        continued = line.data[line.len - 1] == '\\';
    }
    return commands;
}
