# SPDX-License-Identifier: ISC
# make fuzz: runs every target in t/fuzz against the pure layers, FUZZ_SECONDS each, with clang.
# A target NAME.c may have seeds in t/fuzz/corpus/NAME. New inputs are kept in the build directory's
# fuzz/corpus/NAME, and inputs that break something in its fuzz.
FUZZ_SECONDS = 10
FUZZ_CLANG = clang
FUZZ_FILES = $(libbase_a_SOURCES) $(libproto_a_SOURCES) $(libradius_a_SOURCES) $(librecord_a_SOURCES) \
	$(libwire_a_SOURCES) $(libpolicy_a_SOURCES) $(libimport_a_SOURCES) $(liblogin_a_SOURCES)

EXTRA_DIST += t/fuzz/run.sh t/fuzz/back.c t/fuzz/corpus

fuzz:
	@CLANG='$(FUZZ_CLANG)' SECONDS_EACH='$(FUZZ_SECONDS)' LIBS='$(NETTLE_LIBS)' \
	  FUZZ_CPPFLAGS='$(NETTLE_CFLAGS)' \
	  bash $(srcdir)/t/fuzz/run.sh $(abs_srcdir) $(FUZZ_FILES)
clean-local: fuzz-clean
fuzz-clean:
	rm -rf fuzz
.PHONY: fuzz fuzz-clean
