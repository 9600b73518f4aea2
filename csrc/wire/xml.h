/*
 * What this is: reads the elements of a flat XML document, as the service writes its errors when
 * the request for JSON did not reach it: <Error><Code>…</Code>…</Error>. No more of XML than that:
 * no attributes, no nesting, no DTD. Linear in the text.
 *
 * May include: ecsp.h.
 *
 * Ownership: every ecsp_str borrows from the document.
 */
#ifndef ECSP_XML_H
#define ECSP_XML_H

#include "../ecsp.h"

ECSP_HIDDEN_BEGIN

/* What stands inside the root element; 0 when the document has another root, or is no XML. */
int ecsp_xml_open(struct ecsp_str document, const char *root, struct ecsp_str *inside);

/* Takes the next element out of `rest`: its name, and its text as it is written. 0: no more. */
int ecsp_xml_next(struct ecsp_str *rest, struct ecsp_str *name, struct ecsp_str *text);

/* Takes the next character out of a text that is not empty: XML's five entities become what they
 * stand for, any other byte is itself. */
char ecsp_xml_char(struct ecsp_str *text);

ECSP_HIDDEN_END

#endif
