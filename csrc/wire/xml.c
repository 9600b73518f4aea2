#include "xml.h"

#include <string.h>

#include "str.h"

static void skip(struct ecsp_str *text, size_t count)
{
    text->data += count;
    text->len -= count;
}

static int is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static int take(struct ecsp_str *text, const char *words)
{
    int good = ecsp_str_starts_with(*text, words);
    if (good) {
        skip(text, strlen(words));
    }
    return good;
}

static void skip_blanks(struct ecsp_str *text)
{
    while (text->len > 0 && is_blank(text->data[0])) {
        skip(text, 1);
    }
}

/* Takes everything up to and including `end`; what stood before it becomes `before`. */
static int take_to(struct ecsp_str *text, const char *end, struct ecsp_str *before)
{
    struct ecsp_str at = *text;

    while (at.len > 0) {
        const char *found = memchr(at.data, end[0], at.len);
        if (found == NULL) {
            return 0;
        }
        skip(&at, (size_t)(found - at.data));
        if (ecsp_str_starts_with(at, end)) {
            *before = (struct ecsp_str){text->data, (size_t)(at.data - text->data)};
            skip(&at, strlen(end));
            *text = at;
            return 1;
        }
        skip(&at, 1);
    }
    return 0;
}

int ecsp_xml_open(struct ecsp_str document, const char *root, struct ecsp_str *inside)
{
    struct ecsp_str declaration;

    (void)take(&document, "\xEF\xBB\xBF");
    skip_blanks(&document);
    if (ecsp_str_starts_with(document, "<?xml") && !take_to(&document, "?>", &declaration)) {
        return 0;
    }
    skip_blanks(&document);
    if (!take(&document, "<") || !take(&document, root) || !take(&document, ">")) {
        return 0;
    }
    *inside = document;
    return 1;
}

/* The end tag of an element that is named `name`; elements inside it belong to its text. */
static int take_to_end(struct ecsp_str *rest, struct ecsp_str name, struct ecsp_str *text)
{
    struct ecsp_str all = *rest;
    struct ecsp_str before;

    while (take_to(rest, "</", &before)) {
        text->data = all.data;
        text->len = (size_t)(before.data - all.data) + before.len;
        if (rest->len > name.len && memcmp(rest->data, name.data, name.len) == 0 &&
            rest->data[name.len] == '>') {
            skip(rest, name.len + 1);
            return 1;
        }
    }
    return 0;
}

int ecsp_xml_next(struct ecsp_str *rest, struct ecsp_str *name, struct ecsp_str *text)
{
    skip_blanks(rest);
    if (ecsp_str_starts_with(*rest, "</") || !take(rest, "<") || !take_to(rest, ">", name) ||
        name->len == 0) {
        return 0;
    }
    if (name->data[name->len - 1] == '/') { /* <HostId/> */
        name->len--;
        *text = (struct ecsp_str){name->data, 0};
        return 1;
    }
    if (!take_to_end(rest, *name, text)) {
        return 0;
    }
    if (take(text, "<![CDATA[") && text->len >= 3) {
        text->len -= 3;
    }
    return 1;
}

char ecsp_xml_char(struct ecsp_str *text)
{
    static const struct {
        const char *entity;
        char character;
    } entities[] = {
        {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''},
    };
    char first = text->data[0];

    if (first == '&') {
        for (size_t i = 0; i < sizeof entities / sizeof *entities; i++) {
            if (take(text, entities[i].entity)) {
                return entities[i].character;
            }
        }
    }
    skip(text, 1);
    return first;
}
