# SPDX-License-Identifier: ISC
# The programs.

# The relay is compiled from all its sources in one command: no glibc object gets into a musl
# program. It is small, because every session pays for each page that exec faults in. Its address is
# random all the same (static-pie), which costs a session 2 KiB.
relay_sources = bin/mailwicket-relay.c lib/relay/relay.c lib/relay/report.c lib/relay/flow.c lib/relay/end.c \
	lib/relay/handover.c lib/record/record.c lib/record/open.c lib/record/post_handshake.c \
	lib/record/cipher.c lib/wire/wire.c lib/log/clock.c lib/base/buf.c lib/base/span.c \
	lib/base/num.c
relay_headers = lib/relay/relay.h lib/relay/report.h lib/relay/flow.h lib/relay/end.h lib/relay/handover.h \
	lib/record/record.h lib/record/record_internal.h lib/record/cipher.h \
	lib/record/post_handshake.h lib/wire/wire.h lib/log/clock.h lib/base/buf.h lib/base/span.h \
	lib/base/num.h lib/base/limits.h lib/base/denial.h lib/base/protocol.h \
	lib/base/client_address.h lib/base/mechanism.h lib/base/noted.h lib/base/server_tls.h
EXTRA_DIST += $(relay_sources) $(relay_headers) lib/relay/musl.c
relay_static = -O2 -ffunction-sections -fdata-sections -fPIE -fno-asynchronous-unwind-tables \
	$(RELAY_PIE) -Wl,--gc-sections -Wl,-z,separate-code -Wl,-z,relro,-z,now -Wl,--build-id=none -s
if RELAY_DYNAMIC
relay_build = $(CC) $(AM_CFLAGS) $(NETTLE_CFLAGS)
relay_extra =
relay_libs = $(AM_LDFLAGS) $(NETTLE_LIBS)
else
relay_build = $(RELAY_CC) -std=gnu11 -g $(HARDENING) $(WARNINGS) $(relay_static)
relay_libs = `$(PKG_CONFIG) --variable=libdir nettle`/libnettle.a
if RELAY_MUSL
relay_build += -isystem relay-include
relay_extra = $(srcdir)/lib/relay/musl.c
else
relay_extra =
endif
endif

libexec_SCRIPTS = mailwicket-relay
CLEANFILES += mailwicket-relay
dist_man_MANS += bin/mailwicket-relay.8 bin/mailwicket-log.5

# nettle's headers without glibc's.
relay-include/nettle:
	@mkdir -p relay-include
	@ln -sfn `$(PKG_CONFIG) --variable=includedir nettle`/nettle $@

mailwicket-relay: $(relay_sources) $(relay_headers) lib/relay/musl.c config.status | relay-include/nettle
	$(AM_V_CCLD)cd . && $(relay_build) $(DEFS) $(SEES_RELAY) -o $@ \
	    $(addprefix $(srcdir)/,$(relay_sources)) $(relay_extra) $(relay_libs)

clean-local: clean-relay
clean-relay:
	rm -rf relay-include
.PHONY: clean-relay

SEES_CTL = $(SEES_UNITS) $(SEES_IMPORT) $(SEES_AAA) $(SEES_STATE) $(SEES_WIRE) $(SEES_IO) \
	$(SEES_CERTIFICATE) $(SEES_PROTO) $(SEES_ACCOUNTING) -I$(srcdir)/lib/probe -I$(srcdir)/lib/tls -I$(srcdir)/lib/record -I$(srcdir)/lib/priv
sbin_PROGRAMS += mailwicketctl
mailwicketctl_SOURCES = bin/ctl.h bin/mailwicketctl.c bin/ctl_check.c bin/ctl_check.h bin/ctl_check_chain.c bin/ctl_check_contents.c \
	bin/ctl_check_readers.c bin/ctl_check_tls.c bin/ctl_findings.c bin/ctl_findings.h bin/ctl_explain.c \
	bin/ctl_import.c bin/ctl_import.h bin/ctl_import_files.c \
	bin/ctl_passwd.c bin/ctl_password.c bin/ctl_password.h bin/ctl_say.c bin/ctl_say.h \
	bin/ctl_interfaces.c bin/ctl_list.c bin/ctl_list.h bin/ctl_live.c bin/ctl_live.h \
	bin/ctl_logoff.c bin/ctl_pick.c bin/ctl_pick.h \
	bin/ctl_reload.c bin/ctl_renew.c bin/ctl_staple.c bin/replace_files.c bin/replace_files.h bin/ctl_entry.c bin/ctl_entry.h bin/ctl_servers.c bin/ctl_servers.h bin/ctl_show.c bin/ctl_state.c \
	bin/ctl_summary.c bin/ctl_sweep.c bin/ctl_table.c bin/ctl_table.h \
	bin/ctl_units.c bin/ctl_vpn.c bin/ctl_vpn.h bin/ctl_vpn_list.c bin/ctl_vpn_options.c \
	bin/ctl_watch.c bin/ctl_watch.h
mailwicketctl_SOURCES += bin/ctl_metrics.c bin/ctl_try.c bin/ctl_try_server.c bin/ctl_try_server.h bin/ctl_probe.c bin/ctl_probe.h bin/ctl_certificate.h bin/ctl_certificate.c
mailwicketctl_CPPFLAGS = $(SEES_AAA) $(SEES_CTL) $(PATHS)
mailwicketctl_LDADD = libtls.a librecord.a libpriv.a libimportwrite.a libimport.a libinstallfiles.a libunits.a libaccounting.a libserverhealth.a libcertificate.a libpolicyload.a libpolicy.a \
	$(PROBE_LIBS) libaaa.a libradius.a libstate.a libwire.a libio.a liblog.a libpolicy.a libbase.a $(XML_LIBS) $(CURL_LIBS) $(LDAP_LIBS) $(GNUTLS_LIBS) $(NETTLE_LIBS) $(CRYPT_LIBS) $(LMDB_LIBS)

# systemd looks for it beside the directory of its units.
if SYSTEMD
systemgeneratordir = $(systemdsystemgeneratordir)
systemgenerator_PROGRAMS = mailwicket-generator
else
EXTRA_PROGRAMS += mailwicket-generator
endif
dist_man_MANS += bin/mailwicket-generator.8
mailwicket_generator_SOURCES = bin/mailwicket-generator.c
mailwicket_generator_CPPFLAGS = $(SEES_UNITS) $(PATHS)
mailwicket_generator_LDADD = libinstallfiles.a libunits.a libpolicyload.a libpolicy.a libbase.a $(XML_LIBS) $(GNUTLS_LIBS)

libexec_PROGRAMS += mailwicket-verify
dist_man_MANS += bin/mailwicket-verify.8
mailwicket_verify_SOURCES = bin/mailwicket-verify.c
mailwicket_verify_CPPFLAGS = $(SEES_VERIFY) -I$(srcdir)/lib/priv $(PATHS)
mailwicket_verify_LDADD = libverify.a $(PROBE_LIBS) libaccounting.a libserverhealth.a libexpirylog.a libcertificate.a libpolicyload.a libpolicy.a libaaa.a libradius.a libstate.a libwire.a \
	libio.a libpriv.a liblog.a libbase.a $(XML_LIBS) $(CURL_LIBS) $(LDAP_LIBS) $(GNUTLS_LIBS) $(NETTLE_LIBS) \
	$(LMDB_LIBS) $(CRYPT_LIBS) $(SECCOMP_LIBS)

if HAVE_CMOCKA
check_PROGRAMS += t/unit/ctl t/unit/ctl_list t/unit/replace_files
t_unit_replace_files_SOURCES = t/unit/replace_files.c bin/replace_files.c bin/replace_files.h
t_unit_replace_files_CPPFLAGS = $(SEES_BASE) -I$(srcdir)/bin
t_unit_replace_files_LDADD = libbase.a $(CMOCKA_LIBS)
t_unit_ctl_list_SOURCES = t/unit/ctl_list.c bin/ctl_list.c bin/ctl_list.h bin/ctl_pick.c bin/ctl_pick.h
t_unit_ctl_list_CPPFLAGS = $(SEES_CTL) -I$(srcdir)/bin
t_unit_ctl_list_LDADD = libstate.a liblog.a libbase.a $(LMDB_LIBS) $(CMOCKA_LIBS)
t_unit_ctl_SOURCES = t/unit/ctl.c bin/ctl_entry.c bin/ctl_entry.h bin/ctl_table.c bin/ctl_table.h
t_unit_ctl_CPPFLAGS = $(SEES_CTL) -I$(srcdir)/bin
t_unit_ctl_LDADD = libstate.a liblog.a libbase.a $(CMOCKA_LIBS)
endif

sbin_PROGRAMS += mailwicket
mailwicket_SOURCES = bin/mailwicket.c
mailwicket_CPPFLAGS = $(SEES_LOG) $(SEES_FILTER) $(PATHS)
mailwicket_LDADD = libfilter.a liblogin.a libproto.a libwire.a libtls.a libexpirylog.a libcertificate.a librecord.a libio.a \
	libpriv.a libpolicyload.a libpolicy.a libhandover.a liblog.a libbase.a \
	$(GNUTLS_LIBS) $(XML_LIBS) $(SECCOMP_LIBS)
dist_man_MANS += bin/mailwicket.8 bin/mailwicket-users.7

# Pages about the whole.
dist_man_MANS += bin/mailwicket-deployment.7 bin/mailwicket-design.7 bin/mailwicket-gateways.7 \
	bin/mailwicket-migration.7
