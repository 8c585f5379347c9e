# io: the loop, and every library and system call that talks to the outside. Knows none of our other rooms, only the
# clock's type.

noinst_LIBRARIES += libio.a
libio_a_CPPFLAGS = $(AM_CPPFLAGS) -D_GNU_SOURCE
libio_a_CFLAGS = $(AM_CFLAGS) $(LIBEVENT_CFLAGS) $(CURL_CFLAGS) $(SSL_CFLAGS) $(SYSTEMD_CFLAGS) $(ZLIB_CFLAGS)
libio_a_SOURCES = \
	src/io/memory.h src/io/or_die.h \
	src/io/clocks.c src/io/clocks.h src/io/loop.c src/io/loop.h src/io/timers.c src/io/timers.h \
	src/io/turns.c src/io/turns.h src/io/wake.c src/io/wake.h \
	src/io/worker.c src/io/worker.h src/io/clock.c src/io/clock.h src/io/user.c src/io/user.h \
	src/io/mail.c src/io/mail.h src/io/stream.c src/io/stream.h \
	src/io/http.c src/io/http.h \
	src/io/http_call.c src/io/http_call.h \
	src/io/http_host.c src/io/http_host.h \
	src/io/http_multi.c src/io/http_multi.h \
	src/io/http_readers.c src/io/http_readers.h \
	src/io/http_unread.c src/io/http_unread.h \
	src/io/http_url.c src/io/http_url.h \
	src/io/http_why.c src/io/http_why.h \
	src/io/server.c src/io/server.h \
	src/io/server_client.c src/io/server_client.h \
	src/io/server_head.c src/io/server_head.h \
	src/io/server_socket.c src/io/server_socket.h \
	src/io/server_tls.c src/io/server_tls.h
IO_LIBS = $(CURL_LIBS) $(ZLIB_LIBS) $(LIBEVENT_LIBS) $(SSL_LIBS) $(CRYPTO_LIBS) $(SYSTEMD_LIBS) -lpthread

if BUILD_TESTS
IO_TESTS = \
	tests/unit/test_loop tests/unit/test_clocks \
	tests/unit/test_worker \
	tests/unit/test_server \
	tests/unit/test_http \
	tests/unit/test_http_many \
	tests/unit/test_http_pieces \
	tests/unit/test_http_tls
check_PROGRAMS += $(IO_TESTS)
TESTS += $(IO_TESTS)
HTTP_BED = tests/unit/http_bed.c tests/unit/http_bed.h tests/unit/leaks.h

tests_unit_test_clocks_SOURCES = tests/unit/test_clocks.c tests/unit/leaks.h
tests_unit_test_clocks_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_clocks_CFLAGS = $(TEST_CFLAGS) $(LIBEVENT_CFLAGS) $(SSL_CFLAGS)
tests_unit_test_clocks_LDADD = libio.a $(IO_LIBS) $(CRITERION_LIBS)
tests_unit_test_loop_SOURCES = tests/unit/test_loop.c tests/unit/leaks.h
tests_unit_test_loop_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_loop_CFLAGS = $(TEST_CFLAGS) $(LIBEVENT_CFLAGS) $(SSL_CFLAGS)
tests_unit_test_loop_LDADD = libio.a $(IO_LIBS) $(CRITERION_LIBS)

tests_unit_test_worker_SOURCES = tests/unit/test_worker.c tests/unit/leaks.h
tests_unit_test_worker_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_worker_CFLAGS = $(TEST_CFLAGS) $(LIBEVENT_CFLAGS) $(SSL_CFLAGS)
tests_unit_test_worker_LDADD = libio.a $(IO_LIBS) $(CRITERION_LIBS)

tests_unit_test_server_SOURCES = tests/unit/test_server.c tests/unit/leaks.h
tests_unit_test_server_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_server_CFLAGS = $(TEST_CFLAGS) $(LIBEVENT_CFLAGS) $(SSL_CFLAGS)
tests_unit_test_server_LDADD = libio.a $(IO_LIBS) $(CRITERION_LIBS)

tests_unit_test_http_SOURCES = tests/unit/test_http.c $(HTTP_BED)
tests_unit_test_http_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_http_CFLAGS = $(TEST_CFLAGS) $(LIBEVENT_CFLAGS) $(SSL_CFLAGS)
tests_unit_test_http_LDADD = libio.a $(IO_LIBS) $(CRITERION_LIBS)

tests_unit_test_http_many_SOURCES = tests/unit/test_http_many.c $(HTTP_BED)
tests_unit_test_http_many_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_http_many_CFLAGS = $(TEST_CFLAGS) $(LIBEVENT_CFLAGS) $(SSL_CFLAGS)
tests_unit_test_http_many_LDADD = libio.a $(IO_LIBS) $(CRITERION_LIBS)

tests_unit_test_http_pieces_SOURCES = tests/unit/test_http_pieces.c $(HTTP_BED)
tests_unit_test_http_pieces_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_http_pieces_CFLAGS = $(TEST_CFLAGS) $(LIBEVENT_CFLAGS) $(SSL_CFLAGS)
tests_unit_test_http_pieces_LDADD = libio.a $(IO_LIBS) $(CRITERION_LIBS)

tests_unit_test_http_tls_SOURCES = tests/unit/test_http_tls.c tests/unit/certs.h $(HTTP_BED)
tests_unit_test_http_tls_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_http_tls_CFLAGS = $(TEST_CFLAGS) $(LIBEVENT_CFLAGS) $(SSL_CFLAGS)
tests_unit_test_http_tls_LDADD = libio.a $(IO_LIBS) $(CRITERION_LIBS)
endif

# clang only: tests/fuzz/fuzz_server_head tests/fuzz/http
EXTRA_DIST += tests/fuzz/http
if FUZZER
noinst_PROGRAMS += tests/fuzz/fuzz_server_head
tests_fuzz_fuzz_server_head_SOURCES = \
	tests/fuzz/fuzz_server_head.c src/io/server_head.c src/io/server_head.h src/io/memory.h
tests_fuzz_fuzz_server_head_CPPFLAGS = $(AM_CPPFLAGS) -D_GNU_SOURCE
tests_fuzz_fuzz_server_head_CFLAGS = $(AM_CFLAGS) -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all
tests_fuzz_fuzz_server_head_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer,address,undefined
endif

include src/io/hooks.mk
