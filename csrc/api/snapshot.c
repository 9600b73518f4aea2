/*
 * ECS 2014-05-26: DeleteSnapshot.
 * Sources: the API page of 2025-12 (parameters, RAM), the vendor's SDK 7.11.6: there is no
 * RegionId, so the endpoint alone says which region is meant. There is no ClientToken: to delete
 * what is deleted does no harm.
 */
#include "rows.h"
#include "texts.h"

static const struct ecsp_param delete_params[] = {
    /* also if disks were created from it; they can then not be re-initialized */
    PARAM("force", "Force", BOOLEAN, .default_value = "false"),
    PARAM("snapshot_id", "SnapshotId", STRING, .alias = "id", .flags = ECSP_REQUIRED,
          .id_of = &ecsp_id_snapshot, .text = &ecsp_text_identifier),
    END,
};

const struct ecsp_operation ecsp_snapshot_delete = {
    ECS_ACTION("snapshot", "delete", "DeleteSnapshot"),
    .ram_resources = LIST(ECS_RESOURCE("snapshot/*")),
    .writes = 1,
    .params = delete_params,
    .results = ecsp_only_request_id,
};
