# SPDX-License-Identifier: ISC
# import: reads an appliance's running configuration, PURE; sees base, policy.
SEES_IMPORT = $(SEES_POLICY) -I$(srcdir)/lib/import
noinst_LIBRARIES += libimport.a
libimport_a_SOURCES = \
	lib/import/asa.h lib/import/asa_aaa.c lib/import/asa_foreign.c lib/import/asa_group_policy.c \
	lib/import/asa_internal.h lib/import/asa_interface.c lib/import/asa_ldap.c lib/import/asa_line.c \
	lib/import/asa_line.h lib/import/asa_mail.c lib/import/asa_note.c lib/import/asa_read.c \
	lib/import/asa_resolve.c lib/import/asa_resolve_aaa.c lib/import/asa_time.c \
	lib/import/asa_user.c
libimport_a_CPPFLAGS = $(SEES_IMPORT)

# import/write: writes its policy with libxml2; link with $(XML_LIBS), before libimport.a.
noinst_LIBRARIES += libimportwrite.a
libimportwrite_a_SOURCES = lib/import/import_write.c lib/import/import_write.h
libimportwrite_a_CPPFLAGS = $(SEES_IMPORT) $(XML_CFLAGS)

if HAVE_CMOCKA
check_PROGRAMS += t/unit/asa t/unit/asa_line
t_unit_asa_SOURCES = t/unit/asa.c t/unit/asa_bed.h t/unit/asa_rows.h
t_unit_asa_CPPFLAGS = $(SEES_IMPORT) $(XML_CFLAGS) -DSOURCE='"$(abs_top_srcdir)"'
t_unit_asa_LDADD = libimportwrite.a libimport.a libpolicyload.a libpolicy.a libbase.a $(XML_LIBS) $(GNUTLS_LIBS) \
	$(CMOCKA_LIBS)
t_unit_asa_line_SOURCES = t/unit/asa_line.c
t_unit_asa_line_CPPFLAGS = $(SEES_IMPORT)
t_unit_asa_line_LDADD = libimport.a libbase.a $(CMOCKA_LIBS)
endif

dist_check_SCRIPTS += t/import/asa.sh
EXTRA_DIST += t/fuzz/asa.c t/import/ca.pem t/import/full.cfg t/import/full.report t/import/full.xml \
	t/import/plain.cfg t/import/plain.report t/import/plain.xml t/import/shapes.cfg \
	t/import/shapes.report t/import/shapes.xml t/unit/asa_bed.h t/unit/asa_rows.h
