/* SPDX-License-Identifier: ISC */
/*
 * document - reads the policy file as an XML tree, and validates it by the schema.
 *
 * No network, no entities, no DTD, no XInclude; a file larger than LIMIT_POLICY_FILE is refused. A
 * node's line is the one on which its tag begins.
 */
#ifndef MW_DOCUMENT_H
#define MW_DOCUMENT_H

#include <libxml/tree.h>

#include "complaints.h"

#define DOCUMENT_NAMESPACE "urn:mailwicket:policy:1"

/* Returns the tree; the caller frees it with xmlFreeDoc. NULL: an error was added to c. hash: gets the
 * SHA-256 of the file; may be NULL. */
xmlDocPtr document_read(const char *file, struct complaints *c, unsigned char hash[POLICY_HASH]);

/* Whether the document is valid by the RELAX NG file schema. If it isn't, or the schema can't be
 * used, an error is added to c. The schema's own messages are added only while c has no errors:
 * ours are clearer. */
bool document_validate(xmlDocPtr doc, const char *schema, struct complaints *c);

#endif
