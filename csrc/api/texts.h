/*
 * What this is: the rules of texts that several parameters and resources share.
 *
 * May include: schema.h.
 *
 * Sources: the parameter descriptions and error lists of ECS 2014-05-26 and VPC 2016-04-28.
 */
#ifndef ECSP_TEXTS_H
#define ECSP_TEXTS_H

#include "schema.h"

ECSP_HIDDEN_BEGIN

extern const struct ecsp_text ecsp_text_region; /* a region id; it becomes part of a host name */
extern const struct ecsp_text
    ecsp_text_identifier; /* an id of the service, or a name used as one */
extern const struct ecsp_text
    ecsp_text_image_or_family;                         /* an image id, or a family in any script */
extern const struct ecsp_text ecsp_text_account;       /* an account id (16 digits today) */
extern const struct ecsp_text ecsp_text_token;         /* a ClientToken */
extern const struct ecsp_text ecsp_text_description;   /* of templates, components and images */
extern const struct ecsp_text ecsp_text_template_name; /* of components too */
extern const struct ecsp_text ecsp_text_version;       /* of a component */
extern const struct ecsp_text ecsp_text_version_filter;
extern const struct ecsp_text ecsp_text_image_name;   /* prefix of the built image's name */
extern const struct ecsp_text ecsp_text_image_family; /* no period here */
extern const struct ecsp_text ecsp_text_script; /* build_content, test_content and the content of a
                                                   component: 16 KB, and 127 commands in older
                                                   documents */
extern const struct ecsp_text ecsp_text_tag_key;
extern const struct ecsp_text ecsp_text_tag_value;       /* of what is created */
extern const struct ecsp_text ecsp_text_later_tag_value; /* TagResources does not forbid acs: */
extern const struct ecsp_text ecsp_text_tag_filter;      /* keys and values of ListTagResources */
extern const struct ecsp_text ecsp_text_oss_bucket;
extern const struct ecsp_text ecsp_text_oss_object;
extern const struct ecsp_text ecsp_text_vpc_name; /* of VPCs and vSwitches */
extern const struct ecsp_text ecsp_text_vpc_description;
extern const struct ecsp_text ecsp_text_vpc_tag_value; /* stricter than ECS */
extern const struct ecsp_text
    ecsp_text_vpc_block; /* 10.0.0.0/8 is the largest that the documents recommend */
extern const struct ecsp_text ecsp_text_vswitch_block;
extern const struct ecsp_text ecsp_text_user_block; /* an item of user_cidrs */
extern const struct ecsp_text ecsp_text_group_name; /* a filter by it */

ECSP_HIDDEN_END

#endif
