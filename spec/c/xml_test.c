#include "wire/xml.h"

#include "test.h"

/* The text of the first element of this name inside <Error>, its entities resolved; NULL: none. */
static const char *field(const char *document, const char *wanted)
{
    static char out[256];
    struct ecsp_str rest, name, text;
    size_t len = 0;

    if (!ecsp_xml_open(test_str(document), "Error", &rest)) {
        return NULL;
    }
    while (ecsp_xml_next(&rest, &name, &text)) {
        if (name.len == strlen(wanted) && memcmp(name.data, wanted, name.len) == 0) {
            while (text.len > 0) {
                out[len++] = ecsp_xml_char(&text);
            }
            out[len] = '\0';
            return out;
        }
    }
    return NULL;
}

static void reads_errors(void)
{
    static const struct {
        const char *document;
        const char *code;
    } cases[] = {
        {"<Error><Code>A.B</Code></Error>", "A.B"},
        {"<?xml version='1.0' "
         "encoding='UTF-8'?><Error><RequestId>R</RequestId><Code>A</Code></Error>",
         "A"},
        {"\xEF\xBB\xBF \n<?xml version=\"1.0\"?>\n<Error>\n  <HostId/>\n  "
         "<Code>A</Code>\n</Error>\n",
         "A"},
        {"<Error><Detail><X>1</X></Detail><Code>A</Code></Error>", "A"},
        {"<Error><Code></Code></Error>", ""},
        {"<Error><Code/></Error>", ""},
        {"<Error><Code>a &lt;b&gt; &amp;lt; &quot;c&apos; &copy; &</Code></Error>",
         "a <b> &lt; \"c' &copy; &"},
        {"<Error><Code><![CDATA[a < b]]></Code></Error>", "a < b"},
        {"<Error><Code>A</Code>", "A"}, /* cut after what is wanted */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *code = field(cases[i].document, "Code");
        CHECK_STR(test_str(code != NULL ? code : "(none)"), cases[i].code);
    }
}

static void refuses_anything_else(void)
{
    static const char *const cases[] = {
        "",
        "<",
        "<Error",
        "<?xml version='1.0'",
        "Error",
        "{\"Code\":\"A\"}",
        "<html><Code>A</Code></html>",
        "<Errors><Code>A</Code></Errors>",
        "<Error class='x'><Code>A</Code></Error>",
        "<Error>",
        "<Error></Error><Code>A</Code>",
        "<Error>text<Code>A</Code></Error>",
        "<Error><Code",
        "<Error><Code>A",
        "<Error><Code>A<",
        "<Error><Code>A</Cod",
        "<Error><Code>A</Codes></Error>",
        "<Error><></><Code>A</Code></Error>",
        "<Error><Message>m</Code><Code>A</Code></Error>",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK(field(cases[i], "Code") == NULL);
    }
}

int main(void)
{
    RUN(reads_errors);
    RUN(refuses_anything_else);
    return test_summary();
}
