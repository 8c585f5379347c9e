# The programs themselves, against the simulator, over TLS on loopback. One test per file, many cases in each.

INTEGRATION_TESTS = \
	tests/integration/provider_story.py tests/integration/sign_in.py tests/integration/sign_in_ways.py \
	tests/integration/lists.py tests/integration/planning.py tests/integration/beyond.py tests/integration/silences.py tests/integration/acks.py tests/integration/history.py \
	tests/integration/discover.py tests/integration/try.py \
	tests/integration/faults.py tests/integration/sessions.py \
	tests/integration/bad_settings.py tests/integration/tls.py tests/integration/mute_dns.py \
	tests/integration/stopping.py

if BUILD_TESTS
TESTS += $(INTEGRATION_TESTS)
endif
EXTRA_DIST += $(INTEGRATION_TESTS) tests/integration/harness.py
