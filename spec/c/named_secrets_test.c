#include "wire/named_secrets.h"

#include "test.h"

static void knows_the_names(void)
{
    static const char *const secret[] = {
        "Password",         "db_passwd",       "Pass-Phrase",
        "AccessKeySecret",  "SecurityToken",   "x-acs-security-token",
        "OAuthClientToken", "x_client_token",  "user_data",
        "External-Id",      "Api-Key",         "API_KEY",
        "PrivateKey",       "private-key-pem", "Credential",
        "ACCESS_KEY",       "Authorization",   "Set-Cookie",
        "Signature",        "PASSWORDS"};
    static const char *const harmless[] = {"ClientToken",
                                           "client_token",
                                           "Client-Token",
                                           "NextToken",
                                           "next-token",
                                           "AccessKeyId",
                                           "x-acs-accesskey-id",
                                           "UserAccessKeyId",
                                           "SignatureNonce",
                                           "SignatureMethod",
                                           "x-acs-credentials-provider",
                                           "Name",
                                           "Key",
                                           "pass",
                                           "",
                                           "-",
                                           "_"};
    for (size_t i = 0; i < sizeof secret / sizeof *secret; i++) {
        test_number(secret[i], (int)i, ecsp_is_secret_name(test_str(secret[i])), 1);
    }
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
        test_number(harmless[i], (int)i, ecsp_is_secret_name(test_str(harmless[i])), 0);
    }
}

static void knows_the_end_of_a_long_name(void)
{
    char name[1000];
    memset(name, '-', sizeof name);
    memcpy(name + 980, "password", 8);
    CHECK(ecsp_is_secret_name((struct ecsp_str){name, sizeof name}));
    memset(name, 'a', sizeof name);
    CHECK(!ecsp_is_secret_name((struct ecsp_str){name, sizeof name}));
}

static void masks(const char *text, const char *wanted)
{
    struct ecsp_buf out;
    ecsp_buf_init(&out, 4096);
    CHECK_INT(ecsp_redact_named(&out, test_str(text)), ECSP_OK);
    test_bytes(text, 0, ecsp_buf_view(&out), test_str(wanted));
    ecsp_buf_free(&out);
}

static void masks_what_stands_beside_a_name(void)
{
    masks("password=abc", "password=***");
    masks("a=1&Password=abc&b=2", "a=1&Password=***&b=2");
    masks("password = abc d", "password = *** d");
    masks("tags[Password]=abc d", "tags[Password]=*** d");
    masks("a%3D1%26Password%3Dabc%26b%3D2", "a%3D1%26Password%3D***%26b%3D2");
    masks("{\"Password\":\"a b\",\"n\":1}", "{\"Password\":\"***\",\"n\":1}");
    masks("{\"Password\" : \"a\\\"b\",\"n\":1}", "{\"Password\" : \"***\",\"n\":1}");
    masks("{\\\"Password\\\":\\\"a b\\\",\\\"n\\\":1}",
          "{\\\"Password\\\":\\\"***\\\",\\\"n\\\":1}");
    masks("{&quot;Password&quot;:&quot;a b&quot;,", "{&quot;Password&quot;:&quot;***&quot;,");
    masks("%22Password%22%3A%22abc%22%2C1", "%22Password%22%3A%22***%22%2C1");
    masks("'api_key': 'abc' b", "'api_key': '***' b");
    masks("\"Token\": 1234, b", "\"Token\": *** b");
    masks("<Password>a b</Password>", "<Password>***</Password>");
    masks("token:abc", "token:***");
    masks("X-Api-Key: abc def\nHost: h", "X-Api-Key: ***\nHost: h");
    masks("password=\"a b", "password=\"***");
    masks("password=a=b", "password=***");
    masks("password=***", "password=***");
}

static void leaves_the_rest_alone(void)
{
    static const char *const texts[] = {
        "",
        "password",
        "password=",
        "password:",
        "password: must have 8 characters",
        "InvalidPassword: the password is too short",
        "credentials: the source has none",
        "ClientToken=abc",
        "{\"NextToken\":\"abc\"}",
        "pass client_token = err.client_token",
        "credentials = { access_key_id = 1 }",
        "\"Tokens\":[\"a\"]",
        "token = \xE2\x80\xA6",
        "a=b:c<d>e",
        "https://host/path",
        "\"password\"",
        "[password]",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        masks(texts[i], texts[i]);
    }
}

static void says_when_memory_fails(void)
{
    struct ecsp_buf out;
    ecsp_buf_init(&out, 4096);
    ecsp_buf_fail_after = 1;
    CHECK_INT(ecsp_redact_named(&out, test_str("password=abc")), ECSP_ERR_MEMORY);
    ecsp_buf_fail_after = 0;
    ecsp_buf_free(&out);
}

int main(void)
{
    RUN(knows_the_names);
    RUN(knows_the_end_of_a_long_name);
    RUN(masks_what_stands_beside_a_name);
    RUN(leaves_the_rest_alone);
    RUN(says_when_memory_fails);
    return test_summary();
}
