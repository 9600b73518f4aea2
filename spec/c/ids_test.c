#include "api/ids.h"

#include "test.h"

static enum ecsp_id_fit fit_of(const char *kind, const char *text, const char **other_name)
{
    const struct ecsp_id_kind *other = NULL;
    enum ecsp_id_fit fit = ecsp_id_check(ecsp_id_find(test_str(kind)), test_str(text), &other);
    *other_name = other != NULL ? other->name : "";
    return fit;
}

static void check(const char *kind, const char *text, enum ecsp_id_fit fit, const char *other)
{
    const char *name;
    test_name = text;
    CHECK_INT(fit_of(kind, text, &name), fit);
    CHECK_STR(test_str(name), other);
}

static void an_id_fits_its_kind_only(void)
{
    check("pipeline", "ip-bp1", ECSP_ID_FITS, "");
    check("pipeline", "exec-bp1", ECSP_ID_OTHER, "execution");
    check("pipeline", "web", ECSP_ID_NAME, "");
    check("pipeline", "ip-", ECSP_ID_NAME, "");
    check("pipeline", "IP-bp1", ECSP_ID_NAME, "");
    check("pipeline", " ip-bp1", ECSP_ID_NAME, "");
    check("pipeline", "M-bp1", ECSP_ID_OTHER, "image");
    check("instance", "ip-bp1", ECSP_ID_OTHER, "pipeline");
    check("vswitch", "vpc-bp1", ECSP_ID_OTHER, "vpc");
    check("pipeline", "", ECSP_ID_FITS, "");
}

static void some_kinds_have_other_texts(void)
{
    check("image", "aliyun_3_x64_20G_alibase_20240819.vhd", ECSP_ID_FITS, "");
    check("image", "m-", ECSP_ID_FITS, "");
    check("image", "s-bp1", ECSP_ID_OTHER, "snapshot");
    check("zone", "cn-hangzhou-h", ECSP_ID_FITS, "");
    check("zone", "vsw-bp1", ECSP_ID_OTHER, "vswitch");
    check("resource", "vsw-bp1", ECSP_ID_FITS, "");
}

static void a_kind_is_found_by_its_name(void)
{
    for (size_t i = 0; ecsp_id_kinds[i] != NULL; i++) {
        const struct ecsp_id_kind *kind = ecsp_id_kinds[i];
        CHECK(ecsp_id_find(test_str(kind->name)) == kind);
        CHECK(kind->keys[0] != NULL);
        CHECK(kind->form != ECSP_ID_PREFIX || kind->prefix != NULL);
    }
    CHECK(ecsp_id_find(test_str("cloud")) == NULL);
}

int main(void)
{
    RUN(an_id_fits_its_kind_only);
    RUN(some_kinds_have_other_texts);
    RUN(a_kind_is_found_by_its_name);
    return test_summary();
}
