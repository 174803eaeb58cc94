# SPDX-License-Identifier: ISC
# e2e: real servers, real clients, the installed programs: run by ./setup check and make e2e.
EXTRA_PROGRAMS += t/e2e/listen
t_e2e_listen_SOURCES = t/e2e/listen.c
t_e2e_listen_CPPFLAGS =
EXTRA_PROGRAMS += t/e2e/ask
t_e2e_ask_SOURCES = t/e2e/ask.c
t_e2e_ask_CPPFLAGS = $(SEES_ACCOUNTING)
t_e2e_ask_LDADD = libaccounting.a libpolicyload.a libpolicy.a libaaa.a libradius.a liblog.a libbase.a $(XML_LIBS) $(GNUTLS_LIBS) \
	$(CURL_LIBS) $(LDAP_LIBS) $(GNUTLS_LIBS) $(NETTLE_LIBS) $(CRYPT_LIBS)
EXTRA_PROGRAMS += t/e2e/shrink
t_e2e_shrink_SOURCES = t/e2e/shrink.c
t_e2e_shrink_CPPFLAGS = $(GNUTLS_CFLAGS)
t_e2e_shrink_LDADD = $(GNUTLS_LIBS) -lpthread
CLEANFILES += t/e2e/listen$(EXEEXT) t/e2e/ask$(EXEEXT) t/e2e/shrink$(EXEEXT)

E2E_TESTS = \
	t/e2e/aaa-http.sh \
	t/e2e/aaa-ldap.sh \
	t/e2e/aaa-radius.sh \
	t/e2e/accounting.sh \
	t/e2e/arrival.sh t/e2e/authorization.sh t/e2e/capabilities.sh \
	t/e2e/certificate.sh t/e2e/check.sh \
	t/e2e/certificate-policy.sh \
	t/e2e/client-address.sh \
	t/e2e/clients.sh t/e2e/combinations.sh \
	t/e2e/crash.sh t/e2e/expiry.sh \
	t/e2e/guess.sh \
	t/e2e/idle.sh \
	t/e2e/import.sh \
	t/e2e/interfaces.sh \
	t/e2e/jail.sh \
	t/e2e/limits.sh \
	t/e2e/login.sh \
	t/e2e/liberal.sh t/e2e/logoff.sh t/e2e/lost.sh \
	t/e2e/many.sh t/e2e/member.sh t/e2e/metrics.sh \
	t/e2e/ocserv.sh \
	t/e2e/openvpn.sh \
	t/e2e/piggyback.sh \
	t/e2e/probe.sh t/e2e/policy.sh t/e2e/ports.sh \
	t/e2e/reload.sh t/e2e/renew.sh \
	t/e2e/seeing.sh \
	t/e2e/servers.sh t/e2e/sni.sh \
	t/e2e/systemd.sh \
	t/e2e/tls.sh \
	t/e2e/try.sh
EXTRA_DIST += setup README .ci/run t/check.sh t/root.sh t/e2e/bed.sh t/e2e/dovecot.sh t/e2e/tap.sh t/e2e/run.sh t/e2e/ask.sh t/e2e/slapd.sh \
	t/e2e/systemd-inside.sh t/e2e/renew-inside.sh t/e2e/responder.py t/e2e/web.py t/e2e/forget.py t/e2e/hold.py t/e2e/hold.sh t/e2e/once.py t/e2e/once.js t/e2e/Once.java t/e2e/without.py t/e2e/prometheus.py t/e2e/prometheus-rules.test.yml \
	t/e2e/boot.sh t/e2e/package.sh \
	t/e2e/demo.sh t/e2e/exim.conf.in t/e2e/mock.pl t/e2e/pki.sh t/e2e/ports.pl t/e2e/radiusd.sh t/e2e/silent.pl t/e2e/filter.py t/e2e/forge.pl $(E2E_TESTS) \
	t/bench/measure.sh t/bench/load.c

# What was installed starts, also where it stands now (make distcheck runs this as anybody).
installcheck-local:
	$(DESTDIR)$(sbindir)/mailwicket --version | grep -qxF 'mailwicket $(VERSION)'
	$(DESTDIR)$(sbindir)/mailwicketctl --version | grep -qxF 'mailwicketctl $(VERSION)'
	! $(DESTDIR)$(libexecdir)/mailwicket-verify 2>/dev/null
	test -x $(DESTDIR)$(libexecdir)/mailwicket-relay
	grep -qxF '.Os Mailwicket $(VERSION)' $(DESTDIR)$(mandir)/man8/mailwicket.8

# Needs root, the packages that ./setup check installs, and what make install installs.
.PHONY: e2e
e2e: t/e2e/listen$(EXEEXT) t/e2e/ask$(EXEEXT) t/e2e/shrink$(EXEEXT)
	MW_SRC=$(abs_srcdir) MW_BUILD=$(abs_builddir) MW_INST=$(prefix) \
	  bash $(srcdir)/t/e2e/run.sh
