/*
 * STS 2015-04-01: GetCallerIdentity, AssumeRole, AssumeRoleWithOIDC.
 * Sources: the vendor's SDK (names, types), the API pages (limits). How long a session may live is
 * a property of the role (MaxSessionDuration); 12 hours is the most that a role can be given.
 */
#include "rows.h"
#include "texts.h"

static const struct ecsp_text session_name = {
    .min_chars = 2, .max_chars = 64, .first = ECSP_CHARS_SESSION, .rest = ECSP_CHARS_SESSION};
static const struct ecsp_text external_id = {
    .min_chars = 2, .max_chars = 1224, .first = ECSP_CHARS_EXTERNAL, .rest = ECSP_CHARS_EXTERNAL};
static const struct ecsp_text oidc_token = {.min_chars = 4, .max_chars = 20000};
static const struct ecsp_text policy = {.min_chars = 1, .max_chars = 2048};

static const struct ecsp_field user_fields[] = {
    FIELD_PLAIN("arn", "Arn", STRING),
    FIELD_PLAIN("assumed_role_id", "AssumedRoleId", STRING),
    END,
};

static const struct ecsp_field credentials_fields[] = {
    FIELD_PLAIN("access_key_id", "AccessKeyId", STRING),
    FIELD_PLAIN("access_key_secret", "AccessKeySecret", STRING),
    FIELD_PLAIN("expiration", "Expiration", STRING),
    FIELD_PLAIN("security_token", "SecurityToken", STRING),
    END,
};

static const struct ecsp_param identity_params[] = {
    END,
};

static const struct ecsp_field identity_results[] = {
    FIELD("account_id", "AccountId", STRING, .flags = ECSP_IDENTIFIER),
    FIELD_PLAIN("arn", "Arn", STRING),
    FIELD_PLAIN("identity_type", "IdentityType", STRING), /* Account, RAMUser, AssumedRoleUser */
    FIELD_PLAIN("principal_id", "PrincipalId", STRING),
    FIELD_PLAIN("request_id", "RequestId", STRING),
    FIELD_PLAIN("role_id", "RoleId", STRING),
    FIELD_PLAIN("user_id", "UserId", STRING),
    END,
};

static const struct ecsp_param role_params[] = {
    PARAM("duration_seconds", "DurationSeconds", INTEGER, .min = 900, .max = 43200,
          .default_value = "3600", .unit = "seconds"),
    PARAM("external_id", "ExternalId", STRING, .text = &external_id),
    PARAM("policy", "Policy", STRING, .text = &policy),
    PARAM("role_arn", "RoleArn", STRING, .flags = ECSP_REQUIRED, .text = &ecsp_text_identifier),
    PARAM("role_session_name", "RoleSessionName", STRING, .flags = ECSP_REQUIRED,
          .text = &session_name),
    PARAM_PLAIN("source_identity", "SourceIdentity", STRING),
    END,
};

static const struct ecsp_field role_results[] = {
    FIELD("assumed_role_user", "AssumedRoleUser", OBJECT, .fields = user_fields),
    FIELD("credentials", "Credentials", OBJECT, .fields = credentials_fields),
    FIELD_PLAIN("request_id", "RequestId", STRING),
    FIELD_PLAIN("source_identity", "SourceIdentity", STRING),
    END,
};

static const struct ecsp_param oidc_params[] = {
    PARAM("duration_seconds", "DurationSeconds", INTEGER, .min = 900, .max = 43200,
          .default_value = "3600", .unit = "seconds"),
    PARAM("oidc_provider_arn", "OIDCProviderArn", STRING, .flags = ECSP_REQUIRED,
          .text = &ecsp_text_identifier),
    PARAM("oidc_token", "OIDCToken", STRING, .flags = ECSP_REQUIRED, .text = &oidc_token),
    PARAM("policy", "Policy", STRING, .text = &policy),
    PARAM("role_arn", "RoleArn", STRING, .flags = ECSP_REQUIRED, .text = &ecsp_text_identifier),
    PARAM("role_session_name", "RoleSessionName", STRING, .flags = ECSP_REQUIRED,
          .text = &session_name),
    END,
};

static const struct ecsp_field oidc_fields[] = {
    FIELD_PLAIN("client_ids", "ClientIds", STRING),
    FIELD_PLAIN("expiration_time", "ExpirationTime", STRING),
    FIELD_PLAIN("issuance_time", "IssuanceTime", STRING),
    FIELD_PLAIN("issuer", "Issuer", STRING),
    FIELD_PLAIN("subject", "Subject", STRING),
    FIELD_PLAIN("verification_info", "VerificationInfo", STRING),
    END,
};

static const struct ecsp_field oidc_results[] = {
    FIELD("assumed_role_user", "AssumedRoleUser", OBJECT, .fields = user_fields),
    FIELD("credentials", "Credentials", OBJECT, .fields = credentials_fields),
    FIELD("oidc_token_info", "OIDCTokenInfo", OBJECT, .fields = oidc_fields),
    FIELD_PLAIN("request_id", "RequestId", STRING),
    FIELD_PLAIN("source_identity", "SourceIdentity", STRING),
    END,
};

const struct ecsp_operation ecsp_account_describe = {
    STS_ACTION("account", "describe", "GetCallerIdentity"),
    .ram_resources = ANY_RESOURCE,
    .params = identity_params,
    .results = identity_results,
};

/* The service stores nothing: an unused session expires. */
const struct ecsp_operation ecsp_sts_assume_role = {
    STS_ACTION("sts", "assume_role", "AssumeRole"),
    .ram_resources = LIST("acs:ram:*:{account}:role/*"),
    .params = role_params,
    .results = role_results,
};

const struct ecsp_operation ecsp_sts_assume_role_with_oidc = {
    /* no right is asked for: the token is the proof */
    RPC_ACTION("Sts", "2015-04-01", "sts", "assume_role_with_oidc", "AssumeRoleWithOIDC"),
    .anonymous = 1,
    .params = oidc_params,
    .results = oidc_results,
};
