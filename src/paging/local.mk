# paging: a notice as each receiver wants it, and what its answer means. No sockets, no processes.

noinst_LIBRARIES += libpaging.a
libpaging_a_SOURCES = \
	src/paging/paging.h \
	src/paging/wire.h \
	src/paging/notice.c src/paging/notice.h \
	src/paging/fields.c src/paging/fields.h \
	src/paging/exec.c \
	src/paging/retry.c src/paging/setback.c src/paging/setback.h \
	src/paging/object.c src/paging/object.h \
	src/paging/told.c src/paging/told.h \
	src/paging/request.c src/paging/request.h \
	src/paging/sign.c \
	src/paging/digest.c src/paging/digest.h \
	src/paging/speech.c src/paging/speech.h \
	src/paging/labels.c src/paging/labels.h \
	src/paging/dedup.c src/paging/dedup.h \
	src/paging/webhook.c src/paging/cloudevents.c src/paging/alertmanager.c src/paging/pagerduty.c \
	src/paging/opsgenie.c src/paging/slack.c src/paging/slack.h src/paging/teams.c src/paging/email.c src/paging/stream.c \
	src/paging/answer.c src/paging/answer_slack.c src/paging/answer_mail.c src/paging/answer.h \
	src/paging/retry_after.c \
	src/paging/wire.c \
	src/paging/utf8.c src/paging/utf8.h
libpaging_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS)

if BUILD_TESTS
check_PROGRAMS += tests/unit/test_notice tests/unit/test_exec tests/unit/test_retry tests/unit/test_utf8 \
	tests/unit/test_wire tests/unit/test_wire_limits tests/unit/test_answer tests/unit/test_sign \
	tests/unit/test_digest_notice
TESTS += tests/unit/test_notice tests/unit/test_exec tests/unit/test_retry tests/unit/test_utf8 \
	tests/unit/test_wire tests/unit/test_wire_limits tests/unit/test_answer tests/unit/test_sign \
	tests/unit/test_digest_notice

PAGING_TEST_LDADD = libpaging.a libcore.a $(JANSSON_LIBS) $(CRYPTO_LIBS) $(CRITERION_LIBS)

tests_unit_test_notice_SOURCES = tests/unit/test_notice.c tests/unit/notice_bed.c tests/unit/notice_bed.h \
	tests/unit/leaks.h
tests_unit_test_notice_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_notice_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_notice_LDADD = $(PAGING_TEST_LDADD)

tests_unit_test_exec_SOURCES = tests/unit/test_exec.c tests/unit/notice_bed.c tests/unit/notice_bed.h tests/unit/leaks.h
tests_unit_test_exec_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_exec_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_exec_LDADD = $(PAGING_TEST_LDADD)

tests_unit_test_retry_SOURCES = tests/unit/test_retry.c tests/unit/leaks.h
tests_unit_test_retry_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_retry_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_retry_LDADD = $(PAGING_TEST_LDADD)

tests_unit_test_utf8_SOURCES = tests/unit/test_utf8.c tests/unit/leaks.h
tests_unit_test_utf8_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_utf8_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_utf8_LDADD = $(PAGING_TEST_LDADD)

tests_unit_test_wire_SOURCES = tests/unit/test_wire.c tests/unit/wire_bed.c tests/unit/wire_bed.h tests/unit/leaks.h
tests_unit_test_wire_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_wire_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_wire_LDADD = $(PAGING_TEST_LDADD)

tests_unit_test_wire_limits_SOURCES = tests/unit/test_wire_limits.c tests/unit/wire_bed.c tests/unit/wire_bed.h \
	tests/unit/leaks.h
tests_unit_test_wire_limits_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_wire_limits_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_wire_limits_LDADD = $(PAGING_TEST_LDADD)

tests_unit_test_answer_SOURCES = tests/unit/test_answer.c tests/unit/wire_bed.c tests/unit/wire_bed.h tests/unit/leaks.h
tests_unit_test_answer_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_answer_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_answer_LDADD = $(PAGING_TEST_LDADD)

tests_unit_test_digest_notice_SOURCES = tests/unit/test_digest_notice.c tests/unit/wire_bed.c tests/unit/wire_bed.h \
	tests/unit/leaks.h
tests_unit_test_digest_notice_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_digest_notice_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_digest_notice_LDADD = $(PAGING_TEST_LDADD)

tests_unit_test_sign_SOURCES = tests/unit/test_sign.c tests/unit/wire_bed.c tests/unit/wire_bed.h tests/unit/leaks.h
tests_unit_test_sign_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_sign_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_sign_LDADD = $(PAGING_TEST_LDADD)
endif

EXTRA_DIST += tests/data/paging \
	tests/data/notice/raised.json tests/data/notice/changed.json tests/data/notice/cleared.json \
	tests/data/notice/credential.json tests/data/notice/test.json tests/data/notice/hostile.json
