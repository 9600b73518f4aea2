#include "wire/request.h"

#include "test.h"

/* v1_minimal_pop_post of spec/vectors, made by the vendor's own SDK */

static struct ecsp_request_input input(void)
{
    struct ecsp_request_input in;
    memset(&in, 0, sizeof in);
    in.endpoint = test_str("https://ecs.cn-shanghai.aliyuncs.com");
    in.action = test_str("DescribeImagePipelines");
    in.version = test_str("2014-05-26");
    in.access_key_id = test_str("testid-v5960f0NH67ofLm2Z18P");
    in.user_agent = test_str("tests");
    in.nonce = test_str("f2ab547a12e51d414072900cf14c8f6918dc9a3791c13496179230ccd271ea16");
    in.now = 1735689600; /* 2025-01-01T00:00:00Z */
    return in;
}

static void add(struct ecsp_request *request, const char *name, const char *value)
{
    ecsp_params_add(&request->params, ECSP_PARAM_API, test_str(name), test_str(value));
}

static struct ecsp_str header(const struct ecsp_request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (request->headers[i].name.len == strlen(name) &&
            memcmp(request->headers[i].name.data, name, strlen(name)) == 0) {
            return request->headers[i].value;
        }
    }
    return test_str("(none)");
}

static enum ecsp_status build(struct ecsp_request *request, struct ecsp_request_input *in)
{
    struct ecsp_signing_key key = {test_str("QuQofWiPM3aSKxfawt7PrUcQemmAle"), NULL, NULL};
    const char *problem = NULL;
    struct ecsp_str duplicate = {"", 0};
    struct ecsp_digest *digest = ecsp_digest_new();
    in->key = &key;
    enum ecsp_status status = ecsp_request_build(request, in, digest, &problem, &duplicate);
    ecsp_digest_free(digest);
    ecsp_signing_key_free(&key);
    return status;
}

static void dates(void)
{
    static const struct {
        int64_t seconds;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00Z"},          {951782400, "2000-02-29T00:00:00Z"},
        {951868799, "2000-02-29T23:59:59Z"},  {951868800, "2000-03-01T00:00:00Z"},
        {978307199, "2000-12-31T23:59:59Z"},  {1622509323, "2021-06-01T01:02:03Z"},
        {1709251199, "2024-02-29T23:59:59Z"}, {1735689599, "2024-12-31T23:59:59Z"},
        {1735689600, "2025-01-01T00:00:00Z"}, {2147483648, "2038-01-19T03:14:08Z"},
        {4107542400, "2100-03-01T00:00:00Z"}, {253402300799, "9999-12-31T23:59:59Z"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[ECSP_DATE_LENGTH + 1];
        ecsp_format_date(cases[i].seconds, out);
        CHECK_STR(test_str(out), cases[i].text);
    }
}

static void endpoints(void)
{
    static const struct {
        const char *endpoint;
        const char *scheme;
        const char *host;
    } good[] = {
        {"https://ecs.aliyuncs.com", "https://", "ecs.aliyuncs.com"},
        {"https://ecs.aliyuncs.com/", "https://", "ecs.aliyuncs.com"},
        {"https://ecs.aliyuncs.com:443", "https://", "ecs.aliyuncs.com"},
        {"https://ecs.aliyuncs.com:80", "https://", "ecs.aliyuncs.com:80"},
        {"http://127.0.0.1:80", "http://", "127.0.0.1"},
        {"http://127.0.0.1:8080", "http://", "127.0.0.1:8080"},
        {"https://[::1]:8443", "https://", "[::1]:8443"},
    };
    static const char *const bad[] = {
        "",
        "https://",
        "https:///",
        "ecs.aliyuncs.com",
        "ftp://host",
        "https://host/path",
        "https://a b",
        "https://user@host",
        "https://host?x=1",
        "https://:8443",
        "https://host\r\nx: y",
        "HTTPS//host",
    };
    struct ecsp_str scheme;
    struct ecsp_str host;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        CHECK(ecsp_endpoint_split(test_str(good[i].endpoint), &scheme, &host));
        CHECK_STR(scheme, good[i].scheme);
        CHECK_STR(host, good[i].host);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (ecsp_endpoint_split(test_str(bad[i]), &scheme, &host)) {
            CHECK_STR(host, "a refusal");
        }
    }
}

static void short_calls_go_by_v3_in_the_query(void)
{
    struct ecsp_request request;
    struct ecsp_request_input in = input();
    ecsp_request_init(&request);
    add(&request, "RegionId", "cn-shanghai");
    add(&request, "Name", "a b");
    CHECK_INT(build(&request, &in), ECSP_OK);
    CHECK_INT(request.signature, ECSP_SIGNATURE_V3);
    CHECK_INT(request.placement, ECSP_PLACEMENT_QUERY);
    CHECK_STR(ecsp_buf_view(&request.url),
              "https://ecs.cn-shanghai.aliyuncs.com/?Name=a%20b&RegionId=cn-shanghai");
    CHECK_INT(request.body.len, 0);
    CHECK_STR(header(&request, "host"), "ecs.cn-shanghai.aliyuncs.com");
    CHECK_STR(header(&request, "x-acs-action"), "DescribeImagePipelines");
    CHECK_STR(header(&request, "x-acs-date"), "2025-01-01T00:00:00Z");
    CHECK_STR(header(&request, "x-acs-content-sha256"),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK_STR(header(&request, "content-type"), "(none)");
    CHECK_STR(header(&request, "x-acs-security-token"), "(none)");
    CHECK(strncmp(header(&request, "authorization").data, "ACS3-HMAC-SHA256 Credential=", 28) == 0);
    ecsp_request_free(&request);
}

static void the_border_between_the_two_ways(void)
{
    for (size_t extra = 0; extra < 2; extra++) {
        struct ecsp_request request;
        struct ecsp_request_input in = input();
        char value[ECSP_MAX_QUERY_BYTES + 1];
        size_t len = ECSP_MAX_QUERY_BYTES - strlen("BuildContent=") + extra;
        memset(value, 'x', len);
        value[len] = '\0';
        ecsp_request_init(&request);
        add(&request, "BuildContent", value);
        CHECK_INT(build(&request, &in), ECSP_OK);
        CHECK_INT(request.signature, extra == 0 ? ECSP_SIGNATURE_V3 : ECSP_SIGNATURE_V1);
        CHECK_INT(request.placement, extra == 0 ? ECSP_PLACEMENT_QUERY : ECSP_PLACEMENT_FORM);
        CHECK_INT(request.body.len, extra == 0 ? 0 : ECSP_MAX_QUERY_BYTES + 1);
        CHECK_STR(header(&request, "content-type"),
                  extra == 0 ? "(none)" : "application/x-www-form-urlencoded");
        ecsp_request_free(&request);
    }
}

static void v1_equals_the_vendors(void)
{
    struct ecsp_request request;
    struct ecsp_request_input in = input();
    in.signature = ECSP_SIGNATURE_V1;
    ecsp_request_init(&request);
    add(&request, "RegionId", "cn-shanghai");
    CHECK_INT(build(&request, &in), ECSP_OK);
    CHECK_INT(request.placement, ECSP_PLACEMENT_FORM);
    CHECK_STR(ecsp_buf_view(&request.body), "RegionId=cn-shanghai");
    CHECK_STR(ecsp_buf_view(&request.canonical),
              "AccessKeyId=testid-v5960f0NH67ofLm2Z18P&Action=DescribeImagePipelines&Format=JSON"
              "&RegionId=cn-shanghai&SignatureMethod=HMAC-SHA1&SignatureNonce=f2ab547a12e51d4140729"
              "00cf14c8f6918dc9a3791c13496179230ccd271ea16&SignatureVersion=1.0"
              "&Timestamp=2025-01-01T00%3A00%3A00Z&Version=2014-05-26");
    ecsp_buf_byte(&request.url, '\0');
    CHECK(strstr(request.url.data, "&Signature=6L9i6iSpnolzfEVDUftzJmN%2B0DI%3D") != NULL);
    CHECK(strstr(request.url.data, "RegionId") == NULL);
    CHECK_STR(header(&request, "authorization"), "(none)");
    ecsp_request_free(&request);
}

static void sts_adds_its_headers_or_parameters(void)
{
    struct ecsp_request request;
    struct ecsp_request_input in = input();
    in.security_token = test_str("a+token/=");
    ecsp_request_init(&request);
    add(&request, "RegionId", "r");
    CHECK_INT(build(&request, &in), ECSP_OK);
    CHECK_STR(header(&request, "x-acs-security-token"), "a+token/=");
    CHECK_STR(header(&request, "x-acs-accesskey-id"), "testid-v5960f0NH67ofLm2Z18P");
    ecsp_request_free(&request);

    in.signature = ECSP_SIGNATURE_V1;
    ecsp_request_init(&request);
    add(&request, "RegionId", "r");
    CHECK_INT(build(&request, &in), ECSP_OK);
    ecsp_buf_byte(&request.canonical, '\0');
    CHECK(strstr(request.canonical.data, "SecurityToken=a%2Btoken%2F%3D") != NULL);
    ecsp_request_free(&request);
}

static void what_is_invalid_is_refused(void)
{
    struct ecsp_request request;
    struct ecsp_request_input in = input();
    struct ecsp_header host = {test_str("host"), test_str("evil")};
    struct ecsp_header authorization = {test_str("authorization"), test_str("evil")};

    ecsp_request_init(&request);
    add(&request, "Name", "a");
    add(&request, "Name", "b");
    CHECK_INT(build(&request, &in), ECSP_ERR_INVALID);
    ecsp_request_free(&request);

    ecsp_request_init(&request);
    in.endpoint = test_str("ecs.aliyuncs.com");
    CHECK_INT(build(&request, &in), ECSP_ERR_INVALID);
    ecsp_request_free(&request);

    in = input();
    in.signature = ECSP_SIGNATURE_V1;
    ecsp_request_init(&request);
    add(&request, "Timestamp", "2000-01-01T00:00:00Z");
    CHECK_INT(build(&request, &in), ECSP_ERR_INVALID);
    ecsp_request_free(&request);

    in = input();
    in.extra_count = 1;
    in.extra_headers = &host;
    ecsp_request_init(&request);
    CHECK_INT(build(&request, &in), ECSP_ERR_INVALID);
    ecsp_request_free(&request);

    in.extra_headers = &authorization;
    ecsp_request_init(&request);
    CHECK_INT(build(&request, &in), ECSP_ERR_INVALID);
    ecsp_request_free(&request);
}

static void survives_the_failure_of_any_allocation(void)
{
    for (long n = 1; n < 500; n++) {
        struct ecsp_request request;
        struct ecsp_request_input in = input();
        char name[24];
        ecsp_request_init(&request);
        ecsp_buf_fail_after = n;
        for (int i = 0; i < 60; i++) {
            snprintf(name, sizeof name, "Tag.%d.Key", i);
            add(&request, name, "a value of some length, so that every buffer grows");
        }
        enum ecsp_status status = build(&request, &in);
        long left = ecsp_buf_fail_after;
        ecsp_buf_fail_after = 0;
        ecsp_request_free(&request);
        if (left > 0) {
            CHECK_INT(status, ECSP_OK);
            CHECK(n > 8);
            return;
        }
        CHECK_INT(status, ECSP_ERR_MEMORY);
    }
    CHECK(!"never succeeded");
}

static void more_headers_than_there_is_room_for(void)
{
    char names[ECSP_MAX_HEADERS][8];
    struct ecsp_header extra[ECSP_MAX_HEADERS];
    struct ecsp_request_input in = input();
    struct ecsp_request request;
    for (size_t i = 0; i < ECSP_MAX_HEADERS; i++) {
        snprintf(names[i], sizeof names[i], "x-%d", (int)i);
        extra[i].name = test_str(names[i]);
        extra[i].value = test_str("v");
    }
    in.extra_headers = extra;
    in.extra_count = ECSP_MAX_HEADERS;
    ecsp_request_init(&request);
    add(&request, "A", "b");
    CHECK_INT(build(&request, &in), ECSP_ERR_LIMIT);
    ecsp_request_free(&request);
}

int main(void)
{
    RUN(dates);
    RUN(endpoints);
    RUN(short_calls_go_by_v3_in_the_query);
    RUN(the_border_between_the_two_ways);
    RUN(v1_equals_the_vendors);
    RUN(sts_adds_its_headers_or_parameters);
    RUN(what_is_invalid_is_refused);
    RUN(survives_the_failure_of_any_allocation);
    RUN(more_headers_than_there_is_room_for);
    return test_summary();
}
