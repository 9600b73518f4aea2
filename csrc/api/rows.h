/*
 * What this is: the macros that keep the tables at one row a parameter.
 *
 * May include: schema.h. For the table files of csrc/api only.
 */
#ifndef ECSP_ROWS_H
#define ECSP_ROWS_H

#include "schema.h"

/* clang-format off */

/* A list of strings, closed by NULL. */
#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

/* The rule "one of these". */
#define VALUES(...) (&(const struct ecsp_text){.values = LIST(__VA_ARGS__)})

/* A row: name in Lua, name on the wire, type, and whatever else is known of it. */
#define PARAM(in_lua, on_wire, kind, ...) {.lua = (in_lua), .wire = (on_wire), .type = ECSP_##kind, __VA_ARGS__}
#define PARAM_PLAIN(in_lua, on_wire, kind) {.lua = (in_lua), .wire = (on_wire), .type = ECSP_##kind}
#define FIELD(in_lua, on_wire, kind, ...) {.lua = (in_lua), .wire = (on_wire), .type = ECSP_##kind, __VA_ARGS__}
#define FIELD_PLAIN(in_lua, on_wire, kind) {.lua = (in_lua), .wire = (on_wire), .type = ECSP_##kind}

/* Closes a table. */
#define END {.lua = NULL}

/* What an operation is called here ("pipeline.create") and at the service, and the right it takes. */
#define RPC_ACTION(of_product, of_version, in_group, in_verb, of_action)                                               \
    .name = in_group "." in_verb, .group = (in_group), .verb = (in_verb), .product = (of_product),                     \
    .version = (of_version), .action = (of_action)
#define ECS_ACTION(group, verb, action) RPC_ACTION("Ecs", "2014-05-26", group, verb, action), .ram_action = "ecs:" action
#define VPC_ACTION(group, verb, action) RPC_ACTION("Vpc", "2016-04-28", group, verb, action), .ram_action = "vpc:" action
#define STS_ACTION(group, verb, action) RPC_ACTION("Sts", "2015-04-01", group, verb, action), .ram_action = "sts:" action
#define RESOURCE_MANAGER_ACTION(group, verb, action)                                                                   \
    RPC_ACTION("ResourceManager", "2020-03-31", group, verb, action), .ram_action = "ram:" action

/*
 * The resources of a RAM action, as the RAM table of the action's page names them (for VPC and STS, their pages about
 * RAM). {region} and {account} stand for those of the call. ANY_RESOURCE: that table ties the action to none, or to some
 * that we do not know.
 */
#define ANY_RESOURCE LIST("*")
#define ECS_RESOURCE(resource) "acs:ecs:{region}:{account}:" resource
#define VPC_RESOURCE(resource) "acs:vpc:{region}:{account}:" resource

/* The service of the role that an account's first pipeline or component makes ("Manage the service-linked role for Image
 * Builder"). */
#define IMAGE_BUILDER "imagebuilder.ecs.aliyuncs.com"

/* clang-format on */

#endif
