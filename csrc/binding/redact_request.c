#include "redact_request.h"

#include <string.h>

#include "../wire/named_secrets.h"
#include "../wire/redact.h"
#include "../wire/str.h"
#include "../wire/utf8.h"
#include "request_object.h"
#include "session.h"

/* Lines below this are commands that everybody writes. */
#define LEAST_LINE 12
#define MAX_SIGNATURE 64
#define LONGEST_ID 40

static const struct ecsp_str MASK = {"***", 3};

/* The secrets are kept as the bytes of a buffer. */
static void add(struct ecsp_buf *list, struct ecsp_str value, struct ecsp_str mask, size_t line)
{
    struct ecsp_secret secret = {value, mask, line};
    if (value.len >= ECSP_LEAST_SECRET) {
        ecsp_buf_append(list, &secret, sizeof secret);
    }
}

static int contains(struct ecsp_str name, const char *word)
{
    size_t len = strlen(word);
    for (size_t at = 0; at + len <= name.len; at++) {
        size_t same = 0;
        while (same < len && (name.data[at + same] | 0x20) == word[same]) {
            same++;
        }
        if (same == len) {
            return 1;
        }
    }
    return 0;
}

static struct ecsp_str trimmed(struct ecsp_str text)
{
    while (text.len > 0 && (unsigned char)text.data[0] <= ' ') {
        text.data++;
        text.len--;
    }
    while (text.len > 0 && (unsigned char)text.data[text.len - 1] <= ' ') {
        text.len--;
    }
    return text;
}

/* A line, and what follows its first word when that is more than a word: a message may quote a
 * command without its verb. */
static void add_line(struct ecsp_buf *list, struct ecsp_str line, struct ecsp_str name,
                     size_t number)
{
    line = trimmed(line);
    if (line.len < LEAST_LINE) {
        return;
    }
    add(list, line, name, number);
    const char *blank = memchr(line.data, ' ', line.len);
    if (blank != NULL) {
        size_t verb = (size_t)(blank - line.data);
        struct ecsp_str rest = trimmed((struct ecsp_str){blank, line.len - verb});
        if (rest.len >= LEAST_LINE && (memchr(rest.data, ' ', rest.len) != NULL ||
                                       memchr(rest.data, '=', rest.len) != NULL)) {
            add(list, rest, name, number);
        }
    }
}

static void add_lines(struct ecsp_buf *list, struct ecsp_str text, struct ecsp_str name)
{
    size_t number = 1;
    while (text.len > 0) {
        const char *end = memchr(text.data, '\n', text.len);
        size_t len = end != NULL ? (size_t)(end - text.data) : text.len;
        add_line(list, (struct ecsp_str){text.data, len}, name, number++);
        len += end != NULL;
        text.data += len;
        text.len -= len;
    }
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c - 'A' + 10; /* percent_encode writes no others */
}

/* What follows "Signature=" in the header of V3, or in the query of 1.0, decoded. */
static struct ecsp_str signature_of(struct ecsp_str text, char out[MAX_SIGNATURE])
{
    static const char label[] = "Signature=";
    struct ecsp_str found = {out, 0};
    size_t at = text.len;
    while (at > 0 &&
           !ecsp_str_starts_with((struct ecsp_str){text.data + at, text.len - at}, label)) {
        at--;
    }
    if (at == 0) {
        return found;
    }
    for (at += sizeof label - 1; at < text.len && found.len < MAX_SIGNATURE; at++) {
        char c = text.data[at];
        if (c == '%' && at + 2 < text.len) {
            c = (char)(hex_digit(text.data[at + 1]) * 16 + hex_digit(text.data[at + 2]));
            at += 2;
        }
        out[found.len++] = c;
    }
    return found;
}

static void add_request(struct ecsp_buf *list, const struct ecsp_request *request,
                        char signature[MAX_SIGNATURE])
{
    const struct ecsp_pair *pairs = ecsp_params_pairs(&request->params);
    const struct ecsp_buf *holder =
        request->authorization.len > 0 ? &request->authorization : &request->query;
    add(list, signature_of(ecsp_buf_view(holder), signature), MASK, 0);
    for (size_t i = 0; pairs != NULL && i < request->params.count; i++) {
        if (ecsp_is_secret_name(pairs[i].name)) {
            add(list, pairs[i].value, MASK, 0);
        } else if (contains(pairs[i].name, "content")) {
            add_lines(list, pairs[i].value, pairs[i].name);
        }
    }
}

static void add_credentials(struct ecsp_buf *list, struct ecsp_credentials *credentials,
                            char short_id[ECSP_SHORT_ID])
{
    struct ecsp_request_input input;
    ecsp_credentials_view(credentials, &input);
    add(list, input.key->secret, MASK, 0);
    add(list, input.security_token, MASK, 0);
    add(list, input.access_key_id, ecsp_credentials_short_id(credentials, short_id), 0);
}

/* The form of the ids that the service gives its answers. */
static int is_uuid(struct ecsp_str text)
{
    size_t digits = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        int hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        digits += (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
        if (hyphen && c != '-') {
            return 0;
        }
    }
    return text.len == 36 && digits == 32;
}

/* Does the text hold the secret as it is? */
static int holds(struct ecsp_str text, struct ecsp_str secret)
{
    for (size_t at = 0; secret.len >= ECSP_LEAST_SECRET && at + secret.len <= text.len; at++) {
        if (memcmp(text.data + at, secret.data, secret.len) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Nothing encoded looks like a UUID: its runs of hex digits are shorter than any secret, and Base64
 * has more letters. */
static int is_plain_id(struct ecsp_str text, struct ecsp_credentials *credentials)
{
    struct ecsp_request_input input;
    if (credentials == NULL || !is_uuid(text)) {
        return 0;
    }
    ecsp_credentials_view(credentials, &input);
    return !holds(text, input.key->secret) && !holds(text, input.security_token) &&
           !holds(text, input.access_key_id);
}

/***
Is the value of a parameter, field or header with this name a secret?
@function is_secret_name
@tparam string name
@treturn boolean
*/
int ecsp_redact_is_secret_name(lua_State *L)
{
    lua_pushboolean(L, ecsp_is_secret_name(ecsp_checkstr(L, 1)));
    return 1;
}

void ecsp_push_printable(lua_State *L, struct ecsp_str text, int keep_lines)
{
    luaL_Buffer out;
    luaL_buffinit(L, &out);
    while (text.len > 0) {
        int printable;
        size_t len = ecsp_utf8_printable(text, &printable);
        if (printable || (keep_lines && text.data[0] == '\n')) {
            luaL_addlstring(&out, text.data, len);
        } else {
            luaL_addchar(&out, ' ');
        }
        text.data += len;
        text.len -= len;
    }
    luaL_pushresult(&out);
}

/***
Takes the secrets of a request out of a text from outside that may echo it: secret, token,
signature, parameters that are passwords or tokens, the access key id shortened, and the lines of
build contents, each replaced by "(line 3 of BuildContent)". As they are, percent-encoded, escaped
for JSON or HTML, and inside Base64 or hex digits. Also what stands beside the name of a secret,
whosever it is. Control characters but line ends, and those that set the direction of writing,
become blanks.
@function redact
@tparam string text
@tparam ?userdata trace of a request
@tparam ?userdata credentials
@treturn string
*/
int ecsp_redact_request(lua_State *L)
{
    char signature[MAX_SIGNATURE];
    char short_id[ECSP_SHORT_ID];
    struct ecsp_str text = ecsp_checkstr(L, 1);
    lua_settop(L, 3);
    const struct ecsp_request *request = ecsp_request_object_test(L, 2);
    struct ecsp_credentials *credentials = ecsp_testobject(L, 3, ECSP_CREDENTIALS_TYPE);
    if (request == NULL && is_plain_id(text, credentials)) {
        lua_settop(L, 1);
        return 1;
    }
    struct ecsp_request *work = ecsp_request_object_push(L); /* for its buffers */
    if (credentials != NULL) {
        add_credentials(&work->query, credentials, short_id);
    }
    if (request != NULL) {
        add_request(&work->query, request, signature);
    }
    const void *secrets = work->query.data;
    enum ecsp_status status = ecsp_redact(&work->body, &work->canonical, &work->scratch, text,
                                          secrets, work->query.len / sizeof(struct ecsp_secret));
    if (status != ECSP_OK || work->query.status != ECSP_OK) {
        lua_pushliteral(L, "(left out)"); /* not looked through, so not shown */
    } else {
        ecsp_push_printable(L, ecsp_buf_view(&work->body), 1);
    }
    ecsp_request_free(work);
    return 1;
}

/***
The id of an answer as it may be shown: a longer text in its place is an error, or quotes the
request.
@function request_id
@param id of the answer
@tparam ?userdata credentials
@treturn string redacted; "(no request id)" for what is none
*/
int ecsp_redact_request_id(lua_State *L)
{
    lua_settop(L, 2);
    if (lua_type(L, 1) == LUA_TNUMBER) {
        (void)lua_tostring(L, 1);
    }
    if (!ecsp_str_is_word(ecsp_tostr(L, 1), LONGEST_ID)) {
        lua_pushliteral(L, "(no request id)");
        return 1;
    }
    lua_pushnil(L);
    lua_insert(L, 2);
    return ecsp_redact_request(L);
}
