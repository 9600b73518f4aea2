/*
 * What this is: the one list of all operations, a line each: the group and the verb by which Lua
 * calls it. Made from it are the declarations of the tables in schema.h, the list `ecsp_operations`
 * in operations.c, and the C functions that core_module.c registers as core.<group>.<verb>.
 *
 * May include: nothing.
 *
 * How to add an operation: the table `ecsp_<group>_<verb>` in its resource's file, and a line here.
 * spec/c holds the two to the same names. What else belongs to it: CONTRIBUTING.md.
 */
#ifndef ECSP_OPERATION_LIST_H
#define ECSP_OPERATION_LIST_H

/* clang-format off */

#define ECSP_OPERATION_LIST(OPERATION)        \
    OPERATION(pipeline, create)               \
    OPERATION(pipeline, describe)             \
    OPERATION(pipeline, delete)               \
    OPERATION(execution, start)               \
    OPERATION(execution, describe)            \
    OPERATION(execution, cancel)              \
    OPERATION(component, create)              \
    OPERATION(component, describe)            \
    OPERATION(component, delete)              \
    OPERATION(tags, add)                      \
    OPERATION(tags, remove)                   \
    OPERATION(tags, list)                     \
    OPERATION(resource_group, join)           \
    OPERATION(resource_group, list)           \
    OPERATION(account, describe)              \
    OPERATION(sts, assume_role)               \
    OPERATION(sts, assume_role_with_oidc)     \
    OPERATION(image, describe)                \
    OPERATION(image, from_family)             \
    OPERATION(image, delete)                  \
    OPERATION(image, copy)                    \
    OPERATION(image, share)                   \
    OPERATION(image, modify)                  \
    OPERATION(snapshot, delete)               \
    OPERATION(instance_type, list)            \
    OPERATION(instance_type, supported)       \
    OPERATION(region, list)                   \
    OPERATION(vpc, create)                    \
    OPERATION(vpc, list)                      \
    OPERATION(vpc, describe)                  \
    OPERATION(vpc, delete)                    \
    OPERATION(vswitch, create)                \
    OPERATION(vswitch, list)                  \
    OPERATION(vswitch, describe)              \
    OPERATION(vswitch, delete)                \
    OPERATION(zone, available)                \
    OPERATION(zone, list)

/* clang-format on */

#endif
