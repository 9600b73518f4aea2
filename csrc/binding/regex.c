#define _POSIX_C_SOURCE 200809L /* regcomp */
#include "regex.h"

#include <regex.h>
#include <string.h>

#define REGEX_TYPE "ecs_pipeline.regex"
#define MAX_PATTERN_BYTES 256
#define MAX_TEXT_BYTES 512
#define MAX_REPEATS 64 /* of all {m,n} of a pattern together */
#define MAX_GROUP_DEPTH 16
#define MAX_WEIGHT 1024
/* Weight times bytes of a text. The matcher keeps a set of places in the pattern for each byte, and
 * a set costs more the larger it is: 80 ms at this bound, 700 ms at 1,024 times 512. */
#define MAX_WORK 65536

#define TOO_MANY_REPEATS "the numbers in {m,n} come to more than 64"
#define TOO_HEAVY "repeats are nested too deeply, or groups are"

struct regex {
    regex_t compiled;
    int ready; /* compiled must be freed */
    unsigned weight;
};

/* What POSIX leaves undefined and other dialects use: glibc reads \d as the letter d, silently. */
static const char *refuse_escape(char c)
{
    switch (c) {
    case 'd':
        return "\\d is not POSIX: write [0-9]";
    case 'w':
        return "\\w is not POSIX: write [[:alnum:]_]";
    case 's':
        return "\\s is not POSIX: write [[:space:]]";
    case '\0':
        return "the pattern ends in a backslash";
    default:
        break;
    }
    if (c >= '0' && c <= '9') {
        return "back-references are not part of POSIX extended expressions";
    }
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
        return "a backslash before a letter is not POSIX";
    }
    return NULL;
}

/* The end of a bracket expression: after "[^", a "]" in first place is a member. */
static const char *skip_brackets(const char *at)
{
    at += at[1] == '^' ? 2 : 1;
    if (*at == ']') {
        at++;
    }
    while (*at != '\0' && *at != ']') {
        const char *close = NULL;
        if (at[0] == '[' && (at[1] == ':' || at[1] == '.' || at[1] == '=')) {
            const char end[] = {at[1], ']', '\0'};
            close = strstr(at + 2, end);
        }
        at = close != NULL ? close + 2 : at + 1;
    }
    return at;
}

/* What the C library will make of a pattern: it writes repeats out, x+ as xx* and x{3} as xxx, and
 * does so again around each group. Eighteen nested plus signs are more than it can hold. */
struct weight {
    unsigned groups[MAX_GROUP_DEPTH + 1]; /* of what is open, in characters once written out */
    unsigned last;                        /* of what a repeat would repeat */
    unsigned repeats;
    int depth;
};

static void add_weight(struct weight *weight, unsigned more)
{
    unsigned *sum = &weight->groups[weight->depth];
    *sum = *sum + more > MAX_WEIGHT ? MAX_WEIGHT + 1 : *sum + more;
}

static void close_group(struct weight *weight)
{
    unsigned inner = weight->groups[weight->depth];
    weight->depth -= weight->depth > 0;
    weight->last = inner + 1;
    add_weight(weight, weight->last);
}

/* `times` copies more; at most MAX_REPEATS + 1, so that nothing overflows. */
static void repeat_last(struct weight *weight, unsigned times)
{
    add_weight(weight, weight->last * times);
    weight->last *= times + 1;
    weight->last = weight->last > MAX_WEIGHT ? MAX_WEIGHT + 1 : weight->last;
}

/* The larger number of "{m,n}"; a broken one is regcomp's to refuse. */
static void weigh_braces(struct weight *weight, const char *at)
{
    unsigned number = 0;
    unsigned largest = 0;
    for (at++; (*at >= '0' && *at <= '9') || *at == ','; at++) {
        number = *at == ',' ? 0 : number * 10 + (unsigned)(*at - '0');
        number = number > MAX_REPEATS ? MAX_REPEATS + 1 : number;
        largest = number > largest ? number : largest;
    }
    weight->repeats += largest;
    repeat_last(weight, largest);
}

/* 0 when groups are nested too deeply to tell. */
static int weigh(struct weight *weight, const char *at)
{
    switch (*at) {
    case '(':
        if (weight->depth == MAX_GROUP_DEPTH) {
            return 0;
        }
        weight->groups[++weight->depth] = 0;
        weight->last = 0;
        break;
    case ')':
        close_group(weight);
        break;
    case '{':
        weigh_braces(weight, at);
        break;
    case '+':
        repeat_last(weight, 1);
        break;
    case '*':
    case '?':
        break;
    default:
        weight->last = 1;
        add_weight(weight, 1);
        break;
    }
    return weight->groups[weight->depth] <= MAX_WEIGHT;
}

static int is_repeat(char c)
{
    return c == '*' || c == '+' || c == '?' || c == '{';
}

/* NULL, or why the pattern is not given to the C library. */
static const char *refuse_pattern(const char *at, unsigned *total)
{
    struct weight weight = {{0}, 0, 0, 0};
    int after_repeat = 0;
    for (; *at != '\0'; at++) {
        const char *refused = at[0] == '\\' ? refuse_escape(at[1]) : NULL;
        if (refused != NULL) {
            return refused;
        }
        if (at[0] == '(' && at[1] == '?') {
            return "(?...) is not POSIX: groups are plain, and nothing looks ahead";
        }
        if (after_repeat && is_repeat(*at)) {
            return "a repeat after a repeat is not POSIX; use a group";
        }
        after_repeat = is_repeat(*at);
        if (!weigh(&weight, at)) {
            return weight.repeats > MAX_REPEATS ? TOO_MANY_REPEATS : TOO_HEAVY;
        }
        if (*at == '{') {
            at += strcspn(at, "}");
        } else if (*at == '[') {
            at = skip_brackets(at);
        } else if (*at == '\\') {
            at++;
        }
        if (*at == '\0') {
            break;
        }
    }
    *total = weight.groups[0];
    return weight.repeats > MAX_REPEATS ? TOO_MANY_REPEATS : NULL;
}

/***
A POSIX extended regular expression (IEEE Std 1003.1, Base Definitions, section 9.4), compiled by
the C library. Characters are those of the process's locale: bytes, unless the host has set one.
At most 256 bytes, the numbers of all `{m,n}` together at most 64, 1,024 characters once repeats are
written out. Refused, with what to write
instead: `\d`, `\w`, `\s`, `(?...)`, back-references, lazy repeats.
@function regex
@tparam string pattern
@treturn[1] userdata with `:match(text)`: true when the text contains a match, else false, or
`nil, message` for a text of more than 512 bytes or with a zero byte, and for one that is too long
for this pattern: characters, once repeats are written out, times bytes of the text at most 65,536
@treturn[2] nil
@treturn[2] string what is wrong with the pattern
@raise when the pattern is no string
*/
int ecsp_regex_new(lua_State *L)
{
    char wrong[128];
    unsigned weight = 0;
    luaL_checktype(L, 1, LUA_TSTRING);
    struct ecsp_str pattern = ecsp_tostr(L, 1);
    const char *refused = NULL;
    if (pattern.len == 0 || pattern.len > MAX_PATTERN_BYTES ||
        strlen(pattern.data) != pattern.len) {
        refused = "a pattern has 1 to 256 bytes and no zero byte";
    } else {
        refused = refuse_pattern(pattern.data, &weight);
    }
    if (refused == NULL) {
        struct regex *regex = ecsp_newobject(L, sizeof *regex, REGEX_TYPE);
        int status = regcomp(&regex->compiled, pattern.data, REG_EXTENDED | REG_NOSUB);
        if (status == 0) {
            regex->ready = 1;
            regex->weight = weight;
            return 1;
        }
        regerror(status, NULL, wrong, sizeof wrong);
        refused = wrong;
    }
    lua_pushnil(L);
    lua_pushstring(L, refused);
    return 2;
}

static int regex_match(lua_State *L)
{
    const struct regex *regex = ecsp_testobject(L, 1, REGEX_TYPE);
    luaL_argcheck(L, regex != NULL && regex->ready, 1, "a regex is expected");
    luaL_checktype(L, 2, LUA_TSTRING);
    struct ecsp_str text = ecsp_tostr(L, 2);
    if (text.len > MAX_TEXT_BYTES || strlen(text.data) != text.len) {
        lua_pushnil(L);
        lua_pushliteral(L, "the text has more than 512 bytes, or a zero byte");
        return 2;
    }
    if (regex->weight * text.len > MAX_WORK) {
        lua_pushnil(L);
        lua_pushliteral(L, "the pattern is too long for a text of this length: use fewer "
                           "characters, and smaller numbers in {m,n}");
        return 2;
    }
    lua_pushboolean(L, regexec(&regex->compiled, text.data, 0, NULL, 0) == 0);
    return 1;
}

static int regex_gc(lua_State *L)
{
    struct regex *regex = ecsp_testobject(L, 1, REGEX_TYPE);
    if (regex != NULL && regex->ready) {
        regfree(&regex->compiled);
        regex->ready = 0;
    }
    return 0;
}

void ecsp_regex_register(lua_State *L)
{
    static const luaL_Reg methods[] = {
        {"match", regex_match},
        {NULL, NULL},
    };
    ecsp_newtype(L, REGEX_TYPE, methods, regex_gc, NULL);
}
