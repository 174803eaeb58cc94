/* SPDX-License-Identifier: ISC */
/*
 * document - the policy file as an XML tree, and the schema's judgement of it.
 *
 * No network, no entities, no DTD, no XInclude; a file over LIMIT_POLICY_FILE is refused. The
 * nodes' lines are those where their tags begin.
 */
#ifndef MW_DOCUMENT_H
#define MW_DOCUMENT_H

#include <libxml/tree.h>

#include "complaints.h"

#define DOCUMENT_NAMESPACE "urn:mailwicket:policy:1"

/* The tree, to be freed with xmlFreeDoc; or NULL, and complained about. */
xmlDocPtr document_read(const char *file, struct complaints *c);

/* Whether the RELAX NG file schema takes the document. Where it doesn't, or can't be read, its
 * words are complained about, unless there are other errors already: they say it better. */
bool document_validate(xmlDocPtr doc, const char *schema, struct complaints *c);

#endif
