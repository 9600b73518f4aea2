#include "reply.h"

#include <string.h>

#include "../wire/str.h"
#include "../wire/xml.h"
#include "interrupt.h"
#include "json_text.h"
#include "redact_request.h"
#include "scalar.h"
#include "session.h"
#include "unmarshal.h"

void ecsp_push_error(lua_State *L, const char *operation, const char *kind, const char *code,
                     const char *message)
{
    lua_createtable(L, 0, 8);
    lua_pushstring(L, kind);
    ecsp_rawsetfield(L, -2, "kind");
    lua_pushstring(L, message);
    ecsp_rawsetfield(L, -2, "message");
    lua_pushstring(L, operation);
    ecsp_rawsetfield(L, -2, "operation");
    if (code != NULL) {
        lua_pushstring(L, code);
        ecsp_rawsetfield(L, -2, "code");
    }
}

void ecsp_push_status_error(lua_State *L, const char *operation, enum ecsp_status status,
                            const char *what, struct ecsp_str name)
{
    switch (status) {
    case ECSP_ERR_MEMORY:
        ecsp_push_error(L, operation, "transport", "MEMORY",
                        "not enough memory to build the request");
        break;
    case ECSP_ERR_CRYPTO:
        ecsp_push_error(L, operation, "credentials", "CRYPTO", "OpenSSL cannot sign");
        break;
    case ECSP_ERR_LIMIT:
        ecsp_push_error(L, operation, "validation", NULL,
                        "the parameters are larger than a request may be (1 MiB)");
        break;
    default:
        ecsp_pushstr(L, name);
        lua_pushfstring(L, name.len > 0 ? "%s: %s" : "%s", what, lua_tostring(L, -1));
        ecsp_push_error(L, operation, "validation", NULL, lua_tostring(L, -1));
        lua_replace(L, -3);
        lua_pop(L, 1);
        break;
    }
    lua_pushboolean(L, 0);
    ecsp_rawsetfield(L, -2, "sent");
}

/* The service spells Code, Message, RequestId; some gateways spell code, message, requestId. */
static int get_either(lua_State *L, int table, const char *name, const char *lower)
{
    int type = ecsp_rawgetfield(L, table, name);
    if (type == LUA_TNIL) {
        lua_pop(L, 1);
        type = ecsp_rawgetfield(L, table, lower);
    }
    return type;
}

static int is_success_code(const char *code)
{
    return strcmp(code, "OK") == 0 || strcmp(code, "200") == 0 || strcmp(code, "Success") == 0 ||
           strcmp(code, "success") == 0;
}

/* Does the decoded reply (at the index) report a failure, whatever its status? */
static int reports_failure(lua_State *L, int decoded)
{
    int failure = 0;
    if (get_either(L, decoded, "Code", "code") == LUA_TSTRING) {
        failure = !is_success_code(lua_tostring(L, -1));
    }
    lua_pop(L, 1);
    if (ecsp_rawgetfield(L, decoded, "Success") == LUA_TBOOLEAN && !lua_toboolean(L, -1)) {
        failure = 1;
    }
    lua_pop(L, 1);
    return failure;
}

static int has_text(lua_State *L, int decoded, const char *name)
{
    int good = ecsp_rawgetfield(L, decoded, name) == LUA_TSTRING && ecsp_rawlen(L, -1) > 0;
    lua_pop(L, 1);
    return good;
}

/* The id of what was made, described or listed; NULL when the fields have none. */
static const struct ecsp_field *identifier(const struct ecsp_field *fields)
{
    for (; fields->lua != NULL; fields++) {
        if ((fields->flags & ECSP_IDENTIFIER) != 0) {
            return fields;
        }
    }
    return NULL;
}

/* A list of objects, each with its id; holes and the empty table included. */
static int is_list_of_objects(lua_State *L, int index, const struct ecsp_field *fields)
{
    const struct ecsp_field *id = identifier(fields);
    int good = lua_istable(L, index);
    if (!good) {
        return 0;
    }
    int count = (int)ecsp_rawlen(L, index);
    if (count == 0) {
        return ecsp_isempty(L, index);
    }
    int top = lua_gettop(L);
    lua_pushstring(L, id != NULL ? id->wire : "");
    for (int i = 1; i <= count && good; i++) {
        lua_rawgeti(L, index, i);
        if (lua_istable(L, -1) && id != NULL) {
            lua_pushvalue(L, top + 1);
            lua_rawget(L, top + 2);
            good = lua_type(L, -1) == LUA_TSTRING && ecsp_rawlen(L, -1) > 0;
        } else {
            good = lua_istable(L, -1) || ecsp_isnull(L, -1);
        }
        lua_settop(L, top + 1);
    }
    lua_settop(L, top);
    return good;
}

enum list_state { LIST_THERE, LIST_ABSENT, LIST_WRONG };

/* The list of a field: in its wrapper, or instead of it. Null is absent. */
static enum list_state find_list(lua_State *L, const struct ecsp_field *field, int decoded)
{
    int top = lua_gettop(L);
    enum list_state state;

    if (ecsp_rawgetfield(L, decoded, field->wire) == LUA_TTABLE && field->wrapper != NULL &&
        ecsp_rawgetfield(L, top + 1, field->wrapper) == LUA_TNIL) {
        lua_pop(L, 1);
    }
    if (ecsp_isnull(L, lua_gettop(L))) {
        state = LIST_ABSENT;
    } else {
        state = is_list_of_objects(L, lua_gettop(L), field->fields) ? LIST_THERE : LIST_WRONG;
    }
    lua_settop(L, top);
    return state;
}

/*
 * May this answer leave its list out, and so say that there is nothing? Where the API gives a count
 * or a token, the answer must say by them that it is empty: what plan, ensure, delete and copy do
 * depends on it. Other operations have nothing else to say it with: DescribeAvailableResource
 * answers with a RequestId alone when nothing is in stock.
 */
static int may_be_empty(lua_State *L, const struct ecsp_field *fields, int decoded)
{
    int has_count = ecsp_field_find(fields, ECSP_LITERAL("TotalCount")) != NULL;
    int has_token = ecsp_field_find(fields, ECSP_LITERAL("NextToken")) != NULL;
    int64_t count = -1;
    int top = lua_gettop(L);
    int good = 0;

    if (!has_count && !has_token) {
        return 1;
    }
    ecsp_rawgetfield(L, decoded, "TotalCount");
    if (has_count && !ecsp_isnull(L, top + 1)) {
        good = ecsp_read_integer(L, top + 1, &count) && count == 0;
    } else if (has_token) {
        good = ecsp_rawgetfield(L, decoded, "NextToken") == LUA_TSTRING;
    }
    lua_settop(L, top);
    return good;
}

/*
 * Is a 2xx the answer to this operation? What the operation is for must be there: the id of what
 * was made or described (its lists may be left out), or else the list that was asked for; where
 * there is neither, the RequestId that every answer of the service has. `{}` from a proxy would
 * otherwise become a pipeline without an id, or a proof that it does not exist.
 */
static int is_answer(lua_State *L, const struct ecsp_field *fields, int decoded)
{
    const struct ecsp_field *id = identifier(fields);
    int lists = 0;
    int absent = 0;

    if (id != NULL) {
        return has_text(L, decoded, id->wire);
    }
    for (const struct ecsp_field *field = fields; field->lua != NULL; field++) {
        if (field->type == ECSP_OBJECTS) {
            enum list_state state = find_list(L, field, decoded);
            if (state == LIST_WRONG) {
                return 0;
            }
            lists++;
            absent += state == LIST_ABSENT;
        }
    }
    if (lists > 0 && absent == 0) {
        return 1;
    }
    return has_text(L, decoded, "RequestId") && (absent == 0 || may_be_empty(L, fields, decoded));
}

/* The result of a list always has its list, also where the answer left it out. */
static void fill_lists(lua_State *L, const struct ecsp_field *fields, int result)
{
    if (identifier(fields) != NULL) {
        return; /* about one resource: what it does not have is absent */
    }
    for (; fields->lua != NULL; fields++) {
        if (fields->type == ECSP_OBJECTS) {
            if (ecsp_rawgetfield(L, result, fields->lua) == LUA_TNIL) {
                lua_newtable(L);
                ecsp_rawsetfield(L, result, fields->lua);
            }
            lua_pop(L, 1);
        }
    }
}

static void copy_text(lua_State *L, int error, int decoded, const char *name, const char *lower,
                      const char *as)
{
    int type = get_either(L, decoded, name, lower);
    if (type == LUA_TSTRING || type == LUA_TNUMBER) {
        ecsp_push_text(L, lua_gettop(L));
        /* a message may quote what was signed, line by line */
        ecsp_push_printable(L, ecsp_tostr(L, -1), strcmp(as, "message") == 0);
        ecsp_rawsetfield(L, error, as);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* Completes an error table with what every reply offers; leaves `nil, error` pushed. */
static int fail(lua_State *L, const struct ecsp_sent *sent, int reply, int status)
{
    int error = lua_gettop(L);
    ecsp_pushinteger(L, status);
    ecsp_rawsetfield(L, error, "status");
    if (ecsp_rawgetfield(L, reply, "headers") == LUA_TTABLE) {
        if (ecsp_rawgetfield(L, error, "request_id") == LUA_TNIL) {
            ecsp_rawgetfield(L, error + 1, "x-acs-request-id");
            ecsp_rawsetfield(L, error, "request_id");
        }
        lua_settop(L, error + 1);
        ecsp_rawsetfield(L, error, "headers");
    }
    lua_settop(L, error);
    lua_pushvalue(L, sent->trace);
    ecsp_rawsetfield(L, error, "trace");
    lua_pushvalue(L, sent->warnings);
    ecsp_rawsetfield(L, error, "warnings");
    lua_pushnil(L);
    lua_insert(L, error);
    return 2;
}

/* What an error has of an answer that cannot be read: enough to hold whole secrets, which are
 * masked before its first words are shown. */
#define MAX_ANSWER 4096

static int fail_protocol(lua_State *L, const struct ecsp_sent *sent, int reply, int status,
                         const char *code, const char *message)
{
    ecsp_push_error(L, sent->target->name, "protocol", code, message);
    int error = lua_gettop(L);
    struct ecsp_str body = ecsp_fieldstr(L, reply, "reply.", "body", 1);
    lua_pushlstring(L, body.len > 0 ? body.data : "",
                    body.len < MAX_ANSWER ? body.len : MAX_ANSWER);
    ecsp_rawsetfield(L, error, "answer");
    lua_settop(L, error);
    return fail(L, sent, reply, status);
}

static void push_xml_text(lua_State *L, struct ecsp_str text)
{
    luaL_Buffer out;

    luaL_buffinit(L, &out);
    while (text.len > 0) {
        luaL_addchar(&out, ecsp_xml_char(&text));
    }
    luaL_pushresult(&out);
}

/* Without "Format=JSON" the service writes its errors in XML; a gateway may lose that parameter, or
 * answer for the service. Pushes what such a body says, as its JSON would be decoded; 0 and nothing
 * pushed: it is another text. */
static int push_xml_error(lua_State *L, int reply)
{
    static const char *const names[] = {"Code", "Message", "RequestId", "HostId"};
    struct ecsp_str body = ecsp_fieldstr(L, reply, "reply.", "body", 1);
    struct ecsp_str rest;
    struct ecsp_str name;
    struct ecsp_str text;
    int found;

    if (!ecsp_xml_open(body, "Error", &rest)) {
        lua_pop(L, 1);
        return 0;
    }
    lua_createtable(L, 0, 4);
    while (ecsp_xml_next(&rest, &name, &text)) {
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            if (ecsp_str_equals(name, names[i])) {
                push_xml_text(L, text);
                ecsp_rawsetfield(L, -2, names[i]);
            }
        }
    }
    lua_replace(L, -2); /* the body */
    found = has_text(L, lua_gettop(L), "Code");
    if (!found) {
        lua_pop(L, 1);
    }
    return found;
}

static int fail_api(lua_State *L, const struct ecsp_sent *sent, int reply, int status, int decoded)
{
    ecsp_push_error(L, sent->target->name, "api", NULL, "the service gave no reason");
    int error = lua_gettop(L);
    copy_text(L, error, decoded, "Code", "code", "code");
    copy_text(L, error, decoded, "Message", "message", "message");
    copy_text(L, error, decoded, "RequestId", "requestId", "request_id");
    lua_pushvalue(L, decoded);
    ecsp_rawsetfield(L, error, "raw");
    return fail(L, sent, reply, status);
}

static int fail_answer(lua_State *L, const struct ecsp_sent *sent, int reply, int status)
{
    return fail_protocol(L, sent, reply, status, "BAD_REPLY",
                         "the answer is JSON, but not the answer to this call");
}

static int succeed(lua_State *L, const struct ecsp_sent *sent, int reply, int status, int decoded)
{
    if (sent->target->operation != NULL) {
        const struct ecsp_field *fields = sent->target->operation->results;
        /* what a write has made must not be lost by that */
        if (!ecsp_unmarshal(L, sent->target->operation, decoded) && identifier(fields) == NULL) {
            return fail_answer(L, sent, reply, status);
        }
        fill_lists(L, fields, lua_gettop(L));
    } else {
        ecsp_normalise(L, decoded);
        lua_pushvalue(L, decoded);
    }
    lua_createtable(L, 0, 4);
    lua_pushvalue(L, decoded);
    ecsp_rawsetfield(L, -2, "raw");
    ecsp_pushinteger(L, status);
    ecsp_rawsetfield(L, -2, "status");
    ecsp_rawgetfield(L, reply, "headers");
    ecsp_rawsetfield(L, -2, "headers");
    lua_pushvalue(L, sent->warnings);
    ecsp_rawsetfield(L, -2, "warnings");
    return 2;
}

int ecsp_finish(lua_State *L, const struct ecsp_sent *sent, int reply)
{
    luaL_checkstack(L, 16, "reply");
    ecsp_session_check(L, sent->session);
    ecsp_getuservalue(L, sent->session);
    int64_t number = 0;
    if (ecsp_rawgetfield(L, reply, "status") != LUA_TNUMBER || !ecsp_tointeger(L, -1, &number)) {
        return luaL_error(L, "reply.status must be an HTTP status");
    }
    int status = (int)number;
    lua_pop(L, 1);
    if (status < 200 || (status >= 300 && status < 400)) {
        return fail_protocol(L, sent, reply, status, "REDIRECT",
                             "the reply is not from the service (redirects are not followed); "
                             "check the endpoint");
    }
    ecsp_rawgetfield(L, -1, "decode");
    (void)ecsp_fieldstr(L, reply, "reply.", "body", 1);
    enum ecsp_json grammar = ecsp_json_push(L, -1, NULL);
    lua_remove(L, -2);
    int bad = grammar == ECSP_JSON_BAD; /* what is on top is then the text, and no error */
    int raised = bad || lua_pcall(L, 1, 1, 0) != 0;
    int decoded = lua_gettop(L);
    if (raised && !bad && ecsp_interrupt_is(L, decoded)) {
        return lua_error(L);
    }
    if (raised && push_xml_error(L, reply)) {
        return fail_api(L, sent, reply, status, lua_gettop(L));
    }
    if (raised || !lua_istable(L, decoded)) {
        const char *message = status >= 400 ? "the answer is an error page, not the service's JSON"
                                            : "the answer is not the JSON that was asked for";
        return fail_protocol(L, sent, reply, status, "BAD_REPLY", message);
    }
    if (status >= 400 || reports_failure(L, decoded)) {
        return fail_api(L, sent, reply, status, decoded);
    }
    if (grammar != ECSP_JSON_GOOD) { /* a refusal with a damaged text still says what it says */
        return fail_protocol(L, sent, reply, status, "BAD_REPLY",
                             "the answer is damaged: its strings are not the UTF-8 without control "
                             "characters that JSON allows");
    }
    if (sent->target->operation != NULL &&
        !is_answer(L, sent->target->operation->results, decoded)) {
        return fail_answer(L, sent, reply, status);
    }
    return succeed(L, sent, reply, status, decoded);
}
