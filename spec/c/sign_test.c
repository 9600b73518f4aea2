/* The stages on one golden case each (v3_minimal_query_get and v1_minimal_pop_post of spec/vectors,
   made by the vendor's own SDK) and the stages' own promises. All 42 cases run from Lua. */
#include "wire/sign.h"

#include "test.h"

#define EMPTY_SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define V3_NAMES \
    "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version"
#define V3_SIGNATURE "2b6778d034d3088116381282650a102b6b29d637b836a63eac9860f1be562782"

static struct ecsp_header header(const char *name, const char *value)
{
    return (struct ecsp_header){test_str(name), test_str(value)};
}

static void v3_golden_case(void)
{
    struct ecsp_header headers[] = {
        header("x-acs-version", "2014-05-26"),
        header("x-acs-signature-nonce", "990cd136-2942-4977-a167-13241fd2a586"),
        header("host", "ecs-cn-hangzhou.aliyuncs.com"),
        header("x-acs-date", "2023-10-26T10:22:32Z"),
        header("x-acs-action", "DescribeImagePipelines"),
        header("x-acs-content-sha256", EMPTY_SHA256),
    };
    size_t count = sizeof headers / sizeof *headers;
    struct ecsp_buf canonical;
    struct ecsp_buf to_sign;
    struct ecsp_buf authorization;
    ecsp_buf_init(&canonical, 10000);
    ecsp_buf_init(&to_sign, 10000);
    ecsp_buf_init(&authorization, 10000);
    struct ecsp_digest *digest = ecsp_digest_new();

    ecsp_sign_v3_sort(headers, count);
    struct ecsp_str names;
    CHECK_INT(ecsp_sign_v3_canonical_request(&canonical, test_str("GET"), test_str("/"),
                                             test_str("RegionId=cn-shanghai"), headers, count,
                                             test_str(EMPTY_SHA256), &names),
              ECSP_OK);
    CHECK_BYTES(names, test_str(V3_NAMES));
    CHECK_STR(ecsp_buf_view(&canonical),
              "GET\n/\nRegionId=cn-shanghai\nhost:ecs-cn-hangzhou.aliyuncs.com\n"
              "x-acs-action:DescribeImagePipelines\nx-acs-content-sha256:" EMPTY_SHA256 "\n"
              "x-acs-date:2023-10-26T10:22:32Z\n"
              "x-acs-signature-nonce:990cd136-2942-4977-a167-13241fd2a586\n"
              "x-acs-version:2014-05-26\n\n" V3_NAMES "\n" EMPTY_SHA256);
    CHECK_INT(ecsp_sign_v3_string_to_sign(&to_sign, digest, ecsp_buf_view(&canonical)), ECSP_OK);
    CHECK_STR(ecsp_buf_view(&to_sign),
              "ACS3-HMAC-SHA256\n"
              "4e8d2b12e2837a476bc29ce07833730933636d1c1dfb98a0024371eacc8531fb");
    char signature[ECSP_SHA256_HEX];
    struct ecsp_signing_key key = {test_str("BIWEJ5D90i4nycr648raHyvtcLap9f"), NULL, NULL};
    for (int again = 0; again < 3; again++) { /* the first keys, the others restart */
        CHECK_INT(ecsp_sign_v3_signature(&key, ecsp_buf_view(&to_sign), signature), ECSP_OK);
        CHECK_BYTES(((struct ecsp_str){signature, sizeof signature}), test_str(V3_SIGNATURE));
    }
    ecsp_signing_key_free(&key);
    ecsp_signing_key_free(&key);
    CHECK_INT(ecsp_sign_v3_authorization(&authorization, test_str("testid-jWYVFq8NjJsMurep"), names,
                                         test_str(V3_SIGNATURE)),
              ECSP_OK);
    CHECK_STR(ecsp_buf_view(&authorization),
              "ACS3-HMAC-SHA256 Credential=testid-jWYVFq8NjJsMurep,SignedHeaders=" V3_NAMES
              ",Signature=" V3_SIGNATURE);

    ecsp_digest_free(digest);
    ecsp_buf_free(&canonical);
    ecsp_buf_free(&to_sign);
    ecsp_buf_free(&authorization);
}

static void v1_golden_case(void)
{
    struct ecsp_buf to_sign;
    char signature[ECSP_SHA1_BASE64];
    ecsp_buf_init(&to_sign, 10000);
    CHECK_INT(ecsp_sign_v1_string_to_sign(
                  &to_sign, test_str("POST"),
                  test_str("AccessKeyId=testid-v5960f0NH67ofLm2Z18P&Action=DescribeImagePipelines"
                           "&Format=JSON&RegionId=cn-shanghai&SignatureMethod=HMAC-SHA1"
                           "&SignatureNonce=f2ab547a12e51d414072900cf14c8f6918dc9a3791c13496179230"
                           "ccd271ea16&SignatureVersion=1.0&Timestamp=2025-01-01T00%3A00%3A00Z"
                           "&Version=2014-05-26")),
              ECSP_OK);
    CHECK_STR(ecsp_buf_view(&to_sign),
              "POST&%2F&AccessKeyId%3Dtestid-v5960f0NH67ofLm2Z18P%26Action%3DDescribeImagePipelines"
              "%26Format%3DJSON%26RegionId%3Dcn-shanghai%26SignatureMethod%3DHMAC-SHA1"
              "%26SignatureNonce%3Df2ab547a12e51d414072900cf14c8f6918dc9a3791c13496179230ccd271ea16"
              "%26SignatureVersion%3D1.0%26Timestamp%3D2025-01-01T00%253A00%253A00Z"
              "%26Version%3D2014-05-26");
    struct ecsp_signing_key key = {test_str("QuQofWiPM3aSKxfawt7PrUcQemmAle"), NULL, NULL};
    for (int again = 0; again < 3; again++) { /* the first keys, the others restart */
        CHECK_INT(ecsp_sign_v1_signature(&key, ecsp_buf_view(&to_sign), signature), ECSP_OK);
        CHECK_BYTES(((struct ecsp_str){signature, sizeof signature}),
                    test_str("6L9i6iSpnolzfEVDUftzJmN+0DI="));
    }
    ecsp_signing_key_free(&key);
    ecsp_buf_free(&to_sign);
}

static void which_headers_are_signed(void)
{
    CHECK(ecsp_sign_v3_signs(test_str("host")));
    CHECK(ecsp_sign_v3_signs(test_str("content-type")));
    CHECK(ecsp_sign_v3_signs(test_str("x-acs-date")));
    CHECK(ecsp_sign_v3_signs(test_str("x-acs-a")));
    CHECK(!ecsp_sign_v3_signs(test_str("accept")));
    CHECK(!ecsp_sign_v3_signs(test_str("user-agent")));
    CHECK(!ecsp_sign_v3_signs(test_str("content-length")));
    CHECK(!ecsp_sign_v3_signs(test_str("hostess")));
    CHECK(!ecsp_sign_v3_signs(test_str("x-ac")));
    CHECK(!ecsp_sign_v3_signs(test_str("")));
}

static void header_values_are_trimmed_and_empty_ones_kept(void)
{
    struct ecsp_header headers[] = {header("host", "  h \t"), header("x-acs-empty", "")};
    struct ecsp_buf out;
    struct ecsp_str names;
    ecsp_buf_init(&out, 10000);
    ecsp_sign_v3_canonical_request(&out, test_str("POST"), test_str("/"), test_str(""), headers, 2,
                                   test_str("hash"), &names);
    CHECK_STR(ecsp_buf_view(&out), "POST\n/\n\nhost:h\nx-acs-empty:\n\nhost;x-acs-empty\nhash");
    ecsp_buf_free(&out);
}

static void sorts_headers_by_name(void)
{
    struct ecsp_header headers[] = {header("x-acs-b", "1"), header("x-acs-a-b", "2"),
                                    header("x-acs-a", "3"), header("content-type", "4"),
                                    header("host", "5")};
    ecsp_sign_v3_sort(headers, 5);
    CHECK_STR(headers[0].name, "content-type");
    CHECK_STR(headers[1].name, "host");
    CHECK_STR(headers[2].name, "x-acs-a");
    CHECK_STR(headers[3].name, "x-acs-a-b");
    CHECK_STR(headers[4].name, "x-acs-b");
    CHECK_STR(headers[4].value, "1");
    ecsp_sign_v3_sort(headers, 0);
}

static void a_full_buffer_is_reported_by_every_stage(void)
{
    struct ecsp_header headers[] = {header("host", "a-host-that-is-longer-than-the-buffer")};
    struct ecsp_digest *digest = ecsp_digest_new();
    struct ecsp_buf out;
    struct ecsp_str names;
    ecsp_buf_init(&out, 3);
    CHECK_INT(ecsp_sign_v3_canonical_request(&out, test_str("POST"), test_str("/"), test_str(""),
                                             headers, 1, test_str("hash"), &names),
              ECSP_ERR_LIMIT);
    ecsp_buf_clear(&out);
    CHECK_INT(ecsp_sign_v3_string_to_sign(&out, digest, test_str("x")), ECSP_ERR_LIMIT);
    ecsp_buf_clear(&out);
    CHECK_INT(ecsp_sign_v3_authorization(&out, test_str("id"), test_str("host"), test_str("s")),
              ECSP_ERR_LIMIT);
    ecsp_buf_clear(&out);
    CHECK_INT(ecsp_sign_v1_string_to_sign(&out, test_str("POST"), test_str("a=b")), ECSP_ERR_LIMIT);
    ecsp_buf_free(&out);
    ecsp_digest_free(digest);
}

int main(void)
{
    RUN(v3_golden_case);
    RUN(v1_golden_case);
    RUN(which_headers_are_signed);
    RUN(header_values_are_trimmed_and_empty_ones_kept);
    RUN(sorts_headers_by_name);
    RUN(a_full_buffer_is_reported_by_every_stage);
    return test_summary();
}
