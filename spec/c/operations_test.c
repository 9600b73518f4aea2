#include "api/schema.h"

#include "test.h"

static int equal(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

static int begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* The line of the list, the symbol and the table say the same name. */
static void a_line_is_the_name_of_its_table(void)
{
    size_t lines = 0;
#define ROW(group_name, verb_name)                                           \
    CHECK(ecsp_operations[lines++] == &ecsp_##group_name##_##verb_name);     \
    CHECK_STR(test_str(ecsp_##group_name##_##verb_name.group), #group_name); \
    CHECK_STR(test_str(ecsp_##group_name##_##verb_name.verb), #verb_name);   \
    CHECK_STR(test_str(ecsp_##group_name##_##verb_name.name), #group_name "." #verb_name);
    ECSP_OPERATION_LIST(ROW)
#undef ROW
    CHECK_INT(lines, ecsp_operation_count);
}

static void no_name_is_there_twice(void)
{
    CHECK(ecsp_operation_count > 0);
    for (size_t i = 0; i < ecsp_operation_count; i++) {
        const struct ecsp_operation *one = ecsp_operations[i];
        CHECK(ecsp_operation_find(test_str(one->name)) == one);
        for (size_t j = 0; j < i; j++) {
            const struct ecsp_operation *other = ecsp_operations[j];
            CHECK(!equal(one->name, other->name));
            CHECK(!equal(one->product, other->product) || !equal(one->action, other->action));
        }
    }
    CHECK(ecsp_operation_find(test_str("pipeline.explode")) == NULL);
    CHECK(ecsp_operation_find((struct ecsp_str){"pipeline.create\0", 16}) == NULL);
}

/* What RAM is asked is known of every operation that it is asked about. */
static void every_ram_action_has_its_resources(void)
{
    for (size_t i = 0; i < ecsp_operation_count; i++) {
        const struct ecsp_operation *operation = ecsp_operations[i];
        test_name = operation->name;
        CHECK((operation->ram_action == NULL) == operation->anonymous);
        CHECK((operation->ram_action == NULL) == (operation->ram_resources == NULL));
        if (operation->ram_resources == NULL) {
            continue;
        }
        CHECK(equal(strchr(operation->ram_action, ':') + 1, operation->action));
        CHECK(operation->ram_resources[0] != NULL);
        for (const char *const *resource = operation->ram_resources; *resource != NULL;
             resource++) {
            CHECK(equal(*resource, "*") || begins(*resource, "acs:"));
        }
        CHECK(operation->makes_role == NULL || operation->writes);
    }
}

static void check_params(const struct ecsp_param *params)
{
    size_t rows = 0;
    for (; params[rows].lua != NULL; rows++) {
        const struct ecsp_param *param = &params[rows];
        CHECK(ecsp_param_find(params, test_str(param->lua)) == param);
        if (param->alias != NULL) {
            CHECK(ecsp_param_find(params, test_str(param->alias)) == param);
        }
        CHECK(param->wire != NULL);
        for (size_t other = 0; other < rows; other++) {
            CHECK(!equal(param->wire, params[other].wire));
        }
        CHECK(param->id_of == NULL || param->type == ECSP_STRING || param->type == ECSP_LIST);
        CHECK((param->fields != NULL) ==
              (param->type == ECSP_OBJECT || param->type == ECSP_OBJECTS));
        if (param->fields != NULL) {
            check_params(param->fields);
        }
    }
    CHECK(rows < 64); /* marshalling keeps a bit a row of what was given */
}

static void check_fields(const struct ecsp_field *fields)
{
    size_t identifiers = 0;
    for (size_t row = 0; fields[row].lua != NULL; row++) {
        const struct ecsp_field *field = &fields[row];
        identifiers += (field->flags & ECSP_IDENTIFIER) != 0;
        CHECK(ecsp_field_find(fields, test_str(field->wire)) == field);
        for (size_t other = 0; other < row; other++) {
            CHECK(!equal(field->lua, fields[other].lua));
        }
        if (field->fields != NULL) {
            check_fields(field->fields);
        }
    }
    CHECK(identifiers <= 1); /* a result has one `id` */
}

static void rows_are_found_by_their_names(void)
{
    for (size_t i = 0; i < ecsp_operation_count; i++) {
        test_name = ecsp_operations[i]->name;
        check_params(ecsp_operations[i]->params);
        check_fields(ecsp_operations[i]->results);
    }
    CHECK(ecsp_param_find(ecsp_pipeline_create.params, test_str("explode")) == NULL);
    CHECK(ecsp_param_find(ecsp_pipeline_create.params, test_str("")) == NULL);
    CHECK(ecsp_field_find(ecsp_pipeline_create.results, test_str("Explode")) == NULL);
}

int main(void)
{
    RUN(a_line_is_the_name_of_its_table);
    RUN(no_name_is_there_twice);
    RUN(every_ram_action_has_its_resources);
    RUN(rows_are_found_by_their_names);
    return test_summary();
}
