#include "ids.h"

#include <string.h>

#include "../wire/str.h"
#include "rows.h"

/* clang-format off */
#define KIND(of_name, of_title, of_prefix, of_form, ...)                                                               \
    const struct ecsp_id_kind ecsp_id_##of_name = {                                                                    \
        .name = #of_name, .title = (of_title), .prefix = (of_prefix), .form = ECSP_ID_##of_form, .keys = LIST(__VA_ARGS__)}

/* Prefixes: the examples on the pages of ECS 2014-05-26 and VPC 2016-04-28. An image has another one only where it was
 * made by the vendor ("aliyun_3_x64_20G_….vhd"). */
KIND(pipeline, "a pipeline", "ip-", PREFIX, "image_pipeline_id", "pipeline_id", "ids");
KIND(execution, "an execution", "exec-", PREFIX, "execution_id");
KIND(image, "an image", "m-", OPEN, "image_id", "ids");
KIND(component, "a component", "ic-", PREFIX, "image_component_id", "ids");
KIND(vpc, "a VPC", "vpc-", PREFIX, "vpc_id");
KIND(vswitch, "a vSwitch", "vsw-", PREFIX, "vswitch_id", "v_switch_id");
KIND(resource_group, "a resource group", "rg-", OPEN, "resource_group_id");
KIND(snapshot, "a snapshot", "s-", OPEN, "snapshot_id");
KIND(instance, "an instance", "i-", OPEN, "instance_id");
KIND(disk, "a disk", "d-", OPEN, "disk_id");
KIND(security_group, "a security group", "sg-", OPEN, "security_group_id");
KIND(network_interface, "a network interface", "eni-", OPEN, "network_interface_id");
KIND(route_table, "a route table", "vtb-", OPEN, "route_table_id");
KIND(dedicated_host, "a dedicated host", "dh-", OPEN, "dedicated_host_id");
KIND(dhcp_options_set, "a DHCP options set", "dopt-", OPEN, "dhcp_options_set_id");
KIND(instance_type, "an instance type", NULL, OPEN, "instance_type_id", "instance_type");
KIND(zone, "a zone", NULL, OPEN, "zone_id");
KIND(region, "a region", NULL, OPEN, "region_id");
KIND(account, "an account", NULL, OPEN, "account_id");
KIND(ipam_pool, "an IPAM pool", NULL, OPEN, "ipam_pool_id");
KIND(key, "a KMS key", NULL, OPEN, "key_id");
KIND(resource, "a resource", NULL, ANY, "resource_id");
/* clang-format on */

const struct ecsp_id_kind *const ecsp_id_kinds[] = {
    &ecsp_id_pipeline,
    &ecsp_id_execution,
    &ecsp_id_image,
    &ecsp_id_component,
    &ecsp_id_vpc,
    &ecsp_id_vswitch,
    &ecsp_id_resource_group,
    &ecsp_id_snapshot,
    &ecsp_id_instance,
    &ecsp_id_disk,
    &ecsp_id_security_group,
    &ecsp_id_network_interface,
    &ecsp_id_route_table,
    &ecsp_id_dedicated_host,
    &ecsp_id_dhcp_options_set,
    &ecsp_id_instance_type,
    &ecsp_id_zone,
    &ecsp_id_region,
    &ecsp_id_account,
    &ecsp_id_ipam_pool,
    &ecsp_id_key,
    &ecsp_id_resource,
    NULL,
};

const struct ecsp_id_kind *ecsp_id_find(struct ecsp_str name)
{
    for (size_t i = 0; ecsp_id_kinds[i] != NULL; i++) {
        if (ecsp_str_equals(name, ecsp_id_kinds[i]->name)) {
            return ecsp_id_kinds[i];
        }
    }
    return NULL;
}

/* Ids are in lower case. One in capitals is no id, but what it was meant to be is clear. */
static int begins(struct ecsp_str text, const char *prefix)
{
    size_t at = 0;
    for (; prefix[at] != '\0'; at++) {
        char c = at < text.len ? text.data[at] : '\0';
        if (c != prefix[at] && (c < 'A' || c > 'Z' || c - 'A' + 'a' != prefix[at])) {
            return 0;
        }
    }
    return text.len > at;
}

enum ecsp_id_fit ecsp_id_check(const struct ecsp_id_kind *kind, struct ecsp_str text,
                               const struct ecsp_id_kind **other)
{
    if (text.len == 0 || kind->form == ECSP_ID_ANY ||
        (kind->prefix != NULL && ecsp_str_starts_with(text, kind->prefix) &&
         text.len > strlen(kind->prefix))) {
        return ECSP_ID_FITS;
    }
    for (size_t i = 0; ecsp_id_kinds[i] != NULL; i++) {
        const struct ecsp_id_kind *one = ecsp_id_kinds[i];
        if (one != kind && one->prefix != NULL && begins(text, one->prefix)) {
            *other = one;
            return ECSP_ID_OTHER;
        }
    }
    return kind->form == ECSP_ID_PREFIX ? ECSP_ID_NAME : ECSP_ID_FITS;
}
