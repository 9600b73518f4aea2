/*
 * ECS 2014-05-26: StartImagePipelineExecution, CancelImagePipelineExecution,
 * DescribeImagePipelineExecutions.
 * Sources: the vendor's SDK 7.11.6 (names, types, states), the API pages of 2024-12 to 2026-01.
 */
#include "rows.h"
#include "texts.h"

static const struct ecsp_param start_params[] = {
    PARAM("client_token", "ClientToken", STRING, .flags = ECSP_TOKEN, .text = &ecsp_text_token),
    PARAM("image_pipeline_id", "ImagePipelineId", STRING, .alias = "id", .flags = ECSP_REQUIRED,
          .id_of = &ecsp_id_pipeline, .text = &ecsp_text_identifier),
    PARAM("region_id", "RegionId", STRING, .flags = ECSP_REQUIRED | ECSP_REGION,
          .text = &ecsp_text_region),
    /* of the execution; tags of the image are image_options.image_tags of the pipeline */
    PARAM("tags", "Tag", TAGS, .alias = "tag", .max = 20, .text = &ecsp_text_tag_value,
          .key_text = &ecsp_text_tag_key),
    PARAM("template_tags", "TemplateTag", TAGS, .alias = "template_tag", .flags = ECSP_DEPRECATED,
          .replaced_by = "tags"),
    END,
};

static const struct ecsp_field start_results[] = {
    FIELD("execution_id", "ExecutionId", STRING, .flags = ECSP_IDENTIFIER),
    FIELD_PLAIN("request_id", "RequestId", STRING),
    END,
};

static const struct ecsp_param cancel_params[] = {
    PARAM("execution_id", "ExecutionId", STRING, .alias = "id", .flags = ECSP_REQUIRED,
          .id_of = &ecsp_id_execution, .text = &ecsp_text_identifier),
    PARAM("region_id", "RegionId", STRING, .flags = ECSP_REQUIRED | ECSP_REGION,
          .text = &ecsp_text_region),
    PARAM("template_tags", "TemplateTag", TAGS, .alias = "template_tag"),
    END,
};

static const struct ecsp_param describe_params[] = {
    PARAM("execution_id", "ExecutionId", STRING, .id_of = &ecsp_id_execution,
          .text = &ecsp_text_identifier),
    PARAM("image_pipeline_id", "ImagePipelineId", STRING, .id_of = &ecsp_id_pipeline,
          .text = &ecsp_text_identifier),
    PARAM("max_results", "MaxResults", INTEGER, .min = 1, .max = 500, .default_value = "50"),
    PARAM_PLAIN("next_token", "NextToken", STRING),
    PARAM("region_id", "RegionId", STRING, .flags = ECSP_REQUIRED | ECSP_REGION,
          .text = &ecsp_text_region),
    PARAM("status", "Status", LIST, .flags = ECSP_JOINED,
          .text = VALUES("PREPARING", "REPAIRING", "BUILDING", "TESTING", "DISTRIBUTING",
                         "RELEASING", "SUCCESS", "PARTITION_SUCCESS", "FAILED", "TEST_FAILED",
                         "CANCELLING", "CANCELLED")),
    PARAM("tags", "Tag", TAGS, .alias = "tag", .max = 20),
    END,
};

static const struct ecsp_field execution_fields[] = {
    FIELD_PLAIN("creation_time", "CreationTime", STRING),
    FIELD_PLAIN("error_code", "ErrorCode", STRING),
    FIELD_PLAIN("error_info", "ErrorInfo", STRING),
    FIELD("execution_id", "ExecutionId", STRING, .flags = ECSP_IDENTIFIER),
    FIELD_PLAIN("image_id", "ImageId", STRING),
    FIELD_PLAIN("image_pipeline_id", "ImagePipelineId", STRING),
    FIELD_PLAIN("message", "Message", STRING),
    FIELD_PLAIN("modified_time", "ModifiedTime", STRING),
    FIELD_PLAIN("resource_group_id", "ResourceGroupId", STRING),
    FIELD_PLAIN("status", "Status", STRING),
    FIELD("tags", "Tags", TAGS, .wrapper = "Tag", .key = "TagKey", .value = "TagValue"),
    END,
};

static const struct ecsp_field describe_results[] = {
    FIELD("executions", "ImagePipelineExecution", OBJECTS, .wrapper = "ImagePipelineExecutionSet",
          .fields = execution_fields),
    FIELD_PLAIN("max_results", "MaxResults", INTEGER),
    FIELD_PLAIN("next_token", "NextToken", STRING),
    FIELD_PLAIN("request_id", "RequestId", STRING),
    FIELD_PLAIN("total_count", "TotalCount", INTEGER),
    END,
};

const struct ecsp_operation ecsp_execution_start = {
    ECS_ACTION("execution", "start", "StartImagePipelineExecution"),
    .ram_resources = LIST(ECS_RESOURCE("imagepipeline/*")),
    .writes = 1,
    .params = start_params,
    .results = start_results,
};

const struct ecsp_operation ecsp_execution_cancel = {
    ECS_ACTION("execution", "cancel", "CancelImagePipelineExecution"),
    .ram_resources = LIST(ECS_RESOURCE("imagepipeline/*")),
    .writes = 1,
    .params = cancel_params,
    .results = ecsp_only_request_id,
};

const struct ecsp_operation ecsp_execution_describe = {
    ECS_ACTION("execution", "describe", "DescribeImagePipelineExecutions"),
    .ram_resources =
        LIST(ECS_RESOURCE("imagepipeline/*"), ECS_RESOURCE("imagepipelineexecution/*")),
    .params = describe_params,
    .results = describe_results,
};
